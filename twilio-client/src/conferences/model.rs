//! A conference as the API answers it.

use serde_json::{Map, Value};
use voice_core::ident::{AccountSid, CallSid, ConferenceSid};

use crate::types::{ApiTime, open_enum, resource};

open_enum! {
    /// How far a conference is.
    ConferenceStatus {
        /// Somebody waits; it has not begun.
        Init = "init",
        /// It goes on.
        InProgress = "in-progress",
        /// It is over; the only status one can set.
        Completed = "completed",
    }
}

open_enum! {
    /// Why a conference ended.
    ConferenceEndReason {
        /// A request ended it.
        ViaApi = "conference-ended-via-api",
        /// Somebody left who was to end it by that.
        EndingParticipantLeft = "participant-with-end-conference-on-exit-left",
        /// Somebody was put out who was to end it by leaving.
        EndingParticipantKicked = "participant-with-end-conference-on-exit-kicked",
        /// The last one was put out.
        LastParticipantKicked = "last-participant-kicked",
        /// The last one left.
        LastParticipantLeft = "last-participant-left",
    }
}

resource! {
    /// A conference.
    Conference {
        /// Its SID.
        sid: ConferenceSid,
        /// The account it belongs to.
        account_sid: AccountSid,
        /// When it was created.
        date_created: ApiTime,
        /// When it was last changed.
        date_updated: ApiTime,
        /// The version of the API it was made with.
        api_version: String,
        /// Its name, up to 128 characters.
        friendly_name: String => personal,
        /// The region its sound is mixed in.
        region: String,
        /// How far it is.
        status: ConferenceStatus,
        /// Its own address, relative to the API's host.
        uri: String,
        /// The addresses of what belongs to it.
        subresource_uris: Map<String, Value>,
        /// Why it ended; nothing while it goes on.
        reason_conference_ended: ConferenceEndReason,
        /// The call that ended it.
        call_sid_ending_conference: CallSid,
    }
}
