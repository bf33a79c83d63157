//! What passed, connection by connection, and the cuts that wait.

use std::collections::VecDeque;
use std::fmt;
use std::sync::{Mutex, MutexGuard, PoisonError};

use tokio::sync::watch;

use super::{Cut, Way};

/// One connection through the relay.
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Passage {
    /// What was to happen to it.
    pub cut: Option<Cut>,
    /// Whether that happened.
    pub happened: bool,
    /// Every byte that the server was given and that the client had sent.
    pub to_server: Vec<u8>,
    /// Every byte that the client was given and that the server had sent.
    pub to_client: Vec<u8>,
}

/// With the numbers of bytes alone: they hold credentials and telephone numbers.
impl fmt::Debug for Passage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Passage")
            .field("cut", &self.cut)
            .field("happened", &self.happened)
            .field("to_server", &self.to_server.len())
            .field("to_client", &self.to_client.len())
            .finish()
    }
}

/// All of them.
#[derive(Debug)]
pub(super) struct Book {
    state: Mutex<State>,
    /// How many connections are under way of which a cut was asked.
    unsettled: watch::Sender<usize>,
}

#[derive(Debug, Default)]
struct State {
    queue: VecDeque<Cut>,
    passages: Vec<Passage>,
}

impl Default for Book {
    fn default() -> Self {
        Self {
            state: Mutex::default(),
            unsettled: watch::Sender::new(0),
        }
    }
}

impl Book {
    pub(super) fn push(&self, cut: Cut) {
        self.state().queue.push_back(cut);
    }

    /// Opens a passage: its place, and its cut.
    pub(super) fn open(&self) -> (usize, Option<Cut>) {
        let mut state = self.state();
        let cut = state.queue.pop_front();
        state.passages.push(Passage {
            cut: cut.clone(),
            happened: false,
            to_server: Vec::new(),
            to_client: Vec::new(),
        });
        (state.passages.len() - 1, cut)
    }

    pub(super) fn passed(&self, index: usize, way: Way, bytes: &[u8]) {
        self.change(index, |passage| match way {
            Way::ToServer => passage.to_server.extend_from_slice(bytes),
            Way::ToClient => passage.to_client.extend_from_slice(bytes),
        });
    }

    /// Notes that a cut happens. The passage is unsettled until the guard is dropped.
    pub(super) fn cut(&self, index: usize) -> Unsettled<'_> {
        self.unsettled.send_modify(|count| *count += 1);
        self.change(index, |passage| passage.happened = true);
        Unsettled(self)
    }

    pub(super) fn passages(&self) -> Vec<Passage> {
        self.state().passages.clone()
    }

    pub(super) async fn until_settled(&self) {
        let mut unsettled = self.unsettled.subscribe();
        // The sender lives as long as `self`, so this cannot fail.
        let _ = unsettled.wait_for(|count| *count == 0).await;
    }

    fn change(&self, index: usize, change: impl FnOnce(&mut Passage)) {
        if let Some(passage) = self.state().passages.get_mut(index) {
            change(passage);
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A cut that is being carried out.
#[derive(Debug)]
pub(super) struct Unsettled<'a>(&'a Book);

impl Drop for Unsettled<'_> {
    fn drop(&mut self) {
        self.0.unsettled.send_modify(|count| *count -= 1);
    }
}
