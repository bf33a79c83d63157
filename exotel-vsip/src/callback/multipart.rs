//! A small reader of `multipart/form-data` (RFC 7578): names and values, no files.
//!
//! The body is complete and at most 64 KiB, so that nothing is streamed. Line ends may be CRLF or LF, and a body whose
//! closing delimiter is missing is refused: it was cut off.

/// Most characters of a boundary (RFC 2046, section 5.1.1).
const LONGEST_BOUNDARY: usize = 70;

/// The boundary a content type names.
pub(super) fn boundary(content_type: &str) -> Option<String> {
    let mut rest = content_type.split_once(';')?.1;
    loop {
        let (name, tail) = rest.split_once('=')?;
        let (value, tail) = value(tail)?;
        if name.trim().eq_ignore_ascii_case("boundary") {
            let fits = (1..=LONGEST_BOUNDARY).contains(&value.len());
            return fits.then_some(value);
        }
        rest = tail.trim_start().strip_prefix(';')?;
    }
}

/// A parameter's value, a token or a quoted text, and what follows it.
fn value(text: &str) -> Option<(String, &str)> {
    let text = text.trim_start();
    let Some(quoted) = text.strip_prefix('"') else {
        let end = text.find(';').unwrap_or(text.len());
        let (token, rest) = text.split_at_checked(end)?;
        return Some((token.trim_end().to_owned(), rest));
    };
    let mut out = String::new();
    let mut chars = quoted.char_indices();
    while let Some((at, char)) = chars.next() {
        match char {
            '"' => return Some((out, quoted.get(at + 1..)?)),
            '\\' => out.push(chars.next()?.1),
            other => out.push(other),
        }
    }
    None
}

/// The named parts, in order; `None` when the body is not of that form.
pub(super) fn parts(body: &[u8], boundary: &str) -> Option<Vec<(String, String)>> {
    let delimiter = format!("--{boundary}");
    let mut parts = Vec::new();
    // What stands before the first delimiter is a preamble.
    let mut rest = behind(body, delimiter.as_bytes())?.1;
    loop {
        if rest.starts_with(b"--") {
            return Some(parts);
        }
        rest = after_line(rest)?;
        let (part, next) = behind(rest, delimiter.as_bytes())?;
        if let Some(named) = named(part) {
            parts.push(named);
        }
        rest = next;
    }
}

/// What stands before a delimiter that begins a line, without the line's end, and what stands behind it.
fn behind<'b>(body: &'b [u8], delimiter: &[u8]) -> Option<(&'b [u8], &'b [u8])> {
    let mut from = 0;
    loop {
        let at = from
            + body
                .get(from..)?
                .windows(delimiter.len())
                .position(|window| window == delimiter)?;
        let (before, rest) = body.split_at_checked(at)?;
        if let Some(before) = without_line_end(before) {
            return Some((before, rest.strip_prefix(delimiter)?));
        }
        from = at + 1;
    }
}

/// Text up to the end of a line; empty text is at the beginning of one.
fn without_line_end(text: &[u8]) -> Option<&[u8]> {
    match text {
        [] => Some(text),
        [before @ .., b'\r', b'\n'] | [before @ .., b'\n'] => Some(before),
        _ => None,
    }
}

/// What follows the end of this line, which may only be blank until there.
fn after_line(text: &[u8]) -> Option<&[u8]> {
    let end = text.iter().position(|byte| *byte == b'\n')?;
    let (line, rest) = text.split_at_checked(end)?;
    line.iter()
        .all(u8::is_ascii_whitespace)
        .then(|| rest.get(1..))?
}

/// Name and value of a part; `None` for one without a name.
fn named(part: &[u8]) -> Option<(String, String)> {
    let mut rest = part;
    let mut name = None;
    loop {
        let end = rest.iter().position(|byte| *byte == b'\n')?;
        let (line, tail) = rest.split_at_checked(end)?;
        rest = tail.get(1..)?;
        let line = String::from_utf8_lossy(line.trim_ascii());
        if line.is_empty() {
            return Some((name?, String::from_utf8_lossy(rest).into_owned()));
        }
        if let Some((header, about)) = line.split_once(':')
            && header.trim().eq_ignore_ascii_case("content-disposition")
        {
            name = name_of(about);
        }
    }
}

fn name_of(disposition: &str) -> Option<String> {
    let mut rest = disposition.split_once(';')?.1;
    loop {
        let (own, tail) = rest.split_once('=')?;
        let (value, tail) = value(tail)?;
        if own.trim().eq_ignore_ascii_case("name") {
            return Some(value);
        }
        rest = tail.trim_start().strip_prefix(';')?;
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn pairs(items: &[(&str, &str)]) -> Vec<(String, String)> {
        items
            .iter()
            .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
            .collect()
    }

    #[test]
    fn boundaries_are_read_as_tokens_and_as_texts() {
        for (text, expected) in [
            ("multipart/form-data; boundary=x-1", Some("x-1")),
            (
                "multipart/form-data; charset=\"a;b\" ; Boundary=\"x \\\"1\"; z=1",
                Some("x \"1"),
            ),
            ("multipart/form-data", None),
            ("multipart/form-data; boundary=", None),
            ("multipart/form-data; boundary=\"x", None),
        ] {
            assert_eq!(boundary(text).as_deref(), expected, "{text}");
        }
        let long = format!("multipart/form-data; boundary={}", "x".repeat(71));
        assert_eq!(boundary(&long), None);
    }

    #[test]
    fn parts_are_read_with_either_line_end() {
        let body = "preamble\r\n--B\r\nContent-Disposition: form-data; name=\"A\"\r\n\r\n1\r\n--B \r\nX: y\r\n\
            content-disposition: form-data; filename=\"f\"; name=Legs[0][Status]\r\nContent-Type: text/plain\r\n\r\n\
            two\r\nlines --B\r\n--B\r\nContent-Disposition: form-data\r\n\r\nno name\r\n--B--\r\nepilogue";
        let expected = pairs(&[("A", "1"), ("Legs[0][Status]", "two\r\nlines --B")]);
        assert_eq!(parts(body.as_bytes(), "B"), Some(expected));
        let bare = "--B\nContent-Disposition: form-data; name=A\n\n\n--B--";
        assert_eq!(parts(bare.as_bytes(), "B"), Some(pairs(&[("A", "")])));
        assert_eq!(parts(b"--B--", "B"), Some(Vec::new()));
    }

    #[test]
    fn what_was_cut_off_is_refused() {
        let whole = "--B\r\nContent-Disposition: form-data; name=\"A\"\r\n\r\n1\r\n--B--";
        assert!(parts(whole.as_bytes(), "B").is_some());
        for end in 0..whole.len() {
            assert_eq!(parts(&whole.as_bytes()[..end], "B"), None, "{end}");
        }
    }

    proptest! {
        #[test]
        fn no_body_panics(body in proptest::collection::vec(any::<u8>(), 0..200), text in "[-BCo\\r\\n:;=\"a ]{0,120}", header in ".{0,60}") {
            let _ = (parts(&body, "B"), parts(text.as_bytes(), "B"), boundary(&header), name_of(&header));
        }

        #[test]
        fn what_is_written_is_read(items in proptest::collection::vec(("[A-Za-z0-9\\[\\]]{1,12}", "[^\\r\\n]{0,20}"), 0..6)) {
            let mut body = String::new();
            for (name, value) in &items {
                body += &format!("--Qx7\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n");
            }
            body += "--Qx7--\r\n";
            prop_assert_eq!(parts(body.as_bytes(), "Qx7"), Some(items));
        }
    }
}
