//! What everyone keeps who decides on ringing calls.

use async_trait::async_trait;

use crate::error::Delivery;
use crate::ident::{E164, SipUri};
use crate::provider::{
    AcceptCall, CallId, InboundCallProvider, Presence, RejectReason, ToolChoice, ToolSpec,
    TransferTarget,
};

/// The other end of an [`InboundCallProvider`]: makes calls ring and tells what became of them.
///
/// A simulator answers these itself; against a real account a telephone does.
#[async_trait]
pub trait InboundFixture: Send + Sync {
    /// Makes a call ring.
    async fn ring(&self) -> CallId;

    /// The caller of a ringing call hangs up.
    async fn abandon(&self, id: &CallId);

    /// What became of a call.
    async fn state(&self, id: &CallId) -> InboundState;

    /// How often this call was taken, as the caller hears it: at most once.
    async fn accepts(&self, id: &CallId) -> usize;

    /// What the call was last accepted with, as one text in which names, words and numbers can be looked for.
    async fn accepted_with(&self, id: &CallId) -> String;

    /// The next order is carried out, and its answer is lost on the way.
    async fn lose_the_next_answer(&self);
}

/// What became of a call.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum InboundState {
    /// It rings.
    Ringing,
    /// It was taken, and goes on.
    Taken,
    /// It was refused with a SIP status; `None` where the provider does not tell which.
    Rejected(Option<u16>),
    /// It was handed on to this target, in the form it was sent.
    Transferred(String),
    /// It is over.
    Over,
}

/// Takes, refuses, hands on and ends calls, those that are gone as well, and one whose answer is lost.
pub async fn inbound_call_provider(
    provider: &dyn InboundCallProvider,
    fixture: &dyn InboundFixture,
) {
    takes_a_call(provider, fixture).await;
    refuses_calls(provider, fixture).await;
    hands_calls_on(provider, fixture).await;
    knows_who_has_gone(provider, fixture).await;
    loses_no_call_to_a_lost_answer(provider, fixture).await;
    refuses_ids_that_are_paths(provider, fixture).await;
}

const SECRET_WORD: &str = "Persimmon";

fn request() -> AcceptCall {
    let schema = serde_json::json!({"type": "object", "properties": {"order": {"type": "string"}}});
    let mut request = AcceptCall::new(format!("You sell flowers; the word is {SECRET_WORD}."));
    request.tools = vec![ToolSpec::new("lookup_order", "Finds an order.", schema)];
    request.tool_choice = Some(ToolChoice::Auto);
    request
}

#[allow(clippy::expect_used, reason = "a conformance suite fails by panicking")]
async fn takes_a_call(provider: &dyn InboundCallProvider, fixture: &dyn InboundFixture) {
    let id = fixture.ring().await;
    let mut request = request();
    request.model = Some("conformance-model-1".to_owned());
    request.voice = Some("conformance-voice".to_owned());
    let shown = format!("{request:?}");
    assert!(
        !shown.contains(SECRET_WORD),
        "instructions do not show: {shown}"
    );
    let taken = provider
        .accept(&id, &request)
        .await
        .expect("a ringing call can be taken");
    assert_eq!(taken, Presence::Done, "a call that rings is there");
    assert_eq!(fixture.state(&id).await, InboundState::Taken);
    assert_eq!(fixture.accepts(&id).await, 1, "it is taken once");
    let sent = fixture.accepted_with(&id).await;
    for part in [
        SECRET_WORD,
        "lookup_order",
        "Finds an order.",
        "properties",
        "conformance-model-1",
        "conformance-voice",
    ] {
        assert!(sent.contains(part), "{part} arrives with the call");
    }
    let ended = provider
        .hang_up(&id)
        .await
        .expect("a call that goes on can be ended");
    assert_eq!(ended, Presence::Done);
    assert_eq!(fixture.state(&id).await, InboundState::Over);

    // Another call is another call: nothing of the first is left in it.
    let other = fixture.ring().await;
    let plain = AcceptCall::new("You are brief.");
    provider
        .accept(&other, &plain)
        .await
        .expect("a call can be taken with instructions alone");
    let sent = fixture.accepted_with(&other).await;
    assert!(
        sent.contains("You are brief.") && !sent.contains("lookup_order"),
        "what one call was given does not show in another"
    );
    assert_eq!(fixture.accepts(&id).await, 1);
}

#[allow(clippy::expect_used, reason = "a conformance suite fails by panicking")]
async fn refuses_calls(provider: &dyn InboundCallProvider, fixture: &dyn InboundFixture) {
    for reason in [
        RejectReason::Busy,
        RejectReason::NoCapacity,
        RejectReason::Declined,
        RejectReason::UnknownNumber,
    ] {
        let id = fixture.ring().await;
        let refused = provider
            .reject(&id, reason)
            .await
            .expect("a ringing call can be refused");
        assert_eq!(refused, Presence::Done);
        match fixture.state(&id).await {
            InboundState::Rejected(None) => {}
            state => assert_eq!(
                state,
                InboundState::Rejected(Some(reason.sip_status())),
                "the caller is told why"
            ),
        }
        assert_eq!(fixture.accepts(&id).await, 0, "it was never taken");
    }
}

#[allow(clippy::expect_used, reason = "a conformance suite fails by panicking")]
async fn hands_calls_on(provider: &dyn InboundCallProvider, fixture: &dyn InboundFixture) {
    const NUMBER: &str = "+15551234567";
    let number = E164::parse(NUMBER).expect("a number");
    let address = SipUri::parse("sip:desk@pbx.example.com").expect("an address");
    for (target, part) in [
        (TransferTarget::Phone(number), NUMBER),
        (TransferTarget::Sip(address), "sip:desk@pbx.example.com"),
    ] {
        assert!(
            !format!("{target:?}").contains("5551234567"),
            "no full number in Debug output"
        );
        let id = fixture.ring().await;
        provider
            .accept(&id, &request())
            .await
            .expect("a ringing call can be taken");
        let handed = provider
            .transfer(&id, &target)
            .await
            .expect("a call that goes on can be handed on");
        assert_eq!(handed, Presence::Done);
        match fixture.state(&id).await {
            InboundState::Transferred(to) => {
                assert!(to.contains(part), "it goes where it should: {to}");
            }
            state => assert!(
                matches!(state, InboundState::Transferred(_)),
                "the order to hand it on arrives, not {state:?}"
            ),
        }
    }
}

#[allow(clippy::expect_used, reason = "a conformance suite fails by panicking")]
async fn knows_who_has_gone(provider: &dyn InboundCallProvider, fixture: &dyn InboundFixture) {
    let id = fixture.ring().await;
    fixture.abandon(&id).await;
    let accepted = provider
        .accept(&id, &request())
        .await
        .expect("that the caller has gone is no error");
    assert_eq!(accepted, Presence::AlreadyGone);
    assert_eq!(fixture.accepts(&id).await, 0);
    let rejected = provider
        .reject(&id, RejectReason::Busy)
        .await
        .expect("nor is it for a refusal");
    assert_eq!(rejected, Presence::AlreadyGone);
    let ended = provider.hang_up(&id).await.expect("nor for hanging up");
    assert_eq!(ended, Presence::AlreadyGone);

    let id = fixture.ring().await;
    provider
        .accept(&id, &request())
        .await
        .expect("a ringing call can be taken");
    for expected in [Presence::Done, Presence::AlreadyGone] {
        let ended = provider
            .hang_up(&id)
            .await
            .expect("ending it twice is no error");
        assert_eq!(ended, expected);
    }
}

/// A call that was taken, although nobody heard so, is not written off.
async fn loses_no_call_to_a_lost_answer(
    provider: &dyn InboundCallProvider,
    fixture: &dyn InboundFixture,
) {
    let id = fixture.ring().await;
    fixture.lose_the_next_answer().await;
    match provider.accept(&id, &request()).await {
        Ok(presence) => assert_eq!(
            presence,
            Presence::Done,
            "a call that may have been taken is not called gone"
        ),
        Err(error) => assert_eq!(
            error.delivery(),
            Delivery::Unknown,
            "the error says that it may have been taken: {error}"
        ),
    }
    assert_eq!(fixture.state(&id).await, InboundState::Taken);
    assert_eq!(fixture.accepts(&id).await, 1, "nobody takes a call twice");
}

/// Ids come from outside and end up in URLs.
#[allow(clippy::expect_used, reason = "a conformance suite fails by panicking")]
async fn refuses_ids_that_are_paths(
    provider: &dyn InboundCallProvider,
    fixture: &dyn InboundFixture,
) {
    let bystander = fixture.ring().await;
    for path in [
        "..",
        ".",
        "%2e%2e",
        &format!("../calls/{bystander}"),
        "a/../b",
    ] {
        let id = CallId::new(path).expect("an opaque id may be any visible text");
        match provider.hang_up(&id).await {
            Ok(presence) => assert_eq!(
                presence,
                Presence::AlreadyGone,
                "there is no call of the id {path}"
            ),
            Err(error) => assert!(
                !error.may_have_happened(),
                "an id that is a path is refused before it does anything: {error}"
            ),
        }
    }
    assert_eq!(
        fixture.state(&bystander).await,
        InboundState::Ringing,
        "no other call is touched"
    );
}
