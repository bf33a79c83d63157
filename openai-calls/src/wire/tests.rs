//! What the shapes promise, on an object of their own.
#![allow(unreachable_pub, reason = "the macros declare public items")]

use serde_json::{Value, json};

use super::{Fields, JsonMap, Lenient, Setting, model, tagged, words};

model! {
    /// A pet.
    plain Pet as "pet" {
        /// Its name.
        name: String => "name",
        /// Its age, in years.
        age: u32 => "age",
        /// Whose it is.
        owner: String => "owner" null quiet,
        /// What it does.
        mood: Mood => "mood" null,
    }
}

words! {
    /// What a pet does.
    pub enum Mood {
        /// Sleeps.
        Asleep = "asleep",
    }
}

tagged! {
    /// Who lives here.
    Inmate {
        /// A pet.
        Pet(Box<Pet>) => "pet",
    }
}

fn pet(value: Value) -> Pet {
    serde_json::from_value(value).unwrap()
}

#[test]
fn what_cannot_be_read_is_kept_under_its_name() {
    let raw = json!({"type": "pet", "name": 5, "age": -1, "mood": "fierce", "tail": null});
    let read = pet(raw.clone());
    assert_eq!((read.name.as_ref(), read.age), (None, None));
    assert_eq!(read.mood, Setting::Value(Mood::Other("fierce".into())));
    assert_eq!(
        read.extra.keys().collect::<Vec<_>>(),
        ["age", "name", "tail"]
    );
    assert_eq!(serde_json::to_value(&read).unwrap(), raw);
}

#[test]
fn a_setter_takes_the_place_of_what_could_not_be_read() {
    let renamed = pet(json!({"name": 5})).name("Rex");
    assert_eq!(
        serde_json::to_value(renamed.clone()).unwrap(),
        json!({"type": "pet", "name": "Rex"})
    );
    let forced = renamed.with_extra("name", 6);
    assert_eq!(serde_json::to_value(forced).unwrap()["name"], 6);
}

#[test]
fn null_counts_only_where_it_means_something() {
    let read = pet(json!({"name": null, "owner": null}));
    assert_eq!(
        (&read.name, &read.owner, &read.mood),
        (&None, &Setting::Null, &Setting::Absent)
    );
    assert_eq!(
        serde_json::to_value(&read).unwrap(),
        json!({"type": "pet", "owner": null})
    );
    assert_eq!(format!("{read:?}"), "Pet { owner: null }");
}

#[test]
fn what_is_known_is_listed() {
    assert_eq!(Pet::FIELDS, ["name", "age", "owner", "mood"]);
    assert_eq!(Inmate::KNOWN, ["pet"]);
    let all = Pet::new().name("Rex").age(3_u32).owner("Ada");
    let written = serde_json::to_string(&all.mood(Mood::Asleep)).unwrap();
    assert_eq!(
        written,
        r#"{"type":"pet","name":"Rex","age":3,"owner":"Ada","mood":"asleep"}"#
    );
}

#[test]
fn debug_shows_what_may_be_seen() {
    let shown = format!(
        "{:?}",
        Pet::new()
            .name("Rex of +14155550123")
            .owner("Ada")
            .with_extra("x", "secret")
    );
    assert!(!shown.contains("5550123"), "{shown}");
    assert!(shown.contains("owner: [not shown]"), "{shown}");
    assert!(shown.ends_with(r#"extra: {"x"} }"#), "{shown}");
}

#[test]
fn a_tag_is_written_once_and_another_is_kept() {
    let other = pet(json!({"type": "plant", "name": "Fern"}));
    assert_eq!(other.extra(), &JsonMap::from([("type", "plant")]));
    let text = serde_json::to_string(&other).unwrap();
    assert_eq!(text, r#"{"name":"Fern","type":"plant"}"#);
    let text = serde_json::to_string(&Inmate::Pet(Box::new(other))).unwrap();
    assert_eq!(text.matches("type").count(), 1);
}

#[test]
fn a_choice_is_made_by_its_type() {
    let typed: Inmate = serde_json::from_value(json!({"name": "Rex", "type": "pet"})).unwrap();
    assert_eq!(typed, Inmate::Pet(Box::new(Pet::new().name("Rex"))));
    for raw in [
        json!({"type": "ghost", "age": 500}),
        json!({"type": 5}),
        json!({}),
    ] {
        let read = Inmate::read(raw.clone()).unwrap();
        assert_eq!(read.kind(), raw["type"].as_str().unwrap_or(""));
        assert_eq!(serde_json::to_value(&read).unwrap(), raw);
    }
    for raw in [json!([]), json!("pet"), json!(null)] {
        assert_eq!(Inmate::read(raw.clone()), Err(raw.clone()));
        assert!(serde_json::from_value::<Inmate>(raw).is_err());
    }
}
