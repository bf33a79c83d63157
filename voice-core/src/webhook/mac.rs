//! Secrets and signatures.

use std::fmt;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use hmac::digest::Output;
use hmac::{Hmac, KeyInit, Mac};
use secrecy::{ExposeSecret, SecretString};
use sha1::Sha1;
use sha2::Sha256;
use subtle::{Choice, ConstantTimeEq};

use crate::error::{Error, ErrorKind};

/// One or more secrets, any of which may have signed: during a rotation the old and the new one, or those of several
/// accounts.
///
/// What is kept is each secret as HMAC begins with it, which saves that beginning for every webhook.
#[derive(Clone)]
pub struct Keys(Vec<Keyed>);

impl Keys {
    /// Takes the secrets.
    ///
    /// # Errors
    /// [`ErrorKind::Config`] when there is none, or one is empty or blank: anybody can sign with an empty secret.
    pub fn new(secrets: impl IntoIterator<Item = SecretString>) -> Result<Self, Error> {
        let secrets: Vec<SecretString> = secrets.into_iter().collect();
        if secrets.is_empty() {
            return Err(Error::new(
                ErrorKind::Config,
                "a webhook verifier needs a secret",
            ));
        }
        if secrets
            .iter()
            .any(|key| key.expose_secret().trim().is_empty())
        {
            return Err(Error::new(
                ErrorKind::Config,
                "an empty webhook secret is refused: anybody could sign with it",
            ));
        }
        let keyed = |secret: &SecretString| Keyed::new(secret.expose_secret().as_bytes());
        Ok(Self(secrets.iter().map(keyed).collect()))
    }

    /// How many there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Never true; here because a `len` without it surprises.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The position of the secret that made any of `signatures` over the joined `message`, if one did.
    ///
    /// Every secret is tried against every signature, so that the time taken tells nothing. A signature that is not of
    /// the scheme's encoding or length never matches.
    #[must_use]
    pub fn signed_by(
        &self,
        scheme: Scheme,
        message: &[&[u8]],
        signatures: &[impl AsRef<str>],
    ) -> Option<usize> {
        let mut found = None;
        for (at, key) in self.0.iter().enumerate() {
            // Once for each secret: a header full of signatures must not cost a pass over the body for each of them.
            let made = key.tag(scheme, message);
            if made.is_any_of(scheme, signatures.iter().map(AsRef::as_ref)) && found.is_none() {
                found = Some(at);
            }
        }
        found
    }
}

impl fmt::Debug for Keys {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Keys({} secrets)", self.0.len())
    }
}

/// A secret as HMAC begins with it, in either hash.
#[derive(Clone)]
pub(super) struct Keyed {
    sha1: Hmac<Sha1>,
    sha256: Hmac<Sha256>,
}

impl Keyed {
    pub(super) fn new(secret: &[u8]) -> Self {
        Self {
            sha1: keyed(secret),
            sha256: keyed(secret),
        }
    }

    /// The bytes of the signature of the joined `message`.
    pub(super) fn tag(&self, scheme: Scheme, message: &[&[u8]]) -> Tag {
        match scheme {
            Scheme::HmacSha1Base64 => Tag::of(&over(self.sha1.clone(), message)),
            Scheme::HmacSha256Base64 | Scheme::HmacSha256Hex => {
                Tag::of(&over(self.sha256.clone(), message))
            }
        }
    }
}

/// How a provider signs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Scheme {
    /// HMAC-SHA1, base64 with padding (Twilio).
    HmacSha1Base64,
    /// HMAC-SHA256, base64 with padding (Standard Webhooks).
    HmacSha256Base64,
    /// HMAC-SHA256, hex in either case (Ultravox).
    HmacSha256Hex,
}

impl Scheme {
    /// Signs `message`, its parts joined without a separator. For simulators and for signing one's own requests; a
    /// verifier uses [`Keys::signed_by`].
    #[must_use]
    pub fn sign(self, key: &[u8], message: &[&[u8]]) -> String {
        Keyed::new(key).tag(self, message).text(self)
    }

    /// The bytes of a signature as it stands in a header, unless they are too many or no bytes at all.
    fn decode(self, signature: &str) -> Option<Tag> {
        let mut bytes = [0; Tag::ROOM];
        let len = match self {
            Self::HmacSha1Base64 | Self::HmacSha256Base64 => {
                STANDARD.decode_slice(signature, &mut bytes).ok()?
            }
            Self::HmacSha256Hex => unhex(signature, &mut bytes)?,
        };
        bytes.get_mut(len..)?.fill(0);
        Some(Tag { bytes, len })
    }
}

/// The bytes of a signature.
pub(super) struct Tag {
    bytes: [u8; Self::ROOM],
    len: usize,
}

impl Tag {
    /// For the longest there is, 32 bytes, and at least the one more that the decoder of base64 asks for; whole words.
    const ROOM: usize = 40;

    fn of(made: &[u8]) -> Self {
        let mut bytes = [0; Self::ROOM];
        bytes
            .iter_mut()
            .zip(made)
            .for_each(|(to, from)| *to = *from);
        Self {
            bytes,
            len: made.len().min(Self::ROOM),
        }
    }

    fn bytes(&self) -> &[u8] {
        self.bytes.get(..self.len).unwrap_or_default()
    }

    /// As it stands in a header.
    pub(super) fn text(&self, scheme: Scheme) -> String {
        match scheme {
            Scheme::HmacSha1Base64 | Scheme::HmacSha256Base64 => STANDARD.encode(self.bytes()),
            Scheme::HmacSha256Hex => hex(self.bytes()),
        }
    }

    /// Whether any of the signatures is this one; all are compared, each in constant time.
    pub(super) fn is_any_of<'s>(
        &self,
        scheme: Scheme,
        signatures: impl Iterator<Item = &'s str>,
    ) -> bool {
        let found = signatures
            .filter_map(|signature| scheme.decode(signature))
            // A signature of another length is none, and its length is no secret.
            .fold(Choice::from(0), |found, given| found | self.same(&given));
        found.into()
    }

    /// Compares eight bytes at once; behind the signature both hold zeros.
    fn same(&self, other: &Self) -> Choice {
        let same_length = Choice::from(u8::from(self.len == other.len));
        let words = self.words().zip(other.words());
        words.fold(same_length, |same, (a, b)| same & a.ct_eq(&b))
    }

    fn words(&self) -> impl Iterator<Item = u64> {
        let words = self.bytes.as_chunks::<8>().0.iter();
        words.map(|word| u64::from_le_bytes(*word))
    }
}

fn over<M: Mac>(mut mac: M, message: &[&[u8]]) -> Output<M> {
    for part in message {
        mac.update(part);
    }
    mac.finalize().into_bytes()
}

#[allow(
    clippy::expect_used,
    reason = "HMAC takes keys of any length (RFC 2104)"
)]
fn keyed<M: KeyInit>(key: &[u8]) -> M {
    <M as KeyInit>::new_from_slice(key).expect("HMAC takes a key of any length")
}

/// Lower-case hex.
#[must_use]
pub(crate) fn hex(bytes: &[u8]) -> String {
    const DIGITS: [char; 16] = [
        '0', '1', '2', '3', '4', '5', '6', '7', '8', '9', 'a', 'b', 'c', 'd', 'e', 'f',
    ];
    let digit = |nibble: u8| DIGITS.get(usize::from(nibble)).copied().unwrap_or('0');
    bytes
        .iter()
        .flat_map(|byte| [digit(byte >> 4), digit(byte & 15)])
        .collect()
}

/// Writes the bytes of a hexadecimal text, and tells how many they are; none when they do not fit.
fn unhex(text: &str, out: &mut [u8]) -> Option<usize> {
    let nibble = |byte: u8| match byte {
        b'0'..=b'9' => Some(byte - b'0'),
        b'a'..=b'f' => Some(byte - b'a' + 10),
        b'A'..=b'F' => Some(byte - b'A' + 10),
        _ => None,
    };
    let (pairs, rest) = text.as_bytes().as_chunks::<2>();
    if !rest.is_empty() || pairs.len() > out.len() {
        return None;
    }
    for ([high, low], byte) in pairs.iter().zip(out) {
        *byte = nibble(*high)? << 4 | nibble(*low)?;
    }
    Some(pairs.len())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn keys(texts: &[&str]) -> Keys {
        Keys::new(texts.iter().map(|t| SecretString::from(*t))).unwrap()
    }

    #[test]
    fn empty_secrets_are_refused() {
        for bad in [&[][..], &[""], &["good", " "], &["\t\n"]] {
            let error = Keys::new(bad.iter().map(|t| SecretString::from(*t))).unwrap_err();
            assert_eq!(error.kind(), ErrorKind::Config);
        }
    }

    #[test]
    fn keys_are_counted_and_never_shown() {
        let keys = keys(&["first secret", "second secret"]);
        assert_eq!((keys.len(), keys.is_empty()), (2, false));
        assert_eq!(format!("{keys:?}"), "Keys(2 secrets)");
    }

    // RFC 2202 case 2 and RFC 4231 case 2.
    #[test]
    fn published_vectors() {
        let (key, text) = (b"Jefe", b"what do ya want for nothing?");
        let hex256 = "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843";
        assert_eq!(Scheme::HmacSha256Hex.sign(key, &[text]), hex256);
        assert_eq!(
            Scheme::HmacSha1Base64.sign(key, &[text]),
            STANDARD.encode(
                b"\xef\xfc\xdf\x6a\xe5\xeb\x2f\xa2\xd2\x74\x16\xd5\xf1\x84\xdf\x9c\x25\x9a\x7c\x79"
            )
        );
        let keys = keys(&["other", "Jefe"]);
        let split: [&[u8]; 2] = [b"what do ya want ", b"for nothing?"];
        assert_eq!(
            keys.signed_by(Scheme::HmacSha256Hex, &split, &["zz", hex256]),
            Some(1)
        );
        let upper = hex256.to_uppercase();
        assert_eq!(
            keys.signed_by(Scheme::HmacSha256Hex, &split, &[upper]),
            Some(1)
        );
    }

    #[test]
    fn other_spellings_of_a_signature_do_not_match() {
        let (message, keys): ([&[u8]; 1], _) = ([b"text 3"], keys(&["secret"]));
        for scheme in [Scheme::HmacSha1Base64, Scheme::HmacSha256Base64] {
            let good = scheme.sign(b"secret", &message);
            let matches = |text: &str| keys.signed_by(scheme, &message, &[text]).is_some();
            assert!(matches(&good));
            let last = good.trim_end_matches('=');
            // Same bytes, other trailing bits: decoders that are not strict take them for the same.
            let mut loose = last.to_owned();
            let end = loose.pop().unwrap();
            loose.push(char::from(u8::try_from(end).unwrap() + 1));
            for bad in [
                last.to_owned(),
                format!("{good}="),
                format!("{good}\n"),
                format!(" {good}"),
                format!("{loose}="),
                format!("{loose}=="),
                good.replace('+', "-").replace('/', "_") + "-",
                hex(good.as_bytes()),
                String::new(),
            ] {
                assert!(!matches(&bad), "{bad}");
            }
        }
        let good = Scheme::HmacSha256Hex.sign(b"secret", &message);
        for bad in [
            format!("0x{good}"),
            format!("{good}0"),
            format!("+{}", &good[1..]),
            format!("{good}00"),
        ] {
            assert_eq!(
                keys.signed_by(Scheme::HmacSha256Hex, &message, &[bad]),
                None
            );
        }
    }

    #[test]
    fn url_safe_base64_does_not_match() {
        let keys = keys(&["secret"]);
        // Every tenth message or so has both; the bound is for signatures that are none.
        let (text, good) = (0..10_000)
            .map(|n: u32| n.to_string())
            .map(|text| {
                (
                    text.clone(),
                    Scheme::HmacSha256Base64.sign(b"secret", &[text.as_bytes()]),
                )
            })
            .find(|(_, good)| good.contains('+') && good.contains('/'))
            .unwrap();
        let safe = good.replace('+', "-").replace('/', "_");
        let ask = |text: &str, given: &str| {
            keys.signed_by(Scheme::HmacSha256Base64, &[text.as_bytes()], &[given])
        };
        assert_eq!((ask(&text, &good), ask(&text, &safe)), (Some(0), None));
    }

    #[test]
    fn one_of_many_signatures_is_enough_and_the_first_secret_that_made_one_is_named() {
        let keys = keys(&["new", "old", "old"]);
        let message: [&[u8]; 1] = [b"text"];
        let sign = |key: &[u8]| Scheme::HmacSha256Hex.sign(key, &message);
        let ask = |given: &[String]| keys.signed_by(Scheme::HmacSha256Hex, &message, given);
        let noise = || vec!["00".repeat(32); 500];
        assert_eq!(ask(&noise()), None);
        let mut given = noise();
        given.push(sign(b"old"));
        assert_eq!(ask(&given), Some(1));
        given.push(sign(b"new"));
        assert_eq!(ask(&given), Some(0));
        given.extend(noise());
        assert_eq!(ask(&given), Some(0));
        assert_eq!(ask(&[]), None);
    }

    proptest! {
        #[test]
        fn nothing_but_the_signature_matches(text in "\\PC{0,80}", message in ".*") {
            for scheme in [Scheme::HmacSha1Base64, Scheme::HmacSha256Base64, Scheme::HmacSha256Hex] {
                let good = scheme.sign(b"secret", &[message.as_bytes()]);
                let keys = keys(&["secret"]);
                prop_assert_eq!(keys.signed_by(scheme, &[message.as_bytes()], &[&good]), Some(0));
                prop_assert!(text == good || keys.signed_by(scheme, &[message.as_bytes()], &[&text]).is_none());
                let cut = &good[..good.len() - 2];
                prop_assert!(keys.signed_by(scheme, &[message.as_bytes()], &[cut]).is_none());
            }
        }
    }
}
