//! `<Connect>` and those that take a call's audio over; streams and ConversationRelay have modules of their own.

use super::macros::{begins_empty, takes_parameters, twiml_element};
use super::{
    Config, Conversation, ConversationRelay, LanguageTag, Link, Parameter, Stream, Within,
};
use crate::types::{HttpMethod, Toggle};

twiml_element! {
    /// `<Connect>`: hands the call's audio to somebody until they let go; then the next verb runs.
    Connect = "Connect" [
        AiSession, Autopilot, Conversation, ConversationRelay, ConversationRelaySession, Room, Stream, VirtualAgent
    ] {
        /// What is requested when the connection has ended.
        action = "action": Link,
        /// How the action is requested; POST unless set.
        method = "method": HttpMethod,
    }
}

impl Connect {
    /// Connects to a two-way media stream. A call has one at most.
    #[must_use]
    pub fn stream(stream: Stream) -> Self {
        Self::to(stream)
    }

    /// Connects to any noun of Connect's.
    #[must_use]
    pub fn to(noun: impl Within<Self>) -> Self {
        Self::empty().with(noun)
    }
}

twiml_element! {
    /// `<VirtualAgent>`: an agent of another vendor's, behind a connector.
    VirtualAgent = "VirtualAgent" [Config, Parameter] {
        /// The connector's name (error 32602 when there is none such).
        connector_name = "connectorName": String,
        /// The language spoken with it.
        language = "language": LanguageTag,
        /// Whether the caller's mood is judged.
        sentiment_analysis = "sentimentAnalysis": Toggle,
        /// Where its progress is reported.
        status_callback = "statusCallback": Link,
        /// How it is reported; POST unless set.
        status_callback_method = "statusCallbackMethod": HttpMethod,
    }
}

impl VirtualAgent {
    /// The agent behind this connector.
    pub fn new(connector_name: impl Into<String>) -> Self {
        Self::empty().connector_name(connector_name)
    }
}

takes_parameters! { VirtualAgent }

twiml_element! {
    /// `<Room>`: a room of the Video API, by its name.
    Room = "Room" [] {
        /// The participant's identity in it.
        participant_identity = "participantIdentity": String,
    }
}

impl Room {
    /// A room by its name.
    pub fn new(name: impl Into<String>) -> Self {
        Self::holding(name)
    }
}

twiml_element! {
    /// `<Autopilot>`: an assistant of a product that has ended; its SID is the text.
    Autopilot = "Autopilot" [] {}
}

impl Autopilot {
    /// An assistant by its SID, `UA…`.
    pub fn new(assistant: impl Into<String>) -> Self {
        Self::holding(assistant)
    }
}

twiml_element! {
    /// `<AiSession>`: a session of an AI connector.
    AiSession = "AiSession" [] {
        /// The connector's name.
        ai_connector = "aiConnector": String,
        /// The session's configuration, by its id.
        ai_session_configuration = "aiSessionConfiguration": String,
    }
}

twiml_element! {
    /// `<ConversationRelaySession>`: a ConversationRelay that is configured at Twilio.
    ConversationRelaySession = "ConversationRelaySession" [] {
        /// The connector's name.
        connector = "connector": String,
        /// The session's configuration, by its id.
        session_configuration = "sessionConfiguration": String,
    }
}

begins_empty! {
    /// A session without settings.
    AiSession,
    /// A session without settings.
    ConversationRelaySession,
}
