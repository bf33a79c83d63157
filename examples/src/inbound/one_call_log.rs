//! [`OneCallLog`]: of a log of JSON lines, those of the first call.

use std::io::{self, Write};
use std::sync::{Arc, Mutex, PoisonError};

use serde_json::Value;

/// Takes JSON lines and keeps those of the first call that has any; clones share them.
#[derive(Debug, Clone, Default)]
pub struct OneCallLog(Arc<Mutex<Kept>>);

#[derive(Debug, Default)]
struct Kept {
    call: Option<String>,
    lines: Vec<String>,
}

impl OneCallLog {
    /// The lines.
    #[must_use]
    pub fn lines(&self) -> Vec<String> {
        let kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        kept.lines.clone()
    }
}

impl Write for OneCallLog {
    /// A line at a time, as [`JsonLog`](voice_core::observe::json_log::JsonLog) writes.
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let line: Value = serde_json::from_slice(bytes).unwrap_or_default();
        if let Some(call) = line.get("call_id").and_then(Value::as_str) {
            let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
            if kept.call.get_or_insert_with(|| call.to_owned()) == call {
                let text = String::from_utf8_lossy(bytes);
                kept.lines.push(text.trim_end().to_owned());
            }
        }
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
