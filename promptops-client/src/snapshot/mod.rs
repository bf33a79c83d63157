//! The snapshot file: the prompts of an earlier run, for a start without the service.
//!
//! One JSON file, `{"format", "schema", "saved_at_ms", "entries": [{"key", "stored_at_ms", "prompt"}]}`. It is written to a
//! temporary file beside it, flushed to the disk and put in place by a rename, so that a reader finds the old one or the new
//! one and never half of either. An entry that cannot be read is left out, the others count. On Unix only the owner may read
//! it, since prompts are often confidential.
//!
//! A file may also be made once and shipped with an application; [`SnapshotScope::Any`] then lets it serve every account
//! and environment.

mod error;
mod file;
mod level;

pub use error::SnapshotError;
pub use file::{SnapshotEntry, SnapshotFile};
pub use level::SnapshotScope;

pub(crate) use level::SnapshotLevel;
