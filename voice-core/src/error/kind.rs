//! What went wrong, and whether the server may have acted.

use std::fmt;

/// What kind of failure an [`Error`](super::Error) is, the same for every provider.
///
/// The provider's own number or word is kept beside it in [`Error::code`](super::Error::code).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ErrorKind {
    /// Settings are missing or malformed; nothing was sent.
    Config,
    /// The input broke a rule, here or at the server; see [`Error::fields`](super::Error::fields).
    InvalidInput,
    /// The credentials were refused (401).
    Authentication,
    /// The credentials are good, but not for this (403).
    Permission,
    /// The account cannot pay or its quota is used up for good (402, `insufficient_quota`).
    Quota,
    /// No such resource, or none that these credentials may see (404, 410).
    NotFound,
    /// The thing to be created is there already.
    AlreadyExists,
    /// The state of the resource forbids it (409, 412).
    Conflict,
    /// The provider, or the client-side limiter, says to slow down (429).
    RateLimited,
    /// The provider does not offer this operation (405, 501).
    Unsupported,
    /// The provider failed (500, 502 and other 5xx).
    Server,
    /// The provider is overloaded or down (503).
    Unavailable,
    /// An attempt or the total deadline ran out, or the provider says so (408, 504).
    Timeout,
    /// The host name does not resolve.
    Dns,
    /// No connection could be made.
    Connect,
    /// The TLS handshake failed; see [`Error::hint`](super::Error::hint) for issuer, expiry or name.
    Tls,
    /// The connection broke after it stood.
    Connection,
    /// The answer is not the HTTP we speak, or a redirect nobody asked for.
    Protocol,
    /// The answer is larger than the body cap.
    BodyTooLarge,
    /// The answer was a success, but its body is not what the API documents.
    Decode,
    /// The circuit breaker is open: the provider failed too often just now, nothing was sent.
    CircuitOpen,
    /// A webhook's signature, age or form was refused.
    Webhook,
    /// None of the others.
    Other,
}

impl ErrorKind {
    /// A stable, lower-case name for logs and metrics.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Config => "configuration",
            Self::InvalidInput => "invalid_input",
            Self::Authentication => "authentication",
            Self::Permission => "permission",
            Self::Quota => "quota",
            Self::NotFound => "not_found",
            Self::AlreadyExists => "already_exists",
            Self::Conflict => "conflict",
            Self::RateLimited => "rate_limited",
            Self::Unsupported => "unsupported",
            Self::Server => "server",
            Self::Unavailable => "unavailable",
            Self::Timeout => "timeout",
            Self::Dns => "dns",
            Self::Connect => "connect",
            Self::Tls => "tls",
            Self::Connection => "connection",
            Self::Protocol => "protocol",
            Self::BodyTooLarge => "body_too_large",
            Self::Decode => "decode",
            Self::CircuitOpen => "circuit_open",
            Self::Webhook => "webhook",
            Self::Other => "other",
        }
    }

    /// The kind an HTTP status stands for when the body says nothing better.
    #[must_use]
    pub const fn from_status(status: u16) -> Self {
        match status {
            300..=399 => Self::Protocol,
            401 => Self::Authentication,
            402 => Self::Quota,
            403 => Self::Permission,
            404 | 410 => Self::NotFound,
            405 | 501 => Self::Unsupported,
            408 | 504 => Self::Timeout,
            409 | 412 | 423 => Self::Conflict,
            425 | 503 => Self::Unavailable,
            429 => Self::RateLimited,
            400..=499 => Self::InvalidInput,
            500..=599 => Self::Server,
            // Interim answers and numbers that HTTP does not have: no end to an exchange.
            0..=199 | 600.. => Self::Protocol,
            _ => Self::Other,
        }
    }

    /// Whether the same request may well succeed a little later.
    #[must_use]
    pub const fn is_transient(self) -> bool {
        matches!(
            self,
            Self::RateLimited
                | Self::Server
                | Self::Unavailable
                | Self::Timeout
                | Self::Dns
                | Self::Connect
                | Self::Connection
                | Self::CircuitOpen
        )
    }
}

impl fmt::Display for ErrorKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// Did the request reach the server, and may the server have acted on it?
///
/// This is the answer to "was the person called?". It decides whether a request may be sent again without ringing a
/// phone twice.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Delivery {
    /// Nothing left this machine, or no connection stood: DNS, connect, TLS, or refused locally.
    NotSent,
    /// The server says it did not act: 429, or a refusal the provider documents as such.
    Refused,
    /// The server answered this very request, for good or ill; it is as the answer says.
    Answered,
    /// The request left and no clear answer came (timeout, reset, 408, 500, 502, 504, most 503, the 52x
    /// of gateways, what is no final status): it may have happened.
    Unknown,
}

impl Delivery {
    /// What a status says of delivery when the provider documents nothing else.
    ///
    /// ```
    /// use voice_core::error::Delivery;
    ///
    /// assert_eq!(Delivery::from_status(429), Delivery::Refused);
    /// assert_eq!(Delivery::from_status(503), Delivery::Unknown);
    /// assert_eq!(Delivery::from_status(404), Delivery::Answered);
    /// ```
    #[must_use]
    pub const fn from_status(status: u16) -> Self {
        match status {
            429 => Self::Refused,
            408 | 500 | 502 | 503 | 504 => Self::Unknown,
            // Gateways say with these that the server's answer never came; the rest is no end to an exchange.
            520..=599 | 0..=199 | 600.. => Self::Unknown,
            _ => Self::Answered,
        }
    }

    /// A stable, lower-case name for logs and metrics.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::NotSent => "not_sent",
            Self::Refused => "refused",
            Self::Answered => "answered",
            Self::Unknown => "unknown",
        }
    }

    /// The same in words, for a person.
    #[must_use]
    pub const fn in_words(self) -> &'static str {
        match self {
            Self::NotSent => "not sent",
            Self::Refused => "refused, nothing was done",
            Self::Answered => "answered",
            Self::Unknown => "outcome unknown, it may have happened",
        }
    }
}

impl fmt::Display for Delivery {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_status_has_a_kind_and_only_documented_ones_are_unknown() {
        for status in 0..=999 {
            let kind = ErrorKind::from_status(status);
            if (400..500).contains(&status) {
                assert_ne!(kind, ErrorKind::Server, "{status}");
            }
        }
        let unknown: Vec<u16> = (200..520)
            .filter(|s| Delivery::from_status(*s) == Delivery::Unknown)
            .collect();
        assert_eq!(unknown, [408, 500, 502, 503, 504]);
    }

    /// 524 of a gateway: the server was asked and did not answer in time. 101: an answer that ends nothing.
    #[test]
    fn what_is_no_answer_of_the_server_may_have_happened() {
        for status in [0, 100, 101, 103, 199, 520, 522, 524, 530, 599, 600, 999] {
            assert_eq!(Delivery::from_status(status), Delivery::Unknown, "{status}");
            assert_ne!(ErrorKind::from_status(status), ErrorKind::Other, "{status}");
        }
        assert_eq!(ErrorKind::from_status(101), ErrorKind::Protocol);
        assert_eq!(ErrorKind::from_status(524), ErrorKind::Server);
    }

    #[test]
    fn names_are_unique_and_lower_case() {
        let kinds = [ErrorKind::Config, ErrorKind::Tls, ErrorKind::CircuitOpen];
        for kind in kinds {
            assert!(
                kind.as_str()
                    .bytes()
                    .all(|b| b.is_ascii_lowercase() || b == b'_')
            );
        }
    }
}
