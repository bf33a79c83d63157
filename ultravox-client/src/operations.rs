//! Every operation this crate covers, for coverage tests, dashboards and allow-lists.

use voice_core::client::Operation;

use crate::{accounts, agents, calls, deleted_calls};

/// Every operation this crate covers, by resource.
pub static OPERATIONS: &[&Operation] = &[
    &accounts::ME,
    &agents::LIST,
    &agents::CREATE,
    &agents::GET,
    &agents::UPDATE,
    &agents::DELETE,
    &agents::LIST_CALLS,
    &agents::CREATE_CALL,
    &agents::USAGE,
    &agents::TELEPHONY_XML,
    &calls::LIST,
    &calls::CREATE,
    &calls::GET,
    &calls::DELETE,
    &calls::LIST_EVENTS,
    &calls::LIST_MESSAGES,
    &calls::RECORDING,
    &calls::SIP_LOGS,
    &calls::LIST_STAGES,
    &calls::GET_STAGE,
    &calls::LIST_STAGE_MESSAGES,
    &calls::STAGE_MESSAGE_AUDIO,
    &calls::LIST_STAGE_TOOLS,
    &calls::LIST_TOOLS,
    &calls::SEND_DATA_MESSAGE,
    &deleted_calls::LIST,
    &deleted_calls::GET,
];
