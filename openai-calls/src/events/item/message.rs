//! What is said and written.

use super::ItemStatus;
use crate::events::{AudioData, ItemId};
use crate::wire::{model, words};

model! {
    /// Something said or written.
    both Message {
        /// The item's id; the server makes one unless set.
        id: ItemId => "id",
        /// What kind of object it is. The server's.
        object: String => "object",
        /// How far it is.
        status: ItemStatus => "status",
        /// Whose it is.
        role: MessageRole => "role",
        /// What it consists of.
        content: Vec<ContentPart> => "content",
    }
}

impl Message {
    /// A text of the system's: what the model has to know besides its instructions.
    #[must_use]
    pub fn system(text: impl Into<String>) -> Self {
        Self::of(MessageRole::System, ContentPart::input_text(text))
    }

    /// A text of the caller's, as if it had been said.
    #[must_use]
    pub fn user(text: impl Into<String>) -> Self {
        Self::of(MessageRole::User, ContentPart::input_text(text))
    }

    /// A text of the agent's, as if it had been said.
    #[must_use]
    pub fn assistant(text: impl Into<String>) -> Self {
        Self::of(MessageRole::Assistant, ContentPart::output_text(text))
    }

    /// A message of one part.
    #[must_use]
    pub fn of(role: MessageRole, part: ContentPart) -> Self {
        Self::default().role(role).content([part])
    }
}

words! {
    /// Whose message it is.
    pub enum MessageRole {
        /// The client's own.
        System = "system",
        /// The caller's.
        User = "user",
        /// The agent's.
        Assistant = "assistant",
    }
}

model! {
    /// A part of a message.
    plain ContentPart {
        /// What kind of part.
        kind: ContentType => "type",
        /// The text.
        text: String => "text" quiet,
        /// The audio.
        audio: AudioData => "audio",
        /// What is said in the audio. Of the caller it is another model's guess.
        transcript: String => "transcript" quiet,
        /// A picture, as a `data:` URL with PNG or JPEG.
        image_url: String => "image_url" quiet,
        /// How closely the picture is looked at; auto by default.
        detail: ImageDetail => "detail",
    }
}

impl ContentPart {
    /// A text for the model.
    #[must_use]
    pub fn input_text(text: impl Into<String>) -> Self {
        Self::new().kind(ContentType::InputText).text(text)
    }

    /// Audio for the model, in the session's format.
    #[must_use]
    pub fn input_audio(audio: AudioData) -> Self {
        Self::new().kind(ContentType::InputAudio).audio(audio)
    }

    /// A text of the model's.
    #[must_use]
    pub fn output_text(text: impl Into<String>) -> Self {
        Self::new().kind(ContentType::OutputText).text(text)
    }

    /// The text, or the transcript of the audio.
    #[must_use]
    pub fn words(&self) -> Option<&str> {
        self.text.as_deref().or(self.transcript.as_deref())
    }
}

words! {
    /// What kind of part.
    pub enum ContentType {
        /// A text for the model.
        InputText = "input_text",
        /// Audio for the model.
        InputAudio = "input_audio",
        /// A picture for the model.
        InputImage = "input_image",
        /// A text of the model's.
        OutputText = "output_text",
        /// Audio of the model's.
        OutputAudio = "output_audio",
        /// A text of the model's, in `response.content_part` events.
        Text = "text",
        /// Audio of the model's, in `response.content_part` events.
        Audio = "audio",
    }
}

words! {
    /// How closely a picture is looked at.
    pub enum ImageDetail {
        /// As the model sees fit.
        Auto = "auto",
        /// Roughly.
        Low = "low",
        /// Closely.
        High = "high",
    }
}
