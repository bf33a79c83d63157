//! A call as the API answers it.

use std::time::Duration;

use serde_json::{Map, Value};
use voice_core::ident::{AccountSid, CallSid, PhoneNumberSid, TrunkSid};

use crate::types::{ApiTime, Numeric, open_enum, resource};

open_enum! {
    /// How far a call is.
    CallStatus {
        /// Accepted, waiting for its turn.
        Queued = "queued",
        /// Twilio has begun to dial; only callbacks say so.
        Initiated = "initiated",
        /// It rings.
        Ringing = "ringing",
        /// Somebody answered.
        InProgress = "in-progress",
        /// It was answered, and is over.
        Completed = "completed",
        /// The line was busy.
        Busy = "busy",
        /// It could not be connected.
        Failed = "failed",
        /// Nobody answered.
        NoAnswer = "no-answer",
        /// It was ended before it was answered.
        Canceled = "canceled",
    }
}

impl CallStatus {
    /// Nothing more will happen to it.
    #[must_use]
    pub fn is_final(&self) -> bool {
        matches!(
            self,
            Self::Completed | Self::Busy | Self::Failed | Self::NoAnswer | Self::Canceled
        )
    }
}

impl From<&CallStatus> for voice_core::provider::CallStatus {
    fn from(status: &CallStatus) -> Self {
        Self::from_word(status.as_str())
    }
}

open_enum! {
    /// Where a call came from.
    CallDirection {
        /// Somebody called a number of the account.
        Inbound = "inbound",
        /// Dialled by call creation.
        OutboundApi = "outbound-api",
        /// Dialled by a `<Dial>` verb.
        OutboundDial = "outbound-dial",
        /// Over a trunk, into your infrastructure.
        TrunkingOriginating = "trunking-originating",
        /// Over a trunk, out of your infrastructure.
        TrunkingTerminating = "trunking-terminating",
    }
}

open_enum! {
    /// Who answered, as far as detection can tell.
    AnsweredBy {
        /// A person.
        Human = "human",
        /// A machine; the REST API says no more.
        Machine = "machine",
        /// The beginning of a machine's message.
        MachineStart = "machine_start",
        /// A machine's message has ended with a beep.
        MachineEndBeep = "machine_end_beep",
        /// A machine's message has ended in silence.
        MachineEndSilence = "machine_end_silence",
        /// A machine's message has ended somehow.
        MachineEndOther = "machine_end_other",
        /// A fax.
        Fax = "fax",
        /// It could not be told.
        Unknown = "unknown",
    }
}

resource! {
    /// A call.
    Call {
        /// Its SID.
        sid: CallSid,
        /// When it was created, in whole seconds.
        date_created: ApiTime,
        /// When it was last changed.
        date_updated: ApiTime,
        /// The call that created this leg.
        parent_call_sid: CallSid,
        /// The account it belongs to.
        account_sid: AccountSid,
        /// Who was called: E.164, `sip:…`, `client:…`.
        to: String => personal,
        /// The same for display.
        to_formatted: String => personal,
        /// Who called.
        from: String => personal,
        /// The same for display.
        from_formatted: String => personal,
        /// The number of the account that took part, or the verified caller id.
        phone_number_sid: PhoneNumberSid,
        /// How far it is.
        status: CallStatus,
        /// When dialling began; nothing while the call is queued.
        start_time: ApiTime,
        /// When it ended.
        end_time: ApiTime,
        /// Its length in seconds; nothing while it goes on or when nobody answered.
        duration: Numeric,
        /// The charge, negative, in [`price_unit`](Self::price_unit); filled in some time after the end.
        price: Numeric,
        /// The currency (ISO 4217).
        price_unit: String,
        /// Where it came from.
        direction: CallDirection,
        /// Who answered, if that was to be detected.
        answered_by: AnsweredBy,
        /// The version of the API it was made with.
        api_version: String,
        /// The number it was forwarded from.
        forwarded_from: String => personal,
        /// The group of calls it belongs to (`GP…`).
        group_sid: String,
        /// The caller's name, for incoming calls with lookup.
        caller_name: String => personal,
        /// How long it waited before it was placed, in milliseconds.
        queue_time: Numeric,
        /// The trunk it went over.
        trunk_sid: TrunkSid,
        /// Its own address, relative to the API's host.
        uri: String,
        /// The addresses of what belongs to it.
        subresource_uris: Map<String, Value>,
    }
}

impl Call {
    /// Its length, once it is over and was answered.
    #[must_use]
    pub fn length(&self) -> Option<Duration> {
        self.duration.as_ref().and_then(Numeric::seconds)
    }

    /// How long it waited before it was placed.
    #[must_use]
    pub fn waited(&self) -> Option<Duration> {
        self.queue_time.as_ref().and_then(Numeric::milliseconds)
    }
}
