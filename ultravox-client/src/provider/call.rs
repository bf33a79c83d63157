//! Calls that Ultravox dials itself.
//!
//! Ultravox is agent and telephone at once: a call with an outgoing medium rings somebody as soon as it is created, and
//! the agent speaks when they pick up. There is no session to be joined, so what is connected is
//! [`Connect::Agent`], an agent of the account, and nothing else.

use std::fmt;
use std::time::Duration;

use async_trait::async_trait;
use voice_core::error::{Delivery, Error, ErrorKind};
use voice_core::provider::{
    Call, CallId, CallProvider, Connect, FindCall, Found, MediaKind, OwnAgent, PlaceCall,
};

use super::end::{self, Ending};
use super::outgoing::Outgoing;
use super::status;
use crate::agents::CREATE_CALL;
use crate::calls::{self, KEY_METADATA, StartAgentCall};
use crate::deleted_calls::CallTombstone;
use crate::types::{Callback, Callbacks, JsonMap, Secret, UvDuration, WithRaw};
use crate::{PROVIDER, UltravoxClient};

/// How long a call may queue at a telephone provider before it rings.
const QUEUE: Duration = Duration::from_secs(30);

/// Rings phones through Ultravox, for whoever asks through the shared trait.
///
/// - **The key** stands in the call's metadata, so that a call whose creation had no clear outcome is found exactly.
/// - **Ringing**: over SIP the join timeout is the ringing time. Twilio, Telnyx and Plivo are told how long to ring, and the
///   join timeout is 30 s more, since calls may queue there. `time_limit` is the call's maximum duration.
/// - **Status callback**: Ultravox posts its own events there (`call.joined`, `call.ended`), in the form of its webhooks,
///   with the key in the query; signed if there are [secrets](Self::callback_secrets).
/// - **Status**: nobody tells ringing from dialling; a call is `initiated` until somebody picks up. How it ended is told
///   exactly over SIP (busy, not answered, not connected); elsewhere a call nobody joined counts as not answered.
/// - **Hanging up** a call that still rings deletes it, since messages reach live calls only; its tombstone is read from
///   then on. Whether the telephone then stops ringing at once is for Ultravox to say, which does not.
///
/// ```no_run
/// use ultravox_client::{Outgoing, UltravoxCalls, UltravoxClient};
/// use voice_core::clock::SystemClock;
/// use voice_core::provider::{AgentId, CallKey, CallProvider, Connect, OwnAgent, PlaceCall};
///
/// # async fn run() -> Result<(), Box<dyn std::error::Error>> {
/// let calls = UltravoxCalls::new(UltravoxClient::from_env()?, Outgoing::twilio());
/// let agent = OwnAgent::new(AgentId::new("3c90c3cc-0d44-4b50-8888-8dd25736052a")?).variable("name", "Ada");
/// let order = PlaceCall::new(
///     "+14155550123".parse()?,
///     "+14155550100".parse()?,
///     Connect::Agent(agent),
///     CallKey::unique(&SystemClock::default()),
/// );
/// let call = calls.place_call(&order).await?;
/// println!("{}: {}", call.id, call.status);
/// # Ok(()) }
/// ```
#[derive(Clone)]
pub struct UltravoxCalls {
    client: UltravoxClient,
    outgoing: Outgoing,
    callback_secrets: Vec<Secret>,
}

impl UltravoxCalls {
    /// Dials by this way.
    #[must_use]
    pub fn new(client: UltravoxClient, outgoing: Outgoing) -> Self {
        Self {
            client,
            outgoing,
            callback_secrets: Vec::new(),
        }
    }

    /// Secrets with which status callbacks are signed, one signature for each; unsigned without any.
    #[must_use]
    pub fn callback_secrets(mut self, secrets: impl IntoIterator<Item = Secret>) -> Self {
        self.callback_secrets.extend(secrets);
        self
    }

    fn order(&self, request: &PlaceCall, agent: &OwnAgent) -> Result<StartAgentCall, Error> {
        let queue = match self.outgoing.media() {
            MediaKind::Sip => Duration::ZERO,
            _ => QUEUE,
        };
        let waits = request.ring_timeout.saturating_add(queue);
        let mut call = StartAgentCall::new()
            .medium(self.outgoing.medium(request)?)
            .join_timeout(waits)
            .key(&request.key);
        if !agent.context.is_empty() {
            call = call.template_context(JsonMap::from(agent.context.clone()));
        }
        call.max_duration = request.time_limit.map(UvDuration::from);
        if let Some(url) = &request.status_callback {
            let url = url.with_query(KEY_METADATA, request.key.as_str());
            let mut callback = Callback::new(url.as_str());
            if !self.callback_secrets.is_empty() {
                callback = callback.secrets(self.callback_secrets.clone());
            }
            let callbacks = Callbacks::new().joined(callback.clone()).ended(callback);
            call = call.callbacks(callbacks);
        }
        Ok(call)
    }
}

#[async_trait]
impl CallProvider for UltravoxCalls {
    fn media(&self) -> MediaKind {
        self.outgoing.media()
    }

    async fn place_call(&self, request: &PlaceCall) -> Result<Call, Error> {
        let Connect::Agent(agent) = &request.connect else {
            return Err(Error::new(
                ErrorKind::Unsupported,
                "Ultravox dials for its own agents only",
            )
            .with_operation(PROVIDER, CREATE_CALL.name())
            .with_hint(
                "Connect::Agent names the agent. To bridge a session to a phone, dial with the telephone provider itself",
            ));
        };
        let order = self.order(request, agent)?;
        let agents = self.client.agents();
        let calls = agents.calls(&agent.agent);
        let created = calls.create_as::<WithRaw<calls::Call>>(&order).await;
        let created = created.map_err(said_yes)?;
        let status = created.status();
        // Without an id it is as unreadable as any other.
        shared(created.into_inner()).map_err(|error| said_yes(error.with_status(status)))
    }

    async fn get_call(&self, id: &CallId) -> Result<Call, Error> {
        let missing = match self.client.calls().get_as::<WithRaw<calls::Call>>(id).await {
            Ok(answer) => return shared(answer.into_inner()),
            Err(error) if error.is_not_found() => error,
            Err(error) => return Err(error),
        };
        // A call that was cancelled, or whose data is not kept, has left a tombstone.
        match self
            .client
            .deleted_calls()
            .get_as::<WithRaw<CallTombstone>>(id)
            .await
        {
            Ok(answer) => Ok(status::of_tombstone(id, answer.into_inner())),
            Err(error) if error.is_not_found() => Err(missing),
            Err(error) => Err(error),
        }
    }

    async fn hang_up(&self, id: &CallId) -> Result<(), Error> {
        match end::end(&self.client, id).await? {
            Ending::Over => Ok(()),
            // Deleted is over; what never was is an error.
            Ending::Gone => self.client.deleted_calls().get(id).await.map(drop),
        }
    }

    async fn find_call(&self, request: &FindCall) -> Result<Found, Error> {
        let calls = self.client.calls();
        let mut found = calls.with_key(&request.key).await?;
        match (found.pop(), found.len()) {
            (None, _) => Ok(Found::Nothing),
            (Some(call), 0) => Ok(Found::One(Box::new(shared(call)?))),
            (Some(last), _) => {
                found.push(last);
                let ids = found.into_iter().map(|call| Ok(shared(call)?.id));
                ids.collect::<Result<_, Error>>().map(Found::Several)
            }
        }
    }
}

/// A success that cannot be read: there is a call, and nobody knows which. It is looked for like any other of unknown
/// outcome.
fn said_yes(error: Error) -> Error {
    if error.status().is_some_and(|status| status.is_success()) {
        error
            .with_delivery(Delivery::Unknown)
            .with_hint("The call was most likely placed; look for it by its key, do not dial again")
    } else {
        error
    }
}

/// The call in the family's form.
fn shared(call: WithRaw<calls::Call>) -> Result<Call, Error> {
    let WithRaw { value, raw } = call;
    let mut shared = Call::new(value.id()?.clone(), status::of(&value));
    shared.duration = status::spoken(&value.joined, &value.ended);
    shared.raw = raw;
    Ok(shared)
}

impl fmt::Debug for UltravoxCalls {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("UltravoxCalls")
            .field("client", &self.client)
            .field("outgoing", &self.outgoing)
            .finish_non_exhaustive()
    }
}
