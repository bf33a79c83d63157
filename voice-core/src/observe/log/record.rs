//! One line of the log.

use std::time::{Duration, SystemTime};

use serde::{Deserialize, Serialize};

use super::wire;
use crate::error::{Delivery, Error};
use crate::observe::{AttemptEvent, OperationEvent};

/// Longest message that is written, in bytes.
const MESSAGE_BYTES: usize = 500;

/// What a line is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum RecordKind {
    /// One attempt: one request that was sent, or held back on this side.
    Attempt,
    /// The end of an operation, with all its attempts.
    Operation,
}

/// How it ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Outcome {
    /// With a value.
    Succeeded,
    /// With an error.
    Failed,
}

/// One attempt or one operation, as it stands in the log.
///
/// Keys of the JSON object, in this order: `event` (`attempt` or `operation`), `time` (RFC 3339, UTC, to the millisecond;
/// the moment it **ended**), `provider`, `operation`, `method`, `endpoint`, `host`, `payload_hash`, `status`, `code`,
/// `request_id`, `duration_ms`, `success`, `error_kind`, `message`, `attempt`, `delivery`. What is not known is left out.
/// When reading, only `time` and `success` are required.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Record {
    /// What it is about.
    #[serde(default = "wire::attempt")]
    pub event: RecordKind,
    /// When it ended.
    #[serde(with = "wire::rfc3339")]
    pub time: SystemTime,
    /// The provider.
    #[serde(default)]
    pub provider: String,
    /// The operation's name.
    #[serde(default)]
    pub operation: String,
    /// The HTTP method; of attempts.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub method: Option<String>,
    /// The path's template; of attempts.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub endpoint: Option<String>,
    /// The host; of attempts.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub host: Option<String>,
    /// The [hash](super::payload_hash) of what was sent, when anything was.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub payload_hash: Option<String>,
    /// The HTTP status, when an answer's head arrived.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub status: Option<u16>,
    /// The provider's error code.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub code: Option<String>,
    /// The provider's id of the request.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub request_id: Option<String>,
    /// How long it took; written in milliseconds, to the microsecond.
    #[serde(rename = "duration_ms", with = "wire::millis", default)]
    pub duration: Duration,
    /// How it ended.
    #[serde(rename = "success", with = "wire::success")]
    pub outcome: Outcome,
    /// The [kind](crate::error::ErrorKind::as_str) of the error.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub error_kind: Option<String>,
    /// The error's message, redacted; the first 500 bytes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub message: Option<String>,
    /// Of an attempt its number, from 1; of an operation how many attempts it took.
    #[serde(default = "wire::first")]
    pub attempt: u32,
    /// [Whether the server may have acted](crate::error::Delivery::as_str).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub delivery: Option<String>,
}

impl Record {
    /// A success of no duration, to be filled in.
    #[must_use]
    pub fn new(
        event: RecordKind,
        time: SystemTime,
        provider: impl Into<String>,
        operation: impl Into<String>,
    ) -> Self {
        Self {
            event,
            time,
            provider: provider.into(),
            operation: operation.into(),
            method: None,
            endpoint: None,
            host: None,
            payload_hash: None,
            status: None,
            code: None,
            request_id: None,
            duration: Duration::ZERO,
            outcome: Outcome::Succeeded,
            error_kind: None,
            message: None,
            attempt: 1,
            delivery: Some(Delivery::Answered.as_str().to_owned()),
        }
    }

    /// The record of an attempt that ended at `time`, without a payload hash.
    #[must_use]
    pub fn of_attempt(event: &AttemptEvent<'_>, time: SystemTime) -> Self {
        let mut record = Self::new(RecordKind::Attempt, time, event.provider, event.operation);
        record.method = Some(event.method.to_owned());
        record.endpoint = Some(event.path.to_owned());
        record.host = Some(event.host.to_owned()).filter(|host| !host.is_empty());
        record.status = event.status;
        record.request_id = event.request_id.map(str::to_owned);
        record.duration = event.elapsed;
        record.attempt = event.attempt;
        record.with_error(event.error)
    }

    /// The record of an operation that ended at `time`.
    #[must_use]
    pub fn of_operation(event: &OperationEvent<'_>, time: SystemTime) -> Self {
        let mut record = Self::new(RecordKind::Operation, time, event.provider, event.operation);
        record.status = event.error.and_then(Error::status).map(|s| s.as_u16());
        record.request_id = event.error.and_then(Error::request_id).map(str::to_owned);
        record.duration = event.elapsed;
        record.attempt = event.attempts;
        record.with_error(event.error)
    }

    /// Texts of an error are redacted already.
    fn with_error(mut self, error: Option<&Error>) -> Self {
        let Some(error) = error else { return self };
        self.outcome = Outcome::Failed;
        self.code = error.code().map(str::to_owned);
        self.error_kind = Some(error.kind().as_str().to_owned());
        self.message = Some(wire::cut(error.message(), MESSAGE_BYTES).to_owned());
        self.delivery = Some(error.delivery().as_str().to_owned());
        self
    }
}

#[cfg(test)]
mod tests {
    use std::time::UNIX_EPOCH;

    use proptest::prelude::*;

    use super::*;

    fn at(ms: u64) -> SystemTime {
        UNIX_EPOCH + Duration::from_millis(ms)
    }

    #[test]
    fn a_line_looks_like_this() {
        let mut record = Record::new(
            RecordKind::Attempt,
            at(1_736_764_200_125),
            "twilio",
            "calls.create",
        );
        record.method = Some("POST".into());
        record.endpoint = Some("/Accounts/{AccountSid}/Calls.json".into());
        record.status = Some(429);
        record.duration = Duration::from_micros(118_250);
        record = record.with_error(Some(
            &Error::new(
                crate::error::ErrorKind::RateLimited,
                "no more for +14155552671",
            )
            .with_delivery(Delivery::Refused)
            .with_code("20429"),
        ));
        assert_eq!(
            serde_json::to_string(&record).unwrap(),
            r#"{"event":"attempt","time":"2025-01-13T10:30:00.125Z","provider":"twilio","operation":"calls.create","#
                .to_owned()
                + r#""method":"POST","endpoint":"/Accounts/{AccountSid}/Calls.json","status":429,"code":"20429","#
                + r#""duration_ms":118.25,"success":false,"error_kind":"rate_limited","#
                + r#""message":"no more for +14*******71","attempt":1,"delivery":"refused"}"#
        );
    }

    #[test]
    fn only_time_and_success_are_required() {
        let record: Record =
            serde_json::from_str(r#"{"time":"2025-01-13T16:00:00+05:30","success":true,"x":[1]}"#)
                .unwrap();
        assert_eq!(record.time, at(1_736_764_200_000));
        assert_eq!(record.outcome, Outcome::Succeeded);
        for bad in [
            r#"{"success":true}"#,
            r#"{"time":"2025-01-13T16:00:00Z"}"#,
            r#"{"time":"yesterday","success":true}"#,
            r#"{"time":"1969-12-31T23:59:59Z","success":true}"#,
            r#"{"time":"2025-01-13T16:00:00Z","success":true,"duration_ms":-1}"#,
            r#"{"time":"2025-01-13T16:00:00Z","success":true,"duration_ms":1e300}"#,
            r#"{"time":"2025-01-13T16:00:00Z","success":1}"#,
        ] {
            assert!(serde_json::from_str::<Record>(bad).is_err(), "{bad}");
        }
    }

    proptest! {
        #[test]
        fn what_is_written_is_read_again(
            ms in 0_u64..4_000_000_000_000,
            micros in 0_u64..10_000_000_000,
            name in ".{0,12}",
            status in proptest::option::of(100_u16..600),
            failed in any::<bool>(),
        ) {
            let mut record = Record::new(RecordKind::Operation, at(ms), name.clone(), name);
            record.status = status;
            record.duration = Duration::from_micros(micros);
            if failed {
                record.outcome = Outcome::Failed;
            }
            let line = serde_json::to_string(&record).unwrap();
            prop_assert!(!line.contains('\n'));
            prop_assert_eq!(serde_json::from_str::<Record>(&line).unwrap(), record);
        }
    }
}
