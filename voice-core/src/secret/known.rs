//! Known secrets: found in a text literally and in any escaping that texts of HTTP services use.

use std::ops::Range;

use super::scan::{Scan, hex};

/// Names of single characters in XML and HTML.
const ENTITIES: [(&str, u8); 5] = [
    ("&amp;", b'&'),
    ("&lt;", b'<'),
    ("&gt;", b'>'),
    ("&quot;", b'"'),
    ("&apos;", b'\''),
];

/// Where any of `needles` stands in `text`: ordered, apart from each other.
pub(super) fn find<'n>(
    text: &str,
    needles: &(impl Iterator<Item = &'n str> + Clone),
) -> Vec<Range<usize>> {
    let scan = Scan::new(text);
    let mut candidates = [false; 256];
    for first in needles
        .clone()
        .filter_map(|needle| needle.bytes().next())
        .chain(*b"%\\&+")
    {
        if let Some(candidate) = candidates.get_mut(usize::from(first)) {
            *candidate = true;
        }
    }
    let mut found: Vec<Range<usize>> = Vec::new();
    for (at, byte) in text.bytes().enumerate() {
        if candidates.get(usize::from(byte)) != Some(&true) {
            continue;
        }
        let end = needles
            .clone()
            .filter_map(|needle| match_at(scan, at, needle.as_bytes()))
            .max();
        match (end, found.last_mut()) {
            (Some(end), Some(last)) if at <= last.end => last.end = last.end.max(end),
            (Some(end), _) => found.push(at..end),
            (None, _) => {}
        }
    }
    found
}

/// Readings of a text that are followed side by side at most.
const READINGS: usize = 8;

/// The end of `needle` at `at`. A secret may itself hold what looks like an escape, so each byte is read both ways.
fn match_at(scan: Scan<'_>, at: usize, needle: &[u8]) -> Option<usize> {
    let mut readings = [None; READINGS];
    readings[0] = Some(at);
    for wanted in needle {
        let mut next = [None; READINGS];
        for at in readings.into_iter().flatten() {
            if scan.at(at) == Some(*wanted) {
                remember(&mut next, at + 1);
            }
            if let Some((_, width)) = escape_at(scan, at).filter(|(byte, _)| byte == wanted) {
                remember(&mut next, at + width);
            }
        }
        next[0]?;
        readings = next;
    }
    readings.into_iter().flatten().max()
}

fn remember(readings: &mut [Option<usize>; READINGS], at: usize) {
    let slot = readings
        .iter_mut()
        .find(|slot| slot.is_none_or(|known| known == at));
    if let Some(slot) = slot {
        *slot = Some(at);
    }
}

/// The byte that an escape at `at` stands for, and the width of the escape.
fn escape_at(scan: Scan<'_>, at: usize) -> Option<(u8, usize)> {
    match scan.at(at)? {
        b'%' => scan.percent(at).map(|byte| (byte, 3)),
        b'+' => Some((b' ', 1)),
        b'\\' => match scan.at(at + 1)? {
            byte @ (b'"' | b'\'' | b'\\' | b'/') => Some((byte, 2)),
            b'u' if scan.has(at, "\\u00") => {
                let high = hex(scan.at(at + 4)?)?;
                let byte = (high << 4) | hex(scan.at(at + 5)?)?;
                byte.is_ascii().then_some((byte, 6))
            }
            _ => None,
        },
        b'&' => ENTITIES
            .iter()
            .find(|(entity, _)| scan.has(at, entity))
            .map(|(entity, byte)| (*byte, entity.len()))
            .or_else(|| numbered(scan, at)),
        _ => None,
    }
}

/// The ASCII character that `&#115;` or `&#x73;` at `at` stands for, and the width of it. Zeros may stand before the number.
fn numbered(scan: Scan<'_>, at: usize) -> Option<(u8, usize)> {
    /// As many digits as anybody writes.
    const DIGITS: usize = 8;
    if scan.at(at + 1)? != b'#' {
        return None;
    }
    let (radix, start) = match scan.at(at + 2)? {
        b'x' | b'X' => (16_u32, at + 3),
        _ => (10, at + 2),
    };
    let mut number = 0_u32;
    for digits in 0..=DIGITS {
        let byte = scan.at(start + digits)?;
        if byte == b';' {
            let byte = u8::try_from(number).ok().filter(u8::is_ascii)?;
            return (digits > 0).then_some((byte, start + digits + 1 - at));
        }
        let digit = u32::from(hex(byte)?);
        if digit >= radix {
            return None;
        }
        number = number.saturating_mul(radix).saturating_add(digit);
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    fn spans(text: &str, needles: &[&str]) -> Vec<(usize, usize)> {
        let found = find(text, &needles.iter().copied());
        found
            .into_iter()
            .map(|span| (span.start, span.end))
            .collect()
    }

    #[test]
    fn every_escaping_is_seen_through() {
        assert_eq!(spans(r"%25\\", &[r"%25\"]), [(0, 5)]);
        let secret = "a/b+c \"d&é%41";
        for written in [
            "a/b+c \"d&é%41",
            "a%2Fb%2Bc%20%22d%26%C3%A9%2541",
            "a%2fb%2bc+%22d%26%c3%a9%2541",
            r#"a\/b+c \"d&é%41"#,
            r#"a/b\u002bc\u0020\u0022d\u0026é%41"#,
            "a/b&#43;c &quot;d&amp;é%41",
            "&#97;/b&#x2b;c&#x0020;&#34;d&#X26;é%41",
        ] {
            assert_eq!(spans(written, &[secret]), [(0, written.len())], "{written}");
        }
    }

    #[test]
    fn overlapping_finds_become_one() {
        assert_eq!(spans("xabcdefx", &["abcd", "cdef"]), [(1, 7)]);
        assert_eq!(spans("aaaaaa", &["aaaa"]), [(0, 6)]);
        assert_eq!(spans("abcd-abcd", &["abcd"]), [(0, 4), (5, 9)]);
    }

    #[test]
    fn a_part_of_a_secret_is_none() {
        assert_eq!(spans("abc %61bc abc%6", &["abcd"]), []);
        for written in [
            "&#97bcd",
            "&#;bcd",
            "&#x;bcd",
            "&#6a;bcd",
            "&#000000097;bcd",
            "&#353;bcd",
        ] {
            assert_eq!(spans(written, &["abcd"]), [], "{written}");
        }
    }
}
