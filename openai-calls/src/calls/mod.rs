//! Calls: taken, refused, handed on and ended; and created, over WebRTC.
//!
//! A SIP call rings until somebody decides on it, so accept and reject are in a hurry: 2 s a try and 5 s in all unless the
//! [builder](crate::OpenAiClientBuilder::ringing_deadline) or the request's own options say otherwise.
//!
//! What a second arrival of each order would do, and therefore whether it is sent again after an unknown outcome:
//!
//! | operation | class | why |
//! |---|---|---|
//! | accept | idempotent | a call is accepted once; a repeat is told 404 or 409, which is [`CallOutcome::Unclear`] |
//! | reject | idempotent | the call is refused either way |
//! | hang up | idempotent | the call is over either way |
//! | refer | once | each REFER may ring somebody |
//! | create | once | each offer is a call of its own |
//!
//! The body of a success is never read: it is empty, or says nothing.

mod create;
mod outcome;
mod status;

use serde::Serialize;
use voice_core::client::{Operation, RequestBuilder};
use voice_core::error::Error;
use voice_core::provider::{CallId, TransferTarget};
use voice_core::retry::Repeat;

pub use self::create::CreatedCall;
pub use self::outcome::CallOutcome;
pub(crate) use self::outcome::{Order, settle};
pub use self::status::{RejectStatus, RejectStatusError};

use crate::OpenAiClient;
use crate::ids::segment;
use crate::session::Session;
use crate::wire::secrets_of;

/// `POST /realtime/calls`
pub static CREATE: Operation = Operation::post("calls.create", "/realtime/calls", Repeat::Once);
/// `POST /realtime/calls/{call_id}/accept`
pub static ACCEPT: Operation = Operation::post(
    "calls.accept",
    "/realtime/calls/{call_id}/accept",
    Repeat::Idempotent,
);
/// `POST /realtime/calls/{call_id}/reject`
pub static REJECT: Operation = Operation::post(
    "calls.reject",
    "/realtime/calls/{call_id}/reject",
    Repeat::Idempotent,
);
/// `POST /realtime/calls/{call_id}/refer`
pub static REFER: Operation = Operation::post(
    "calls.refer",
    "/realtime/calls/{call_id}/refer",
    Repeat::Once,
);
/// `POST /realtime/calls/{call_id}/hangup`
pub static HANG_UP: Operation = Operation::post(
    "calls.hang_up",
    "/realtime/calls/{call_id}/hangup",
    Repeat::Idempotent,
);

/// Calls; from [`OpenAiClient::calls`].
#[derive(Debug, Clone, Copy)]
pub struct Calls<'a> {
    pub(crate) client: &'a OpenAiClient,
}

impl<'a> Calls<'a> {
    pub(crate) fn new(client: &'a OpenAiClient) -> Self {
        Self { client }
    }

    /// Takes a call that rings: the caller is connected to the model. The session goes out as the body itself.
    ///
    /// # Errors
    /// [`ErrorKind::InvalidInput`](voice_core::error::ErrorKind::InvalidInput) for an id or a session that breaks a rule,
    /// before anything is sent; otherwise the API's. If [`may_have_happened`](Error::may_have_happened) says so, the call may be taken all the
    /// same: attach the sideband to find out, as for [`CallOutcome::Unclear`].
    pub async fn accept(&self, id: &CallId, session: &Session) -> Result<CallOutcome, Error> {
        checked(&ACCEPT, session.check())?;
        let request = self.about(self.client.urgent(&ACCEPT), &ACCEPT, id)?;
        let request = request.json(session).carries(&secrets_of(session));
        settle(request.send_head().await, Order::Keep)
    }

    /// Refuses a call that rings; without a status the API answers the caller with 603, declined.
    ///
    /// # Errors
    /// As [`accept`](Self::accept). 409 says that the call was decided on otherwise.
    pub async fn reject(
        &self,
        id: &CallId,
        status: Option<RejectStatus>,
    ) -> Result<CallOutcome, Error> {
        #[derive(Serialize)]
        struct Body {
            status_code: RejectStatus,
        }
        let mut request = self.about(self.client.urgent(&REJECT), &REJECT, id)?;
        if let Some(status_code) = status {
            request = request.json(&Body { status_code });
        }
        settle(request.send_head().await, Order::Refuse)
    }

    /// Asks the caller's side to call somebody else instead (SIP REFER).
    ///
    /// [`CallOutcome::Done`] means that the API took the order. **It does not prove that the transfer happened**: users saw
    /// successes without a REFER, and no event reports how it went.
    ///
    /// # Errors
    /// As [`accept`](Self::accept); it is never sent again after an unknown outcome.
    pub async fn refer(&self, id: &CallId, target: &TransferTarget) -> Result<CallOutcome, Error> {
        let request = self.about(self.client.raw().request(&REFER), &REFER, id)?;
        let body = Refer::to(target).map_err(|rule| {
            let raw = self.client.raw();
            raw.invalid(&REFER, "target_uri", rule)
        })?;
        settle(request.json(&body).send_head().await, Order::Leave)
    }

    /// Ends a call, SIP or WebRTC. There is no body.
    ///
    /// # Errors
    /// As [`accept`](Self::accept).
    pub async fn hang_up(&self, id: &CallId) -> Result<CallOutcome, Error> {
        let request = self.about(self.client.raw().request(&HANG_UP), &HANG_UP, id)?;
        settle(request.send_head().await, Order::Leave)
    }

    fn about<'r>(
        &self,
        request: RequestBuilder<'r>,
        operation: &Operation,
        id: &CallId,
    ) -> Result<RequestBuilder<'r>, Error> {
        let id = segment(self.client.raw(), operation, "call_id", id.as_str())?;
        Ok(request.path("call_id", id))
    }
}

/// Where a call is to be handed on to.
#[derive(Serialize)]
pub(crate) struct Refer {
    target_uri: String,
}

impl Refer {
    pub(crate) fn to(target: &TransferTarget) -> Result<Self, &'static str> {
        let target_uri = match target {
            // RFC 3966: a global number, with its plus sign.
            TransferTarget::Phone(number) => format!("tel:{}", number.as_str()),
            TransferTarget::Sip(uri) => uri.as_str().to_owned(),
            _ => return Err("must be a telephone number or a SIP address"),
        };
        Ok(Self { target_uri })
    }
}

/// An object that breaks a rule, as an error of the operation that would have sent it.
pub(crate) fn checked(operation: &Operation, outcome: Result<(), Error>) -> Result<(), Error> {
    outcome.map_err(|error| error.with_operation(crate::PROVIDER, operation.name()))
}
