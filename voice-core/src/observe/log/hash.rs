//! A payload's hash: equal for equal payloads, and the same in every process.

use std::io;

use hmac::{Hmac, KeyInit, Mac};
use secrecy::{ExposeSecret, SecretString};
use serde::ser::{Serialize, SerializeMap, Serializer};
use serde_json::Value;
use sha2::{Digest, Sha256};

/// Longest body that is read as JSON, in bytes; longer ones are hashed as they are.
const MAX_JSON: usize = 1 << 20;

/// SHA-256 (FIPS 180-4) of a request's body, as 64 lower-case hex digits.
///
/// A body of up to 1 MiB that is JSON is hashed in canonical form: without blanks, the keys of every object in the order of
/// their bytes, the last of equal keys. So two requests that say the same hash the same, however they were written.
/// Everything else is hashed byte for byte.
///
/// A hash hides no more than there is to guess: of a body that holds a phone number and nothing else unknown, the number
/// can be found by trying them all. [`keyed_payload_hash`] prevents that.
///
/// ```
/// use voice_core::observe::log::payload_hash;
///
/// assert_eq!(payload_hash(br#"{"a":1,"b":[true]}"#), payload_hash(b"{ \"b\": [true], \"a\": 1 }"));
/// assert_ne!(payload_hash(b"a=1&b=2"), payload_hash(b"b=2&a=1"));
/// ```
#[must_use]
pub fn payload_hash(body: &[u8]) -> String {
    let mut sink = Sink(Sha256::new());
    feed(&mut sink, body);
    hex(&sink.0.finalize())
}

/// The same with HMAC-SHA256 (RFC 2104), which nobody without the key can check guesses against.
#[must_use]
pub fn keyed_payload_hash(key: &SecretString, body: &[u8]) -> String {
    // HMAC takes a key of any length.
    let Ok(mac) = Hmac::<Sha256>::new_from_slice(key.expose_secret().as_bytes()) else {
        return String::new();
    };
    let mut sink = Sink(mac);
    feed(&mut sink, body);
    hex(&sink.0.finalize().into_bytes())
}

fn feed<T: Absorb>(sink: &mut Sink<T>, body: &[u8]) {
    let json = (body.len() <= MAX_JSON && looks_like_json(body))
        .then(|| serde_json::from_slice::<Value>(body).ok())
        .flatten();
    match json {
        // Writing into a hash cannot fail, and every value can be written.
        Some(value) => {
            let _ = serde_json::to_writer(sink, &Canonical(&value));
        }
        None => sink.0.absorb(body),
    }
}

/// Only objects and arrays: a form that happens to be a number or a word stays what it is.
fn looks_like_json(body: &[u8]) -> bool {
    let first = body.iter().find(|b| !b.is_ascii_whitespace());
    matches!(first, Some(b'{' | b'['))
}

/// Writes objects in the order of their keys, also when `serde_json` keeps the order they came in.
struct Canonical<'a>(&'a Value);

impl Serialize for Canonical<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self.0 {
            Value::Object(map) => {
                let mut entries: Vec<(&String, &Value)> = map.iter().collect();
                entries.sort_unstable_by_key(|(key, _)| *key);
                let mut out = serializer.serialize_map(Some(entries.len()))?;
                for (key, value) in entries {
                    out.serialize_entry(key, &Canonical(value))?;
                }
                out.end()
            }
            Value::Array(items) => serializer.collect_seq(items.iter().map(Canonical)),
            plain => plain.serialize(serializer),
        }
    }
}

trait Absorb {
    fn absorb(&mut self, bytes: &[u8]);
}

impl Absorb for Sha256 {
    fn absorb(&mut self, bytes: &[u8]) {
        Digest::update(self, bytes);
    }
}

impl Absorb for Hmac<Sha256> {
    fn absorb(&mut self, bytes: &[u8]) {
        Mac::update(self, bytes);
    }
}

struct Sink<T>(T);

impl<T: Absorb> io::Write for &mut Sink<T> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.absorb(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

fn hex(bytes: &[u8]) -> String {
    use std::fmt::Write as _;
    bytes.iter().fold(String::with_capacity(64), |mut out, b| {
        // Writing into a String cannot fail.
        let _ = write!(out, "{b:02x}");
        out
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn known_values_of_sha_256() {
        // FIPS 180-4, and `printf '{"a":1,"b":2}' | sha256sum`.
        assert_eq!(
            payload_hash(b"abc"),
            "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
        );
        assert_eq!(
            payload_hash(br#" {"b":2, "a":1}"#),
            "43258cff783fe7036d8a43033f830adfc60ec037382473548ac742b888292777"
        );
    }

    #[test]
    fn a_key_changes_everything_and_matches_rfc_4231() {
        let key = SecretString::from("Jefe");
        assert_eq!(
            keyed_payload_hash(&key, b"what do ya want for nothing?"),
            "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"
        );
    }

    #[test]
    fn broken_deep_and_large_bodies_are_hashed_as_they_are() {
        let deep = "[".repeat(100_000);
        assert_eq!(payload_hash(deep.as_bytes()).len(), 64);
        assert_ne!(payload_hash(b"{\"a\":1"), payload_hash(b"{\"a\": 1"));
        let large = |gap: &str| format!("{{\"a\":{gap}\"{}\"}}", "x".repeat(MAX_JSON));
        assert_ne!(
            payload_hash(large("").as_bytes()),
            payload_hash(large(" ").as_bytes())
        );
    }

    proptest! {
        #[test]
        fn the_order_of_keys_does_not_matter(
            map in proptest::collection::btree_map("[a-zA-Z\u{e9}]{1,6}", any::<i64>(), 0..8)
        ) {
            let write = |entries: Vec<(&String, &i64)>| {
                let inner: Vec<String> =
                    entries.iter().map(|(k, v)| format!("{k:?} : {v}")).collect();
                format!("{{ {} }}", inner.join(" , "))
            };
            let forward = write(map.iter().collect());
            let backward = write(map.iter().rev().collect());
            prop_assert_eq!(payload_hash(forward.as_bytes()), payload_hash(backward.as_bytes()));
        }

        #[test]
        fn any_bytes_have_a_hash(body in proptest::collection::vec(any::<u8>(), 0..200)) {
            prop_assert_eq!(payload_hash(&body).len(), 64);
        }
    }
}
