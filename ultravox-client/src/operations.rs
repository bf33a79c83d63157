//! Every operation this crate covers, for coverage tests, dashboards and allow-lists.

use voice_core::client::Operation;

use crate::{accounts, agents, calls};

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
    &calls::LIST,
    &calls::GET,
    &calls::DELETE,
    &calls::SEND_DATA_MESSAGE,
];
