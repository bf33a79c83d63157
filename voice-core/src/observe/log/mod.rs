//! A request log: one flat JSON object on one line for each attempt, and for each operation's end.
//!
//! - [`JsonlLog`] is the observer that writes it: to a file that rotates, to standard error, to any writer. It never makes
//!   a request fail and never waits for a disk.
//! - [`Record`] is one line. It holds the path's **template**, and of what was sent only a [hash](payload_hash).
//! - [`LogReader`] reads such files again, a line at a time, whatever else is in them.
//!
//! ```
//! use voice_core::client::ClientOptions;
//! use voice_core::observe::log::JsonlLog;
//!
//! # let dir = std::env::temp_dir().join(format!("voice-core-doc-{}", std::process::id()));
//! # std::fs::create_dir_all(&dir)?;
//! let log = JsonlLog::file(dir.join("requests.jsonl")).build();
//! let options = ClientOptions::new().observer(log.clone());
//! // … requests …
//! assert_eq!(log.flush().lost, 0);
//! # std::fs::remove_dir_all(&dir)?;
//! # Ok::<(), std::io::Error>(())
//! ```
//!
//! A line, broken here for the page:
//!
//! ```json
//! {"event":"attempt","time":"2025-01-13T10:30:00.125Z","provider":"twilio","operation":"calls.create","method":"POST",
//!  "endpoint":"/2010-04-01/Accounts/{AccountSid}/Calls.json","host":"api.twilio.com","payload_hash":"9f86d0…",
//!  "status":429,"code":"20429","request_id":"RQ…","duration_ms":118.25,"success":false,"error_kind":"rate_limited",
//!  "message":"Too Many Requests","attempt":1,"delivery":"refused"}
//! ```
//!
//! Lines that were lost (a full queue, a full disk) are counted, and the count is written as a line of its own as soon as
//! that is possible: `{"event":"lost","time":"…","lines":12}`.

mod entries;
mod hash;
mod observer;
mod queue;
mod read;
mod record;
mod rotate;
mod sink;
mod wire;

pub(crate) use wire::cut;
pub(crate) use wire::rfc3339;

#[cfg(test)]
mod tests;

pub use hash::{keyed_payload_hash, payload_hash};
pub use observer::{JsonlLog, JsonlLogBuilder, LogFormat, LogStats};
pub use read::{Entry, LogReader, MAX_LINE_BYTES, Malformed, ReadSummary, rotated_files};
pub use record::{Outcome, Record, RecordKind};
