//! Conferences: rooms in which several calls hear each other.
//!
//! A conference cannot be created: it begins with its first participant, who comes by the verb `<Conference>` or is
//! [dialled](Conferences::dial).
//!
//! ```no_run
//! # async fn example(client: twilio_client::TwilioClient) -> Result<(), Box<dyn std::error::Error>> {
//! use twilio_client::conferences::{CreateParticipant, ParticipantLabel, Room, UpdateParticipant};
//! use voice_core::ident::E164;
//!
//! let label = ParticipantLabel::new("order-7-customer")?;
//! let request = CreateParticipant::new(E164::parse("+14155550123")?, E164::parse("+14155550100")?, label.clone());
//! let dialled = client.conferences().dial(&Room::name("order-7")?, &request).await?;
//! if let Some(room) = dialled.conference_sid {
//!     client.conferences().participants(room).update(label, &UpdateParticipant::mute()).await?;
//!     client.conferences().end(room).await?;
//! }
//! # Ok(()) }
//! ```

mod model;
mod participants;
pub mod recordings;
mod room;
mod update;

use voice_core::client::{Cursor, Pager, Response};
use voice_core::error::Error;
use voice_core::ident::ConferenceSid;
use voice_core::webhook::WebhookUrl;

use crate::client::TwilioClient;
use crate::operation::{accessor, operations};
use crate::paging;
use crate::types::{DateFilter, Parameters, list_request};

pub use model::{Conference, ConferenceEndReason, ConferenceStatus};
pub(crate) use participants::OPERATIONS as PARTICIPANT_OPERATIONS;
pub use participants::{
    Beep, ConferenceEvent, ConferenceRecord, CreateParticipant, JitterBufferSize, ListParticipants,
    MixRegion, Participant, ParticipantLabel, ParticipantLabelError, ParticipantOf,
    ParticipantStatus, Participants, RecordingStep, UpdateParticipant, WaitUrl,
};
pub use room::{Room, RoomNameError};
pub use update::UpdateConference;

operations! { Api "api_v2010":
    LIST = get "conferences.list" ListConference "/2010-04-01/Accounts/{AccountSid}/Conferences.json";
    GET = get "conferences.get" FetchConference "/2010-04-01/Accounts/{AccountSid}/Conferences/{Sid}.json";
    UPDATE = idempotent "conferences.update" UpdateConference "/2010-04-01/Accounts/{AccountSid}/Conferences/{Sid}.json";
}

list_request! {
    /// Which conferences to list; all of them unless filtered.
    ListConferences {
        /// Only those created on this day (UTC).
        created_on = "DateCreated": DateFilter,
        /// Only those created before this day.
        created_before = "DateCreated<": DateFilter,
        /// Only those created on or after this day.
        created_from = "DateCreated>": DateFilter,
        /// Only those last changed on this day (UTC).
        updated_on = "DateUpdated": DateFilter,
        /// Only those last changed before this day.
        updated_before = "DateUpdated<": DateFilter,
        /// Only those last changed on or after this day.
        updated_from = "DateUpdated>": DateFilter,
        /// Only those of this name.
        friendly_name = "FriendlyName": String => secret,
        /// Only those of this status.
        status = "Status": ConferenceStatus,
    }
}

accessor! {
    /// The conferences of an account; see [`TwilioClient::conferences`].
    Conferences
}

impl TwilioClient {
    /// Conferences, and who is in them.
    #[must_use]
    pub fn conferences(&self) -> Conferences<'_> {
        Conferences::new(self)
    }
}

impl<'c> Conferences<'c> {
    /// Lists conferences, page by page.
    #[must_use]
    pub fn list(&self, request: &ListConferences) -> Pager<'static, Conference> {
        paging::items(self.client, ON, &LIST, "conferences", &[], request)
    }

    /// Takes a list up again at a stored cursor.
    #[must_use]
    pub fn resume(&self, cursor: Cursor) -> Pager<'static, Conference> {
        paging::resumed(self.client, ON, &LIST, "conferences", cursor)
    }

    /// Reads a conference.
    ///
    /// # Errors
    /// [`ErrorKind::NotFound`](voice_core::error::ErrorKind::NotFound) (code 20404) when there is none.
    pub async fn get(&self, sid: ConferenceSid) -> Result<Response<Conference>, Error> {
        self.client.at(ON, &GET).path("Sid", sid).send().await
    }

    /// Changes a conference. Its end is repeated when the outcome is unknown; an announcement is not, since everybody
    /// would hear it twice.
    ///
    /// # Errors
    /// As for [`get`](Self::get); code 16022 when it is over.
    pub async fn update(
        &self,
        sid: ConferenceSid,
        request: &UpdateConference,
    ) -> Result<Response<Conference>, Error> {
        let form = request.form(&UPDATE)?;
        self.client
            .at(ON, &UPDATE)
            .path("Sid", sid)
            .form(form)
            .repeat(request.repeat_class())
            .send()
            .await
    }

    /// Ends a conference; everybody in it is hung up on, or goes on with the TwiML behind `<Dial>`.
    ///
    /// # Errors
    /// As for [`update`](Self::update).
    pub async fn end(&self, sid: ConferenceSid) -> Result<Response<Conference>, Error> {
        self.update(sid, &UpdateConference::end()).await
    }

    /// Plays something to everybody: a sound file, or TwiML with Play, Say, Pause and Redirect.
    ///
    /// # Errors
    /// As for [`update`](Self::update).
    pub async fn announce(
        &self,
        sid: ConferenceSid,
        url: WebhookUrl,
    ) -> Result<Response<Conference>, Error> {
        self.update(sid, &UpdateConference::announce(url)).await
    }

    /// Who is in a conference.
    #[must_use]
    pub fn participants(&self, conference: ConferenceSid) -> Participants<'c> {
        Participants::new(self.client, conference)
    }

    /// Recordings of a conference.
    #[must_use]
    pub fn recordings(&self, conference: ConferenceSid) -> recordings::Recordings<'c> {
        recordings::Recordings::new(self.client, conference)
    }
}
