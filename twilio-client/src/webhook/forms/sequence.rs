//! Which callbacks are numbered, and by what.

use super::FormKind;
use crate::webhook::Params;

/// A callback with its number among those of the same kind and the same thing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::webhook) struct Numbered<'p> {
    /// The SID of what is numbered: call, conference or transcription.
    pub(in crate::webhook) about: &'p str,
    /// Its number.
    pub(in crate::webhook) number: u64,
}

impl<'p> Numbered<'p> {
    /// The number of a callback whose numbers never begin anew for the same SID: the progress of a call, the events of a
    /// conference, those of a real-time transcription. (Partial results of `<Gather>` begin anew with each input.)
    pub(in crate::webhook) fn of(params: &'p Params) -> Option<Self> {
        let (about, number) = match FormKind::of(params)? {
            FormKind::StatusCallback => ("CallSid", "SequenceNumber"),
            FormKind::ConferenceEvent => ("ConferenceSid", "SequenceNumber"),
            FormKind::TranscriptionCallback => ("TranscriptionSid", "SequenceId"),
            _ => return None,
        };
        Some(Self {
            about: params.filled(about)?,
            number: params.number(number)?,
        })
    }
}
