//! Makes messages countable: what differs from one occurrence to the next is taken out.

use crate::observe::log::cut;
use crate::secret::redact;

/// Longest message that is looked at, in bytes.
const LOOKED_AT: usize = 500;
/// Longest message that is kept, in bytes.
const KEPT: usize = 160;

/// The message without its ids, numbers and quoted values, redacted, and on one line.
///
/// `'…'`, `"…"` and `` `…` `` become `"…"`; a word of letters and digits with four digits or more, of 16 or more hex
/// digits, a UUID, or one that redaction has marked becomes `ID`; any other number becomes `N`, with its decimals. Words such
/// as `IPv4`, `E.164` or `HTTP/1.1` lose their digits as well: what is counted is the shape.
///
/// ```
/// use voice_core::observe::report::normalize_message;
///
/// assert_eq!(normalize_message("Trunk with SID 'TR12345' not found"), "Trunk with SID \"…\" not found");
/// assert_eq!(normalize_message("Call CA0123456789abcdef is gone after 30 s"), "Call ID is gone after N s");
/// ```
#[must_use]
pub fn normalize_message(message: &str) -> String {
    let text = clean(message, LOOKED_AT);
    let mut out = String::with_capacity(text.len().min(KEPT));
    let mut rest = text.as_str();
    let mut before = ' ';
    while let Some(first) = rest.chars().next() {
        if out.len() > KEPT {
            break;
        }
        // An apostrophe within a word opens nothing.
        if matches!(first, '"' | '\'' | '`')
            && !before.is_alphanumeric()
            && let Some(behind) = quoted(rest, first)
        {
            out.push_str("\"…\"");
            rest = behind;
            before = '"';
            continue;
        }
        if !is_word(before)
            && let Some((unit, behind)) = number(rest)
        {
            out.push('N');
            out.push_str(unit);
            rest = behind;
            before = 'N';
            continue;
        }
        if is_word(first) {
            let end = rest.find(|c| !is_word(c)).unwrap_or(rest.len());
            let (word, behind) = rest.split_at(end);
            push_word(&mut out, word);
            before = word.chars().next_back().unwrap_or(first);
            rest = behind;
            continue;
        }
        if first.is_whitespace() || first.is_control() {
            if !out.is_empty() && !out.ends_with(' ') {
                out.push(' ');
            }
        } else {
            out.push(first);
        }
        before = first;
        rest = rest.get(first.len_utf8()..).unwrap_or_default();
    }
    let whole = out.trim_end();
    match cut(whole, KEPT) {
        short if short.len() < whole.len() => format!("{}…", short.trim_end()),
        short => short.to_owned(),
    }
}

/// Redacted, and then cut, so that half a secret cannot slip through.
pub(super) fn clean(text: &str, max: usize) -> String {
    let redacted = redact(text);
    cut(&redacted, max).to_owned()
}

/// A number with or without decimals, and the unit that follows it at once; then what is behind. `None` for a word that only
/// begins with digits.
fn number(text: &str) -> Option<(&str, &str)> {
    const UNITS: [&str; 12] = [
        "", "ms", "s", "us", "µs", "ns", "m", "min", "h", "kB", "KB", "MB",
    ];
    let is_digit = |c: char| c.is_ascii_digit();
    let whole = text.strip_prefix(is_digit)?.trim_start_matches(is_digit);
    let behind = match whole.strip_prefix('.') {
        Some(decimals) if decimals.starts_with(is_digit) => decimals.trim_start_matches(is_digit),
        _ => whole,
    };
    let end = behind.find(|c| !is_word(c)).unwrap_or(behind.len());
    let (unit, rest) = behind.split_at(end);
    UNITS.contains(&unit).then_some((unit, rest))
}

/// What follows the closing mark of a quotation of up to 200 bytes.
fn quoted(text: &str, mark: char) -> Option<&str> {
    let inner = text.strip_prefix(mark)?;
    let end = inner.find(mark).filter(|end| *end <= 200)?;
    let behind = inner.get(end..)?.strip_prefix(mark)?;
    // The apostrophe of another word closes nothing.
    let follows = behind.chars().next();
    (!follows.is_some_and(char::is_alphanumeric)).then_some(behind)
}

fn is_word(char: char) -> bool {
    char.is_alphanumeric() || matches!(char, '_' | '-' | '*' | '+')
}

fn push_word(out: &mut String, word: &str) {
    let digits = word.bytes().filter(u8::is_ascii_digit).count();
    let marked = word.contains("**");
    if digits == 0 && !marked {
        out.push_str(word);
        return;
    }
    let letters = word.chars().any(char::is_alphabetic);
    let hex = word.len() >= 16 && word.bytes().all(|b| b.is_ascii_hexdigit() || b == b'-');
    if marked || hex || (letters && digits >= 4) {
        out.push_str("ID");
        return;
    }
    let mut in_number = false;
    for char in word.chars() {
        if char.is_ascii_digit() {
            if !in_number {
                out.push('N');
            }
            in_number = true;
        } else {
            out.push(char);
            in_number = false;
        }
    }
}

/// A path with what looks like an id taken out, and without scheme, host, userinfo, query and fragment; for endpoints that
/// were logged as they were sent and not as a template. Behind a method and a blank it does the same.
pub(super) fn normalize_endpoint(endpoint: &str) -> String {
    let text = clean(endpoint, LOOKED_AT);
    let text = text.trim();
    if let Some((method, path)) = text.split_once(' ')
        && method.bytes().all(|b| b.is_ascii_uppercase())
    {
        return format!("{method} {}", normalize_endpoint(path));
    }
    let text = match text.split_once("://") {
        Some((_, rest)) => rest.find('/').and_then(|i| rest.get(i..)).unwrap_or("/"),
        None => text,
    };
    let path = text.split(['?', '#']).next().unwrap_or_default();
    let mut out = String::with_capacity(path.len());
    let mut after_accounts = false;
    for (number, segment) in path.split('/').enumerate() {
        if number > 0 {
            out.push('/');
        }
        if is_id(segment) || (after_accounts && !segment.is_empty()) {
            out.push_str("{id}");
        } else {
            out.push_str(segment);
        }
        after_accounts = segment.eq_ignore_ascii_case("accounts");
    }
    cut(&out, KEPT).to_owned()
}

fn is_id(segment: &str) -> bool {
    if segment.starts_with('{') || is_date(segment) {
        return false;
    }
    let digits = segment.bytes().filter(u8::is_ascii_digit).count();
    let all = digits > 0 && digits == segment.len();
    all || digits >= 4
        || segment.contains(['@', '%', '+'])
        || segment.len() > 40
        || (segment.len() >= 16 && segment.bytes().all(|b| b.is_ascii_hexdigit()))
}

/// `2010-04-01` is a version.
fn is_date(segment: &str) -> bool {
    segment.len() == 10 && segment.parse::<jiff::civil::Date>().is_ok()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn what_differs_is_taken_out() {
        for (message, shape) in [
            ("Invalid API credentials", "Invalid API credentials"),
            (
                "Trunk name 'production_trunk' already exists",
                "Trunk name \"…\" already exists",
            ),
            (
                "Maximum 100 requests per minute exceeded",
                "Maximum N requests per minute exceeded",
            ),
            ("no answer within 29.973s", "no answer within Ns"),
            (
                "10.0.0.1 is HTTP/1.1 in IPv4, or 12345 ms",
                "N.N is HTTP/N in IPvN, or N ms",
            ),
            (
                "call 5e000000-0000-4000-8000-000000000001 ended",
                "call ID ended",
            ),
            (
                "the number +14155552671 isn't valid, it's old",
                "the number ID isn't valid, it's old",
            ),
            ("a  \n b\t", "a b"),
            ("token=abcdefgh", "token=[REDACTED]"),
            ("don't 'quote", "don't 'quote"),
            ("", ""),
        ] {
            assert_eq!(normalize_message(message), shape);
        }
        let long = normalize_message(&"word ".repeat(200));
        assert!(long.len() <= KEPT + 3 && long.ends_with('…'), "{long}");
    }

    #[test]
    fn paths_lose_their_ids_and_templates_stay() {
        for (path, shape) in [
            ("/v2/accounts/acme/trunks", "/v2/accounts/{id}/trunks"),
            (
                "https://key:token@api.exotel.com/v2/accounts/acme1/trunks/TR12345?a=b",
                "/v2/accounts/{id}/trunks/{id}",
            ),
            ("POST /v1/Calls/7", "POST /v1/Calls/{id}"),
            (
                "/2010-04-01/Accounts/{AccountSid}/Calls.json",
                "/2010-04-01/Accounts/{id}/Calls.json",
            ),
            ("/numbers/+919876543210", "/numbers/{id}"),
            ("health", "health"),
            ("https://host", "/"),
        ] {
            assert_eq!(normalize_endpoint(path), shape);
        }
    }

    proptest! {
        #[test]
        fn any_text_becomes_a_short_line(text in "\\PC{0,300}|[ -~\n]{0,600}") {
            let shape = normalize_message(&text);
            prop_assert!(shape.len() <= KEPT + 3);
            prop_assert!(!shape.chars().any(char::is_control));
            prop_assert!(!shape.bytes().any(|b| b.is_ascii_digit()), "{shape}");
            prop_assert!(normalize_endpoint(&text).len() <= 2 * LOOKED_AT);
        }
    }
}
