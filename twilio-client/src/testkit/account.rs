//! What belongs to the account itself: its keys and its balance.

use std::time::SystemTime;

use serde_json::{Value, json};
use voice_core::testkit::SimAnswer;

use super::TwilioSimulator;
use super::answer::{Refused, named, ok};
use super::desk::{Asked, Line};
use super::pages::listed;
use super::state::State;
use crate::types::ApiTime;

pub(super) static LINES: &[Line] = &[
    Line::get("Balance.json", "balance.get", balance),
    Line::get("Keys.json", "keys.list", |asked| list(asked, "keys")),
    Line::post("Keys.json", "keys.create", create),
    Line::get("Keys/*.json", "keys.get", get),
    Line::post("Keys/*.json", "keys.update", update),
    Line::delete("Keys/*.json", "keys.delete", delete),
    Line::get("SigningKeys.json", "signing_keys.list", |asked| {
        list(asked, "signing_keys")
    }),
    Line::post("SigningKeys.json", "signing_keys.create", create),
    Line::get("SigningKeys/*.json", "signing_keys.get", get),
    Line::post("SigningKeys/*.json", "signing_keys.update", update),
    Line::delete("SigningKeys/*.json", "signing_keys.delete", delete),
];

/// Everything of this kind.
#[derive(Default)]
pub(super) struct Account {
    keys: Vec<Key>,
}

struct Key {
    sid: String,
    name: String,
    secret: String,
    created: SystemTime,
    updated: SystemTime,
}

impl Account {
    /// Whether this is the user and password of a key.
    pub(super) fn knows(&self, pair: &str) -> bool {
        self.keys
            .iter()
            .any(|key| pair.split_once(':') == Some((&key.sid, &key.secret)))
    }
}

impl Key {
    fn to_json(&self) -> Value {
        json!({
            "sid": self.sid,
            "friendly_name": self.name,
            "date_created": ApiTime::from_time(self.created),
            "date_updated": ApiTime::from_time(self.updated),
        })
    }
}

fn balance(_: &Asked<'_>) -> Result<SimAnswer, Refused> {
    Ok(ok(
        200,
        &json!({
            "account_sid": TwilioSimulator::ACCOUNT_SID,
            "balance": "100.00",
            "currency": "USD",
        }),
    ))
}

fn list(asked: &Asked<'_>, key: &str) -> Result<SimAnswer, Refused> {
    let state = asked.shared.lock();
    let keys = state.account.keys.iter().rev();
    let found = keys.map(|key| (key.sid.clone(), key.to_json()));
    listed(asked.request, key, found.collect())
}

fn name(asked: &Asked<'_>) -> Result<Option<String>, Refused> {
    let form = asked.form();
    match form.get("FriendlyName") {
        Some(name) if name.chars().count() > 64 => Err(Refused::bad(20002, named(20002))),
        name => Ok(name.map(str::to_owned)),
    }
}

/// The secret is shown this once.
fn create(asked: &Asked<'_>) -> Result<SimAnswer, Refused> {
    let name = name(asked)?.unwrap_or_default();
    let at = asked.shared.clock.wall();
    let mut state = asked.shared.lock();
    let sid = state.new_sid("SK");
    let key = Key {
        secret: sid.replacen("SK51e", "s3cret-", 1),
        sid,
        name,
        created: at,
        updated: at,
    };
    let mut shown = key.to_json();
    if let Some(object) = shown.as_object_mut() {
        object.insert("secret".to_owned(), json!(key.secret));
    }
    state.account.keys.push(key);
    Ok(ok(201, &shown))
}

fn find<'s>(state: &'s mut State, asked: &Asked<'_>) -> Result<&'s mut Key, Refused> {
    state
        .account
        .keys
        .iter_mut()
        .find(|key| key.sid == asked.part(0))
        .ok_or_else(|| asked.not_found())
}

fn get(asked: &Asked<'_>) -> Result<SimAnswer, Refused> {
    let mut state = asked.shared.lock();
    Ok(ok(200, &find(&mut state, asked)?.to_json()))
}

fn update(asked: &Asked<'_>) -> Result<SimAnswer, Refused> {
    let name = name(asked)?;
    let at = asked.shared.clock.wall();
    let mut state = asked.shared.lock();
    let key = find(&mut state, asked)?;
    if let Some(name) = name {
        key.name = name;
    }
    key.updated = at;
    Ok(ok(200, &key.to_json()))
}

fn delete(asked: &Asked<'_>) -> Result<SimAnswer, Refused> {
    let mut state = asked.shared.lock();
    find(&mut state, asked)?;
    state.account.keys.retain(|key| key.sid != asked.part(0));
    Ok(SimAnswer::empty(204))
}
