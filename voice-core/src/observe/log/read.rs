//! Reads a log again: as a stream, a line at a time, and whatever it meets.

use std::io::{self, BufRead};
use std::path::{Path, PathBuf};

use serde::Deserialize;

use super::record::Record;
use super::rotate::numbered;

/// Longest line that is read, in bytes: 64 KiB. What is longer is skipped, and counts as malformed.
pub const MAX_LINE_BYTES: usize = 64 << 10;

/// How many positions of malformed lines a [`ReadSummary`] keeps.
const MAX_POSITIONS: usize = 20;

/// What one line held.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub enum Entry {
    /// A record.
    Record(Box<Record>),
    /// The log's own word that so many lines are missing.
    Lost(u64),
    /// Nothing but blanks.
    Blank,
    /// Something else.
    Malformed(Malformed),
}

/// A line, or an entry of a list, that could not be read; what it held is not shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("number {position} is malformed: {reason}")]
#[non_exhaustive]
pub struct Malformed {
    /// Its number, from 1.
    pub position: u64,
    /// Why.
    pub reason: &'static str,
}

/// What was read; `records + notices + blank + malformed` is always `lines`.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct ReadSummary {
    /// Lines, or entries of a list.
    pub lines: u64,
    /// Those that held a record.
    pub records: u64,
    /// Those that told of lost lines.
    pub notices: u64,
    /// Those that were empty.
    pub blank: u64,
    /// Those that held something else.
    pub malformed: u64,
    /// The numbers of the first 20 malformed ones.
    pub malformed_at: Vec<u64>,
    /// How many lines the notices say are missing.
    pub lost: u64,
}

impl ReadSummary {
    pub(crate) fn count(&mut self, entry: &Entry) {
        self.lines += 1;
        match entry {
            Entry::Record(_) => self.records += 1,
            Entry::Lost(lines) => {
                self.notices += 1;
                self.lost = self.lost.saturating_add(*lines);
            }
            Entry::Blank => self.blank += 1,
            Entry::Malformed(at) => {
                self.malformed += 1;
                if self.malformed_at.len() < MAX_POSITIONS {
                    self.malformed_at.push(at.position);
                }
            }
        }
    }
}

/// Reads a log line by line; holds one line at a time, of at most [`MAX_LINE_BYTES`].
///
/// An iterator that ends after the first error of the reader below. A malformed line is an [`Entry`], not an error.
///
/// ```
/// use voice_core::observe::log::{Entry, LogReader};
///
/// let log = b"{\"time\":\"2025-01-13T10:30:00Z\",\"success\":true}\nnonsense\n";
/// let mut reader = LogReader::new(&log[..]);
/// assert!(matches!(reader.next().transpose()?, Some(Entry::Record(_))));
/// assert!(matches!(reader.next().transpose()?, Some(Entry::Malformed(at)) if at.position == 2));
/// assert!(reader.next().is_none());
/// # Ok::<(), std::io::Error>(())
/// ```
#[derive(Debug)]
pub struct LogReader<R> {
    input: R,
    line: Vec<u8>,
    number: u64,
    ended: bool,
}

impl<R: BufRead> LogReader<R> {
    /// Reads from `input`.
    pub fn new(input: R) -> Self {
        Self {
            input,
            line: Vec::new(),
            number: 0,
            ended: false,
        }
    }

    /// Fills `line` with the next one, without its line feed; `None` at the end, `Some(false)` when it is too long.
    fn fill(&mut self) -> io::Result<Option<bool>> {
        self.line.clear();
        let (mut any, mut fits) = (false, true);
        loop {
            let buffer = match self.input.fill_buf() {
                Ok(buffer) => buffer,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
                Err(error) => return Err(error),
            };
            if buffer.is_empty() {
                return Ok(any.then_some(fits));
            }
            any = true;
            let end = buffer.iter().position(|byte| *byte == b'\n');
            let piece = buffer.get(..end.unwrap_or(buffer.len())).unwrap_or(buffer);
            fits &= self.line.len() + piece.len() <= MAX_LINE_BYTES;
            if fits {
                self.line.extend_from_slice(piece);
            }
            let used = piece.len() + usize::from(end.is_some());
            self.input.consume(used);
            if end.is_some() {
                return Ok(Some(fits));
            }
        }
    }
}

impl<R: BufRead> Iterator for LogReader<R> {
    type Item = io::Result<Entry>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.ended {
            return None;
        }
        let fits = match self.fill() {
            Ok(Some(fits)) => fits,
            Ok(None) => {
                self.ended = true;
                return None;
            }
            Err(error) => {
                self.ended = true;
                return Some(Err(error));
            }
        };
        self.number += 1;
        let bad = |reason| {
            Entry::Malformed(Malformed {
                position: self.number,
                reason,
            })
        };
        if !fits {
            return Some(Ok(bad("it is too long")));
        }
        Some(Ok(read_line(&self.line).unwrap_or_else(bad)))
    }
}

/// A line of the log's own about lost ones.
#[derive(Deserialize)]
struct Notice {
    event: NoticeKind,
    lines: u64,
}

#[derive(Deserialize)]
#[serde(rename_all = "snake_case")]
enum NoticeKind {
    Lost,
}

fn read_line(line: &[u8]) -> Result<Entry, &'static str> {
    let line = line.strip_prefix(b"\xef\xbb\xbf").unwrap_or(line);
    if line.trim_ascii().is_empty() {
        return Ok(Entry::Blank);
    }
    if let Ok(record) = serde_json::from_slice::<Record>(line) {
        return Ok(Entry::Record(Box::new(record)));
    }
    if let Ok(Notice { event, lines }) = serde_json::from_slice::<Notice>(line) {
        let NoticeKind::Lost = event;
        return Ok(Entry::Lost(lines));
    }
    Err(
        match serde_json::from_slice::<serde::de::IgnoredAny>(line) {
            Ok(_) => "it is no record",
            Err(_) => "it is no JSON",
        },
    )
}

/// The files of a rotated log that exist, oldest first: `name.4`, …, `name.1`, `name`. Numbers beyond 999 are not looked
/// for, nor anything behind a gap.
#[must_use]
pub fn rotated_files(path: &Path) -> Vec<PathBuf> {
    let mut files: Vec<PathBuf> = (1..1000)
        .map(|number| numbered(path, number))
        .take_while(|file| file.is_file())
        .collect();
    files.reverse();
    if path.is_file() {
        files.push(path.to_owned());
    }
    files
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const GOOD: &str = r#"{"time":"2025-01-13T10:30:00Z","success":false,"status":500}"#;

    fn read(input: &[u8]) -> ReadSummary {
        // A small buffer, so that lines lie across its edges.
        let input = io::BufReader::with_capacity(7, input);
        let mut summary = ReadSummary::default();
        for entry in LogReader::new(input) {
            summary.count(&entry.unwrap());
        }
        summary
    }

    #[test]
    fn every_line_is_counted_as_what_it_is() {
        let lost = r#"{"event":"lost","time":"2025-01-13T10:30:00Z","lines":12}"#;
        let long = format!("{{\"x\":\"{}\"}}", "y".repeat(MAX_LINE_BYTES));
        let text = format!(
            "\u{feff}{GOOD}\r\n\n{lost}\nnonsense\n{{\"event\":\"other\"}}\n{long}\n  {GOOD}"
        );
        let summary = read(text.as_bytes());
        assert_eq!((summary.lines, summary.records), (7, 2));
        assert_eq!((summary.notices, summary.lost, summary.blank), (1, 12, 1));
        assert_eq!(
            (summary.malformed, summary.malformed_at),
            (3, vec![4, 5, 6])
        );
    }

    #[test]
    fn a_line_of_the_longest_length_is_read_and_one_byte_more_is_not() {
        let pad = MAX_LINE_BYTES - GOOD.len();
        let line = |more: usize| format!("{GOOD}{}\n{GOOD}\n", " ".repeat(pad + more));
        assert_eq!(read(line(0).as_bytes()).records, 2);
        assert_eq!(read(line(1).as_bytes()).malformed_at, [1]);
    }

    #[test]
    fn an_error_below_ends_it() {
        struct Broken;
        impl io::Read for Broken {
            fn read(&mut self, _: &mut [u8]) -> io::Result<usize> {
                Err(io::Error::other("disk"))
            }
        }
        let mut reader = LogReader::new(io::BufReader::new(Broken));
        assert!(reader.next().unwrap().is_err());
        assert!(reader.next().is_none());
    }

    fn line() -> impl Strategy<Value = Vec<u8>> {
        prop_oneof![
            Just(GOOD.as_bytes().to_vec()),
            Just(Vec::new()),
            Just(br#"{"event":"lost","lines":18446744073709551615}"#.to_vec()),
            proptest::collection::vec(any::<u8>().prop_filter("no end", |b| *b != b'\n'), 0..60),
            (0..GOOD.len()).prop_map(|cut| GOOD.as_bytes()[..cut].to_vec()),
        ]
    }

    proptest! {
        #[test]
        fn no_line_is_lost_and_none_is_fatal(lines in proptest::collection::vec(line(), 0..20)) {
            let mut text = lines.join(&b'\n');
            text.push(b'\n');
            let summary = read(&text);
            prop_assert_eq!(summary.lines, lines.len().max(1) as u64);
            let sum = summary.records + summary.notices + summary.blank + summary.malformed;
            prop_assert_eq!(sum, summary.lines);
            let good = lines.iter().filter(|line| line.as_slice() == GOOD.as_bytes()).count();
            prop_assert_eq!(summary.records, good as u64);
        }

        #[test]
        fn any_bytes_are_read_to_their_end(bytes in proptest::collection::vec(any::<u8>(), 0..400)) {
            let summary = read(&bytes);
            let sum = summary.records + summary.notices + summary.blank + summary.malformed;
            prop_assert_eq!(sum, summary.lines);
        }
    }
}
