//! Rings phones for whoever asks through the shared trait.

use async_trait::async_trait;
use voice_core::error::{Delivery, Error, ErrorKind};
use voice_core::ident::{CallSid, E164};
use voice_core::provider::{
    Call, CallId, CallKey, CallProvider, Connect, FindCall, Found, MediaKind, PlaceCall,
};

use super::CALL_KEY;
use crate::calls::{CallEvent, CreateCall};
use crate::client::{PROVIDER, TwilioClient};
use crate::twiml::{self, InlineTwiml, Response, Stream};

/// Dials with inline TwiML that connects the call to the agent's session.
///
/// The key travels as a parameter of the stream and, where there is a status callback, in its query (see
/// [`CALL_KEY`](crate::CALL_KEY)), so that whoever receives either knows which dial it belongs to.
#[async_trait]
impl CallProvider for TwilioClient {
    fn media(&self) -> MediaKind {
        MediaKind::Twilio
    }

    async fn place_call(&self, request: &PlaceCall) -> Result<Call, Error> {
        let mut create = CreateCall::new(request.to, request.from, instructions(request)?)
            .timeout(request.ring_timeout);
        if let Some(limit) = request.time_limit {
            create = create.time_limit(limit);
        }
        if let Some(url) = &request.status_callback {
            create = create
                .status_callback(url.with_query(CALL_KEY, request.key.as_str()))
                .status_callback_event(CallEvent::ALL);
        }
        dial(self, &request.key, (request.to, request.from), &create).await
    }

    async fn get_call(&self, id: &CallId) -> Result<Call, Error> {
        let sid = sid_of(id)?;
        shared(sid, &*self.calls().get(sid).await?)
    }

    async fn hang_up(&self, id: &CallId) -> Result<(), Error> {
        super::hang_up::hang_up(self, sid_of(id)?).await
    }

    async fn find_call(&self, request: &FindCall) -> Result<Found, Error> {
        super::find::find(self, request).await
    }
}

/// Dials for a key: the ledger knows of it before it is sent, and whose call it is after.
pub(crate) async fn dial(
    client: &TwilioClient,
    key: &CallKey,
    (to, from): (E164, E164),
    create: &CreateCall,
) -> Result<Call, Error> {
    create.check()?;
    let ledger = client.ledger();
    ledger.begin(key, to, from, client.raw().clock().wall());
    let outcome = client
        .calls()
        .create_unclaimed(create)
        .await
        .and_then(|call| {
            let sid = call.sid.ok_or_else(|| without_sid(call.request_id()))?;
            Ok((sid, call))
        });
    match outcome {
        Ok((sid, call)) => {
            ledger.claim(&sid, key);
            shared(sid, &call)
        }
        // Twilio said yes, but not which call it made: somebody is rung.
        Err(error) if error.status().is_some_and(|status| status.is_success()) => Err(error
            .with_delivery(Delivery::Unknown)
            .with_hint("The call was most likely placed; look for it, do not dial again")),
        Err(error) => {
            if !error.may_have_happened() {
                ledger.forget(key);
            }
            Err(error)
        }
    }
}

fn instructions(request: &PlaceCall) -> Result<InlineTwiml, Error> {
    let stream = match &request.connect {
        Connect::Session(join) => Stream::to(join),
        other => {
            return Err(Error::new(
                ErrorKind::Unsupported,
                format!("{} cannot be connected", kind(other)),
            )
            .with_operation(PROVIDER, "calls.create"));
        }
    };
    let stream = stream.parameter(CALL_KEY, request.key.as_str());
    Response::new()
        .with(twiml::Connect::stream(stream))
        .to_inline()
        .map_err(|error| Error::from(error).with_operation(PROVIDER, "calls.create"))
}

fn kind(connect: &Connect) -> &'static str {
    match connect {
        Connect::Agent(_) => "an agent without a session of its own (Twilio has no agents)",
        _ => "this kind of connection",
    }
}

fn sid_of(id: &CallId) -> Result<CallSid, Error> {
    CallSid::parse(id.as_str())
        .map_err(|error| Error::from(error).with_operation(PROVIDER, "calls"))
}

fn without_sid(request_id: Option<&str>) -> Error {
    let error = Error::new(ErrorKind::Decode, "the answer to a dial names no call")
        .with_operation(PROVIDER, "calls.create")
        // There is a call, and nobody knows which: it is looked for like any other of unknown outcome.
        .with_delivery(Delivery::Unknown)
        .with_status(http::StatusCode::CREATED);
    match request_id {
        Some(id) => error.with_request_id(id),
        None => error,
    }
}

/// The call in the family's form.
pub(super) fn shared(sid: CallSid, call: &crate::calls::Call) -> Result<Call, Error> {
    let status = match &call.status {
        Some(status) => status.into(),
        None => voice_core::provider::CallStatus::Other(String::new()),
    };
    let mut shared = Call::new(CallId::new(sid.as_str())?, status);
    shared.duration = call.length();
    shared.raw = serde_json::to_value(call).unwrap_or_default();
    Ok(shared)
}
