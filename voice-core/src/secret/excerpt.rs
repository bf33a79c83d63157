//! Excerpts of bodies, bounded in work and in length.

use super::Redactor;

/// How much of a body an excerpt shows by default, in bytes.
pub const EXCERPT_BYTES: usize = 512;

/// How much of a body an excerpt is taken from, in bytes: what lies further on is never shown.
pub const EXCERPT_WINDOW: usize = 16 * 1024;

/// How far behind the window is looked at least, in bytes, so that a secret at its edge is seen whole. Longer than any
/// password in a URL or key shape this family knows; a known secret extends it.
const MARGIN: usize = 1024;

/// The start of a body as one line that is fit for a log.
///
/// Bytes that are no UTF-8 are shown as `U+FFFD`, line breaks and tabs as blanks, other control characters and marks that
/// change the direction of a line as `U+FFFD`. The text is redacted **before** it is cut, so that half a secret cannot
/// slip through; at most `max` bytes of it are shown, cut at a character. A cut is marked by `… (N bytes)`, where N is the
/// length of the whole body.
///
/// Work is bounded: no more than [`EXCERPT_WINDOW`] bytes are shown from, plus a margin behind them that is only looked at.
///
/// ```
/// use voice_core::secret::{Redactor, SecretString, excerpt};
///
/// let redactor = Redactor::new([SecretString::from("hunter22")]);
/// assert_eq!(excerpt(b"key:\thunter22\n", 512, &redactor), "key: [REDACTED] ");
/// assert_eq!(excerpt(b"a very long answer", 6, &redactor), "a very… (18 bytes)");
/// ```
#[must_use]
pub fn excerpt(bytes: &[u8], max: usize, redactor: &Redactor) -> String {
    let margin = MARGIN.max(redactor.reach());
    let window = bytes
        .get(..EXCERPT_WINDOW.saturating_add(margin))
        .unwrap_or(bytes);
    let text = String::from_utf8_lossy(window);
    // Replacement characters move the edge: it is where the decoded first part of the window ends.
    let edge = match bytes.get(..EXCERPT_WINDOW) {
        Some(shown) if window.len() > EXCERPT_WINDOW => {
            floor_boundary(&text, String::from_utf8_lossy(shown).len())
        }
        _ => text.len(),
    };
    let redacted = redactor.apply_until(&text, edge);
    let end = floor_boundary(&redacted, max);
    let shown = redacted.get(..end).unwrap_or_default();
    let mut line = String::with_capacity(shown.len() + 24);
    line.extend(shown.chars().map(printable));
    if end < redacted.len() || window.len() < bytes.len() || edge < text.len() {
        line.push_str(&format!("… ({} bytes)", bytes.len()));
    }
    line
}

fn printable(char: char) -> char {
    match char {
        '\n' | '\r' | '\t' | '\u{2028}' | '\u{2029}' => ' ',
        '\u{200b}'..='\u{200f}'
        | '\u{202a}'..='\u{202e}'
        | '\u{2066}'..='\u{2069}'
        | '\u{feff}' => char::REPLACEMENT_CHARACTER,
        char if char.is_control() => char::REPLACEMENT_CHARACTER,
        char => char,
    }
}

/// The last character boundary at or before `at`.
fn floor_boundary(text: &str, at: usize) -> usize {
    (0..=at.min(text.len()))
        .rev()
        .find(|at| text.is_char_boundary(*at))
        .unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use secrecy::SecretString;

    #[test]
    fn short_bodies_are_shown_whole() {
        let none = Redactor::default();
        assert_eq!(excerpt(b"", 512, &none), "");
        assert_eq!(excerpt(b"busy", 4, &none), "busy");
        assert_eq!(
            excerpt(b"a\x00b\x1b[31m\xff\r\nc", 512, &none),
            "a\u{fffd}b\u{fffd}[31m\u{fffd}  c"
        );
        assert_eq!(excerpt("a\u{202e}b".as_bytes(), 512, &none), "a\u{fffd}b");
    }

    #[test]
    fn a_cut_falls_between_characters_and_is_marked() {
        let none = Redactor::default();
        assert_eq!(excerpt("aéé".as_bytes(), 2, &none), "a… (5 bytes)");
        assert_eq!(excerpt(b"abc", 0, &none), "… (3 bytes)");
    }

    #[test]
    fn a_secret_is_hidden_before_the_cut() {
        let redactor = Redactor::new([SecretString::from("hunter22")]);
        for max in 0..30 {
            let shown = excerpt(b"user hunter22 +14155552671", max, &redactor);
            assert!(!shown.contains("hu"), "{shown}");
            assert!(!shown.contains("415"), "{shown}");
        }
    }

    #[test]
    fn a_secret_at_the_edge_of_the_window_is_hidden() {
        let redactor = Redactor::new([SecretString::from("hunter22".repeat(100))]);
        let secret = "hunter22".repeat(100);
        let userinfo = "https://carl:swordfish7@host/";
        for before in (0..secret.len()).step_by(61) {
            let mut body = "x ".repeat(EXCERPT_WINDOW / 2 - before / 2);
            body.push_str(&secret);
            body.push_str(&" y".repeat(EXCERPT_WINDOW));
            let shown = excerpt(body.as_bytes(), usize::MAX, &redactor);
            assert!(!shown.contains("unter"), "{before}");
            assert!(shown.ends_with(&format!("… ({} bytes)", body.len())));
        }
        for before in 0..userinfo.len() {
            let mut body = ".".repeat(EXCERPT_WINDOW - before);
            body.push_str(userinfo);
            let shown = excerpt(body.as_bytes(), usize::MAX, &redactor);
            assert!(
                !shown.contains("carl") && !shown.contains("sword"),
                "{before}"
            );
        }
    }

    #[test]
    fn a_body_of_nothing_but_secrets_shows_none_behind_the_window() {
        let redactor = Redactor::new([SecretString::from("hunter22")]);
        let body = "hunter22".repeat(EXCERPT_WINDOW);
        let shown = excerpt(body.as_bytes(), 512, &redactor);
        assert_eq!(shown, format!("[REDACTED]… ({} bytes)", body.len()));
    }
}
