//! Who is in a conference: dial somebody in, mute, hold, whisper, put out.

mod create;
mod options;
mod update;

use voice_core::client::{Cursor, Pager, Response};
use voice_core::error::{Error, ErrorKind};
use voice_core::ident::{AccountSid, CallSid, ConferenceSid};
use voice_core::provider::CallKey;

use super::{ConferenceStatus, Conferences, ListConferences, Room};
use crate::operation::{accessor, operations};
use crate::paging;
use crate::types::{ApiTime, Numeric, Parameters, Problems, Toggle, list_request, resource};

pub use create::CreateParticipant;
pub use options::{
    Beep, ConferenceEvent, ConferenceRecord, JitterBufferSize, MixRegion, ParticipantLabel,
    ParticipantLabelError, ParticipantOf, ParticipantStatus, RecordingStep, WaitUrl,
};
pub use update::UpdateParticipant;

operations! { Api "api_v2010":
    LIST = get "conferences.participants.list" ListParticipant "/2010-04-01/Accounts/{AccountSid}/Conferences/{ConferenceSid}/Participants.json";
    CREATE = once "conferences.participants.create" CreateParticipant "/2010-04-01/Accounts/{AccountSid}/Conferences/{ConferenceSid}/Participants.json";
    GET = get "conferences.participants.get" FetchParticipant "/2010-04-01/Accounts/{AccountSid}/Conferences/{ConferenceSid}/Participants/{CallSid}.json";
    UPDATE = idempotent "conferences.participants.update" UpdateParticipant "/2010-04-01/Accounts/{AccountSid}/Conferences/{ConferenceSid}/Participants/{CallSid}.json";
    DELETE = delete "conferences.participants.delete" DeleteParticipant "/2010-04-01/Accounts/{AccountSid}/Conferences/{ConferenceSid}/Participants/{CallSid}.json";
}

list_request! {
    /// Which participants to list; all of them unless filtered.
    ListParticipants {
        /// Only those who are muted, or who are not.
        muted = "Muted": Toggle,
        /// Only those on hold, or not.
        hold = "Hold": Toggle,
        /// Only those who whisper to somebody, or who do not.
        coaching = "Coaching": Toggle,
    }
}

resource! {
    /// Somebody in a conference, or on the way into it.
    Participant {
        /// The account it belongs to.
        account_sid: AccountSid,
        /// Their call.
        call_sid: CallSid,
        /// Their label, if they have one. Perhaps personal.
        label: String => personal,
        /// Whom they whisper to.
        call_sid_to_coach: CallSid,
        /// Whether they whisper to somebody.
        coaching: bool,
        /// The conference.
        conference_sid: ConferenceSid,
        /// When they were created.
        date_created: ApiTime,
        /// When they were last changed.
        date_updated: ApiTime,
        /// Whether the conference ends when they leave.
        end_conference_on_exit: bool,
        /// Whether they are muted.
        muted: bool,
        /// Whether they are on hold.
        hold: bool,
        /// Whether the conference begins when they come.
        start_conference_on_enter: bool,
        /// How far their call is.
        status: ParticipantStatus,
        /// How long their call waits before it is placed, in milliseconds; only the answer to dialling says so.
        queue_time: Numeric,
        /// Its own address, relative to the API's host.
        uri: String,
    }
}

/// Who whispers needs somebody to whisper to.
fn coaching_rule(coaching: Option<Toggle>, to: Option<CallSid>, problems: &mut Problems) {
    problems.unless(
        coaching != Some(Toggle::On) || to.is_some(),
        "CallSidToCoach",
        "is required with Coaching",
    );
}

accessor! {
    /// Who is in a conference; see [`Conferences::participants`].
    Participants { conference: ConferenceSid }
}

impl Conferences<'_> {
    /// Rings a phone and takes whoever answers into a conference, which begins if there is none of that name. **Never
    /// repeated by itself** once it may have left: no idempotency key exists here.
    ///
    /// # Errors
    /// [`ErrorKind::InvalidInput`] with one field message for each value that breaks a rule, before anything is sent; code
    /// 16026 when the label is in use, so that somebody of this label is there already; 16020 when the conference is full,
    /// 16028 when whoever is whispered to is not there.
    ///
    /// After [`Delivery::Unknown`](voice_core::error::Delivery::Unknown) somebody may be rung:
    /// [find](Self::find_participant) them by their label, do not dial again.
    pub async fn dial(
        &self,
        room: &Room,
        request: &CreateParticipant,
    ) -> Result<Response<Participant>, Error> {
        let form = request.form(&CREATE)?;
        // So that no dial of a call with an unknown outcome takes this one for its own.
        let ledger = self.client.ledger();
        let clock = self.client.raw().clock();
        let key = CallKey::unique(&**clock);
        if let Some((to, from)) = request.phones() {
            ledger.begin(&key, to, from, clock.wall());
        }
        let mut sending = self
            .client
            .at(ON, &CREATE)
            .path("ConferenceSid", room)
            .form(form);
        for secret in request.secrets() {
            sending = sending.secret(secret);
        }
        let outcome = sending.send::<Participant>().await;
        match &outcome {
            Ok(participant) => {
                if let Some(sid) = participant.call_sid {
                    ledger.claim(&sid, &key);
                }
            }
            Err(error) if error.may_have_happened() => {}
            Err(_) => ledger.forget(&key),
        }
        outcome
    }

    /// Looks for the participant of a label in a conference that goes on: after a dial of unknown outcome, whether it came
    /// to something.
    ///
    /// By the conference's name, every one of that name that waits or goes on is looked at, newest first, at most 20. `None`
    /// right after the dial proves little: Twilio may still be at work on it for some 35 s, and a participant can be missing
    /// for a moment after their creation. Nor does it prove that nobody was rung once the call may be over.
    ///
    /// # Errors
    /// Whatever went wrong, except that there is none.
    pub async fn find_participant(
        &self,
        room: &Room,
        label: &ParticipantLabel,
    ) -> Result<Option<Participant>, Error> {
        if let Some(sid) = room.sid() {
            return self.participants(sid).find(label).await;
        }
        let named = ListConferences::new().friendly_name(room.as_ref());
        for status in [ConferenceStatus::InProgress, ConferenceStatus::Init] {
            let mut conferences = self.list(&named.clone().status(status)).limit(20);
            while let Some(conference) = conferences.next().await {
                let Some(sid) = conference?.sid else { continue };
                if let Some(found) = self.participants(sid).find(label).await? {
                    return Ok(Some(found));
                }
            }
        }
        Ok(None)
    }
}

impl Participants<'_> {
    /// Lists participants, page by page. Who has left is not among them.
    #[must_use]
    pub fn list(&self, request: &ListParticipants) -> Pager<'static, Participant> {
        let path = [("ConferenceSid", self.conference.as_str())];
        paging::items(self.client, ON, &LIST, "participants", &path, request)
    }

    /// Takes a list up again at a stored cursor.
    #[must_use]
    pub fn resume(&self, cursor: Cursor) -> Pager<'static, Participant> {
        paging::resumed(self.client, ON, &LIST, "participants", cursor)
    }

    /// Rings a phone and takes whoever answers into this conference; see [`Conferences::dial`].
    ///
    /// # Errors
    /// As for [`Conferences::dial`]; code 16022 when the conference is over.
    pub async fn create(
        &self,
        request: &CreateParticipant,
    ) -> Result<Response<Participant>, Error> {
        Conferences::new(self.client)
            .dial(&self.conference.into(), request)
            .await
    }

    /// Reads a participant.
    ///
    /// # Errors
    /// [`ErrorKind::NotFound`] (code 20404) when there is none, or no longer.
    pub async fn get(
        &self,
        participant: impl Into<ParticipantOf>,
    ) -> Result<Response<Participant>, Error> {
        let participant = participant.into();
        self.client
            .at(ON, &GET)
            .path("ConferenceSid", self.conference)
            .path("CallSid", participant)
            .send()
            .await
    }

    /// Reads the participant of a label, if there is one; see [`Conferences::find_participant`] for what `None` proves.
    ///
    /// # Errors
    /// Whatever went wrong, except that there is none.
    pub async fn find(&self, label: &ParticipantLabel) -> Result<Option<Participant>, Error> {
        match self.get(label.clone()).await {
            Ok(participant) => Ok(Some(participant.into_inner())),
            Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// Changes a participant. What only sets states is repeated when its outcome is unknown; an announcement is not, since
    /// they would hear it twice.
    ///
    /// # Errors
    /// As for [`get`](Self::get); code 16027 when whoever is whispered to is on hold, 16028 when they are not there.
    pub async fn update(
        &self,
        participant: impl Into<ParticipantOf>,
        request: &UpdateParticipant,
    ) -> Result<Response<Participant>, Error> {
        let (participant, form) = (participant.into(), request.form(&UPDATE)?);
        self.client
            .at(ON, &UPDATE)
            .path("ConferenceSid", self.conference)
            .path("CallSid", participant)
            .form(form)
            .repeat(request.repeat_class())
            .send()
            .await
    }

    /// Puts a participant out. Their call ends, or goes on with the TwiML behind `<Dial>`.
    ///
    /// # Errors
    /// As for [`get`](Self::get).
    pub async fn remove(
        &self,
        participant: impl Into<ParticipantOf>,
    ) -> Result<Response<()>, Error> {
        let participant = participant.into();
        self.client
            .at(ON, &DELETE)
            .path("ConferenceSid", self.conference)
            .path("CallSid", participant)
            .send_empty()
            .await
    }
}
