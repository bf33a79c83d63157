//! Every callback Twilio sends about voice, typed.
//!
//! A form is its parameters with an accessor for each. Twilio adds parameters without notice, so a form asks for nothing
//! but the SID that names what it is about; the rest may be missing ([`None`]), empty, or unknown, and all of it stays
//! readable in [`Params`]. Text accessors tell a missing value from an empty one (`Some("")`); typed ones are `None` for
//! both, and for what they cannot read. `Debug` shows identifiers, numbers and known words, never what somebody typed,
//! said or is called.
//!
//! An application with a URL for each purpose reads the form it expects:
//!
//! ```
//! use twilio_client::webhook::Params;
//! use twilio_client::webhook::forms::{DialAction, DialCallStatus};
//!
//! let body = b"CallSid=CA0123456789abcdef0123456789abcdef&CallStatus=in-progress&DialCallStatus=busy&DialBridged=false";
//! let dialled = DialAction::new(Params::parse(body))?;
//! assert_eq!(dialled.dial_status(), Some(DialCallStatus::Busy));
//! assert!(!dialled.was_connected());
//! assert_eq!(dialled.voice().from(), None);
//! # Ok::<(), twilio_client::webhook::FormError>(())
//! ```
//!
//! One that has a URL for all of them asks [`Callback`] which it is:
//!
//! ```
//! use twilio_client::webhook::forms::{Callback, ConferenceEventKind};
//! use twilio_client::webhook::Params;
//!
//! let body = b"ConferenceSid=CF0123456789abcdef0123456789abcdef&StatusCallbackEvent=participant-join&SequenceNumber=2";
//! match Callback::classify(Params::parse(body)) {
//!     Callback::ConferenceEvent(event) => {
//!         assert_eq!(event.event(), Some(ConferenceEventKind::ParticipantJoin));
//!     }
//!     Callback::Other(params) => println!("not known yet: {params:?}"),
//!     other => println!("{}", other.name()),
//! }
//! ```
//!
//! [`FORMS`] lists all forms with their parameters. It also tells what Twilio has added since:
//! [`FormInfo::unknown`].

mod classify;
mod conference;
mod connect;
mod dial;
mod gather;
mod macros;
mod media;
mod other;
mod pay;
mod progress;
mod queue;
mod record;
mod sequence;
mod show;
mod transcription;
mod voice;
mod words;

use super::{FormError, Params};

pub use classify::{Callback, FORMS, FormKind};
pub use conference::ConferenceEvent;
pub use connect::{RelayAction, StreamAction};
pub use dial::{DialAction, ReferAction, ReferRequest};
pub use gather::{GatherAction, GatherPartial};
pub use media::{SiprecStatus, StreamStatus};
pub use other::{
    CallerIdValidation, DebuggerEvent, SmsStatus, UsageTriggerFired, UserDefinedMessage,
};
pub use pay::{PayAction, PayStatus};
pub use progress::{AmdCallback, StatusCallback};
pub use queue::{EnqueueAction, QueueConnect, QueueWait};
pub use record::{RecordAction, RecordingStatusCallback, RecordingTranscription};
pub use transcription::{TranscriptionCallback, TranscriptionData};
pub use voice::{FallbackRequest, TrunkRecovery, VoiceRequest};
pub use words::{
    Attestation, ConferenceEventKind, DialCallStatus, PayResult, PaymentMethod, QueueResult,
    ReasonConferenceEnded, ReasonParticipantLeft, RecordingSource, RecordingStatus,
    RecordingTranscriptionStatus, SiprecEvent, StirVerstat, StreamEvent, Track, TranscriptionEvent,
    VerificationStatus,
};

pub(super) use sequence::Numbered;

/// What is documented of one form.
#[derive(Debug)]
pub struct FormInfo {
    name: &'static str,
    base: Option<&'static FormInfo>,
    own: &'static [&'static str],
    read: fn(&Params) -> Result<Vec<&'static str>, FormError>,
}

impl FormInfo {
    /// The form's name, such as `gather action`.
    #[must_use]
    pub const fn name(&self) -> &'static str {
        self.name
    }

    /// The parameters it documents, those of the form it stands on among them. One that ends in `_` is the beginning of
    /// names.
    pub fn parameters(&self) -> impl Iterator<Item = &'static str> {
        std::iter::successors(Some(self), |form| form.base)
            .flat_map(|form| form.own.iter().copied())
    }

    /// Whether it documents a parameter of this name.
    #[must_use]
    pub fn documents(&self, name: &str) -> bool {
        self.parameters()
            .any(|own| own == name || (own.ends_with('_') && name.starts_with(own)))
    }

    /// The documented parameters that came and whose accessors read them.
    ///
    /// # Errors
    /// [`FormError`] when it is not this form at all.
    pub fn read(&self, params: &Params) -> Result<Vec<&'static str>, FormError> {
        (self.read)(params)
    }

    /// The names of what came and is not documented: custom parameters, and what Twilio has added.
    pub fn unknown<'p>(&self, params: &'p Params) -> impl Iterator<Item = &'p str> {
        params
            .iter()
            .map(|(name, _)| name)
            .filter(|name| !self.documents(name))
    }

    /// Whether it is `other`, or stands on it.
    fn stands_on(&self, other: &Self) -> bool {
        std::iter::successors(Some(self), |form| form.base).any(|form| form.name == other.name)
    }
}
