//! Files to be uploaded: documents of a corpus, samples of a voice, descriptions of tools.

use std::fmt;
use std::path::Path;

use bytes::Bytes;
use http::HeaderValue;
use voice_core::error::{Error, ErrorKind, FieldError};

use crate::PROVIDER;

/// The most bytes a document may have. The vendor says 10 MB; taken as 10 MiB, so that nothing is refused here that the
/// API would take.
pub const MOST_BYTES: usize = 10 << 20;

/// Media types by the end of a file's name.
const TYPES: &[(&str, &str)] = &[
    ("aac", "audio/aac"),
    ("csv", "text/csv"),
    ("doc", "application/msword"),
    (
        "docx",
        "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    ),
    ("epub", "application/epub+zip"),
    ("flac", "audio/flac"),
    ("htm", "text/html"),
    ("html", "text/html"),
    ("json", "application/json"),
    ("m4a", "audio/mp4"),
    ("markdown", "text/markdown"),
    ("md", "text/markdown"),
    ("mp3", "audio/mpeg"),
    ("mp4", "audio/mp4"),
    ("oga", "audio/ogg"),
    ("ogg", "audio/ogg"),
    ("opus", "audio/ogg"),
    ("pdf", "application/pdf"),
    ("ppt", "application/vnd.ms-powerpoint"),
    (
        "pptx",
        "application/vnd.openxmlformats-officedocument.presentationml.presentation",
    ),
    ("rtf", "application/rtf"),
    ("txt", "text/plain"),
    ("wav", "audio/wav"),
    ("webm", "audio/webm"),
    (
        "xlsx",
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    ),
    ("xml", "application/xml"),
    ("yaml", "application/yaml"),
    ("yml", "application/yaml"),
];

/// A file in memory: its name, its media type, its bytes. Cloning it is cheap.
///
/// `Debug` shows type and size alone: names of files can be personal.
///
/// ```
/// use ultravox_client::types::UploadFile;
///
/// let file = UploadFile::new("Opening hours.md", "# Monday\n9 to 5")?;
/// assert_eq!(file.mime_type(), "text/markdown");
/// assert!(UploadFile::new("hours", "9 to 5").is_err(), "the name does not tell the type");
/// let file = UploadFile::with_type("hours", "text/plain", "9 to 5")?;
/// assert_eq!(file.len(), 6);
/// # Ok::<(), voice_core::error::Error>(())
/// ```
#[derive(Clone, PartialEq, Eq)]
pub struct UploadFile {
    name: String,
    mime_type: HeaderValue,
    bytes: Bytes,
}

impl UploadFile {
    /// A file whose type the end of its name tells: texts (`txt`, `md`, `html`, `csv`, `json`, `xml`, `yaml`), documents
    /// (`pdf`, `doc`, `docx`, `ppt`, `pptx`, `xlsx`, `rtf`, `epub`), audio (`wav`, `mp3`, `m4a`, `ogg`, `flac`, …).
    ///
    /// # Errors
    /// [`ErrorKind::InvalidInput`] when it does not tell; [`with_type`](Self::with_type) takes any type.
    pub fn new(name: impl Into<String>, bytes: impl Into<Bytes>) -> Result<Self, Error> {
        let name = name.into();
        let mime_type = guess(&name).ok_or_else(|| {
            broken(
                "mimeType",
                "the end of the file's name does not tell its type: give the type",
            )
        })?;
        Self::with_type(name, mime_type, bytes)
    }

    /// A file of any media type, such as `text/plain`.
    ///
    /// # Errors
    /// [`ErrorKind::InvalidInput`] for a type without a `/` or with what no header may hold, and for a name with a control
    /// character.
    pub fn with_type(
        name: impl Into<String>,
        mime_type: &str,
        bytes: impl Into<Bytes>,
    ) -> Result<Self, Error> {
        let name = name.into();
        if name.contains(char::is_control) {
            return Err(broken("fileName", "must not hold control characters"));
        }
        let whole = mime_type
            .split_once('/')
            .is_some_and(|(kind, rest)| !kind.is_empty() && !rest.is_empty());
        let mime_type = HeaderValue::from_str(mime_type)
            .ok()
            .filter(|value| whole && value.to_str().is_ok())
            .ok_or_else(|| broken("mimeType", "must be a media type, such as text/plain"))?;
        Ok(Self {
            name,
            mime_type,
            bytes: bytes.into(),
        })
    }

    /// A file of this machine, read at once and as a whole; the calling thread waits for the disk. Its type is told by its
    /// name, as by [`new`](Self::new).
    ///
    /// # Errors
    /// [`ErrorKind::InvalidInput`] when it cannot be read, or when its name does not tell its type. The path is not shown.
    pub fn open(path: impl AsRef<Path>) -> Result<Self, Error> {
        let path = path.as_ref();
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        let bytes = std::fs::read(path).map_err(|error| {
            broken("file", "cannot be read").with_source(error.kind().to_string())
        })?;
        Self::new(name, bytes)
    }

    /// Its name.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Its media type.
    #[must_use]
    pub fn mime_type(&self) -> &str {
        self.mime_type.to_str().unwrap_or_default()
    }

    /// How many bytes it has.
    #[must_use]
    pub fn len(&self) -> usize {
        self.bytes.len()
    }

    /// Whether it has none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.bytes.is_empty()
    }

    /// Its bytes.
    #[must_use]
    pub fn bytes(&self) -> &Bytes {
        &self.bytes
    }

    pub(crate) fn content_type(&self) -> HeaderValue {
        self.mime_type.clone()
    }
}

impl fmt::Debug for UploadFile {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("UploadFile")
            .field("mime_type", &self.mime_type())
            .field("bytes", &self.len())
            .finish_non_exhaustive()
    }
}

fn guess(name: &str) -> Option<&'static str> {
    let (_, end) = name.rsplit_once('.')?;
    let (_, mime_type) = TYPES
        .iter()
        .find(|(known, _)| known.eq_ignore_ascii_case(end))?;
    Some(mime_type)
}

fn broken(field: &str, rule: &str) -> Error {
    Error::new(ErrorKind::InvalidInput, format!("{field}: {rule}"))
        .with_operation(PROVIDER, "files")
        .with_field(FieldError::new(field, rule))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn the_name_tells_the_type() {
        for (name, mime_type) in [
            ("a.PDF", Some("application/pdf")),
            ("a.b.txt", Some("text/plain")),
            (".md", Some("text/markdown")),
            ("txt", None),
            ("a.", None),
            ("a.exe", None),
            ("", None),
        ] {
            assert_eq!(guess(name), mime_type, "{name}");
        }
        for (at, (end, mime_type)) in TYPES.iter().enumerate() {
            assert!(
                TYPES.iter().skip(at + 1).all(|(other, _)| other > end),
                "{end}"
            );
            assert_eq!(
                UploadFile::new(format!("x.{end}"), "").unwrap().mime_type(),
                *mime_type
            );
        }
    }

    #[test]
    fn types_and_names_are_checked() {
        for mime_type in [
            "",
            "text",
            "/",
            "text/",
            "/plain",
            "text/\nplain",
            "text/plä",
        ] {
            assert!(
                UploadFile::with_type("x", mime_type, "").is_err(),
                "{mime_type}"
            );
        }
        assert!(UploadFile::with_type("a\nb", "text/plain", "").is_err());
        let file = UploadFile::with_type("Ada's file", "text/plain; charset=utf-8", "x").unwrap();
        let shown = format!("{file:?}");
        assert!(
            !shown.contains("Ada") && shown.contains("bytes: 1"),
            "{shown}"
        );
    }

    #[test]
    fn a_file_that_is_not_there() {
        let error = UploadFile::open("/nowhere/secret plans.txt").unwrap_err();
        assert_eq!(error.kind(), ErrorKind::InvalidInput);
        assert!(!format!("{error} {error:?}").contains("plans"));
    }

    proptest! {
        #[test]
        fn nothing_panics(name in "\\PC{0,20}", mime_type in "\\PC{0,20}") {
            let _ = UploadFile::new(name.clone(), "x");
            let _ = UploadFile::with_type(name, &mime_type, "x");
        }
    }
}
