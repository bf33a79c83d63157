//! Which names announce a secret.

/// A name that contains one of these announces a secret; `_` and `-` do not count, nor does case.
const SENSITIVE: [&str; 16] = [
    "token",
    "secret",
    "password",
    "passwd",
    "passphrase",
    "apikey",
    "authorization",
    "signature",
    "credential",
    "cookie",
    "joinurl",
    "presignedurl",
    "authkey",
    "accesskey",
    "privatekey",
    "publickey",
];
/// Names too short to look for inside others.
const SENSITIVE_WHOLE: [&str; 4] = ["sig", "pwd", "pass", "jwt"];
/// Words that make a secret of the word `key` behind them, as in `API key: …`.
const KEY_OF: [&str; 6] = ["api", "access", "auth", "private", "secret", "signing"];
/// Ends of names that hold something about a secret and not the secret: `credential_list_sid`, `token_type`.
const HARMLESS_ENDS: [&str; 9] = [
    "sid",
    "type",
    "count",
    "ttl",
    "limits",
    "details",
    "timestamp",
    "expiresat",
    "expiresin",
];

/// What a name says of its value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Name {
    /// A secret, all in one piece.
    Secret,
    /// A header whose whole line is secret, blanks and commas included.
    Line,
    /// A secret that may hold blanks: the whole line where the line starts with the name.
    Phrase,
    /// May count language-model tokens: a number is no secret, anything else is.
    Tokens,
}

/// Reads a name; `before` is the text in front of it. `None`: no secret.
pub(super) fn classify(name: &[u8], before: &[u8]) -> Option<Name> {
    if HARMLESS_ENDS.iter().any(|end| ends_with(name, end)) {
        return None;
    }
    let has = |word: &str| contains(name, word);
    if has("authorization") || has("cookie") || has("signature") && name.contains(&b'-') {
        Some(Name::Line)
    } else if has("passw") || has("passphrase") {
        Some(Name::Phrase)
    } else if has("tokens") {
        Some(Name::Tokens)
    } else if SENSITIVE.iter().any(|word| has(word))
        || SENSITIVE_WHOLE
            .iter()
            .any(|word| name.eq_ignore_ascii_case(word.as_bytes()))
        || name.eq_ignore_ascii_case(b"key") && follows_key_word(before)
    {
        Some(Name::Secret)
    } else {
        None
    }
}

fn follows_key_word(before: &[u8]) -> bool {
    let Some((b' ', before)) = before.split_last() else {
        return false;
    };
    KEY_OF.iter().any(|word| {
        before
            .last_chunk_of(word.len())
            .is_some_and(|tail| tail.eq_ignore_ascii_case(word.as_bytes()))
    })
}

trait Tail {
    fn last_chunk_of(&self, width: usize) -> Option<&[u8]>;
}

impl Tail for [u8] {
    fn last_chunk_of(&self, width: usize) -> Option<&[u8]> {
        self.get(self.len().checked_sub(width)?..)
    }
}

/// The letters of a name that count, in lower case.
fn letters(name: &[u8]) -> impl DoubleEndedIterator<Item = u8> {
    name.iter()
        .filter(|byte| !matches!(byte, b'_' | b'-'))
        .map(u8::to_ascii_lowercase)
}

fn contains(name: &[u8], word: &str) -> bool {
    let Some(first) = word.bytes().next() else {
        return false;
    };
    name.iter().enumerate().any(|(start, byte)| {
        byte.eq_ignore_ascii_case(&first)
            && starts_with(name.get(start..).unwrap_or_default(), word)
    })
}

fn starts_with(name: &[u8], word: &str) -> bool {
    let mut letters = letters(name);
    word.bytes().all(|byte| letters.next() == Some(byte))
}

fn ends_with(name: &[u8], word: &str) -> bool {
    let mut letters = letters(name).rev();
    word.bytes().rev().all(|byte| letters.next() == Some(byte))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_that_announce_a_secret() {
        for (name, class) in [
            ("authToken", Name::Secret),
            ("AUTH_TOKEN", Name::Secret),
            ("x-api-key", Name::Secret),
            ("X-Unsafe-API-Key", Name::Secret),
            ("TWILIO_API_KEY", Name::Secret),
            ("sharedSecrets", Name::Secret),
            ("joinUrl", Name::Secret),
            ("presigned_url", Name::Secret),
            ("api_k-ey", Name::Secret),
            ("Sig", Name::Secret),
            ("signature", Name::Secret),
            ("X-Twilio-Signature", Name::Line),
            ("Proxy-Authorization", Name::Line),
            ("Set-Cookie", Name::Line),
            ("SipAuthPassword", Name::Phrase),
            ("max_tokens", Name::Tokens),
            ("authTokens", Name::Tokens),
        ] {
            assert_eq!(classify(name.as_bytes(), b""), Some(class), "{name}");
        }
        assert_eq!(classify(b"key", b"the API "), Some(Name::Secret));
    }

    #[test]
    fn names_that_do_not() {
        for name in [
            "to",
            "CallSid",
            "credential_list_sid",
            "token_type",
            "input_token_details",
            "access_token_ttl",
            "X-Ultravox-Signature-Timestamp",
            "design",
            "key",
            "compass",
            "",
            "-",
        ] {
            assert_eq!(classify(name.as_bytes(), b"a "), None, "{name}");
        }
    }
}
