//! What a journal is written on.

use std::fs::File;
use std::io::{self, Write};

/// A file, or what stands for one in a test.
pub(super) trait Paper: Send {
    /// Adds bytes at the end.
    fn add(&mut self, bytes: &[u8]) -> io::Result<()>;
    /// Returns once everything added is on the disk.
    fn sync(&mut self) -> io::Result<()>;
    /// Takes away what is beyond a length.
    fn cut(&mut self, length: u64) -> io::Result<()>;
}

/// Opened for appending.
impl Paper for File {
    fn add(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.write_all(bytes)
    }

    fn sync(&mut self) -> io::Result<()> {
        self.sync_data()
    }

    fn cut(&mut self, length: u64) -> io::Result<()> {
        self.set_len(length)?;
        self.sync_all()
    }
}
