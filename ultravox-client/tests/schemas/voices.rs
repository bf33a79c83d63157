//! Voices of the account.

use crate::table::table;

pub(crate) static TO_COME: &[&str] = &["BillingStyleEnum", "PatchedVoice", "Voice"];

table! {}
