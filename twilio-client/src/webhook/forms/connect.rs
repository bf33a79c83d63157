//! The request for TwiML after `<Connect>`: a stream or a relay session is over.

use voice_core::ident::StreamSid;

use super::VoiceRequest;
use super::macros::form;
use super::words::StreamEvent;

form! {
    /// The request for TwiML after `<Connect><Stream>`.
    StreamAction("stream action") on VoiceRequest as voice {
        /// The stream that is over.
        stream_sid: parse(StreamSid) = "StreamSid", shown;
        /// Its name, chosen by you.
        name: text = "StreamName";
        /// What happened to it.
        event: word(StreamEvent) = "StreamEvent", shown;
        /// What failed, in words.
        error: text = "StreamError";
        /// When it ended.
        timestamp: time = "Timestamp";
    }
}

form! {
    /// The request for TwiML after `<Connect><ConversationRelay>`.
    RelayAction("relay action") on VoiceRequest as voice {
        /// The session (`VX…`).
        session_id: text = "SessionId";
        /// How it ended: `ended`, `completed`, `failed`, …
        session_status: text = "SessionStatus";
        /// How long it was.
        session_duration: seconds = "SessionDuration", shown;
        /// What your socket handed over when it ended the session, as it stands; often JSON. Personal.
        handoff_data: text = "HandoffData";
        /// Why it failed.
        error_code: code = "ErrorCode", shown;
        /// Why it failed, in words.
        error_message: text = "ErrorMessage";
    }
}
