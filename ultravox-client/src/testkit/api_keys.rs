//! The simulator's API keys. It keeps them; only its [own key](super::API_KEY) opens it.

use serde_json::Value;
use voice_core::testkit::SimAnswer;

use super::answers::Faults;
use super::crud::{self, Change, Resource, Write};
use super::fields::{self, Field, Holds};
use super::router::{Asked, Route};
use super::world::{Row, World};

struct ApiKeys;

const NEW: [Field; 2] = [
    Field::new("name", Holds::Text(50)).required(),
    Field::new("expiryDate", Holds::Time).nullable(),
];

const CHANGE: [Field; 1] = [Field::new("revoked", Holds::Flag)];

/// What revocation was before a change, beside what the API knows.
const WAS_REVOKED: &str = "simulated.revoked";

pub(super) static ROUTES: &[Route] = &[
    Route::new(
        "api_keys.list",
        "GET",
        "api/api_keys",
        crud::list::<ApiKeys>,
    ),
    Route::new("api_keys.create", "POST", "api/api_keys", create),
    Route::new(
        "api_keys.get",
        "GET",
        "api/api_keys/*",
        crud::get::<ApiKeys>,
    ),
    Route::new("api_keys.replace", "PUT", "api/api_keys/*", change),
    Route::new("api_keys.update", "PATCH", "api/api_keys/*", change),
    Route::new(
        "api_keys.delete",
        "DELETE",
        "api/api_keys/*",
        crud::delete::<ApiKeys>,
    ),
];

impl Resource for ApiKeys {
    const TABLE: &'static str = "api_keys";
    const ID: &'static str = "prefix";
    const READ_ONLY: &'static [&'static str] = &["creator", "secret", WAS_REVOKED];
    const WRITE_ONLY: &'static [&'static str] = &["secret", WAS_REVOKED];
    const DEFAULTS: &'static str = r#"{"expiryDate": null, "revoked": false}"#;

    /// Only revocation can be changed, and only once.
    fn check(_: &World, faults: &mut Faults, change: &Change<'_>) {
        if change.write == Write::Create {
            fields::check(faults, "", change.sent, &NEW, true);
            return;
        }
        fields::check(faults, "", change.sent, &CHANGE, false);
        let was = change.whole.contains_key(WAS_REVOKED);
        if was && change.sent.get("revoked") == Some(&Value::Bool(false)) {
            faults.add("revoked", "This cannot be undone.");
        }
    }

    /// The id becomes a prefix: eight letters and digits.
    fn fill(_: &mut World, row: &mut Row, write: Write) {
        if write == Write::Create {
            let digits: String = row.id.chars().skip(28).collect();
            row.id = digits;
            let secret = format!("{}.{}", row.id, "0123456789abcdefghijklmnopqrstuv");
            row.fields.insert("secret".to_owned(), secret.into());
            row.fields
                .insert("creator".to_owned(), "somebody@simulated.example".into());
            row.fields.insert("revoked".to_owned(), false.into());
        }
        if row.fields.get("revoked") == Some(&Value::Bool(true)) {
            row.fields.insert(WAS_REVOKED.to_owned(), true.into());
        }
    }
}

/// The one answer with the secret in it.
fn create(world: &mut World, asked: &Asked<'_>) -> SimAnswer {
    let answer = crud::create::<ApiKeys>(world, asked);
    if answer.status != 201 {
        return answer;
    }
    let Some(row) = world.rows(ApiKeys::TABLE).last() else {
        return answer;
    };
    let mut shown = crud::shown::<ApiKeys>(world, row);
    if let (Value::Object(shown), Some(secret)) = (&mut shown, row.fields.get("secret")) {
        shown.insert("secret".to_owned(), secret.clone());
    }
    SimAnswer::json(201, &shown)
}

/// PUT and PATCH are one: everything but revocation is the server's.
fn change(world: &mut World, asked: &Asked<'_>) -> SimAnswer {
    let mut body = asked.body.clone();
    body.retain(|name, _| name == "revoked");
    crud::update::<ApiKeys>(
        world,
        &Asked {
            settings: asked.settings,
            request: asked.request,
            id: asked.id,
            ids: asked.ids,
            body: &body,
        },
    )
}
