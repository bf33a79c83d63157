//! Calls.

use serde_json::json;
use ultravox_client::calls as c;
use ultravox_client::deleted_calls as d;
use ultravox_client::types as t;

use crate::common::schema::Schema;
use crate::table::{Entry, table};

table! {
    answer "Call" => c::Call;
    answer "CallSipDetails" => c::SipDetails;
    answer "CallEvent" => c::CallEvent;
    words "SeverityEnum" => t::Severity;
    answer "CallStage" => c::CallStage;
    answer "CallTool" => c::CallTool;
    answer "ultravox.v1.CallTool" => c::CallToolDefinition;
    answer "ultravox.v1.ClientCallToolDetails" => c::ClientCallTool;
    answer "ultravox.v1.DataConnectionCallToolDetails" => c::DataConnectionCallTool;
    answer "ultravox.v1.HttpCallToolDetails" => c::HttpCallTool;
    answer "CallTombstone" => d::CallTombstone;
    both "ultravox.v1.StartAgentCallRequest" => c::StartAgentCall;
    both "ultravox.v1.StartCallRequest" => c::StartCall;
    own "SendCallDataMessage" => data_message;
}

/// Of a data message the schema says the type alone; the vendor's pages have the rest.
fn data_message(schema: &Schema, entry: &Entry) {
    let properties = schema.properties(entry.schema);
    assert_eq!(properties.keys().collect::<Vec<_>>(), ["type"]);
    for (message, word) in [
        (c::DataMessage::text("Hi."), "user_text_message"),
        (c::DataMessage::say("Hi."), "forced_agent_message"),
        (c::DataMessage::hang_up(), "hang_up"),
    ] {
        let wire = serde_json::to_value(&message).unwrap();
        assert_eq!(wire["type"], json!(word));
    }
}
