//! The words of a session's messages. They are other words than those of the REST API for the same things.

use voice_core::wire::open_enum;

open_enum! {
    /// What the agent is doing.
    pub enum AgentState {
        /// Nothing yet, or no longer.
        Idle = "idle",
        /// It hears the person.
        Listening = "listening",
        /// It makes up its answer, or waits for a tool.
        Thinking = "thinking",
        /// It speaks.
        Speaking = "speaking",
    }
}

open_enum! {
    /// Speech or text, as a session's messages say it. Not the words of
    /// [`MessageMedium`](crate::types::MessageMedium), which REST uses.
    pub enum OutputMedium {
        /// Speech.
        Voice = "voice",
        /// Text.
        Text = "text",
    }
}

open_enum! {
    /// Whose words a transcript has.
    pub enum Speaker {
        /// The person's.
        User = "user",
        /// The agent's.
        Agent = "agent",
    }
}

open_enum! {
    /// What the result of a tool does.
    pub enum ToolResponseType {
        /// It answers; the default.
        ToolResponse = "tool-response",
        /// It ends the call.
        HangUp = "hang-up",
        /// It begins a new stage of the call; the result is a JSON object that says what changes.
        NewStage = "new-stage",
        /// It goes to a thread.
        SendToThread = "send-to-thread",
    }
}

open_enum! {
    /// What the agent does once it has a tool's result.
    pub enum ToolReaction {
        /// It speaks; the default.
        Speaks = "speaks",
        /// It waits for the person.
        Listens = "listens",
        /// It speaks, and then waits.
        SpeaksOnce = "speaks-once",
    }
}

open_enum! {
    /// Why a tool gave no result.
    pub enum ToolErrorType {
        /// There is no such tool here.
        Undefined = "undefined",
        /// The tool failed.
        ImplementationError = "implementation-error",
    }
}

open_enum! {
    /// What happens when a thread to be made is there already.
    pub enum IfExists {
        /// The new one is refused.
        Reject = "reject",
        /// The old one ends.
        Replace = "replace",
    }
}
