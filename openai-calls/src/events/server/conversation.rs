//! Items that come, change and go.

use crate::events::{ConversationId, Item, ItemId};
use crate::wire::model;

model! {
    /// There is a conversation.
    event ConversationCreated {
        /// The conversation.
        conversation: Conversation => "conversation",
    }
}

model! {
    /// A conversation.
    plain Conversation {
        /// Its id.
        id: ConversationId => "id",
        /// What kind of object it is.
        object: String => "object",
    }
}

model! {
    /// An item of the conversation.
    event ItemEvent {
        /// The one before it; `null` for the first.
        previous_item_id: ItemId => "previous_item_id" null,
        /// The item.
        item: Item => "item",
    }
}

model! {
    /// Audio was taken back.
    event ItemTruncated {
        /// The item.
        item_id: ItemId => "item_id",
        /// The part of it.
        content_index: u32 => "content_index",
        /// What is left of it, in ms.
        audio_end_ms: u64 => "audio_end_ms",
    }
}

model! {
    /// Something about an item.
    event ItemReference {
        /// The item.
        item_id: ItemId => "item_id",
    }
}
