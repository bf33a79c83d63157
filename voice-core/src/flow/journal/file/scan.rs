//! Opens a journal's file: locks it, reads it, mends its end.

use std::fs::{File, OpenOptions};
use std::io::{BufRead, BufReader, Seek, SeekFrom};
use std::path::Path;

use serde::{Deserialize, Serialize};

use crate::flow::journal::JournalError;
use crate::flow::journal::form::Line;
use crate::flow::journal::ledger::{Change, Ledger};

const FORMAT: &str = "voice-call-journal";
const VERSION: u64 = 1;
/// No line of a journal is longer, in bytes: keys and ids have at most 255, messages a few thousand.
const LONGEST: usize = 64 * 1024;

/// The first line.
#[derive(Serialize, Deserialize)]
struct Header {
    format: String,
    version: u64,
}

/// A file that is ready to be added to.
#[derive(Debug)]
pub(super) struct Opened<P> {
    pub(super) paper: P,
    pub(super) ledger: Ledger,
    pub(super) length: u64,
}

pub(super) fn open(path: &Path) -> Result<Opened<File>, JournalError> {
    let mut options = OpenOptions::new();
    options.read(true).append(true).create(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let file = options
        .open(path)
        .map_err(JournalError::io("open its file"))?;
    match fs4::FileExt::try_lock(&file) {
        Ok(()) => {}
        Err(fs4::TryLockError::WouldBlock) => return Err(JournalError::Locked),
        Err(fs4::TryLockError::Error(error)) => {
            return Err(JournalError::io("lock its file")(error));
        }
    }
    let (ledger, length) = match read(&file)? {
        Some(read) => read,
        None => (Ledger::default(), begin(&file, path)?),
    };
    Ok(Opened {
        paper: file,
        ledger,
        length,
    })
}

/// Writes the first line of a new journal.
fn begin(mut file: &File, path: &Path) -> Result<u64, JournalError> {
    let header = header();
    file.set_len(0)
        .and_then(|()| std::io::Write::write_all(&mut file, &header))
        .and_then(|()| file.sync_all())
        .and_then(|()| sync_folder(path))
        .map_err(JournalError::io("begin its file"))?;
    Ok(header.len() as u64)
}

fn header() -> Vec<u8> {
    format!("{{\"format\":\"{FORMAT}\",\"version\":{VERSION}}}\n").into_bytes()
}

/// A new file is safe once its folder names it on the disk.
#[cfg(unix)]
fn sync_folder(path: &Path) -> std::io::Result<()> {
    let folder = match path.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder,
        _ => Path::new("."),
    };
    File::open(folder)?.sync_all()
}

/// Elsewhere folders cannot be opened as files; the system writes them by itself.
#[cfg(not(unix))]
fn sync_folder(_: &Path) -> std::io::Result<()> {
    Ok(())
}

/// Everything that was written, and where it ends. `None` for a file that was only just begun.
fn read(mut file: &File) -> Result<Option<(Ledger, u64)>, JournalError> {
    let reading = JournalError::io("read its file");
    file.seek(SeekFrom::Start(0)).map_err(&reading)?;
    let mut lines = BufReader::new(file);
    let mut ledger = Ledger::default();
    let (mut good, mut count) = (0_u64, 0_u64);
    let mut line = Vec::new();
    loop {
        line.clear();
        let mut bounded = std::io::Read::take(&mut lines, LONGEST as u64);
        let read = bounded.read_until(b'\n', &mut line).map_err(&reading)?;
        if read == 0 && count == 0 {
            return Ok(None);
        }
        if line.last() != Some(&b'\n') {
            return match (read, count) {
                (0, _) => Ok(Some((ledger, good))),
                // Our own first line, or zeros where it should be: the machine stopped before it was whole.
                (_, 0) if header().starts_with(&line) || line.iter().all(|byte| *byte == 0) => {
                    Ok(None)
                }
                (_, 0) => Err(foreign("its first line is none of a journal")),
                (LONGEST.., _) => Err(JournalError::Corrupt { line: count + 1 }),
                // The last line was never acknowledged: nobody was dialled on the strength of it.
                _ => {
                    let mut paper = file;
                    cut(&mut paper, good)?;
                    Ok(Some((ledger, good)))
                }
            };
        }
        count += 1;
        if count == 1 {
            check_header(&line)?;
        } else {
            let corrupt = || JournalError::Corrupt { line: count };
            let change = parse(&line).ok_or_else(corrupt)?;
            match ledger.apply(&change) {
                Ok(crate::flow::journal::Begun::Yes) => {}
                // Nothing that breaks the rules is ever written.
                _ => return Err(corrupt()),
            }
        }
        good += read as u64;
    }
}

fn cut(file: &mut &File, length: u64) -> Result<(), JournalError> {
    tracing::warn!(target: "voice_core", length, "cutting off the unfinished last line of a call journal");
    file.set_len(length)
        .and_then(|()| file.sync_all())
        .map_err(JournalError::io("mend its file"))
}

fn parse(line: &[u8]) -> Option<Change> {
    serde_json::from_slice::<Line>(line).ok()?.change()
}

fn check_header(line: &[u8]) -> Result<(), JournalError> {
    let header: Header =
        serde_json::from_slice(line).map_err(|_| foreign("its first line is none of a journal"))?;
    if header.format != FORMAT {
        return Err(foreign("its first line names another format"));
    }
    if header.version != VERSION {
        return Err(foreign(&format!("it is of version {}", header.version)));
    }
    Ok(())
}

fn foreign(found: &str) -> JournalError {
    JournalError::Format {
        found: found.to_owned(),
    }
}

/// The line of a change, with its end.
pub(super) fn write(change: &Change, into: &mut Vec<u8>) -> Result<(), JournalError> {
    serde_json::to_writer(&mut *into, &Line::of(change))
        .map_err(|error| JournalError::io("write a line")(error.into()))?;
    into.push(b'\n');
    Ok(())
}

/// A journal on paper of a test.
#[cfg(test)]
pub(super) fn blank<P: super::paper::Paper>(mut paper: P) -> Result<Opened<P>, JournalError> {
    let header = header();
    paper
        .add(&header)
        .map_err(JournalError::io("begin its file"))?;
    Ok(Opened {
        paper,
        ledger: Ledger::default(),
        length: header.len() as u64,
    })
}
