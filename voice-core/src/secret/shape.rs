//! Values that look like a secret wherever they stand: the key shapes of this family's providers, JWTs, and what follows
//! an authorization scheme.

use super::scan::{Scan, Span, is_alnum, is_name};

/// A kept prefix, and the fewest characters behind it that make a key.
const PREFIXES: [(&str, usize); 4] = [("sk-", 6), ("ek_", 6), ("whsec_", 1), ("po_", 6)];
/// Letters or digits on either side of the dot of an Ultravox key.
const ULTRAVOX: (usize, usize) = (8, 32);
/// Words behind `Basic` or `Bearer` in prose, and parameters of a challenge.
const PROSE: [&str; 27] = [
    "access",
    "and",
    "auth",
    "authentication",
    "authorisation",
    "authorization",
    "challenge",
    "credential",
    "credentials",
    "error",
    "for",
    "format",
    "header",
    "headers",
    "is",
    "key",
    "keys",
    "not",
    "only",
    "or",
    "realm",
    "scheme",
    "scope",
    "to",
    "token",
    "tokens",
    "was",
];

/// A key at the start of a word.
pub(super) fn key(scan: Scan<'_>, at: usize) -> Option<Span> {
    prefixed(scan, at)
        .or_else(|| ultravox(scan, at))
        .or_else(|| jwt(scan, at))
}

fn prefixed(scan: Scan<'_>, at: usize) -> Option<Span> {
    let (prefix, fewest) = PREFIXES
        .into_iter()
        .find(|(prefix, _)| scan.slice(at, at + prefix.len()) == prefix.as_bytes())?;
    let start = at + prefix.len();
    let end = match prefix {
        // The body of a webhook secret is base64.
        "whsec_" => scan.run(start, |byte| {
            is_name(byte) || matches!(byte, b'+' | b'/' | b'=')
        }),
        "po_" => scan.run(start, is_alnum),
        _ => scan.run(start, is_name),
    };
    // Without a digit `po_` starts an ordinary name.
    let is_key = end - start >= fewest
        && (prefix != "po_" || scan.slice(start, end).iter().any(u8::is_ascii_digit));
    is_key.then(|| Span::marker(start, end))
}

/// `xxxxxxxx.` and 32 letters or digits.
fn ultravox(scan: Scan<'_>, at: usize) -> Option<Span> {
    let (head, tail) = ULTRAVOX;
    let dot = at + head;
    let end = dot + 1 + tail;
    let is_key = scan.at(dot) == Some(b'.')
        && scan.slice(at, dot).iter().all(|byte| is_alnum(*byte))
        && scan.slice(dot + 1, end).iter().all(|byte| is_alnum(*byte))
        && scan.slice(dot + 1, end).len() == tail
        && !scan.is(end, is_alnum);
    is_key.then(|| Span::marker(at, end))
}

/// A token of three base64url parts, or the first two of it. Only the start of a run of such letters is looked at, so
/// that no text is run through twice.
fn jwt(scan: Scan<'_>, at: usize) -> Option<Span> {
    if !scan.slice(at, at + 3).starts_with(b"eyJ")
        || scan.before(at).is_some_and(is_name) && !scan.after_escape(at)
    {
        return None;
    }
    let dot = scan.run(at, is_name);
    let mut end = scan.run(dot + 1, is_name);
    if scan.at(dot) != Some(b'.') || end < dot + 5 {
        return None;
    }
    if scan.at(end) == Some(b'.') {
        end = scan.run(end + 1, is_name);
    }
    Some(Span::marker(at, end))
}

/// The credentials behind `Bearer` or `Basic` at the start of a word.
pub(super) fn credentials(scan: Scan<'_>, at: usize) -> Option<Span> {
    let basic = scan.has(at, "basic");
    let width = scan.first_of(at, &["bearer", "basic"])?;
    let mut start = at + width;
    while let Some(width) = scan.first_of(start, &[" ", "\t", "%20", "+"]) {
        start += width;
    }
    if start == at + width {
        return None;
    }
    start += usize::from(scan.is(start, |byte| matches!(byte, b'"' | b'\'' | b'`')));
    let mut end = scan.run(start, is_credential);
    while let Some(marker_end) = scan.marker(end) {
        end = scan.run(marker_end, is_credential);
    }
    let text = scan.slice(start, end);
    let word = scan.slice(start, scan.run(start, |byte| byte.is_ascii_alphabetic()));
    let rest = text.get(word.len()..).unwrap_or_default();
    // Base64 of a user and a secret is never all lower case but by a freak; a word of prose is.
    let is_prose = rest.iter().all(|byte| matches!(byte, b'.' | b':' | b'='))
        && (PROSE
            .iter()
            .any(|prose| word.eq_ignore_ascii_case(prose.as_bytes()))
            || basic && word.iter().all(u8::is_ascii_lowercase));
    if text.is_empty() || is_prose || scan.marker(start) == Some(end) {
        return None;
    }
    Some(Span::marker(start, end))
}

/// A byte of `token68` (RFC 9110, section 11.2), of an escape, or of a pair that was not encoded.
fn is_credential(byte: u8) -> bool {
    is_alnum(byte)
        || matches!(
            byte,
            b'-' | b'.' | b'_' | b'~' | b'+' | b'/' | b'=' | b'%' | b':' | b'|'
        )
}

/// The end of a UUID at `at`: its groups of digits are no phone numbers.
pub(super) fn uuid(scan: Scan<'_>, at: usize) -> Option<usize> {
    let end = at + 36;
    let text = scan.slice(at, end);
    let fits = text.len() == 36
        && text.iter().enumerate().all(|(index, byte)| match index {
            8 | 13 | 18 | 23 => *byte == b'-',
            _ => byte.is_ascii_hexdigit(),
        });
    (fits && !scan.is(end, is_alnum)).then_some(end)
}
