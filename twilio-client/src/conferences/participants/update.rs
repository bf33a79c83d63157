//! The request that changes a participant.

use voice_core::ident::CallSid;
use voice_core::retry::Repeat;
use voice_core::webhook::WebhookUrl;

use super::{WaitUrl, coaching_rule};
use crate::types::{HttpMethod, Toggle, settings};

settings! {
    /// Changes of a participant.
    UpdateParticipant {
        /// Whether they are muted.
        muted = "Muted": Toggle,
        /// Whether they are on hold.
        hold = "Hold": Toggle,
        /// What they hear on hold: a sound file, or TwiML with Play, Say, Pause and Redirect.
        hold_url = "HoldUrl": WebhookUrl,
        /// How that is requested; unlike elsewhere GET unless set.
        hold_method = "HoldMethod": HttpMethod,
        /// What is played to them alone: a sound file, or TwiML with Play, Say, Pause and Redirect.
        announce_url = "AnnounceUrl": WebhookUrl,
        /// How that is requested; POST unless set.
        announce_method = "AnnounceMethod": HttpMethod,
        /// What they hear until the conference begins.
        wait_url = "WaitUrl": WaitUrl,
        /// How that is requested; POST unless set. GET lets Twilio cache a sound file.
        wait_method = "WaitMethod": HttpMethod,
        /// Whether a beep is heard when they leave.
        beep_on_exit = "BeepOnExit": Toggle,
        /// Whether the conference ends when they leave.
        end_conference_on_exit = "EndConferenceOnExit": Toggle,
        /// Whether they whisper to one participant; needs [`call_sid_to_coach`](Self::call_sid_to_coach).
        coaching = "Coaching": Toggle,
        /// Whom they whisper to: the only one who hears them.
        call_sid_to_coach = "CallSidToCoach": CallSid,
    } rules |update, problems| {
        let mut any = false;
        update.encode(&mut |_, _| any = true);
        problems.unless(
            any,
            "Muted",
            "nothing is to be changed: set at least one value",
        );
        coaching_rule(update.coaching, update.call_sid_to_coach, problems);
    }
}

impl UpdateParticipant {
    /// The others no longer hear them.
    pub fn mute() -> Self {
        Self::new().muted(Toggle::On)
    }

    /// The others hear them again.
    pub fn unmute() -> Self {
        Self::new().muted(Toggle::Off)
    }

    /// Puts them on hold.
    pub fn on_hold() -> Self {
        Self::new().hold(Toggle::On)
    }

    /// Takes them back from hold.
    pub fn off_hold() -> Self {
        Self::new().hold(Toggle::Off)
    }

    /// Plays something to them alone.
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
