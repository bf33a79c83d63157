//! Decodes form text in one pass into one buffer.
//!
//! Every webhook is decoded before anything is known of its sender, so this is kept cheap. The rules are those of the URL
//! standard's parser for `application/x-www-form-urlencoded`, which the tests hold against the crate `form_urlencoded`.

/// Where a name and its value stand in the text they share.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Pair {
    pub(super) start: usize,
    /// Where the name ends and the value begins.
    pub(super) middle: usize,
    pub(super) end: usize,
}

impl Pair {
    /// Name and value.
    pub(super) fn of<'t>(&self, text: &'t str) -> (&'t str, &'t str) {
        let part = |from, to| text.get(from..to).unwrap_or_default();
        (part(self.start, self.middle), part(self.middle, self.end))
    }
}

/// All names and values one after another, and where each of them stands; `None` when any of them is not UTF-8.
pub(super) fn all(form: &[u8]) -> Option<(String, Vec<Pair>)> {
    let mut out = Vec::with_capacity(form.len());
    let mut pairs = Vec::with_capacity(form.len() / 16 + 1);
    let mut rest = form;
    while !rest.is_empty() {
        let start = out.len();
        let (middle, length, after) = field(rest, &mut out);
        rest = after;
        // Between two separators is no field.
        if length > 0 {
            let end = out.len();
            let middle = middle.unwrap_or(end);
            pairs.push(Pair { start, middle, end });
        }
    }
    let text = String::from_utf8(out).ok()?;
    // A character may not begin in one part and end in the next.
    let is_whole =
        |pair: &Pair| text.is_char_boundary(pair.middle) && text.is_char_boundary(pair.end);
    pairs.iter().all(is_whole).then_some((text, pairs))
}

/// Decodes up to and with the next `&`. Gives where the value begins, if there is an `=`, how long the field is as written,
/// and what is left.
fn field<'f>(form: &'f [u8], out: &mut Vec<u8>) -> (Option<usize>, usize, &'f [u8]) {
    let mut middle = None;
    let mut rest = form;
    loop {
        rest = plain(rest, out);
        let Some((special, after)) = rest.split_first() else {
            return (middle, form.len(), rest);
        };
        rest = after;
        match special {
            b'&' => return (middle, form.len() - rest.len() - 1, rest),
            b'=' if middle.is_none() => middle = Some(out.len()),
            b'+' => out.push(b' '),
            b'%' => match escaped(rest) {
                Some((byte, after)) => {
                    out.push(byte);
                    rest = after;
                }
                None => out.push(b'%'),
            },
            other => out.push(*other),
        }
    }
}

/// Copies what stands for itself, up to the first byte that does not: eight bytes at once, since that is most of a form.
fn plain<'f>(mut rest: &'f [u8], out: &mut Vec<u8>) -> &'f [u8] {
    while let Some((eight, after)) = rest.split_first_chunk::<8>() {
        let start = out.len();
        out.extend_from_slice(eight);
        let special = special_in(u64::from_le_bytes(*eight));
        if special != 0 {
            // The lowest bit is of the first such byte.
            let length = usize::try_from(special.trailing_zeros() / 8).unwrap_or_default();
            out.truncate(start + length);
            return rest.get(length..).unwrap_or_default();
        }
        rest = after;
    }
    let is_special = |byte: &u8| matches!(byte, b'&' | b'=' | b'+' | b'%');
    let run = rest.iter().position(is_special).unwrap_or(rest.len());
    let (run, after) = rest.split_at(run);
    out.extend_from_slice(run);
    after
}

/// The high bit of each byte that is `&`, `=`, `+` or `%`; above the first of them, bits may be set that mean nothing.
const fn special_in(eight: u64) -> u64 {
    const LOW: u64 = 0x0101_0101_0101_0101;
    // Zero minus one borrows: the bit is set where the byte was zero, and maybe above.
    const fn zeros(eight: u64) -> u64 {
        eight.wrapping_sub(LOW) & !eight & (LOW << 7)
    }
    zeros(eight ^ (LOW * b'&' as u64))
        | zeros(eight ^ (LOW * b'=' as u64))
        | zeros(eight ^ (LOW * b'+' as u64))
        | zeros(eight ^ (LOW * b'%' as u64))
}

/// The byte that two hexadecimal digits stand for, and what comes behind them.
fn escaped(text: &[u8]) -> Option<(u8, &[u8])> {
    let ([high, low], rest) = text.split_first_chunk::<2>()?;
    let digit = |byte: u8| match byte {
        b'0'..=b'9' => Some(byte - b'0'),
        b'A'..=b'F' => Some(byte - b'A' + 10),
        b'a'..=b'f' => Some(byte - b'a' + 10),
        _ => None,
    };
    Some((digit(*high)? << 4 | digit(*low)?, rest))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn pairs(form: &[u8]) -> Option<Vec<(String, String)>> {
        let (text, pairs) = all(form)?;
        let owned = |(name, value): (&str, &str)| (name.to_owned(), value.to_owned());
        Some(pairs.iter().map(|pair| owned(pair.of(&text))).collect())
    }

    fn expected(form: &[u8]) -> Vec<(String, String)> {
        form_urlencoded::parse(form).into_owned().collect()
    }

    #[test]
    fn names_values_and_what_is_neither() {
        for form in [
            "",
            "&",
            "&&",
            "=",
            "==",
            "=&=",
            "a",
            "a=",
            "=b",
            "a=b=c",
            "&a=1&&b=2&",
            "a+b=c+%2B",
            "%",
            "%4",
            "%4g=%g4",
            "%41=%61%c3%a9",
            "%3d=%26",
            "+",
            "a&b",
        ] {
            assert_eq!(
                pairs(form.as_bytes()),
                Some(expected(form.as_bytes())),
                "{form}"
            );
        }
    }

    #[test]
    fn what_is_not_utf8_part_by_part_is_left_to_others() {
        for form in [
            &b"a=%ff"[..],
            b"\xff=1",
            b"a=%c3&%a9=1",
            b"%c3=%a9",
            b"a=%c3",
        ] {
            assert_eq!(all(form), None, "{form:?}");
        }
    }

    proptest! {
        #[test]
        fn the_first_special_byte_is_found(eight in prop::array::uniform8(prop_oneof![any::<u8>(), 0x24..0x3f_u8])) {
            let first = eight.iter().position(|byte| b"&=+%".contains(byte));
            let found = special_in(u64::from_le_bytes(eight));
            prop_assert_eq!((found != 0).then(|| found.trailing_zeros() as usize / 8), first);
        }

        #[test]
        fn long_fields_are_read_alike(form in "[a-z0-9&=+%é.-]{0,120}") {
            if let Some(pairs) = pairs(form.as_bytes()) {
                prop_assert_eq!(pairs, expected(form.as_bytes()));
            }
        }

        #[test]
        fn it_reads_what_the_reference_reads(form in "[ab=&%+4cé9\u{0}]{0,40}") {
            let form = form.as_bytes();
            if let Some(pairs) = pairs(form) {
                prop_assert_eq!(pairs, expected(form));
            }
        }

        #[test]
        fn ascii_is_always_read_here(form in "([xyz=&+%]|%[2-6][0-9a-c]){0,40}") {
            prop_assert_eq!(pairs(form.as_bytes()), Some(expected(form.as_bytes())));
        }
    }
}
