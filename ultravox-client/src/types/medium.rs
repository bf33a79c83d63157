//! How a call's audio travels.

use super::{DataMessages, JsonMap, Secret, Urgency, UvDuration};

one_of! {
    /// How a call's audio travels: exactly one. Without any, calls are WebRTC.
    ///
    /// An empty medium means something: `{"twilio": {}}` prepares the call for Twilio Media Streams and leaves the
    /// dialling to you.
    CallMedium {
        /// WebRTC, with Ultravox's client SDKs.
        WebRtc(WebRtcMedium) => "webRtc",
        /// Twilio Media Streams.
        Twilio(TelephonyMedium) => "twilio",
        /// Telnyx media streaming.
        Telnyx(TelephonyMedium) => "telnyx",
        /// Plivo audio streaming.
        Plivo(TelephonyMedium) => "plivo",
        /// Exotel's Voicebot: the join URL is its target.
        Exotel(ExotelMedium) => "exotel",
        /// Raw PCM over a WebSocket, for servers.
        ServerWebSocket(WebSocketMedium) => "serverWebSocket",
        /// SIP; costs extra, and the account must have it.
        Sip(SipMedium) => "sip",
    }
}

impl CallMedium {
    /// WebRTC.
    #[must_use]
    pub fn web_rtc() -> Self {
        Self::WebRtc(WebRtcMedium::new())
    }

    /// Twilio Media Streams; you connect Twilio to the join URL.
    #[must_use]
    pub fn twilio() -> Self {
        Self::Twilio(TelephonyMedium::new())
    }

    /// Telnyx; you connect it to the join URL, with `bidirectionalMode="rtp"`.
    #[must_use]
    pub fn telnyx() -> Self {
        Self::Telnyx(TelephonyMedium::new())
    }

    /// Plivo; you connect it to the join URL, with `contentType="audio/x-l16;rate=16000"`.
    #[must_use]
    pub fn plivo() -> Self {
        Self::Plivo(TelephonyMedium::new())
    }

    /// Exotel; you give it the join URL as Voicebot target.
    #[must_use]
    pub fn exotel() -> Self {
        Self::Exotel(ExotelMedium::new())
    }

    /// Raw PCM over a WebSocket, both ways at `sample_rate` Hz.
    #[must_use]
    pub fn server_web_socket(sample_rate: i32) -> Self {
        Self::ServerWebSocket(WebSocketMedium::new(sample_rate))
    }

    /// SIP; the caller dials Ultravox.
    #[must_use]
    pub fn sip_incoming() -> Self {
        Self::Sip(SipMedium::Incoming(SipIncoming::new()))
    }

    /// Whether Ultravox itself dials. Such a call rings somebody as soon as it is created, and over SIP it has no join
    /// URL.
    #[must_use]
    pub fn dials(&self) -> bool {
        match self {
            Self::Twilio(medium) | Self::Telnyx(medium) | Self::Plivo(medium) => {
                medium.outgoing.is_some()
            }
            Self::Sip(SipMedium::Outgoing(_)) => true,
            Self::WebRtc(_)
            | Self::Exotel(_)
            | Self::ServerWebSocket(_)
            | Self::Sip(_)
            | Self::Other(_) => false,
        }
    }
}

model! {
    /// WebRTC.
    plain WebRtcMedium {
        /// Which data messages the client gets.
        data_messages: DataMessages => "dataMessages",
    }
}

model! {
    /// Twilio, Telnyx or Plivo.
    plain TelephonyMedium {
        /// Lets Ultravox dial, with the account's own credentials at the provider. Without it you dial, and connect the
        /// call to the join URL.
        outgoing: OutgoingCall => "outgoing",
        /// What happens to digits that are pressed.
        dtmf_handling: DtmfHandling => "dtmfHandling",
    }
}

model! {
    /// A call that Ultravox dials.
    both OutgoingCall {
        /// Who is rung, in E.164; with Twilio also a SIP address, with Plivo several targets separated by `<`.
        to: String => "to",
        /// The number shown. With Twilio it must be one of your own, or a client's name.
        from: String => "from",
        /// More parameters, in the provider's own spelling.
        additional_params: JsonMap => "additionalParams",
    }
}

impl OutgoingCall {
    /// Rings `to` and shows `from`.
    #[must_use]
    pub fn new(to: impl Into<String>, from: impl Into<String>) -> Self {
        Self::default().to(to).from(from)
    }
}

model! {
    /// Exotel.
    plain ExotelMedium {
        /// What happens to digits that are pressed.
        dtmf_handling: DtmfHandling => "dtmfHandling",
    }
}

model! {
    /// What happens to digits that are pressed. Without it the agent gets them as a text at once; digits pressed fast
    /// come together.
    both DtmfHandling {
        /// Whether they are dropped.
        ignore: bool => "ignore",
        /// The text the agent gets.
        user_text_message: DtmfMessage => "userTextMessage",
    }
}

impl DtmfHandling {
    /// Digits are dropped.
    #[must_use]
    pub fn dropped() -> Self {
        Self::default().ignore(true)
    }

    /// The agent gets this text, with the digits in place of `{digits}`.
    #[must_use]
    pub fn message(text: impl Into<String>) -> Self {
        Self::default().user_text_message(DtmfMessage::new().text(text))
    }
}

model! {
    /// Digits as a text to the agent.
    plain DtmfMessage {
        /// The text, with `{digits}` where the digits go; `{digits}` alone by default.
        text: String => "text",
        /// How soon it reaches the agent; at once by default.
        urgency: Urgency => "urgency",
    }
}

model! {
    /// Raw PCM over a WebSocket: signed 16 bits, little endian, one channel, one second of audio in each second.
    both WebSocketMedium {
        /// Of the person's audio, in Hz. Required.
        input_sample_rate: i32 => "inputSampleRate",
        /// Of the agent's audio, in Hz; as the input by default.
        output_sample_rate: i32 => "outputSampleRate",
        /// How much audio the client keeps, in ms; 60 by default. A client that honours `playback_clear_buffer` can have
        /// 30,000.
        client_buffer_size_ms: i32 => "clientBufferSizeMs",
        /// Which data messages the client gets.
        data_messages: DataMessages => "dataMessages",
        /// Ends the call when no audio came for this long. Below 10 s counts as 10 s; 30 to 60 s are sensible.
        media_idle_timeout: UvDuration => "mediaIdleTimeout",
    }
}

impl WebSocketMedium {
    /// Both ways at `sample_rate` Hz.
    #[must_use]
    pub fn new(sample_rate: i32) -> Self {
        Self::default().input_sample_rate(sample_rate)
    }
}

one_of! {
    /// A SIP call.
    SipMedium {
        /// The caller dials Ultravox.
        Incoming(SipIncoming) => "incoming",
        /// Ultravox dials. There is no join URL.
        Outgoing(SipOutgoing) => "outgoing",
    }
}

model! {
    /// A SIP call that comes in. Nothing to set.
    plain SipIncoming {}
}

model! {
    /// A SIP call that Ultravox makes.
    both SipOutgoing {
        /// The SIP URI to dial; a phone number is refused.
        to: String => "to",
        /// The SIP URI shown.
        from: String => "from",
        /// The user to authenticate as.
        username: String => "username",
        /// That user's password.
        password: Secret => "password",
    }
}

impl SipOutgoing {
    /// Dials the SIP URI `to` and shows the SIP URI `from`.
    #[must_use]
    pub fn new(to: impl Into<String>, from: impl Into<String>) -> Self {
        Self::default().to(to).from(from)
    }
}
