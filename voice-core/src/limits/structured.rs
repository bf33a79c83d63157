//! A small, forgiving reader for the part of RFC 9651 (structured fields) that rate-limit headers use.
//!
//! It reads a list of items or a dictionary, both with parameters: `"default";r=50;t=30`, `limit=100, remaining=50`,
//! `100;w=60`. Every member borrows from the header; nothing is allocated. Where RFC 9651 would refuse the whole field
//! for one fault, this reader only leaves out the member that has it: a limit half understood is better than none.

use std::borrow::Cow;

/// The longest field value looked at, in bytes.
const MAX_FIELD: usize = 4_096;
/// The most members read from one field.
const MAX_MEMBERS: usize = 32;
/// The longest name of a policy, in bytes.
const MAX_NAME: usize = 64;

/// One member of a list or dictionary.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Member<'a> {
    /// The item, or the key of a dictionary's member: as sent, with quotes if any.
    pub(super) item: &'a str,
    /// What follows `=` in a dictionary.
    pub(super) value: Option<&'a str>,
    params: &'a str,
}

impl<'a> Member<'a> {
    /// The value of a parameter, as sent. When it occurs twice the last one counts (RFC 9651, section 4.2.3.2).
    pub(super) fn param(&self, key: &str) -> Option<&'a str> {
        split(self.params, ';')
            .filter_map(|param| param.split_once('='))
            .filter(|(name, _)| name.trim().eq_ignore_ascii_case(key))
            .last()
            .map(|(_, value)| value.trim())
    }
}

/// The members of a field, in order. An oversized field has none.
pub(super) fn members(field: &str) -> impl Iterator<Item = Member<'_>> {
    let field = if field.len() > MAX_FIELD { "" } else { field };
    split(field, ',').take(MAX_MEMBERS).filter_map(|member| {
        let head = split(member, ';').next().unwrap_or("");
        let params = member.get(head.len()..).unwrap_or("");
        let (item, value) = match head.find(['=', '"']).map(|at| head.split_at_checked(at)) {
            Some(Some((key, tail))) if tail.starts_with('=') => (key, tail.get(1..)),
            _ => (head, None),
        };
        let item = item.trim();
        (!item.is_empty()).then_some(Member {
            item,
            value: value.map(str::trim),
            params,
        })
    })
}

/// The text of a string (`"burst"`) or token (`burst`); nothing when it is neither, or longer than 64 bytes.
pub(super) fn text(item: &str) -> Option<Cow<'_, str>> {
    let name = match item.strip_prefix('"') {
        None => {
            let token = item
                .bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~:/".contains(&byte));
            token.then_some(Cow::Borrowed(item))
        }
        Some(inner) => unescape(inner.strip_suffix('"')?),
    }?;
    (!name.is_empty() && name.len() <= MAX_NAME).then_some(name)
}

fn unescape(inner: &str) -> Option<Cow<'_, str>> {
    if inner.bytes().any(|byte| !(b' '..=b'~').contains(&byte)) {
        return None;
    }
    if !inner.contains(['\\', '"']) {
        return Some(Cow::Borrowed(inner));
    }
    let mut plain = String::with_capacity(inner.len());
    let mut chars = inner.chars();
    while let Some(next) = chars.next() {
        match next {
            '"' => return None,
            '\\' => plain.push(chars.next().filter(|c| matches!(c, '"' | '\\'))?),
            other => plain.push(other),
        }
    }
    Some(Cow::Owned(plain))
}

/// Splits at `separator` outside quoted strings. A string that is never closed runs to the end.
fn split(text: &str, separator: char) -> impl Iterator<Item = &str> {
    let mut rest = Some(text);
    std::iter::from_fn(move || {
        let text = rest?;
        let mut quoted = false;
        let mut escaped = false;
        let end = text.find(|c: char| {
            match c {
                _ if escaped => escaped = false,
                '\\' if quoted => escaped = true,
                '"' => quoted = !quoted,
                c if c == separator && !quoted => return true,
                _ => {}
            }
            false
        });
        let (part, tail) = match end {
            Some(at) => (text.get(..at), text.get(at + separator.len_utf8()..)),
            None => (Some(text), None),
        };
        rest = tail;
        part
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_list_of_items_with_parameters() {
        let read: Vec<_> =
            members(r#""burst";q=10;w=1 , daily; q=1000 ;w=86400;qu="content-bytes",100;w=60"#)
                .collect();
        assert_eq!(read.len(), 3);
        assert_eq!(text(read[0].item).as_deref(), Some("burst"));
        assert_eq!(read[0].param("q"), Some("10"));
        assert_eq!(read[0].param("W"), Some("1"));
        assert_eq!(read[0].param("t"), None);
        assert_eq!(text(read[1].item).as_deref(), Some("daily"));
        assert_eq!(read[1].param("q"), Some("1000"));
        assert_eq!(read[1].param("qu"), Some(r#""content-bytes""#));
        assert_eq!((read[2].item, read[2].value), ("100", None));
    }

    #[test]
    fn a_dictionary() {
        let read: Vec<_> = members("limit=100;w=60, remaining = 50,reset=30").collect();
        let pairs: Vec<_> = read.iter().map(|m| (m.item, m.value)).collect();
        assert_eq!(
            pairs,
            [
                ("limit", Some("100")),
                ("remaining", Some("50")),
                ("reset", Some("30"))
            ]
        );
        assert_eq!(read[0].param("w"), Some("60"));
    }

    #[test]
    fn separators_inside_strings_do_not_split() {
        let read: Vec<_> = members(r#""a,b;c=\"d";r=1,"e=f";r=2"#).collect();
        assert_eq!(read.len(), 2);
        assert_eq!(text(read[0].item).as_deref(), Some(r#"a,b;c="d"#));
        assert_eq!(read[0].param("r"), Some("1"));
        assert_eq!(text(read[1].item).as_deref(), Some("e=f"));
    }

    #[test]
    fn the_last_of_a_repeated_parameter_counts() {
        let member = members("a;r=1;r=2").next().unwrap();
        assert_eq!(member.param("r"), Some("2"));
    }

    #[test]
    fn faulty_members_are_left_out_and_the_others_stay() {
        let read: Vec<_> = members(r#",, ;r=1, ok;r=5, "open;r=7"#).collect();
        assert_eq!(read.len(), 2);
        assert_eq!(read[0].param("r"), Some("5"));
        assert_eq!(text(read[1].item), None);
        for item in [r#""a"b""#, r#""a\x""#, "a b", "\"\"", "", "(a", "é"] {
            assert_eq!(text(item), None, "{item}");
        }
        assert_eq!(text(&"x".repeat(65)), None);
        assert_eq!(members(&"a,".repeat(4_000)).count(), 0);
        assert_eq!(members(&"a,".repeat(2_000)).count(), MAX_MEMBERS);
        assert_eq!(members(&"a".repeat(4_096)).count(), 1);
        assert_eq!(members(&"a".repeat(4_097)).count(), 0);
    }

    #[test]
    fn a_backslash_escapes_only_within_a_string() {
        let read: Vec<_> = members(r#"a\,b;r=1,"c\",d";r=2"#).collect();
        let items: Vec<_> = read.iter().map(|member| member.item).collect();
        assert_eq!(items, ["a\\", "b", r#""c\",d""#]);
        assert_eq!(read[1].param("r"), Some("1"));
        assert_eq!(read[2].param("r"), Some("2"));
    }

    proptest! {
        #[test]
        fn any_text_can_be_split(field in "[a-z0-9\"\\\\;=, ():?-]{0,80}|\\PC{0,80}") {
            for member in members(&field) {
                let _ = text(member.item).map(|name| name.len());
                for key in ["r", "t", "q", "w"] {
                    prop_assert!(member.param(key).unwrap_or("").len() <= field.len());
                }
            }
        }

        #[test]
        fn every_string_survives_quoting(name in "[ -~]{1,64}", other in "[a-z]{1,8}") {
            let quoted = format!("\"{}\"", name.replace('\\', "\\\\").replace('"', "\\\""));
            let field = format!("{quoted};r=1, {other};r=2");
            let read: Vec<_> = members(&field).collect();
            prop_assert_eq!(read.len(), 2);
            prop_assert_eq!(text(read[0].item).unwrap(), name);
            prop_assert_eq!(read[1].param("r"), Some("2"));
        }
    }
}
