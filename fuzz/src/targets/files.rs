//! Files that may be broken: the journal of calls, the request log, test results, click tokens.

use std::collections::HashSet;

use voice_core::flow::click_to_call::{ConnectTokens, Step};
use voice_core::flow::journal::{Begun, CallJournal, FileJournal, Intent, JournalError};
use voice_core::observe::log::{Entry, LogReader};
use voice_core::observe::report::{ReportCollector, ReportOptions};
use voice_core::provider::CallKey;
use voice_core::secret::SecretString;

use crate::support::hold::written_again;
use crate::support::input::text;
use crate::support::place::Place;
use crate::support::{clock, now, wait};

/// A journal's file as a power cut or a stranger left it. A refused file is left as it is; an opened one takes an intent,
/// keeps it over the next opening, and keeps all it had.
pub fn journal_file(data: &[u8]) {
    let place = Place::new();
    let path = place.file("journal", data);
    let journal = match wait(FileJournal::open(&path)) {
        Ok(journal) => journal,
        Err(error) => {
            assert!(
                matches!(
                    error,
                    JournalError::Format { .. } | JournalError::Corrupt { .. }
                ),
                "{error}"
            );
            assert_eq!(
                std::fs::read(&path).expect("the file"),
                data,
                "a refused file was changed"
            );
            return;
        }
    };
    let had = journal.len();
    let key = CallKey::new("fuzz/one-more").expect("a key");
    let begun = wait(journal.begin(&Intent::new(key.clone(), now()))).expect("it takes an intent");
    let more = usize::from(begun == Begun::Yes);
    assert_eq!(journal.len(), had + more);
    drop(journal);
    let journal = wait(FileJournal::open(&path)).expect("what it wrote opens");
    assert_eq!(journal.len(), had + more);
    assert!(wait(journal.state(&key)).is_ok());
}

/// Lines of the request log: one entry a line, a record is written and read again the same, counts agree, and the report
/// of it stays small.
pub fn request_log(data: &[u8]) {
    let mut lines = 0_u64;
    for entry in LogReader::new(data) {
        lines += 1;
        if let Entry::Record(record) = entry.expect("memory is read without errors") {
            written_again(&*record);
        }
    }
    let ends = data.iter().filter(|byte| **byte == b'\n').count() as u64;
    assert_eq!(
        lines,
        ends + u64::from(data.last().is_some_and(|byte| *byte != b'\n'))
    );
    let collector = ReportCollector::new(ReportOptions::new()).with_clock(clock());
    let summary = collector
        .read_log(data)
        .expect("memory is read without errors");
    assert_eq!(summary.lines, lines);
    assert_eq!(
        summary.records + summary.notices + summary.blank + summary.malformed,
        lines
    );
    let report = collector.report();
    let json = report.to_json().to_string();
    assert!(json.len() < 300_000, "a report of {} bytes", json.len());
    assert!(report.to_text().len() < 300_000);
}

/// Test results: read or counted as malformed, and the report of them stays small.
pub fn test_results(data: &[u8]) {
    let collector = ReportCollector::new(ReportOptions::new()).with_clock(clock());
    let summary = collector
        .read_test_results(data)
        .expect("memory is read without errors");
    assert!(summary.lines <= data.len() as u64 + 1);
    let report = collector.report();
    assert!(report.to_json().to_string().len() < 300_000);
}

/// A click-to-call token: nothing that these keys did not sign is read.
pub fn connect_token(data: &[u8]) {
    let text = &*text(data);
    let keys = || {
        [SecretString::from(
            "a key of thirty-two bytes or more, for tokens",
        )]
    };
    let tokens = ConnectTokens::new(keys()).expect("keys");
    let key = CallKey::new("one").expect("a key");
    let id = tokens.id(&key);
    let mut own = HashSet::new();
    for step in [
        Step::Connect,
        Step::Gather,
        Step::DialAction,
        Step::Status,
        Step::Fallback,
    ] {
        let token = tokens.issue(id, step, now());
        let claims = tokens.read(token.as_str()).expect("its own token");
        assert!(claims.id == id && claims.step == step);
        own.insert(token.as_str().to_owned());
        // One byte of its own token replaced by one of the input.
        if let [at, byte, ..] = data {
            let mut bytes = token.as_str().as_bytes().to_vec();
            let at = usize::from(*at) % bytes.len();
            let changed = bytes[at] != *byte;
            bytes[at] = *byte;
            if let Ok(forged) = std::str::from_utf8(&bytes) {
                assert!(
                    !changed || tokens.read(forged).is_err(),
                    "a forged token is read"
                );
            }
        }
    }
    assert!(own.contains(text) || tokens.read(text).is_err());
}
