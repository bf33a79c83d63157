//! JSON Web Signature, compact form (RFC 7515), with the HMACs of RFC 7518.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use hmac::{Hmac, KeyInit, Mac};
use sha2::{Sha256, Sha384, Sha512};

/// How an access token is signed. Twilio takes these three and no other.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
#[non_exhaustive]
pub enum SigningAlgorithm {
    /// HMAC with SHA-256; what Twilio's own libraries use.
    #[default]
    Hs256,
    /// HMAC with SHA-384.
    Hs384,
    /// HMAC with SHA-512.
    Hs512,
}

impl SigningAlgorithm {
    /// The name in the header (RFC 7518, section 3.1).
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Hs256 => "HS256",
            Self::Hs384 => "HS384",
            Self::Hs512 => "HS512",
        }
    }
}

/// Header and claims, signed with `key`.
pub(super) fn sign(
    algorithm: SigningAlgorithm,
    key: &[u8],
    header: &[u8],
    claims: &[u8],
) -> String {
    let mut jwt = URL_SAFE_NO_PAD.encode(header);
    jwt.push('.');
    URL_SAFE_NO_PAD.encode_string(claims, &mut jwt);
    let signature = match algorithm {
        SigningAlgorithm::Hs256 => mac::<Hmac<Sha256>>(key, jwt.as_bytes()),
        SigningAlgorithm::Hs384 => mac::<Hmac<Sha384>>(key, jwt.as_bytes()),
        SigningAlgorithm::Hs512 => mac::<Hmac<Sha512>>(key, jwt.as_bytes()),
    };
    jwt.push('.');
    URL_SAFE_NO_PAD.encode_string(signature, &mut jwt);
    jwt
}

#[allow(
    clippy::expect_used,
    reason = "HMAC takes keys of any length (RFC 2104)"
)]
fn mac<M: Mac + KeyInit>(key: &[u8], message: &[u8]) -> Vec<u8> {
    let mut mac = <M as KeyInit>::new_from_slice(key).expect("HMAC takes a key of any length");
    mac.update(message);
    mac.finalize().into_bytes().to_vec()
}
