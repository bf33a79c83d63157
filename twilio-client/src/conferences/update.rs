//! The request that changes a conference.

use voice_core::retry::Repeat;
use voice_core::webhook::WebhookUrl;

use super::ConferenceStatus;
use crate::types::{HttpMethod, settings};

settings! {
    /// A change of a conference: its end, or an announcement.
    UpdateConference {
        /// Ends it: `completed` is the only status that can be set.
        status = "Status": ConferenceStatus,
        /// What is played to everybody: a sound file, or TwiML with Play, Say, Pause and Redirect.
        announce_url = "AnnounceUrl": WebhookUrl,
        /// How it is requested; POST unless set.
        announce_method = "AnnounceMethod": HttpMethod,
    } rules |update, problems| {
        let mut any = false;
        update.encode(&mut |_, _| any = true);
        problems.unless(
            any,
            "Status",
            "nothing is to be changed: set at least one value",
        );
        problems.unless(
            !matches!(
                update.status,
                Some(ConferenceStatus::Init | ConferenceStatus::InProgress)
            ),
            "Status",
            "can only be set to completed",
        );
    }
}

impl UpdateConference {
    /// Ends the conference.
    pub fn end() -> Self {
        Self::new().status(ConferenceStatus::Completed)
    }

    /// Plays something to everybody.
    pub fn announce(url: WebhookUrl) -> Self {
        Self::new().announce_url(url)
    }

    /// An announcement is played each time it arrives. What this crate does not know may be one.
    pub(super) fn repeat_class(&self) -> Repeat {
        if self.announce_url.is_some() || !self.more.is_empty() {
            Repeat::Once
        } else {
            Repeat::Idempotent
        }
    }
}
