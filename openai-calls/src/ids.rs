//! Ids on their way into a path.
//!
//! An id comes from a webhook, that is from outside, and ends up in a URL. Percent-encoding alone keeps it one segment for
//! a server that reads URLs as the standard has it; gateways in between may decode once more than they should. So an id that
//! would become another path by being decoded, any number of times, is refused before anything is sent.

use voice_core::client::{Client, Operation};
use voice_core::error::Error;

/// How often an id is decoded in search of a path: each time it shrinks by two bytes, and ids have at most 255.
const LAYERS: usize = 130;

/// The id, if it can stand in a path.
pub(crate) fn segment<'i>(
    client: &Client,
    operation: &Operation,
    field: &'static str,
    id: &'i str,
) -> Result<&'i str, Error> {
    check(id).map_err(|rule| client.invalid(operation, field, rule))?;
    Ok(id)
}

fn check(id: &str) -> Result<(), &'static str> {
    if id.is_empty() {
        return Err("must not be empty");
    }
    let mut bytes = id.as_bytes().to_vec();
    for _ in 0..LAYERS {
        match bytes.as_slice() {
            b"." | b".." => return Err("must not be a dot segment"),
            bytes if bytes.contains(&b'/') => return Err("must not hold a slash"),
            _ => {}
        }
        let decoded = decode(&bytes);
        if decoded == bytes {
            return Ok(());
        }
        bytes = decoded;
    }
    Err("is encoded too many times")
}

/// Decodes each `%xx` once; anything else stays.
fn decode(bytes: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(bytes.len());
    let mut rest = bytes;
    while let Some((first, tail)) = rest.split_first() {
        let byte = match (first, tail) {
            (b'%', [high, low, ..]) => hex(*high).zip(hex(*low)).map(|(h, l)| 16 * h + l),
            _ => None,
        };
        match (byte, tail) {
            (Some(byte), [_, _, after @ ..]) => {
                out.push(byte);
                rest = after;
            }
            _ => {
                out.push(*first);
                rest = tail;
            }
        }
    }
    out
}

fn hex(digit: u8) -> Option<u8> {
    char::from(digit)
        .to_digit(16)
        .and_then(|digit| u8::try_from(digit).ok())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn what_would_be_another_path_is_refused() {
        for good in [
            "rtc_u1_9c6574da8b8a41a18da9308f4ad974ce",
            "a.b",
            "...",
            "100%",
            "%zz",
            "a%20b",
            "%2",
        ] {
            assert_eq!(check(good), Ok(()), "{good}");
        }
        for bad in [
            "",
            ".",
            "..",
            "a/b",
            "/",
            "%2e",
            "%2E%2e",
            ".%2e",
            "%252e%252E",
            "a%2Fb",
            "a%252fb",
            "%25252e.",
        ] {
            assert!(check(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn many_layers_end() {
        let mut deep = "%".to_owned();
        deep.push_str(&"25".repeat(126));
        assert!(check(&deep).is_ok());
        deep.truncate(251);
        deep.push_str("2e");
        assert!(check(&deep).is_err());
    }

    proptest! {
        #[test]
        fn what_passes_never_decodes_to_a_path(id in "[a.%2efF5/]{1,12}|\\PC{1,20}") {
            if check(&id).is_ok() {
                let mut bytes = id.into_bytes();
                for _ in 0..12 {
                    prop_assert!(!matches!(bytes.as_slice(), b"." | b"..") && !bytes.contains(&b'/'));
                    bytes = decode(&bytes);
                }
            }
        }
    }
}
