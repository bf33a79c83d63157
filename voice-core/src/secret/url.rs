//! Secrets inside URLs: userinfo, SIP passwords, and joinUrl-like socket addresses.

use std::borrow::Cow;

use super::Redacted;
use super::scan::{Scan, Span};

/// `://` as it stands in a URL, in JSON of an encoder that escapes slashes, and in a form field.
const AUTHORITY: [&str; 2] = ["://", ":\\/\\/"];
const ESCAPED_AUTHORITY: &str = "%3A%2F%2F";
/// Longest user part of a SIP URI that is looked at, in bytes.
const SIP_USER: usize = 256;

/// A URL's `://` at `at`: where the authority starts, and whether the URL is percent-encoded as a whole.
fn authority(scan: Scan<'_>, at: usize) -> Option<(usize, bool)> {
    if scan.has(at, ESCAPED_AUTHORITY) {
        return Some((at + ESCAPED_AUTHORITY.len(), true));
    }
    scan.first_of(at, &AUTHORITY)
        .map(|width| (at + width, false))
}

/// The byte at `at` of a URL, decoded if the URL is encoded, and its width.
fn byte(scan: Scan<'_>, at: usize, escaped: bool) -> Option<(u8, usize)> {
    let raw = scan.at(at)?;
    match scan.percent(at) {
        Some(decoded) if escaped => Some((decoded, 3)),
        _ => Some((raw, 1)),
    }
}

/// Userinfo behind the `://` at `at`: everything up to the last `@` of the authority.
pub(super) fn userinfo(scan: Scan<'_>, at: usize) -> Option<Span> {
    let (start, escaped) = authority(scan, at)?;
    let mut last_at = None;
    let mut at = start;
    while let Some((byte, width)) = byte(scan, at, escaped) {
        let ends = match byte {
            b'/' | b'?' | b'#' | b'\\' | b'"' | b'<' | b'>' | b'`' | b'{' | b'}' | b'|' | b'^' => {
                true
            }
            b'&' => escaped && width == 1,
            _ => byte.is_ascii_whitespace() || byte.is_ascii_control(),
        };
        if ends {
            break;
        }
        if byte == b'@' {
            last_at = Some(at);
        }
        at += width;
    }
    let end = last_at?;
    (end > start && scan.marker(start) != Some(end)).then(|| Span::marker(start, end))
}

/// The password of a SIP URI at the start of a word: `sip:user:password@host`.
pub(super) fn sip_password(scan: Scan<'_>, at: usize) -> Option<Span> {
    let start = at + scan.first_of(at, &["sip:", "sips:"])?;
    let user = scan.slice(start, start + SIP_USER);
    let ends = |byte: &u8| {
        byte.is_ascii_whitespace() || matches!(byte, b'@' | b'"' | b'\'' | b'<' | b'>' | b',')
    };
    let end = user.iter().position(ends)?;
    if user.get(end) != Some(&b'@') {
        return None;
    }
    let colon = user.get(..end)?.iter().position(|byte| *byte == b':')?;
    let (start, end) = (start + colon + 1, start + end);
    (end > start && scan.marker(start) != Some(end)).then(|| Span::marker(start, end))
}

/// What is known of socket URLs that were looked at and hold nothing to hide: up to where, plain and encoded. Keeps the
/// search linear on a text of nothing but `wss://`.
#[derive(Debug, Default)]
pub(super) struct Sockets {
    clear: [usize; 2],
}

impl Sockets {
    /// Path and query of a `ws` or `wss` URL at the start of a word, if a segment of its path is `calls`.
    pub(super) fn path(&mut self, scan: Scan<'_>, at: usize) -> Option<Span> {
        let scheme_end = [3, 2]
            .into_iter()
            .find(|width| scan.has(at, "wss".get(..*width).unwrap_or_default()))
            .map(|width| at + width)?;
        let (start, escaped) = authority(scan, scheme_end)?;
        let clear = self.clear.get_mut(usize::from(escaped))?;
        if at < *clear {
            return None;
        }
        let mut host_end = None;
        let mut calls = Calls::Nothing;
        let mut end = start;
        while let Some((byte, width)) = byte(scan, end, escaped) {
            if byte.is_ascii_whitespace()
                || byte.is_ascii_control()
                || matches!(byte, b'"' | b'\'' | b'`' | b'<' | b'>')
                || byte == b'&' && escaped && width == 1
                || byte == b'\\' && scan.at(end + 1) != Some(b'/')
            {
                break;
            }
            if matches!(byte, b'/' | b'?' | b'#' | b'\\') {
                host_end.get_or_insert(end);
            }
            calls = calls.next(byte);
            end += width;
        }
        let host_end = host_end.unwrap_or(end);
        if calls != Calls::Found {
            *clear = end;
            return None;
        }
        let with = format!("/{}", Redacted::TEXT);
        (scan.slice(host_end, end) != with.as_bytes()).then_some(Span {
            start: host_end,
            end,
            with: Cow::Owned(with),
        })
    }
}

/// How much of `/calls/` was read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Calls {
    Nothing,
    /// A slash and so many letters of the word.
    Letters(usize),
    Found,
}

impl Calls {
    const WORD: &'static [u8] = b"calls";

    fn next(self, byte: u8) -> Self {
        match (self, byte) {
            (Self::Found, _) => Self::Found,
            (Self::Letters(read), b'/' | b'\\') if read == Self::WORD.len() => Self::Found,
            (_, b'/') => Self::Letters(0),
            (Self::Letters(read), byte)
                if Self::WORD
                    .get(read)
                    .is_some_and(|letter| letter.eq_ignore_ascii_case(&byte)) =>
            {
                Self::Letters(read + 1)
            }
            _ => Self::Nothing,
        }
    }
}
