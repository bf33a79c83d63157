//! Whom a call goes to or comes from.

use std::fmt;

use voice_core::ident::{E164, SipUri};

use super::Masked;

/// One end of a call: a phone number, a SIP address, or a client of the Voice SDK.
///
/// ```
/// use twilio_client::types::Endpoint;
/// use voice_core::ident::{E164, SipUri};
///
/// let phone = Endpoint::from(E164::parse("+14155550123")?);
/// let desk = Endpoint::from(SipUri::parse("sip:desk@example.com")?);
/// let app = Endpoint::client("alice")?;
/// assert_eq!([phone.as_str(), desk.as_str(), app.as_str()], ["+14155550123", "sip:desk@example.com", "client:alice"]);
/// assert_eq!(format!("{phone:?}"), "Endpoint(+14*******23)");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct Endpoint(Kind);

#[derive(Clone, PartialEq, Eq, Hash)]
enum Kind {
    Phone(E164),
    Sip(SipUri),
    Other(Box<str>),
}

/// Why a text is no endpoint. It never quotes the text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum EndpointError {
    /// Nothing there.
    #[error("must not be empty")]
    Empty,
    /// A control character, or a blank at an end.
    #[error("has a control character, or a blank at its beginning or end")]
    Character,
    /// More than 1,024 bytes.
    #[error("is longer than 1,024 bytes")]
    TooLong,
}

impl Endpoint {
    /// A client of the Voice SDK, by its identity; a `client:` before it is not doubled.
    ///
    /// # Errors
    /// [`EndpointError`] when the identity is empty, too long, or has control characters.
    pub fn client(identity: &str) -> Result<Self, EndpointError> {
        let identity = identity.strip_prefix("client:").unwrap_or(identity);
        check(identity)?;
        Self::other(format!("client:{identity}"))
    }

    /// Any other form Twilio takes, such as `sim:DE…` or `app:…`; a phone number or SIP address is recognised as what it
    /// is.
    ///
    /// # Errors
    /// [`EndpointError`] when the text is empty, too long, or has control characters.
    pub fn other(text: impl AsRef<str>) -> Result<Self, EndpointError> {
        let text = text.as_ref();
        check(text)?;
        if let Ok(number) = E164::parse(text) {
            return Ok(number.into());
        }
        if let Ok(uri) = SipUri::parse(text) {
            return Ok(uri.into());
        }
        Ok(Self(Kind::Other(text.into())))
    }

    /// The text the API takes. Personal: not for logs.
    #[must_use]
    pub fn as_str(&self) -> &str {
        match &self.0 {
            Kind::Phone(number) => number.as_str(),
            Kind::Sip(uri) => uri.as_str(),
            Kind::Other(text) => text,
        }
    }

    /// The number, if it is one.
    #[must_use]
    pub fn phone(&self) -> Option<E164> {
        match &self.0 {
            Kind::Phone(number) => Some(*number),
            _ => None,
        }
    }
}

fn check(text: &str) -> Result<(), EndpointError> {
    match text {
        "" => Err(EndpointError::Empty),
        _ if text.len() > 1024 => Err(EndpointError::TooLong),
        _ if text.trim() != text || text.chars().any(char::is_control) => {
            Err(EndpointError::Character)
        }
        _ => Ok(()),
    }
}

impl From<E164> for Endpoint {
    fn from(number: E164) -> Self {
        Self(Kind::Phone(number))
    }
}

impl From<SipUri> for Endpoint {
    fn from(uri: SipUri) -> Self {
        Self(Kind::Sip(uri))
    }
}

impl fmt::Debug for Endpoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Endpoint({})", Masked(self.as_str()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn known_forms_are_recognised_and_broken_ones_refused() {
        let number = Endpoint::other("+14155550123").unwrap();
        assert_eq!(number.phone().unwrap(), "+14155550123");
        assert_eq!(Endpoint::other("sip:a@example.com").unwrap().phone(), None);
        assert_eq!(
            Endpoint::client("client:bob").unwrap().as_str(),
            "client:bob"
        );
        assert_eq!(Endpoint::other("sim:DE1").unwrap().as_str(), "sim:DE1");
        for (bad, error) in [
            ("", EndpointError::Empty),
            (" x", EndpointError::Character),
            ("a\nb", EndpointError::Character),
            (&"x".repeat(1025), EndpointError::TooLong),
        ] {
            assert_eq!(Endpoint::other(bad), Err(error));
        }
        assert_eq!(Endpoint::client("client:"), Err(EndpointError::Empty));
        assert_eq!(
            format!("{:?}", Endpoint::client("bob").unwrap()),
            "Endpoint(client:…)"
        );
    }
}
