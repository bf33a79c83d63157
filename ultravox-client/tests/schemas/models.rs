//! Models.

use ultravox_client::models::Model;

use crate::table::table;

pub(crate) static TO_COME: &[&str] = &[];

table! {
    answer "ModelAlias" => Model;
}
