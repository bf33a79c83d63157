//! Inputs that a person can read and a fuzzer can change: lines, and messages that look like HTTP.

use http::{HeaderMap, HeaderName, HeaderValue};

/// The bytes as text; what is no UTF-8 becomes U+FFFD.
pub fn text(data: &[u8]) -> std::borrow::Cow<'_, str> {
    String::from_utf8_lossy(data)
}

/// The part before the first `mark`, and the rest behind it.
pub fn split<'a>(data: &'a [u8], mark: &[u8]) -> (&'a [u8], &'a [u8]) {
    match data.windows(mark.len()).position(|window| window == mark) {
        Some(at) => (&data[..at], &data[at + mark.len()..]),
        None => (data, &[]),
    }
}

/// All parts between the marks; at least one.
pub fn parts<'a>(data: &'a [u8], mark: &[u8]) -> Vec<&'a [u8]> {
    let mut parts = Vec::new();
    let mut rest = data;
    while let Some(at) = rest.windows(mark.len()).position(|window| window == mark) {
        parts.push(&rest[..at]);
        rest = &rest[at + mark.len()..];
    }
    parts.push(rest);
    parts
}

/// A first line, headers, and behind a blank line the body.
#[derive(Debug)]
pub struct Message<'a> {
    /// The first line.
    pub first: String,
    /// What HTTP takes of the headers.
    pub headers: HeaderMap,
    /// Everything behind the blank line.
    pub body: &'a [u8],
}

impl<'a> Message<'a> {
    /// Takes the bytes apart; whatever they are, something comes of it.
    pub fn read(data: &'a [u8]) -> Self {
        let (head, body) = split(data, b"\n\n");
        let mut lines = head.split(|byte| *byte == b'\n');
        let first = text(lines.next().unwrap_or_default()).into_owned();
        Self {
            first,
            headers: headers(lines),
            body,
        }
    }

    /// A header's text, if it has one.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name)?.to_str().ok()
    }
}

/// Every line of the form `name: value` that HTTP takes, at most 200.
pub fn headers<'a>(lines: impl Iterator<Item = &'a [u8]>) -> HeaderMap {
    let mut headers = HeaderMap::new();
    for line in lines.take(200) {
        let (name, value) = split(line, b":");
        if let (Ok(name), Ok(value)) = (
            HeaderName::from_bytes(name.trim_ascii()),
            HeaderValue::from_bytes(value.trim_ascii()),
        ) {
            headers.append(name, value);
        }
    }
    headers
}
