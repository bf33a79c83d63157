//! Webhooks that are due: to the endpoints created through the API, to the calls' own callbacks, to batches.

use serde_json::{Value, json};
use voice_core::provider::CallId;

use super::batch_run;
use super::webhooks_delivery::{RETRIES, deliver, happened, stamp};
use super::world::{CallRow, Row, World};
use super::{UltravoxSimulator, WebhookDelivery, WebhookTarget};
use crate::webhooks::EventKind;

/// A report that nobody made yet.
struct Due {
    /// The endpoint's id, if it is one.
    endpoint: Option<String>,
    target: WebhookTarget,
    kind: EventKind,
    call: CallId,
    body: Value,
    retries: u32,
}

impl UltravoxSimulator {
    /// Reports everything that happened since the last time and is not reported yet: to every endpoint made with
    /// [`webhooks()`](crate::UltravoxClient::webhooks) that wants it, to the callbacks calls were created with, and to the
    /// addresses of batches, each once. Repeated as [`deliver_webhooks`](Self::deliver_webhooks) says; what goes to a batch's
    /// address is not.
    ///
    /// An endpoint that took none of the tries becomes `unhealthy` and lists the failure, until one is taken.
    pub async fn deliver_due(&self) -> Vec<WebhookDelivery> {
        let clock = self.world(|world| world.clock.clone());
        let mut done = Vec::new();
        for due in self.world(all_due) {
            let attempts = deliver(&clock, &due.target, &due.body.to_string(), due.retries).await;
            let delivery = WebhookDelivery {
                kind: due.kind,
                call: due.call,
                attempts,
            };
            if let Some(endpoint) = &due.endpoint {
                self.world(|world| note(world, endpoint, &delivery));
            }
            done.push(delivery);
        }
        done
    }
}

fn all_due(world: &mut World) -> Vec<Due> {
    world.settle();
    let endpoints: Vec<Row> = world
        .rows("webhooks")
        .iter()
        .filter(|row| !row.deleted)
        .cloned()
        .collect();
    let mut due = Vec::new();
    for call in world.calls.iter().filter(|call| !call.deleted) {
        let shown = call.shown();
        for kind in happened(&shown) {
            for (name, endpoint, target) in listeners(&endpoints, call, &kind) {
                let key = (name, call.id.clone(), kind.to_string());
                if world.told.contains(&key) {
                    continue;
                }
                if let Ok(id) = CallId::new(call.id.as_str()) {
                    world.told.insert(key);
                    due.push(Due {
                        endpoint,
                        target,
                        kind: kind.clone(),
                        call: id,
                        body: json!({"event": kind, "call": shown}),
                        retries: RETRIES,
                    });
                }
            }
        }
    }
    due.extend(of_batches(world));
    due
}

/// Who is told of an event of a call: a name to remember it by, the endpoint's id, and where it goes.
fn listeners(
    endpoints: &[Row],
    call: &CallRow,
    kind: &EventKind,
) -> Vec<(String, Option<String>, WebhookTarget)> {
    let mut found = Vec::new();
    for row in endpoints {
        let agent = row.fields.get("agentId").and_then(Value::as_str);
        let events = row.fields.get("events").and_then(Value::as_array);
        let wants = events
            .into_iter()
            .flatten()
            .any(|event| event.as_str() == Some(kind.as_str()));
        if wants && agent.is_none_or(|agent| agent == call.agent) {
            let target = target(&row.fields.clone().into());
            found.push((row.id.clone(), Some(row.id.clone()), target));
        }
    }
    let callback = match kind {
        EventKind::CallJoined => "joined",
        EventKind::CallEnded => "ended",
        EventKind::CallBilled => "billed",
        _ => return found,
    };
    if let Some(callback) = call
        .callbacks
        .get(callback)
        .filter(|value| value.is_object())
    {
        found.push(("callback".to_owned(), None, target(callback)));
    }
    found
}

/// Where something with `url` and `secrets` is.
fn target(value: &Value) -> WebhookTarget {
    let url = value.get("url").and_then(Value::as_str).unwrap_or_default();
    let secrets = value.get("secrets").and_then(Value::as_array);
    secrets
        .into_iter()
        .flatten()
        .filter_map(Value::as_str)
        .fold(WebhookTarget::new(url), WebhookTarget::secret)
}

fn of_batches(world: &mut World) -> Vec<Due> {
    let waiting: Vec<Row> = world
        .rows(batch_run::WEBHOOKS)
        .iter()
        .filter(|row| !row.fields.contains_key("sent"))
        .cloned()
        .collect();
    let mut due = Vec::new();
    for row in waiting {
        if let Some(kept) = world.row(batch_run::WEBHOOKS, &row.id) {
            kept.fields.insert("sent".to_owned(), true.into());
        }
        let body = row.fields.get("payload").cloned().unwrap_or_default();
        let call = body.pointer("/call/callId").and_then(Value::as_str);
        let Some(call) = call.and_then(|id| CallId::new(id).ok()) else {
            continue;
        };
        let url = row.fields.get("url").and_then(Value::as_str);
        let mut target = WebhookTarget::new(url.unwrap_or_default());
        let batches = world.rows(batch_run::TABLE);
        let batch = batches.iter().find(|batch| batch.id == row.parent);
        let secret = batch.and_then(|batch| batch.fields.get("webhookSecret")?.as_str());
        if let Some(secret) = secret {
            target = target.secret(secret);
        }
        due.push(Due {
            endpoint: None,
            target,
            kind: EventKind::CallStarted,
            call,
            body,
            retries: 0,
        });
    }
    due
}

/// What a delivery says of an endpoint's health.
fn note(world: &mut World, endpoint: &str, delivery: &WebhookDelivery) {
    let now: Value = stamp(world.now()).into();
    let Some(row) = world.row("webhooks", endpoint) else {
        return;
    };
    let status = if delivery.is_acknowledged() {
        "normal"
    } else {
        let answered = delivery.attempts.last().and_then(|last| last.answered);
        let failure = answered.map_or_else(
            || "no answer".to_owned(),
            |status| format!("answered with {status}"),
        );
        let failures = row.fields.entry("recentFailures").or_insert(json!([]));
        if let Value::Array(failures) = failures {
            failures.push(json!({"timestamp": now, "failure": failure}));
        }
        "unhealthy"
    };
    if row.fields.get("status").and_then(Value::as_str) != Some(status) {
        row.fields.insert("status".to_owned(), status.into());
        row.fields.insert("lastStatusChange".to_owned(), now);
    }
}
