//! The documented scheme: HMAC-SHA256 over `key:timestamp:METHOD:path`.

use hmac::{Hmac, KeyInit, Mac};
use secrecy::{ExposeSecret, SecretString};
use sha2::{Digest, Sha256};

use super::{KeyMode, hex};

/// What keys the HMAC, made once.
pub(crate) struct HmacKey(SecretString);

impl HmacKey {
    pub(crate) fn new(secret: &SecretString, mode: KeyMode) -> Self {
        Self(match mode {
            KeyMode::Secret => secret.clone(),
            KeyMode::SecretSha256Hex => {
                hex(&Sha256::digest(secret.expose_secret().as_bytes())).into()
            }
        })
    }

    /// The signature, in lower-case hexadecimal.
    pub(crate) fn sign(&self, api_key: &str, timestamp: &str, method: &str, path: &str) -> String {
        let method = method.to_ascii_uppercase();
        let parts = [api_key, timestamp, &method, path];
        mac(self.0.expose_secret().as_bytes(), &parts.join(":"))
    }
}

/// HMAC-SHA256 of a text.
pub(super) fn mac(key: &[u8], text: &str) -> String {
    match Hmac::<Sha256>::new_from_slice(key) {
        Ok(mac) => hex(&mac.chain_update(text.as_bytes()).finalize().into_bytes()),
        // HMAC takes keys of any length (RFC 2104, section 3).
        Err(_) => String::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_published_vectors_in_both_key_modes() {
        let secret = SecretString::from("secret123abc456def789ghi012jkl");
        let sign = |mode, method, path| {
            let key = HmacKey::new(&secret, mode);
            key.sign(
                "po_abc123def456ghi789jkl012",
                "2024-01-01T12:00:00Z",
                method,
                path,
            )
        };
        let prompt = "/v1/client/prompts/example-prompt";
        assert_eq!(
            sign(KeyMode::Secret, "GET", prompt),
            "708e232c00dd4eb8fcc5998f393dfe3e30c32164962230ed4100d03194eeae1e"
        );
        assert_eq!(
            sign(KeyMode::SecretSha256Hex, "get", prompt),
            "ea88bbc29926911830cc91895d7dfdc459f6372ae7c524fa002c2763d8a2624c"
        );
        assert_eq!(
            sign(KeyMode::Secret, "POST", "/v1/client/prompts/batch"),
            "b81df625266dc19dc96596640db68cbbd43001142275df83916e5a8ae33220ff"
        );
    }
}
