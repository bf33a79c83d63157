//! What the simulator answers a telephone provider with whose call comes in.
//!
//! The real API must have been told that the provider may reach the agent; this one takes every provider it recognises by
//! the fields of its request.

use serde_json::{Map, Value, json};
use voice_core::testkit::SimAnswer;

use super::answers;
use super::limits;
use super::router::{Asked, Route};
use super::start::{self, Start};
use super::world::World;

pub(super) static ROUTES: &[Route] = &[Route::new(
    "agents.telephony_xml",
    "POST",
    "api/agents/*/telephony_xml",
    answer,
)
.raw()
.open()];

fn answer(world: &mut World, asked: &Asked<'_>) -> SimAnswer {
    let request = asked.request;
    let fields: Map<String, Value> = if request.is_type("application/json") {
        match request.json() {
            Some(Value::Object(fields)) => fields,
            _ => return answers::detail(400, "JSON parse error"),
        }
    } else if request.is_type("application/x-www-form-urlencoded") {
        let pairs = request.form().into_iter();
        pairs.map(|(name, value)| (name, value.into())).collect()
    } else {
        return answers::detail(415, "Unsupported media type in request.");
    };
    world.settle();
    let Some(agent) = world.agent(asked.id) else {
        return answers::not_found();
    };
    let has = |name: &str| fields.contains_key(name);
    // Telnyx speaks the forms of Twilio, and says more.
    let medium = if has("CallUUID") {
        "plivo"
    } else if has("CallSid") && has("CallControlId") {
        "telnyx"
    } else if has("CallSid") {
        "twilio"
    } else {
        return answers::detail(400, "Not a request of a supported telephony provider.");
    };
    let body = json!({"medium": {medium: {}}, "requestContext": {medium: fields}});
    let body = body.as_object().cloned().unwrap_or_default();
    let new = Start::of_agent(agent, body);
    if let Some(refusal) = limits::limited(world, asked.settings, None) {
        return refusal;
    }
    let now = world.now();
    let call = start::row(world, new, None, now);
    let url = call
        .fixed
        .get("joinUrl")
        .and_then(Value::as_str)
        .unwrap_or_default();
    let url = url.replace('&', "&amp;");
    let inner = match medium {
        "plivo" => format!(
            "<Stream keepCallAlive=\"true\" bidirectional=\"true\" contentType=\"audio/x-l16;rate=16000\">{url}</Stream>"
        ),
        "telnyx" => format!("<Connect><Stream url=\"{url}\" bidirectionalMode=\"rtp\"/></Connect>"),
        _ => format!("<Connect><Stream url=\"{url}\"/></Connect>"),
    };
    world.calls.push(call);
    let xml = format!("<?xml version=\"1.0\" encoding=\"UTF-8\"?><Response>{inner}</Response>");
    SimAnswer::text(200, "text/xml", xml)
}
