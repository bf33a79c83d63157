//! What every call provider keeps.

use crate::clock::{Clock, SystemClock};
use crate::error::{Delivery, ErrorKind};
use crate::ident::E164;
use crate::provider::{CallId, CallKey, CallProvider, Connect, FindCall, Found, PlaceCall};

/// What the suite needs to place calls.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct CallFixture {
    /// A number that can be rung.
    pub to: E164,
    /// A number nobody has rung or will ring.
    pub never_rung: E164,
    /// A number of the account's.
    pub from: E164,
    /// What to connect to.
    pub connect: Connect,
    /// An id of the provider's form that no call has.
    pub unknown: CallId,
    request_ids: bool,
}

impl CallFixture {
    /// Puts one together.
    #[must_use]
    pub fn new(to: E164, never_rung: E164, from: E164, connect: Connect, unknown: CallId) -> Self {
        Self {
            to,
            never_rung,
            from,
            connect,
            unknown,
            request_ids: true,
        }
    }

    /// For an API whose answers carry no request id.
    #[must_use]
    pub fn without_request_ids(mut self) -> Self {
        self.request_ids = false;
        self
    }
}

/// Places a call, reads it, finds it again by its circumstances, and ends it.
#[allow(
    clippy::expect_used,
    clippy::panic,
    reason = "a conformance suite fails by panicking"
)]
pub async fn call_provider(provider: &dyn CallProvider, fixture: &CallFixture) {
    let clock = SystemClock::default();
    let order = |to| {
        PlaceCall::new(
            to,
            fixture.from,
            fixture.connect.clone(),
            CallKey::unique(&clock),
        )
    };
    let never = order(fixture.never_rung);
    let look = FindCall::of(&never, clock.wall(), clock.wall());
    let nothing = provider.find_call(&look).await.expect("a look");
    assert!(
        matches!(nothing, Found::Nothing),
        "nothing is found where nothing was placed: {nothing:?}"
    );

    let request = order(fixture.to);
    let sent_from = clock.wall();
    let placed = provider
        .place_call(&request)
        .await
        .expect("a call can be placed");
    assert!(
        !placed.status.is_final(),
        "a call just placed goes on: {}",
        placed.status
    );
    let look = FindCall::of(&request, sent_from, clock.wall());
    match provider.find_call(&look).await.expect("a look") {
        Found::One(call) => assert_eq!(call.id, placed.id, "the call that was placed is found"),
        Found::Several(ids) => assert!(
            ids.contains(&placed.id),
            "the call that was placed is among those that could be it"
        ),
        Found::Nothing => panic!("a call that was placed is found by its circumstances"),
    }
    let shown = format!("{request:?} {placed:?} {look:?}");
    assert!(
        !shown.contains(fixture.to.digits()) && !shown.contains(fixture.from.digits()),
        "no full number in Debug output"
    );
    let read = provider.get_call(&placed.id).await.expect("it can be read");
    assert_eq!(read.id, placed.id);

    let missing = provider
        .get_call(&fixture.unknown)
        .await
        .expect_err("an unknown id is an error");
    assert_eq!(missing.kind(), ErrorKind::NotFound, "{missing}");
    assert_eq!(missing.delivery(), Delivery::Answered, "{missing}");
    assert!(missing.status().is_some(), "{missing:?}");
    assert!(
        missing.request_id().is_some() || !fixture.request_ids,
        "{missing:?}"
    );

    match provider.hang_up(&placed.id).await {
        // Not every API can end a call. Then it says so at once, and leaves the call alone.
        Err(error) if error.kind() == ErrorKind::Unsupported => {
            assert_eq!(error.delivery(), Delivery::NotSent, "{error}");
            return;
        }
        outcome => outcome.expect("it can be ended"),
    }
    let ended = provider
        .get_call(&placed.id)
        .await
        .expect("it can still be read");
    assert!(
        ended.status.is_final(),
        "a call that was ended is over: {}",
        ended.status
    );
    provider
        .hang_up(&placed.id)
        .await
        .expect("ending it twice is no error");
}
