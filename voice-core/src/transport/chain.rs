//! Reads off a chain of causes what failed, and whether the request had left.

use std::error::Error as StdError;
use std::io;

use crate::error::{Delivery, ErrorKind};

/// What a chain of causes says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Reading {
    pub(super) kind: ErrorKind,
    pub(super) delivery: Delivery,
    pub(super) message: &'static str,
    pub(super) hint: Option<&'static str>,
}

const TLS_TROUBLES: [(&str, &str, &str); 4] = [
    (
        "UnknownIssuer",
        "the server's certificate comes from an unknown issuer",
        "Update the system's CA certificates, or add the proxy's or private CA's root certificate to the client",
    ),
    (
        "certificate expired",
        "the server's certificate has expired",
        "Check this machine's clock first, then tell the provider",
    ),
    (
        "NotValidForName",
        "the server's certificate is for another name",
        "Check the base URL, and whether a proxy answers in the provider's place",
    ),
    (
        "not valid for name",
        "the server's certificate is for another name",
        "Check the base URL, and whether a proxy answers in the provider's place",
    ),
];

/// Classifies an error that came before any answer. `connecting` says the HTTP client placed it before the connection
/// stood; `nothing_left` that not a byte of the request had gone out.
pub(super) fn read(
    error: &(dyn StdError + 'static),
    connecting: bool,
    nothing_left: bool,
) -> Reading {
    let reading = |kind, message, hint| Reading {
        kind,
        delivery: if connecting || nothing_left {
            Delivery::NotSent
        } else {
            Delivery::Unknown
        },
        message,
        hint,
    };
    let mut timed_out = false;
    let mut cause = Some(error);
    let mut depth = 0;
    while let Some(error) = cause {
        // Chains are short; the bound is against one that loops.
        depth += 1;
        if depth > 32 {
            break;
        }
        let text = error.to_string();
        if let Some(io) = error.downcast_ref::<io::Error>() {
            timed_out |= io.kind() == io::ErrorKind::TimedOut;
        }
        if connecting {
            if text.contains("dns error") || text.contains("failed to lookup address") {
                return reading(
                    ErrorKind::Dns,
                    "the host name does not resolve",
                    Some("Check the host in the base URL, the region, and this machine's DNS"),
                );
            }
            for (mark, message, hint) in TLS_TROUBLES {
                if text.contains(mark) {
                    return reading(ErrorKind::Tls, message, Some(hint));
                }
            }
            if text.contains("invalid peer certificate")
                || text.contains("certificate verify failed")
            {
                return reading(
                    ErrorKind::Tls,
                    "the server's certificate was refused",
                    Some("Look at the cause; certificate checks cannot be turned off"),
                );
            }
        }
        cause = error.source().or_else(|| {
            error
                .downcast_ref::<io::Error>()
                .and_then(io::Error::get_ref)
                .map(|inner| inner as &(dyn StdError + 'static))
        });
    }
    if connecting {
        let message = if timed_out {
            "connecting took too long"
        } else {
            "no connection could be made"
        };
        return reading(
            ErrorKind::Connect,
            message,
            Some(
                "Check firewall and proxy, and whether the provider's host is reachable from here",
            ),
        );
    }
    if timed_out {
        return reading(ErrorKind::Timeout, "the connection timed out", None);
    }
    reading(
        ErrorKind::Connection,
        "the connection broke before an answer came",
        None,
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug, thiserror::Error)]
    #[error("{0}")]
    struct Layer(
        &'static str,
        #[source] Option<Box<dyn StdError + Send + Sync>>,
    );

    fn chain(texts: &[&'static str]) -> Layer {
        let mut inner: Option<Box<dyn StdError + Send + Sync>> = None;
        for text in texts.iter().rev() {
            inner = Some(Box::new(Layer(text, inner)));
        }
        Layer("outer", inner)
    }

    #[test]
    fn before_the_connection_nothing_was_sent() {
        let cases = [
            (chain(&["dns error", "no such host"]), ErrorKind::Dns),
            (chain(&["tcp connect error"]), ErrorKind::Connect),
            (
                chain(&["invalid peer certificate: UnknownIssuer"]),
                ErrorKind::Tls,
            ),
            (
                chain(&["invalid peer certificate: certificate expired: verification time …"]),
                ErrorKind::Tls,
            ),
        ];
        for (error, kind) in cases {
            let reading = read(&error, true, false);
            assert_eq!((reading.kind, reading.delivery), (kind, Delivery::NotSent));
            assert!(reading.hint.is_some());
        }
    }

    #[test]
    fn afterwards_the_outcome_is_unknown_unless_nothing_left() {
        let error = chain(&["connection reset"]);
        assert_eq!(read(&error, false, false).delivery, Delivery::Unknown);
        assert_eq!(read(&error, false, true).delivery, Delivery::NotSent);
        // A text that only sounds like DNS after the connection stood proves nothing.
        let error = chain(&["dns error"]);
        assert_eq!(read(&error, false, false).kind, ErrorKind::Connection);
    }

    #[test]
    fn a_timed_out_read_is_a_timeout() {
        let io = io::Error::new(io::ErrorKind::TimedOut, "deadline");
        let error = Layer("outer", Some(Box::new(io)));
        assert_eq!(read(&error, false, false).kind, ErrorKind::Timeout);
    }
}
