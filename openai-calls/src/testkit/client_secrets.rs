//! Client secrets: short-lived keys for browsers.

use serde_json::{Value, json};
use voice_core::testkit::SimAnswer;

use super::router::{Asked, Route};
use super::world::World;
use super::{answers, session};

pub(super) static ROUTES: &[Route] = &[
    Route(
        "client_secrets.create",
        "POST",
        "realtime/client_secrets",
        |world, asked| {
            create(world, asked, &["realtime", "transcription"]).unwrap_or_else(|refusal| refusal)
        },
    ),
    Route(
        "client_secrets.create_translation",
        "POST",
        "realtime/translations/client_secrets",
        |world, asked| create(world, asked, &["translation"]).unwrap_or_else(|refusal| refusal),
    ),
    Route(
        "client_secrets.legacy_session",
        "POST",
        "realtime/sessions",
        legacy,
    ),
    Route(
        "client_secrets.legacy_transcription_session",
        "POST",
        "realtime/transcription_sessions",
        legacy,
    ),
];

/// The session of a translation is required and has no type of its own.
fn create(world: &mut World, asked: &Asked<'_>, types: &[&str]) -> Result<SimAnswer, SimAnswer> {
    let body = asked.maybe_object()?;
    let seconds = match body.get("expires_after") {
        None => 600,
        Some(after) => {
            if after
                .get("anchor")
                .is_some_and(|anchor| anchor != "created_at")
            {
                return Err(answers::bad_value("expires_after.anchor"));
            }
            match after.get("seconds") {
                None => 600,
                Some(seconds) => seconds
                    .as_u64()
                    .filter(|seconds| (10..=7200).contains(seconds))
                    .ok_or_else(|| answers::bad_value("expires_after.seconds"))?,
            }
        }
    };
    let is_translation = types == ["translation"];
    let session = match body.get("session") {
        Some(Value::Object(session)) => {
            if !is_translation {
                session::check(session, types)?;
            }
            session.clone()
        }
        None if is_translation => return Err(answers::missing("session")),
        None => [("type".to_owned(), "realtime".into())]
            .into_iter()
            .collect(),
        Some(_) => return Err(answers::bad_value("session")),
    };
    let (value, until) = (world.id("ek_"), world.unix() + seconds);
    world.secrets.push((value.clone(), until));
    let mut session = session;
    session.insert("id".to_owned(), world.id("sess_").into());
    session.insert("object".to_owned(), "realtime.session".into());
    let body = json!({"value": value, "expires_at": until, "session": session});
    Ok(SimAnswer::json(200, &body))
}

/// A session of the beta, whose flat form is not looked at.
fn legacy(world: &mut World, asked: &Asked<'_>) -> SimAnswer {
    let mut session = match asked.maybe_object() {
        Ok(session) => session,
        Err(refusal) => return refusal,
    };
    let (value, until) = (world.id("ek_"), world.unix() + 60);
    world.secrets.push((value.clone(), until));
    session.insert("id".to_owned(), world.id("sess_").into());
    session.insert(
        "client_secret".to_owned(),
        json!({"value": value, "expires_at": until}),
    );
    SimAnswer::json(200, &session.into())
}
