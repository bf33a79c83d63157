//! The simulator's SIP settings and registrations.

use std::time::{Duration, SystemTime};

use serde_json::{Value, json};
use voice_core::ident::Ipv4Cidr;
use voice_core::testkit::SimAnswer;

use super::answers::Faults;
use super::crud::{self, Change, Object, Resource, Write};
use super::fields::{self, Field, Holds};
use super::router::{Asked, Route};
use super::rules;
use super::world::{Row, World, stamp};

/// How long a registration takes.
const REGISTERS: Duration = Duration::from_secs(2);

struct Registrations;

const FIELDS: [Field; 5] = [
    Field::new("username", Holds::Text(60)).required(),
    Field::new("password", Holds::Text(usize::MAX)).required(),
    Field::new("proxy", Holds::Text(100)).required(),
    Field::new("outboundProxy", Holds::Text(100)).nullable(),
    Field::new("authUser", Holds::Text(60)).nullable(),
];

const CONFIG: [Field; 4] = [
    Field::new("allowedCidrRanges", Holds::List(0, usize::MAX)),
    Field::new("allowAllAgents", Holds::Flag),
    Field::new("allowedAgents", Holds::List(0, 20)),
    Field::new("fallbackHandler", Holds::Object).nullable(),
];

const ALLOWANCE: [Field; 2] = [
    Field::new("agentId", Holds::Uuid).required(),
    Field::new("toUserPattern", Holds::Text(200)),
];

const HANDLER: [Field; 2] = [
    Field::new("url", Holds::Url(usize::MAX)).required(),
    Field::new("secrets", Holds::List(1, 10)),
];

pub(super) static ROUTES: &[Route] = &[
    Route::new("sip.get", "GET", "api/sip", get_config),
    Route::new("sip.update", "PATCH", "api/sip", update_config),
    Route::new(
        "sip.registrations.list",
        "GET",
        "api/sip/registrations",
        crud::list::<Registrations>,
    ),
    Route::new(
        "sip.registrations.create",
        "POST",
        "api/sip/registrations",
        crud::create::<Registrations>,
    ),
    Route::new(
        "sip.registrations.get",
        "GET",
        "api/sip/registrations/*",
        crud::get::<Registrations>,
    ),
    Route::new(
        "sip.registrations.update",
        "PATCH",
        "api/sip/registrations/*",
        crud::update::<Registrations>,
    ),
    Route::new(
        "sip.registrations.delete",
        "DELETE",
        "api/sip/registrations/*",
        crud::delete::<Registrations>,
    ),
];

/// When a registration was last sent out, beside what the API knows.
const SINCE: &str = "simulated.since";

impl Resource for Registrations {
    const TABLE: &'static str = "sip_registrations";
    const ID: &'static str = "registrationId";
    const READ_ONLY: &'static [&'static str] = &["successful", SINCE];
    const WRITE_ONLY: &'static [&'static str] = &["password", SINCE];
    const DEFAULTS: &'static str = r#"{"outboundProxy": null, "authUser": null}"#;

    fn check(_: &World, faults: &mut Faults, change: &Change<'_>) {
        fields::check(faults, "", change.sent, &FIELDS, change.is_whole());
    }

    /// Every change is registered anew.
    fn fill(world: &mut World, row: &mut Row, _: Write) {
        row.fields.insert(SINCE.to_owned(), stamp(world.now()));
    }

    /// Nobody knows at first; then it worked, except with a server under `.invalid`, which no name server knows.
    fn show(world: &World, row: &Row, shown: &mut Object) {
        let since = row.fields.get(SINCE).and_then(Value::as_str);
        let since = since
            .and_then(|text| text.parse::<crate::types::UvTime>().ok())
            .and_then(|time| time.time());
        let age = since.and_then(|since| world.now().duration_since(since).ok());
        let proxy = row.fields.get("proxy").and_then(Value::as_str);
        let successful = match age {
            Some(age) if age >= REGISTERS => {
                Some(!proxy.is_some_and(|proxy| proxy.ends_with(".invalid")))
            }
            _ => None,
        };
        shown.insert("successful".to_owned(), successful.into());
    }
}

const TABLE: &str = "sip";

fn config(world: &mut World) -> &mut Row {
    let rows = world.table(TABLE);
    if rows.is_empty() {
        let fields = json!({
            "allowedCidrRanges": [], "allowAllAgents": false, "allowedAgents": [], "fallbackHandler": null,
            "domain": "simulated.sip.example",
        });
        rows.push(Row {
            id: TABLE.to_owned(),
            parent: String::new(),
            fields: fields.as_object().cloned().unwrap_or_default(),
            created: SystemTime::UNIX_EPOCH,
            deleted: false,
        });
    }
    #[allow(clippy::indexing_slicing, reason = "it was put in just now")]
    &mut rows[0]
}

fn get_config(world: &mut World, _: &Asked<'_>) -> SimAnswer {
    SimAnswer::json(200, &Value::Object(config(world).fields.clone()))
}

fn update_config(world: &mut World, asked: &Asked<'_>) -> SimAnswer {
    let mut sent = asked.body.clone();
    sent.remove("domain");
    let mut faults = Faults::default();
    fields::check(&mut faults, "", &sent, &CONFIG, false);
    fields::check_each(&mut faults, "allowedAgents", &sent, &ALLOWANCE);
    for (at, range) in rules::list(sent.get("allowedCidrRanges"))
        .iter()
        .enumerate()
    {
        let text = range.as_str().unwrap_or_default();
        if !text.contains('/') || Ipv4Cidr::parse(text).is_err() {
            faults.add(
                &format!("allowedCidrRanges.{at}"),
                "Enter a valid IPv4 CIDR.",
            );
        }
    }
    for (at, allowance) in rules::list(sent.get("allowedAgents")).iter().enumerate() {
        let agent = allowance.get("agentId").and_then(Value::as_str);
        if agent.is_some_and(|agent| world.agent(agent).is_none()) {
            let field = format!("allowedAgents.{at}.agentId");
            faults.add(&field, "There is no such agent.");
        }
    }
    if let Some(Value::Object(handler)) = sent.get("fallbackHandler") {
        let mut inner = handler.clone();
        fields::check(&mut faults, "fallbackHandler.", &inner, &HANDLER, true);
        inner
            .entry("secrets")
            .or_insert_with(|| json!(["made-up-for-the-fallback-handler"]));
        sent.insert("fallbackHandler".to_owned(), inner.into());
    }
    if let Some(refusal) = faults.answer() {
        return refusal;
    }
    config(world).fields.extend(sent);
    get_config(world, asked)
}
