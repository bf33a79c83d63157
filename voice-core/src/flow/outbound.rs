//! An agent rings a person.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use super::event::{FlowEvent, Recorder, Timeline};
use super::request::{AgentRef, OutboundAgentCall};
use super::{follow, reconcile};
use crate::error::{Delivery, Error, ErrorKind};
use crate::provider::{
    AgentId, AgentProvider, AgentSession, Call, CallKey, CallProvider, CallStatus, Connect,
    FindCall, PlaceCall, SessionId, SessionRequest,
};

/// How an agent call went.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct CallReport {
    /// The call as it was at its end.
    pub call: Call,
    /// The agent's session.
    pub session: SessionId,
    /// The key it was made with.
    pub key: CallKey,
    /// Everything that happened.
    pub timeline: Timeline,
}

/// Lets an agent ring a person, and follows the call to its end.
///
/// 1. The agent is found, and a session is opened that waits long enough for queueing and ringing. Nobody is rung yet.
/// 2. The number is dialled, once, and connected to the session.
/// 3. The call is followed until it is over.
///
/// If dialling fails, the session is ended. If the dial has **no clear outcome**, the call is looked for until no request
/// could still turn into one; it is never dialled again. Found, it is followed like any other; not found, the session is
/// ended and the error says so; not to be told apart from others, or with the provider out of reach, the session stays
/// (it ends by itself when its join timeout passes), so that a person who does pick up is not met with silence.
///
/// Dropping the future stops following; a call that was placed goes on.
///
/// # Errors
/// Any of the providers'. [`Error::may_have_happened`] is true when the person may have been rung, and only then: an error
/// from before the dial has `nobody was rung` under `dialled` in its context, whatever became of its own step. After a dial
/// without a clear outcome [`Error::context_value`] has what the look found under `reconcile`; when following a call that was
/// placed failed it has the call's id under `call`.
pub async fn outbound_agent_call(
    agents: &dyn AgentProvider,
    calls: &dyn CallProvider,
    request: &OutboundAgentCall,
) -> Result<CallReport, Error> {
    start_agent_call(agents, calls, request)
        .await?
        .follow(agents, calls)
        .await
}

/// Lets an agent ring a person and returns as soon as the telephone provider has the call: the first two steps of
/// [`outbound_agent_call`], for an application that hears of the rest by webhook or looks itself.
///
/// [`StartedCall::follow`] is the third step.
///
/// # Errors
/// Those of [`outbound_agent_call`] from before the call stood.
pub async fn start_agent_call(
    agents: &dyn AgentProvider,
    calls: &dyn CallProvider,
    request: &OutboundAgentCall,
) -> Result<StartedCall, Error> {
    let clock = &*request.clock;
    let recorder = Recorder::new(Arc::clone(&request.clock), request.listener.clone());
    let key = request
        .key
        .clone()
        .unwrap_or_else(|| CallKey::unique(clock));

    let agent = match &request.agent {
        AgentRef::Id(id) => id.clone(),
        AgentRef::Name(name) => {
            let found = agents.find_agent(name).await.map_err(before_the_dial)?;
            let missing = || {
                Error::new(
                    ErrorKind::NotFound,
                    format!("there is no agent named {name:?}"),
                )
                .with_hint("Create it first, or check the spelling: names are compared exactly")
            };
            found.ok_or_else(missing).map_err(before_the_dial)?.id
        }
    };
    recorder.note(FlowEvent::AgentFound {
        agent: agent.clone(),
    });

    let session = open(agents, calls, request, agent, &key, &recorder).await?;
    let mut order = PlaceCall::new(
        request.to,
        request.from,
        Connect::Session(session.join_url.clone()),
        key.clone(),
    );
    order.ring_timeout = request.ring_timeout;
    order.time_limit = Some(request.max_duration);
    order.status_callback.clone_from(&request.status_callback);

    recorder.note(FlowEvent::Dialling {
        to: request.to,
        from: request.from,
    });
    let sent_from = clock.wall();
    let call = match calls.place_call(&order).await {
        Ok(call) => {
            recorder.note(FlowEvent::Placed {
                call: call.id.clone(),
                status: call.status.clone(),
            });
            call
        }
        Err(error) if error.may_have_happened() => {
            recorder.note(FlowEvent::OutcomeUnknown);
            let wanted = FindCall::of(&order, sent_from, clock.wall());
            recover(agents, calls, &wanted, &session, error, clock, &recorder).await?
        }
        Err(error) => {
            end_session(agents, &session.id, &recorder).await;
            return Err(error.with_context("session", session.id.as_str()));
        }
    };

    Ok(StartedCall {
        call,
        session: session.id,
        key,
        // Queueing may take a while before it rings; after that both limits hold at the provider.
        limit: request
            .ring_timeout
            .saturating_add(request.max_duration)
            .saturating_add(Duration::from_secs(600)),
        look_every: request.look_every,
        recorder,
    })
}

/// A call that the telephone provider has; see [`start_agent_call`].
#[non_exhaustive]
pub struct StartedCall {
    /// The call as it was placed, or found after a dial without a clear outcome.
    pub call: Call,
    /// The agent's session.
    pub session: SessionId,
    /// The key it was made with.
    pub key: CallKey,
    limit: Duration,
    look_every: Duration,
    recorder: Recorder,
}

impl StartedCall {
    /// What happened so far.
    #[must_use]
    pub fn timeline(&self) -> Timeline {
        self.recorder.timeline()
    }

    /// Follows the call to its end, with the providers it was started with. A session nobody joined is ended.
    ///
    /// # Errors
    /// The telephone provider's, when the call cannot be looked at for long; the person was rung.
    pub async fn follow(
        self,
        agents: &dyn AgentProvider,
        calls: &dyn CallProvider,
    ) -> Result<CallReport, Error> {
        let Self {
            call,
            session,
            key,
            limit,
            look_every,
            recorder,
        } = self;
        let call = follow::to_the_end(calls, call, look_every, limit, &recorder)
            .await
            .map_err(|error| error.with_context("session", session.as_str()))?;
        if call.status != CallStatus::Completed {
            end_session(agents, &session, &recorder).await;
        }
        Ok(CallReport {
            call,
            session,
            key,
            timeline: recorder.timeline(),
        })
    }
}

impl fmt::Debug for StartedCall {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("StartedCall")
            .field("call", &self.call)
            .field("session", &self.session)
            .field("key", &self.key)
            .finish_non_exhaustive()
    }
}

async fn open(
    agents: &dyn AgentProvider,
    calls: &dyn CallProvider,
    request: &OutboundAgentCall,
    agent: AgentId,
    key: &CallKey,
    recorder: &Recorder,
) -> Result<AgentSession, Error> {
    let mut order = SessionRequest::new(agent, key.clone(), calls.media());
    order.context.clone_from(&request.context);
    // It is joined when the person picks up, not when the dial is ordered.
    order.join_timeout = request.ring_timeout.saturating_add(Duration::from_secs(30));
    order.max_duration = Some(request.max_duration);
    match agents.open_session(&order).await {
        Ok(session) => {
            recorder.note(FlowEvent::SessionOpened {
                session: session.id.clone(),
            });
            Ok(session)
        }
        Err(error) if error.may_have_happened() => {
            let found = reconcile::session(agents, key, &*request.clock, recorder).await;
            let session = found.ok_or_else(|| {
                before_the_dial(error)
                    .with_hint("Nobody was rung; a session that was opened all the same ends by itself. It is safe to call again")
            })?;
            recorder.note(FlowEvent::SessionRecovered {
                session: session.id.clone(),
            });
            Ok(session)
        }
        Err(error) => Err(before_the_dial(error)),
    }
}

/// A flow's error speaks of the dial: what failed before it has rung nobody, whatever became of the step itself.
fn before_the_dial(error: Error) -> Error {
    let error = if error.may_have_happened() {
        error
            .with_delivery(Delivery::NotSent)
            .with_context("step", "its own outcome is unknown")
    } else {
        error
    };
    error.with_context("dialled", "nobody was rung")
}

async fn recover(
    agents: &dyn AgentProvider,
    calls: &dyn CallProvider,
    wanted: &FindCall,
    session: &AgentSession,
    error: Error,
    clock: &dyn crate::clock::Clock,
    recorder: &Recorder,
) -> Result<Call, Error> {
    let error = error
        .with_delivery(Delivery::Unknown)
        .with_context("session", session.id.as_str())
        .with_context("key", wanted.key.as_str());
    let left = |recorder: &Recorder| {
        recorder.note(FlowEvent::SessionLeft {
            session: session.id.clone(),
        });
    };
    match reconcile::call(calls, wanted, clock, recorder).await {
        reconcile::Verdict::Placed(call) => {
            recorder.note(FlowEvent::Recovered {
                call: call.id.clone(),
            });
            Ok(*call)
        }
        reconcile::Verdict::NotFound => {
            end_session(agents, &session.id, recorder).await;
            Err(error
                .with_context("reconcile", "no such call was found")
                .with_hint("No call was found after the provider had time to make it: most likely nobody was rung"))
        }
        reconcile::Verdict::Ambiguous(ids) => {
            left(recorder);
            let ids: Vec<&str> = ids.iter().map(crate::provider::CallId::as_str).collect();
            Err(error
                .with_context("reconcile", "several calls could be it")
                .with_context("calls", ids.join(" "))
                .with_hint("Look at these calls before anyone dials again"))
        }
        reconcile::Verdict::Unanswered => {
            left(recorder);
            Err(error
                .with_context("reconcile", "the provider could not be asked")
                .with_hint("The person may have been rung: look at the provider's call list before anyone dials again"))
        }
    }
}

/// Ends a session nobody will join. That it fails changes nothing: the session ends by itself.
async fn end_session(agents: &dyn AgentProvider, session: &SessionId, recorder: &Recorder) {
    let session = session.clone();
    let event = match agents.end_session(&session).await {
        Ok(()) => FlowEvent::SessionEnded { session },
        Err(_) => FlowEvent::SessionLeft { session },
    };
    recorder.note(event);
}
