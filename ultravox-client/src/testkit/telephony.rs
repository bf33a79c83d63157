//! The simulator's credentials at telephone providers: one row each, there or not.

use serde_json::{Value, json};
use voice_core::provider::MediaKind;
use voice_core::testkit::SimAnswer;

use super::answers::{self, Faults};
use super::crud::Object;
use super::fields::{self, Field, Holds};
use super::router::{Asked, Route};
use super::rules;
use super::world::{Row, World};

/// A provider's own fields, and which of them are secret.
struct Provider {
    name: &'static str,
    own: &'static [Field],
    secret: &'static [&'static str],
}

const ANY: Holds = Holds::Text(usize::MAX);

static PROVIDERS: [Provider; 3] = [
    Provider {
        name: "twilio",
        own: &[
            Field::new("accountSid", ANY).required(),
            Field::new("authToken", ANY).required(),
        ],
        secret: &["authToken"],
    },
    Provider {
        name: "telnyx",
        own: &[
            Field::new("accountSid", ANY).required(),
            Field::new("apiKey", ANY).required(),
            Field::new("publicKey", ANY).required(),
            Field::new("applicationSid", Holds::Text(40)).required(),
        ],
        secret: &["apiKey", "publicKey"],
    },
    Provider {
        name: "plivo",
        own: &[
            Field::new("authId", ANY).required(),
            Field::new("authToken", ANY).required(),
        ],
        secret: &["authToken"],
    },
];

const SHARED: [Field; 3] = [
    Field::new("callCreationAllowedAgentIds", Holds::List(0, 100)),
    Field::new("callCreationAllowAllAgents", Holds::Flag),
    Field::new("requestContextMapping", Holds::Texts),
];

macro_rules! routes {
    ($($name:literal)*) => {
        pub(super) static ROUTES: &[Route] = &[
            $(
                Route::new(
                    concat!("telephony_configs.", $name, ".get"),
                    "GET",
                    concat!("api/telephony_configs/", $name),
                    |world, _| get(world, $name),
                ),
                Route::new(
                    concat!("telephony_configs.", $name, ".create"),
                    "POST",
                    concat!("api/telephony_configs/", $name),
                    |world, asked| create(world, asked, $name),
                ),
                Route::new(
                    concat!("telephony_configs.", $name, ".update"),
                    "PATCH",
                    concat!("api/telephony_configs/", $name),
                    |world, asked| update(world, asked, $name),
                ),
                Route::new(
                    concat!("telephony_configs.", $name, ".delete"),
                    "DELETE",
                    concat!("api/telephony_configs/", $name),
                    |world, _| delete(world, $name),
                ),
            )*
            Route::new(
                "accounts.telephony_config.get",
                "GET",
                "api/accounts/me/telephony_config",
                get_all,
            ),
            Route::new(
                "accounts.telephony_config.update",
                "PATCH",
                "api/accounts/me/telephony_config",
                update_all,
            ),
        ];
    };
}

routes! { "twilio" "telnyx" "plivo" }

const TABLE: &str = "telephony";

fn get(world: &mut World, name: &str) -> SimAnswer {
    match world.row(TABLE, name) {
        Some(row) => SimAnswer::json(200, &shown(row)),
        None => answers::not_found(),
    }
}

/// A second one is refused; the status is this simulator's choice.
fn create(world: &mut World, asked: &Asked<'_>, name: &str) -> SimAnswer {
    if world.row(TABLE, name).is_some() {
        return answers::detail(400, "There is a configuration already.");
    }
    let mut faults = Faults::default();
    check(&mut faults, "", name, asked.body, true);
    if let Some(refusal) = faults.answer() {
        return refusal;
    }
    set(world, name, asked.body.clone());
    match world.row(TABLE, name) {
        Some(row) => SimAnswer::json(201, &shown(row)),
        None => answers::not_found(),
    }
}

fn update(world: &mut World, asked: &Asked<'_>, name: &str) -> SimAnswer {
    let Some(row) = world.row(TABLE, name) else {
        return answers::not_found();
    };
    let mut whole = row.fields.clone();
    whole.extend(asked.body.clone());
    let mut faults = Faults::default();
    check(&mut faults, "", name, &whole, false);
    if let Some(refusal) = faults.answer() {
        return refusal;
    }
    row.fields = whole;
    SimAnswer::json(200, &shown(row))
}

fn delete(world: &mut World, name: &str) -> SimAnswer {
    match world.row(TABLE, name) {
        Some(row) => {
            row.deleted = true;
            SimAnswer::empty(204)
        }
        None => answers::not_found(),
    }
}

fn get_all(world: &mut World, _: &Asked<'_>) -> SimAnswer {
    let mut all = Object::new();
    for provider in &PROVIDERS {
        let config = world.row(TABLE, provider.name).map(|row| shown(row));
        all.insert(provider.name.to_owned(), config.into());
    }
    SimAnswer::json(200, &Value::Object(all))
}

fn update_all(world: &mut World, asked: &Asked<'_>) -> SimAnswer {
    let mut faults = Faults::default();
    for provider in &PROVIDERS {
        match asked.body.get(provider.name) {
            None | Some(Value::Null) => {}
            Some(Value::Object(config)) => {
                let at = format!("{}.", provider.name);
                check(&mut faults, &at, provider.name, config, true);
            }
            Some(_) => faults.add(provider.name, "Expected an object."),
        }
    }
    if let Some(refusal) = faults.answer() {
        return refusal;
    }
    for provider in &PROVIDERS {
        match asked.body.get(provider.name) {
            Some(Value::Object(config)) => set(world, provider.name, config.clone()),
            Some(Value::Null) => {
                delete(world, provider.name);
            }
            _ => {}
        }
    }
    get_all(world, asked)
}

fn set(world: &mut World, name: &str, fields: Object) {
    delete(world, name);
    let created = world.now();
    world.table(TABLE).push(Row {
        id: name.to_owned(),
        parent: String::new(),
        fields,
        created,
        deleted: false,
    });
}

fn of(name: &str) -> Option<&'static Provider> {
    PROVIDERS.iter().find(|provider| provider.name == name)
}

fn check(faults: &mut Faults, at: &str, name: &str, config: &Object, whole: bool) {
    let own = of(name).map_or(&[][..], |provider| provider.own);
    fields::check(faults, at, config, own, whole);
    fields::check(faults, at, config, &SHARED, whole);
    let all = config.get("callCreationAllowAllAgents") == Some(&Value::Bool(true));
    if all && !rules::list(config.get("callCreationAllowedAgentIds")).is_empty() {
        faults.add(
            &format!("{at}callCreationAllowedAgentIds"),
            "May not be set if callCreationAllowAllAgents is true.",
        );
    }
}

/// A configuration as it is given out: of what is secret, the first four characters.
fn shown(row: &Row) -> Value {
    let mut fields = row.fields.clone();
    for name in of(&row.id).map_or(&[][..], |provider| provider.secret) {
        let secret = fields.remove(*name);
        let secret = secret.as_ref().and_then(Value::as_str).unwrap_or_default();
        fields.insert(format!("{name}Prefix"), prefix(secret));
    }
    fields
        .entry("callCreationAllowedAgentIds")
        .or_insert_with(|| json!([]));
    fields
        .entry("callCreationAllowAllAgents")
        .or_insert(Value::Bool(false));
    fields
        .entry("requestContextMapping")
        .or_insert_with(|| json!({}));
    fields.into()
}

/// What is given out of a secret.
pub(super) fn prefix(secret: &str) -> Value {
    json!({"prefix": secret.chars().take(4).collect::<String>()})
}

/// A medium that dials needs the account's credentials at its provider.
pub(super) fn credentials(world: &World, faults: &mut Faults, at: &str, medium: Option<&Value>) {
    for provider in &PROVIDERS {
        let dials = medium
            .and_then(|medium| medium.get(provider.name)?.get("outgoing"))
            .is_some();
        let has = world
            .rows(TABLE)
            .iter()
            .any(|row| row.id == provider.name && !row.deleted);
        if dials && !has {
            faults.add(at, "The provider is not configured for this account.");
        }
    }
}

/// Gives the account credentials at a provider, as if they had been set.
pub(super) fn configure(world: &mut World, provider: &MediaKind) {
    let (name, config) = match provider {
        MediaKind::Twilio => (
            "twilio",
            json!({"accountSid": "AC1", "authToken": "simulated"}),
        ),
        MediaKind::Plivo => ("plivo", json!({"authId": "MA1", "authToken": "simulated"})),
        MediaKind::Telnyx => (
            "telnyx",
            json!({"accountSid": "1", "apiKey": "simulated", "publicKey": "simulated", "applicationSid": "1"}),
        ),
        _ => return,
    };
    set(world, name, config.as_object().cloned().unwrap_or_default());
}
