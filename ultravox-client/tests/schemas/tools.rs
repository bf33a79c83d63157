//! Tools of the account.

use crate::table::table;

pub(crate) static TO_COME: &[&str] = &["OwnershipEnum", "Tool", "ToolHistory"];

table! {}
