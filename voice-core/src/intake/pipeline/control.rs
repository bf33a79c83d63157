//! [`Control`]: what the tools of one call can do with it.

use std::fmt;
use std::sync::Arc;

use async_trait::async_trait;
use serde_json::json;
use tokio::sync::oneshot;

use super::Inner;
use super::calls::{Stop, StopSender};
use super::part::part;
use super::permit::PlaceKeeper;
use super::tasks::{Least, Succeeded};
use crate::error::Error;
use crate::intake::code::EventCode;
use crate::intake::error::{IntakeError, Reason};
use crate::intake::figures::Figure;
use crate::intake::log::emit;
use crate::intake::tenant::TenantConfig;
use crate::intake::tools::{CallControl, Transferred};
use crate::provider::{CallId, Presence, TransferTarget};

/// Hands one call on, to destinations of its tenant's configuration only, or hangs it up. What succeeds frees the call's
/// place at once: from then on it is not ours.
#[derive(Clone)]
pub(super) struct Control {
    pub(super) inner: Arc<Inner>,
    pub(super) call: CallId,
    pub(super) config: Arc<TenantConfig>,
    pub(super) place: PlaceKeeper,
    pub(super) stop: StopSender,
}

impl fmt::Debug for Control {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Control")
            .field("call", &self.call)
            .field("tenant", &self.config.tenant_id)
            .finish_non_exhaustive()
    }
}

impl Control {
    fn error(&self, code: EventCode, reason: Reason) -> IntakeError {
        IntakeError::new(code, reason).of(&self.config.tenant_id)
    }

    async fn over(&self, stop: Stop) {
        self.stop.send(stop);
        self.place.free().await;
    }

    /// Gives the order in a task of its own: a tool that is dropped or late, as when the call leaves before the provider
    /// answers, must not lose the knowledge that the call was handed on.
    async fn order(
        &self,
        destination_id: &str,
        target: &TransferTarget,
    ) -> Result<Transferred, IntakeError> {
        let code = EventCode::RequestTransferFailed;
        let details = [("destination_id", json!(destination_id))];
        let inner = &self.inner;
        let limit = inner.settings.transfer_limit;
        let ordered = part(&*inner.clock, limit, "the transfer", || {
            inner.provider.transfer(&self.call, target)
        });
        match ordered.await {
            Ok(Presence::Done) => {
                emit(EventCode::CallReferred, None, &details);
                inner
                    .figures
                    .count(Figure::ReferredCalls, Some(&self.config.tenant_id));
                self.over(Stop::HandedOn(destination_id.to_owned())).await;
                Ok(Transferred::Ordered)
            }
            Ok(Presence::AlreadyGone) => {
                self.over(Stop::Gone).await;
                Ok(Transferred::CallGone)
            }
            Err(cause) => {
                let error = self
                    .error(code, Reason::ProviderError)
                    .with("destination_id", destination_id)
                    .because(cause);
                emit(code, Some(&error), &cause_of(&error));
                Err(error)
            }
        }
    }
}

#[async_trait]
impl CallControl for Control {
    async fn transfer(&self, destination_id: &str) -> Result<Transferred, IntakeError> {
        let details = [("destination_id", json!(destination_id))];
        emit(EventCode::RequestTransferStarted, None, &details);
        let code = EventCode::RequestTransferFailed;
        let Some(target) = self.config.destinations.get(destination_id) else {
            let error = self
                .error(code, Reason::UnknownDestination)
                .with("destination_id", destination_id);
            emit(code, Some(&error), &[]);
            return Err(error);
        };
        let (answer, outcome) = oneshot::channel();
        let (control, target) = (self.clone(), target.clone());
        let destination_id = destination_id.to_owned();
        self.inner.tasks.spawn(async move {
            // Whoever asked may have gone.
            let _ = answer.send(control.order(&destination_id, &target).await);
        });
        let lost = |_| Err(self.error(code, Reason::Panicked));
        outcome.await.unwrap_or_else(lost)
    }

    async fn hang_up(&self) -> Result<(), IntakeError> {
        match self.inner.hang_up(&self.call).await {
            Ok(presence) => {
                self.over(match presence {
                    Presence::Done => Stop::HungUp,
                    Presence::AlreadyGone => Stop::Gone,
                })
                .await;
                Ok(())
            }
            Err(cause) => Err(self
                .error(EventCode::CallHangUpFailed, Reason::ProviderError)
                .because(cause)),
        }
    }
}

impl Inner {
    /// Hangs up and returns after the first try; when that failed more follow in the background, since a caller would
    /// otherwise stay with nobody.
    pub(super) async fn hang_up_surely(self: &Arc<Self>, call: &CallId) {
        let (inner, call) = (Arc::clone(self), call.clone());
        let tried = self.tasks.surely(Least::Once, move || {
            let (inner, call) = (Arc::clone(&inner), call.clone());
            async move {
                match inner.hang_up(&call).await {
                    Ok(_) => Succeeded::Yes,
                    Err(_) => Succeeded::No,
                }
            }
        });
        // Its task may be gone with the runtime; then there is nothing to wait for.
        let _ = tried.await;
    }

    /// Hangs up; a failure is logged.
    pub(super) async fn hang_up(&self, call: &CallId) -> Result<Presence, Error> {
        let limit = self.settings.hang_up_limit;
        let outcome = part(&*self.clock, limit, "the hang-up", || {
            self.provider.hang_up(call)
        })
        .await;
        if let Err(error) = &outcome {
            let details = [("cause", json!(error.to_string()))];
            emit(EventCode::CallHangUpFailed, None, &details);
        }
        outcome
    }
}

/// What lies below an error, for the log.
pub(super) fn cause_of(error: &IntakeError) -> Vec<(&'static str, serde_json::Value)> {
    error
        .cause()
        .map(|cause| ("cause", json!(cause.to_string())))
        .into_iter()
        .collect()
}
