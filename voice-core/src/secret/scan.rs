//! Bytes of a text, read by offset without a panic, and the escapes that may stand between them.
//!
//! Every rule of the module works on bytes: all the characters it cares about are ASCII, so every offset it returns is
//! a character boundary. Bytes above 127 are no letters here, which errs towards hiding.

use super::Redacted;

/// A text under scan. Cut short (see [`Scan::until`]) it keeps its offsets.
#[derive(Debug, Clone, Copy)]
pub(super) struct Scan<'a> {
    bytes: &'a [u8],
}

impl<'a> Scan<'a> {
    pub(super) fn new(text: &'a str) -> Self {
        Self {
            bytes: text.as_bytes(),
        }
    }

    /// The same text, ending at `end`.
    pub(super) fn until(self, end: usize) -> Self {
        Self {
            bytes: self.bytes.get(..end).unwrap_or(self.bytes),
        }
    }

    pub(super) fn len(self) -> usize {
        self.bytes.len()
    }

    pub(super) fn at(self, at: usize) -> Option<u8> {
        self.bytes.get(at).copied()
    }

    pub(super) fn before(self, at: usize) -> Option<u8> {
        at.checked_sub(1).and_then(|before| self.at(before))
    }

    /// What there is of `from..to`.
    pub(super) fn slice(self, from: usize, to: usize) -> &'a [u8] {
        let to = to.min(self.len());
        self.bytes.get(from..to).unwrap_or_default()
    }

    /// Whether the byte at `at` is of `class`; the end of the text is of none.
    pub(super) fn is(self, at: usize, class: impl Fn(u8) -> bool) -> bool {
        self.at(at).is_some_and(class)
    }

    /// Whether `pattern` stands at `at`, letters compared without case.
    pub(super) fn has(self, at: usize, pattern: &str) -> bool {
        self.slice(at, at.saturating_add(pattern.len()))
            .eq_ignore_ascii_case(pattern.as_bytes())
            && !pattern.is_empty()
    }

    /// The length of the first of `patterns` that stands at `at`, without case.
    pub(super) fn first_of(self, at: usize, patterns: &[&str]) -> Option<usize> {
        patterns
            .iter()
            .find(|pattern| self.has(at, pattern))
            .map(|pattern| pattern.len())
    }

    /// The end of the run of `class` that starts at `at`.
    pub(super) fn run(self, at: usize, class: impl Fn(u8) -> bool) -> usize {
        let rest = self.bytes.get(at..).unwrap_or_default();
        at + rest
            .iter()
            .position(|byte| !class(*byte))
            .unwrap_or(rest.len())
    }

    /// The end of the blanks (space, tab) at `at`.
    pub(super) fn blanks(self, at: usize) -> usize {
        self.run(at, is_blank)
    }

    /// The byte that a percent escape such as `%2F` at `at` stands for.
    pub(super) fn percent(self, at: usize) -> Option<u8> {
        if self.at(at)? != b'%' {
            return None;
        }
        Some((hex(self.at(at + 1)?)? << 4) | hex(self.at(at + 2)?)?)
    }

    /// The end of a `\uXXXX` escape at `at`.
    pub(super) fn unicode_escape(self, at: usize) -> Option<usize> {
        let end = at + 6;
        let digits = self.slice(at + 2, end);
        (self.has(at, "\\u") && digits.len() == 4 && digits.iter().all(u8::is_ascii_hexdigit))
            .then_some(end)
    }

    /// Whether an escape (`%2F`, `\n`, `\u002F`) ends at `at`: its last letter is no part of the word that follows.
    pub(super) fn after_escape(self, at: usize) -> bool {
        let back = |width: usize| at.checked_sub(width);
        back(3).is_some_and(|start| self.percent(start).is_some())
            || back(6).is_some_and(|start| self.unicode_escape(start) == Some(at))
            || back(2).is_some_and(|start| self.at(start) == Some(b'\\'))
                && self
                    .before(at)
                    .is_some_and(|byte| matches!(byte, b'n' | b'r' | b't' | b'b' | b'f'))
    }

    /// Whether a word may start at `at`: no letter or digit stands right before it.
    pub(super) fn starts_word(self, at: usize) -> bool {
        !self
            .before(at)
            .is_some_and(|byte| byte.is_ascii_alphanumeric())
            || self.after_escape(at)
    }

    /// Whether the marker `[REDACTED]` stands at `at`.
    pub(super) fn marker(self, at: usize) -> Option<usize> {
        let end = at + Redacted::TEXT.len();
        (self.slice(at, end) == Redacted::TEXT.as_bytes()).then_some(end)
    }
}

pub(super) fn is_blank(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t')
}

/// A byte of a name: `authToken`, `X-API-Key`, `auth_token`.
pub(super) fn is_name(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-')
}

pub(super) fn is_alnum(byte: u8) -> bool {
    byte.is_ascii_alphanumeric()
}

pub(super) fn is_digit(byte: u8) -> bool {
    byte.is_ascii_digit()
}

pub(super) fn hex(byte: u8) -> Option<u8> {
    char::from(byte)
        .to_digit(16)
        .and_then(|digit| u8::try_from(digit).ok())
}

/// A part of the text and what is shown in its place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Span {
    pub(super) start: usize,
    pub(super) end: usize,
    pub(super) with: std::borrow::Cow<'static, str>,
}

impl Span {
    /// Shows the marker in place of `start..end`.
    pub(super) fn marker(start: usize, end: usize) -> Self {
        Self {
            start,
            end,
            with: Redacted::TEXT.into(),
        }
    }
}
