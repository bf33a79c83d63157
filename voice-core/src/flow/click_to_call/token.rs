//! The token in the URLs of one click-to-call.
//!
//! A token is 100 characters: 35 of base64url (a version, the step, a random-looking id of 128 bits, the expiry), a dot, and
//! the HMAC-SHA256 over them in lower-case hex. Nothing in it tells who calls whom. Whether it was used before is a question
//! for the [record](super::ClickRecord).

use std::fmt;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use secrecy::{ExposeSecret, SecretString};
use serde::{Deserialize, Serialize};

use crate::error::{Error, ErrorKind};
use crate::provider::CallKey;
use crate::webhook::{Keys, Scheme};

const VERSION: u8 = 1;
const PAYLOAD: usize = 26;
const ENCODED: usize = 35;
const MAC: usize = 64;
/// Keeps these signatures apart from any other made with the same key.
const TOKEN_DOMAIN: &[u8] = b"voice click-to-call token 1\n";
const ID_DOMAIN: &[u8] = b"voice click-to-call id 1\n";

/// The opaque id of one click-to-call: 128 bits, written as 32 hex digits. Derived from the caller's key with a secret, so
/// that nobody without it can tell one from the other.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct ClickId(u128);

impl fmt::Display for ClickId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:032x}", self.0)
    }
}

impl fmt::Debug for ClickId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "ClickId({self})")
    }
}

impl From<ClickId> for String {
    fn from(id: ClickId) -> Self {
        id.to_string()
    }
}

impl TryFrom<String> for ClickId {
    type Error = TokenError;

    fn try_from(text: String) -> Result<Self, TokenError> {
        let hex = |byte: u8| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte);
        if text.len() != 32 || !text.bytes().all(hex) {
            return Err(TokenError::Invalid);
        }
        u128::from_str_radix(&text, 16)
            .map(Self)
            .map_err(|_| TokenError::Invalid)
    }
}

/// What a token is good for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Step {
    /// The agent has answered. Once.
    Connect,
    /// The agent has pressed a key. Once.
    Gather,
    /// The lead's leg is over. Once.
    DialAction,
    /// Progress of the agent's leg. Any number of times.
    Status,
    /// The handler could not be reached at another step. Any number of times.
    Fallback,
}

impl Step {
    const ALL: [Self; 5] = [
        Self::Connect,
        Self::Gather,
        Self::DialAction,
        Self::Status,
        Self::Fallback,
    ];

    const fn byte(self) -> u8 {
        match self {
            Self::Connect => 1,
            Self::Gather => 2,
            Self::DialAction => 3,
            Self::Status => 4,
            Self::Fallback => 5,
        }
    }

    fn of(byte: u8) -> Option<Self> {
        Self::ALL.into_iter().find(|step| step.byte() == byte)
    }

    /// Its name in logs and routes.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Connect => "connect",
            Self::Gather => "connect-gather",
            Self::DialAction => "dial-action",
            Self::Status => "status",
            Self::Fallback => "fallback",
        }
    }
}

impl fmt::Display for Step {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// Why a token is refused; it is never quoted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum TokenError {
    /// There is none.
    #[error("the token is missing")]
    Missing,
    /// Not of the form, not signed with one of the keys, or made for another step.
    #[error("the token is invalid")]
    Invalid,
    /// Its time is over.
    #[error("the token has expired")]
    Expired,
}

/// A token as it stands in a URL. Whoever has it may take its step, so it is never shown.
#[derive(Clone, PartialEq, Eq)]
pub struct ConnectToken(String);

impl ConnectToken {
    /// The text: letters, digits, `-`, `_` and one dot.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for ConnectToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ConnectToken(…)")
    }
}

/// What a token says, once its signature was found good.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct Claims {
    /// The click-to-call it belongs to.
    pub id: ClickId,
    /// What it is good for.
    pub step: Step,
    /// Until when, in whole seconds, inclusive.
    pub expires: SystemTime,
}

impl Claims {
    /// Whether it is good for `step` at the calendar time `now`.
    ///
    /// # Errors
    /// [`TokenError::Invalid`] for another step, [`TokenError::Expired`] after its last second.
    pub fn check(&self, step: Step, now: SystemTime) -> Result<(), TokenError> {
        if self.step != step {
            return Err(TokenError::Invalid);
        }
        if now > self.expires {
            return Err(TokenError::Expired);
        }
        Ok(())
    }
}

/// Makes and reads tokens. The first key signs; all are accepted, so that keys can be rotated.
///
/// ```
/// use std::time::{Duration, SystemTime};
/// use voice_core::flow::click_to_call::{ConnectTokens, Step};
/// use voice_core::provider::CallKey;
/// use voice_core::secret::SecretString;
///
/// let tokens = ConnectTokens::new([SecretString::from("3f9c…32 bytes from a random source…")])?;
/// let id = tokens.id(&CallKey::new("lead-4711/click-1")?);
/// let now = SystemTime::UNIX_EPOCH + Duration::from_secs(1_800_000_000);
///
/// let token = tokens.issue(id, Step::Connect, now + Duration::from_secs(300));
/// let claims = tokens.read(token.as_str())?;
/// assert!(claims.check(Step::Connect, now).is_ok());
/// assert!(claims.check(Step::Gather, now).is_err());
/// assert!(tokens.read("invalid").is_err());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone)]
pub struct ConnectTokens {
    signer: SecretString,
    keys: Keys,
}

impl ConnectTokens {
    /// The fewest bytes a key may have.
    pub const MIN_KEY: usize = 16;

    /// Takes the keys, the one that signs first. Use 32 random bytes or more, written as text, and not the Auth Token.
    ///
    /// # Errors
    /// [`ErrorKind::Config`] without a key, or with one of fewer than [`MIN_KEY`](Self::MIN_KEY) bytes.
    pub fn new(keys: impl IntoIterator<Item = SecretString>) -> Result<Self, Error> {
        let keys: Vec<SecretString> = keys.into_iter().collect();
        if keys
            .iter()
            .any(|key| key.expose_secret().trim().len() < Self::MIN_KEY)
        {
            return Err(Error::new(
                ErrorKind::Config,
                "a key for click-to-call tokens has at least 16 bytes; 32 random ones are right",
            ));
        }
        let signer = keys.first().cloned().unwrap_or_default();
        Ok(Self {
            signer,
            keys: Keys::new(keys)?,
        })
    }

    /// The one key that follows from another secret: for settings that name none of their own. Whoever has it does not
    /// have the other.
    ///
    /// # Errors
    /// [`ErrorKind::Config`] when the secret is shorter than a key may be.
    pub fn derived_from(secret: &SecretString) -> Result<Self, Error> {
        if secret.expose_secret().trim().len() < Self::MIN_KEY {
            return Self::new([secret.clone()]);
        }
        let derived = Scheme::HmacSha256Hex.sign(
            secret.expose_secret().as_bytes(),
            &[b"voice click-to-call key 1"],
        );
        Self::new([SecretString::from(derived)])
    }

    /// The id that belongs to a caller's key.
    #[must_use]
    pub fn id(&self, key: &CallKey) -> ClickId {
        let mac = Scheme::HmacSha256Hex.sign(
            self.signer.expose_secret().as_bytes(),
            &[ID_DOMAIN, key.as_str().as_bytes()],
        );
        let half = mac.get(..32).unwrap_or_default();
        // 32 hex digits always are a number of 128 bits.
        ClickId(u128::from_str_radix(half, 16).unwrap_or_default())
    }

    /// Makes a token for one step, good until `expires` (whole seconds, rounded up).
    #[must_use]
    pub fn issue(&self, id: ClickId, step: Step, expires: SystemTime) -> ConnectToken {
        let since = expires.duration_since(UNIX_EPOCH).unwrap_or_default();
        let seconds = since
            .as_secs()
            .saturating_add(u64::from(since.subsec_nanos() > 0));
        let mut payload = Vec::with_capacity(PAYLOAD);
        payload.extend([VERSION, step.byte()]);
        payload.extend(id.0.to_be_bytes());
        payload.extend(seconds.to_be_bytes());
        let mut text = URL_SAFE_NO_PAD.encode(&payload);
        let mac = Scheme::HmacSha256Hex.sign(
            self.signer.expose_secret().as_bytes(),
            &[TOKEN_DOMAIN, text.as_bytes()],
        );
        text.push('.');
        text.push_str(&mac);
        ConnectToken(text)
    }

    /// Reads a token whose signature is good, whatever its step and expiry; [`Claims::check`] asks for those.
    ///
    /// # Errors
    /// [`TokenError::Missing`] for an empty text, else [`TokenError::Invalid`].
    pub fn read(&self, text: &str) -> Result<Claims, TokenError> {
        if text.is_empty() {
            return Err(TokenError::Missing);
        }
        if text.len() != ENCODED + 1 + MAC {
            return Err(TokenError::Invalid);
        }
        let (encoded, mac) = text.split_once('.').ok_or(TokenError::Invalid)?;
        let lower = |byte: u8| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte);
        // One spelling of a token only.
        if mac.len() != MAC || !mac.bytes().all(lower) {
            return Err(TokenError::Invalid);
        }
        self.keys
            .signed_by(
                Scheme::HmacSha256Hex,
                &[TOKEN_DOMAIN, encoded.as_bytes()],
                &[mac],
            )
            .ok_or(TokenError::Invalid)?;
        let payload = URL_SAFE_NO_PAD
            .decode(encoded)
            .map_err(|_| TokenError::Invalid)?;
        decode(&payload).ok_or(TokenError::Invalid)
    }
}

impl fmt::Debug for ConnectTokens {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "ConnectTokens({} keys)", self.keys.len())
    }
}

fn decode(payload: &[u8]) -> Option<Claims> {
    let (head, rest) = payload.split_first_chunk::<2>()?;
    let (id, rest) = rest.split_first_chunk::<16>()?;
    let (seconds, rest) = rest.split_first_chunk::<8>()?;
    let [version, step] = *head;
    if version != VERSION || !rest.is_empty() {
        return None;
    }
    let seconds = Duration::from_secs(u64::from_be_bytes(*seconds));
    Some(Claims {
        id: ClickId(u128::from_be_bytes(*id)),
        step: Step::of(step)?,
        expires: UNIX_EPOCH.checked_add(seconds)?,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn tokens(keys: &[&str]) -> ConnectTokens {
        ConnectTokens::new(keys.iter().map(|key| SecretString::from(*key))).unwrap()
    }

    const OLD: &str = "an old key of 32 bytes, as it is";
    const NEW: &str = "a new key of 32 bytes, as it is.";

    fn at(seconds: u64) -> SystemTime {
        UNIX_EPOCH + Duration::from_secs(seconds)
    }

    #[test]
    fn short_and_missing_keys_are_refused() {
        for bad in [&[][..], &["short"], &[OLD, "                    x"]] {
            let keys = bad.iter().map(|key| SecretString::from(*key));
            assert_eq!(
                ConnectTokens::new(keys).unwrap_err().kind(),
                ErrorKind::Config
            );
        }
        assert!(ConnectTokens::derived_from(&SecretString::from("")).is_err());
    }

    #[test]
    fn a_derived_key_is_another_key() {
        let secret = SecretString::from("0123456789abcdef0123456789abcdef");
        let derived = ConnectTokens::derived_from(&secret).unwrap();
        let direct = ConnectTokens::new([secret]).unwrap();
        let key = CallKey::new("k").unwrap();
        assert_ne!(derived.id(&key), direct.id(&key));
        let token = derived.issue(derived.id(&key), Step::Connect, at(9));
        assert_eq!(direct.read(token.as_str()), Err(TokenError::Invalid));
    }

    #[test]
    fn keys_can_be_rotated() {
        let (old, both) = (tokens(&[OLD]), tokens(&[NEW, OLD]));
        let id = old.id(&CallKey::new("click").unwrap());
        let token = old.issue(id, Step::Gather, at(1000));
        assert_eq!(both.read(token.as_str()).unwrap().id, id);
        let newer = both.issue(id, Step::Gather, at(1000));
        assert_eq!(old.read(newer.as_str()), Err(TokenError::Invalid));
    }

    #[test]
    fn the_last_second_counts_and_the_next_does_not() {
        let tokens = tokens(&[OLD]);
        let id = tokens.id(&CallKey::new("click").unwrap());
        let token = tokens.issue(id, Step::Connect, at(1000) - Duration::from_millis(1));
        let claims = tokens.read(token.as_str()).unwrap();
        assert_eq!(claims.check(Step::Connect, at(1000)), Ok(()));
        assert_eq!(
            claims.check(Step::Connect, at(1001)),
            Err(TokenError::Expired)
        );
        assert_eq!(
            claims.check(Step::DialAction, at(1)),
            Err(TokenError::Invalid)
        );
        assert_eq!(tokens.read(""), Err(TokenError::Missing));
    }

    #[test]
    fn a_signed_payload_of_another_version_or_length_is_refused() {
        let tokens = tokens(&[OLD]);
        let good = tokens.issue(ClickId(7), Step::Status, at(5));
        let payload = URL_SAFE_NO_PAD
            .decode(good.as_str().split('.').next().unwrap())
            .unwrap();
        assert!(decode(&payload).is_some());
        for (at, byte) in [(0, 2), (1, 0), (1, 9)] {
            let mut other = payload.clone();
            other[at] = byte;
            assert_eq!(decode(&other), None);
        }
        assert_eq!(decode(&payload[..25]), None);
        assert_eq!(decode(&[payload, vec![0]].concat()), None);
    }

    #[test]
    fn nothing_of_a_token_is_shown() {
        let tokens = tokens(&[OLD]);
        let token = tokens.issue(ClickId(7), Step::Status, at(5));
        assert_eq!(format!("{token:?}"), "ConnectToken(…)");
        assert!(!format!("{tokens:?}").contains("key of"));
        let id: ClickId = serde_json::from_str(&format!("\"{}\"", ClickId(7))).unwrap();
        assert_eq!(id, ClickId(7));
        assert!(serde_json::from_str::<ClickId>("\"+7\"").is_err());
    }

    fn step() -> impl Strategy<Value = Step> {
        proptest::sample::select(Step::ALL.to_vec())
    }

    proptest! {
        #[test]
        fn no_text_makes_the_parser_panic_or_passes(text in "\\PC{0,120}") {
            prop_assert!(tokens(&[OLD]).read(&text).is_err());
        }

        #[test]
        fn text_of_the_right_shape_passes_no_more(encoded in "[A-Za-z0-9_-]{35}", mac in "[0-9a-f]{64}") {
            let text = format!("{encoded}.{mac}");
            prop_assert_eq!(tokens(&[OLD]).read(&text), Err(TokenError::Invalid));
        }

        #[test]
        fn what_is_issued_is_read(id in any::<u128>(), step in step(), seconds in 0u64..1 << 40) {
            let tokens = tokens(&[NEW, OLD]);
            let token = tokens.issue(ClickId(id), step, at(seconds));
            prop_assert_eq!(token.as_str().len(), 100);
            let claims = tokens.read(token.as_str()).unwrap();
            prop_assert_eq!((claims.id, claims.step, claims.expires), (ClickId(id), step, at(seconds)));
        }

        #[test]
        fn one_changed_character_makes_it_invalid(id in any::<u128>(), step in step(), at_char in 0usize..100, to in "[A-Za-z0-9_.-]") {
            let tokens = tokens(&[OLD]);
            let token = tokens.issue(ClickId(id), step, at(1000));
            let mut text = token.as_str().to_owned();
            text.replace_range(at_char..=at_char, &to);
            prop_assume!(text != token.as_str());
            prop_assert_eq!(tokens.read(&text), Err(TokenError::Invalid));
        }
    }
}
