//! Models.

use crate::table::table;

pub(crate) static TO_COME: &[&str] = &["ModelAlias"];

table! {}
