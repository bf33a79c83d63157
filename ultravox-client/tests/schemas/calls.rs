//! Calls.

use ultravox_client::calls as c;

use crate::table::table;

pub(crate) static TO_COME: &[&str] = &[
    "CallEvent",
    "CallStage",
    "CallTombstone",
    "CallTool",
    "SendCallDataMessage",
    "SeverityEnum",
    "ultravox.v1.CallTool",
    "ultravox.v1.ClientCallToolDetails",
    "ultravox.v1.DataConnectionCallToolDetails",
    "ultravox.v1.HttpCallToolDetails",
    "ultravox.v1.StartCallRequest",
];

table! {
    answer "Call" => c::Call;
    answer "CallSipDetails" => c::SipDetails;
    both "ultravox.v1.StartAgentCallRequest" => c::StartAgentCall;
}
