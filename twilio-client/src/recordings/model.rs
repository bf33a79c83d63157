//! A recording as the API answers it, whether of an account, a call or a conference.

use std::time::Duration;

use serde_json::{Map, Value};
use voice_core::ident::{AccountSid, CallSid, ConferenceSid, RecordingSid};

use crate::calls::RecordingTrack;
use crate::types::{ApiTime, Numeric, open_enum, resource};

open_enum! {
    /// How far a recording is.
    RecordingStatus {
        /// It is being made.
        InProgress = "in-progress",
        /// It pauses.
        Paused = "paused",
        /// It has been stopped.
        Stopped = "stopped",
        /// The sound is being prepared.
        Processing = "processing",
        /// The sound can be fetched.
        Completed = "completed",
        /// There is no sound to keep; [`Recording::error_code`] says why.
        Absent = "absent",
        /// It was deleted.
        Deleted = "deleted",
    }
}

open_enum! {
    /// How a recording was begun.
    RecordingSource {
        /// By `<Dial record>`.
        DialVerb = "DialVerb",
        /// By a conference's settings.
        Conference = "Conference",
        /// By the request that dialled.
        OutboundApi = "OutboundAPI",
        /// By a trunk's settings.
        Trunking = "Trunking",
        /// By `<Record>`.
        RecordVerb = "RecordVerb",
        /// By a request during the call.
        StartCallRecordingApi = "StartCallRecordingAPI",
        /// By a request during the conference.
        StartConferenceRecordingApi = "StartConferenceRecordingAPI",
    }
}

resource! {
    /// A recording.
    Recording {
        /// Its SID.
        sid: RecordingSid,
        /// The account it belongs to.
        account_sid: AccountSid,
        /// The version of the API it was made with.
        api_version: String,
        /// The call; of one with two legs, the first.
        call_sid: CallSid,
        /// The conference, if it is of one.
        conference_sid: ConferenceSid,
        /// When it was created.
        date_created: ApiTime,
        /// When it was last changed.
        date_updated: ApiTime,
        /// When the sound begins.
        start_time: ApiTime,
        /// Its length in seconds.
        duration: Numeric,
        /// The charge, in [`price_unit`](Self::price_unit).
        price: Numeric,
        /// The currency (ISO 4217).
        price_unit: String,
        /// How far it is.
        status: RecordingStatus,
        /// How many channels it has.
        channels: Numeric,
        /// How it was begun.
        source: RecordingSource,
        /// Which side is recorded; only the recordings of a call say so.
        track: RecordingTrack,
        /// Why it is absent.
        error_code: Numeric,
        /// How to decrypt it: the key's SID, the encrypted content key, the initialisation vector.
        encryption_details: Value => secret,
        /// Where the sound is, without the ending that names its format. It may be missing, or lie in storage of your own:
        /// [`Recordings::media`](super::Recordings::media) does not need it.
        media_url: String,
        /// Its own address, relative to the API's host.
        uri: String,
        /// The addresses of what belongs to it.
        subresource_uris: Map<String, Value>,
    }
}

impl Recording {
    /// Its length, once it is known.
    #[must_use]
    pub fn length(&self) -> Option<Duration> {
        self.duration.as_ref().and_then(Numeric::seconds)
    }
}
