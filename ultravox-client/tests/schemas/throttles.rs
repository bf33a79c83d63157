//! Call throttles.

use crate::table::table;

pub(crate) static TO_COME: &[&str] = &["CallThrottle", "CallThrottleRule", "PatchedCallThrottle"];

table! {}
