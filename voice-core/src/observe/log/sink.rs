//! Where lines go: whole lines in, and the truth about how many of them arrived.

use std::fmt;
use std::io::{self, Write};

/// Whole lines, one behind the other.
#[derive(Default)]
pub(super) struct Batch {
    pub(super) bytes: Vec<u8>,
    /// The end of each line in `bytes`, its line feed included.
    pub(super) ends: Vec<usize>,
}

impl Batch {
    pub(super) fn push(&mut self, line: &[u8]) {
        self.bytes.extend_from_slice(line);
        self.bytes.push(b'\n');
        self.ends.push(self.bytes.len());
    }

    pub(super) fn lines(&self) -> usize {
        self.ends.len()
    }

    pub(super) fn is_empty(&self) -> bool {
        self.ends.is_empty()
    }
}

/// What became of a batch.
pub(super) struct Written {
    /// Lines that are there as a whole, from the first on.
    pub(super) lines: usize,
    /// Why not all of them.
    pub(super) error: Option<io::Error>,
}

pub(super) trait Sink: Send + 'static {
    fn write(&mut self, batch: &Batch) -> Written;
    fn flush(&mut self);
    /// What to call it in a warning.
    fn name(&self) -> &dyn fmt::Display;
}

/// Any writer. A line that was cut off by an error is ended before the next one.
pub(super) struct Plain<W> {
    out: W,
    torn: bool,
}

impl<W> Plain<W> {
    pub(super) fn new(out: W) -> Self {
        Self { out, torn: false }
    }
}

impl<W: Write + Send + 'static> Sink for Plain<W> {
    fn write(&mut self, batch: &Batch) -> Written {
        if self.torn {
            if let (_, Some(error)) = write_counted(&mut self.out, b"\n") {
                let error = Some(error);
                return Written { lines: 0, error };
            }
            self.torn = false;
        }
        let (bytes, error) = write_counted(&mut self.out, &batch.bytes);
        let lines = batch.ends.partition_point(|end| *end <= bytes);
        let whole = lines.checked_sub(1).and_then(|last| batch.ends.get(last));
        self.torn = bytes > whole.copied().unwrap_or(0);
        Written { lines, error }
    }

    fn flush(&mut self) {
        // What a writer keeps back and then cannot write is its own affair: it took the lines.
        let _ = self.out.flush();
    }

    fn name(&self) -> &dyn fmt::Display {
        &"a writer"
    }
}

/// Like `write_all`, but says how far it came.
pub(super) fn write_counted(out: &mut impl Write, bytes: &[u8]) -> (usize, Option<io::Error>) {
    let mut done = 0;
    while let Some(rest) = bytes.get(done..).filter(|rest| !rest.is_empty()) {
        match out.write(rest) {
            Ok(0) => return (done, Some(io::ErrorKind::WriteZero.into())),
            Ok(n) => done = done.saturating_add(n).min(bytes.len()),
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return (done, Some(error)),
        }
    }
    (done, None)
}
