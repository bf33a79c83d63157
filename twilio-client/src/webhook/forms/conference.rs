//! What happens in a conference.

use voice_core::ident::{AccountSid, CallSid, ConferenceSid};

use super::macros::form;
use super::words::{ConferenceEventKind, ReasonConferenceEnded, ReasonParticipantLeft};
use crate::calls::CallStatus;

form! {
    /// One event of a conference.
    ///
    /// Events may overtake each other: order them by [`sequence`](Self::sequence), which counts per conference.
    ConferenceEvent("conference event") of conference_sid: ConferenceSid = "ConferenceSid" {
        /// The account.
        account_sid: parse(AccountSid) = "AccountSid", shown;
        /// The conference's name, chosen by you. Perhaps personal.
        friendly_name: text = "FriendlyName";
        /// Its place among the events of this conference.
        sequence: number = "SequenceNumber", shown;
        /// When it happened.
        timestamp: time = "Timestamp";
        /// What happened.
        event: word(ConferenceEventKind) = "StatusCallbackEvent", shown;
        /// The participant's call.
        call_sid: parse(CallSid) = "CallSid", shown;
        /// Whether the participant is muted.
        muted: toggle = "Muted", shown;
        /// Whether the participant is on hold.
        hold: toggle = "Hold", shown;
        /// Whether the participant is heard by one other only.
        coaching: toggle = "Coaching", shown;
        /// Whether the conference ends when the participant leaves.
        end_conference_on_exit: toggle = "EndConferenceOnExit", shown;
        /// Whether the conference begins when the participant comes.
        start_conference_on_enter: toggle = "StartConferenceOnEnter", shown;
        /// The participant's label, chosen by you. Perhaps personal.
        participant_label: text = "ParticipantLabel";
        /// How far the participant's call is.
        participant_status: word(CallStatus) = "ParticipantCallStatus", shown;
        /// Why the participant left.
        reason_participant_left: word(ReasonParticipantLeft) = "ReasonParticipantLeft", shown;
        /// The call whose end ended the conference.
        ending_call_sid: parse(CallSid) = "CallSidEndingConference", shown;
        /// The label of the participant who ended it. Perhaps personal.
        ending_participant_label: text = "ParticipantLabelEndingConference";
        /// Why the conference ended.
        reason_conference_ended: word(ReasonConferenceEnded) = "ReasonConferenceEnded", shown;
        /// Why, in words.
        reason: text = "Reason";
        /// Why the announcement failed.
        reason_announcement_failed: text = "ReasonAnnouncementFailed";
        /// The announcement.
        announce_url: text = "AnnounceUrl";
    }
}
