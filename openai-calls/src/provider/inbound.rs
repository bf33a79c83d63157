//! Ringing calls, for applications that do not know which provider they speak to.

use async_trait::async_trait;
use voice_core::error::Error;
use voice_core::provider::{
    AcceptCall, CallId, InboundCallProvider, Presence, RejectReason, TransferTarget,
};

use crate::OpenAiClient;
use crate::calls::{CallOutcome, RejectStatus};
use crate::session::Session;

/// As [`Calls`](crate::calls::Calls) does it.
///
/// An accept that may have been carried out ([`CallOutcome::Unclear`], or no clear answer at all) is an error whose
/// [`may_have_happened`](Error::may_have_happened) says so: attach the sideband before giving the call up.
#[async_trait]
impl InboundCallProvider for OpenAiClient {
    async fn accept(&self, id: &CallId, request: &AcceptCall) -> Result<Presence, Error> {
        let mut session = Session::from(request);
        if request.model.is_none() && !request.extra.contains_key("model") {
            session = session.model(self.default_model());
        }
        presence(self.calls().accept(id, &session).await?)
    }

    async fn reject(&self, id: &CallId, reason: RejectReason) -> Result<Presence, Error> {
        let status = RejectStatus::from(reason);
        presence(self.calls().reject(id, Some(status)).await?)
    }

    async fn transfer(&self, id: &CallId, target: &TransferTarget) -> Result<Presence, Error> {
        presence(self.calls().refer(id, target).await?)
    }

    async fn hang_up(&self, id: &CallId) -> Result<Presence, Error> {
        presence(self.calls().hang_up(id).await?)
    }
}

fn presence(outcome: CallOutcome) -> Result<Presence, Error> {
    match outcome {
        CallOutcome::Done(_) => Ok(Presence::Done),
        CallOutcome::AlreadyGone(_) => Ok(Presence::AlreadyGone),
        CallOutcome::Unclear(error) => Err(error),
    }
}
