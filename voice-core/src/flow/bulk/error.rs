//! Why a campaign ended early.

use super::BulkReport;
use crate::error::Error;
use crate::flow::journal::JournalError;

/// Why a campaign ended before its list did.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum BulkError {
    /// The journal could not be written or read: nobody else was rung.
    #[error("the campaign stopped, since nothing could be written down before dialling: {0}")]
    Journal(#[from] JournalError),
    /// The provider refuses the account: wrong credentials, no money, wrong settings. Nobody was rung by that dial.
    #[error("the campaign stopped, since the account was refused: {0}")]
    Account(Error),
    /// The results could not be written. The journal has them.
    #[error("the campaign stopped, since its results could not be written: {0}")]
    Results(std::io::Error),
    /// A rate or number of places that would let nothing through.
    #[error("the campaign's pace is wrong: {0}")]
    Pace(#[from] crate::limits::LimiterBuildError),
}

/// A campaign that ended early, with what it had done by then.
#[derive(Debug, thiserror::Error)]
#[error("{error} ({report})")]
#[non_exhaustive]
pub struct BulkFailure {
    /// Why.
    #[source]
    pub error: BulkError,
    /// What was done. Run it again with the same journal to go on.
    pub report: BulkReport,
}
