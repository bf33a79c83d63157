//! Rings phones for whoever asks through the shared trait.

use std::fmt;
use std::sync::Arc;

use async_trait::async_trait;
use http::StatusCode;
use jiff::tz::TimeZone;
use voice_core::client::Response;
use voice_core::error::{Delivery, Error, ErrorKind};
use voice_core::provider::{
    Call, CallId, CallKey, CallProvider, CallStatus, Connect, DialLedger, FindCall, Found, JoinUrl,
    MediaKind, PlaceCall,
};

use super::sessions::Sessions;
use super::{CALL_KEY, custom, find};
use crate::PROVIDER;
use crate::callback::StatusCallback;
use crate::client::ExotelClient;
use crate::voice::{self, AppId, CallEvent, CallSid, ConnectFlow, ConnectStream};

/// How a person who is rung reaches the agent's session.
///
/// | route | needs | the agent's URL travels | status callbacks |
/// |---|---|---|---|
/// | [`Stream`](Self::Stream) | streaming enabled for the account | as `StreamUrl`, to Exotel alone | `answered`, `terminal` |
/// | [`Flow`](Self::Flow) | a flow with a voicebot applet and a server that it asks | not at all: your server looks it up by the call's key | the end |
/// | [`FlowWithUrl`](Self::FlowWithUrl) | the same | in `CustomField`, through callbacks and the dashboard | the end |
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum CallRoute {
    /// The answered call is streamed to the session, both ways and without a flow. The URL has at most 600 characters. Whether
    /// Exotel heeds the ringing time here its page does not say; it is sent.
    #[default]
    Stream,
    /// The answered call runs a flow, whose voicebot applet asks your server where to stream to. The server finds the key in
    /// the request's `CustomField` ([`SessionField`](super::SessionField)) and the URL by [`ExotelCalls::join_url`], in the
    /// process that placed the call.
    Flow(AppId),
    /// The same, with the session's URL behind the key in `CustomField`, so that any process can answer the applet. Key and
    /// URL must fit into 128 characters together, and whoever sees callbacks or the dashboard sees the URL.
    FlowWithUrl(AppId),
}

/// Places and follows calls of agents over Exotel: the [`CallProvider`] of this crate.
///
/// The person is rung first and alone (`From`), the ExoPhone is shown (`CallerId`), and once they answer they are connected to
/// the agent's session by the chosen [`CallRoute`]. The call's key stands in `CustomField` and in the query of the status
/// callback ([`CALL_KEY`]).
///
/// # After an unknown outcome
/// A dial is never sent twice. [`find_call`](CallProvider::find_call) looks for the call by its key: first among what
/// [`note`](Self::note) has heard of callbacks, then in lists and details. Whether those give the key back is not documented;
/// where they do not, calls of the same two numbers at the same time are taken for what they are: one of them only when its
/// time is certain, which needs the account's [`zone`](Self::zone), and when no other dial could have made it.
///
/// # Hanging up
/// Voice v1 documents no way to end a call. [`hang_up`](CallProvider::hang_up) says so with
/// [`ErrorKind::Unsupported`] unless the call is over already; end the agent's session instead, and set a time limit.
///
/// ```
/// use exotel_vsip::provider::{CallRoute, ExotelCalls};
/// use exotel_vsip::voice::{AppId, india};
/// # fn example(client: exotel_vsip::ExotelClient) -> Result<(), Box<dyn std::error::Error>> {
/// let direct = ExotelCalls::new(client.clone(), CallRoute::Stream).zone(india());
/// let by_flow = ExotelCalls::new(client, CallRoute::Flow(AppId::parse("1262658")?));
/// # Ok(()) }
/// ```
#[derive(Clone)]
pub struct ExotelCalls {
    pub(super) client: ExotelClient,
    route: CallRoute,
    pub(super) zone: Option<TimeZone>,
    pub(super) ledger: Arc<DialLedger<CallSid>>,
    sessions: Arc<Sessions>,
}

impl ExotelCalls {
    /// Calls of `client`'s account over `route`. Clones share what is known of the calls placed.
    #[must_use]
    pub fn new(client: ExotelClient, route: CallRoute) -> Self {
        Self {
            client,
            route,
            zone: None,
            ledger: Arc::default(),
            sessions: Arc::default(),
        }
    }

    /// The zone of the account's times, which Exotel does not document; see [`india`](crate::voice::india).
    #[must_use]
    pub fn zone(mut self, zone: TimeZone) -> Self {
        self.zone = Some(zone);
        self
    }

    /// The client.
    #[must_use]
    pub fn client(&self) -> &ExotelClient {
        &self.client
    }

    /// The route.
    #[must_use]
    pub fn route(&self) -> &CallRoute {
        &self.route
    }

    /// Where the agent of a call placed here over [`CallRoute::Flow`] waits, for the server that a voicebot applet asks. The
    /// 4,096 newest are kept, in this process alone.
    #[must_use]
    pub fn join_url(&self, key: &CallKey) -> Option<JoinUrl> {
        self.sessions.of(key)
    }

    /// Takes note of which call a callback's key belongs to: a dial without a clear outcome is then found at once. Give it
    /// only callbacks whose sender was checked.
    pub fn note(&self, callback: &StatusCallback) {
        if let Some(key) = callback.call_key() {
            self.ledger.claim(callback.call_sid(), key);
        }
    }

    async fn dial(
        &self,
        request: &PlaceCall,
        join: &JoinUrl,
    ) -> Result<Response<voice::Call>, Error> {
        // The same setters on two types, neither of which is made before its route is known.
        macro_rules! ordered {
            ($order:expr) => {{
                let mut order = $order
                    .key(request.key.clone())
                    .ring_timeout(request.ring_timeout);
                if let Some(limit) = request.time_limit {
                    order = order.time_limit(limit);
                }
                if let Some(url) = &request.status_callback {
                    order = order.status_callback(url.with_query(CALL_KEY, request.key.as_str()));
                }
                order
            }};
        }
        let voice = self.client.voice();
        match &self.route {
            CallRoute::Stream => {
                let mut order =
                    ordered!(ConnectStream::new(request.to, join.clone(), request.from));
                if request.status_callback.is_some() {
                    order = order.events([CallEvent::Terminal, CallEvent::Answered]);
                }
                order.check()?;
                self.begin(request);
                voice.connect_stream(&order).await
            }
            CallRoute::Flow(app) => {
                let order = ordered!(ConnectFlow::new(request.to, app.clone(), request.from));
                order.check()?;
                self.begin(request);
                self.sessions.keep(&request.key, join);
                voice.connect_flow(&order).await
            }
            CallRoute::FlowWithUrl(app) => {
                let order = ordered!(ConnectFlow::new(request.to, app.clone(), request.from))
                    .custom_field(custom::with_url(&request.key, join));
                order.check()?;
                self.begin(request);
                voice.connect_flow(&order).await
            }
        }
    }

    fn begin(&self, request: &PlaceCall) {
        let now = self.client.raw().clock().wall();
        self.ledger
            .begin(&request.key, request.to, request.from, now);
    }
}

#[async_trait]
impl CallProvider for ExotelCalls {
    fn media(&self) -> MediaKind {
        MediaKind::Exotel
    }

    async fn place_call(&self, request: &PlaceCall) -> Result<Call, Error> {
        let outcome = match &request.connect {
            Connect::Session(join) => self.dial(request, join).await,
            _ => Err(Error::new(
                ErrorKind::Unsupported,
                "this kind of connection cannot be made",
            )
            .with_operation(PROVIDER, "calls.connect")),
        };
        let outcome = outcome.and_then(|call| match call.sid.clone() {
            Some(sid) => Ok((sid, call)),
            None => Err(without_sid(&call)),
        });
        match outcome {
            Ok((sid, call)) => {
                self.ledger.claim(&sid, &request.key);
                Ok(shared(&sid, &call))
            }
            // Exotel said yes, but not which call it made: somebody is rung.
            Err(error)
                if error.status().is_some_and(|status| status.is_success())
                    && error.kind() == ErrorKind::Decode =>
            {
                Err(error
                    .with_delivery(Delivery::Unknown)
                    .with_hint("The call was most likely placed; look for it, do not dial again"))
            }
            Err(error) => {
                if !error.may_have_happened() {
                    self.ledger.forget(&request.key);
                    self.sessions.forget(&request.key);
                }
                Err(error)
            }
        }
    }

    async fn get_call(&self, id: &CallId) -> Result<Call, Error> {
        let sid = sid_of(id)?;
        Ok(shared(&sid, &*self.client.voice().details(&sid).await?))
    }

    async fn hang_up(&self, id: &CallId) -> Result<(), Error> {
        let sid = sid_of(id)?;
        if self.client.voice().details(&sid).await?.is_over() {
            return Ok(());
        }
        Err(Error::new(
            ErrorKind::Unsupported,
            "voice v1 documents no way to end a call that goes on",
        )
        .with_operation(PROVIDER, "calls.hang_up")
        .with_context("call", sid.as_str())
        .with_hint(
            "End the agent's session: the call ends with its stream, or goes on in its flow; a time limit ends it in any case",
        ))
    }

    async fn find_call(&self, request: &FindCall) -> Result<Found, Error> {
        find::find(self, request).await
    }
}

/// A call's id, if it is one of Exotel's.
fn sid_of(id: &CallId) -> Result<CallSid, Error> {
    CallSid::try_from(id).map_err(|error| Error::from(error).with_operation(PROVIDER, "calls.get"))
}

fn without_sid(call: &Response<voice::Call>) -> Error {
    let error = Error::new(ErrorKind::Decode, "the answer to a dial names no call")
        .with_operation(PROVIDER, "calls.connect")
        .with_status(StatusCode::OK);
    match call.request_id() {
        Some(id) => error.with_request_id(id),
        None => error,
    }
}

/// The call in the family's form.
pub(super) fn shared(sid: &CallSid, call: &voice::Call) -> Call {
    let status = match &call.status {
        Some(status) => status.into(),
        None => CallStatus::Other(String::new()),
    };
    let mut shared = Call::new(CallId::from(sid), status);
    shared.duration = call.length();
    shared.raw = serde_json::to_value(call).unwrap_or_default();
    shared
}

impl fmt::Debug for ExotelCalls {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ExotelCalls")
            .field("client", &self.client)
            .field("route", &self.route)
            .finish_non_exhaustive()
    }
}
