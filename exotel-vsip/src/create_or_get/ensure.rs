//! The one procedure behind every create-or-get.

use std::future::Future;

use voice_core::client::{Operation, Response};
use voice_core::error::{Delivery, Error, ErrorKind};

use super::look::Asked;
use super::{Ensured, Mismatch};
use crate::PROVIDER;
use crate::client::ExotelClient;
use crate::types::TrunkSid;

/// Something with a natural key.
pub(crate) trait Kind: Sync {
    /// The object of the API.
    type Item: Send;

    /// Whether the server surely refuses a second one.
    const SERVER_REFUSES_A_SECOND: bool;

    /// What makes it.
    fn operation(&self) -> &'static Operation;

    fn client(&self) -> &ExotelClient;

    /// Makes it, by one request.
    fn create(&self) -> impl Future<Output = Result<Response<Self::Item>, Error>> + Send;

    /// Looks for it where it belongs.
    fn look(&self, asked: &Asked) -> impl Future<Output = Result<Seen<Self::Item>, Error>> + Send;

    /// Looks for it once the server has said that it is there.
    fn look_further(
        &self,
        asked: &Asked,
    ) -> impl Future<Output = Result<Seen<Self::Item>, Error>> + Send {
        self.look(asked)
    }
}

/// What a look showed.
#[derive(Debug)]
pub(crate) enum Seen<T> {
    /// Nothing.
    Absent,
    /// It, and in what it differs.
    Here(T, Vec<Mismatch>),
    /// It belongs to another trunk.
    Elsewhere(TrunkSid),
}

/// What is known before anything is made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Before {
    /// Nothing: make it, and see.
    Nothing,
    /// It is not there.
    Absent,
    /// It may be there: look first.
    Look,
}

impl Before {
    /// What to begin with when nothing is known of a thing: where the server takes a second one, only a look helps.
    pub(crate) fn of<K: Kind>() -> Self {
        if K::SERVER_REFUSES_A_SECOND {
            Self::Nothing
        } else {
            Self::Look
        }
    }
}

/// Makes it, or finds it.
pub(crate) async fn ensure<K: Kind>(
    kind: &K,
    before: Before,
    asked: &Asked,
) -> Result<Ensured<K::Item>, Error> {
    let mut known_absent = before == Before::Absent;
    if before == Before::Look {
        match kind.look(asked).await? {
            Seen::Absent => known_absent = true,
            seen => return found(kind, seen),
        }
    }
    let lost = match asked.counted(kind.create().await) {
        Ok(made) => return Ok(Ensured::Created(made)),
        Err(error) if error.kind() == ErrorKind::AlreadyExists => {
            return found(kind, look_twice(kind, asked, error).await?);
        }
        Err(error) if error.may_have_happened() => error,
        Err(error) => return Err(error),
    };
    let own = |item| {
        if known_absent {
            Ensured::Created(item)
        } else {
            Ensured::Recovered(item)
        }
    };

    if !K::SERVER_REFUSES_A_SECOND {
        settle(kind).await;
    }
    if let Some(item) = seen_after(kind, asked, &lost).await? {
        return recovered(item, own);
    }
    // It was looked for and is not there: once more, and not again.
    let error = match asked.counted(kind.create().await) {
        Ok(made) => return Ok(Ensured::Created(made)),
        Err(error) => error,
    };
    if error.kind() == ErrorKind::AlreadyExists {
        // The first request was late, or the list was.
        return match look_twice(kind, asked, error).await? {
            Seen::Here(item, mismatches) => recovered((item, mismatches), own),
            seen => found(kind, seen),
        };
    }
    if !error.may_have_happened() {
        // What the first request did is not made clear by what became of the second: it may yet act.
        return Err(error
            .with_delivery(Delivery::Unknown)
            .with_context("reconciled", "looked once: it was not there"));
    }
    settle(kind).await;
    match seen_after(kind, asked, &error).await? {
        Some(item) => recovered(item, own),
        None => Err(error.with_context("reconciled", "looked twice: it was not there")),
    }
}

/// What there is although this call did not make it.
fn found<K: Kind>(kind: &K, seen: Seen<K::Item>) -> Result<Ensured<K::Item>, Error> {
    match seen {
        Seen::Here(item, mismatches) if mismatches.is_empty() => Ok(Ensured::Found(item)),
        Seen::Here(item, mismatches) => Ok(Ensured::Differs(item, mismatches)),
        Seen::Elsewhere(trunk) => Err(held_elsewhere(kind.operation(), &trunk)),
        // `look_twice` turns this into its error.
        Seen::Absent => Err(crate::missing(kind.operation().name(), "such item")),
    }
}

/// What a request of this call made, most likely. That a password cannot be compared says nothing then.
fn recovered<T>(
    (item, mut mismatches): (T, Vec<Mismatch>),
    own: impl FnOnce(T) -> Ensured<T>,
) -> Result<Ensured<T>, Error> {
    mismatches.retain(|mismatch| *mismatch != Mismatch::PasswordUnverified);
    Ok(if mismatches.is_empty() {
        own(item)
    } else {
        Ensured::Differs(item, mismatches)
    })
}

/// Looks after an unknown outcome. When even that fails, the outcome stays unknown.
async fn seen_after<K: Kind>(
    kind: &K,
    asked: &Asked,
    lost: &Error,
) -> Result<Option<(K::Item, Vec<Mismatch>)>, Error> {
    match kind.look(asked).await {
        Ok(Seen::Here(item, mismatches)) => Ok(Some((item, mismatches))),
        Ok(Seen::Absent | Seen::Elsewhere(_)) => Ok(None),
        Err(error) => Err(error
            .with_delivery(Delivery::Unknown)
            .with_context("after", lost.message())
            .with_hint(
                "The creation's outcome is unknown, and looking for it failed too: run it again",
            )),
    }
}

/// Looks for what the server says is there; once more after a while, since its lists may be late.
async fn look_twice<K: Kind>(
    kind: &K,
    asked: &Asked,
    refusal: Error,
) -> Result<Seen<K::Item>, Error> {
    for last in [false, true] {
        match kind.look_further(asked).await? {
            Seen::Absent if last => {}
            Seen::Absent => settle(kind).await,
            seen => return Ok(seen),
        }
    }
    Err(nowhere(refusal))
}

/// Under which name the context says that an existing thing is not seen.
pub(crate) const NOWHERE: &str = "existing";

/// The server says that it is there, but this account does not see it.
pub(crate) fn nowhere(refusal: Error) -> Error {
    refusal
        .with_context(NOWHERE, "not visible to this account")
        .with_hint("It is taken, but not by anything this account can see: use another name, or ask support who holds it")
}

async fn settle<K: Kind>(kind: &K) {
    let client = kind.client();
    client.raw().clock().sleep(client.settle()).await;
}

fn held_elsewhere(operation: &'static Operation, trunk: &TrunkSid) -> Error {
    Error::new(
        ErrorKind::Conflict,
        format!("it belongs to another trunk: {trunk}"),
    )
    .with_operation(PROVIDER, operation.name())
    .with_delivery(Delivery::Answered)
    .with_code(crate::ErrorCode::Duplicate.as_str())
    .with_context("trunk_sid", trunk.as_str())
    .with_hint("Unmap it from the trunk that holds it first, or use that trunk")
}

/// What is there is not what was asked for.
pub(crate) fn mismatched(operation: &'static Operation, mismatches: &[Mismatch]) -> Error {
    let texts: Vec<String> = mismatches.iter().map(ToString::to_string).collect();
    Error::new(
        ErrorKind::Conflict,
        format!("it is there already, but {}", texts.join("; ")),
    )
    .with_operation(PROVIDER, operation.name())
    .with_delivery(Delivery::Answered)
    .with_hint(
        "Change the plan, change what is there, or let the plan keep or change it (OnDifference)",
    )
}
