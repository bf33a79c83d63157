//! The slot of a sensitive name: where its value stands, in whatever notation the text is.

use std::borrow::Cow;

use super::Redacted;
use super::names::{Name, classify};
use super::scan::{Scan, Span, is_alnum, is_blank, is_digit, is_name};
use super::value::{Quote, bracketed, element, line, line_inside, word};

/// Values that say there is no secret.
const ABSENT: [&str; 6] = ["null", "true", "false", "None", "nil", "undefined"];
/// Schemes that may stand before a secret in its value.
const SCHEMES: [&str; 6] = ["Bearer", "Basic", "Digest", "Token", "ApiKey", "PromptOps"];
/// Most digits of a number of tokens.
const COUNT_DIGITS: usize = 9;
/// How much of the text before a name can matter.
const LOOK_BACK: usize = 16;

/// The value of the name that starts at `at`, if the name announces a secret and a value follows.
pub(super) fn value_of(scan: Scan<'_>, at: usize) -> Option<Span> {
    let name_end = scan.run(at, is_name);
    let follow = Follow::read(scan, at, name_end)?;
    let name = classify(
        scan.slice(at, name_end),
        scan.slice(at.saturating_sub(LOOK_BACK), at),
    )?;
    follow.value(scan, at, name)
}

/// What stands between a name and its value.
#[derive(Debug, Clone, Copy)]
struct Follow {
    kind: Kind,
    /// Where the value, or blanks before it, starts.
    at: usize,
    /// The quote behind the name.
    quote: Option<Quote>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    /// `name: value`
    Colon,
    /// `name=value`
    Equals,
    /// `name%3Dvalue`, `name%3Avalue`
    Escaped,
    /// `<name>value</name>`
    Element,
    /// `name 'value'`, `("name", "value")`: only a quoted value counts.
    Beside,
}

impl Follow {
    fn read(scan: Scan<'_>, name_at: usize, name_end: usize) -> Option<Self> {
        if scan.before(name_at) == Some(b'<') && scan.at(name_end) == Some(b'>') {
            return Some(Self {
                kind: Kind::Element,
                at: name_end + 1,
                quote: None,
            });
        }
        let escaped = scan.percent(name_end).is_some();
        let quote = Quote::at(scan, name_end, escaped);
        let mut at = quote.map_or(name_end, |quote| quote.end);
        at = scan.blanks(at + usize::from(scan.at(at) == Some(b']')));
        let found = |(kind, at)| Self { kind, at, quote };
        if let Some(sign) = sign(scan, at) {
            return Some(found(sign));
        }
        if quote.is_none() {
            let is_string =
                at > name_end && scan.is(at, |byte| matches!(byte, b'"' | b'\'' | b'`'));
            return is_string.then(|| found((Kind::Beside, at)));
        }
        // A pair: `"name": "Cookie", "value": "…"`, `name="Cookie" value="…"` or `("Cookie", "…")`.
        let comma = scan.at(at) == Some(b',');
        let next = scan.blanks(at + usize::from(comma));
        let key = Quote::at(scan, next, false).map_or(next, |quote| quote.end);
        if scan.has(key, "value") {
            let key_end = key + "value".len();
            let key_end = Quote::at(scan, key_end, false).map_or(key_end, |quote| quote.end);
            return sign(scan, scan.blanks(key_end)).map(found);
        }
        let opened = name_at.checked_sub(2).and_then(|open| scan.at(open));
        (comma && opened == Some(b'(')).then(|| found((Kind::Beside, next)))
    }

    fn value(self, scan: Scan<'_>, name_at: usize, name: Name) -> Option<Span> {
        let escaped = self.kind == Kind::Escaped;
        if self.kind == Kind::Element {
            return hidden(scan, self.at, element(scan, self.at), None);
        }
        let at = scan.blanks(self.at);
        if let Some(quote) = Quote::at(scan, at, escaped) {
            let end = match self.kind {
                Kind::Beside => quote.closing(scan),
                _ => quote.closing_value(scan),
            };
            return (!is_count(scan, quote.end, end, name))
                .then(|| hidden(scan, quote.end, end, None))
                .flatten();
        }
        if self.kind == Kind::Beside {
            return None;
        }
        if let Some(end) = bracketed(scan, at) {
            return hidden(scan, at, end, self.quote);
        }
        let prefixed = scan.run(at, is_alnum);
        if let Some(quote) = Quote::at(scan, prefixed, false).filter(|_| prefixed - at <= 2) {
            // A byte or raw string: `b"…"`.
            return hidden(scan, quote.end, quote.closing_value(scan), None);
        }
        let end = match name {
            Name::Line if self.kind == Kind::Colon && self.quote.is_none() => {
                line_inside(scan, name_at, at)
            }
            Name::Phrase if self.kind == Kind::Colon && starts_line(scan, name_at) => {
                line(scan, at)
            }
            Name::Line | Name::Phrase | Name::Secret | Name::Tokens => {
                with_scheme(scan, at, escaped, name)
            }
        };
        let absent = ABSENT
            .iter()
            .any(|word| scan.slice(at, end) == word.as_bytes());
        if absent || is_count(scan, at, end, name) {
            return None;
        }
        hidden(scan, at, end, self.quote)
    }
}

/// A sign between name and value at `at`, and what is behind it. A path (`secret::Redactor`) and the start of a URL
/// (`token://`) are none.
fn sign(scan: Scan<'_>, at: usize) -> Option<(Kind, usize)> {
    match scan.at(at)? {
        b':' => match scan.at(at + 1) {
            Some(b':') => None,
            Some(b'/') if scan.at(at + 2) == Some(b'/') => None,
            Some(b'=') => Some((Kind::Equals, at + 2)),
            _ => Some((Kind::Colon, at + 1)),
        },
        b'=' => {
            let end = scan.run(at, |byte| byte == b'=');
            Some((Kind::Equals, end + usize::from(scan.at(end) == Some(b'>'))))
        }
        b'%' => match scan.percent(at)? {
            b'=' => Some((Kind::Escaped, at + 3)),
            b':' if !scan.has(at + 3, "%2F%2F") => Some((Kind::Escaped, at + 3)),
            _ => None,
        },
        _ => None,
    }
}

/// The end of one word, or of a scheme and the credentials behind it. Where a header is the name, any word of letters
/// may be a scheme.
fn with_scheme(scan: Scan<'_>, at: usize, escaped: bool, name: Name) -> usize {
    let end = word(scan, at, escaped);
    let is_scheme = SCHEMES
        .iter()
        .any(|scheme| scan.has(at, scheme) && at + scheme.len() == end)
        || name == Name::Line && end > at && scan.run(at, is_alnum) == end;
    if is_scheme && scan.at(end) == Some(b' ') {
        word(scan, end + 1, escaped)
    } else {
        end
    }
}

fn is_count(scan: Scan<'_>, at: usize, end: usize, name: Name) -> bool {
    name == Name::Tokens && end - at <= COUNT_DIGITS && end > at && scan.run(at, is_digit) >= end
}

/// Whether a name starts its line; the marks of a header dump (`> `, `< `) and blanks may stand before it.
fn starts_line(scan: Scan<'_>, name_at: usize) -> bool {
    let from = name_at.saturating_sub(LOOK_BACK);
    scan.slice(from, name_at)
        .iter()
        .rev()
        .find(|byte| !is_blank(**byte) && !matches!(byte, b'<' | b'>' | b'*'))
        .map_or(from == 0, |byte| *byte == b'\n')
}

/// Hides `at..end`, unless it is empty or hidden already; in quotes like those of the name, to leave JSON well formed.
fn hidden(scan: Scan<'_>, at: usize, end: usize, quote: Option<Quote>) -> Option<Span> {
    if end <= at || scan.marker(at) == Some(end) {
        return None;
    }
    let mut span = Span::marker(at, end);
    if let Some(quote) = quote {
        let mark = String::from_utf8_lossy(scan.slice(quote.start, quote.end));
        span.with = Cow::Owned(format!("{mark}{}{mark}", Redacted::TEXT));
    }
    Some(span)
}
