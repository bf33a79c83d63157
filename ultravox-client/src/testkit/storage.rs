//! The storage behind presigned links: a server of its own, as the real one is a host of its own.
//!
//! It takes files and gives previews to whoever has a link, for as long as the link lives, and for the method and the
//! media type it was made for. Whoever shows it an API key is refused: that key was given away.

use std::fmt::Write as _;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use bytes::Bytes;
use voice_core::testkit::{Mishap, Service, SimAnswer, SimRequest};

use super::router::Router;
use super::world::World;

/// How long a link lives.
pub(super) const LIFE: Duration = Duration::from_secs(300);
/// The largest file.
pub(super) const MOST: usize = 10 << 20;

/// The names of the storage's operations, for mishaps and counts.
pub(super) const PUT: &str = "storage.put";
pub(super) const GET: &str = "storage.get";

/// What a link is for.
#[derive(Debug, Clone)]
pub(super) struct Slot {
    pub(super) id: String,
    /// The corpus an upload is for; empty for what is only given out.
    pub(super) corpus: String,
    pub(super) mime_type: String,
    pub(super) name: String,
    pub(super) bytes: Option<Bytes>,
    expires: SystemTime,
    signature: String,
}

/// The storage's door; the world behind it is the API's.
#[derive(Debug)]
pub(super) struct FileStorage(pub(super) Arc<Router>);

impl Service for FileStorage {
    fn answer(&self, request: &SimRequest) -> SimAnswer {
        let name = if request.method == "PUT" { PUT } else { GET };
        self.0
            .world(|world| *world.requests.entry(name).or_default() += 1);
        let mishap = self.0.mishaps.take(name);
        if let Some(mishap) = mishap.as_ref().filter(|mishap| !mishap.acts()) {
            return fail(mishap);
        }
        let answer = self.0.world(|world| act(world, request));
        match mishap {
            None => answer,
            Some(Mishap::Slow(delay)) => answer.after(delay),
            Some(mishap) => fail(&mishap),
        }
    }
}

fn fail(mishap: &Mishap) -> SimAnswer {
    match mishap {
        Mishap::RateLimited(_) => refusal(429, "SlowDown"),
        Mishap::Unavailable(_) => refusal(503, "ServiceUnavailable"),
        Mishap::BadGateway => refusal(502, "BadGateway"),
        Mishap::Unauthorized => refusal(403, "AccessDenied"),
        _ => refusal(500, "InternalError"),
    }
}

/// In a storage's own words, which are XML and repeat what was asked.
fn refusal(status: u16, code: &str) -> SimAnswer {
    let body = format!("<?xml version=\"1.0\"?><Error><Code>{code}</Code></Error>");
    SimAnswer::text(status, "application/xml", body)
}

fn act(world: &mut World, request: &SimRequest) -> SimAnswer {
    for header in ["x-api-key", "authorization", "cookie"] {
        if request.headers.contains_key(header) {
            world.leaks += 1;
            return refusal(403, "CredentialsNotWelcome");
        }
    }
    let now = world.now();
    let path = request.segments();
    let id = path.last().map(String::as_str).unwrap_or_default();
    let signature = request.query_value("signature").unwrap_or_default();
    let Some(slot) = world
        .storage
        .iter_mut()
        .find(|slot| slot.id == id && slot.signature == signature)
    else {
        return refusal(403, "SignatureDoesNotMatch");
    };
    if slot.expires <= now {
        return refusal(403, "AccessDenied");
    }
    let is_upload = !slot.corpus.is_empty();
    match request.method.as_str() {
        "PUT" if is_upload => {
            if request.header("content-type") != slot.mime_type {
                return refusal(403, "SignatureDoesNotMatch");
            }
            if request.body.len() > MOST {
                return refusal(400, "EntityTooLarge");
            }
            slot.bytes = Some(request.body.clone());
            SimAnswer::empty(200).header("etag", format!("\"{:x}\"", request.body.len()))
        }
        "GET" if !is_upload => match &slot.bytes {
            Some(bytes) => SimAnswer::text(200, media_type(&slot.mime_type), bytes.clone()),
            None => refusal(404, "NoSuchKey"),
        },
        _ => refusal(403, "SignatureDoesNotMatch"),
    }
}

/// A link that a file can be sent to.
pub(super) fn upload_link(
    world: &mut World,
    corpus: &str,
    mime_type: &str,
    name: &str,
) -> (String, String) {
    let id = world.id();
    let link = slot(world, &id, corpus, mime_type, name, None);
    (id, link)
}

/// A link that bytes can be fetched from.
pub(super) fn download_link(
    world: &mut World,
    name: &str,
    mime_type: &str,
    bytes: Bytes,
) -> String {
    let id = world.id();
    slot(world, &id, "", mime_type, name, Some(bytes))
}

/// What is given out is sound or a log.
fn media_type(mime_type: &str) -> &'static str {
    match mime_type {
        "text/plain" => "text/plain",
        _ => "audio/wav",
    }
}

fn slot(
    world: &mut World,
    id: &str,
    corpus: &str,
    mime_type: &str,
    name: &str,
    bytes: Option<Bytes>,
) -> String {
    // Nobody can guess it who has not got it: enough for a simulator.
    let mut signature = String::new();
    for byte in id.bytes().rev() {
        let _ = write!(signature, "{:02x}", byte ^ 0x5a);
    }
    let place = if corpus.is_empty() {
        "files"
    } else {
        "uploads"
    };
    let link = format!(
        "{}/{place}/{id}?expires={}&signature={signature}",
        world.storage_url,
        LIFE.as_secs()
    );
    let expires = world.now() + LIFE;
    world.storage.push(Slot {
        id: id.to_owned(),
        corpus: corpus.to_owned(),
        mime_type: mime_type.to_owned(),
        name: name.to_owned(),
        bytes,
        expires,
        signature,
    });
    link
}
