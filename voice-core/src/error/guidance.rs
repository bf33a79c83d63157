//! Cause and remedy of every failure, in two sentences.
//!
//! A provider's own table goes first ([`Error::hint`] is what it says). Where it is silent the kind of the failure speaks, so that
//! nobody who meets an error is left without a word on what to do next.

use std::borrow::Cow;

use super::{Error, ErrorKind, TEXT_BYTES, clean};

impl ErrorKind {
    /// Why failures of this kind come, as a rule.
    ///
    /// ```
    /// use voice_core::error::ErrorKind;
    ///
    /// assert!(ErrorKind::Dns.cause().contains("name"));
    /// ```
    #[must_use]
    pub const fn cause(self) -> &'static str {
        match self {
            Self::Config => "A setting is missing, malformed or contradicts another",
            Self::InvalidInput => "A field is missing or breaks a rule of the API",
            Self::Authentication => {
                "The credentials are wrong, expired, rotated, of another account or region, or the clock of this machine is off"
            }
            Self::Permission => {
                "The credentials are good, but scope, plan or account do not allow this"
            }
            Self::Quota => "The account's balance, credit or quota is used up",
            Self::NotFound => {
                "The id is wrong or of another account or region, or the thing was deleted"
            }
            Self::AlreadyExists => "The thing to be created is there already",
            Self::Conflict => {
                "The state of the resource does not allow it, or somebody else changed it meanwhile"
            }
            Self::RateLimited => {
                "More requests came than the account may send, from all its processes together"
            }
            Self::Unsupported => "The provider has no such operation, or not at this address",
            Self::Server => "The provider failed, usually for a short time",
            Self::Unavailable => "The provider is down, overloaded or being deployed",
            Self::Timeout => {
                "The network or the provider is slow, or the time limit is too short for this request"
            }
            Self::Dns => "The host's name is misspelt, or this machine's DNS cannot look it up",
            Self::Connect => "Nothing listens there, or a firewall or proxy is in the way",
            Self::Tls => {
                "The server's certificate has expired, is for another name or of an unknown issuer, or an inspecting proxy stands in between"
            }
            Self::Connection => {
                "The connection was cut: by the network, by a proxy, or by a server that crashed"
            }
            Self::Protocol => {
                "What answered is not the API: a proxy, a login page, or another server at this address"
            }
            Self::BodyTooLarge => "The answer is larger than the client's limit",
            Self::Decode => {
                "The answer is not what the API documents: it has changed, or a proxy answered"
            }
            Self::CircuitOpen => {
                "The provider failed several times in a row, so the client stopped asking for a while"
            }
            Self::Webhook => {
                "The signing secret is another, the clock is off, or a proxy changed headers, body or URL"
            }
            Self::Other => "The provider refused for a reason that is not known here",
        }
    }

    /// What helps, as a rule.
    #[must_use]
    pub const fn remedy(self) -> &'static str {
        match self {
            Self::Config => {
                "Set or correct the variables that are named, where the process is started, and start it again"
            }
            Self::InvalidInput => {
                "Correct the fields that are named; repeating the same request will not help"
            }
            Self::Authentication => {
                "Compare key and secret with the provider's console, without blanks or quotes around them; synchronise the clock (NTP)"
            }
            Self::Permission => {
                "Check scope, plan and state of the account in the provider's console, or use another key"
            }
            Self::Quota => {
                "Look at balance and plan in the provider's console; repeating will not help"
            }
            Self::NotFound => "List what there is and compare id, account and region",
            Self::AlreadyExists => {
                "Use another name, or look for the existing one and go on with it"
            }
            Self::Conflict => "Read the resource again, and decide anew",
            Self::RateLimited => {
                "Wait as long as the error says; set the client's limiter below the limit, shared by all processes of the account"
            }
            Self::Unsupported => "Compare base URL and operation with the provider's documentation",
            Self::Server => {
                "What is safe to repeat was repeated; look at the provider's status page, and give its support the request id"
            }
            Self::Unavailable => "Wait and try again; look at the provider's status page",
            Self::Timeout => {
                "Run the doctor to see which stage is slow; send less, or raise the time limit. A dial that may have happened must be looked for first"
            }
            Self::Dns => {
                "Compare the host with the provider's documentation, then look it up with another name server"
            }
            Self::Connect => {
                "Check firewall, proxy settings and port; the doctor tells which stage fails"
            }
            Self::Tls => {
                "Check this machine's clock, update its CA certificates, and trust a private authority explicitly; checks cannot be turned off"
            }
            Self::Connection => {
                "Try again where that is safe; if it persists, look for a proxy or firewall that cuts connections"
            }
            Self::Protocol => {
                "Check the base URL, and look at what the address answers in a browser"
            }
            Self::BodyTooLarge => {
                "Ask for less, such as smaller pages, or raise the client's limit for bodies"
            }
            Self::Decode => {
                "The request was carried out: do not repeat it for this; report the error with the request id"
            }
            Self::CircuitOpen => {
                "Wait as long as the error says, and look at the errors before this one"
            }
            Self::Webhook => {
                "Compare the secret with the provider's console, synchronise the clock (NTP), and have proxies pass headers and body unchanged"
            }
            Self::Other => "Look at the message and the code, and in the provider's documentation",
        }
    }
}

impl Error {
    /// The likely cause: the provider's own table's where it has one, else that of the [kind](ErrorKind::cause).
    ///
    /// ```
    /// use voice_core::error::{Error, ErrorKind};
    ///
    /// let error = Error::new(ErrorKind::Connect, "no connection could be made");
    /// assert!(error.likely_cause().contains("firewall"));
    /// assert!(error.remedy().contains("proxy"));
    /// ```
    #[must_use]
    pub fn likely_cause(&self) -> &str {
        self.0.cause.as_deref().unwrap_or(self.0.kind.cause())
    }

    /// What to do: the [hint](Self::hint) where there is one, else the remedy of the [kind](ErrorKind::remedy).
    #[must_use]
    pub fn remedy(&self) -> &str {
        self.hint().unwrap_or(self.0.kind.remedy())
    }

    /// Records the likely cause; one that is not a literal is redacted.
    #[must_use]
    pub fn with_cause(mut self, cause: impl Into<Cow<'static, str>>) -> Self {
        self.0.cause = Some(match cause.into() {
            Cow::Owned(text) => clean(&text, TEXT_BYTES).into(),
            Cow::Borrowed(literal) => Cow::Borrowed(literal),
        });
        self
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    const ALL: [ErrorKind; 23] = [
        ErrorKind::Config,
        ErrorKind::InvalidInput,
        ErrorKind::Authentication,
        ErrorKind::Permission,
        ErrorKind::Quota,
        ErrorKind::NotFound,
        ErrorKind::AlreadyExists,
        ErrorKind::Conflict,
        ErrorKind::RateLimited,
        ErrorKind::Unsupported,
        ErrorKind::Server,
        ErrorKind::Unavailable,
        ErrorKind::Timeout,
        ErrorKind::Dns,
        ErrorKind::Connect,
        ErrorKind::Tls,
        ErrorKind::Connection,
        ErrorKind::Protocol,
        ErrorKind::BodyTooLarge,
        ErrorKind::Decode,
        ErrorKind::CircuitOpen,
        ErrorKind::Webhook,
        ErrorKind::Other,
    ];

    #[test]
    fn every_kind_has_a_cause_and_a_remedy_of_its_own() {
        let mut seen = HashSet::new();
        for kind in ALL {
            for text in [kind.cause(), kind.remedy()] {
                assert!(text.len() > 25 && !text.ends_with('.'), "{kind}: {text}");
                assert!(seen.insert(text), "{kind}: {text}");
            }
        }
    }

    #[test]
    fn a_table_goes_before_the_kind() {
        let bare = Error::new(ErrorKind::Quota, "x");
        assert_eq!(bare.likely_cause(), ErrorKind::Quota.cause());
        assert_eq!(bare.remedy(), ErrorKind::Quota.remedy());
        let told = bare
            .with_cause("to +14155552671\nforged".to_owned())
            .with_hint("Top it up");
        assert_eq!(told.likely_cause(), "to +14*******71 forged");
        assert_eq!(told.remedy(), "Top it up");
    }
}
