//! [`ResultLines`]: results as lines of JSON.

use std::fmt;
use std::fs::OpenOptions;
use std::io::{self, BufWriter, Write};
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::SystemTime;

use jiff::Timestamp;
use serde::Serialize;
use tokio::sync::{mpsc, oneshot};

use super::{EntryOutcome, EntryResult, HowPlaced, SkipReason};
use crate::error::Error;
use crate::flow::journal::DialOutcome;

/// Lines that may wait for the disk; beyond that the campaign waits.
const ROOM: usize = 1024;

/// Writes each result as one line of JSON, with numbers masked, by a thread of its own. Clones write to the same place.
///
/// ```json
/// {"time":"2026-03-01T09:00:00.125Z","key":"spring/row-17","to":"+14*******11","result":"placed","how":"answered","call":"CA1","dials":1,"ms":140}
/// ```
///
/// Lines are for people and reports. What was dialled is in the journal, which alone is safe against a crash.
#[derive(Clone)]
pub struct ResultLines {
    orders: mpsc::Sender<Order>,
    failed: Arc<Mutex<Option<io::Error>>>,
}

enum Order {
    Line(String),
    Flush(oneshot::Sender<()>),
}

impl ResultLines {
    /// Adds to a file, which is made when it is not there.
    ///
    /// # Errors
    /// The file's.
    pub fn file(path: impl AsRef<Path>) -> io::Result<Self> {
        let file = OpenOptions::new().create(true).append(true).open(path)?;
        Self::writer(file)
    }

    /// Writes to whatever takes bytes.
    ///
    /// # Errors
    /// When there is no thread to be had.
    pub fn writer(writer: impl Write + Send + 'static) -> io::Result<Self> {
        let (orders, mut inbox) = mpsc::channel(ROOM);
        let failed = Arc::new(Mutex::default());
        let told = Arc::clone(&failed);
        std::thread::Builder::new()
            .name("voice-results".to_owned())
            .spawn(move || {
                // Whoever asks after the end of the inbox finds the error.
                if let Err(error) = write(BufWriter::new(writer), &mut inbox) {
                    *told.lock().unwrap_or_else(PoisonError::into_inner) = Some(error);
                }
            })?;
        Ok(Self { orders, failed })
    }

    /// Writes a result; it may not be on the disk yet.
    ///
    /// # Errors
    /// When a line before could not be written.
    pub async fn write(&self, result: &EntryResult, at: SystemTime) -> io::Result<()> {
        let line = serde_json::to_string(&Line::of(result, at))?;
        let sent = self.orders.send(Order::Line(line)).await;
        sent.map_err(|_| self.failure())
    }

    /// Waits until everything written has left this process.
    ///
    /// # Errors
    /// When a line could not be written.
    pub async fn flush(&self) -> io::Result<()> {
        let (done, flushed) = oneshot::channel();
        let sent = self.orders.send(Order::Flush(done)).await;
        sent.map_err(|_| self.failure())?;
        flushed.await.map_err(|_| self.failure())
    }

    /// Why the thread has ended.
    fn failure(&self) -> io::Error {
        let failed = self.failed.lock().unwrap_or_else(PoisonError::into_inner);
        match &*failed {
            Some(error) => io::Error::new(error.kind(), error.to_string()),
            None => io::Error::new(io::ErrorKind::BrokenPipe, "the results cannot be written"),
        }
    }
}

impl fmt::Debug for ResultLines {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ResultLines").finish_non_exhaustive()
    }
}

/// Writes until nobody can ask any more, or until the first error.
fn write(mut writer: impl Write, inbox: &mut mpsc::Receiver<Order>) -> io::Result<()> {
    while let Some(order) = inbox.blocking_recv() {
        match order {
            Order::Line(line) => {
                writeln!(writer, "{line}")?;
                // Somebody may be reading along.
                if inbox.is_empty() {
                    writer.flush()?;
                }
            }
            Order::Flush(done) => {
                writer.flush()?;
                // Who went away does not want to know.
                let _ = done.send(());
            }
        }
    }
    writer.flush()
}

#[derive(Serialize)]
struct Line<'a> {
    time: String,
    key: &'a str,
    to: String,
    result: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    how: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    call: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    status: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    seconds: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    error: Option<Told>,
    #[serde(skip_serializing_if = "Option::is_none")]
    before: Option<&'a DialOutcome>,
    dials: u32,
    ms: u64,
}

#[derive(Serialize)]
struct Told {
    kind: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    code: Option<String>,
    message: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    calls: Option<String>,
}

impl<'a> Line<'a> {
    fn of(result: &'a EntryResult, at: SystemTime) -> Self {
        let mut line = Self {
            time: time(at),
            key: result.key.as_str(),
            to: result.to.masked().to_string(),
            result: result.outcome.as_str(),
            how: None,
            call: None,
            status: None,
            seconds: None,
            error: None,
            before: None,
            dials: result.dials,
            ms: u64::try_from(result.took.as_millis()).unwrap_or(u64::MAX),
        };
        match &result.outcome {
            EntryOutcome::Placed { call, how, end } => {
                line.call = Some(call.as_str());
                line.how = Some(match how {
                    HowPlaced::Answered => "answered",
                    HowPlaced::Found => "found",
                    HowPlaced::Before => "before",
                });
                line.status = end.as_ref().map(|end| end.status.as_str());
                line.seconds = end.as_ref().and_then(|end| end.seconds);
            }
            EntryOutcome::Refused { error } | EntryOutcome::Unknown { error } => {
                line.error = Some(Told::of(error));
            }
            EntryOutcome::Skipped { why } => match why {
                SkipReason::Done(outcome) => line.before = Some(outcome),
                SkipReason::Repeated => {}
            },
        }
        line
    }
}

impl Told {
    fn of(error: &Error) -> Self {
        Self {
            kind: error.kind().as_str(),
            code: error.code().map(str::to_owned),
            message: error.to_string(),
            calls: error.context_value("calls").map(str::to_owned),
        }
    }
}

/// RFC 3339, with milliseconds.
fn time(at: SystemTime) -> String {
    let at = Timestamp::try_from(at).unwrap_or_default();
    format!("{at:.3}")
}
