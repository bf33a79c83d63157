//! Steps 3 to 8: from a webhook that is proven to a call that is ready to be taken.

use std::sync::Arc;
use std::sync::atomic::Ordering;

use serde_json::{Value, json};
use tokio::sync::oneshot;
use tracing::Span;

use super::Inner;
use super::claims::{Claimed, Claims};
use super::control::cause_of;
use super::door::Delivered;
use super::part::part;
use super::permit::{Permit, Place, store_failed};
use super::take::{About, Ready};
use crate::flow::click_to_call::{GuardError, guarded};
use crate::intake::code::EventCode;
use crate::intake::error::{IntakeError, Reason};
use crate::intake::figures::Figure;
use crate::intake::instructions::Instructions;
use crate::intake::log::emit;
use crate::intake::outcome::{Happened, Outcome, Rejected};
use crate::intake::tenant::TenantId;
use crate::intake::tools::ToolSet;
use crate::provider::{CallId, Presence, RejectReason, RingingCall};
use crate::store::{Claim, Lease, LeaseLimits, Tier};

/// A refusal before it is carried out.
struct Refusal {
    rejected: Rejected,
    how: RejectReason,
    error: IntakeError,
}

impl Inner {
    /// Step 3: is it being dealt with?
    pub(super) async fn ringing(
        self: &Arc<Self>,
        delivered: Delivered,
        call: RingingCall,
    ) -> Outcome {
        let Delivered {
            provider,
            webhook_id,
        } = delivered;
        let claimed = self.claims.claim(
            format!("{provider}:webhook:{webhook_id}"),
            format!("{provider}:call:{}", call.id),
        );
        let claims = match claimed.await {
            Ok(Claimed::Yes(claims)) => claims,
            Ok(Claimed::InProgress) => return self.duplicate(&call.id, Claim::InProgress),
            Ok(Claimed::Done) => return self.duplicate(&call.id, Claim::Done),
            Err(cause) => {
                let code = EventCode::DedupStoreError;
                let error = IntakeError::new(code, Reason::DbError).because(cause.into());
                emit(code, Some(&error), &cause_of(&error));
                // Another may be at it, so that the caller is not refused either.
                return Outcome::new(Happened::Failed(code))
                    .of_call(&call.id)
                    .because(error)
                    .asking_again();
            }
        };
        let mut held = Held {
            claims,
            permit: None,
            tenant: None,
        };
        match self.prepare(&call, &mut held).await {
            Ok((about, instructions, tools)) => {
                Box::pin(self.hand_over(about, instructions, tools, held)).await
            }
            Err(refusal) => Box::pin(self.reject(&call.id, *refusal, held)).await,
        }
    }

    fn duplicate(&self, call: &CallId, state: Claim) -> Outcome {
        let outcome = Outcome::new(Happened::Deduped).of_call(call);
        let (word, outcome) = match state {
            Claim::Done => ("done", outcome),
            Claim::Claimed | Claim::InProgress => ("in_progress", outcome.asking_again()),
        };
        emit(
            EventCode::DuplicateWebhookId,
            None,
            &[("state", json!(word))],
        );
        self.figures.count(Figure::DedupHits, None);
        outcome
    }
}

/// What a call holds on its way.
///
/// The place is given back before the claims, so that whoever takes the call over does not lose it again.
struct Held {
    permit: Option<Permit>,
    claims: Claims,
    tenant: Option<TenantId>,
}

type Prepared = (About, Arc<Instructions>, ToolSet);

impl Inner {
    /// Steps 4 to 8: tenant, place, texts, configuration, tools.
    async fn prepare(&self, call: &RingingCall, held: &mut Held) -> Result<Prepared, Box<Refusal>> {
        let limit = self.settings.lookup_limit;
        let unresolved = Rejected::TenantResolveFailed;
        let found = guarded(&*self.clock, limit, async {
            self.tenants.resolve(call).await
        })
        .await;
        let (route, dialled) = self.looked_up(found, unresolved, None)?;
        let tenant = route.tenant_id;
        held.tenant = Some(tenant.clone());
        Span::current().record("tenant_id", tenant.as_str());

        let tenant_limit = route
            .max_concurrent_calls
            .unwrap_or(self.settings.max_calls);
        held.permit = Some(self.place(&tenant, &call.id, tenant_limit).await?);

        let missing = Rejected::InstructionsMissing;
        let found = guarded(&*self.clock, limit, async {
            self.instructions.resolve(&tenant).await
        });
        let found = self.looked_up(found.await, missing, Some(&tenant))?;
        if let Some(fault) = &found.fault {
            let mut details = vec![("texts", json!(found.instructions.origin.as_str()))];
            details.extend(cause_of(fault));
            emit(fault.code(), Some(fault), &details);
        }

        let unusable = Rejected::TenantNotConfigured;
        let config = guarded(&*self.clock, limit, async {
            self.tenants.config(&tenant).await
        });
        let config = self.looked_up(config.await, unusable, Some(&tenant))?;

        let tools = self.build_tools(&config);
        let about = About {
            call: call.id.clone(),
            config,
            caller: dialled.caller.number().map(|number| number.masked()),
            dialled: Some(dialled.number.masked()),
            texts: found.instructions.origin,
        };
        Ok((about, found.instructions, tools))
    }

    /// Turns what came of a lookup into a refusal, if it is one.
    fn looked_up<T>(
        &self,
        found: Result<Result<T, IntakeError>, GuardError>,
        otherwise: Rejected,
        tenant: Option<&TenantId>,
    ) -> Result<T, Box<Refusal>> {
        let error = match found {
            Ok(Ok(value)) => return Ok(value),
            Ok(Err(error)) => error,
            Err(guard) => {
                let reason = match guard {
                    GuardError::Slow => Reason::Timeout,
                    GuardError::Panicked => Reason::Panicked,
                };
                let error = IntakeError::new(otherwise.code(), reason);
                match tenant {
                    Some(tenant) => error.of(tenant),
                    None => error,
                }
            }
        };
        let rejected = Rejected::of(error.code(), otherwise);
        let how = match (rejected, error.reason()) {
            (Rejected::TenantResolveFailed, Reason::NoNumber | Reason::UnknownNumber) => {
                self.settings.reject_unknown
            }
            _ => self.settings.reject_other,
        };
        Err(Box::new(Refusal {
            rejected,
            how,
            error,
        }))
    }

    /// Step 5: a place.
    async fn place(
        &self,
        tenant: &TenantId,
        call: &CallId,
        tenant_limit: u32,
    ) -> Result<Permit, Box<Refusal>> {
        let refusal = |tier, error: IntakeError| {
            Box::new(Refusal {
                rejected: Rejected::Capacity(tier),
                how: self.settings.reject_full(tier),
                error: error.of(tenant),
            })
        };
        let full = || IntakeError::new(EventCode::CallRejected, Reason::Capacity);
        if self.draining.load(Ordering::SeqCst) {
            return Err(refusal(Tier::Global, full().with("because", "draining")));
        }
        let limits = LeaseLimits::new(self.settings.max_calls, tenant_limit);
        let lease = Lease::new(tenant.as_str(), call.as_str());
        match self.places.take(lease, limits).await {
            Ok(Place::Taken(permit)) => Ok(permit),
            Ok(Place::Full(tier)) => {
                let word = match tier {
                    Tier::Global => "global",
                    Tier::Tenant => "tenant",
                };
                Err(refusal(tier, full().with("tier", word)))
            }
            Err(cause) => {
                store_failed("reserve", &cause);
                let error = full().with("because", "store_error").because(cause.into());
                Err(refusal(Tier::Global, error))
            }
        }
    }

    /// Carries a refusal out. That the provider does not let us refuse is logged and changes nothing.
    async fn reject(&self, call: &CallId, refusal: Refusal, held: Held) -> Outcome {
        let Refusal {
            rejected,
            how,
            error,
        } = refusal;
        let tenant = held.tenant.as_ref().or(error.tenant()).cloned();
        if rejected.code() != EventCode::CallRejected {
            emit(rejected.code(), Some(&error), &cause_of(&error));
        }
        let details: [(&'static str, Value); 2] = [
            ("rejected", json!(rejected.as_str())),
            ("sip_status", json!(how.sip_status())),
        ];
        emit(EventCode::CallRejected, Some(&error), &details);
        self.figures
            .count(Figure::rejected(rejected.as_str()), tenant.as_ref());
        let limit = self.settings.hang_up_limit;
        let refused = part(&*self.clock, limit, "the refusal", || {
            self.provider.reject(call, how)
        });
        match refused.await {
            Ok(Presence::Done) => {}
            Ok(Presence::AlreadyGone) => emit(EventCode::CallAlreadyGone, None, &[]),
            Err(cause) => {
                let code = EventCode::CallRejectFailed;
                let mut failed = IntakeError::new(code, Reason::ProviderError).because(cause);
                if let Some(tenant) = &tenant {
                    failed = failed.of(tenant);
                }
                emit(code, Some(&failed), &cause_of(&failed));
            }
        }
        if let Some(permit) = held.permit {
            permit.free().await;
        }
        held.claims.complete().await;
        let outcome = Outcome::new(Happened::Rejected(rejected))
            .of_call(call)
            .because(error);
        match &tenant {
            Some(tenant) => outcome.of_tenant(tenant),
            None => outcome,
        }
    }

    /// Holds the claims once more, so that nobody else is at the call, and lets a task of its own take it.
    async fn hand_over(
        self: &Arc<Self>,
        about: About,
        instructions: Arc<Instructions>,
        tools: ToolSet,
        held: Held,
    ) -> Outcome {
        let Held {
            mut claims, permit, ..
        } = held;
        let (call, tenant) = (about.call.clone(), about.config.tenant_id.clone());
        let failed = |reason| {
            let code = EventCode::CallAcceptFailed;
            Outcome::new(Happened::Failed(code))
                .of_call(&call)
                .of_tenant(&tenant)
                .because(IntakeError::new(code, reason).of(&tenant))
        };
        let earlier = match claims.hold_to_accept().await {
            Ok(earlier) => earlier,
            Err(state) => {
                if let Some(permit) = permit {
                    permit.leave();
                }
                return self.duplicate(&call, state).of_tenant(&tenant);
            }
        };
        let Some(permit) = permit else {
            return failed(Reason::Capacity);
        };
        let (answer, outcome) = oneshot::channel();
        let ready = Ready {
            about,
            instructions,
            tools,
            claims,
            permit,
            earlier,
        };
        self.tasks.spawn(Arc::clone(self).take(ready, answer));
        match outcome.await {
            Ok(outcome) => outcome,
            // The task came to grief: it gave everything back on its way out.
            Err(_) => failed(Reason::Panicked).asking_again(),
        }
    }
}
