//! A stable name for what went wrong.

use voice_core::wire::open_enum;

use voice_core::error::{Error, ErrorKind};

open_enum! {
    /// A stable name for what went wrong, for logs, dashboards and callers of other languages.
    ///
    /// Ultravox has no error codes of its own; these are the names that integrations of it commonly use.
    ///
    /// ```
    /// use ultravox_client::ErrorCode;
    /// use voice_core::error::{Error, ErrorKind};
    ///
    /// let error = Error::new(ErrorKind::NotFound, "Not found.").with_operation("ultravox", "agents.get");
    /// assert_eq!(ErrorCode::of(&error), ErrorCode::AgentNotFound);
    /// assert_eq!(ErrorCode::of(&error).as_str(), "agent_not_found");
    /// ```
    pub enum ErrorCode {
        /// The input broke a rule, here or at Ultravox.
        ValidationError = "validation_error",
        /// There is no such agent.
        AgentNotFound = "agent_not_found",
        /// There is no such thing; not an agent.
        ResourceNotFound = "resource_not_found",
        /// An agent could not be created.
        AgentCreationFailed = "agent_creation_failed",
        /// An agent could not be changed.
        AgentUpdateFailed = "agent_update_failed",
        /// A call could not be started.
        CallInitiationFailed = "call_initiation_failed",
        /// Settings are missing or malformed.
        ConfigurationError = "configuration_error",
        /// The key was refused.
        InvalidApiKey = "invalid_api_key",
        /// The key is good, but not for this.
        AuthorizationError = "authorization_error",
        /// It exists, and is not ready to be read yet.
        NotReady = "not_ready",
        /// Too fast, or too much at once.
        RateLimitExceeded = "rate_limit_exceeded",
        /// No connection.
        NetworkError = "network_error",
        /// No answer in time.
        TimeoutError = "timeout_error",
        /// Ultravox failed, or said something unexpected.
        ExternalServiceError = "external_service_error",
    }
}

impl ErrorCode {
    /// The name for an error of this crate.
    #[must_use]
    pub fn of(error: &Error) -> Self {
        match error.kind() {
            ErrorKind::Config => Self::ConfigurationError,
            ErrorKind::InvalidInput => Self::ValidationError,
            ErrorKind::NotFound if is_about_an_agent(error.operation()) => Self::AgentNotFound,
            ErrorKind::NotFound => Self::ResourceNotFound,
            ErrorKind::Authentication => Self::InvalidApiKey,
            ErrorKind::Permission => Self::AuthorizationError,
            ErrorKind::RateLimited => Self::RateLimitExceeded,
            ErrorKind::Timeout => Self::TimeoutError,
            ErrorKind::Dns | ErrorKind::Connect | ErrorKind::Connection | ErrorKind::Tls => {
                Self::NetworkError
            }
            ErrorKind::Conflict if error.status() == Some(http::StatusCode::TOO_EARLY) => {
                Self::NotReady
            }
            _ => match error.operation() {
                "agents.create" => Self::AgentCreationFailed,
                "agents.update" => Self::AgentUpdateFailed,
                "agents.calls.create" | "calls.create" | "agents.telephony_xml" => {
                    Self::CallInitiationFailed
                }
                _ => Self::ExternalServiceError,
            },
        }
    }
}

/// Whether what an operation did not find is an agent. Where a path names a batch as well, it is more likely that one.
fn is_about_an_agent(operation: &str) -> bool {
    match operation.strip_prefix("agents.") {
        Some(verb) => match verb.strip_prefix("scheduled_batches.") {
            Some(verb) => matches!(verb, "create" | "list"),
            None => true,
        },
        None => false,
    }
}
