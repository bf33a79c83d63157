//! Every operation this crate covers, for coverage tests, dashboards and allow-lists.

use voice_core::client::Operation;

/// Every operation this crate covers, by resource.
pub static OPERATIONS: &[&Operation] = &[];

/// The operations whose items each have their own outcome.
const BATCHES: [&str; 2] = ["destination_uris.add", "settings.set"];

pub(crate) fn is_batch(operation: &Operation) -> bool {
    BATCHES.contains(&operation.name())
}
