//! Forms with files, read the simple way: for well-formed bodies, and for refusing others.

use bytes::Bytes;
use voice_core::testkit::SimRequest;

/// One part of a form.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Part {
    pub(super) name: String,
    /// Its file name; `None` for a text.
    pub(super) file: Option<String>,
    pub(super) bytes: Bytes,
}

/// The parts of a `multipart/form-data` body; `None` when it is none, or is broken.
pub(super) fn parts(request: &SimRequest) -> Option<Vec<Part>> {
    if !request.is_type("multipart/form-data") {
        return None;
    }
    let (_, boundary) = request.header("content-type").split_once("boundary=")?;
    let boundary = boundary.split(';').next()?.trim().trim_matches('"');
    let first = format!("--{boundary}");
    let next = format!("\r\n--{boundary}");
    let body = &request.body;
    if boundary.is_empty() || !body.starts_with(first.as_bytes()) {
        return None;
    }
    let mut at = first.len();
    let mut parts = Vec::new();
    loop {
        let rest = body.get(at..)?;
        if rest.starts_with(b"--") {
            return Some(parts);
        }
        let rest = rest.strip_prefix(b"\r\n")?;
        let start = at + 2;
        let head_end = find(rest, b"\r\n\r\n")?;
        let end = find(rest.get(head_end..)?, next.as_bytes())? + head_end;
        let head = std::str::from_utf8(rest.get(..head_end)?).ok()?;
        let disposition = head.split("\r\n").find(|line| {
            line.to_ascii_lowercase()
                .starts_with("content-disposition:")
        })?;
        parts.push(Part {
            name: parameter(disposition, "; name=\"")?,
            file: parameter(disposition, "; filename=\""),
            bytes: body.slice(start + head_end + 4..start + end),
        });
        at = start + end + next.len();
    }
}

/// The text of the first part of a name.
pub(super) fn text(parts: &[Part], name: &str) -> Option<String> {
    let part = parts
        .iter()
        .find(|part| part.name == name && part.file.is_none())?;
    String::from_utf8(part.bytes.to_vec()).ok()
}

/// The first file of a name.
pub(super) fn file<'a>(parts: &'a [Part], name: &str) -> Option<&'a Part> {
    parts
        .iter()
        .find(|part| part.name == name && part.file.is_some())
}

fn parameter(line: &str, mark: &str) -> Option<String> {
    let (_, rest) = line.split_once(mark)?;
    let (value, _) = rest.split_once('"')?;
    Some(value.replace("%22", "\""))
}

fn find(hay: &[u8], needle: &[u8]) -> Option<usize> {
    hay.windows(needle.len())
        .position(|window| window == needle)
}
