//! What the caller said, as another model writes it down.

use crate::events::{ApiError, ItemId, TranscriptionUsage};
use crate::wire::model;

model! {
    /// More of what the caller said.
    event TranscriptionPartial {
        /// The caller's message.
        item_id: ItemId => "item_id",
        /// The part of it.
        content_index: u32 => "content_index",
        /// The text to be added.
        delta: String => "delta" quiet,
        /// How sure the model is, if that was asked for.
        logprobs: Vec<LogProb> => "logprobs" null,
    }
}

model! {
    /// All of what the caller said.
    event TranscriptionCompleted {
        /// The caller's message.
        item_id: ItemId => "item_id",
        /// The part of it.
        content_index: u32 => "content_index",
        /// The text.
        transcript: String => "transcript" quiet,
        /// The languages that were heard.
        languages: Vec<TranscriptionLanguage> => "languages",
        /// How sure the model is, if that was asked for.
        logprobs: Vec<LogProb> => "logprobs" null,
        /// What it is charged by.
        usage: TranscriptionUsage => "usage",
    }
}

model! {
    /// What one speaker said.
    event TranscriptionSegment {
        /// The caller's message.
        item_id: ItemId => "item_id",
        /// The part of it.
        content_index: u32 => "content_index",
        /// The text.
        text: String => "text" quiet,
        /// The segment's id.
        id: String => "id",
        /// The speaker.
        speaker: String => "speaker" quiet,
        /// Where it begins, in s.
        start: f64 => "start",
        /// Where it ends, in s.
        end: f64 => "end",
    }
}

model! {
    /// What the caller said cannot be transcribed.
    event TranscriptionFailed {
        /// The caller's message.
        item_id: ItemId => "item_id",
        /// The part of it.
        content_index: u32 => "content_index",
        /// Why.
        error: ApiError => "error",
    }
}

model! {
    /// A language.
    plain TranscriptionLanguage {
        /// Its code.
        code: String => "code",
    }
}

model! {
    /// How sure a model is of a token.
    plain LogProb {
        /// The token.
        token: String => "token" quiet,
        /// The natural logarithm of its probability.
        logprob: f64 => "logprob",
        /// The token's bytes in UTF-8.
        bytes: Vec<u8> => "bytes" quiet,
    }
}
