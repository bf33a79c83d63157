//! `<Conversation>`: the call as a part of a conversation.

use std::time::Duration;

use super::attribute::words;
use super::macros::{begins_empty, twiml_element};
use super::{ConversationRecord, Link};
use crate::calls::{RecordingEvent, Trim};
use crate::types::{HttpMethod, Toggle, open_enum};

open_enum! {
    /// What is reported of a call in a conversation.
    ConversationEvent {
        /// Twilio has begun to dial.
        Initiated = "call-initiated",
        /// It rings.
        Ringing = "call-ringing",
        /// Somebody answered.
        Answered = "call-answered",
        /// It is over.
        Completed = "call-completed",
    }
}

words! { ConversationEvent }

twiml_element! {
    /// `<Conversation>` in a Connect: brings the call into a conversation of a Conversations service.
    Conversation = "Conversation" [] {
        /// The service, `IS…`.
        service_instance_sid = "serviceInstanceSid": String,
        /// Whether a conversation is made for a caller without one.
        inbound_autocreation = "inboundAutocreation": Toggle,
        /// How long to wait for somebody to be assigned.
        routing_assignment_timeout = "routingAssignmentTimeout": Duration,
        /// How long to wait for them to answer.
        inbound_timeout = "inboundTimeout": Duration,
        /// What is heard while waiting.
        url = "url": Link,
        /// How it is requested; POST unless set.
        method = "method": HttpMethod,
        /// Whether it is recorded.
        record = "record": ConversationRecord,
        /// What happens to silence at the recording's ends.
        trim = "trim": Trim,
        /// Where the recording's progress is reported.
        recording_status_callback = "recordingStatusCallback": Link,
        /// Which progress; `completed` unless set.
        recording_status_callback_event = "recordingStatusCallbackEvent": Vec<RecordingEvent>,
        /// How it is reported; POST unless set.
        recording_status_callback_method = "recordingStatusCallbackMethod": HttpMethod,
        /// Where the call's progress is reported.
        status_callback = "statusCallback": Link,
        /// Which progress.
        status_callback_event = "statusCallbackEvent": Vec<ConversationEvent>,
        /// How it is reported; POST unless set.
        status_callback_method = "statusCallbackMethod": HttpMethod,
    }
}

begins_empty! {
    /// A conversation with Twilio's defaults.
    Conversation,
}
