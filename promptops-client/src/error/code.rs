//! The codes of the service and of its clients, what they mean and what to do.

use voice_core::error::{Error, ErrorKind};
use voice_core::open_enum;

open_enum! {
    /// A code of PromptOps.
    ///
    /// The server sends codes only where it follows its documentation; [`of`](Self::of) tells the code a failure stands for
    /// in either case.
    pub enum ErrorCode {
        /// The credentials were refused.
        Authentication = "AUTHENTICATION_ERROR",
        /// The credentials do not suffice.
        Authorization = "AUTHORIZATION_ERROR",
        /// The input broke a rule.
        Validation = "VALIDATION_ERROR",
        /// No such prompt, or no such version.
        PromptNotFound = "PROMPT_NOT_FOUND",
        /// No such thing.
        NotFound = "NOT_FOUND_ERROR",
        /// The state of things forbids it.
        Conflict = "CONFLICT_ERROR",
        /// Too many requests.
        RateLimit = "RATE_LIMIT_ERROR",
        /// The service failed.
        Server = "SERVER_ERROR",
        /// The service is down or overloaded.
        ServiceUnavailable = "SERVICE_UNAVAILABLE_ERROR",
        /// It took too long.
        Timeout = "TIMEOUT_ERROR",
        /// The service could not be reached.
        Network = "NETWORK_ERROR",
        /// A client is set up wrongly.
        Configuration = "CONFIGURATION_ERROR",
        /// A cache failed; never fatal.
        Cache = "CACHE_ERROR",
        /// Telemetry failed; never fatal.
        Telemetry = "TELEMETRY_ERROR",
    }
}

impl ErrorCode {
    /// The code a failure carries, or the one its kind stands for.
    #[must_use]
    pub fn of(error: &Error) -> Option<Self> {
        if let Some(code) = error.code() {
            return Some(Self::from_word(code));
        }
        Some(match error.kind() {
            ErrorKind::Config => Self::Configuration,
            ErrorKind::InvalidInput => Self::Validation,
            ErrorKind::Authentication => Self::Authentication,
            ErrorKind::Permission => Self::Authorization,
            ErrorKind::NotFound if error.context_value("prompt_id").is_some() => {
                Self::PromptNotFound
            }
            ErrorKind::NotFound => Self::NotFound,
            ErrorKind::Conflict | ErrorKind::AlreadyExists => Self::Conflict,
            ErrorKind::RateLimited => Self::RateLimit,
            ErrorKind::Server => Self::Server,
            ErrorKind::Unavailable => Self::ServiceUnavailable,
            ErrorKind::Timeout => Self::Timeout,
            ErrorKind::Dns
            | ErrorKind::Connect
            | ErrorKind::Connection
            | ErrorKind::Tls
            | ErrorKind::CircuitOpen => Self::Network,
            _ => return None,
        })
    }

    /// The kind it stands for.
    #[must_use]
    pub fn kind(&self) -> Option<ErrorKind> {
        Some(match self {
            Self::Authentication => ErrorKind::Authentication,
            Self::Authorization => ErrorKind::Permission,
            Self::Validation => ErrorKind::InvalidInput,
            Self::PromptNotFound | Self::NotFound => ErrorKind::NotFound,
            Self::Conflict => ErrorKind::Conflict,
            Self::RateLimit => ErrorKind::RateLimited,
            Self::Server => ErrorKind::Server,
            Self::ServiceUnavailable => ErrorKind::Unavailable,
            Self::Timeout => ErrorKind::Timeout,
            Self::Network => ErrorKind::Connection,
            Self::Configuration => ErrorKind::Config,
            Self::Cache | Self::Telemetry | Self::Other(_) => return None,
        })
    }

    /// Why it comes, in one sentence.
    #[must_use]
    pub fn cause(&self) -> Option<&'static str> {
        Some(match self {
            Self::Authentication => {
                "Key or signature are wrong or expired, headers are missing, or the clock is off by more than 300 s"
            }
            Self::Authorization => {
                "The key is good, but lacks the scope or belongs to another project"
            }
            Self::Validation => {
                "The request's data broke a rule: a missing variable, or a value of another form"
            }
            Self::PromptNotFound => {
                "There is no prompt of this id, or no such version, in the project of the key"
            }
            Self::NotFound => "There is no such thing in the project of the key",
            Self::Conflict => "Somebody else changed it meanwhile, or its state forbids it",
            Self::RateLimit => {
                "More requests came than the key may send in a minute, an hour or a day"
            }
            Self::Server => "The service failed, usually for a short time",
            Self::ServiceUnavailable => "The service is down, overloaded or being deployed",
            Self::Timeout => {
                "The network or the service is slow, the payload is large, or a firewall drops packets"
            }
            Self::Network => "The service cannot be reached: DNS, firewall, proxy or TLS",
            Self::Configuration => "A setting of the client is missing or malformed",
            Self::Cache => "The cache's own backend failed or could not be reached",
            Self::Telemetry => "The service did not take the report of usage",
            Self::Other(_) => return None,
        })
    }

    /// What to do about it, in one or two sentences.
    #[must_use]
    pub fn hint(&self) -> Option<&'static str> {
        Some(match self {
            Self::Authentication => {
                "Check key, secret and clock, and which timestamp format and key mode the service takes; rotate the key if \
                 it leaked, and keep keys in a secret store"
            }
            Self::Authorization => {
                "Give the key the scope and the project that the message names, or use another key"
            }
            Self::Validation => "Correct the field that the message names",
            Self::PromptNotFound => {
                "Check id and project, and write the version without a leading v; a list of the versions shows what there is"
            }
            Self::NotFound => "Check the id and the project",
            Self::Conflict => "Read the state again and decide anew",
            Self::RateLimit => {
                "Wait as long as the error says; a longer cache TTL, batches and a lower limiter keep it from happening"
            }
            Self::Server => {
                "Safe operations were repeated already; look at the status page, and serve a fallback meanwhile"
            }
            Self::ServiceUnavailable => {
                "The service is down or overloaded: serve a cached or a fallback prompt meanwhile"
            }
            Self::Timeout => "Raise the timeout or send less; the doctor shows where the time goes",
            Self::Network => {
                "DNS, proxy, firewall or TLS: the doctor shows which; while the circuit breaker is open nothing is sent"
            }
            Self::Configuration => "Correct the settings that the message names",
            Self::Cache => "The cache failed and was passed over; look at its backend",
            Self::Telemetry => "Usage was not reported; nothing else is affected",
            Self::Other(_) => return None,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_known_code_has_a_hint_and_codes_of_the_service_a_kind() {
        for word in ErrorCode::KNOWN {
            let code = ErrorCode::from_word(word);
            assert!(code.hint().is_some() && code.cause().is_some(), "{word}");
            let quiet = matches!(code, ErrorCode::Cache | ErrorCode::Telemetry);
            assert_eq!(code.kind().is_none(), quiet, "{word}");
        }
        let unknown = ErrorCode::from_word("TEAPOT");
        assert_eq!((unknown.kind(), unknown.hint()), (None, None));
    }

    #[test]
    fn a_failure_without_a_code_has_the_one_of_its_kind() {
        let error = Error::new(ErrorKind::NotFound, "gone");
        assert_eq!(ErrorCode::of(&error), Some(ErrorCode::NotFound));
        let error = error.with_context("prompt_id", "greet");
        assert_eq!(ErrorCode::of(&error), Some(ErrorCode::PromptNotFound));
        let error = error.with_code("TEAPOT");
        assert_eq!(
            ErrorCode::of(&error),
            Some(ErrorCode::Other("TEAPOT".to_owned()))
        );
        assert_eq!(ErrorCode::of(&Error::new(ErrorKind::Decode, "?")), None);
    }
}
