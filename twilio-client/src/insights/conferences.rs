//! Conferences and who took part in them.

use serde_json::{Map, Value};
use voice_core::client::{Cursor, Pager, Response};
use voice_core::error::Error;
use voice_core::ident::{AccountSid, CallSid, ConferenceSid};

use super::CallType;
use crate::operation::{accessor, operations};
use crate::paging;
use crate::types::{ApiTime, DateFilter, Numeric, list_request, open_enum, resource};

operations! { Insights "insights_v1":
    LIST = get "insights.conferences.list" ListConference "/v1/Conferences";
    GET = get "insights.conferences.get" FetchConference "/v1/Conferences/{ConferenceSid}";
    PARTICIPANTS = get "insights.conferences.participants.list" ListConferenceParticipant "/v1/Conferences/{ConferenceSid}/Participants";
    PARTICIPANT = get "insights.conferences.participants.get" FetchConferenceParticipant "/v1/Conferences/{ConferenceSid}/Participants/{ParticipantSid}";
}

open_enum! {
    /// How far a conference is.
    ConferenceState {
        /// It goes on.
        InProgress = "in_progress",
        /// It has not begun.
        NotStarted = "not_started",
        /// It is over.
        Completed = "completed",
        /// Twilio has heard nothing of its end.
        SummaryTimeout = "summary_timeout",
    }
}

open_enum! {
    /// Why a conference ended.
    ConferenceEnd {
        /// The last one left.
        LastParticipantLeft = "last_participant_left",
        /// It was ended through the API.
        EndedViaApi = "conference_ended_via_api",
        /// One left whose leaving ends it.
        ModeratorLeft = "participant_with_end_conference_on_exit_left",
        /// The last one was thrown out.
        LastParticipantKicked = "last_participant_kicked",
        /// One was thrown out whose leaving ends it.
        ModeratorKicked = "participant_with_end_conference_on_exit_kicked",
    }
}

open_enum! {
    /// What may have spoiled a conference.
    ConferenceTag {
        /// The region asked for is none.
        InvalidRequestedRegion = "invalid_requested_region",
        /// Two clients of one name.
        DuplicateIdentity = "duplicate_identity",
        /// It never began.
        StartFailure = "start_failure",
        /// It was mixed far from those who took part.
        RegionConfigurationIssues = "region_configuration_issues",
        /// The sound suffered.
        QualityWarnings = "quality_warnings",
        /// Those who took part behaved oddly, such as rejoining often.
        ParticipantBehaviorIssues = "participant_behavior_issues",
        /// Packets were lost.
        HighPacketLoss = "high_packet_loss",
        /// Packets came unevenly.
        HighJitter = "high_jitter",
        /// Packets came late.
        HighLatency = "high_latency",
        /// The sound was poor.
        LowMos = "low_mos",
        /// Somebody was silent.
        DetectedSilence = "detected_silence",
        /// No two were there at one time.
        NoConcurrentParticipants = "no_concurrent_participants",
    }
}

open_enum! {
    /// Whether all of a summary is there.
    SummaryProgress {
        /// All of it.
        Complete = "complete",
        /// Not yet.
        InProgress = "in_progress",
        /// It never will be.
        Timeout = "timeout",
    }
}

open_enum! {
    /// Which way a participant's call went.
    ParticipantDirection {
        /// To Twilio.
        Inbound = "inbound",
        /// From Twilio.
        Outbound = "outbound",
    }
}

open_enum! {
    /// What became of a participant's call.
    ParticipantCallStatus {
        /// It goes on.
        Answered = "answered",
        /// It is over.
        Completed = "completed",
        /// The line was busy.
        Busy = "busy",
        /// It could not be connected.
        Fail = "fail",
        /// Nobody answered.
        NoAnswer = "noanswer",
        /// It rings.
        Ringing = "ringing",
        /// It was ended before it was answered.
        Canceled = "canceled",
    }
}

open_enum! {
    /// How much sound is held back to even out its coming.
    JitterBufferSize {
        /// Much.
        Large = "large",
        /// Little.
        Small = "small",
        /// Some.
        Medium = "medium",
        /// None.
        Off = "off",
    }
}

list_request! {
    /// Which conferences to list.
    ListConferences {
        /// Only this one.
        conference_sid = "ConferenceSid": ConferenceSid,
        /// Only those of this name.
        friendly_name = "FriendlyName": String,
        /// Only those this far.
        status = "Status": ConferenceState,
        /// Only those created after this.
        created_after = "CreatedAfter": DateFilter,
        /// Only those created before this.
        created_before = "CreatedBefore": DateFilter,
        /// Only those mixed in this region.
        mixer_region = "MixerRegion": String,
        /// Only those with these tags, separated by commas.
        tags = "Tags": String,
        /// Only those of this subaccount.
        subaccount = "Subaccount": AccountSid,
        /// Only those with these issues.
        detected_issues = "DetectedIssues": String,
        /// Only those that ended so.
        end_reason = "EndReason": ConferenceEnd,
    }
}

list_request! {
    /// Which participants to list.
    ListParticipants {
        /// Only this one (`CP…`).
        participant_sid = "ParticipantSid": String,
        /// Only those of this label.
        label = "Label": String,
        /// Only those with these events, such as `hold` or `mute`.
        events = "Events": String,
    }
}

resource! {
    /// How a conference went.
    ConferenceSummary {
        /// The conference.
        conference_sid: ConferenceSid,
        /// The account it belongs to.
        account_sid: AccountSid,
        /// Its name.
        friendly_name: String,
        /// When the first one joined.
        create_time: ApiTime,
        /// When it began: two or more, one of them starting it.
        start_time: ApiTime,
        /// When it ended.
        end_time: ApiTime,
        /// From its creation to its end, in seconds.
        duration_seconds: Numeric,
        /// From its beginning to its end, in seconds.
        connect_duration_seconds: Numeric,
        /// How far it is.
        status: ConferenceState,
        /// How many could take part at once.
        max_participants: Numeric,
        /// How many did.
        max_concurrent_participants: Numeric,
        /// How many different numbers took part.
        unique_participants: Numeric,
        /// Why it ended.
        end_reason: ConferenceEnd,
        /// Whose call ended it.
        ended_by: CallSid,
        /// Where it was mixed.
        mixer_region: String,
        /// Where it should have been mixed.
        mixer_region_requested: String,
        /// Whether it was recorded.
        recording_enabled: bool,
        /// Issues and how often each was seen; Twilio's own shape.
        detected_issues: Value,
        /// What may have spoiled it.
        tags: Vec<ConferenceTag>,
        /// More of each tag; Twilio's own shape.
        tag_info: Value,
        /// Whether all of the summary is there.
        processing_state: SummaryProgress,
        /// Its own address.
        url: String,
        /// The addresses of what belongs to it.
        links: Map<String, Value>,
    }
}

resource! {
    /// How one who took part fared.
    ConferenceParticipant {
        /// Its SID (`CP…`).
        participant_sid: String,
        /// Its label.
        label: String => personal,
        /// The conference.
        conference_sid: ConferenceSid,
        /// The call.
        call_sid: CallSid,
        /// The account it belongs to.
        account_sid: AccountSid,
        /// Which way the call went.
        call_direction: ParticipantDirection,
        /// Who called.
        from: String => personal,
        /// Who was called.
        to: String => personal,
        /// What became of the call.
        call_status: ParticipantCallStatus,
        /// The country (two letters).
        country_code: String,
        /// Whether its coming begins the conference or its leaving ends it.
        is_moderator: bool,
        /// When it joined.
        join_time: ApiTime,
        /// When it left.
        leave_time: ApiTime,
        /// From joining to leaving, in seconds.
        duration_seconds: Numeric,
        /// How many seconds in the queue were expected.
        outbound_queue_length: Numeric,
        /// How many they were.
        outbound_time_in_queue: Numeric,
        /// How much sound is held back.
        jitter_buffer_size: JitterBufferSize,
        /// Whether it coached.
        is_coach: bool,
        /// The calls it coached.
        coached_participants: Vec<String>,
        /// Where its sound comes from.
        participant_region: String,
        /// Where the conference was mixed.
        conference_region: String,
        /// Over what its call went.
        call_type: CallType,
        /// Whether all of the summary is there.
        processing_state: SummaryProgress,
        /// Facts of it; Twilio's own shape.
        properties: Value => secret,
        /// What it did and when; Twilio's own shape.
        events: Value,
        /// What was measured; Twilio's own shape.
        metrics: Value,
        /// Its own address.
        url: String,
    }
}

accessor! {
    /// How conferences went; see [`Insights::conferences`](super::Insights::conferences).
    ConferenceInsights
}

impl ConferenceInsights<'_> {
    /// Lists conferences, page by page.
    #[must_use]
    pub fn list(&self, request: &ListConferences) -> Pager<'static, ConferenceSummary> {
        paging::items(self.client, ON, &LIST, "conferences", &[], request)
    }

    /// Takes a list of conferences up again at a stored cursor.
    #[must_use]
    pub fn resume(&self, cursor: Cursor) -> Pager<'static, ConferenceSummary> {
        paging::resumed(self.client, ON, &LIST, "conferences", cursor)
    }

    /// Reads a conference.
    ///
    /// # Errors
    /// [`ErrorKind::NotFound`](voice_core::error::ErrorKind::NotFound) (code 20404) for one that Insights does not know.
    pub async fn get(
        &self,
        conference: ConferenceSid,
    ) -> Result<Response<ConferenceSummary>, Error> {
        self.client
            .at(ON, &GET)
            .path("ConferenceSid", conference)
            .send()
            .await
    }

    /// Lists who took part in a conference, page by page.
    #[must_use]
    pub fn participants(
        &self,
        conference: ConferenceSid,
        request: &ListParticipants,
    ) -> Pager<'static, ConferenceParticipant> {
        let path = [("ConferenceSid", conference.as_str())];
        paging::items(
            self.client,
            ON,
            &PARTICIPANTS,
            "participants",
            &path,
            request,
        )
    }

    /// Takes a list of participants up again at a stored cursor.
    #[must_use]
    pub fn resume_participants(&self, cursor: Cursor) -> Pager<'static, ConferenceParticipant> {
        paging::resumed(self.client, ON, &PARTICIPANTS, "participants", cursor)
    }

    /// Reads one who took part (`CP…`), with these events and metrics where they are named.
    ///
    /// # Errors
    /// As for [`get`](Self::get).
    pub async fn participant(
        &self,
        conference: ConferenceSid,
        participant_sid: &str,
        events: Option<&str>,
        metrics: Option<&str>,
    ) -> Result<Response<ConferenceParticipant>, Error> {
        let ask = self
            .client
            .at(ON, &PARTICIPANT)
            .path("ConferenceSid", conference);
        let ask = ask.path("ParticipantSid", participant_sid);
        ask.query_option("Events", events)
            .query_option("Metrics", metrics)
            .send()
            .await
    }
}
