//! Every operation this crate covers, for coverage tests, dashboards and allow-lists.

use voice_core::client::Operation;

use crate::voice;

/// Every operation this crate covers, by resource.
pub static OPERATIONS: &[&Operation] = &[
    &voice::CONNECT,
    &voice::CONNECT_FLOW,
    &voice::GET,
    &voice::LIST,
    &voice::METADATA,
    &voice::BALANCE,
];

/// The operations whose items each have their own outcome.
const BATCHES: [&str; 2] = ["destination_uris.add", "settings.set"];

pub(crate) fn is_batch(operation: &Operation) -> bool {
    BATCHES.contains(&operation.name())
}
