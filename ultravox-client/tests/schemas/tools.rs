//! Tools of the account.

use ultravox_client::tools as t;
use ultravox_client::types::Ownership;

use crate::table::table;

table! {
    answer "Tool" => t::Tool;
    request "Tool" => t::NewTool, without ["toolId", "created", "ownership"];
    answer "ToolHistory" => t::ToolCallHistory;
    words "OwnershipEnum" => Ownership;
}
