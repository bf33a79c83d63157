//! The Twilio Auth Token: the one value here that is a secret.

use std::fmt;

use secrecy::{ExposeSecret, SecretString};

use super::error::{Grammar, IdentError, IdentRule};

/// The characters of an Auth Token.
const LENGTH: usize = 32;

/// The Auth Token of a Twilio account: 32 hexadecimal digits of either case, kept as written.
///
/// It signs requests and webhooks, so it is treated as a secret all along: the memory is wiped on drop, `Debug` and
/// [`masked`](Self::masked) show nothing of it, there is no `Display`, no `Serialize` and no comparison, and no error
/// quotes a character of it. The one way to the text is [`expose`](Self::expose).
///
/// ```
/// use voice_core::ident::AuthToken;
///
/// let token = AuthToken::parse("0123456789abcdef0123456789abcdef")?;
/// assert_eq!(format!("{token:?}"), "AuthToken([redacted])");
/// assert_eq!(token.expose().len(), 32);
/// # Ok::<(), voice_core::ident::IdentError>(())
/// ```
#[derive(Clone)]
pub struct AuthToken(SecretString);

impl AuthToken {
    const GRAMMAR: Grammar = Grammar {
        what: "AuthToken",
        form: "32 hexadecimal digits",
        example: "0123456789abcdef0123456789abcdef",
        unit: "characters",
    };

    /// Takes an Auth Token, exactly 32 characters; nothing is trimmed.
    ///
    /// # Errors
    /// [`IdentRule::SidPrefix`] when it is a SID instead, [`IdentRule::Empty`],
    /// [`Character`](IdentRule::Character), [`TooShort`](IdentRule::TooShort), [`TooLong`](IdentRule::TooLong).
    pub fn parse(text: &str) -> Result<Self, IdentError> {
        check(text)?;
        Ok(Self(SecretString::from(text)))
    }

    /// The token in full, to sign or authorise with. Not for logs, errors or URLs.
    #[must_use]
    pub fn expose(&self) -> &str {
        self.0.expose_secret()
    }

    /// The token for logs: always the same text, whatever the token.
    #[must_use]
    pub const fn masked(&self) -> &'static str {
        "[redacted]"
    }
}

fn check(text: &str) -> Result<(), IdentError> {
    const GRAMMAR: &Grammar = &AuthToken::GRAMMAR;
    if text.is_empty() {
        return Err(IdentError::new(GRAMMAR, IdentRule::Empty));
    }
    // A token may itself begin with the letters of a SID that are hexadecimal digits (AC, CA, AD): the length decides.
    if text.len() == super::sid::LENGTH
        && let Some(found) = super::sid::known_prefix(text)
    {
        let rule = IdentRule::SidPrefix {
            expected: "",
            found: Some(found),
        };
        return Err(IdentError::new(GRAMMAR, rule).at(text, 0));
    }
    for (at, byte) in text.bytes().enumerate() {
        if !byte.is_ascii_hexdigit() {
            return Err(IdentError::new(GRAMMAR, IdentRule::Character).at(text, at));
        }
        if at >= LENGTH {
            return Err(IdentError::new(GRAMMAR, IdentRule::TooLong { max: LENGTH }).at(text, at));
        }
    }
    if text.len() < LENGTH {
        let rule = IdentRule::TooShort { min: LENGTH };
        return Err(IdentError::new(GRAMMAR, rule));
    }
    Ok(())
}

impl std::str::FromStr for AuthToken {
    type Err = IdentError;

    fn from_str(text: &str) -> Result<Self, IdentError> {
        Self::parse(text)
    }
}

impl TryFrom<&str> for AuthToken {
    type Error = IdentError;

    fn try_from(text: &str) -> Result<Self, IdentError> {
        Self::parse(text)
    }
}

/// Wipes the text it was given, accepted or not.
impl TryFrom<String> for AuthToken {
    type Error = IdentError;

    fn try_from(text: String) -> Result<Self, IdentError> {
        let secret = SecretString::from(text);
        check(secret.expose_secret())?;
        Ok(Self(secret))
    }
}

impl TryFrom<SecretString> for AuthToken {
    type Error = IdentError;

    fn try_from(secret: SecretString) -> Result<Self, IdentError> {
        check(secret.expose_secret())?;
        Ok(Self(secret))
    }
}

impl fmt::Debug for AuthToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "AuthToken({})", self.masked())
    }
}

impl<'de> serde::Deserialize<'de> for AuthToken {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        super::surface::deserialize(deserializer, &Self::GRAMMAR)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TOKEN: &str = "00112233445566778899aAbBcCdDeEfF";

    #[test]
    fn takes_either_case_and_keeps_it() {
        assert_eq!(AuthToken::parse(TOKEN).unwrap().expose(), TOKEN);
        assert_eq!(
            AuthToken::try_from(TOKEN.to_owned()).unwrap().expose(),
            TOKEN
        );
        let read: AuthToken = serde_json::from_str(&format!("{TOKEN:?}")).unwrap();
        assert_eq!(read.expose(), TOKEN);
        let begins_like_a_sid = format!("AC{}", &TOKEN[2..]);
        assert!(AuthToken::parse(&begins_like_a_sid).is_ok());
    }

    #[test]
    fn shows_nothing() {
        let token = AuthToken::parse(TOKEN).unwrap();
        assert_eq!(
            format!("{token:?} {:#?} {}", token, token.masked())
                .matches("redacted")
                .count(),
            3
        );
        assert!(!format!("{token:?}").contains("0011"));
    }

    #[test]
    fn refusals_name_no_character_of_it() {
        for (bad, rule, position) in [
            ("", IdentRule::Empty, None),
            (
                "0123456789abcdef0123456789abcde",
                IdentRule::TooShort { min: 32 },
                None,
            ),
            (
                "0123456789abcdef0123456789abcdef0",
                IdentRule::TooLong { max: 32 },
                Some(32),
            ),
            (
                "0123456789abcdef0123456789abcdeZ",
                IdentRule::Character,
                Some(31),
            ),
            (
                " 0123456789abcdef0123456789abcdef",
                IdentRule::Character,
                Some(0),
            ),
        ] {
            let error = AuthToken::parse(bad).unwrap_err();
            assert_eq!(
                (error.rule(), error.position()),
                (rule, position),
                "{bad:?}"
            );
            assert!(!error.to_string().contains('Z') && !error.to_string().contains('\''));
            assert_eq!(
                AuthToken::try_from(SecretString::from(bad)).unwrap_err(),
                error
            );
        }
    }

    #[test]
    fn a_sid_in_its_place_is_explained() {
        let error = AuthToken::parse(&format!("SK{TOKEN}")).unwrap_err();
        assert!(
            error
                .to_string()
                .contains("this is an API key SID (SK…), no SID belongs here;")
        );
    }
}
