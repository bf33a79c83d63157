//! Test results: a JSON document with a list of what was tried and what came of it.
//!
//! ```json
//! {"test_results":[{"success":false,"timestamp":"2025-01-13T10:30:00Z","endpoint":"/v2/accounts/acme/trunks",
//!                   "result":{"status_code":503,"error":"busy"}}]}
//! ```
//!
//! A list alone is taken as well. Of an entry nothing is required: without `success` it succeeded, without a time it is in
//! no hour. Understood besides: `provider`, `operation`, `method`, `message` or `error`, `response_time` (seconds) and
//! `duration_ms`, here or in `result`. A time without a zone is one of the report's zone. The list is read entry by entry.

use std::fmt;
use std::io::{self, Read};
use std::time::Duration;

use jiff::Timestamp;
use serde::de::{
    DeserializeSeed, Deserializer, Error as _, IgnoredAny, MapAccess, SeqAccess, Visitor,
};
use serde_json::Value;

use super::Zone;
use super::messages::normalize_endpoint;
use super::sample::Sample;
use crate::observe::log::{Entry, Malformed, ReadSummary};

/// Largest document that is read, in bytes: 256 MiB.
const MAX_DOCUMENT: u64 = 256 << 20;

/// Reads a document and hands over each entry that is an object.
///
/// # Errors
/// Only those of the reader below. A document that breaks off or is no JSON gives what stood before, and one malformed
/// entry more.
pub(super) fn read_test_results(
    input: impl Read,
    zone: &Zone,
    each: &mut dyn FnMut(&Sample<'_>),
) -> io::Result<ReadSummary> {
    let mut summary = ReadSummary::default();
    let input = io::BufReader::new(input.take(MAX_DOCUMENT));
    let mut document = serde_json::Deserializer::from_reader(input);
    let seed = Document {
        zone,
        each,
        summary: &mut summary,
    };
    let result = seed
        .deserialize(&mut document)
        .and_then(|()| document.end());
    match result {
        Ok(()) => Ok(summary),
        Err(error) if error.is_io() => Err(error.into()),
        Err(_) => {
            malformed(&mut summary, "the document breaks off or is no JSON");
            Ok(summary)
        }
    }
}

fn malformed(summary: &mut ReadSummary, reason: &'static str) {
    let position = summary.lines + 1;
    summary.count(&Entry::Malformed(Malformed { position, reason }));
}

struct Document<'a> {
    zone: &'a Zone,
    each: &'a mut dyn FnMut(&Sample<'_>),
    summary: &'a mut ReadSummary,
}

impl<'de> DeserializeSeed<'de> for Document<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, input: D) -> Result<(), D::Error> {
        input.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Document<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object with test_results, or a list")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        let Self {
            zone,
            each,
            summary,
        } = self;
        let mut found = false;
        while let Some(key) = map.next_key::<String>()? {
            if key == "test_results" {
                found = true;
                map.next_value_seed(Document {
                    zone,
                    each: &mut *each,
                    summary: &mut *summary,
                })?;
            } else {
                map.next_value::<IgnoredAny>()?;
            }
        }
        match found {
            true => Ok(()),
            false => Err(A::Error::custom("no test_results")),
        }
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<(), A::Error> {
        while let Some(entry) = list.next_element::<Value>()? {
            match entry {
                Value::Object(_) => {
                    self.summary.lines += 1;
                    self.summary.records += 1;
                    visit(&entry, self.zone, self.each);
                }
                _ => malformed(self.summary, "it is no object"),
            }
        }
        Ok(())
    }
}

fn visit(entry: &Value, zone: &Zone, each: &mut dyn FnMut(&Sample<'_>)) {
    let either = |key: &str| entry.get(key).or_else(|| entry.get("result")?.get(key));
    let text = |key: &str| either(key).and_then(Value::as_str);
    let failed = entry.get("success").and_then(Value::as_bool) == Some(false);
    let status = either("status_code").and_then(|status| match status {
        Value::Number(number) => u16::try_from(number.as_u64()?).ok(),
        Value::String(text) => text.trim().parse().ok(),
        _ => None,
    });
    let message = text("message").or_else(|| text("error"));
    let timed_out = message.is_some_and(|message| {
        let message = message.to_ascii_lowercase();
        message.contains("timed out") || message.contains("timeout")
    });
    let endpoint = normalize_endpoint(text("endpoint").unwrap_or_default());
    let duration = either("response_time")
        .and_then(Value::as_f64)
        .or_else(|| Some(either("duration_ms")?.as_f64()? / 1000.0))
        .and_then(|seconds| Duration::try_from_secs_f64(seconds).ok());
    each(&Sample {
        at: text("timestamp").and_then(|time| moment(time, zone)),
        provider: text("provider").unwrap_or_default(),
        operation: text("operation").unwrap_or_default(),
        method: text("method").unwrap_or_default(),
        endpoint: &endpoint,
        status,
        code: text("code").filter(|_| failed),
        kind: (failed && status.is_none() && timed_out).then_some("timeout"),
        message: message.filter(|_| failed),
        duration,
        failed,
        ..Sample::default()
    });
}

/// RFC 3339, or a date and a time of the report's zone.
fn moment(text: &str, zone: &Zone) -> Option<Timestamp> {
    let text = text.trim();
    text.parse()
        .ok()
        .or_else(|| zone.moment(text.parse().ok()?))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn read(text: &str) -> (ReadSummary, Vec<String>) {
        let mut seen = Vec::new();
        let summary = read_test_results(text.as_bytes(), &Zone::INDIA, &mut |sample| {
            let at = sample.at.map(|at| at.to_string()).unwrap_or_default();
            let (status, failed) = (sample.status, sample.failed);
            seen.push(format!(
                "{at} {} {status:?} {failed} {:?} {:?}",
                sample.endpoint, sample.kind, sample.duration
            ));
        });
        (summary.unwrap(), seen)
    }

    #[test]
    fn entries_are_read_as_the_scripts_of_the_field_write_them() {
        let (summary, seen) = read(
            r#"{"run": {"test_results": 1}, "test_results": [
            {"success":false,"timestamp":"2025-01-13T10:30:00Z","endpoint":"/v2/accounts/acme1/trunks","result":{"status_code":503}},
            {"success":true,"timestamp":"2025-01-13T16:00:00.5","response_time":2.5,"result":{"status_code":"200"}},
            {"success":false,"result":{"status_code":"Unknown","error":"<urlopen error timed out>"}},
            {}, 7], "end": null}"#,
        );
        assert_eq!(
            seen,
            [
                "2025-01-13T10:30:00Z /v2/accounts/{id}/trunks Some(503) true None None",
                "2025-01-13T10:30:00.5Z  Some(200) false None Some(2.5s)",
                "  None true Some(\"timeout\") None",
                "  None false None None",
            ]
        );
        assert_eq!(
            (summary.lines, summary.records, summary.malformed_at),
            (5, 4, vec![5])
        );
    }

    #[test]
    fn a_list_alone_and_a_broken_document_give_what_they_hold() {
        assert_eq!(read(r#"[{"success":true}]"#).0.records, 1);
        let (broken, _) = read(r#"{"test_results":[{"success":true},{"succ"#);
        assert_eq!((broken.records, broken.malformed_at), (1, vec![2]));
        for odd in ["", "7", "{}", "nonsense", r#"{"test_results":7}"#, "[] x"] {
            let (summary, _) = read(odd);
            assert_eq!((summary.lines, summary.malformed), (1, 1), "{odd}");
        }
    }

    proptest! {
        #[test]
        fn nothing_panics_and_nothing_is_lost(text in "[\\[\\]{}:,\"a-z0-9 .+-]{0,120}") {
            for text in [text.clone(), format!("{{\"test_results\":[{text}")] {
                let (summary, seen) = read(&text);
                prop_assert_eq!(summary.records + summary.malformed, summary.lines);
                prop_assert_eq!(summary.records, seen.len() as u64);
            }
        }
    }
}
