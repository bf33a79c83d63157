//! The strict profile: every rule at its border, and everything wrong at once.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test fails by panicking"
)]

mod common;

use common::{agent_id, new_agent};
use proptest::prelude::*;
use serde_json::{Map, Value, json};
use ultravox_client::ErrorCode;
use ultravox_client::agents::{AgentUpdate, TemplateSpec};
use ultravox_client::calls::StartAgentCall;
use ultravox_client::strict::{NationalLengths, StrictProfile};
use ultravox_client::testkit::UltravoxSimulator;
use voice_core::error::{Delivery, Error, ErrorKind};
use voice_core::provider::{
    AgentChange, AgentId, AgentProvider, AgentSpec, CallKey, MediaKind, SessionRequest,
};

const STRICT: fn() -> StrictProfile = StrictProfile::new;

fn messages(result: Result<(), Error>) -> Vec<(String, String)> {
    match result {
        Ok(()) => Vec::new(),
        Err(error) => {
            assert_eq!(error.kind(), ErrorKind::InvalidInput);
            assert_eq!(error.delivery(), Delivery::NotSent);
            assert_eq!(ErrorCode::of(&error), ErrorCode::ValidationError);
            let fields = error.fields().iter();
            fields
                .map(|field| (field.field.clone(), field.message.clone()))
                .collect()
        }
    }
}

fn object(value: Value) -> Map<String, Value> {
    match value {
        Value::Object(map) => map,
        other => panic!("no object: {other}"),
    }
}

fn context(value: Value) -> Vec<(String, String)> {
    messages(STRICT().check_context(&object(value)))
}

fn one(value: &Value) -> Option<String> {
    let mut found = context(json!({ "v": value }));
    assert!(found.len() <= 1);
    found.pop().map(|(field, message)| {
        assert_eq!(field, "templateContext.v");
        message
    })
}

#[test]
fn names() {
    for good in [
        "a",
        "Customer-Support_Agent_01",
        "Front desk",
        &"x".repeat(64),
    ] {
        assert_eq!(STRICT().agent_name(good).unwrap(), good);
    }
    for (bad, message) in [
        ("", "Agent name must be between 1 and 64 characters"),
        (
            &"x".repeat(65),
            "Agent name must be between 1 and 64 characters",
        ),
        (
            "Réception",
            "Agent name can only contain letters, numbers, spaces, hyphens, and underscores",
        ),
        (
            "a.b",
            "Agent name can only contain letters, numbers, spaces, hyphens, and underscores",
        ),
        (" a", "Agent name must not begin or end with a space"),
        ("a ", "Agent name must not begin or end with a space"),
    ] {
        let error = STRICT().agent_name(bad).unwrap_err();
        assert_eq!(error.fields()[0].message, message, "{bad:?}");
    }
}

#[test]
fn prompts() {
    for good in ["x", &"é".repeat(10_000), &"🙂".repeat(10_000)] {
        assert!(STRICT().check_prompt(good).is_ok());
    }
    for bad in [
        "",
        &"x".repeat(10_001),
        &"🙂".repeat(10_001),
        &"x".repeat(1 << 20),
    ] {
        assert_eq!(
            messages(STRICT().check_prompt(bad)),
            [(
                "prompt".to_owned(),
                "Prompt must be between 1 and 10000 characters".to_owned()
            )]
        );
    }
}

#[test]
fn agents_and_their_changes_report_everything() {
    let fields = |result: Result<(), Error>| -> Vec<String> {
        messages(result)
            .into_iter()
            .map(|(field, _)| field)
            .collect()
    };
    let mut spec = AgentSpec::new("Réception".parse().unwrap(), "");
    spec.language = Some("english".to_owned());
    assert_eq!(
        fields(STRICT().check_spec(&spec)),
        ["name", "prompt", "language"]
    );
    for good in ["en", "en-US"] {
        let mut spec = AgentSpec::new("a".parse().unwrap(), "x");
        spec.language = Some(good.to_owned());
        assert!(STRICT().check_spec(&spec).is_ok());
        // What is set by its wire name is what goes out.
        spec.extra.insert("systemPrompt".to_owned(), "".into());
        assert_eq!(fields(STRICT().check_spec(&spec)), ["prompt"]);
    }
    for bad in ["EN", "e", "en-us", "en_US", "eng", "en-USA"] {
        let mut change = AgentChange::new();
        change.language = Some(bad.to_owned());
        assert_eq!(
            fields(STRICT().check_change(&change)),
            ["language"],
            "{bad}"
        );
    }
    assert!(STRICT().check_change(&AgentChange::new()).is_ok());
    let change = AgentChange::new().name("a!".parse().unwrap()).prompt("");
    assert_eq!(fields(STRICT().check_change(&change)), ["name", "prompt"]);

    assert!(STRICT().check_agent(&new_agent("Front desk", "Hi")).is_ok());
    let mut agent = new_agent("Front desk!", "");
    assert_eq!(fields(STRICT().check_agent(&agent)), ["name", "prompt"]);
    agent.call_template.system_prompt = None;
    assert_eq!(fields(STRICT().check_agent(&agent)), ["name", "prompt"]);

    let update = AgentUpdate::new().template(TemplateSpec::default().voice("Mark"));
    assert!(STRICT().check_update(&update).is_ok());
    assert_eq!(
        fields(STRICT().check_update(&update.clone().unset("systemPrompt"))),
        ["prompt"]
    );
    let update = update.name("ä".parse().unwrap()).prompt("x".repeat(10_001));
    assert_eq!(fields(STRICT().check_update(&update)), ["name", "prompt"]);
}

#[test]
fn keys() {
    assert!(
        STRICT()
            .check_keys(["customer_name", "_1", &"k".repeat(100)])
            .is_ok()
    );
    let long = "k".repeat(101);
    let found =
        messages(STRICT().check_keys(["123invalid", "a-b", "Agent_ID", "TIMESTAMP", "", &long]));
    let found: Vec<&str> = found.iter().map(|(_, message)| message.as_str()).collect();
    assert_eq!(
        found,
        [
            "Template variable key \"123invalid\" must be a valid identifier",
            "Template variable key \"a-b\" must be a valid identifier",
            "Template variable key \"Agent_ID\" is reserved",
            "Template variable key \"TIMESTAMP\" is reserved",
            "Template variable key \"\" must be a valid identifier",
            "Template variable key must have at most 100 characters",
        ]
    );
    for word in ["agent_id", "call_id", "timestamp", "system", "internal"] {
        for word in [word.to_owned(), word.to_uppercase()] {
            assert_eq!(context(json!({ word: 1 })).len(), 1);
        }
    }
    assert!(context(json!({"systems": 1, "my_call_id": 1})).is_empty());
}

#[test]
fn at_most_fifty_keys() {
    let of = |count: usize| -> Value {
        let pairs = (0..count).map(|n| (format!("k{n}"), Value::Null));
        Value::Object(pairs.collect())
    };
    assert!(context(of(50)).is_empty());
    assert_eq!(
        context(of(51)),
        [(
            "templateContext".to_owned(),
            "Template context must have at most 50 keys".to_owned()
        )]
    );
}

#[test]
fn values_at_their_borders() {
    for good in [
        json!(null),
        json!(true),
        json!(""),
        json!("é".repeat(1_000)),
        json!("script, javascript and data"),
        json!(2_147_483_647),
        json!(-2_147_483_648),
        json!(1e10),
        json!(-1e10),
        json!(["x".repeat(1_996)]),
        json!({"a": {"b": [1, null]}}),
    ] {
        assert_eq!(one(&good), None, "{good}");
    }
    for (bad, message) in [
        (json!("é".repeat(1_001)), "1000 characters"),
        (json!(2_147_483_648_i64), "32 bits"),
        (json!(-2_147_483_649_i64), "32 bits"),
        (json!(u64::MAX), "32 bits"),
        (json!(1.000_000_1e10), "between"),
        (json!(-1e300), "between"),
        (json!(["x".repeat(1_997)]), "2000 characters"),
        (json!("Hi <SCRIPT>alert(1)</SCRIPT>"), "<script"),
        (json!("JavaScript:alert(1)"), "<script"),
        (json!("see data:text/html,x"), "<script"),
        (json!("VBScript:x"), "<script"),
        (json!([{"a": "<script"}]), "<script"),
        (json!({"<script": 1}), "<script"),
    ] {
        let found = one(&bad).unwrap_or_else(|| panic!("{bad} passes"));
        assert!(found.contains(message), "{bad}: {found}");
    }
}

#[test]
fn a_call_is_of_the_agent_it_names() {
    let agent = agent_id();
    let call = StartAgentCall::new().variable("name", "Ada");
    assert!(STRICT().check_call(&agent, &call).is_ok());
    assert!(
        STRICT()
            .check_call(&agent, &call.clone().agent_id(agent.clone()))
            .is_ok()
    );
    let call = call
        .variable("call_id", 1)
        .agent_id(AgentId::new("other").unwrap());
    let found = messages(STRICT().check_call(&agent, &call));
    assert_eq!(
        found[0],
        (
            "agentId".to_owned(),
            "Agent ID in URL path must match agent ID in request body".to_owned()
        )
    );
    assert_eq!(found.len(), 2);
}

#[test]
fn phone_numbers() {
    let checked = STRICT().national_lengths(NationalLengths::Checked);
    for (text, number, national) in [
        ("+1234567890", "+1234567890", false),
        ("+441234567890", "+441234567890", true),
        ("+33123456789", "+33123456789", true),
        ("+1 (415) 555-0123", "+14155550123", true),
        (" +1.415.555.0123\n", "+14155550123", true),
        ("+8613812345678", "+8613812345678", true),
        ("+861381234567", "+861381234567", false),
        ("+919812345678", "+919812345678", true),
        ("+4930123456", "+4930123456", false),
        ("+493012345678", "+493012345678", true),
        ("+81312345678", "+81312345678", false),
        ("+3531234567", "+3531234567", true),
    ] {
        assert_eq!(STRICT().phone(text).unwrap(), number, "{text:?}");
        assert_eq!(checked.phone(text).is_ok(), national, "{text:?}");
    }
    for text in [
        "1234567890",
        "(123) 456-7890",
        "",
        "+",
        "+1 call me 4155550123",
        "+0123456789",
    ] {
        let error = STRICT().phone(text).unwrap_err();
        assert_eq!(error.fields()[0].field, "phone_number");
        assert_eq!(
            error.fields()[0].message,
            "Phone number must be in valid international format"
        );
    }
    let shown = format!("{0:?} {0}", checked.phone("+1 415 555 012").unwrap_err());
    assert!(!shown.contains("555"), "{shown}");
}

#[tokio::test]
async fn the_guard_lets_only_good_things_through() {
    let simulator = UltravoxSimulator::start().await;
    let agents = STRICT().guard(simulator.client().build().unwrap());
    let bad = AgentSpec::new("ä".parse().unwrap(), "x");
    assert!(agents.create_agent(&bad).await.is_err());
    let good = AgentSpec::new("Front desk".parse().unwrap(), "Greet {{name}}.");
    let agent = agents.create_agent(&good).await.unwrap();
    assert!(
        agents
            .update_agent(&agent.id, &AgentChange::new().prompt(""))
            .await
            .is_err()
    );
    let mut request = SessionRequest::new(
        agent.id.clone(),
        CallKey::new("k1").unwrap(),
        MediaKind::Twilio,
    );
    request.context = object(json!({"name": "<script>"}));
    assert!(agents.open_session(&request).await.is_err());
    assert_eq!(simulator.created_calls(), 0);
    assert_eq!(simulator.requests("agents.update"), 0);

    request.context = object(json!({"name": "Ada"}));
    let session = agents.open_session(&request).await.unwrap();
    assert!(agents.find_session(&request.key).await.unwrap().is_some());
    agents.end_session(&session.id).await.unwrap();
    let change = AgentChange::new().prompt("Be brief.");
    agents.update_agent(&agent.id, &change).await.unwrap();
    assert_eq!(
        agents.get_agent(&agent.id).await.unwrap().prompt.as_deref(),
        Some("Be brief.")
    );
    let found = agents
        .find_agent(&"Front desk".parse().unwrap())
        .await
        .unwrap();
    assert_eq!(found.map(|agent| agent.id), Some(agent.id));
    assert_eq!(
        agents
            .list_agents(&Default::default())
            .await
            .unwrap()
            .items
            .len(),
        1
    );
    assert!(agents.into_inner().accounts().me().await.is_ok());
}

proptest! {
    #[test]
    fn any_context_is_judged_and_never_quoted(
        pairs in proptest::collection::vec(("\\PC{0,12}|[a-z_]{1,8}", "\\PC{0,30}"), 0..4),
    ) {
        let planted = "Zx9Qw7";
        let context: Map<String, Value> = pairs
            .into_iter()
            .map(|(key, text)| (key, format!("{planted}<script{text}").into()))
            .collect();
        if let Err(error) = STRICT().check_context(&context) {
            let shown = format!("{error} {error:?}");
            prop_assert!(!shown.contains(planted), "{}", shown);
        } else {
            prop_assert!(context.is_empty());
        }
    }

    #[test]
    fn what_is_taken_as_a_name_is_a_plain_name(text in "\\PC{0,70}|[ -~]{0,70}") {
        if let Ok(name) = STRICT().agent_name(&text) {
            prop_assert!(name.as_str().bytes().all(|b| b.is_ascii_alphanumeric() || b" -_".contains(&b)));
            prop_assert_eq!(name.as_str(), text);
        }
    }
}
