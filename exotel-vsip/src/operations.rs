//! Every operation this crate covers, for coverage tests, dashboards and allow-lists.

use voice_core::client::Operation;

use crate::{
    credentials, destinations, numbers, settings, trunk_maps, trunks, voice, whitelisted_ips,
};

/// Every operation this crate covers, by resource.
pub static OPERATIONS: &[&Operation] = &[
    &trunks::CREATE,
    &trunks::LIST,
    &trunks::GET,
    &trunks::UPDATE,
    &trunks::DELETE,
    &numbers::MAP,
    &numbers::LIST,
    &numbers::UPDATE_MODE,
    &numbers::UNMAP,
    &trunk_maps::LOOKUP,
    &whitelisted_ips::ADD,
    &whitelisted_ips::LIST,
    &whitelisted_ips::UPDATE,
    &whitelisted_ips::REMOVE,
    &destinations::ADD,
    &destinations::LIST,
    &destinations::UPDATE,
    &destinations::REMOVE,
    &credentials::CREATE,
    &credentials::LIST,
    &credentials::UPDATE,
    &credentials::DELETE,
    &settings::LIST,
    &settings::SET,
    &settings::DELETE,
    &voice::CONNECT,
    &voice::CONNECT_FLOW,
    &voice::GET,
    &voice::LIST,
    &voice::METADATA,
    &voice::BALANCE,
];

/// Whether an operation acts on several items, each with its own outcome.
pub(crate) fn is_batch(operation: &Operation) -> bool {
    *operation == destinations::ADD || *operation == settings::SET
}
