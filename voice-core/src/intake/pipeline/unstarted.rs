//! Calls that come to nothing: the caller has gone, or no session stands.

use std::sync::Arc;

use super::Inner;
use super::claims::Claims;
use super::control::cause_of;
use super::permit::Permit;
use super::take::{About, Hold};
use super::tasks::WAITS;
use crate::error::Error;
use crate::intake::code::EventCode;
use crate::intake::error::{IntakeError, Reason};
use crate::intake::figures::Figure;
use crate::intake::log::emit;
use crate::intake::outcome::{Happened, Outcome};
use crate::provider::{CallId, Presence};

/// A call without a session, with all that must be given back.
pub(super) struct Unstarted {
    pub(super) about: About,
    pub(super) hold: Hold,
    /// Why there is no session.
    pub(super) cause: Error,
    pub(super) permit: Permit,
    pub(super) claims: Claims,
}

impl Inner {
    /// The caller has gone: there is nothing to do, for nobody.
    pub(super) async fn caller_gone(
        &self,
        about: &About,
        permit: Permit,
        mut claims: Claims,
    ) -> Outcome {
        let tenant = &about.config.tenant_id;
        emit(EventCode::CallAlreadyGone, None, &[]);
        self.figures.count(Figure::CallersGone, Some(tenant));
        permit.free_unless_taken_over(&mut claims).await;
        claims.complete().await;
        Outcome::new(Happened::AlreadyGone)
            .of_call(&about.call)
            .of_tenant(tenant)
    }

    /// No session: the call is hung up, also when it was never sure that it is ours.
    pub(super) async fn not_started(self: &Arc<Self>, unstarted: Unstarted) -> Outcome {
        let Unstarted {
            about,
            hold,
            cause,
            permit,
            mut claims,
        } = unstarted;
        // Meanwhile another delivery may have taken the call over: it serves it, and holds the place under the same name.
        if claims.hold().await.is_some() {
            permit.leave();
            let (code, accept) = match hold {
                Hold::Sure => (EventCode::CallSessionStartFailed, None),
                Hold::Open(error) | Hold::Inherited(error) => {
                    (EventCode::CallAcceptFailed, Some(error))
                }
            };
            let tenant = &about.config.tenant_id;
            let error = IntakeError::new(code, Reason::ProviderError)
                .of(tenant)
                .because(accept.unwrap_or(cause));
            emit(code, Some(&error), &cause_of(&error));
            return Outcome::new(Happened::Failed(code))
                .of_call(&about.call)
                .of_tenant(tenant)
                .because(error);
        }
        let (accept, hung_up) = match hold {
            Hold::Sure => return self.failed_to_start(&about, cause, permit, claims).await,
            Hold::Open(accept) => (self.not_accepted(&about, accept), None),
            Hold::Inherited(accept) => {
                let hung_up = self.hang_up(&about.call).await;
                if matches!(hung_up, Ok(Presence::AlreadyGone)) {
                    return self.caller_gone(&about, permit, claims).await;
                }
                (self.not_accepted(&about, accept), Some(hung_up))
            }
        };
        let hung_up = match hung_up {
            Some(hung_up) => hung_up,
            None => self.hang_up(&about.call).await,
        };
        permit.free().await;
        let outcome = Outcome::new(Happened::Failed(EventCode::CallAcceptFailed))
            .of_call(&about.call)
            .of_tenant(&about.config.tenant_id)
            .because(accept.with("session", cause.to_string()));
        match hung_up {
            Ok(Presence::Done) => {
                claims.complete().await;
                outcome
            }
            // It may still ring: to take a call that is over harms nobody.
            Ok(Presence::AlreadyGone) => {
                claims.release().await;
                outcome.asking_again()
            }
            Err(_) => {
                let (inner, call) = (Arc::clone(self), about.call);
                self.tasks
                    .spawn(async move { inner.hang_up_while_claimed(&call, claims).await });
                outcome.asking_again()
            }
        }
    }

    /// The call was ours, so that nobody else may take it.
    async fn failed_to_start(
        self: &Arc<Self>,
        about: &About,
        cause: Error,
        permit: Permit,
        claims: Claims,
    ) -> Outcome {
        let (code, tenant) = (EventCode::CallSessionStartFailed, &about.config.tenant_id);
        let error = IntakeError::new(code, Reason::ProviderError)
            .of(tenant)
            .because(cause);
        emit(code, Some(&error), &cause_of(&error));
        self.hang_up_surely(&about.call).await;
        permit.free().await;
        claims.complete().await;
        Outcome::new(Happened::Failed(code))
            .of_call(&about.call)
            .of_tenant(tenant)
            .because(error)
    }

    /// Goes on hanging up a call that may be ours, for as long as nobody else is at it.
    async fn hang_up_while_claimed(&self, call: &CallId, mut claims: Claims) {
        for wait in WAITS {
            self.clock.sleep(wait).await;
            if claims.hold().await.is_some() {
                return;
            }
            match self.hang_up(call).await {
                Ok(Presence::Done) => return claims.complete().await,
                Ok(Presence::AlreadyGone) => break,
                Err(_) => {}
            }
        }
        claims.release().await;
    }
}
