//! The one pass over a text: asks the rules what to hide, and writes the result.
//!
//! Every rule looks at a bounded stretch, or at a stretch that is then stepped over, or runs once for each word; so the
//! pass is linear. A rule may answer with a place further on (the value of a name); what lies before it is walked by
//! itself first, since a name may hold a phone number.

use std::borrow::Cow;

use super::scan::{Scan, Span, is_alnum, is_name};
use super::url::Sockets;
use super::{phone, shape, slot, url};

/// [`redact`](super::redact), of what starts before `limit`: the rest of the text is only looked at, not shown.
pub(super) fn redact_until(text: &str, limit: usize) -> Cow<'_, str> {
    let mut writer = Writer {
        text,
        out: String::new(),
        copied: 0,
    };
    walk(&mut writer, Scan::new(text), 0, limit);
    writer.finish(limit)
}

/// Collects the result. Nothing is allocated until something is hidden.
struct Writer<'a> {
    text: &'a str,
    out: String,
    copied: usize,
}

impl<'a> Writer<'a> {
    fn hide(&mut self, span: &Span) {
        if self.text.get(span.start..span.end) == Some(&*span.with) {
            return;
        }
        self.copy_to(span.start);
        self.out.push_str(&span.with);
        self.copied = span.end;
    }

    fn copy_to(&mut self, end: usize) {
        self.out
            .push_str(self.text.get(self.copied..end).unwrap_or_default());
    }

    fn finish(mut self, limit: usize) -> Cow<'a, str> {
        if self.copied == 0 && self.out.is_empty() {
            return Cow::Borrowed(self.text.get(..limit).unwrap_or(self.text));
        }
        if self.copied < limit {
            self.copy_to(limit);
        }
        Cow::Owned(self.out)
    }
}

/// Walks `from..to` of `scan`, which may see further than `to`.
fn walk(writer: &mut Writer<'_>, scan: Scan<'_>, from: usize, to: usize) {
    let mut sockets = Sockets::default();
    let mut at = from;
    let mut resumed = from;
    while at < to {
        match step(scan, at, resumed, &mut sockets) {
            Step::On(next) => at = next,
            Step::Hide(span) => {
                if span.start > at {
                    walk(writer, scan.until(span.start), at, span.start);
                }
                writer.hide(&span);
                at = span.end;
                resumed = at;
            }
        }
    }
}

enum Step {
    On(usize),
    Hide(Span),
}

fn step(scan: Scan<'_>, at: usize, resumed: usize, sockets: &mut Sockets) -> Step {
    let Some(byte) = scan.at(at) else {
        return Step::On(at + 1);
    };
    let found = match byte {
        b'+' | b'&' | b'\\' => phone::with_plus(scan, at),
        b'%' => phone::with_plus(scan, at).or_else(|| url::userinfo(scan, at)),
        b':' => url::userinfo(scan, at),
        _ if is_name(byte) => {
            // A name starts where no letter of a name stands before it; one that was partly hidden starts behind that.
            let starts_name =
                at == resumed || !scan.before(at).is_some_and(is_name) || scan.after_escape(at);
            let name = starts_name.then(|| slot::value_of(scan, at)).flatten();
            name.or_else(|| {
                let starts_word = is_alnum(byte) && scan.starts_word(at);
                starts_word.then(|| word(scan, at, byte, sockets)).flatten()
            })
        }
        _ => None,
    };
    match found {
        Some(span) => Step::Hide(span),
        None => Step::On(skip(scan, at, byte)),
    }
}

/// The rules for the start of a word; its first letter says which may fit.
fn word(scan: Scan<'_>, at: usize, byte: u8, sockets: &mut Sockets) -> Option<Span> {
    let special = match byte {
        b'0'..=b'9' => phone::bare(scan, at),
        b'b' | b'B' => shape::credentials(scan, at),
        b'w' | b'W' => sockets.path(scan, at),
        b's' | b'S' => url::sip_password(scan, at),
        _ => None,
    };
    special.or_else(|| shape::key(scan, at))
}

/// Where to look next when nothing starts at `at`: behind a word, an escape or a UUID, never inside.
fn skip(scan: Scan<'_>, at: usize, byte: u8) -> usize {
    if byte == b'%' && scan.percent(at).is_some() {
        return at + 3;
    }
    if let Some(end) = scan.unicode_escape(at) {
        return end;
    }
    // The letter of an escape such as `\n` is not the first of the word behind it.
    if is_alnum(byte) && !scan.after_escape(at + 1) {
        return shape::uuid(scan, at)
            .unwrap_or_else(|| scan.run(at, is_alnum))
            .max(at + 1);
    }
    at + 1
}
