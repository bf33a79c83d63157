//! One question to the directory: asked by a task, answered to all who wait.

use std::hash::Hash;
use std::sync::Arc;
use std::time::Instant;

use futures_util::FutureExt;
use tokio::sync::oneshot;

use super::shelf::{Answer, Flight, Ticket};
use super::{Inner, Which};
use crate::clock::later;
use crate::error::{Error, ErrorKind};
use crate::intake::tenant::TenantDirectory;

/// A question that somebody else will be waiting for, and where its answer comes in.
pub(super) fn flight<V: Clone + Send + Sync + 'static>() -> (oneshot::Sender<Answer<V>>, Flight<V>)
{
    let (sender, answer) = oneshot::channel();
    let flight = async move {
        answer.await.unwrap_or_else(|_| {
            let text = "the question to the directory ended without an answer";
            Err(Arc::new(Error::new(ErrorKind::Other, text)))
        })
    };
    (sender, flight.boxed().shared())
}

/// A question on its way, in a task of its own, so that whoever asked first may go away. Takes the question off the list
/// when it is over, however it ends.
pub(super) struct Landing<D, K: Clone + Eq + Hash, V> {
    pub(super) inner: Arc<Inner<D>>,
    pub(super) which: Which<D, K, V>,
    pub(super) ticket: Ticket<K>,
}

impl<D: TenantDirectory, K: Clone + Eq + Hash, V: Clone> Landing<D, K, V> {
    pub(super) async fn ask(
        self,
        asked: impl Future<Output = Result<Option<V>, Error>>,
        waiting: oneshot::Sender<Answer<V>>,
    ) {
        // An answer is as old as its question: what changes while it is on its way is not in it.
        let at = self.inner.clock.now();
        let answer = self.inner.ask(asked).await;
        let answer = self.land(answer, at);
        // Off the list before anybody hears of it: whoever asks then asks anew. That nobody waits any more is no matter.
        drop(self);
        let _ = waiting.send(answer);
    }

    fn land(&self, answer: Result<Option<V>, Error>, at: Instant) -> Answer<V> {
        match answer {
            Ok(value) => {
                self.inner.leave_alone(None);
                let shelf = (self.which)(&self.inner);
                shelf.lock().keep(&self.ticket, value.clone(), at);
                Ok(value)
            }
            Err(error) => {
                // One entry that cannot be read says nothing about the others.
                if error.kind() != ErrorKind::Decode {
                    let until = later(self.inner.clock.now(), self.inner.options.pause);
                    self.inner.leave_alone(Some(until));
                }
                Err(Arc::new(error))
            }
        }
    }
}

impl<D, K: Clone + Eq + Hash, V> Drop for Landing<D, K, V> {
    fn drop(&mut self) {
        (self.which)(&self.inner).lock().landed(&self.ticket);
    }
}

pub(super) fn no_runtime() -> Error {
    Error::new(
        ErrorKind::Other,
        "the directory is asked by a task, which needs a running tokio runtime",
    )
}

/// Everybody who waited gets an error of his own.
pub(super) fn copy(error: &Error) -> Error {
    let mut copied = Error::new(error.kind(), error.message())
        .with_operation(error.provider(), error.operation())
        .with_delivery(error.delivery());
    if let Some(code) = error.code() {
        copied = copied.with_code(code);
    }
    if let Some(wait) = error.retry_after() {
        copied = copied.with_retry_after(wait);
    }
    copied
}
