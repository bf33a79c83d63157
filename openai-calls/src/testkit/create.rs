//! Calls that begin with an offer (WebRTC), and the read that proves a key.

use serde_json::json;
use voice_core::testkit::{SimAnswer, SimRequest};

use super::answers;
use super::call_state::{CallState, Phase};
use super::router::{Asked, Route};
use super::world::World;

pub(super) static ROUTES: &[Route] = &[
    Route("calls.create", "POST", "realtime/calls", create),
    Route("models.list", "GET", "models", |_, _| {
        answers::list(&[model("gpt-realtime-2.1")], false)
    }),
    Route("models.get", "GET", "models/*", |_, asked| {
        if asked.id.starts_with("gpt-") {
            SimAnswer::json(200, &model(asked.id))
        } else {
            answers::not_found("model")
        }
    }),
];

fn model(id: &str) -> serde_json::Value {
    json!({"id": id, "object": "model", "created": 1_750_000_000, "owned_by": "system"})
}

/// The offer: the whole body, or the part `sdp` of a form; with the part `session`, if there is one.
fn create(world: &mut World, asked: &Asked<'_>) -> SimAnswer {
    let Some((offer, session)) = offer(asked.request) else {
        return answers::error(
            415,
            "invalid_request_error",
            Some("unsupported_content_type"),
            None,
            "The content type must be application/sdp or multipart/form-data.",
        );
    };
    if !offer.trim_start().starts_with("v=0") {
        return answers::invalid("invalid_offer", Some("sdp"), "This is no SDP offer.");
    }
    let mut session = match session.as_deref().map(serde_json::from_str) {
        None => serde_json::Map::new(),
        Some(Ok(session)) => session,
        Some(Err(_)) => return answers::bad_value("session"),
    };
    if !session.is_empty()
        && let Err(refusal) = super::session::check(&session, &["realtime", "transcription"])
    {
        return refusal;
    }
    session.entry("type").or_insert_with(|| "realtime".into());
    let id = world.id("rtc_");
    let mut call = CallState::new(Phase::Accepted, world.now(), Vec::new());
    call.session = session.into();
    world.calls.insert(id.clone(), call);
    let answer = "v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=-\r\nt=0 0\r\n";
    SimAnswer::text(201, "application/sdp", answer)
        .header("location", format!("/v1/realtime/calls/{id}"))
}

fn offer(request: &SimRequest) -> Option<(String, Option<String>)> {
    let body = String::from_utf8_lossy(&request.body);
    if request.is_type("application/sdp") {
        return Some((body.into_owned(), None));
    }
    if !request.is_type("multipart/form-data") {
        return None;
    }
    let (_, boundary) = request.header("content-type").split_once("boundary=")?;
    let boundary = boundary
        .split(';')
        .next()
        .unwrap_or_default()
        .trim_matches('"');
    let part = |name: &str| {
        body.split(&format!("--{boundary}")).find_map(|part| {
            let (head, content) = part.split_once("\r\n\r\n")?;
            let is_it = head.contains(&format!("name=\"{name}\""));
            is_it.then(|| content.strip_suffix("\r\n").unwrap_or(content).to_owned())
        })
    };
    Some((part("sdp").unwrap_or_default(), part("session")))
}
