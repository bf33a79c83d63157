//! What is heard and what is played.

use crate::events::{EventId, Identified, ItemId, ResponseId};
use crate::wire::model;

model! {
    /// What was heard became a message.
    event InputCommitted {
        /// The item before it; `null` for the first.
        previous_item_id: ItemId => "previous_item_id" null,
        /// The caller's message.
        item_id: ItemId => "item_id",
    }
}

model! {
    /// An event that has nothing to say but its name.
    event PlainEvent {}
}

model! {
    /// The caller begins to speak.
    event SpeechStarted {
        /// Where, in ms of all audio of the session.
        audio_start_ms: u64 => "audio_start_ms",
        /// The message it will become.
        item_id: ItemId => "item_id",
    }
}

model! {
    /// The caller has spoken.
    event SpeechStopped {
        /// Until where, in ms of all audio of the session.
        audio_end_ms: u64 => "audio_end_ms",
        /// The message it becomes.
        item_id: ItemId => "item_id",
    }
}

model! {
    /// The caller was silent for the idle timeout.
    event TimeoutTriggered {
        /// From where, in ms of all audio of the session.
        audio_start_ms: u64 => "audio_start_ms",
        /// Until where, in ms of all audio of the session.
        audio_end_ms: u64 => "audio_end_ms",
        /// The empty message it becomes.
        item_id: ItemId => "item_id",
    }
}

model! {
    /// The caller pressed a key. Calls over SIP only.
    ///
    /// `Debug` does not show which: it may belong to a PIN.
    plain DtmfEvent {
        /// The key: `0` to `9`, `*`, `#`, `A` to `D`.
        event: String => "event" quiet,
        /// When, in Unix seconds.
        received_at: i64 => "received_at",
    }
}

/// The API gives it none.
impl Identified for DtmfEvent {
    fn id(&self) -> Option<&EventId> {
        None
    }
}

model! {
    /// Something about the audio that is played to the caller.
    event OutputBufferEvent {
        /// The response it belongs to.
        response_id: ResponseId => "response_id",
    }
}
