//! Errors with the stable codes of the service this module stands for.

use std::fmt;

use serde_json::{Map, Value, json};
use voice_core::error::{Error, ErrorKind};

/// What a failure is called, whatever caused it. Codes do not change between versions.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[non_exhaustive]
pub enum ServiceCode {
    /// The input broke a rule, here or at a provider.
    ValidationError,
    /// There is no such agent.
    AgentNotFound,
    /// An agent could not be created.
    AgentCreationFailed,
    /// An agent could not be changed.
    AgentUpdateFailed,
    /// An agent could not be read.
    AgentRetrievalFailed,
    /// Agents could not be listed.
    AgentListingFailed,
    /// A call could not be started.
    CallInitiationFailed,
    /// Settings are missing or malformed.
    ConfigurationError,
    /// A provider failed, or could not be reached.
    ExternalServiceError,
    /// A provider, or a limit of this side, says to slow down.
    RateLimitExceeded,
}

/// What was being done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Step {
    CreateAgent,
    UpdateAgent,
    ReadAgent,
    ListAgents,
    StartCall,
    Configure,
}

impl ServiceCode {
    /// Every code.
    pub const ALL: [Self; 10] = [
        Self::ValidationError,
        Self::AgentNotFound,
        Self::AgentCreationFailed,
        Self::AgentUpdateFailed,
        Self::AgentRetrievalFailed,
        Self::AgentListingFailed,
        Self::CallInitiationFailed,
        Self::ConfigurationError,
        Self::ExternalServiceError,
        Self::RateLimitExceeded,
    ];

    /// The code's word, such as `agent_not_found`.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::ValidationError => "validation_error",
            Self::AgentNotFound => "agent_not_found",
            Self::AgentCreationFailed => "agent_creation_failed",
            Self::AgentUpdateFailed => "agent_update_failed",
            Self::AgentRetrievalFailed => "agent_retrieval_failed",
            Self::AgentListingFailed => "agent_listing_failed",
            Self::CallInitiationFailed => "call_initiation_failed",
            Self::ConfigurationError => "configuration_error",
            Self::ExternalServiceError => "external_service_error",
            Self::RateLimitExceeded => "rate_limit_exceeded",
        }
    }

    /// The HTTP status an application that serves HTTP answers with.
    #[must_use]
    pub const fn status(self) -> u16 {
        match self {
            Self::ValidationError
            | Self::AgentCreationFailed
            | Self::AgentUpdateFailed
            | Self::CallInitiationFailed => 400,
            Self::AgentNotFound => 404,
            Self::RateLimitExceeded => 429,
            Self::ExternalServiceError => 502,
            Self::AgentRetrievalFailed | Self::AgentListingFailed | Self::ConfigurationError => 500,
        }
    }

    /// What to do about it, in one sentence.
    #[must_use]
    pub const fn solution(self) -> &'static str {
        match self {
            Self::ValidationError => "Correct the fields the error names and send it again",
            Self::AgentNotFound => "Check the agent's id, or create the agent",
            Self::AgentCreationFailed | Self::AgentUpdateFailed => {
                "Check the Ultravox key and what it is allowed to do"
            }
            Self::AgentRetrievalFailed | Self::AgentListingFailed => {
                "Check the Ultravox key; the request is safe to repeat"
            }
            Self::CallInitiationFailed => {
                "Check the number, and the telephone provider's credentials, balance and permissions"
            }
            Self::ConfigurationError => {
                "Check the environment's variables by the names in the error"
            }
            Self::ExternalServiceError => {
                "Look at the providers' status pages; see whether the person may have been rung before trying again"
            }
            Self::RateLimitExceeded => "Wait as long as the error says, and ask less often",
        }
    }

    fn of(step: Step, error: &Error) -> Self {
        match error.kind() {
            ErrorKind::Config => Self::ConfigurationError,
            ErrorKind::InvalidInput => Self::ValidationError,
            ErrorKind::RateLimited => Self::RateLimitExceeded,
            ErrorKind::NotFound if matches!(step, Step::ReadAgent | Step::UpdateAgent) => {
                Self::AgentNotFound
            }
            ErrorKind::Server
            | ErrorKind::Unavailable
            | ErrorKind::Timeout
            | ErrorKind::Dns
            | ErrorKind::Connect
            | ErrorKind::Tls
            | ErrorKind::Connection
            | ErrorKind::Protocol
            | ErrorKind::BodyTooLarge
            | ErrorKind::Decode
            | ErrorKind::CircuitOpen => Self::ExternalServiceError,
            _ => match step {
                Step::CreateAgent => Self::AgentCreationFailed,
                Step::UpdateAgent => Self::AgentUpdateFailed,
                Step::ReadAgent => Self::AgentRetrievalFailed,
                Step::ListAgents => Self::AgentListingFailed,
                Step::StartCall => Self::CallInitiationFailed,
                Step::Configure => Self::ConfigurationError,
            },
        }
    }
}

impl fmt::Display for ServiceCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// A failure with its code, and the error behind it.
///
/// `Display` is the code and one line with provider, operation, status and request id; neither shows a secret or a full
/// phone number. [`error`](Self::error) knows the rest, above all whether
/// [the person may have been rung](Error::may_have_happened).
#[derive(Debug, thiserror::Error)]
#[error("{code}: {error}")]
pub struct ServiceError {
    code: ServiceCode,
    #[source]
    error: Error,
}

impl ServiceError {
    pub(super) fn new(step: Step, error: Error) -> Self {
        Self {
            code: ServiceCode::of(step, &error),
            error,
        }
    }

    /// A failure to put the service together, such as that of
    /// [`UltravoxClient::from_env`](crate::UltravoxClient::from_env): `configuration_error`.
    #[must_use]
    pub fn configuration(error: Error) -> Self {
        Self::new(Step::Configure, error)
    }

    /// Its stable code.
    #[must_use]
    pub fn code(&self) -> ServiceCode {
        self.code
    }

    /// What happened.
    #[must_use]
    pub fn error(&self) -> &Error {
        &self.error
    }

    /// What happened, alone.
    #[must_use]
    pub fn into_error(self) -> Error {
        self.error
    }

    /// The body of an HTTP answer: `error` (the code), `message`, and what is known of `fields`, `retry_after` (seconds),
    /// `request_id`, `may_have_happened`, `solution`.
    ///
    /// ```
    /// use ultravox_client::service::ServiceCode;
    /// assert_eq!(ServiceCode::RateLimitExceeded.status(), 429);
    /// ```
    #[must_use]
    pub fn to_json(&self) -> Value {
        let error = &self.error;
        let hint = error.hint().unwrap_or_else(|| self.code.solution());
        let mut body = Map::new();
        body.insert("error".to_owned(), self.code.as_str().into());
        body.insert("message".to_owned(), error.message().into());
        body.insert("solution".to_owned(), hint.into());
        if !error.fields().is_empty() {
            let fields: Vec<Value> = error
                .fields()
                .iter()
                .map(|field| json!({"field": field.field, "message": field.message}))
                .collect();
            body.insert("fields".to_owned(), fields.into());
        }
        if let Some(wait) = error.retry_after() {
            let seconds = wait.as_secs_f64().ceil();
            body.insert("retry_after".to_owned(), seconds.into());
        }
        if let Some(id) = error.request_id() {
            body.insert("request_id".to_owned(), id.into());
        }
        if error.may_have_happened() {
            body.insert("may_have_happened".to_owned(), true.into());
        }
        body.into()
    }
}

impl From<ServiceError> for Error {
    fn from(error: ServiceError) -> Self {
        error.error
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn code(step: Step, kind: ErrorKind) -> ServiceCode {
        ServiceError::new(step, Error::new(kind, "x")).code()
    }

    #[test]
    fn the_kind_decides_first_and_the_step_last() {
        use ErrorKind as K;
        for (step, kind, expected) in [
            (Step::CreateAgent, K::InvalidInput, "validation_error"),
            (
                Step::CreateAgent,
                K::Authentication,
                "agent_creation_failed",
            ),
            (Step::CreateAgent, K::Permission, "agent_creation_failed"),
            (Step::UpdateAgent, K::NotFound, "agent_not_found"),
            (Step::UpdateAgent, K::Conflict, "agent_update_failed"),
            (Step::ReadAgent, K::NotFound, "agent_not_found"),
            (Step::ReadAgent, K::Quota, "agent_retrieval_failed"),
            (Step::ListAgents, K::NotFound, "agent_listing_failed"),
            (Step::StartCall, K::NotFound, "call_initiation_failed"),
            (Step::StartCall, K::Quota, "call_initiation_failed"),
            (Step::StartCall, K::Server, "external_service_error"),
            (Step::StartCall, K::Timeout, "external_service_error"),
            (Step::StartCall, K::RateLimited, "rate_limit_exceeded"),
            (Step::Configure, K::Config, "configuration_error"),
            (Step::Configure, K::Other, "configuration_error"),
        ] {
            assert_eq!(code(step, kind).as_str(), expected, "{step:?} {kind:?}");
        }
    }

    #[test]
    fn words_are_unique_and_statuses_are_errors() {
        let mut words: Vec<&str> = ServiceCode::ALL.iter().map(|code| code.as_str()).collect();
        words.sort_unstable();
        words.dedup();
        assert_eq!(words.len(), ServiceCode::ALL.len());
        for code in ServiceCode::ALL {
            assert!(code.status() >= 400 && !code.solution().is_empty());
        }
    }
}
