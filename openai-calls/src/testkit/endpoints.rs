//! Webhook endpoints. They are kept as they are set; nothing is delivered to them by itself.

use serde_json::{Map, Value, json};
use voice_core::testkit::SimAnswer;

use super::answers;
use super::router::{Asked, Route};
use super::world::World;
use crate::webhooks::EventData;

pub(super) static ROUTES: &[Route] = &[
    Route(
        "webhook_endpoints.create",
        "POST",
        "webhook_endpoints",
        |world, asked| create(world, asked).unwrap_or_else(|refusal| refusal),
    ),
    Route("webhook_endpoints.list", "GET", "webhook_endpoints", list),
    Route(
        "webhook_endpoints.get",
        "GET",
        "webhook_endpoints/*",
        |world, asked| {
            at(world, asked)
                .map_or_else(|refusal| refusal, |(_, found)| SimAnswer::json(200, &found))
        },
    ),
    Route(
        "webhook_endpoints.update",
        "POST",
        "webhook_endpoints/*",
        |world, asked| update(world, asked).unwrap_or_else(|refusal| refusal),
    ),
    Route(
        "webhook_endpoints.delete",
        "DELETE",
        "webhook_endpoints/*",
        |world, asked| match at(world, asked) {
            Err(refusal) => refusal,
            Ok((place, _)) => {
                world.endpoints.remove(place);
                let body =
                    json!({"id": asked.id, "object": "webhook_endpoint.deleted", "deleted": true});
                SimAnswer::json(200, &body)
            }
        },
    ),
    Route(
        "webhook_endpoints.rotate_secret",
        "POST",
        "webhook_endpoints/*/rotate_secret",
        |world, asked| rotate(world, asked).unwrap_or_else(|refusal| refusal),
    ),
    Route(
        "webhook_endpoints.test",
        "POST",
        "webhook_endpoints/*/test",
        |world, asked| test(world, asked).unwrap_or_else(|refusal| refusal),
    ),
    Route(
        "webhook_endpoints.event_types",
        "GET",
        "webhook_event_types",
        |_, _| {
            let more = ["video.completed", "video.failed"];
            let words = EventData::KNOWN.iter().copied().chain(more);
            let words: Vec<&str> = words.collect();
            SimAnswer::json(200, &json!({"object": "list", "data": words}))
        },
    ),
];

fn at(world: &World, asked: &Asked<'_>) -> Result<(usize, Value), SimAnswer> {
    let is_it = |endpoint: &Value| endpoint.get("id").and_then(Value::as_str) == Some(asked.id);
    let found = world
        .endpoints
        .iter()
        .enumerate()
        .find(|(_, endpoint)| is_it(endpoint));
    let found = found.map(|(place, endpoint)| (place, endpoint.clone()));
    found.ok_or_else(|| answers::not_found("webhook endpoint"))
}

/// The fields a client may set, checked.
fn fields(body: &Map<String, Value>) -> Result<(), SimAnswer> {
    for (name, value) in body {
        let text = value.as_str();
        let is_right = match name.as_str() {
            "name" => text.is_some_and(|name| (1..=256).contains(&name.chars().count())),
            "url" => text.is_some_and(|url| url.starts_with("https://") && url.len() <= 2048),
            "event_types" => value
                .as_array()
                .is_some_and(|types| !types.is_empty() && types.iter().all(Value::is_string)),
            _ => return Err(answers::unknown_parameter(name)),
        };
        if !is_right {
            return Err(answers::bad_value(name));
        }
    }
    Ok(())
}

fn create(world: &mut World, asked: &Asked<'_>) -> Result<SimAnswer, SimAnswer> {
    let body = asked.object()?;
    if let Some(name) = ["name", "url", "event_types"]
        .iter()
        .find(|name| !body.contains_key(**name))
    {
        return Err(answers::missing(name));
    }
    fields(&body)?;
    let (id, secret, now) = (world.id("whe_"), secret(world), world.unix());
    let mut endpoint = body;
    endpoint.extend([
        ("id".to_owned(), id.into()),
        ("object".to_owned(), "webhook_endpoint".into()),
        ("created_at".to_owned(), now.into()),
        ("updated_at".to_owned(), now.into()),
        ("signing_secret_hint".to_owned(), hint(&secret).into()),
    ]);
    world.endpoints.push(endpoint.clone().into());
    endpoint.insert("signing_secret".to_owned(), secret.into());
    Ok(SimAnswer::json(200, &endpoint.into()))
}

/// The newest first.
fn list(world: &mut World, asked: &Asked<'_>) -> SimAnswer {
    let limit = match asked
        .request
        .query_value("limit")
        .map(|limit| limit.parse())
    {
        None => 20,
        Some(Ok(limit @ 1..=100)) => limit,
        Some(_) => return answers::bad_value("limit"),
    };
    let after = asked.request.query_value("after");
    let mut newest: Vec<Value> = world.endpoints.iter().rev().cloned().collect();
    if let Some(after) = after {
        let is_it = |item: &Value| item.get("id").and_then(Value::as_str) == Some(after.as_str());
        match newest.iter().position(is_it) {
            Some(place) => drop(newest.drain(..=place)),
            None => return answers::bad_value("after"),
        }
    }
    let has_more = newest.len() > limit;
    newest.truncate(limit);
    answers::list(&newest, has_more)
}

fn update(world: &mut World, asked: &Asked<'_>) -> Result<SimAnswer, SimAnswer> {
    let (place, _) = at(world, asked)?;
    let body = asked.object()?;
    fields(&body)?;
    let changed = [("updated_at", Value::from(world.unix()))];
    let changes = body
        .into_iter()
        .chain(changed.map(|(name, value)| (name.to_owned(), value)));
    Ok(SimAnswer::json(200, &change(world, place, changes)))
}

fn change(
    world: &mut World,
    place: usize,
    changes: impl IntoIterator<Item = (String, Value)>,
) -> Value {
    match world.endpoints.get_mut(place) {
        Some(Value::Object(endpoint)) => {
            endpoint.extend(changes);
            Value::Object(endpoint.clone())
        }
        _ => Value::Null,
    }
}

fn rotate(world: &mut World, asked: &Asked<'_>) -> Result<SimAnswer, SimAnswer> {
    const KEEP: &str = "keep_old_secret_active_for_24_hours";
    let (place, _) = at(world, asked)?;
    let body = asked.maybe_object()?;
    for (name, value) in &body {
        if name != KEEP {
            return Err(answers::unknown_parameter(name));
        }
        if !value.is_boolean() {
            return Err(answers::bad_value(KEEP));
        }
    }
    let secret = secret(world);
    let changes = [
        ("signing_secret_hint".to_owned(), Value::from(hint(&secret))),
        ("updated_at".to_owned(), Value::from(world.unix())),
    ];
    let mut endpoint = change(world, place, changes);
    if let Value::Object(endpoint) = &mut endpoint {
        endpoint.insert("signing_secret".to_owned(), secret.into());
    }
    Ok(SimAnswer::json(200, &endpoint))
}

/// Nothing is sent: the endpoint is said to have answered 200.
fn test(world: &mut World, asked: &Asked<'_>) -> Result<SimAnswer, SimAnswer> {
    at(world, asked)?;
    let body = asked.object()?;
    let kind = body
        .get("event_type")
        .ok_or_else(|| answers::missing("event_type"))?;
    let body = json!({
        "object": "webhook_endpoint.test", "event_type": kind, "webhook_endpoint_id": asked.id,
        "status_code": 200, "success": true,
    });
    Ok(SimAnswer::json(200, &body))
}

/// A secret of the form the API gives out.
fn secret(world: &mut World) -> String {
    use base64::Engine as _;
    let seed = world.id("simulated-secret-");
    let encoded = base64::engine::general_purpose::STANDARD.encode(seed);
    format!("whsec_{encoded}")
}

fn hint(secret: &str) -> String {
    let end = secret
        .get(secret.len().saturating_sub(4)..)
        .unwrap_or_default();
    format!("whsec_…{end}")
}
