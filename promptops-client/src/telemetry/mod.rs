//! Usage telemetry: what was asked for, reported in the background. **Off unless asked for.**
//!
//! [`Telemetry::record`] puts a record into a bounded queue and returns; when the queue is full the oldest record goes, and
//! is counted. A task sends them one request per record, which is all the service takes, when 100 are there or 30 s after
//! the first. The task is started when there is something to send and ends when there is nothing left; there is no hidden
//! thread. A record whose outcome is unknown is not sent again.
//!
//! **No prompt text, no variables, no whole key**: fields the service does not name are dropped, and texts are redacted and
//! bounded before they enter the queue.
//!
//! ```
//! use std::sync::Arc;
//! use promptops_client::models::UsageRecord;
//! use promptops_client::telemetry::{Telemetry, TelemetrySettings, UsageSink};
//! use voice_core::clock::SystemClock;
//! use voice_core::error::Error;
//!
//! #[derive(Debug)]
//! struct Printed;
//!
//! #[async_trait::async_trait]
//! impl UsageSink for Printed {
//!     async fn send(&self, record: &UsageRecord) -> Result<(), Error> {
//!         println!("{record:?}");
//!         Ok(())
//!     }
//! }
//!
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let settings = TelemetrySettings::new().sample(1.0)?;
//! let telemetry = Telemetry::new(settings, Arc::new(Printed), SystemClock::shared());
//! telemetry.record(UsageRecord::new("/v1/client/prompts/greet", "GET", 200_u16));
//! let report = telemetry.close(std::time::Duration::from_secs(5)).await;
//! assert_eq!((report.sent, report.abandoned), (1, 0));
//! # Ok(())
//! # }
//! ```

mod clean;
mod queue;
mod settings;
#[cfg(test)]
mod tests;

pub use queue::{FlushReport, Telemetry, TelemetryStats};
pub use settings::{TelemetrySettings, UsageSink};
