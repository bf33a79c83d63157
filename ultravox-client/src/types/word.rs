//! The words of the API. All of them are open: one this version does not know is kept.

use voice_core::wire::open_enum;

open_enum! {
    /// Why a call ended.
    pub enum EndReason {
        /// Nobody joined before the join timeout.
        Unjoined = "unjoined",
        /// The client hung up. A silent teardown can look like this as well.
        Hangup = "hangup",
        /// The agent hung up.
        AgentHangup = "agent_hangup",
        /// The maximum duration was reached.
        Timeout = "timeout",
        /// The connection broke, or media stayed away.
        ConnectionError = "connection_error",
        /// Ultravox failed.
        SystemError = "system_error",
    }
}

open_enum! {
    /// Whether and how a call is billed.
    pub enum BillingStatus {
        /// Not decided yet.
        Pending = "BILLING_STATUS_PENDING",
        /// Free: made in the console.
        FreeConsole = "BILLING_STATUS_FREE_CONSOLE",
        /// Free: no billable duration.
        FreeZeroEffectiveDuration = "BILLING_STATUS_FREE_ZERO_EFFECTIVE_DURATION",
        /// Free, and counted against the account's free minutes.
        FreeMinutes = "BILLING_STATUS_FREE_MINUTES",
        /// Free: ended by a failure of Ultravox.
        FreeSystemError = "BILLING_STATUS_FREE_SYSTEM_ERROR",
        /// Free for another reason.
        FreeOther = "BILLING_STATUS_FREE_OTHER",
        /// Billed.
        Billed = "BILLING_STATUS_BILLED",
        /// Billed, and the money given back.
        Refunded = "BILLING_STATUS_REFUNDED",
        /// An unexpected state.
        Unspecified = "BILLING_STATUS_UNSPECIFIED",
    }
}

open_enum! {
    /// How the SIP side of a call ended.
    pub enum SipTermination {
        /// In the ordinary way.
        Normal = "SIP_TERMINATION_NORMAL",
        /// The number is not one.
        InvalidNumber = "SIP_TERMINATION_INVALID_NUMBER",
        /// Nobody answered in time.
        Timeout = "SIP_TERMINATION_TIMEOUT",
        /// The destination cannot be reached.
        DestinationUnavailable = "SIP_TERMINATION_DESTINATION_UNAVAILABLE",
        /// The line was busy.
        Busy = "SIP_TERMINATION_BUSY",
        /// Ended before it was answered.
        Canceled = "SIP_TERMINATION_CANCELED",
        /// Refused by the other side.
        Rejected = "SIP_TERMINATION_REJECTED",
        /// Nobody knows.
        Unknown = "SIP_TERMINATION_UNKNOWN",
    }
}

open_enum! {
    /// Speech or text.
    pub enum MessageMedium {
        /// Not said.
        Unspecified = "MESSAGE_MEDIUM_UNSPECIFIED",
        /// Speech; the default.
        Voice = "MESSAGE_MEDIUM_VOICE",
        /// Text.
        Text = "MESSAGE_MEDIUM_TEXT",
    }
}

open_enum! {
    /// Who a message is from.
    pub enum MessageRole {
        /// Not said.
        Unspecified = "MESSAGE_ROLE_UNSPECIFIED",
        /// The person.
        User = "MESSAGE_ROLE_USER",
        /// The agent.
        Agent = "MESSAGE_ROLE_AGENT",
        /// A tool being called.
        ToolCall = "MESSAGE_ROLE_TOOL_CALL",
        /// What the tool gave.
        ToolResult = "MESSAGE_ROLE_TOOL_RESULT",
    }
}

open_enum! {
    /// Who speaks first; deprecated by the API in favour of [`FirstSpeaker`](crate::types::FirstSpeaker).
    pub enum FirstSpeakerWord {
        /// Not said.
        Unspecified = "FIRST_SPEAKER_UNSPECIFIED",
        /// The agent.
        Agent = "FIRST_SPEAKER_AGENT",
        /// The person.
        User = "FIRST_SPEAKER_USER",
    }
}

open_enum! {
    /// How bad an event of a call is.
    pub enum Severity {
        /// For debugging.
        Debug = "debug",
        /// In the ordinary course.
        Info = "info",
        /// Something to look at.
        Warning = "warning",
        /// Something failed.
        Error = "error",
    }
}

open_enum! {
    /// What happens when an inactivity message has been spoken.
    pub enum EndBehavior {
        /// Nothing.
        Unspecified = "END_BEHAVIOR_UNSPECIFIED",
        /// The call ends, unless the person speaks.
        HangUpSoft = "END_BEHAVIOR_HANG_UP_SOFT",
        /// The call ends.
        HangUpStrict = "END_BEHAVIOR_HANG_UP_STRICT",
    }
}

open_enum! {
    /// How long a call's data is kept, as requests say it. The account must have the feature.
    pub enum RetentionPolicy {
        /// As the account has it.
        Unspecified = "CALL_RETENTION_POLICY_UNSPECIFIED",
        /// Kept.
        Retain = "CALL_RETENTION_POLICY_RETAIN",
        /// Deleted once the call is billed.
        AutoDelete = "CALL_RETENTION_POLICY_AUTO_DELETE",
    }
}

open_enum! {
    /// How long a call's data is kept, as calls report it: other words than [`RetentionPolicy`] for the same.
    pub enum StoredRetentionPolicy {
        /// Kept.
        Retain = "retain",
        /// Deleted once the call is billed.
        AutoDelete = "auto_delete",
    }
}

open_enum! {
    /// How soon a text reaches the agent.
    pub enum Urgency {
        /// Not said: as [`Immediate`](Self::Immediate).
        Unspecified = "URGENCY_UNSPECIFIED",
        /// At once, interrupting.
        Immediate = "URGENCY_IMMEDIATE",
        /// At the next turn.
        Soon = "URGENCY_SOON",
        /// When there is nothing else.
        Later = "URGENCY_LATER",
    }
}

open_enum! {
    /// How the audio of a data connection is laid out.
    pub enum ChannelMode {
        /// Not said: as [`Separated`](Self::Separated).
        Unspecified = "CHANNEL_MODE_UNSPECIFIED",
        /// One channel with both sides.
        Mixed = "CHANNEL_MODE_MIXED",
        /// Two channels, one for each side; the default.
        Separated = "CHANNEL_MODE_SEPARATED",
    }
}

open_enum! {
    /// How audio bytes stand in JSON.
    pub enum JsonByteEncoding {
        /// Not said: as [`Base64`](Self::Base64).
        Unspecified = "JSON_BYTE_ENCODING_UNSPECIFIED",
        /// Base64; the default.
        Base64 = "JSON_BYTE_ENCODING_BASE64",
        /// Hexadecimal digits.
        Hex = "JSON_BYTE_ENCODING_HEX",
    }
}

open_enum! {
    /// What the agent does once a tool has answered.
    pub enum AgentReaction {
        /// Not said.
        Unspecified = "AGENT_REACTION_UNSPECIFIED",
        /// Speaks.
        Speaks = "AGENT_REACTION_SPEAKS",
        /// Waits for the person.
        Listens = "AGENT_REACTION_LISTENS",
        /// Speaks, and then waits.
        SpeaksOnce = "AGENT_REACTION_SPEAKS_ONCE",
    }
}

open_enum! {
    /// Where a tool's parameter goes. Client and data-connection tools have a body only.
    pub enum ParameterLocation {
        /// Not said.
        Unspecified = "PARAMETER_LOCATION_UNSPECIFIED",
        /// Into the query.
        Query = "PARAMETER_LOCATION_QUERY",
        /// Into the path.
        Path = "PARAMETER_LOCATION_PATH",
        /// Into a header.
        Header = "PARAMETER_LOCATION_HEADER",
        /// Into the body.
        Body = "PARAMETER_LOCATION_BODY",
    }
}

open_enum! {
    /// A value that Ultravox itself puts into a tool's parameter.
    pub enum KnownParameter {
        /// None.
        Unspecified = "KNOWN_PARAM_UNSPECIFIED",
        /// The call's id.
        CallId = "KNOWN_PARAM_CALL_ID",
        /// What was said so far.
        ConversationHistory = "KNOWN_PARAM_CONVERSATION_HISTORY",
        /// The sample rate of the agent's audio.
        OutputSampleRate = "KNOWN_PARAM_OUTPUT_SAMPLE_RATE",
        /// The call's state.
        CallState = "KNOWN_PARAM_CALL_STATE",
        /// The stage's id.
        CallStageId = "KNOWN_PARAM_CALL_STAGE_ID",
        /// The thread's id.
        ThreadId = "KNOWN_PARAM_THREAD_ID",
        /// The states of all threads.
        ThreadStates = "KNOWN_PARAM_THREAD_STATES",
        /// The call's metadata.
        CallMetadata = "KNOWN_PARAM_CALL_METADATA",
    }
}

open_enum! {
    /// Whose a voice or a tool is.
    pub enum Ownership {
        /// Everybody's: it comes with Ultravox.
        Public = "public",
        /// The account's own.
        Private = "private",
    }
}

open_enum! {
    /// Who bills for a voice.
    pub enum VoiceBillingStyle {
        /// Ultravox, within the price of the call.
        Included = "VOICE_BILLING_STYLE_INCLUDED",
        /// The speech provider, whose key the account must have.
        External = "VOICE_BILLING_STYLE_EXTERNAL",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn every_word_goes_back_as_it_came(word in "\\PC{0,30}|[a-z_]{1,12}|(SIP_TERMINATION|BILLING_STATUS)_[A-Z]{1,8}") {
            fn back<T: serde::de::DeserializeOwned + serde::Serialize>(word: &str) -> serde_json::Value {
                let read: T = serde_json::from_value(word.into()).unwrap();
                serde_json::to_value(read).unwrap()
            }
            prop_assert_eq!(back::<EndReason>(&word), word.as_str());
            prop_assert_eq!(back::<BillingStatus>(&word), word.as_str());
            prop_assert_eq!(back::<SipTermination>(&word), word.as_str());
        }
    }

    #[test]
    fn known_words_are_known() {
        for word in EndReason::KNOWN {
            assert!(
                !matches!(EndReason::from(*word), EndReason::Other(_)),
                "{word}"
            );
        }
        assert_eq!(EndReason::from("agent_hangup"), EndReason::AgentHangup);
        assert_eq!(
            EndReason::from("Hangup"),
            EndReason::Other("Hangup".to_owned())
        );
        assert_eq!(EndReason::AgentHangup.to_string(), "agent_hangup");
    }
}
