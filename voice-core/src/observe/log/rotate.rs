//! A file of bounded size with numbered predecessors: `name`, `name.1`, `name.2`, …

use std::fmt;
use std::fs::{self, File, OpenOptions};
use std::io::{self, Read, Seek, SeekFrom};
use std::path::{Path, PathBuf};

use super::sink::{Batch, Sink, Written, write_counted};

/// Appends to `path`; a line that would make it longer than `max_bytes` begins a new file.
pub(super) struct RotatingFile {
    path: PathBuf,
    shown: String,
    max_bytes: u64,
    /// In all, the current one included.
    files: u32,
    open: Option<(File, u64)>,
}

impl RotatingFile {
    pub(super) fn new(path: PathBuf, max_bytes: u64, files: u32) -> Self {
        Self {
            shown: path.display().to_string(),
            path,
            max_bytes,
            files: files.max(1),
            open: None,
        }
    }

    /// The lines from `first` on that fit into the current file, at least one of them when it is new.
    fn write_run(&mut self, batch: &Batch, first: usize) -> Written {
        let from = match first.checked_sub(1).and_then(|i| batch.ends.get(i)) {
            Some(end) => *end,
            None => 0,
        };
        let fail = |error| Written {
            lines: 0,
            error: Some(error),
        };
        let next = batch.ends.get(first).map_or(0, |end| *end - from) as u64;
        if let Err(error) = self.make_room(next) {
            return fail(error);
        }
        let Some((file, size)) = &mut self.open else {
            return fail(io::ErrorKind::NotFound.into());
        };
        let room = usize::try_from(self.max_bytes.saturating_sub(*size)).unwrap_or(usize::MAX);
        let rest = batch.ends.get(first..).unwrap_or_default();
        let fitting = rest.partition_point(|end| end - from <= room).max(1);
        let to = rest.get(fitting - 1).copied().unwrap_or(from);
        let run = batch.bytes.get(from..to).unwrap_or_default();
        let (bytes, error) = write_counted(file, run);
        *size += bytes as u64;
        if error.is_some() {
            // Opened afresh next time, which also ends a line that was cut off.
            self.open = None;
        }
        let lines = rest.partition_point(|end| end - from <= bytes);
        Written { lines, error }
    }

    fn make_room(&mut self, line: u64) -> io::Result<()> {
        let (_, size) = match &mut self.open {
            Some(open) => open,
            None => self.open.insert(open(&self.path)?),
        };
        if *size > 0 && size.saturating_add(line) > self.max_bytes {
            self.open = None;
            self.rotate()?;
            self.open = Some(open(&self.path)?);
        }
        Ok(())
    }

    /// Moves every file up by one; the last is gone. An error leaves the files as they are from there on, so that none is
    /// overwritten.
    fn rotate(&self) -> io::Result<()> {
        let last = self.files - 1;
        gone(fs::remove_file(numbered(&self.path, last)))?;
        for number in (1..=last).rev() {
            let (from, to) = (
                numbered(&self.path, number - 1),
                numbered(&self.path, number),
            );
            gone(fs::rename(from, to))?;
        }
        Ok(())
    }
}

impl Sink for RotatingFile {
    fn write(&mut self, batch: &Batch) -> Written {
        let mut lines = 0;
        while lines < batch.lines() {
            let run = self.write_run(batch, lines);
            lines += run.lines;
            if run.error.is_some() {
                return Written {
                    lines,
                    error: run.error,
                };
            }
        }
        Written { lines, error: None }
    }

    fn flush(&mut self) {}

    fn name(&self) -> &dyn fmt::Display {
        &self.shown
    }
}

/// The file's predecessor of that number; the file itself for 0.
pub(super) fn numbered(path: &Path, number: u32) -> PathBuf {
    if number == 0 {
        return path.to_owned();
    }
    let mut name = path.as_os_str().to_owned();
    name.push(format!(".{number}"));
    name.into()
}

/// Opens for appending, readable by the owner alone where that can be said; ends a line that was cut off earlier.
fn open(path: &Path) -> io::Result<(File, u64)> {
    let mut options = OpenOptions::new();
    options.create(true).append(true).read(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(path)?;
    let mut size = file.metadata()?.len();
    if size > 0 {
        let mut last = [0];
        file.seek(SeekFrom::End(-1))?;
        file.read_exact(&mut last)?;
        if last != *b"\n" {
            if let (_, Some(error)) = write_counted(&mut file, b"\n") {
                return Err(error);
            }
            size += 1;
        }
    }
    Ok((file, size))
}

fn gone(result: io::Result<()>) -> io::Result<()> {
    match result {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
        _ => Ok(()),
    }
}
