//! Where a value ends: quoted, in brackets, or bare.

use super::scan::{Scan, is_alnum, is_name};

/// How a quote may be written. The escaped ones count only where the text around them is escaped too.
const QUOTES: [&str; 5] = ["\"", "'", "`", "&quot;", "&#34;"];
const ESCAPED_QUOTES: [&str; 2] = ["%22", "%27"];

/// An opening or closing quote: where it is and how it is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Quote {
    /// Where its backslashes start.
    pub(super) start: usize,
    /// Behind the quote.
    pub(super) end: usize,
    slashes: usize,
}

impl Quote {
    /// A quote at `at`, with the backslashes in front of it: a string inside a JSON string has `\"`.
    pub(super) fn at(scan: Scan<'_>, at: usize, escaped: bool) -> Option<Self> {
        let mark = scan.run(at, |byte| byte == b'\\');
        if !scan.is(mark, |byte| {
            matches!(byte, b'"' | b'\'' | b'`' | b'&' | b'%')
        }) {
            return None;
        }
        let width = scan.first_of(mark, &QUOTES).or_else(|| {
            escaped
                .then(|| scan.first_of(mark, &ESCAPED_QUOTES))
                .flatten()
        })?;
        Some(Self {
            start: at,
            end: mark + width,
            slashes: mark - at,
        })
    }

    /// Where the quote that closes this one starts (its backslashes included); the end of the text if none does.
    ///
    /// Inside a string that was escaped d times, a quote has 2^d - 1 backslashes in front of it, and a backslash of the
    /// content is written as 2^(d+1) of them. So the closing quote is the one with as many as the opening one, not
    /// counting whole pairs of that size. One with a letter right behind it opens another string: this one was cut off.
    pub(super) fn closing(self, scan: Scan<'_>) -> usize {
        self.closing_where(scan, self.mark(scan), |end| !scan.is(end, is_name))
    }

    /// As [`closing`](Self::closing), for the value of a pair: a quote with a colon behind it closes the name of the next
    /// pair, so the value was cut off and what follows may be a secret too.
    pub(super) fn closing_value(self, scan: Scan<'_>) -> usize {
        self.closing_where(scan, self.mark(scan), |end| {
            let next = scan.blanks(end);
            !scan.is(end, is_name) && !scan.has(next, ":") && !scan.has(next, "%3A")
        })
    }

    fn mark<'a>(self, scan: Scan<'a>) -> &'a [u8] {
        scan.slice(self.start + self.slashes, self.end)
    }

    fn closing_where(self, scan: Scan<'_>, mark: &[u8], fits: impl Fn(usize) -> bool) -> usize {
        let period = 2 * (self.slashes + 1);
        let mut at = self.end;
        while at < scan.len() {
            let slashes_end = scan.run(at, |byte| byte == b'\\');
            let slashes = slashes_end - at;
            let mark_end = slashes_end + mark.len();
            let closes = scan.slice(slashes_end, mark_end).eq_ignore_ascii_case(mark)
                && slashes % period == self.slashes
                && fits(mark_end);
            if closes {
                return slashes_end - self.slashes;
            }
            at = slashes_end + 1;
        }
        scan.len()
    }
}

/// The end of a value in brackets at `at`, the closing one included; the end of the text if they never close. A word may
/// stand before the bracket, as in `Some("…")` or `Header { … }`.
pub(super) fn bracketed(scan: Scan<'_>, at: usize) -> Option<usize> {
    let word = scan.run(at, |byte| {
        is_alnum(byte) || matches!(byte, b'_' | b':' | b'<' | b'>')
    });
    let open = word + usize::from(word > at && scan.has(word, " {"));
    let is_open = scan.is(open, |byte| matches!(byte, b'(' | b'[' | b'{'));
    if !is_open || scan.marker(open).is_some() {
        return None;
    }
    let mut depth = 0_usize;
    let mut at = open;
    while let Some(byte) = scan.at(at) {
        match byte {
            b'(' | b'[' | b'{' => depth += 1,
            b')' | b']' | b'}' => depth -= 1,
            b'"' | b'\\' => {
                if let Some(quote) = Quote::at(scan, at, false) {
                    at = closed(scan, quote);
                    continue;
                }
            }
            _ => {}
        }
        at += 1;
        if depth == 0 {
            return Some(at);
        }
    }
    Some(scan.len())
}

/// Behind the quote that closes `quote`.
pub(super) fn closed(scan: Scan<'_>, quote: Quote) -> usize {
    (quote.closing(scan) + (quote.end - quote.start)).min(scan.len())
}

/// The end of a bare value at `at`. Blanks, quotes, angle brackets and `&` end it; commas, semicolons and closing
/// brackets only where nothing but a blank, a quote or the end follows, so that a secret that holds one is hidden whole.
/// A value in an escaped text ends at an escaped `&`, quote, blank or angle bracket as well.
pub(super) fn word(scan: Scan<'_>, at: usize, escaped: bool) -> usize {
    let mut end = at;
    while let Some(byte) = scan.at(end) {
        if let Some(marker_end) = scan.marker(end) {
            end = marker_end;
        } else if is_soft(byte) {
            let soft_end = scan.run(end, is_soft);
            if scan.at(soft_end).is_none_or(is_hard) || ends_string(scan, soft_end) {
                return end;
            }
            end = soft_end;
        } else if is_hard(byte)
            || ends_string(scan, end)
            || escaped && scan.percent(end).is_some_and(is_hard)
        {
            return end;
        } else {
            end += 1;
        }
    }
    end
}

/// The end of the text of an XML element: the next tag, or the end tag behind a CDATA section.
pub(super) fn element(scan: Scan<'_>, at: usize) -> usize {
    let is_cdata = scan.has(at, "<![CDATA[");
    let mut end = scan.run(at, |byte| byte != b'<');
    while is_cdata && end < scan.len() && !scan.has(end, "</") {
        end = scan.run(end + 1, |byte| byte != b'<');
    }
    end
}

/// The end of the line that `at` is in.
pub(super) fn line(scan: Scan<'_>, at: usize) -> usize {
    scan.run(at, |byte| !matches!(byte, b'\n' | b'\r'))
}

/// The end of a line that may stand inside a string which opened right before `name_at`, as in `-H 'Cookie: a=b'`.
pub(super) fn line_inside(scan: Scan<'_>, name_at: usize, at: usize) -> usize {
    let scan = scan.until(line(scan, at));
    let opening = name_at.checked_sub(1).and_then(|mark| {
        let before = scan.slice(0, mark);
        let slashes = before.iter().rev().take_while(|byte| **byte == b'\\');
        Quote::at(scan, mark - slashes.count(), false).filter(|quote| quote.end == name_at)
    });
    opening.map_or(scan.len(), |quote| {
        Quote { end: at, ..quote }.closing_where(scan, quote.mark(scan), |_| true)
    })
}

fn is_soft(byte: u8) -> bool {
    matches!(byte, b',' | b';' | b')' | b']' | b'}')
}

fn is_hard(byte: u8) -> bool {
    byte.is_ascii_whitespace()
        || byte.is_ascii_control()
        || matches!(byte, b'"' | b'\'' | b'`' | b'<' | b'>' | b'&')
}

/// Whether an escaped quote stands at `at`: the string around the value ends there.
fn ends_string(scan: Scan<'_>, at: usize) -> bool {
    scan.has(at, "\\\"") || scan.has(at, "\\'")
}
