//! Steps 9 and 10: the call is taken and its session started, in a task of its own, so that a webhook whose sender hangs up
//! loses no call.

use std::sync::Arc;

use serde_json::{Value, json};
use tokio::sync::oneshot;

use super::Inner;
use super::agent::accept_request;
use super::calls::{CallPhase, Listed, Stop};
use super::claims::{Claims, Earlier};
use super::control::{Control, cause_of};
use super::live::Live;
use super::part::part;
use super::permit::{Permit, PlaceLost};
use super::unstarted::Unstarted;
use crate::error::{Error, ErrorKind};
use crate::ident::MaskedE164;
use crate::intake::code::EventCode;
use crate::intake::error::{IntakeError, Reason};
use crate::intake::figures::{ActiveCall, Figure};
use crate::intake::instructions::{InstructionOrigin, Instructions};
use crate::intake::log::emit;
use crate::intake::outcome::{Happened, Outcome};
use crate::intake::session::SessionStart;
use crate::intake::tenant::TenantConfig;
use crate::intake::tools::ToolSet;
use crate::provider::{AcceptCall, CallId, Presence};

/// What is known of a call.
#[derive(Debug, Clone)]
pub(super) struct About {
    pub(super) call: CallId,
    pub(super) config: Arc<TenantConfig>,
    pub(super) caller: Option<MaskedE164>,
    pub(super) dialled: Option<MaskedE164>,
    pub(super) texts: InstructionOrigin,
}

/// A call that is ready to be taken, with all that must be given back.
pub(super) struct Ready {
    pub(super) about: About,
    pub(super) instructions: Arc<Instructions>,
    pub(super) tools: ToolSet,
    pub(super) claims: Claims,
    pub(super) permit: Permit,
    pub(super) earlier: Earlier,
}

/// Whether the provider said that the call is ours.
pub(super) enum Hold {
    /// It did.
    Sure,
    /// It may be: the answer to the accept was lost.
    Open(Error),
    /// It may be: it cannot be accepted now, but an earlier delivery of ours may have accepted it and died over it.
    Inherited(Error),
}

impl Inner {
    /// Takes a call. The outcome is sent as soon as it is known; the task then stays with the call until it is over.
    pub(super) async fn take(self: Arc<Self>, ready: Ready, answer: oneshot::Sender<Outcome>) {
        let listed = self
            .calls
            .list(&ready.about.call, &ready.about.config.tenant_id);
        let (keeper, stop) = (ready.permit.keeper(), listed.stop().clone());
        let when_lost = self.settings.when_place_lost;
        let keeping = async move {
            let PlaceLost = keeper.keep(when_lost).await;
            stop.send(Stop::PlaceLost);
            // The call goes on until it has been hung up.
            std::future::pending::<()>().await;
        };
        tokio::select! {
            () = self.serve(ready, listed, answer) => {}
            () = keeping => {}
        }
    }

    async fn serve(
        self: &Arc<Self>,
        ready: Ready,
        listed: Listed,
        answer: oneshot::Sender<Outcome>,
    ) {
        let (outcome, live) = self.start(ready, listed).await;
        // Whoever delivered the webhook may have gone.
        let _ = answer.send(outcome);
        if let Some(live) = live {
            Box::pin(self.supervise(live)).await;
        }
    }

    /// Accepts, and starts the session.
    async fn start(self: &Arc<Self>, ready: Ready, listed: Listed) -> (Outcome, Option<Live>) {
        let Ready {
            about,
            instructions,
            tools,
            mut claims,
            permit,
            earlier,
        } = ready;
        let tenant = about.config.tenant_id.clone();
        let outcome = |happened| {
            Outcome::new(happened)
                .of_call(&about.call)
                .of_tenant(&tenant)
        };
        let request = accept_request(&about.config, &instructions, &tools);
        let accepted = part(
            &*self.clock,
            self.settings.accept_limit,
            "the accept",
            || self.provider.accept(&about.call, &request),
        )
        .await;
        let is_ours = earlier == Earlier::MayHaveAccepted;
        let hold = match accepted {
            Ok(Presence::Done) => Hold::Sure,
            // Of a call that was accepted a provider may say either.
            Ok(Presence::AlreadyGone) if is_ours => {
                let text = "the call cannot be accepted any more";
                Hold::Inherited(Error::new(ErrorKind::NotFound, text))
            }
            Err(error) if is_ours && error.kind() == ErrorKind::Conflict => Hold::Inherited(error),
            Ok(Presence::AlreadyGone) => {
                let outcome = self.caller_gone(&about, permit, claims).await;
                return (outcome, None);
            }
            Err(error) if error.may_have_happened() => Hold::Open(error),
            Err(error) => {
                let error = self.not_accepted(&about, error);
                permit.free_unless_taken_over(&mut claims).await;
                claims.release_unaccepted().await;
                let failed = Happened::Failed(EventCode::CallAcceptFailed);
                return (outcome(failed).because(error).asking_again(), None);
            }
        };
        let since = self.clock.now();
        let mut active = None;
        if matches!(hold, Hold::Sure) {
            active = Some(self.accepted(&about, &request));
        }

        let control = Arc::new(Control {
            inner: Arc::clone(self),
            call: about.call.clone(),
            config: Arc::clone(&about.config),
            place: permit.keeper(),
            stop: listed.stop().clone(),
        });
        let runner = self.call_tools(tools, &about, control);
        let mut start = SessionStart::new(about.call.clone(), tenant.clone(), runner);
        if !instructions.greeting.trim().is_empty() {
            start.greeting = Some(instructions.greeting.clone());
        }
        let started = part(
            &*self.clock,
            self.settings.start_limit,
            "the session's start",
            || self.sessions.start(start),
        )
        .await;
        let session = match (started, hold) {
            (Ok(session), _) => session,
            (Err(cause), hold) => {
                let unstarted = Unstarted {
                    about,
                    hold,
                    cause,
                    permit,
                    claims,
                };
                let outcome = self.not_started(unstarted).await;
                if let Some(active) = active {
                    active.fail(self.clock.now().saturating_duration_since(since));
                }
                return (outcome, None);
            }
        };
        let active = active.unwrap_or_else(|| self.accepted(&about, &request));
        emit(EventCode::CallSessionStarted, None, &[]);
        active.started();
        listed.phase(CallPhase::Live);
        claims.complete().await;
        let happened = Happened::Accepted { texts: about.texts };
        let outcome = outcome(happened);
        let live = Live {
            about,
            session,
            permit,
            listed,
            active,
            since,
        };
        (outcome, Some(live))
    }

    /// The call is ours.
    fn accepted(&self, about: &About, request: &AcceptCall) -> ActiveCall {
        let tenant = &about.config.tenant_id;
        let mut details: Vec<(&'static str, Value)> = vec![
            ("texts", json!(about.texts.as_str())),
            ("tools", json!(request.tools.len())),
        ];
        if let Some(dialled) = &about.dialled {
            details.push(("dialled", json!(dialled.to_string())));
        }
        emit(EventCode::CallAccepted, None, &details);
        self.figures.count(Figure::AcceptedCalls, Some(tenant));
        self.figures.begin(tenant)
    }

    pub(super) fn not_accepted(&self, about: &About, cause: Error) -> IntakeError {
        let tenant = &about.config.tenant_id;
        let error = IntakeError::new(EventCode::CallAcceptFailed, Reason::ProviderError)
            .of(tenant)
            .because(cause);
        emit(EventCode::CallAcceptFailed, Some(&error), &cause_of(&error));
        self.figures.count(Figure::AcceptFailures, Some(tenant));
        error
    }
}
