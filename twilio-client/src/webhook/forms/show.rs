//! What of a form may be shown.

use std::fmt;
use std::time::Duration;

use voice_core::ident::{
    AccountSid, CallSid, ConferenceSid, PhoneNumberSid, QueueSid, RecordingSid, SipDomainSid,
    StreamSid, TrunkSid,
};

use crate::calls::{AnsweredBy, CallDirection, CallStatus};
use crate::error::ErrorCode;
use crate::types::Toggle;

/// What may stand in `Debug`: identifiers, numbers, and words that are known to be words. Text of any other kind may be
/// a number somebody typed or spoke.
pub(super) trait Show {
    /// The shown form.
    fn show(&self) -> &dyn fmt::Debug;
}

macro_rules! show_as_is {
    ($($type:ty),* $(,)?) => {$(
        impl Show for $type {
            fn show(&self) -> &dyn fmt::Debug {
                self
            }
        }
    )*};
}

show_as_is!(
    AccountSid,
    CallSid,
    ConferenceSid,
    PhoneNumberSid,
    QueueSid,
    RecordingSid,
    SipDomainSid,
    StreamSid,
    TrunkSid,
    Toggle,
    Duration,
    u16,
    u64,
);

/// Twilio's codes have five digits; a longer number is something else.
impl Show for ErrorCode {
    fn show(&self) -> &dyn fmt::Debug {
        if self.get() < 1_000_000 {
            self
        } else {
            &"[other]"
        }
    }
}

/// A word that is not known is not shown.
macro_rules! show_words {
    ($($name:ident),* $(,)?) => {$(
        impl $crate::webhook::forms::show::Show for $name {
            fn show(&self) -> &dyn std::fmt::Debug {
                if matches!(self, Self::Other(_)) { &"[other]" } else { self }
            }
        }
    )*};
}

pub(super) use show_words;

show_words!(AnsweredBy, CallDirection, CallStatus);
