//! What the events say, kind by kind.

use serde_json::Value;
use voice_core::provider::{CallId, RingingCall, SipHeader};
use voice_core::wire::open_enum;

use super::field::{Field, data};

open_enum! {
    /// How the media of a SIP call are protected.
    pub enum MediaSecurity {
        /// Not at all.
        Rtp = "rtp",
        /// Encrypted.
        Srtp = "srtp",
    }
}

open_enum! {
    /// What a live session is carried over.
    pub enum TransportKind {
        /// A telephone call.
        Sip = "sip",
        /// A browser.
        WebRtc = "webrtc",
    }
}

macro_rules! word_fields {
    ($($name:ident)*) => {$(
        impl Field for $name {
            fn read(value: Value) -> Result<Self, String> {
                String::read(value).map(Self::from)
            }

            fn write(&self) -> Value {
                Value::from(self.as_str())
            }
        }
    )*};
}

word_fields! { MediaSecurity TransportKind }

data! {
    /// The thing that an event is about: a batch, a response, an alert …
    ObjectRef {
        /// Its id.
        id: String => "id",
    }
}

data! {
    /// An agent's session was created.
    AgentSessionCreated {
        /// The session's id.
        id: String => "id",
        /// Where it runs.
        environment_type: String => "environment_type",
        ;
        /// How to connect to it. Its form is not documented, and it may hold secrets.
        connect: Value => "connect" quiet,
        /// The environment it runs in.
        environment_id: String => "environment_id",
    }
}

data! {
    /// An agent's session is in another state.
    AgentSession {
        /// The session's id.
        id: String => "id",
        /// Where it runs.
        environment_type: String => "environment_type",
        ;
        /// The environment it runs in.
        environment_id: String => "environment_id",
    }
}

data! {
    /// An agent's session waits for somebody to act.
    AgentActionRequired {
        /// The session's id.
        id: String => "id",
        /// What is to be done. Its form is not documented.
        required_action: Value => "required_action" quiet,
    }
}

data! {
    /// A telephone call rings, and may be accepted as a Realtime call.
    ///
    /// ```
    /// use openai_calls::webhooks::{Event, EventData};
    ///
    /// let body = br#"{"id": "evt_1", "created_at": 1, "type": "realtime.call.incoming",
    ///     "data": {"call_id": "rtc_1", "sip_headers": [{"name": "To", "value": "<tel:+15550100>"}]}}"#;
    /// let EventData::RealtimeCallIncoming(call) = Event::parse(body)?.data else { unreachable!() };
    /// assert_eq!(call.ringing().sip_headers[0].name, "To");
    /// # Ok::<(), voice_core::webhook::WebhookError>(())
    /// ```
    IncomingCall {
        /// Its id (`rtc_…`).
        call_id: CallId => "call_id",
        /// The headers of its INVITE, in order, repeats kept. **Untrusted**: whoever calls can write them.
        sip_headers: Vec<SipHeader> => "sip_headers",
        ;
        /// How its media are protected.
        sip_media_security: MediaSecurity => "sip_media_security",
    }
}

impl IncomingCall {
    /// The call as provider-neutral code knows it.
    #[must_use]
    pub fn ringing(&self) -> RingingCall {
        RingingCall::new(self.call_id.clone(), self.sip_headers.clone())
    }
}

data! {
    /// A telephone call rings, and may be accepted as a live session: the older form of [`IncomingLiveTransport`].
    IncomingLiveCall {
        /// Its id, the same as the call's in `realtime.call.incoming`.
        session_id: CallId => "session_id",
        /// The headers of its INVITE. **Untrusted**.
        sip_headers: Vec<SipHeader> => "sip_headers",
        ;
        /// How its media are protected.
        sip_media_security: MediaSecurity => "sip_media_security",
    }
}

data! {
    /// A telephone call rings, and may be accepted as a live session. The first accept decides which API has the call.
    IncomingLiveTransport {
        /// Its id, the same as the call's in `realtime.call.incoming`.
        session_id: CallId => "session_id",
        /// The headers of its INVITE. **Untrusted**.
        sip_headers: Vec<SipHeader> => "sip_headers",
        /// What it is carried over: `sip`.
        transport: TransportKind => "type",
        ;
        /// How its media are protected.
        sip_media_security: MediaSecurity => "sip_media_security",
    }
}

data! {
    /// A live session began without a telephone.
    LiveTransportConnected {
        /// Its id.
        session_id: CallId => "session_id",
        /// What it is carried over: `webrtc`.
        transport: TransportKind => "type",
    }
}

data! {
    /// Requests of one end user are refused from now on.
    BlockedIdentifier {
        /// Why.
        safety_category: String => "safety_category",
        /// The end user, as the application named them: personal.
        safety_identifier: String => "safety_identifier" quiet,
        ;
        /// The model that was asked.
        model: String => "model",
        /// The project.
        project_id: String => "project_id",
        /// The request.
        request_id: String => "request_id",
    }
}
