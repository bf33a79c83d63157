//! GPT-Live: the same four decisions about a call, under another path.
//!
//! A SIP call may be announced to both APIs at once; the first decision holds, and whoever comes second is told
//! `decision_already_made` ([`ErrorCode::DecisionAlreadyMade`](crate::ErrorCode)). Two things differ from
//! [`calls`](crate::calls): the session is nested under `session`, and a rejection must have a status.
//!
//! The operations are those of the official Python library 3.54 (2026-11); no schema of the session is at hand, so it is open.

use serde::Serialize;
use serde_json::{Map, Value};
use voice_core::client::{Operation, RequestBuilder};
use voice_core::error::Error;
use voice_core::provider::{CallId, TransferTarget};
use voice_core::retry::Repeat;

use crate::OpenAiClient;
use crate::calls::{CallOutcome, Order, Refer, RejectStatus, settle};
use crate::ids::segment;
use crate::wire::secrets_of;

/// `POST /live/sessions/{session_id}/accept`
pub static ACCEPT: Operation = Operation::post(
    "live_sessions.accept",
    "/live/sessions/{session_id}/accept",
    Repeat::Idempotent,
);
/// `POST /live/sessions/{session_id}/reject`
pub static REJECT: Operation = Operation::post(
    "live_sessions.reject",
    "/live/sessions/{session_id}/reject",
    Repeat::Idempotent,
);
/// `POST /live/sessions/{session_id}/refer`
pub static REFER: Operation = Operation::post(
    "live_sessions.refer",
    "/live/sessions/{session_id}/refer",
    Repeat::Once,
);
/// `POST /live/sessions/{session_id}/hangup`
pub static HANG_UP: Operation = Operation::post(
    "live_sessions.hang_up",
    "/live/sessions/{session_id}/hangup",
    Repeat::Idempotent,
);

/// Calls of GPT-Live; from [`OpenAiClient::live_sessions`].
#[derive(Debug, Clone, Copy)]
pub struct LiveSessions<'a> {
    client: &'a OpenAiClient,
}

impl<'a> LiveSessions<'a> {
    pub(crate) fn new(client: &'a OpenAiClient) -> Self {
        Self { client }
    }

    /// Takes a call that rings. `session` has at least a `model`; its `type` is set to `live` unless it has one.
    ///
    /// # Errors
    /// As [`Calls::accept`](crate::calls::Calls::accept).
    pub async fn accept(
        &self,
        id: &CallId,
        session: &Map<String, Value>,
    ) -> Result<CallOutcome, Error> {
        #[derive(Serialize)]
        struct Body {
            session: Map<String, Value>,
        }
        let mut session = session.clone();
        if !session.contains_key("type") {
            session.insert("type".to_owned(), "live".into());
        }
        let request = self.about(self.client.urgent(&ACCEPT), &ACCEPT, id)?;
        let body = Body { session };
        let request = request.json(&body).carries(&secrets_of(&body));
        settle(request.send_head().await, Order::Keep)
    }

    /// Refuses a call that rings.
    ///
    /// # Errors
    /// As [`Calls::reject`](crate::calls::Calls::reject).
    pub async fn reject(&self, id: &CallId, status: RejectStatus) -> Result<CallOutcome, Error> {
        #[derive(Serialize)]
        struct Body {
            status_code: RejectStatus,
        }
        let body = Body {
            status_code: status,
        };
        let request = self.about(self.client.urgent(&REJECT), &REJECT, id)?;
        settle(request.json(&body).send_head().await, Order::Refuse)
    }

    /// Asks the caller's side to call somebody else instead; a success proves nothing.
    ///
    /// # Errors
    /// As [`Calls::refer`](crate::calls::Calls::refer).
    pub async fn refer(&self, id: &CallId, target: &TransferTarget) -> Result<CallOutcome, Error> {
        let raw = self.client.raw();
        let request = self.about(raw.request(&REFER), &REFER, id)?;
        let body = Refer::to(target).map_err(|rule| raw.invalid(&REFER, "target_uri", rule))?;
        settle(request.json(&body).send_head().await, Order::Leave)
    }

    /// Ends a call.
    ///
    /// # Errors
    /// As [`Calls::hang_up`](crate::calls::Calls::hang_up).
    pub async fn hang_up(&self, id: &CallId) -> Result<CallOutcome, Error> {
        let request = self.client.raw().request(&HANG_UP);
        let request = self.about(request, &HANG_UP, id)?;
        settle(request.send_head().await, Order::Leave)
    }

    fn about<'r>(
        &self,
        request: RequestBuilder<'r>,
        operation: &Operation,
        id: &CallId,
    ) -> Result<RequestBuilder<'r>, Error> {
        let id = segment(self.client.raw(), operation, "session_id", id.as_str())?;
        Ok(request.path("session_id", id))
    }
}
