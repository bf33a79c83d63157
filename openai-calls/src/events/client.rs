//! What a client says.

use voice_core::error::{Error, ErrorKind};

use super::item::{FunctionCallOutput, Item};
use super::response::ResponseParams;
use super::{AudioData, EventId, FunctionCallId, ItemId, ResponseId, events};
use crate::session::{AnySession, Problems, Session};
use crate::wire::model;

/// The most audio one event may carry, before base64.
const MOST_AUDIO: usize = 15 * 1024 * 1024;

events! {
    /// What a client says.
    ///
    /// ```
    /// use openai_calls::events::ClientEvent;
    ///
    /// let greeting = ClientEvent::respond("Say: good morning, this is the bakery.").with_event_id("greet-1");
    /// assert_eq!(
    ///     greeting.to_text()?,
    ///     r#"{"type":"response.create","event_id":"greet-1","response":{"instructions":"Say: good morning, this is the bakery."}}"#
    /// );
    /// # Ok::<(), voice_core::error::Error>(())
    /// ```
    ClientEvent {
        /// Changes the session.
        SessionUpdate(UpdateSession) => "session.update",
        /// Asks for a response.
        ResponseCreate(CreateResponse) => "response.create",
        /// Stops a response.
        ResponseCancel(CancelResponse) => "response.cancel",
        /// Adds an item to the conversation.
        ConversationItemCreate(CreateItem) => "conversation.item.create",
        /// Removes one.
        ConversationItemDelete(NameItem) => "conversation.item.delete",
        /// Asks for one.
        ConversationItemRetrieve(NameItem) => "conversation.item.retrieve",
        /// Takes back audio the caller did not hear.
        ConversationItemTruncate(TruncateItem) => "conversation.item.truncate",
        /// Adds audio to what is heard. Not for calls over SIP, which bring their own.
        InputAudioBufferAppend(AppendAudio) => "input_audio_buffer.append",
        /// Makes a message of what was heard.
        InputAudioBufferCommit(PlainCommand) => "input_audio_buffer.commit",
        /// Forgets what was heard.
        InputAudioBufferClear(PlainCommand) => "input_audio_buffer.clear",
        /// Stops what is being said.
        OutputAudioBufferClear(PlainCommand) => "output_audio_buffer.clear",
    }
}

impl ClientEvent {
    /// Changes the session: what is set in `changes`, and nothing else.
    #[must_use]
    pub fn update(changes: Session) -> Self {
        Self::SessionUpdate(UpdateSession::new().session(changes))
    }

    /// Asks for a response to these instructions, such as a greeting.
    #[must_use]
    pub fn respond(instructions: impl Into<String>) -> Self {
        let params = ResponseParams::with_instructions(instructions);
        Self::ResponseCreate(CreateResponse::new().response(params))
    }

    /// Asks for a response as the session has it.
    #[must_use]
    pub fn go_on() -> Self {
        Self::ResponseCreate(CreateResponse::new())
    }

    /// Stops the response under way.
    #[must_use]
    pub fn cancel() -> Self {
        Self::ResponseCancel(CancelResponse::new())
    }

    /// Adds an item to the end of the conversation.
    #[must_use]
    pub fn item(item: impl Into<Item>) -> Self {
        Self::ConversationItemCreate(CreateItem::new().item(item))
    }

    /// Adds what a function gave. The model goes on only when [`go_on`](Self::go_on) follows.
    #[must_use]
    pub fn function_output(call_id: impl Into<FunctionCallId>, output: impl Into<String>) -> Self {
        Self::item(FunctionCallOutput::new(call_id, output))
    }

    /// Takes back what comes after the first `audio_end_ms` of an answer.
    #[must_use]
    pub fn truncate(item_id: impl Into<ItemId>, audio_end_ms: u64) -> Self {
        let command = TruncateItem::new().item_id(item_id);
        Self::ConversationItemTruncate(command.content_index(0_u32).audio_end_ms(audio_end_ms))
    }

    /// Adds audio to what is heard.
    #[must_use]
    pub fn append(audio: AudioData) -> Self {
        Self::InputAudioBufferAppend(AppendAudio::new().audio(audio))
    }

    /// Gives the event an id, which an error about it will name: up to 512 characters.
    #[must_use]
    pub fn with_event_id(self, id: impl Into<EventId>) -> Self {
        match self {
            Self::SessionUpdate(event) => Self::SessionUpdate(event.event_id(id)),
            Self::ResponseCreate(event) => Self::ResponseCreate(event.event_id(id)),
            Self::ResponseCancel(event) => Self::ResponseCancel(event.event_id(id)),
            Self::ConversationItemCreate(event) => Self::ConversationItemCreate(event.event_id(id)),
            Self::ConversationItemDelete(event) => Self::ConversationItemDelete(event.event_id(id)),
            Self::ConversationItemRetrieve(event) => {
                Self::ConversationItemRetrieve(event.event_id(id))
            }
            Self::ConversationItemTruncate(event) => {
                Self::ConversationItemTruncate(event.event_id(id))
            }
            Self::InputAudioBufferAppend(event) => Self::InputAudioBufferAppend(event.event_id(id)),
            Self::InputAudioBufferCommit(event) => Self::InputAudioBufferCommit(event.event_id(id)),
            Self::InputAudioBufferClear(event) => Self::InputAudioBufferClear(event.event_id(id)),
            Self::OutputAudioBufferClear(event) => Self::OutputAudioBufferClear(event.event_id(id)),
            Self::Unknown { kind, mut raw } => {
                raw.insert("event_id".to_owned(), String::from(id.into()).into());
                Self::Unknown { kind, raw }
            }
        }
    }

    /// Checks what the API documents, all at once; nothing is known about an unknown event.
    ///
    /// # Errors
    /// [`ErrorKind::InvalidInput`] names every field that breaks a rule.
    pub fn check(&self) -> Result<(), Error> {
        let mut problems = Problems::default();
        let id = self.event_id().unwrap_or_default();
        problems.rule(
            id.chars().count() > 512,
            "event_id",
            "must have at most 512 characters",
        );
        match self {
            Self::SessionUpdate(event) => match event.session.as_ref() {
                Some(AnySession::Realtime(session)) => problems.session(session),
                Some(session) => problems.merge(session.check()),
                None => problems.missing(&event.extra, "session"),
            },
            Self::ResponseCreate(event) => {
                if let Some(params) = &event.response {
                    params.check(&mut problems);
                }
            }
            Self::ConversationItemCreate(event) if event.item.is_none() => {
                problems.missing(&event.extra, "item");
            }
            Self::ConversationItemDelete(event) | Self::ConversationItemRetrieve(event)
                if event.item_id.is_none() =>
            {
                problems.missing(&event.extra, "item_id");
            }
            Self::ConversationItemTruncate(event) => {
                if event.item_id.is_none() {
                    problems.missing(&event.extra, "item_id");
                }
                if event.content_index.is_none() {
                    problems.missing(&event.extra, "content_index");
                }
                if event.audio_end_ms.is_none() {
                    problems.missing(&event.extra, "audio_end_ms");
                }
            }
            Self::InputAudioBufferAppend(event) => match &event.audio {
                Some(audio) => match audio.decode() {
                    Ok(audio) => {
                        problems.rule(
                            audio.len() > MOST_AUDIO,
                            "audio",
                            "must have at most 15 MiB",
                        );
                    }
                    Err(error) => problems.add("audio", error.to_string()),
                },
                None => problems.missing(&event.extra, "audio"),
            },
            _ => {}
        }
        problems.finish()
    }

    /// The event as it travels, once it has been [checked](Self::check).
    ///
    /// # Errors
    /// As [`check`](Self::check).
    pub fn to_text(&self) -> Result<String, Error> {
        self.check()?;
        serde_json::to_string(self).map_err(|error| {
            Error::new(ErrorKind::InvalidInput, "the event cannot be written").with_source(error)
        })
    }
}

model! {
    /// Changes the session.
    event UpdateSession {
        /// What changes.
        session: AnySession => "session",
    }
}

model! {
    /// Asks for a response.
    event CreateResponse {
        /// What it is to be like, where it differs from the session.
        response: Box<ResponseParams> => "response",
    }
}

model! {
    /// Stops a response.
    event CancelResponse {
        /// Which one; the one under way unless set.
        response_id: ResponseId => "response_id",
    }
}

model! {
    /// Adds an item to the conversation.
    event CreateItem {
        /// After which item; at the end unless set, `root` for the beginning.
        previous_item_id: ItemId => "previous_item_id",
        /// The item.
        item: Item => "item",
    }
}

model! {
    /// Names an item.
    event NameItem {
        /// The item.
        item_id: ItemId => "item_id",
    }
}

model! {
    /// Takes back audio the caller did not hear.
    event TruncateItem {
        /// The agent's message.
        item_id: ItemId => "item_id",
        /// Which part of it: 0.
        content_index: u32 => "content_index",
        /// How much was heard, in ms. More than there is, is an error.
        audio_end_ms: u64 => "audio_end_ms",
    }
}

model! {
    /// Adds audio to what is heard.
    event AppendAudio {
        /// Up to 15 MiB in the session's format.
        audio: AudioData => "audio",
    }
}

model! {
    /// A command that has nothing to say but its name.
    event PlainCommand {}
}
