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
        let before = rest.len();
        let (middle, after) = field(rest, &mut out);
        rest = after;
        // A separator alone is no field.
        if before - rest.len() > 1 || middle.is_some() || out.len() > start {
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

/// Decodes up to and with the next `&`. Gives where the value begins, if there is an `=`, and what is left.
fn field<'f>(form: &'f [u8], out: &mut Vec<u8>) -> (Option<usize>, &'f [u8]) {
    let mut middle = None;
    let mut bytes = form.iter();
    while let Some(byte) = bytes.next() {
        match byte {
            b'&' => break,
            b'=' if middle.is_none() => middle = Some(out.len()),
            b'+' => out.push(b' '),
            b'%' => match escaped(bytes.as_slice()) {
                Some((byte, rest)) => {
                    out.push(byte);
                    bytes = rest.iter();
                }
                None => out.push(b'%'),
            },
            byte => out.push(*byte),
        }
    }
    (middle, bytes.as_slice())
}

/// The byte that two hexadecimal digits stand for, and what comes behind them.
fn escaped(text: &[u8]) -> Option<(u8, &[u8])> {
    let ([high, low], rest) = text.split_first_chunk::<2>()?;
    let digit = |byte: u8| char::from(byte).to_digit(16);
    let byte = digit(*high)? << 4 | digit(*low)?;
    Some((u8::try_from(byte).ok()?, rest))
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
