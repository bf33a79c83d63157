//! What is reported of a conference, and to whom.

use std::time::SystemTime;

use voice_core::ident::CallSid;

use super::super::TwilioSimulator;
use super::super::courier::Outbox;
use super::super::record::Reports;
use super::{Leaving, Member, Room};
use crate::conferences::ConferenceEndReason;
use crate::types::ApiTime;
use crate::webhook::Params;
use crate::xml::XmlTree;

/// Where a participant's order wants the conference reported: its start and end unless events are named.
pub(super) fn wanted(form: &Params) -> Option<Reports> {
    let mut events: Vec<String> = form
        .iter()
        .filter(|(name, _)| *name == "ConferenceStatusCallbackEvent")
        .flat_map(|(_, events)| events.split_whitespace().map(str::to_owned))
        .collect();
    if events.is_empty() {
        events.extend(["start".to_owned(), "end".to_owned()]);
    }
    Some(Reports {
        url: form.filled("ConferenceStatusCallback")?.to_owned(),
        get: form.get("ConferenceStatusCallbackMethod") == Some("GET"),
        events,
    })
}

/// The noun's attributes as the parameters they are called in the API.
pub(super) fn from_attributes(noun: &XmlTree) -> Params {
    let names = [
        ("muted", "Muted"),
        ("startConferenceOnEnter", "StartConferenceOnEnter"),
        ("endConferenceOnExit", "EndConferenceOnExit"),
        ("maxParticipants", "MaxParticipants"),
        ("participantLabel", "Label"),
        ("region", "Region"),
        ("record", "ConferenceRecord"),
        ("statusCallback", "ConferenceStatusCallback"),
        ("statusCallbackMethod", "ConferenceStatusCallbackMethod"),
        ("statusCallbackEvent", "ConferenceStatusCallbackEvent"),
        (
            "recordingStatusCallback",
            "ConferenceRecordingStatusCallback",
        ),
        (
            "recordingStatusCallbackEvent",
            "ConferenceRecordingStatusCallbackEvent",
        ),
    ];
    let mut pairs: Vec<(&str, String)> = names
        .into_iter()
        .filter_map(|(attribute, name)| Some((name, noun.attribute(attribute)?.to_owned())))
        .collect();
    if let Some(coach) = noun.attribute("coach").filter(|coach| !coach.is_empty()) {
        pairs.push(("CallSidToCoach", coach.to_owned()));
        pairs.push(("Coaching", "true".to_owned()));
    }
    pairs.into_iter().collect()
}

/// What an event is called where it is ordered.
pub(super) fn group(event: &str) -> &str {
    match event {
        "conference-start" => "start",
        "conference-end" => "end",
        "participant-join" => "join",
        "participant-leave" => "leave",
        "participant-mute" | "participant-unmute" => "mute",
        "participant-hold" | "participant-unhold" => "hold",
        "participant-modify" => "modify",
        _ => "announcement",
    }
}

impl Room {
    /// Every event has a number, whether anybody wants to hear of it or not.
    pub(super) fn report(
        &mut self,
        outbox: &Outbox,
        event: &str,
        at: SystemTime,
        more: Vec<(&'static str, String)>,
    ) {
        let mut params = vec![
            ("ConferenceSid", self.sid.clone()),
            ("FriendlyName", self.name.clone()),
            ("AccountSid", TwilioSimulator::ACCOUNT_SID.to_owned()),
            ("SequenceNumber", self.sequence.to_string()),
            ("Timestamp", ApiTime::from_time(at).as_str().to_owned()),
            ("StatusCallbackEvent", event.to_owned()),
        ];
        params.extend(more);
        outbox.of_room(self, event, params);
        self.sequence += 1;
    }

    pub(super) fn report_member(
        &mut self,
        outbox: &Outbox,
        event: &str,
        call: &CallSid,
        at: SystemTime,
        more: &[(&'static str, &str)],
    ) {
        let Some(member) = self.member(call) else {
            return;
        };
        let mut params = member.params();
        params.extend(
            more.iter()
                .map(|(name, value)| (*name, (*value).to_owned())),
        );
        self.report(outbox, event, at, params);
    }

    /// Who never came is no `participant-join`, but is told of all the same.
    pub(super) fn report_left(
        &mut self,
        outbox: &Outbox,
        member: &Member,
        why: Leaving,
        at: SystemTime,
    ) {
        let reason = match why {
            Leaving::HungUp => "participant_hung_up",
            Leaving::NeverCame => "participant_add_failed",
            Leaving::Kicked => "participant_updated_via_api",
            Leaving::Moderator => "moderator_ended_conference",
            Leaving::Ended => "conference_ended_via_api",
        };
        let mut params = member.params();
        params.push(("ReasonParticipantLeft", reason.to_owned()));
        self.report(outbox, "participant-leave", at, params);
    }

    pub(super) fn report_end(
        &mut self,
        outbox: &Outbox,
        reason: &ConferenceEndReason,
        by: Option<&Member>,
        at: SystemTime,
    ) {
        let mut params = vec![("ReasonConferenceEnded", reason.to_string())];
        if let Some(by) = by {
            params.push(("CallSidEndingConference", by.call.to_string()));
            if let Some(label) = &by.label {
                params.push(("ParticipantLabelEndingConference", label.clone()));
            }
        }
        self.report(outbox, "conference-end", at, params);
    }
}

impl Member {
    fn params(&self) -> Vec<(&'static str, String)> {
        let mut params = vec![
            ("CallSid", self.call.to_string()),
            ("Muted", self.muted.to_string()),
            ("Hold", self.hold.to_string()),
            ("Coaching", self.coaching.to_string()),
            ("EndConferenceOnExit", self.ends.to_string()),
            ("StartConferenceOnEnter", self.starts.to_string()),
        ];
        if let Some(label) = &self.label {
            params.push(("ParticipantLabel", label.clone()));
        }
        params
    }
}
