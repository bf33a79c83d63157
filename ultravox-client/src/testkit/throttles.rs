//! The simulator's call throttles: those of the API, and beside them those of its settings.

use std::time::Duration;

use serde_json::Value;

use super::answers::Faults;
use super::crud::{self, Change, Resource};
use super::fields::{self, Field, Holds};
use super::router::Route;
use super::rules;
use super::settings::SimSettings;
use super::world::World;

struct Throttles;

const FIELDS: [Field; 2] = [
    Field::new("name", Holds::Text(64)).required(),
    Field::new("rules", Holds::List(0, usize::MAX)).required(),
];

const RULE: [Field; 2] = [
    Field::new("maxCalls", Holds::Whole(1, 100)).required(),
    Field::new("windowSeconds", Holds::Whole(1, 86_400)).required(),
];

const TABLE: &str = "call_throttles";

pub(super) static ROUTES: &[Route] = &[
    Route::new(
        "call_throttles.list",
        "GET",
        "api/call_throttles",
        crud::list::<Throttles>,
    ),
    Route::new(
        "call_throttles.create",
        "POST",
        "api/call_throttles",
        crud::create::<Throttles>,
    ),
    Route::new(
        "call_throttles.get",
        "GET",
        "api/call_throttles/*",
        crud::get::<Throttles>,
    ),
    Route::new(
        "call_throttles.replace",
        "PUT",
        "api/call_throttles/*",
        crud::replace::<Throttles>,
    ),
    Route::new(
        "call_throttles.update",
        "PATCH",
        "api/call_throttles/*",
        crud::update::<Throttles>,
    ),
    Route::new(
        "call_throttles.delete",
        "DELETE",
        "api/call_throttles/*",
        crud::delete::<Throttles>,
    ),
];

impl Resource for Throttles {
    const TABLE: &'static str = TABLE;
    const ID: &'static str = "throttleId";

    fn check(_: &World, faults: &mut Faults, change: &Change<'_>) {
        fields::check(faults, "", change.sent, &FIELDS, change.is_whole());
        fields::check_each(faults, "rules", change.sent, &RULE);
    }
}

/// A throttle that calls are counted under.
#[derive(Debug, Clone)]
pub(super) struct Throttle {
    /// What calls under it are marked with: its id, or, for one of the settings, its name.
    pub(super) key: String,
    /// So many calls within a window; all of them hold.
    pub(super) rules: Vec<(usize, Duration)>,
}

/// The throttle of this name or id.
pub(super) fn named(world: &World, settings: &SimSettings, name: &str) -> Option<Throttle> {
    let own = settings
        .throttles
        .iter()
        .filter(|(known, ..)| known == name);
    let own: Vec<_> = own.map(|(_, calls, window)| (*calls, *window)).collect();
    if !own.is_empty() {
        return Some(Throttle {
            key: name.to_owned(),
            rules: own,
        });
    }
    let row = world.rows(TABLE).iter().find(|row| {
        let is_named = row.fields.get("name").and_then(Value::as_str) == Some(name);
        !row.deleted && (row.id == name || is_named)
    })?;
    let number = |rule: &Value, name: &str| rule.get(name).and_then(Value::as_u64);
    let rules = rules::list(row.fields.get("rules"))
        .iter()
        .filter_map(|rule| {
            let calls = usize::try_from(number(rule, "maxCalls")?).ok()?;
            Some((calls, Duration::from_secs(number(rule, "windowSeconds")?)))
        });
    Some(Throttle {
        key: row.id.clone(),
        rules: rules.collect(),
    })
}
