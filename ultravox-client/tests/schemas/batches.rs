//! Scheduled batches of calls.

use crate::table::table;

pub(crate) static TO_COME: &[&str] = &[
    "PatchedScheduledCallBatch",
    "ScheduledCall",
    "ScheduledCallBatch",
    "ScheduledCallStatusEnum",
];

table! {}
