//! `multipart/form-data` (RFC 7578), with names escaped as browsers do it.

use std::fmt;

use bytes::Bytes;
use http::HeaderValue;

use super::RequestBuilder;
use crate::error::Error;

/// Random letters and digits in a boundary; RFC 2046 allows 70 characters.
const BOUNDARY_LENGTH: usize = 40;

/// A form with files: an upload's body.
///
/// In names and file names `"` is written `%22`, CR `%0D` and LF `%0A`, as the WHATWG's HTML standard has it; a lone CR or
/// LF in a name becomes both. Values and files go as they are. The boundary is random and occurs in none of the parts.
///
/// ```
/// use voice_core::client::Multipart;
///
/// let form = Multipart::new()
///     .text("title", "Opening hours")
///     .file("file", "hours.txt", http::HeaderValue::from_static("text/plain"), "9 to 5");
/// assert_eq!(
///     format!("{form:?}"),
///     r#"Multipart([("title", 13 bytes), ("file", 6 bytes)])"#,
/// );
/// ```
#[derive(Clone, Default)]
#[must_use]
pub struct Multipart {
    parts: Vec<Part>,
}

#[derive(Clone)]
struct Part {
    name: String,
    file: Option<String>,
    content_type: Option<HeaderValue>,
    bytes: Bytes,
}

/// Why a form cannot be sent. It never quotes the form.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
enum PartError {
    #[error("a part's name is empty")]
    NoName,
    #[error("a part's name or file name holds a control character")]
    Control,
    #[error("a form needs a part")]
    Empty,
}

impl Multipart {
    /// A form without parts; it cannot be sent before it has one.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a text. Names may repeat; an empty one, or one with a control character other than CR and LF, comes back as
    /// an error from `send`.
    pub fn text(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.parts.push(Part {
            name: name.into(),
            file: None,
            content_type: None,
            bytes: value.into().into(),
        });
        self
    }

    /// Adds a text that says what it is, such as JSON. The rule for `name` is that of [`text`](Self::text).
    pub fn typed(
        mut self,
        name: impl Into<String>,
        content_type: HeaderValue,
        bytes: impl Into<Bytes>,
    ) -> Self {
        self.parts.push(Part {
            name: name.into(),
            file: None,
            content_type: Some(content_type),
            bytes: bytes.into(),
        });
        self
    }

    /// Adds a file. The rules for `name` hold for `filename`, which may be empty.
    pub fn file(
        mut self,
        name: impl Into<String>,
        filename: impl Into<String>,
        content_type: HeaderValue,
        bytes: impl Into<Bytes>,
    ) -> Self {
        self.parts.push(Part {
            name: name.into(),
            file: Some(filename.into()),
            content_type: Some(content_type),
            bytes: bytes.into(),
        });
        self
    }

    /// The boundary, and the body.
    fn encode(&self) -> Result<(String, Vec<u8>), PartError> {
        if self.parts.is_empty() {
            return Err(PartError::Empty);
        }
        for part in &self.parts {
            part.check()?;
        }
        let boundary = self.boundary();
        let size: usize = self.parts.iter().map(|part| part.bytes.len() + 256).sum();
        let mut body = Vec::with_capacity(size + 64);
        for part in &self.parts {
            body.extend_from_slice(b"--");
            body.extend_from_slice(boundary.as_bytes());
            body.extend_from_slice(b"\r\nContent-Disposition: form-data; name=\"");
            push_escaped(&mut body, &with_whole_breaks(&part.name));
            body.push(b'"');
            if let Some(filename) = &part.file {
                body.extend_from_slice(b"; filename=\"");
                push_escaped(&mut body, filename);
                body.push(b'"');
            }
            if let Some(content_type) = &part.content_type {
                body.extend_from_slice(b"\r\nContent-Type: ");
                body.extend_from_slice(content_type.as_bytes());
            }
            body.extend_from_slice(b"\r\n\r\n");
            body.extend_from_slice(&part.bytes);
            body.extend_from_slice(b"\r\n");
        }
        body.extend_from_slice(b"--");
        body.extend_from_slice(boundary.as_bytes());
        body.extend_from_slice(b"--\r\n");
        Ok((boundary, body))
    }

    fn boundary(&self) -> String {
        loop {
            let boundary: String = (0..BOUNDARY_LENGTH)
                .map(|_| fastrand::alphanumeric())
                .collect();
            let found = |part: &Part| occurs(boundary.as_bytes(), &part.bytes);
            if !self.parts.iter().any(found) {
                return boundary;
            }
        }
    }
}

impl Part {
    fn check(&self) -> Result<(), PartError> {
        let filename = self.file.as_deref().unwrap_or_default();
        let odd = |c: char| c.is_ascii_control() && !matches!(c, '\r' | '\n');
        if self.name.is_empty() {
            Err(PartError::NoName)
        } else if self.name.contains(odd) || filename.contains(odd) {
            Err(PartError::Control)
        } else {
            Ok(())
        }
    }
}

/// Every line break as CR LF.
fn with_whole_breaks(name: &str) -> String {
    name.replace("\r\n", "\n")
        .replace('\r', "\n")
        .replace('\n', "\r\n")
}

fn push_escaped(out: &mut Vec<u8>, text: &str) {
    for byte in text.bytes() {
        match byte {
            b'"' => out.extend_from_slice(b"%22"),
            b'\r' => out.extend_from_slice(b"%0D"),
            b'\n' => out.extend_from_slice(b"%0A"),
            byte => out.push(byte),
        }
    }
}

/// Whether `needle` stands in `hay`. Wherever it stood it would cover every so-manieth byte, so only those are looked at.
fn occurs(needle: &[u8], hay: &[u8]) -> bool {
    let probes = hay.iter().enumerate().skip(needle.len().saturating_sub(1));
    probes.step_by(needle.len().max(1)).any(|(at, byte)| {
        needle.iter().enumerate().any(|(offset, own)| {
            own == byte
                && at >= offset
                && hay.get(at - offset..at - offset + needle.len()) == Some(needle)
        })
    })
}

impl RequestBuilder<'_> {
    /// A form with files as the body. It is put together once, in memory; each attempt sends the same bytes.
    pub fn multipart(mut self, form: Multipart) -> Self {
        let encoded = form.encode();
        // The parts and the body need not both be there while it is sent.
        drop(form);
        match encoded {
            Ok((boundary, body)) => {
                let content_type = format!("multipart/form-data; boundary={boundary}");
                match HeaderValue::from_str(&content_type) {
                    Ok(content_type) => return self.body(content_type, body),
                    Err(_) => self.fail(Error::invalid_input("body", "no boundary was found")),
                }
            }
            Err(error) => self.fail(Error::invalid_input("body", error.to_string())),
        }
        self
    }
}

/// Names and sizes only: values and files may be personal, and so may file names.
impl fmt::Debug for Multipart {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        struct Outline<'a>(&'a Part);
        impl fmt::Debug for Outline<'_> {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, "({:?}, {} bytes)", self.0.name, self.0.bytes.len())
            }
        }
        f.write_str("Multipart(")?;
        f.debug_list()
            .entries(self.parts.iter().map(Outline))
            .finish()?;
        f.write_str(")")
    }
}

#[cfg(test)]
#[path = "multipart_tests.rs"]
mod tests;
