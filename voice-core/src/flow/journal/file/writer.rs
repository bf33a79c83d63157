//! The thread that writes: everything asked while one fsync runs shares the next.

use std::sync::mpsc::Receiver;

use tokio::sync::oneshot;

use super::paper::Paper;
use super::{Shared, scan};
use crate::flow::journal::ledger::Change;
use crate::flow::journal::{Begun, JournalError};

/// Most changes to one fsync.
const BATCH: usize = 4096;

type Reply = Result<Begun, JournalError>;

/// A change to be written, and who waits for it.
#[derive(Debug)]
pub(super) struct Ask {
    pub(super) change: Change,
    pub(super) reply: oneshot::Sender<Reply>,
}

/// Writes until the journal is dropped.
pub(super) fn run(mut paper: impl Paper, mut length: u64, shared: &Shared, inbox: &Receiver<Ask>) {
    let mut lines = Vec::new();
    let mut waiting = Vec::new();
    while let Ok(first) = inbox.recv() {
        lines.clear();
        let rest = std::iter::from_fn(|| inbox.try_recv().ok());
        for ask in std::iter::once(first).chain(rest).take(BATCH) {
            let reply = take(&ask.change, shared, &mut lines);
            waiting.push((ask.reply, reply));
        }
        let written = match lines.is_empty() {
            true => Ok(()),
            false => write(&mut paper, &lines, &mut length),
        };
        if let Err(error) = written {
            tracing::error!(target: "voice_core", %error, "a call journal failed; nobody is dialled with it any more");
            shared.failed().get_or_insert(error);
        }
        let failed = shared.failed().clone();
        for (asker, reply) in waiting.drain(..) {
            // Whoever went away does not dial.
            let _ = asker.send(match &failed {
                Some(error) => Err(error.clone()),
                None => reply,
            });
        }
    }
}

/// Applies a change and adds its line.
fn take(change: &Change, shared: &Shared, lines: &mut Vec<u8>) -> Reply {
    if let Some(error) = &*shared.failed() {
        return Err(error.clone());
    }
    let begun = shared.ledger().apply(change)?;
    if begun == Begun::Yes {
        scan::write(change, lines)?;
    }
    Ok(begun)
}

fn write(paper: &mut impl Paper, lines: &[u8], length: &mut u64) -> Result<(), JournalError> {
    if let Err(error) = paper.add(lines) {
        // Half a line would be mended at the next opening; better there is none. If this fails too, that is still so.
        let _ = paper.cut(*length);
        return Err(JournalError::io("add a line")(error));
    }
    *length += lines.len() as u64;
    paper
        .sync()
        .map_err(JournalError::io("bring a line to the disk"))
}
