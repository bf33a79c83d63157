//! Records in another shape: `{"type": request | response | error, "timestamp", "data"}`.

use std::time::SystemTime;

use serde::Serialize;

use super::wire;
use super::{Outcome, Record, RecordKind};

/// One line.
#[derive(Serialize)]
pub(super) struct Entry<'a> {
    #[serde(rename = "type")]
    kind: &'static str,
    #[serde(serialize_with = "wire::rfc3339::serialize")]
    timestamp: SystemTime,
    data: Data<'a>,
}

#[derive(Serialize, Default)]
struct Data<'a> {
    provider: &'a str,
    operation: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    method: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    endpoint: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    host: Option<&'a str>,
    attempt: u32,
    #[serde(skip_serializing_if = "Option::is_none")]
    payload_hash: Option<&'a str>,
    #[serde(flatten, skip_serializing_if = "Option::is_none")]
    end: Option<End<'a>>,
}

#[derive(Serialize)]
struct End<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    status: Option<u16>,
    #[serde(skip_serializing_if = "Option::is_none")]
    code: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    request_id: Option<&'a str>,
    #[serde(serialize_with = "wire::millis::serialize")]
    duration_ms: std::time::Duration,
    #[serde(skip_serializing_if = "Option::is_none")]
    error_kind: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    message: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    delivery: Option<&'a str>,
}

/// The two entries of an attempt: how it began and how it ended.
pub(super) fn of(record: &Record) -> Option<[Entry<'_>; 2]> {
    if record.event != RecordKind::Attempt {
        return None;
    }
    let place = || Data {
        provider: &record.provider,
        operation: &record.operation,
        method: record.method.as_deref(),
        endpoint: record.endpoint.as_deref(),
        host: record.host.as_deref(),
        attempt: record.attempt,
        ..Data::default()
    };
    let began = record.time.checked_sub(record.duration);
    let request = Entry {
        kind: "request",
        timestamp: began.unwrap_or(record.time),
        data: Data {
            payload_hash: record.payload_hash.as_deref(),
            ..place()
        },
    };
    let end = Entry {
        kind: match record.outcome {
            Outcome::Succeeded => "response",
            Outcome::Failed => "error",
        },
        timestamp: record.time,
        data: Data {
            end: Some(End {
                status: record.status,
                code: record.code.as_deref(),
                request_id: record.request_id.as_deref(),
                duration_ms: record.duration,
                error_kind: record.error_kind.as_deref(),
                message: record.message.as_deref(),
                delivery: record.delivery.as_deref(),
            }),
            ..place()
        },
    };
    Some([request, end])
}

#[cfg(test)]
mod tests {
    use std::io::{self, Write};
    use std::sync::{Arc, Mutex};
    use std::time::{Duration, UNIX_EPOCH};

    use super::*;
    use crate::observe::log::{JsonlLog, LogFormat};

    #[derive(Clone, Default)]
    struct Paper(Arc<Mutex<Vec<u8>>>);

    impl Write for Paper {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            self.0.lock().unwrap().extend_from_slice(bytes);
            Ok(bytes.len())
        }
        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    #[test]
    fn each_attempt_is_a_request_and_its_end() {
        let paper = Paper::default();
        let log = JsonlLog::writer(paper.clone())
            .format(LogFormat::Entries)
            .build();
        let time = UNIX_EPOCH + Duration::from_millis(1_736_764_200_125);
        let mut record = Record::new(RecordKind::Attempt, time, "sample", "prompts.get");
        record.method = Some("GET".to_owned());
        record.duration = Duration::from_millis(125);
        record.status = Some(200);
        log.write(&record);
        record.outcome = Outcome::Failed;
        record.status = None;
        record.error_kind = Some("timeout".to_owned());
        record.delivery = None;
        log.write(&record);
        record.event = RecordKind::Operation;
        log.write(&record);
        assert_eq!(log.flush().written, 4);
        let text = String::from_utf8(paper.0.lock().unwrap().clone()).unwrap();
        let request = r#"{"type":"request","timestamp":"2025-01-13T10:30:00.000Z","data":{"provider":"sample","operation":"prompts.get","method":"GET","attempt":1}}"#;
        let response = r#"{"type":"response","timestamp":"2025-01-13T10:30:00.125Z","data":{"provider":"sample","operation":"prompts.get","method":"GET","attempt":1,"status":200,"duration_ms":125.0,"delivery":"answered"}}"#;
        let error = r#"{"type":"error","timestamp":"2025-01-13T10:30:00.125Z","data":{"provider":"sample","operation":"prompts.get","method":"GET","attempt":1,"duration_ms":125.0,"error_kind":"timeout"}}"#;
        let lines: Vec<&str> = text.lines().collect();
        assert_eq!(lines, [request, response, request, error]);
    }
}
