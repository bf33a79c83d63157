//! Threads: generation beside the conversation.

use super::IfExists;
use crate::types::{JsonMap, Message};

model! {
    /// Starts a thread.
    both SpawnThread {
        /// Its id, the caller's choice.
        new_thread_id: String => "newThreadId",
        /// The thread it branches from; `UI`, the conversation, by default.
        parent_thread_id: String => "parentThreadId",
        /// What happens when it is there already.
        if_exists: IfExists => "ifExists",
        /// What it starts with, behind what its parent has.
        additional_messages: Vec<Message> => "additionalMessages",
        /// Which tools it may use.
        tool_filter: ToolFilter => "toolFilter",
        /// How far it may go.
        limits: ThreadLimits => "limits",
    }
}

impl SpawnThread {
    /// Starts the thread `id`.
    #[must_use]
    pub fn new(id: impl Into<String>) -> Self {
        Self::default().new_thread_id(id)
    }
}

model! {
    /// Which tools a thread may use.
    plain ToolFilter {
        /// Only these.
        allowed_tools: Vec<String> => "allowedTools",
        /// All but these.
        disallowed_tools: Vec<String> => "disallowedTools",
    }
}

model! {
    /// How far a thread may go.
    plain ThreadLimits {
        /// Tokens it puts out in all.
        thread_output_token_limit: i64 => "threadOutputTokenLimit",
        /// Tokens it takes in, about.
        thread_fuzzy_input_token_limit: i64 => "threadFuzzyInputTokenLimit",
        /// Generations in all.
        generation_limit: i64 => "generationLimit",
        /// Tokens one generation puts out.
        generation_output_token_limit: i64 => "generationOutputTokenLimit",
        /// Tokens one generation takes in, about.
        generation_fuzzy_input_token_limit: i64 => "generationFuzzyInputTokenLimit",
    }
}

model! {
    /// A thread has started.
    both ThreadSpawned {
        /// Which.
        thread_id: String => "threadId",
    }
}

model! {
    /// A thread was refused.
    both ThreadRejected {
        /// Which.
        thread_id: String => "threadId",
        /// Why.
        reason: String => "reason",
    }
}

model! {
    /// A thread has ended.
    both ThreadTerminated {
        /// Which.
        thread_id: String => "threadId",
        /// Why.
        reason: String => "reason",
    }
}

model! {
    /// More of a thread's text.
    both SideGenerationDelta {
        /// Which thread.
        thread_id: String => "threadId",
        /// The text to be added.
        delta: String => "delta" quiet,
    }
}

model! {
    /// A thread's generation is complete.
    both SideGeneration {
        /// Which thread.
        thread_id: String => "threadId",
        /// All of its text.
        text: String => "text" quiet,
        /// The tools it called, as the API has them.
        tool_calls: Vec<JsonMap> => "toolCalls",
    }
}

impl ThreadSpawned {
    /// The thread `id` has started.
    #[must_use]
    pub fn new(id: impl Into<String>) -> Self {
        Self::default().thread_id(id)
    }
}

impl ThreadRejected {
    /// The thread `id` was refused because of `reason`.
    #[must_use]
    pub fn new(id: impl Into<String>, reason: impl Into<String>) -> Self {
        Self::default().thread_id(id).reason(reason)
    }
}

impl ThreadTerminated {
    /// The thread `id` has ended because of `reason`.
    #[must_use]
    pub fn new(id: impl Into<String>, reason: impl Into<String>) -> Self {
        Self::default().thread_id(id).reason(reason)
    }
}

impl SideGenerationDelta {
    /// More text of the thread `id`.
    #[must_use]
    pub fn new(id: impl Into<String>, delta: impl Into<String>) -> Self {
        Self::default().thread_id(id).delta(delta)
    }
}

impl SideGeneration {
    /// The whole text of the thread `id`.
    #[must_use]
    pub fn new(id: impl Into<String>, text: impl Into<String>) -> Self {
        Self::default().thread_id(id).text(text)
    }
}
