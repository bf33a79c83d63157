//! Who asks, and whether they may: the checks in the order in which the server makes them.

use std::time::{Duration, SystemTime};

use super::PromptOpsSimulator;
use super::answer::Refusal;
use super::choice::Signatures;
use super::time;
use super::world::{Call, Key, State};
use crate::ids::is_plain;
use crate::models::{ApiKey, KeyStatus, PoTime, Scope, Secret};
use crate::signing::HmacKey;

/// How far a timestamp may be off.
const WINDOW: Duration = Duration::from_secs(300);

/// The key of a signed request.
pub(super) fn key(call: &Call<'_>, state: &State) -> Result<usize, Refusal> {
    let request = call.request;
    let Some(key) = request.header("authorization").strip_prefix("Bearer ") else {
        return Err(Refusal::forbidden("Not authenticated"));
    };
    let signature = request.header("x-promptops-signature");
    let timestamp = request.header("x-promptops-timestamp");
    let is_checked = call.settings.signatures == Signatures::Checked;
    if is_checked {
        if signature.is_empty() || timestamp.is_empty() {
            return Err(Refusal::unauthorized(
                "Missing signature or timestamp headers",
            ));
        }
        let signed_at = time::signed_at(timestamp, call.settings.reads_times());
        if !signed_at.is_some_and(|at| is_near(at, call.wall)) {
            return Err(Refusal::unauthorized("Invalid or expired timestamp"));
        }
    }
    let index = position(state, key).ok_or_else(|| Refusal::unauthorized("Invalid API key"))?;
    let Some(known) = state.keys.get(index) else {
        return Err(Refusal::unauthorized("Invalid API key"));
    };
    usable(&known.data, call.wall).map_err(Refusal::unauthorized)?;
    let path = request.segments().join("/");
    let signed = Signed {
        timestamp,
        method: request.method.as_str(),
        path: &format!("/{path}"),
        signature,
    };
    if is_checked && !is_right(call, &known.data, &signed) {
        return Err(Refusal::unauthorized("Invalid signature"));
    }
    Ok(index)
}

fn is_near(a: SystemTime, b: SystemTime) -> bool {
    let apart = a.duration_since(b).unwrap_or_else(|error| error.duration());
    apart <= WINDOW
}

pub(super) fn position(state: &State, key: &str) -> Option<usize> {
    let wanted = Secret::from(key);
    state
        .keys
        .iter()
        .position(|known| known.data.api_key.as_ref() == Some(&wanted))
}

/// Why a key does not work.
pub(super) fn usable(key: &ApiKey, wall: SystemTime) -> Result<(), String> {
    match &key.status {
        Some(KeyStatus::Active) | None => {}
        Some(KeyStatus::Expired) => return Err("API key has expired".to_owned()),
        Some(status) => return Err(format!("API key is {}", status.as_str())),
    }
    let end = key.expires_at.as_ref().and_then(PoTime::time);
    match end {
        Some(end) if end <= wall => Err("API key has expired".to_owned()),
        _ => Ok(()),
    }
}

/// What was signed, and the signature.
pub(super) struct Signed<'a> {
    pub(super) timestamp: &'a str,
    pub(super) method: &'a str,
    /// Percent-decoded, without the query.
    pub(super) path: &'a str,
    pub(super) signature: &'a str,
}

pub(super) fn is_right(call: &Call<'_>, key: &ApiKey, signed: &Signed<'_>) -> bool {
    let (Some(api_key), Some(secret)) = (&key.api_key, &key.secret_key) else {
        return false;
    };
    let mac = HmacKey::new(&secret.clone().into_secret(), call.settings.signs_with());
    let right = mac.sign(
        api_key.expose(),
        signed.timestamp,
        signed.method,
        signed.path,
    );
    Secret::from(right) == Secret::from(signed.signature)
}

/// A bearer token.
pub(super) fn token(call: &Call<'_>) -> Result<(), Refusal> {
    let given = call.request.header("authorization");
    let right = given.strip_prefix("Bearer ") == Some(PromptOpsSimulator::TOKEN);
    right
        .then_some(())
        .ok_or_else(|| Refusal::unauthorized("Could not validate credentials"))
}

/// Whether the key may do this at all.
pub(super) fn scope(key: &Key, wanted: &Scope) -> Result<(), Refusal> {
    if key.data.allowed_scopes.contains(wanted) {
        return Ok(());
    }
    let word = wanted.as_str();
    Err(Refusal::forbidden(format!(
        "Insufficient scope. Required: {word}"
    )))
}

fn may_use(call: &Call<'_>, state: &State, project: Option<&str>) -> bool {
    let key = call.key.and_then(|index| state.keys.get(index));
    let allowed = key.and_then(|key| key.data.allowed_projects.as_ref());
    match (allowed, project) {
        (Some(allowed), Some(project)) => allowed.iter().any(|known| known == project),
        _ => true,
    }
}

/// Whether the project that was named is one the key may use.
pub(super) fn project(
    call: &Call<'_>,
    state: &State,
    project: Option<&str>,
) -> Result<(), Refusal> {
    let Some(project) = project else {
        return Ok(());
    };
    if !is_plain(project) {
        return Err(Refusal::bad("Invalid project ID format"));
    }
    if !may_use(call, state, Some(project)) {
        return Err(Refusal::forbidden(format!(
            "No access to project: {project}"
        )));
    }
    Ok(())
}

/// Whether the key may see what belongs to a project.
pub(super) fn sees(call: &Call<'_>, state: &State, project: Option<&str>) -> Result<(), Refusal> {
    may_use(call, state, project)
        .then_some(())
        .ok_or_else(|| Refusal::forbidden("No access to this prompt"))
}
