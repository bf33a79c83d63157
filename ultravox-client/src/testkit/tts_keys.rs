//! The simulator's keys at providers of voices.

use std::time::SystemTime;

use serde_json::Value;
use voice_core::testkit::SimAnswer;

use super::answers::Faults;
use super::crud::Object;
use super::fields::{self, Field, Holds};
use super::router::{Asked, Route};
use super::telephony::prefix;
use super::world::{Row, World};

const KEY: Holds = Holds::Text(usize::MAX);

const FIELDS: [Field; 6] = [
    Field::new("elevenLabs", KEY).nullable(),
    Field::new("cartesia", KEY).nullable(),
    Field::new("lmnt", KEY).nullable(),
    Field::new("google", KEY).nullable(),
    Field::new("inworld", KEY).nullable(),
    Field::new("respeecher", KEY).nullable(),
];

const TABLE: &str = "tts_api_keys";

pub(super) static ROUTES: &[Route] = &[
    Route::new(
        "accounts.tts_api_keys.get",
        "GET",
        "api/accounts/me/tts_api_keys",
        get,
    ),
    Route::new(
        "accounts.tts_api_keys.update",
        "PATCH",
        "api/accounts/me/tts_api_keys",
        update,
    ),
];

/// How each key begins, and nothing more.
fn get(world: &mut World, _: &Asked<'_>) -> SimAnswer {
    let keys = world.rows(TABLE).iter().flat_map(|row| &row.fields);
    let shown: Object = keys
        .filter_map(|(name, key)| Some((name.clone(), prefix(key.as_str()?))))
        .collect();
    SimAnswer::json(200, &Value::Object(shown))
}

/// `null` takes a key away.
fn update(world: &mut World, asked: &Asked<'_>) -> SimAnswer {
    let mut faults = Faults::default();
    fields::check(&mut faults, "", asked.body, &FIELDS, false);
    if let Some(refusal) = faults.answer() {
        return refusal;
    }
    let mut keys = Object::new();
    for row in world.table(TABLE).drain(..) {
        keys.extend(row.fields);
    }
    keys.extend(asked.body.clone());
    keys.retain(|_, key| !key.is_null());
    world.table(TABLE).push(Row {
        id: TABLE.to_owned(),
        parent: String::new(),
        fields: keys,
        created: SystemTime::UNIX_EPOCH,
        deleted: false,
    });
    get(world, asked)
}
