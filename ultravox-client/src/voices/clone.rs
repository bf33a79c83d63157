//! A sample of a voice to be cloned.

use std::fmt;

use voice_core::client::{Multipart, Operation};
use voice_core::error::Error;

use super::voice::{DESCRIPTION, LANGUAGE, NAME};
use crate::check::Problems;
use crate::types::{MOST_BYTES, UploadFile};

/// A voice to be cloned from a sample. Clone only voices whose owners agreed.
///
/// ```
/// use ultravox_client::types::UploadFile;
/// use ultravox_client::voices::VoiceClone;
///
/// let sample = UploadFile::new("ada.wav", vec![0_u8; 44])?;
/// let order = VoiceClone::new("Ada", sample).description("Recorded in the studio").language("en-GB");
/// # Ok::<(), voice_core::error::Error>(())
/// ```
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct VoiceClone {
    /// The sample: audio.
    pub file: UploadFile,
    /// The new voice's name, 1 to 40 characters, unique within the account.
    pub name: String,
    /// What it is like, at most 240 characters; the API makes something up unless set.
    pub description: Option<String>,
    /// The language spoken in the sample (BCP 47); `en` unless set.
    pub language: Option<String>,
}

impl VoiceClone {
    /// A voice of this name, from this sample.
    #[must_use]
    pub fn new(name: impl Into<String>, sample: UploadFile) -> Self {
        Self {
            file: sample,
            name: name.into(),
            description: None,
            language: None,
        }
    }

    /// What it is like.
    #[must_use]
    pub fn description(mut self, description: impl Into<String>) -> Self {
        self.description = Some(description.into());
        self
    }

    /// The language spoken in the sample (BCP 47).
    #[must_use]
    pub fn language(mut self, language: impl Into<String>) -> Self {
        self.language = Some(language.into());
        self
    }

    pub(super) fn check(&self, operation: &Operation) -> Result<(), Error> {
        let mut problems = Problems::default();
        problems.text("name", Some(&self.name), NAME);
        problems.text("description", self.description.as_ref(), DESCRIPTION);
        problems.text("language", self.language.as_ref(), LANGUAGE);
        problems.rule(self.file.is_empty(), "file", "must not be empty");
        problems.rule(
            self.file.len() > MOST_BYTES,
            "file",
            "must have at most 10 MiB",
        );
        problems.finish(operation)
    }

    pub(super) fn form(&self) -> Multipart {
        let form = Multipart::new().text("name", self.name.as_str());
        let texts = [
            ("description", &self.description),
            ("language", &self.language),
        ];
        let form = texts
            .into_iter()
            .fold(form, |form, (name, text)| match text {
                Some(text) => form.text(name, text.as_str()),
                None => form,
            });
        let file = &self.file;
        form.file(
            "file",
            file.name(),
            file.content_type(),
            file.bytes().clone(),
        )
    }
}

/// Without the name, which is often somebody's.
impl fmt::Debug for VoiceClone {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("VoiceClone")
            .field("file", &self.file)
            .field("language", &self.language)
            .finish_non_exhaustive()
    }
}
