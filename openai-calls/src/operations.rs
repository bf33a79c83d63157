//! Every operation this crate covers, for coverage tests, dashboards and allow-lists.

use voice_core::client::Operation;

use crate::{calls, client_secrets, live_sessions, provider, webhook_endpoints};

/// Every operation this crate covers, by resource.
pub static OPERATIONS: &[&Operation] = &[
    &calls::CREATE,
    &calls::ACCEPT,
    &calls::REJECT,
    &calls::REFER,
    &calls::HANG_UP,
    &client_secrets::CREATE,
    &client_secrets::CREATE_TRANSLATION,
    &client_secrets::LEGACY_SESSION,
    &client_secrets::LEGACY_TRANSCRIPTION_SESSION,
    &live_sessions::ACCEPT,
    &live_sessions::REJECT,
    &live_sessions::REFER,
    &live_sessions::HANG_UP,
    &provider::GET_MODEL,
    &webhook_endpoints::LIST,
    &webhook_endpoints::CREATE,
    &webhook_endpoints::GET,
    &webhook_endpoints::UPDATE,
    &webhook_endpoints::DELETE,
    &webhook_endpoints::ROTATE_SECRET,
    &webhook_endpoints::TEST,
    &webhook_endpoints::EVENT_TYPES,
];
