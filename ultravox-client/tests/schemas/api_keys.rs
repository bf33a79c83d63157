//! API keys.

use crate::table::table;

pub(crate) static TO_COME: &[&str] = &["APIKey", "APIKeyCreate", "PatchedAPIKey"];

table! {}
