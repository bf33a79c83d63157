//! The word that a deletion waits for.

use voice_core::client::Operation;
use voice_core::error::Error;

use crate::check::Problems;
use crate::types::TrunkSid;

/// Says once more which trunk is to be deleted with everything that belongs to it.
///
/// Let whoever is asked type the SID, or take it from where the decision was made, and not from the variable that is
/// handed to [`delete`](super::Trunks::delete) as well.
///
/// ```
/// use exotel_vsip::trunks::ConfirmDeletion;
///
/// let typed = "trmum1000000000000000001aa1n";
/// let confirmation = ConfirmDeletion::of(typed);
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
#[must_use = "a confirmation does nothing by itself"]
pub struct ConfirmDeletion(String);

impl ConfirmDeletion {
    /// Of the trunk of this SID.
    pub fn of(sid: impl Into<String>) -> Self {
        Self(sid.into())
    }

    pub(crate) fn check(&self, sid: &TrunkSid, operation: &Operation) -> Result<(), Error> {
        let mut problems = Problems::default();
        problems.rule(
            self.0 != sid.as_str(),
            "trunk_sid",
            "the confirmation names another trunk: deleting takes everything that belongs to a trunk with it",
        );
        problems.finish(operation)
    }
}
