//! Steps 1 and 2: what came, and is it from the provider?

use std::sync::Arc;

use serde_json::json;
use tracing::{Instrument as _, Span};

use super::Inner;
use super::calls::Stop;
use super::part::calm;
use crate::intake::code::EventCode;
use crate::intake::error::{IntakeError, Reason};
use crate::intake::figures::Figure;
use crate::intake::log::{call_span, emit};
use crate::intake::outcome::{Happened, Ignored, Outcome};
use crate::provider::{InboundEvent, InboundNotice, RingingCall};
use crate::webhook::{WebhookError, WebhookRequest};

/// A webhook that is to be dealt with once.
pub(super) struct Delivered {
    pub(super) provider: &'static str,
    pub(super) webhook_id: String,
}

impl Inner {
    /// Steps 1 and 2: what is it, and is it from the provider?
    pub(super) async fn handle(self: &Arc<Self>, request: &WebhookRequest<'_>) -> Outcome {
        let span = call_span(None, None);
        let read = span.in_scope(|| self.read(request));
        let (notice, call) = match read {
            Ok(ringing) => ringing,
            Err(outcome) => return *outcome,
        };
        Box::pin(self.ringing(notice, call).instrument(span)).await
    }

    /// Reads the webhook; all that is no ringing call is dealt with at once.
    fn read(&self, request: &WebhookRequest<'_>) -> Result<(Delivered, RingingCall), Box<Outcome>> {
        let notice = match calm(|| self.source.read(request)) {
            Some(Ok(notice)) => notice,
            Some(Err(error)) => return Err(self.refuse_webhook(&error).into()),
            None => return Err(self.unproven(Reason::Panicked, None).into()),
        };
        self.figures.count(Figure::Webhooks, None);
        let InboundNotice {
            provider,
            webhook_id,
            kind,
            event,
        } = notice;
        if let InboundEvent::Ringing(RingingCall { id, .. }) | InboundEvent::Ended(id) = &event {
            Span::current().record("call_id", id.as_str());
        }
        let details = [("kind", json!(kind)), ("provider", json!(provider))];
        emit(EventCode::WebhookReceived, None, &details);
        let ignored = match (event, webhook_id) {
            (InboundEvent::Ringing(call), Some(webhook_id)) => {
                let delivered = Delivered {
                    provider,
                    webhook_id,
                };
                return Ok((delivered, call));
            }
            (InboundEvent::Ended(call), _) => {
                // It only hastens what the session's end, a hang-up or the lease brings about anyway.
                self.calls.stop(&call, &Stop::Gone);
                return Err(Outcome::new(Happened::Ended).of_call(&call).into());
            }
            (InboundEvent::Ringing(_), None) => Ignored::MissingWebhookId,
            (InboundEvent::RingingWithoutId, _) => Ignored::MissingCallId,
            (InboundEvent::Other, _) => Ignored::UnsupportedEventType,
        };
        let details = [("kind", json!(kind)), ("ignored", json!(ignored.as_str()))];
        emit(EventCode::WebhookIgnored, None, &details);
        Err(Outcome::new(Happened::Ignored(ignored)).into())
    }

    fn refuse_webhook(&self, error: &WebhookError) -> Outcome {
        let reason = match error {
            WebhookError::Unreadable(_) => {
                let reason = Reason::Other("unreadable".to_owned());
                let error = IntakeError::new(EventCode::WebhookUnreadable, reason)
                    .with("cause", error.to_string());
                emit(EventCode::WebhookUnreadable, Some(&error), &[]);
                self.figures.count(Figure::Webhooks, None);
                return Outcome::new(Happened::Unreadable).because(error);
            }
            WebhookError::MissingHeader(_) => "missing_header",
            WebhookError::Malformed(_) => "malformed",
            WebhookError::BadSignature => "bad_signature",
            WebhookError::BodyMismatch => "body_mismatch",
            WebhookError::TooOld => "too_old",
            WebhookError::TooNew => "too_new",
        };
        self.unproven(Reason::Other(reason.to_owned()), Some(error))
    }

    fn unproven(&self, reason: Reason, cause: Option<&WebhookError>) -> Outcome {
        let code = EventCode::WebhookVerificationFailed;
        let mut error = IntakeError::new(code, reason);
        if let Some(cause) = cause {
            error = error.with("cause", cause.to_string());
        }
        emit(code, Some(&error), &[]);
        self.figures.count(Figure::WebhooksRefused, None);
        Outcome::new(Happened::Unauthorised).because(error)
    }
}
