//! A voice: as it is registered, changed, and given.

use voice_core::client::Operation;
use voice_core::error::Error;

use crate::check::{Problems, external_voice};
use crate::types::{Clearable, ExternalVoice, Ownership, VoiceBillingStyle, VoiceId};

/// The longest name, in characters.
pub(super) const NAME: usize = 40;
/// The longest description, in characters.
pub(super) const DESCRIPTION: usize = 240;
/// The longest language code, in characters.
pub(super) const LANGUAGE: usize = 10;

request! {
    /// A voice of a speech provider, to be registered or to be tried.
    ///
    /// ```
    /// use ultravox_client::types::{ExternalVoice, LmntVoice};
    /// use ultravox_client::voices::NewVoice;
    ///
    /// let lily = ExternalVoice::Lmnt(LmntVoice::new().voice_id("lily").speed(1.1));
    /// let voice = NewVoice::new("Lily, a little faster", lily).primary_language("en-US");
    /// ```
    NewVoice(
        /// Its name: 1 to 40 characters.
        name: String => "name",
        /// The provider's settings.
        definition: ExternalVoice => "definition",
    ) {
        /// What it is like; at most 240 characters.
        description: String => "description",
        /// The language it speaks best (BCP 47, at most 10 characters).
        primary_language: String => "primaryLanguage",
    }
}

impl NewVoice {
    pub(super) fn check(&self, operation: &Operation) -> Result<(), Error> {
        let mut problems = Problems::default();
        problems.text("name", Some(&self.name), NAME);
        problems.text("description", self.description.as_ref(), DESCRIPTION);
        problems.text("primaryLanguage", self.primary_language.as_ref(), LANGUAGE);
        external_voice(&mut problems, "definition", &self.definition, true);
        problems.finish(operation)
    }
}

request! {
    /// What to change of a voice; what is not set stays.
    VoiceUpdate() {
        /// Another name: 1 to 40 characters.
        name: String => "name",
        /// Another description, at most 240 characters, or none.
        description: Clearable<String> => "description",
        /// Another language (BCP 47, at most 10 characters), or none.
        primary_language: Clearable<String> => "primaryLanguage",
        /// Other settings, in place of the old ones.
        definition: ExternalVoice => "definition",
    }
}

impl VoiceUpdate {
    pub(super) fn check(&self, operation: &Operation) -> Result<(), Error> {
        let mut problems = Problems::default();
        problems.no_change(self == &Self::new());
        problems.text("name", self.name.as_ref(), NAME);
        problems.clearable("description", self.description.as_ref(), DESCRIPTION);
        problems.clearable("primaryLanguage", self.primary_language.as_ref(), LANGUAGE);
        if let Some(definition) = &self.definition {
            external_voice(&mut problems, "definition", definition, true);
        }
        problems.finish(operation)
    }
}

model! {
    /// A voice as Ultravox knows it.
    response Voice {
        /// Its id.
        voice_id: VoiceId => "voiceId",
        /// Its name, which agents can use instead of the id.
        name: String => "name",
        /// What it is like.
        description: String => "description",
        /// The language it speaks best (BCP 47).
        primary_language: String => "primaryLanguage",
        /// That language for people: a flag and its English name.
        language_label: String => "languageLabel",
        /// Where a sample of it is; [`Voices::preview`](super::Voices::preview) gets it.
        preview_url: String => "previewUrl",
        /// Whose it is.
        ownership: Ownership => "ownership",
        /// Who bills for it.
        billing_style: VoiceBillingStyle => "billingStyle",
        /// Its speech provider, as the API calls it here; the schema lists no words.
        provider: String => "provider",
        /// The provider's settings.
        definition: ExternalVoice => "definition",
    }
}

impl Voice {
    /// Its id.
    ///
    /// # Errors
    /// [`ErrorKind::Decode`](voice_core::error::ErrorKind::Decode) for an answer without one, which the API does not give.
    pub fn id(&self) -> Result<&VoiceId, Error> {
        self.voice_id
            .as_ref()
            .ok_or_else(|| crate::missing("voices", "voiceId"))
    }
}
