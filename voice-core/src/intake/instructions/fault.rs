//! Why there are no current texts, in a form that everybody who waited can be given a copy of.

use std::time::Duration;

use super::{InstructionPointers, PromptKind};
use crate::error::{Error, ErrorKind};
use crate::intake::tenant::TenantId;
use crate::intake::{EventCode, IntakeError, Reason};

/// The store failed.
pub(super) struct Fault {
    reason: Reason,
    operation: &'static str,
    kind: ErrorKind,
    message: String,
}

impl Fault {
    pub(super) fn of(operation: &'static str, error: &Error) -> Self {
        let reason = match error.kind() {
            ErrorKind::Timeout => Reason::DbTimeout,
            _ => Reason::DbError,
        };
        Self {
            reason,
            operation,
            kind: error.kind(),
            message: error.to_string(),
        }
    }

    pub(super) fn late(operation: &'static str, limit: Duration) -> Self {
        Self {
            reason: Reason::DbTimeout,
            operation,
            kind: ErrorKind::Timeout,
            message: format!("no answer within {limit:?}"),
        }
    }

    pub(super) fn panicked(operation: &'static str) -> Self {
        Self {
            reason: Reason::DbError,
            operation,
            kind: ErrorKind::Other,
            message: "the store panicked".to_owned(),
        }
    }

    pub(super) const fn kind(&self) -> ErrorKind {
        self.kind
    }

    pub(super) fn error(&self, tenant: &TenantId) -> IntakeError {
        IntakeError::new(EventCode::InstructionsDbError, self.reason.clone())
            .of(tenant)
            .with("operation", self.operation)
            .with("cause_type", self.kind.as_str())
            .because(self.cause())
    }

    fn cause(&self) -> Error {
        Error::new(self.kind, &self.message)
    }
}

/// The store answered that something is not as it must be.
pub(super) struct Refusal {
    code: EventCode,
    reason: Reason,
    pointers: Option<InstructionPointers>,
    /// Which of the two texts.
    text: Option<PromptKind>,
    cause: Option<Fault>,
}

impl Refusal {
    pub(super) fn no_state() -> Self {
        Self {
            code: EventCode::TenantNotConfigured,
            reason: Reason::StateDocMissing,
            pointers: None,
            text: None,
            cause: None,
        }
    }

    pub(super) fn bad_state(cause: Fault) -> Self {
        Self {
            reason: Reason::InvalidConfig,
            cause: Some(cause),
            ..Self::no_state()
        }
    }

    pub(super) fn empty(pointers: &InstructionPointers, text: PromptKind) -> Self {
        let reason = match text {
            PromptKind::Greeting => Reason::GreetingTextEmpty,
            PromptKind::Instruction => Reason::InstructionTextEmpty,
        };
        Self::text(pointers, text, reason)
    }

    pub(super) fn no_text(pointers: &InstructionPointers, text: PromptKind) -> Self {
        Self::text(pointers, text, Reason::IdNotFound)
    }

    pub(super) fn not_rendered(
        pointers: &InstructionPointers,
        text: PromptKind,
        cause: Fault,
    ) -> Self {
        Self {
            cause: Some(cause),
            ..Self::text(
                pointers,
                text,
                Reason::Other("text_not_rendered".to_owned()),
            )
        }
    }

    fn text(pointers: &InstructionPointers, text: PromptKind, reason: Reason) -> Self {
        Self {
            code: EventCode::InstructionsMissing,
            reason,
            pointers: Some(pointers.clone()),
            text: Some(text),
            cause: None,
        }
    }

    pub(super) fn error(&self, tenant: &TenantId) -> IntakeError {
        let mut error = IntakeError::new(self.code, self.reason.clone()).of(tenant);
        if let Some(pointers) = &self.pointers {
            error = error
                .with("greeting_id", &pointers.greeting_id)
                .with("instruction_id", &pointers.instruction_id);
        }
        if let (Some(text), Reason::IdNotFound | Reason::Other(_)) = (self.text, &self.reason) {
            let text = match text {
                PromptKind::Greeting => "greeting",
                PromptKind::Instruction => "instruction",
            };
            error = error.with("text", text);
        }
        match &self.cause {
            Some(cause) => error
                .with("operation", cause.operation)
                .because(cause.cause()),
            None => error,
        }
    }
}
