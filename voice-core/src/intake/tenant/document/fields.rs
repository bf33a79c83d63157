//! The plain fields: names, e-mail addresses, time zone, language.

use jiff::tz::TimeZone;
use serde_json::Value;

use super::problem::ProblemKind;
use super::reader::{Path, Reader};

/// Longest id of a client, model or voice, in bytes.
pub(super) const ID_BYTES: usize = 128;
/// Longest display name, in bytes.
pub(super) const NAME_BYTES: usize = 200;
/// Most addresses for summaries.
pub(super) const EMAILS: usize = 50;
/// Longest e-mail address (RFC 5321, section 4.5.3.1.3, without the brackets) and longest part before the `@`.
pub(super) const EMAIL_BYTES: usize = 254;
const LOCAL_BYTES: usize = 64;
/// Longest name of a time zone.
pub(super) const ZONE_BYTES: usize = 64;
/// Longest language tag.
pub(super) const LOCALE_BYTES: usize = 64;

const NAME: &str = "a text that is not empty and has no control characters";
const EMAIL: &str = "an e-mail address such as \"desk@acme.example\"";
const EMAIL_LIST: &str = "a list of e-mail addresses";
const ZONE: &str = "an IANA time zone such as \"Europe/Berlin\"";
const LOCALE: &str = "a BCP 47 language tag such as \"en-GB\"";

/// The text at a path, if it is one and not too long.
fn text<'v>(
    reader: &mut Reader,
    path: Path<'_>,
    value: &'v Value,
    max: usize,
    expected: &'static str,
) -> Option<&'v str> {
    match value {
        Value::String(text) if text.len() > max => {
            reader.problem(path, ProblemKind::TooLong { max }, expected);
            None
        }
        Value::String(text) => Some(text),
        other => {
            reader.wrong_type(path, other, expected);
            None
        }
    }
}

/// The text, if `is_good` says so.
fn checked(
    reader: &mut Reader,
    path: Path<'_>,
    value: &Value,
    (max, expected): (usize, &'static str),
    is_good: impl Fn(&str) -> bool,
) -> Option<String> {
    let text = text(reader, path, value, max, expected)?;
    if !is_good(text) {
        reader.problem(path, ProblemKind::Form, expected);
        return None;
    }
    Some(text.to_owned())
}

pub(super) fn name(
    reader: &mut Reader,
    path: Path<'_>,
    value: Option<&Value>,
    max: usize,
) -> Option<String> {
    checked(reader, path, value?, (max, NAME), |text| {
        // U+FEFF is a blank by the rules of JSON Schema's patterns.
        let is_blank = |character: char| character.is_whitespace() || character == '\u{feff}';
        !text.chars().all(is_blank) && !text.chars().any(char::is_control)
    })
}

pub(super) fn email(reader: &mut Reader, path: Path<'_>, value: &Value) -> Option<String> {
    checked(reader, path, value, (EMAIL_BYTES, EMAIL), is_email)
}

pub(super) fn emails(reader: &mut Reader, path: Path<'_>, value: Option<&Value>) -> Vec<String> {
    match value {
        None => Vec::new(),
        Some(Value::Array(list)) if list.len() > EMAILS => {
            reader.problem(path, ProblemKind::TooLong { max: EMAILS }, EMAIL_LIST);
            Vec::new()
        }
        Some(Value::Array(list)) => list
            .iter()
            .enumerate()
            .filter_map(|(at, value)| email(reader, path.item(at), value))
            .collect(),
        Some(other) => {
            reader.wrong_type(path, other, EMAIL_LIST);
            Vec::new()
        }
    }
}

/// The shape of an address as it is used: a dot-atom (RFC 5322, section 3.2.3), `@`, and a name of two labels or more.
/// Quoted parts, comments and address literals are legal and refused: here they are slips.
fn is_email(text: &str) -> bool {
    let Some((local, domain)) = text.split_once('@') else {
        return false;
    };
    let is_atom = |atom: &str| {
        let is_text =
            |byte: u8| byte.is_ascii_alphanumeric() || b"!#$%&'*+-/=?^_`{|}~".contains(&byte);
        !atom.is_empty() && atom.bytes().all(is_text)
    };
    let is_label = |label: &str| {
        (1..=63).contains(&label.len())
            && label
                .bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
            && !label.starts_with('-')
            && !label.ends_with('-')
    };
    local.len() <= LOCAL_BYTES
        && local.split('.').all(is_atom)
        && domain.contains('.')
        && domain.split('.').all(is_label)
}

/// The zone's name as the IANA database spells it. Where the machine has no database, as in small containers, only the
/// shape is checked.
pub(super) fn timezone(reader: &mut Reader, path: Path<'_>, value: &Value) -> Option<String> {
    let is_shaped = |text: &str| {
        let plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'+' | b'-');
        let part = |part: &str| !part.is_empty() && part.bytes().all(plain);
        text.split('/').all(part)
    };
    let name = checked(reader, path, value, (ZONE_BYTES, ZONE), is_shaped)?;
    if name.eq_ignore_ascii_case("UTC") {
        return Some("UTC".to_owned());
    }
    match TimeZone::get(&name) {
        Ok(zone) => Some(zone.iana_name().unwrap_or(&name).to_owned()),
        Err(_) if jiff::tz::db().is_definitively_empty() => Some(name),
        Err(_) => {
            reader.problem(path, ProblemKind::Form, ZONE);
            None
        }
    }
}

pub(super) fn locale(reader: &mut Reader, path: Path<'_>, value: &Value) -> Option<String> {
    checked(reader, path, value, (LOCALE_BYTES, LOCALE), is_language_tag)
}

/// The shape of a tag by RFC 5646, section 2.1: a language of 2 to 8 letters, then parts of 1 to 8 letters and digits,
/// where one of a single character is followed by another. Whether the parts are registered is not checked.
fn is_language_tag(text: &str) -> bool {
    let mut parts = text.split('-');
    let language = parts.next().unwrap_or_default();
    let is_language = (2..=8).contains(&language.len())
        && language.bytes().all(|byte| byte.is_ascii_alphabetic());
    let mut follows_single = false;
    let rest_is_good = parts.all(|part| {
        let is_good = (1..=8).contains(&part.len())
            && part.bytes().all(|byte| byte.is_ascii_alphanumeric())
            && !(follows_single && part.len() == 1);
        follows_single = part.len() == 1;
        is_good
    });
    is_language && rest_is_good && !follows_single
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_have_the_shape_of_those_that_are_used() {
        for good in [
            "a@b.de",
            "first.last+tag@mail.acme.example",
            "o'neil@x-y.co",
        ] {
            assert!(is_email(good), "{good}");
        }
        let long = format!("{}@b.de", "a".repeat(65));
        for bad in [
            "",
            "a",
            "a@",
            "@b.de",
            "a@b",
            "a@b.de, c@d.de",
            "a b@c.de",
            "a@@b.de",
            "a@b..de",
            ".a@b.de",
            "a.@b.de",
            "a..b@c.de",
            "a@-b.de",
            "a@b-.de",
            "a@b.de.",
            "Anna <a@b.de>",
            "a@b.de\n",
            "ä@b.de",
            "a@[10.0.0.1]",
            &long,
        ] {
            assert!(!is_email(bad), "{bad:?}");
        }
    }

    #[test]
    fn languages_have_the_shape_of_a_tag() {
        for good in [
            "en",
            "en-GB",
            "zh-Hant-TW",
            "es-419",
            "sl-rozaj-biske",
            "de-x-praxis",
            "haw",
        ] {
            assert!(is_language_tag(good), "{good}");
        }
        for bad in [
            "",
            "e",
            "en_GB",
            "en-",
            "-GB",
            "en--GB",
            "12",
            "en-x",
            "en-a-b",
            "en GB",
            "englishxx",
            "en-GBlongerthan8",
            "en-ä",
        ] {
            assert!(!is_language_tag(bad), "{bad:?}");
        }
    }
}
