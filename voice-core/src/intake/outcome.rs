//! [`Outcome`]: what came of a webhook, and what to answer it with.

use std::fmt;

use serde_json::{Map, Value, json};

use super::code::EventCode;
use super::error::{IntakeError, Reason};
use super::instructions::InstructionOrigin;
use super::tenant::TenantId;
use crate::provider::CallId;
use crate::store::Tier;

/// What came of one webhook: what happened, to whose call, and the answer for the provider.
#[derive(Debug)]
#[non_exhaustive]
pub struct Outcome {
    happened: Happened,
    tenant: Option<TenantId>,
    call: Option<CallId>,
    error: Option<IntakeError>,
    redelivery: Redelivery,
}

/// What happened.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Happened {
    /// The call was taken, and the agent's session stands.
    Accepted {
        /// Where its texts come from.
        texts: InstructionOrigin,
    },
    /// The caller was refused.
    Rejected(Rejected),
    /// This webhook or this call was dealt with already, or is being dealt with.
    Deduped,
    /// The webhook asks for nothing here.
    Ignored(Ignored),
    /// The caller had gone before the call was taken.
    AlreadyGone,
    /// The webhook says that a call is over; if it was one of this process, its end was hastened.
    Ended,
    /// The call could not be taken, or had to be hung up: [`EventCode::CallAcceptFailed`],
    /// [`EventCode::CallSessionStartFailed`], or [`EventCode::DedupStoreError`].
    Failed(EventCode),
    /// The webhook is signed but cannot be read.
    Unreadable,
    /// The webhook is not proven to come from the provider.
    Unauthorised,
}

/// Why a caller was refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Rejected {
    /// No place, in one of the tiers; also while draining, and when the store of places cannot say.
    Capacity(Tier),
    /// No tenant belongs to the dialled number, or the directory could not say.
    TenantResolveFailed,
    /// The tenant has no usable configuration, or is disabled.
    TenantNotConfigured,
    /// The tenant's texts cannot be resolved.
    InstructionsMissing,
    /// The tenant's configuration breaks its schema.
    TenantConfigParseError,
}

impl Rejected {
    /// The word of the answer: `capacity`, `tenant_resolve_failed`, `tenant_not_configured`, `instructions_missing`,
    /// `tenant_config_parse_error`.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Capacity(_) => "capacity",
            Self::TenantResolveFailed => "tenant_resolve_failed",
            Self::TenantNotConfigured => "tenant_not_configured",
            Self::InstructionsMissing => "instructions_missing",
            Self::TenantConfigParseError => "tenant_config_parse_error",
        }
    }

    /// The code of the log, which spells one of them otherwise: `tenant_resolution_failed`. A refusal for want of a place
    /// is [`EventCode::CallRejected`].
    #[must_use]
    pub const fn code(self) -> EventCode {
        match self {
            Self::Capacity(_) => EventCode::CallRejected,
            Self::TenantResolveFailed => EventCode::TenantResolutionFailed,
            Self::TenantNotConfigured => EventCode::TenantNotConfigured,
            Self::InstructionsMissing => EventCode::InstructionsMissing,
            Self::TenantConfigParseError => EventCode::TenantConfigParseError,
        }
    }

    /// The refusal that a code stands for; `fallback` when it stands for none.
    pub(super) const fn of(code: EventCode, fallback: Self) -> Self {
        match code {
            EventCode::TenantResolutionFailed => Self::TenantResolveFailed,
            EventCode::TenantNotConfigured => Self::TenantNotConfigured,
            EventCode::InstructionsMissing => Self::InstructionsMissing,
            EventCode::TenantConfigParseError => Self::TenantConfigParseError,
            _ => fallback,
        }
    }
}

impl fmt::Display for Rejected {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// Why a webhook asks for nothing here.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Ignored {
    /// A call rings, but the webhook has no id of its own, so that a repeat could not be told.
    MissingWebhookId,
    /// A call rings, but the webhook does not say which one.
    MissingCallId,
    /// It is about something else.
    UnsupportedEventType,
}

impl Ignored {
    /// The word of the answer: `missing_webhook_id`, `missing_call_id`, `unsupported_event_type`.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::MissingWebhookId => "missing_webhook_id",
            Self::MissingCallId => "missing_call_id",
            Self::UnsupportedEventType => "unsupported_event_type",
        }
    }
}

impl fmt::Display for Ignored {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// Whether another delivery of the same webhook would do any good.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Redelivery {
    /// No: the work is done, or there is none.
    Useless,
    /// Yes: the claim was given back undone, or another holds it and may yet die.
    Useful,
}

impl Outcome {
    pub(super) const fn new(happened: Happened) -> Self {
        Self {
            happened,
            tenant: None,
            call: None,
            error: None,
            redelivery: Redelivery::Useless,
        }
    }

    pub(super) fn of_call(mut self, call: &CallId) -> Self {
        self.call = Some(call.clone());
        self
    }

    pub(super) fn of_tenant(mut self, tenant: &TenantId) -> Self {
        self.tenant = Some(tenant.clone());
        self
    }

    pub(super) fn because(mut self, error: IntakeError) -> Self {
        self.error = Some(error);
        self
    }

    pub(super) const fn asking_again(mut self) -> Self {
        self.redelivery = Redelivery::Useful;
        self
    }

    /// What happened.
    #[must_use]
    pub const fn happened(&self) -> Happened {
        self.happened
    }

    /// Whose call it is, as far as it got.
    #[must_use]
    pub const fn tenant(&self) -> Option<&TenantId> {
        self.tenant.as_ref()
    }

    /// Which call it is.
    #[must_use]
    pub const fn call(&self) -> Option<&CallId> {
        self.call.as_ref()
    }

    /// What went wrong. A call that was taken has one as well when the way there was not straight.
    #[must_use]
    pub const fn error(&self) -> Option<&IntakeError> {
        self.error.as_ref()
    }

    /// Whether another delivery would do any good.
    #[must_use]
    pub const fn redelivery(&self) -> Redelivery {
        self.redelivery
    }

    /// The HTTP status to answer with: 401 when the webhook is not proven to come from the provider, else 200.
    ///
    /// A webhook that is signed but cannot be read is acknowledged too: the same bytes delivered again cannot be read
    /// either. Whether to let the provider deliver again what may do better then is
    /// [`status_asking_again`](Self::status_asking_again).
    #[must_use]
    pub const fn status(&self) -> u16 {
        match self.happened {
            Happened::Unauthorised => 401,
            _ => 200,
        }
    }

    /// The same, but 503 where another delivery would do some good ([`Redelivery::Useful`]): the provider could not be
    /// reached for the accept, the store of claims failed, or another process is at the call and may die over it.
    ///
    /// With [`status`](Self::status) alone only a delivery that got no answer at all is delivered again. The price of this
    /// one is a repeat for calls that are being taken elsewhere.
    #[must_use]
    pub const fn status_asking_again(&self) -> u16 {
        match self.redelivery {
            Redelivery::Useful => 503,
            Redelivery::Useless => self.status(),
        }
    }

    /// The answer's JSON body: `ok`, and of `accepted`, `rejected`, `deduped`, `ignored`, `reason`, `tenant_id`,
    /// `fallback` those that apply. No number and no text of an error is in it.
    ///
    /// | happened | body |
    /// |---|---|
    /// | accepted | `{"ok":true,"accepted":true,"tenant_id":"acme"}`, with `"fallback":true` when fallback texts are used |
    /// | rejected | `{"ok":true,"rejected":"instructions_missing","reason":"greeting_text_empty","tenant_id":"acme"}` |
    /// | deduped | `{"ok":true,"deduped":true}` |
    /// | ignored | `{"ok":true,"ignored":"unsupported_event_type"}` |
    /// | already gone | `{"ok":true,"accepted":false,"reason":"call_already_gone","tenant_id":"acme"}` |
    /// | ended | `{"ok":true}` |
    /// | failed | `{"ok":false,"accepted":false,"reason":"call_accept_failed","tenant_id":"acme"}` |
    /// | unreadable | `{"ok":false,"reason":"webhook_unreadable"}` |
    /// | unauthorised | `{"ok":false,"reason":"webhook_verification_failed"}` |
    #[must_use]
    pub fn body(&self) -> Value {
        let mut body = Map::new();
        let mut put = |key: &str, value: Value| {
            body.insert(key.to_owned(), value);
        };
        let is_ok = !matches!(
            self.happened,
            Happened::Failed(_) | Happened::Unreadable | Happened::Unauthorised
        );
        put("ok", json!(is_ok));
        match self.happened {
            Happened::Accepted { texts } => {
                put("accepted", json!(true));
                if texts.is_fallback() {
                    put("fallback", json!(true));
                }
            }
            Happened::Rejected(rejected) => {
                put("rejected", json!(rejected.as_str()));
                let reason = self.error.as_ref().map(IntakeError::reason);
                if let Some(reason) = reason.filter(|reason| **reason != Reason::Capacity) {
                    put("reason", json!(reason.as_str()));
                }
            }
            Happened::Deduped => put("deduped", json!(true)),
            Happened::Ignored(ignored) => put("ignored", json!(ignored.as_str())),
            Happened::AlreadyGone => {
                put("accepted", json!(false));
                put("reason", json!(EventCode::CallAlreadyGone.as_str()));
            }
            Happened::Ended => {}
            Happened::Failed(code) => {
                put("accepted", json!(false));
                put("reason", json!(code.as_str()));
            }
            Happened::Unreadable => {
                put("reason", json!(EventCode::WebhookUnreadable.as_str()));
            }
            Happened::Unauthorised => {
                put(
                    "reason",
                    json!(EventCode::WebhookVerificationFailed.as_str()),
                );
            }
        }
        if let Some(tenant) = &self.tenant {
            put("tenant_id", json!(tenant.as_str()));
        }
        Value::Object(body)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tenant() -> TenantId {
        TenantId::parse("acme").unwrap()
    }

    #[test]
    fn bodies_have_the_keys_of_the_table() {
        let rejected = |rejected, code, reason| {
            Outcome::new(Happened::Rejected(rejected))
                .of_tenant(&tenant())
                .because(IntakeError::new(code, reason))
        };
        let accepted = |texts| Outcome::new(Happened::Accepted { texts }).of_tenant(&tenant());
        for (outcome, body) in [
            (
                accepted(InstructionOrigin::Active),
                json!({"ok": true, "accepted": true, "tenant_id": "acme"}),
            ),
            (
                accepted(InstructionOrigin::Downtime),
                json!({"ok": true, "accepted": true, "fallback": true, "tenant_id": "acme"}),
            ),
            (
                rejected(
                    Rejected::Capacity(Tier::Tenant),
                    EventCode::CallRejected,
                    Reason::Capacity,
                ),
                json!({"ok": true, "rejected": "capacity", "tenant_id": "acme"}),
            ),
            (
                rejected(
                    Rejected::TenantNotConfigured,
                    EventCode::TenantNotConfigured,
                    Reason::StateDocMissing,
                ),
                json!({"ok": true, "rejected": "tenant_not_configured", "reason": "state_doc_missing", "tenant_id": "acme"}),
            ),
            (
                Outcome::new(Happened::Rejected(Rejected::TenantResolveFailed)),
                json!({"ok": true, "rejected": "tenant_resolve_failed"}),
            ),
            (
                Outcome::new(Happened::Deduped),
                json!({"ok": true, "deduped": true}),
            ),
            (
                Outcome::new(Happened::Ignored(Ignored::MissingCallId)),
                json!({"ok": true, "ignored": "missing_call_id"}),
            ),
            (
                Outcome::new(Happened::Failed(EventCode::CallAcceptFailed)),
                json!({"ok": false, "accepted": false, "reason": "call_accept_failed"}),
            ),
            (
                Outcome::new(Happened::AlreadyGone),
                json!({"ok": true, "accepted": false, "reason": "call_already_gone"}),
            ),
            (Outcome::new(Happened::Ended), json!({"ok": true})),
            (
                Outcome::new(Happened::Unreadable),
                json!({"ok": false, "reason": "webhook_unreadable"}),
            ),
        ] {
            assert_eq!(outcome.body(), body);
            assert_eq!(
                (outcome.status(), outcome.status_asking_again()),
                (200, 200)
            );
        }
        let forged = Outcome::new(Happened::Unauthorised);
        assert_eq!((forged.status(), forged.status_asking_again()), (401, 401));
        let again = Outcome::new(Happened::Failed(EventCode::CallAcceptFailed)).asking_again();
        assert_eq!((again.status(), again.status_asking_again()), (200, 503));
    }

    #[test]
    fn one_refusal_has_two_spellings_and_the_others_one() {
        for rejected in [
            Rejected::TenantNotConfigured,
            Rejected::InstructionsMissing,
            Rejected::TenantConfigParseError,
        ] {
            assert_eq!(rejected.as_str(), rejected.code().as_str());
        }
        let rejected = Rejected::TenantResolveFailed;
        assert_eq!(rejected.as_str(), "tenant_resolve_failed");
        assert_eq!(rejected.code().as_str(), "tenant_resolution_failed");
    }
}
