//! Responses, piece by piece.

use crate::events::{AudioData, ContentPart, Item, ItemId, RealtimeResponse, ResponseId};
use crate::wire::model;

model! {
    /// A response.
    event ResponseEvent {
        /// The response as it is now.
        response: Box<RealtimeResponse> => "response",
    }
}

model! {
    /// An item of a response.
    event OutputItemEvent {
        /// The response.
        response_id: ResponseId => "response_id",
        /// Which of its items.
        output_index: u32 => "output_index",
        /// The item.
        item: Item => "item",
    }
}

model! {
    /// A part of a message of a response.
    event ContentPartEvent {
        /// The response.
        response_id: ResponseId => "response_id",
        /// The message.
        item_id: ItemId => "item_id",
        /// Which of the response's items.
        output_index: u32 => "output_index",
        /// Which of the message's parts.
        content_index: u32 => "content_index",
        /// The part.
        part: ContentPart => "part",
    }
}

model! {
    /// More text, written or spoken.
    event TextDelta {
        /// The response.
        response_id: ResponseId => "response_id",
        /// The message.
        item_id: ItemId => "item_id",
        /// Which of the response's items.
        output_index: u32 => "output_index",
        /// Which of the message's parts.
        content_index: u32 => "content_index",
        /// The text to be added.
        delta: String => "delta" quiet,
    }
}

model! {
    /// All of the text.
    event TextDone {
        /// The response.
        response_id: ResponseId => "response_id",
        /// The message.
        item_id: ItemId => "item_id",
        /// Which of the response's items.
        output_index: u32 => "output_index",
        /// Which of the message's parts.
        content_index: u32 => "content_index",
        /// The text.
        text: String => "text" quiet,
    }
}

model! {
    /// All of what the agent says.
    event TranscriptDone {
        /// The response.
        response_id: ResponseId => "response_id",
        /// The message.
        item_id: ItemId => "item_id",
        /// Which of the response's items.
        output_index: u32 => "output_index",
        /// Which of the message's parts.
        content_index: u32 => "content_index",
        /// The text.
        transcript: String => "transcript" quiet,
    }
}

model! {
    /// More audio.
    event AudioDelta {
        /// The response.
        response_id: ResponseId => "response_id",
        /// The message.
        item_id: ItemId => "item_id",
        /// Which of the response's items.
        output_index: u32 => "output_index",
        /// Which of the message's parts.
        content_index: u32 => "content_index",
        /// The audio to be added, in the session's format.
        delta: AudioData => "delta",
    }
}

model! {
    /// There is no more audio.
    event AudioDone {
        /// The response.
        response_id: ResponseId => "response_id",
        /// The message.
        item_id: ItemId => "item_id",
        /// Which of the response's items.
        output_index: u32 => "output_index",
        /// Which of the message's parts.
        content_index: u32 => "content_index",
    }
}
