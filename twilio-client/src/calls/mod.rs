//! Calls: dial, read, list, change, hang up.
//!
//! ```no_run
//! # async fn example(client: twilio_client::TwilioClient) -> Result<(), Box<dyn std::error::Error>> {
//! use std::time::Duration;
//! use twilio_client::calls::CreateCall;
//! use twilio_client::twiml::{Response, Say};
//! use voice_core::ident::E164;
//!
//! let greeting = Response::new().with(Say::new("Hello!")).to_inline()?;
//! let request = CreateCall::new(E164::parse("+14155550123")?, E164::parse("+14155550100")?, greeting)
//!     .timeout(Duration::from_secs(20));
//! let call = client.calls().create(&request).await?;
//! println!("{:?} is {:?} (request {:?})", call.sid, call.status, call.request_id());
//! # Ok(()) }
//! ```
//!
//! What belongs to one call is in a module of its own: [`events`], [`recordings`], [`streams`], [`siprec`],
//! [`transcriptions`], [`payments`], [`messages`]; its debugger entries are with [`notifications`](crate::notifications).
//!
//! Calls above the account's calls per second (1 unless raised) are not refused: they wait as `queued`.

mod create;
pub mod events;
mod fork;
mod key;
mod list;
pub mod messages;
mod model;
mod options;
pub mod payments;
pub mod recordings;
pub mod siprec;
pub mod streams;
pub mod transcriptions;
mod update;

use voice_core::client::{Cursor, Form, Operation, Pager, Response};
use voice_core::error::Error;
use voice_core::ident::CallSid;
use voice_core::provider::CallKey;
use voice_core::retry::Repeat;

use crate::client::TwilioClient;
use crate::operation::SpecOperation;
use crate::paging;

pub use crate::types::CallEvent;
pub use create::CreateCall;
pub use fork::{
    CustomParameters, CustomParametersError, ForkName, ForkNameError, ForkOf, ForkStatus, Track,
    UpdateFork,
};
pub use key::IdempotencyKey;
use list::CallPage;
pub use list::ListCalls;
pub use model::{AnsweredBy, Call, CallDirection, CallStatus};
pub(crate) use options::detection_rules;
pub use options::{
    Instructions, MachineDetection, RecordingChannels, RecordingEvent, RecordingTrack, Trim,
};
pub use update::{CallUpdateStatus, UpdateCall};

static CREATE: Operation = Operation::post(
    "calls.create",
    "/2010-04-01/Accounts/{AccountSid}/Calls.json",
    Repeat::Once,
);
static GET: Operation = Operation::get(
    "calls.get",
    "/2010-04-01/Accounts/{AccountSid}/Calls/{Sid}.json",
);
static LIST: Operation =
    Operation::get("calls.list", "/2010-04-01/Accounts/{AccountSid}/Calls.json");
static UPDATE: Operation = Operation::post(
    "calls.update",
    "/2010-04-01/Accounts/{AccountSid}/Calls/{Sid}.json",
    Repeat::Once,
);

static DELETE: Operation = Operation::delete(
    "calls.delete",
    "/2010-04-01/Accounts/{AccountSid}/Calls/{Sid}.json",
);

pub(crate) static OPERATIONS: &[SpecOperation] = &[
    SpecOperation::v2010("CreateCall", &CREATE),
    SpecOperation::v2010("DeleteCall", &DELETE),
    SpecOperation::v2010("FetchCall", &GET),
    SpecOperation::v2010("ListCall", &LIST),
    SpecOperation::v2010("UpdateCall", &UPDATE),
];

/// The calls of an account; see [`TwilioClient::calls`].
#[derive(Debug, Clone, Copy)]
pub struct Calls<'c> {
    client: &'c TwilioClient,
}

impl<'c> Calls<'c> {
    pub(crate) fn new(client: &'c TwilioClient) -> Self {
        Self { client }
    }

    pub(crate) fn client(&self) -> &'c TwilioClient {
        self.client
    }

    /// Rings a phone. **Never repeated by itself** once it may have left: no idempotency key exists here.
    ///
    /// # Errors
    /// [`ErrorKind::InvalidInput`](voice_core::error::ErrorKind::InvalidInput) with one field message for each value that
    /// breaks a rule, before anything is sent. After [`Delivery::Unknown`](voice_core::error::Delivery::Unknown) somebody
    /// may be rung: look with [`CallProvider::find_call`](voice_core::provider::CallProvider::find_call), do not repeat.
    pub async fn create(&self, request: &CreateCall) -> Result<Response<Call>, Error> {
        // So that no dial with an unknown outcome takes this call for its own.
        let ledger = self.client.ledger();
        let key = CallKey::unique(&**self.client.raw().clock());
        let phones = request.phones();
        if let Some((to, from)) = phones {
            request.check()?;
            ledger.begin(&key, to, from, self.client.raw().clock().wall());
        }
        let outcome = self.create_unclaimed(request).await;
        match &outcome {
            Ok(call) => {
                if let Some(sid) = call.sid {
                    ledger.claim(&sid, &key);
                }
            }
            Err(error) if error.may_have_happened() => {}
            Err(_) => ledger.forget(&key),
        }
        outcome
    }

    pub(crate) async fn create_unclaimed(
        &self,
        request: &CreateCall,
    ) -> Result<Response<Call>, Error> {
        request.check()?;
        let mut form = Form::new();
        request.encode(&mut |name, value| form.push(name, value));
        let mut sending = self
            .client
            .raw()
            .request(&CREATE)
            .path("AccountSid", self.client.account_sid())
            .form(form);
        for secret in request.secrets() {
            sending = sending.secret(secret);
        }
        sending.send().await
    }

    /// Reads a call.
    ///
    /// # Errors
    /// [`ErrorKind::NotFound`](voice_core::error::ErrorKind::NotFound) when there is none; for a moment after its creation
    /// that may be said of a call that exists.
    pub async fn get(&self, sid: CallSid) -> Result<Response<Call>, Error> {
        self.client
            .raw()
            .request(&GET)
            .path("AccountSid", self.client.account_sid())
            .path("Sid", sid)
            .send()
            .await
    }

    /// Lists calls, newest first, page by page.
    ///
    /// ```no_run
    /// # async fn example(client: twilio_client::TwilioClient) -> Result<(), Box<dyn std::error::Error>> {
    /// use twilio_client::calls::{CallStatus, ListCalls};
    ///
    /// let mut busy = client.calls().list(&ListCalls::new().status(CallStatus::Busy)).limit(200);
    /// while let Some(call) = busy.next().await {
    ///     println!("{:?}", call?.sid);
    /// }
    /// # Ok(()) }
    /// ```
    ///
    /// [`Pager::cursor`] can be stored, and the list taken up again with [`resume`](Self::resume).
    #[must_use]
    pub fn list(&self, request: &ListCalls) -> Pager<'static, Call> {
        let (account, request) = (self.client.account_sid(), request.clone());
        paging::list::<CallPage>(self.client, &LIST, None, move |page| {
            request.check()?;
            Ok(paging::with_query(
                page.path("AccountSid", account),
                |sink| request.encode(sink),
            ))
        })
    }

    /// Takes a list up again at a stored cursor, which holds its filters. A cursor of another account is not followed.
    #[must_use]
    pub fn resume(&self, cursor: Cursor) -> Pager<'static, Call> {
        let account = self.client.account_sid();
        paging::list::<CallPage>(self.client, &LIST, Some(cursor), move |page| {
            Ok(page.path("AccountSid", account))
        })
    }

    /// Changes a call that goes on: ends it, or gives it new instructions.
    ///
    /// An update that only sets states is repeated when its outcome is unknown; one with new instructions is not, since
    /// the caller would hear them twice.
    ///
    /// # Errors
    /// [`ErrorKind::Conflict`](voice_core::error::ErrorKind::Conflict) (code 21220) when the call is in no state for it.
    pub async fn update(
        &self,
        sid: CallSid,
        request: &UpdateCall,
    ) -> Result<Response<Call>, Error> {
        request.check()?;
        let mut form = Form::new();
        request.encode(&mut |name, value| form.push(name, value));
        self.client
            .raw()
            .request(&UPDATE)
            .path("AccountSid", self.client.account_sid())
            .path("Sid", sid)
            .form(form)
            .repeat(request.repeat_class())
            .send()
            .await
    }

    /// Ends a call, whether it is answered or not.
    ///
    /// # Errors
    /// As for [`update`](Self::update); code 21220 when it is over already.
    /// [`CallProvider::hang_up`](voice_core::provider::CallProvider::hang_up) takes that as success.
    pub async fn hang_up(&self, sid: CallSid) -> Result<Response<Call>, Error> {
        self.update(sid, &UpdateCall::complete()).await
    }

    /// Ends a call only if it is not answered yet; a call in progress goes on.
    ///
    /// # Errors
    /// As for [`update`](Self::update).
    pub async fn cancel(&self, sid: CallSid) -> Result<Response<Call>, Error> {
        self.update(sid, &UpdateCall::cancel()).await
    }

    /// Deletes the record of a call that is over. It is in no list from then on.
    ///
    /// # Errors
    /// Code 20009 while the call goes on; [`ErrorKind::NotFound`](voice_core::error::ErrorKind::NotFound) when there is
    /// none.
    pub async fn delete(&self, sid: CallSid) -> Result<Response<()>, Error> {
        self.client
            .raw()
            .request(&DELETE)
            .path("AccountSid", self.client.account_sid())
            .path("Sid", sid)
            .send_empty()
            .await
    }
}
