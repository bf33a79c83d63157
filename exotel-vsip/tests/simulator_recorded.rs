//! Every situation of which a live answer was recorded, played again: the simulator's answer is the recorded one but for ids,
//! times, and the account's name.
//!
//! The bodies are not part of the repository; see `VOICE_SPECS_DIR` in `spec.rs`.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test fails by panicking"
)]

mod common;
mod simulator_common;

use common::spec;
use exotel_vsip::testkit::{DeleteAnswer, ExotelSimulator, Shapes};
use serde_json::{Value, json};
use simulator_common::{Raw, Wire};

/// Replaces what no two answers have in common.
fn normal(value: &Value) -> Value {
    fn text(key: &str, text: &str) -> String {
        match key {
            "request_id" | "id" => return format!("<{key}>"),
            "date_created" | "date_updated" => {
                let form: String = text
                    .chars()
                    .map(|c| if c.is_ascii_digit() { '0' } else { c })
                    .collect();
                assert_eq!(form, "0000-00-00T00:00:00Z");
                return "<date>".to_owned();
            }
            _ => {}
        }
        let words = text.split_inclusive(['/', ' ', '?']).map(|word| {
            let bare = word.trim_end_matches(['/', ' ', '?']);
            let end = &word[bare.len()..];
            match bare {
                // The live account's, and those of the samples.
                "example" | "exampleacc" => format!("<account>{end}"),
                sid if sid.starts_with("trmum1") => format!("<trunk>{end}"),
                _ => word.to_owned(),
            }
        });
        words
            .collect::<String>()
            .replace("exampleacc.pstn", "example.pstn")
    }
    fn walk(key: &str, value: &Value) -> Value {
        match value {
            Value::String(own) => text(key, own).into(),
            Value::Array(items) => items.iter().map(|item| walk(key, item)).collect(),
            Value::Object(map) => map
                .iter()
                .map(|(key, value)| (key.clone(), walk(key, value)))
                .collect(),
            other => other.clone(),
        }
    }
    walk("", value)
}

fn fixture(name: &str) -> Option<Value> {
    let index = spec("fixtures/INDEX.md")?;
    let file = index
        .split_whitespace()
        .find(|word| word.starts_with(name) && word.ends_with(".json"))
        .unwrap_or_else(|| panic!("no {name}"));
    Some(serde_json::from_str(&spec(&format!("fixtures/{file}"))?).unwrap())
}

fn same(answer: &Raw, names: &[&str]) {
    for name in names {
        let Some(recorded) = fixture(name) else {
            return;
        };
        assert_eq!(normal(&answer.json()), normal(&recorded), "{name}");
        assert_eq!(recorded["http_code"], answer.status, "{name}");
    }
}

/// Where only the item or its error was recorded.
fn same_part(answer: &Raw, name: &str, part: fn(&Value) -> &Value) {
    let Some(recorded) = fixture(name) else {
        return;
    };
    let body = answer.json();
    let own = part(&body);
    for (key, value) in recorded.as_object().unwrap() {
        assert_eq!(&own[key], value, "{name} {key}");
    }
}

const ERROR: fn(&Value) -> &Value = |body| &body["response"]["error_data"];
const ITEM: fn(&Value) -> &Value = |body| &body["response"];

fn create(name: &str) -> String {
    json!({"trunk_name": name, "nso_code": "ANY-ANY", "domain_name": "example.pstn.exotel.com"})
        .to_string()
}

#[tokio::test]
async fn trunks_are_created_refused_and_deleted_as_recorded() {
    let simulator = ExotelSimulator::start().await;
    let wire = Wire::to(&simulator);
    let made = wire.post("{2}/trunks", &create("outbound_trunk")).await;
    same(&made, &["apiref_0123_01", "apiref_01_1"]);
    let sid = made.data()["trunk_sid"].as_str().unwrap().to_owned();
    assert_eq!(sid.len(), 28, "{sid}");

    wire.post("{2}/trunks", &create("py_121523")).await;
    let again = wire.post("{2}/trunks", &create("py_121523")).await;
    same_part(&again, "err_07", ITEM);
    assert_eq!(
        (again.status, again.json()["http_code"].as_u64()),
        (200, Some(200))
    );
    let long = wire.post("{2}/trunks", &create("a_name_of_17_char")).await;
    same(&long, &["err_01"]);
    let nameless = wire.post("{2}/trunks", r#"{"nso_code":"ANY-ANY"}"#).await;
    same_part(&nameless, "err_03", ERROR);

    let my = wire
        .post("{2}/trunks", &create("my_trunk1234"))
        .await
        .data();
    let path = format!(
        "{{2}}/trunks?trunk_sid={}",
        my["trunk_sid"].as_str().unwrap()
    );
    same(&wire.delete(&path).await, &["apiref_0123_21"]);

    let other = ExotelSimulator::builder()
        .delete_answer(DeleteAnswer::Full)
        .start()
        .await;
    let wire = Wire::to(&other);
    let sid = wire.trunk("a").await;
    let gone = wire
        .delete(&format!("{{2}}/trunks?trunk_sid={sid}"))
        .await
        .data();
    assert_eq!(
        gone["phone_numbers"],
        format!("/v2/accounts/exampleacc/trunks/{sid}/phone-numbers")
    );
}

#[tokio::test]
async fn numbers_are_mapped_refused_and_listed_as_recorded() {
    let simulator = ExotelSimulator::start().await;
    let wire = Wire::to(&simulator);
    let (first, second) = (wire.trunk("first").await, wire.trunk("second").await);
    let numbers = format!("{{2}}/trunks/{first}/phone-numbers");
    const NUMBER: &str = r#"{"phone_number":"+918000000001"}"#;
    let mapped = wire.post(&numbers, NUMBER).await.data();
    assert_eq!(mapped["mode"], Value::Null);
    let id = mapped["id"].as_str().unwrap();
    // On another trunk it is taken as well.
    for trunk in [&first, &second] {
        let again = wire
            .post(&format!("{{2}}/trunks/{trunk}/phone-numbers"), NUMBER)
            .await;
        same(&again, &["apiref_0123_07"]);
        assert_eq!(
            again.refusal().3,
            format!("Unable to create DidTrunkMapping with TrunkSid {trunk}")
        );
    }
    same_part(&wire.post(&numbers, "{}").await, "err_05", ERROR);
    let unknown = wire
        .post(
            "{2}/trunks/a_trunk_sid_of_31_characters_xx/phone-numbers",
            NUMBER,
        )
        .await;
    same(&unknown, &["apiref_05_2"]);

    let put = wire
        .put(
            &format!("{numbers}/{id}"),
            r#"{"phone_number":"+918000000001","mode":"flow"}"#,
        )
        .await;
    assert_eq!(put.data()["mode"], "flow");
    same(
        &wire.get(&numbers).await,
        &["apiref_0123_17", "apiref_13_5"],
    );
}

#[tokio::test]
async fn addresses_are_taken_and_refused_as_recorded() {
    let simulator = ExotelSimulator::start().await;
    let wire = Wire::to(&simulator);
    let ips = format!("{{2}}/trunks/{}/whitelisted-ips", wire.trunk("first").await);
    let add = async |ip: &str| {
        wire.post(&ips, &json!({"ip": ip, "mask": 32}).to_string())
            .await
    };
    same(&add("203.0.113.50").await, &["apiref_0123_09"]);
    same(&add("198.51.100.11").await, &["apiref_07_3"]);
    for ip in ["198.51.100.10", "192.168.1.1"] {
        assert_eq!(add(ip).await.data()["mask"], 32);
    }
    same(&add("198.51.100.10").await, &["apiref_0123_11"]);
    same_part(&add("192.168.1.1").await, "err_09", ITEM);
    let negative = wire.post(&ips, r#"{"ip":"203.0.113.9","mask":-1}"#).await;
    same_part(&negative, "err_11", ERROR);
}

#[tokio::test]
async fn destinations_come_in_batches_as_recorded() {
    let simulator = ExotelSimulator::start().await;
    let wire = Wire::to(&simulator);
    let trunk = format!("{{2}}/trunks/{}", wire.trunk("first").await);
    wire.post(
        &format!("{trunk}/whitelisted-ips"),
        r#"{"ip":"198.51.100.11"}"#,
    )
    .await
    .data();
    let uris = format!("{trunk}/destination-uris");
    let add = async |destination: &str| {
        let body = json!({"destinations": [{"destination": destination}]});
        wire.post(&uris, &body.to_string()).await
    };
    same(
        &add("198.51.100.11:5061;transport=tls").await,
        &["apiref_09_4"],
    );
    same(
        &add("not an address").await,
        &["apiref_0123_13", "apiref_11_4"],
    );
    add("sip.example.com:5061;transport=tls").await;
    same(&wire.get(&uris).await, &["apiref_15_7"]);
}

#[tokio::test]
async fn settings_and_credentials_are_as_recorded() {
    let simulator = ExotelSimulator::start().await;
    let wire = Wire::to(&simulator);
    let trunk = format!("{{2}}/trunks/{}", wire.trunk("first").await);
    let alias = r#"{"settings":[{"name":"trunk_external_alias","value":"+919876543210"}]}"#;
    same(
        &wire.post(&format!("{trunk}/settings"), alias).await,
        &["apiref_17_9"],
    );
    let credentials = format!("{trunk}/credentials");
    let none = wire.get(&credentials).await.json();
    assert_eq!(
        (&none["response"], none.get("metadata")),
        (&json!([]), None)
    );
    let made = wire
        .post(
            &credentials,
            r#"{"user_name":"voice_ai_user","password":"p","friendly_name":"voice_ai_platform"}"#,
        )
        .await;
    same(&made, &["cred_01"]);
    let id = made.data()["id"].as_str().unwrap().to_owned();
    assert!(wire.get(&credentials).await.json()["metadata"].is_object());
    same(
        &wire.delete(&format!("{credentials}?id={id}")).await,
        &["cred_03"],
    );
}

#[tokio::test]
async fn the_guides_words_are_had_on_request() {
    let simulator = ExotelSimulator::builder()
        .shapes(Shapes::Guide)
        .start()
        .await;
    let wire = Wire::to(&simulator);
    let made = wire.post("{2}/trunks", &create("my_trunk_001")).await;
    let body = made.json();
    assert_eq!(
        (made.status, &body["sid"], &body["status"]),
        (201, &json!("TR00000001"), &json!("active"))
    );
    assert!(body["created_at"].is_string() && body.get("response").is_none());
    let again = wire.post("{2}/trunks", &create("my_trunk_001")).await;
    assert_eq!(
        (
            again.status,
            &again.json()["code"],
            &again.json()["existing_resource_id"]
        ),
        (422, &json!("DUPLICATE_RESOURCE"), &json!("TR00000001"))
    );
    let wrong = wire.post("{2}/trunks", &create("no-dash")).await;
    assert_eq!(
        (wrong.status, &wrong.json()["code"]),
        (400, &json!("VALIDATION_ERROR"))
    );
    assert!(wrong.json()["details"]["trunk_name"][0].is_string());
    let missing = wire.get("{2}/trunks/TR99999999/phone-numbers").await;
    let body = missing.json();
    assert_eq!(
        (missing.status, &body["code"], &body["resource_id"]),
        (404, &json!("RESOURCE_NOT_FOUND"), &json!("TR99999999"))
    );
    let stranger = wire.clone().unsigned().get("{2}/trunks").await;
    assert_eq!(
        (stranger.status, &stranger.json()["code"]),
        (401, &json!("AUTH_FAILED"))
    );
    assert_eq!(
        wire.get("{2}/trunks").await.json()["trunks"][0]["sid"],
        "TR00000001"
    );
    let uris = "{2}/trunks/TR00000001/destination-uris";
    let added = wire
        .post(
            uris,
            r#"{"destinations":[{"destination":"sip.example.com:5061;transport=tls"}]}"#,
        )
        .await;
    assert_eq!((added.status, &added.json()["sid"]), (201, &json!("2543")));
    let refused = wire
        .post(
            uris,
            r#"{"destinations":[{"destination":"10.0.0.1:5061"}]}"#,
        )
        .await;
    assert_eq!(refused.status, 400);
}
