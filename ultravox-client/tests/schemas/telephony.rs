//! Telephone providers.

use crate::table::table;

pub(crate) static TO_COME: &[&str] = &[
    "AccountTelephonyConfig",
    "PatchedAccountTelephonyConfig",
    "PatchedPlivoConfig",
    "PatchedTelnyxConfig",
    "PatchedTwilioConfig",
    "PlivoConfig",
    "TelnyxConfig",
    "TwilioConfig",
];

table! {}
