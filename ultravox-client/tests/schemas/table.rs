//! How a type is held against a schema.
//!
//! | an entry | says | and is checked for |
//! |---|---|---|
//! | `both` | a `model!` that is sent and received | the same fields, none more, none less; instances go through unchanged |
//! | `answer` | a `model!` that is received only | the same fields; each of them arrives |
//! | `request` | a `request!` that is sent only | the same fields; instances go through unchanged; each field is needed or may be absent |
//! | `one_of` | a `one_of!` | the same alternatives; instances go through unchanged |
//! | `words` | an `open_enum!` | the same words |
//! | `own` | a type of another kind | whatever its own function checks |
//!
//! All of them: a field of the future is kept, a word of the future is kept, and, but for requests, `null` is as good as
//! absent and nothing is required. Instances are made from the schema, with everything set, once for each word and each alternative.
//!
//! `without [..]` names fields that the type does not have because another type of the same schema has them: what only
//! the server sets is not in a request, what only the client sets is not in an answer. A schema may stand in several
//! entries; together they must know every field. `also [..]` names words that only another dialect of the API has.

use std::fmt::Debug;

use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value, json};
use ultravox_client::types::JsonMap;

use crate::common::schema::Schema;

/// More than any enum has words, and any object alternatives.
const CHOICES: usize = 16;

/// One type for one schema.
pub(crate) struct Entry {
    pub(crate) kind: &'static str,
    pub(crate) schema: &'static str,
    pub(crate) without: &'static [&'static str],
    pub(crate) check: fn(&Schema, &Entry),
}

/// A table of entries, each `kind "Schema" => Type;` or `kind "Schema" => Type, without ["field"];`.
macro_rules! table {
    ($( $kind:ident $schema:literal => $what:path $(, $except:ident [$($name:literal),* $(,)?])?; )*) => {
        pub(crate) static TABLE: &[crate::table::Entry] = &[
            $( crate::table::Entry {
                kind: stringify!($kind),
                schema: $schema,
                without: &[$($($name),*)?],
                check: table!(@ $kind $what),
            }, )*
        ];
    };
    (@ both $what:path) => {
        |schema, entry| crate::table::both::<$what>(schema, entry, <$what>::FIELDS, |value| &value.extra)
    };
    (@ answer $what:path) => {
        |schema, entry| {
            crate::table::answer::<$what>(schema, entry, <$what>::FIELDS, |value| &value.extra);
        }
    };
    (@ request $what:path) => {
        |schema, entry| {
            crate::table::request::<$what>(schema, entry, <$what>::FIELDS, |value| &value.extra);
        }
    };
    (@ one_of $what:path) => {
        |schema, entry| crate::table::one_of::<$what>(schema, entry, <$what>::FIELDS)
    };
    (@ words $what:path) => {
        |schema, entry| crate::table::words(schema, entry, <$what>::KNOWN)
    };
    (@ own $what:path) => { $what };
}

pub(crate) use table;

fn read<T: DeserializeOwned>(name: &str, value: &Value) -> T {
    serde_json::from_value(value.clone()).unwrap_or_else(|error| panic!("{name}: {error}"))
}

/// The fields an entry's type is to have, with a value each.
fn fields(schema: &Schema, entry: &Entry, choice: usize) -> Map<String, Value> {
    let Value::Object(mut fields) = schema.instance(entry.schema, choice) else {
        panic!("{} is no object", entry.schema);
    };
    for name in entry.without {
        assert!(fields.remove(*name).is_some(), "{}.{name}", entry.schema);
    }
    fields
}

/// Neither a field nor a word below it that the types do not know: both would show in `Debug`.
fn knows_all(name: &str, value: &impl Debug) {
    let shown = format!("{value:?}");
    for mark in ["extra: ", "Other("] {
        assert!(!shown.contains(mark), "{name}: {shown}");
    }
}

fn same_names<'a>(name: &str, mut known: Vec<&'a str>, mut expected: Vec<&'a str>) {
    known.sort_unstable();
    expected.sort_unstable();
    assert_eq!(
        known, expected,
        "{name}: what the type has, what the schema has"
    );
}

/// A type that is received.
pub(crate) fn answer<T: DeserializeOwned + Default + PartialEq + Debug>(
    schema: &Schema,
    entry: &Entry,
    known: &[&str],
    extra: fn(&T) -> &JsonMap,
) {
    let name = entry.schema;
    let full = fields(schema, entry, 0);
    let expected = full.keys().map(String::as_str).collect();
    same_names(name, known.to_vec(), expected);
    for choice in 0..CHOICES {
        let value: T = read(name, &fields(schema, entry, choice).into());
        assert!(extra(&value).is_empty(), "{name}");
        knows_all(name, &value);
    }
    for (field, value) in &full {
        let alone: T = read(name, &json!({field.as_str(): value}));
        assert!(alone != T::default(), "{name}.{field} is lost");
        let null: T = read(name, &json!({field.as_str(): null}));
        assert!(null == T::default(), "{name}.{field}: null is not absent");
    }
    let _: T = read(name, &fields(&schema.with_new_words(), entry, 0).into());
    let later: T = read(name, &json!({"fieldOfTheFuture": [1, null]}));
    assert_eq!(
        extra(&later)["fieldOfTheFuture"],
        json!([1, null]),
        "{name}"
    );
}

/// A type that is sent as well.
pub(crate) fn both<T: DeserializeOwned + Serialize + Default + PartialEq + Debug>(
    schema: &Schema,
    entry: &Entry,
    known: &[&str],
    extra: fn(&T) -> &JsonMap,
) {
    answer::<T>(schema, entry, known, extra);
    let name = entry.schema;
    let back = |wire: Value| {
        let value: T = read(name, &wire);
        assert_eq!(serde_json::to_value(&value).unwrap(), wire, "{name}");
    };
    for choice in 0..CHOICES {
        back(fields(schema, entry, choice).into());
    }
    for (field, value) in fields(schema, entry, 0) {
        back(json!({field: value}));
    }
    back(fields(&schema.with_new_words(), entry, 0).into());
    back(json!({"fieldOfTheFuture": [1, null]}));
    back(json!({}));
}

/// What a schema without a type is in a request: text for text.
fn typed(fields: &mut Map<String, Value>) {
    for (name, value) in fields.iter_mut() {
        match value {
            Value::Object(object) if name == "metadata" => {
                *object = Map::from_iter([("key".to_owned(), "text".into())]);
            }
            Value::Array(items) => {
                items
                    .iter_mut()
                    .filter_map(Value::as_object_mut)
                    .for_each(typed);
            }
            _ => {}
        }
    }
}

/// A type that is sent only. Of the fields the schema requires none may be missing; null is a value of its own where the
/// schema has it and the type can clear the field, and is refused elsewhere.
pub(crate) fn request<T: DeserializeOwned + Serialize + Debug>(
    schema: &Schema,
    entry: &Entry,
    known: &[&str],
    extra: fn(&T) -> &JsonMap,
) {
    let name = entry.schema;
    let instance = |schema: &Schema, choice: usize| {
        let mut all = fields(schema, entry, choice);
        // A call of a batch is a type of its own.
        if let Some(Value::Array(calls)) = all.get_mut("calls") {
            for call in calls.iter_mut().filter_map(Value::as_object_mut) {
                for served in ["status", "batchId", "callId", "error"] {
                    call.remove(served);
                }
            }
        }
        typed(&mut all);
        all
    };
    let full = instance(schema, 0);
    same_names(
        name,
        known.to_vec(),
        full.keys().map(String::as_str).collect(),
    );
    let back = |wire: &Map<String, Value>| {
        let wire = Value::Object(wire.clone());
        let value: T = read(name, &wire);
        assert_eq!(serde_json::to_value(&value).unwrap(), wire, "{name}");
        value
    };
    for choice in 0..CHOICES {
        let value = back(&instance(schema, choice));
        assert!(extra(&value).is_empty(), "{name}");
        knows_all(name, &value);
    }
    back(&instance(&schema.with_new_words(), 0));
    let mut later = full.clone();
    later.insert("fieldOfTheFuture".to_owned(), json!([1, null]));
    back(&later);
    let required = schema.of(name)["required"].as_array();
    let is_required = |field: &str| required.is_some_and(|names| names.contains(&field.into()));
    for field in full.keys() {
        let mut without = full.clone();
        without.remove(field);
        let can_be_absent = serde_json::from_value::<T>(without.clone().into()).is_ok();
        assert_eq!(can_be_absent, !is_required(field), "{name}.{field}");
        if can_be_absent {
            back(&without);
        }
        let mut null = full.clone();
        null.insert(field.clone(), Value::Null);
        if serde_json::from_value::<T>(null.clone().into()).is_ok() {
            assert_eq!(
                schema.properties(name)[field]["nullable"],
                true,
                "{name}.{field}"
            );
            back(&null);
        } else if name.starts_with("Patched") {
            assert_ne!(
                schema.properties(name)[field]["nullable"],
                true,
                "{name}.{field}"
            );
        }
    }
}

/// An object with one field, as an enum.
pub(crate) fn one_of<T: DeserializeOwned + Serialize + Debug>(
    schema: &Schema,
    entry: &Entry,
    known: &[&str],
) {
    let name = entry.schema;
    let properties = schema.properties(name);
    let expected = properties.keys().map(String::as_str).collect();
    same_names(name, known.to_vec(), expected);
    let back = |wire: Value| -> T {
        let value: T = read(name, &wire);
        assert_eq!(serde_json::to_value(&value).unwrap(), wire, "{name}");
        value
    };
    for choice in 0..properties.len() * CHOICES {
        knows_all(name, &back(schema.instance(name, choice)));
    }
    for choice in 0..properties.len() {
        back(schema.with_new_words().instance(name, choice));
    }
    for field in properties.keys() {
        let shown = format!("{:?}", back(json!({field.as_str(): {}})));
        assert!(!shown.starts_with("Other("), "{name}.{field}: {shown}");
    }
    for other in [
        json!({}),
        json!({"fieldOfTheFuture": {"x": 1}}),
        json!({"fieldOfTheFuture": 1, "andAnother": 2}),
    ] {
        let shown = format!("{:?}", back(other));
        assert!(shown.starts_with("Other("), "{name}: {shown}");
    }
}

/// An open enum.
pub(crate) fn words(schema: &Schema, entry: &Entry, known: &[&'static str]) {
    let listed = schema.of(entry.schema)["enum"].as_array();
    let listed = listed.unwrap_or_else(|| panic!("{} has no words", entry.schema));
    let listed = listed.iter().map(|word| word.as_str().unwrap());
    let expected = listed.chain(entry.without.iter().copied()).collect();
    same_names(entry.schema, known.to_vec(), expected);
}
