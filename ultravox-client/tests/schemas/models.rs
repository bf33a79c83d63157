//! Models.

use ultravox_client::models::Model;

use crate::table::table;

table! {
    answer "ModelAlias" => Model;
}
