//! The campaign: entries come in, results go out.

use std::collections::{HashMap, HashSet};
use std::future::{Future, poll_fn};
use std::pin::pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::Poll;

use futures_core::Stream;
use futures_util::StreamExt;
use futures_util::stream::{self, FuturesUnordered};

use super::progress::Tally;
use super::{
    BulkControl, BulkDial, BulkError, BulkFailure, BulkReport, BulkState, Entry, EntryResult,
};
use crate::clock::Clock;
use crate::flow::journal::CallJournal;
use crate::ident::E164;
use crate::limits::RateLimiter;
use crate::provider::{CallId, CallKey, CallProvider};

/// After so many steps others get a turn.
const STEPS: u32 = 64;

impl BulkDial {
    /// Dials everybody the stream brings, until it ends. It is asked for an entry when there is room for one, and not while the
    /// campaign is paused. Drop it, or be killed, at any moment: run it again with the same journal.
    ///
    /// # Errors
    /// [`BulkFailure`] when the campaign ended before the list did; it has the reason and the report so far.
    pub async fn run(
        &self,
        calls: &dyn CallProvider,
        journal: &dyn CallJournal,
        entries: impl Stream<Item = Entry> + Send,
    ) -> Result<BulkReport, BulkFailure> {
        Box::pin(self.drive(calls, journal, entries, self.total)).await
    }

    /// The same for a list.
    ///
    /// # Errors
    /// As for [`run`](Self::run).
    pub async fn run_all<I>(
        &self,
        calls: &dyn CallProvider,
        journal: &dyn CallJournal,
        entries: I,
    ) -> Result<BulkReport, BulkFailure>
    where
        I: IntoIterator<Item = Entry, IntoIter: Send>,
    {
        let entries = entries.into_iter();
        let total = match entries.size_hint() {
            (least, Some(most)) if least == most => u64::try_from(most).ok(),
            _ => None,
        };
        let entries = stream::iter(entries);
        Box::pin(self.drive(calls, journal, entries, self.total.or(total))).await
    }

    async fn drive(
        &self,
        calls: &dyn CallProvider,
        journal: &dyn CallJournal,
        entries: impl Stream<Item = Entry> + Send,
        total: Option<u64>,
    ) -> Result<BulkReport, BulkFailure> {
        let limiter = self.pace().map_err(|error| BulkFailure {
            error: error.into(),
            report: BulkReport::default(),
        })?;
        let campaign = Campaign {
            settings: self,
            calls,
            journal,
            limiter,
            control: self.control.clone().unwrap_or_default(),
            tally: Mutex::new(Tally::new(total, self.clock.now())),
            halted: Mutex::default(),
            occupied: Mutex::default(),
            dialling: Mutex::default(),
            claims: Mutex::default(),
        };
        campaign.drive(entries).await;
        campaign.close().await
    }
}

/// What the entries of a run share.
pub(super) struct Campaign<'a> {
    pub(super) settings: &'a BulkDial,
    pub(super) calls: &'a dyn CallProvider,
    pub(super) journal: &'a dyn CallJournal,
    pub(super) limiter: Arc<dyn RateLimiter>,
    pub(super) control: BulkControl,
    tally: Mutex<Tally>,
    halted: Mutex<Option<BulkError>>,
    occupied: Mutex<HashSet<CallKey>>,
    dialling: Mutex<HashMap<(E164, E164), u32>>,
    claims: Mutex<HashMap<CallId, CallKey>>,
}

/// What happens next in a campaign.
enum Step {
    Came(Entry),
    NoMore,
    Finished(Option<EntryResult>),
    Changed,
}

impl Campaign<'_> {
    async fn drive(&self, entries: impl Stream<Item = Entry> + Send) {
        let mut entries = pin!(entries);
        let mut work = FuturesUnordered::new();
        let (mut no_more, mut steps) = (false, 0_u32);
        self.tell();
        loop {
            let state = self.control.state();
            if work.is_empty() && (no_more || state == BulkState::Stopping) {
                return;
            }
            let room =
                !no_more && state == BulkState::Running && work.len() < self.settings.at_once;
            let step = {
                let mut changed = pin!(self.control.after(state));
                poll_fn(|cx| {
                    if let Poll::Ready(Some(result)) = work.poll_next_unpin(cx) {
                        return Poll::Ready(Step::Finished(result));
                    }
                    if room && let Poll::Ready(entry) = entries.as_mut().poll_next(cx) {
                        return Poll::Ready(entry.map_or(Step::NoMore, Step::Came));
                    }
                    changed.as_mut().poll(cx).map(|_| Step::Changed)
                })
                .await
            };
            match step {
                Step::Came(entry) => {
                    self.tally().at_work += 1;
                    work.push(Box::pin(self.reported(entry)));
                }
                Step::NoMore => no_more = true,
                Step::Finished(result) => self.finished(result.as_ref()),
                Step::Changed => self.tell(),
            }
            steps += 1;
            if steps.is_multiple_of(STEPS) {
                give_way().await;
            }
        }
    }

    /// An entry and its line.
    async fn reported(&self, entry: Entry) -> Option<EntryResult> {
        let result = self.entry(entry).await?;
        if let Some(lines) = &self.settings.results
            && let Err(error) = lines.write(&result, self.clock().wall()).await
        {
            self.halt::<()>(BulkError::Results(error));
        }
        Some(result)
    }

    fn finished(&self, result: Option<&EntryResult>) {
        {
            let mut tally = self.tally();
            tally.at_work = tally.at_work.saturating_sub(1);
            match result {
                Some(result) => tally.count(&result.outcome),
                None => tally.report.left += 1,
            }
        }
        if let (Some(listener), Some(result)) = (&self.settings.on_result, result) {
            listener(result);
        }
        self.tell();
    }

    async fn close(self) -> Result<BulkReport, BulkFailure> {
        if let Some(lines) = &self.settings.results
            && let Err(error) = lines.flush().await
        {
            self.halt::<()>(BulkError::Results(error));
        }
        self.tell();
        let report = self.tally().report.clone();
        let halted = self.halted.into_inner();
        match halted.unwrap_or_else(PoisonError::into_inner) {
            Some(error) => Err(BulkFailure { error, report }),
            None => Ok(report),
        }
    }

    /// Ends the campaign: nobody further is dialled. The first reason stays.
    pub(super) fn halt<T>(&self, error: BulkError) -> Option<T> {
        tracing::error!(target: "voice_core", %error, "a campaign stops");
        lock(&self.halted).get_or_insert(error);
        self.control.stop();
        None
    }

    pub(super) fn is_stopping(&self) -> bool {
        self.control.state() == BulkState::Stopping
    }

    pub(super) fn clock(&self) -> &dyn Clock {
        &*self.settings.clock
    }

    pub(super) fn tally(&self) -> MutexGuard<'_, Tally> {
        lock(&self.tally)
    }

    /// A dial leaves.
    pub(super) fn dialled(&self) {
        let now = self.clock().now();
        self.tally().dialled(now);
        self.tell();
    }

    /// Tells whoever watches.
    fn tell(&self) {
        let now = self.clock().now();
        let progress = self.tally().progress(self.control.state(), now);
        if let Some(listener) = &self.settings.on_progress {
            listener(&progress);
        }
        self.control.tell(progress);
    }

    /// Works on a key, alone in this run.
    pub(super) fn occupy(&self, key: &CallKey) -> Option<impl Drop + use<'_>> {
        let is_new = lock(&self.occupied).insert(key.clone());
        let key = key.clone();
        is_new.then(|| {
            Guard(Some(move || {
                lock(&self.occupied).remove(&key);
            }))
        })
    }

    /// Dials a number.
    pub(super) fn dialling(&self, numbers: (E164, E164)) -> impl Drop + use<'_> {
        *lock(&self.dialling).entry(numbers).or_default() += 1;
        Guard(Some(move || {
            let mut dialling = lock(&self.dialling);
            if let Some(count) = dialling.get_mut(&numbers) {
                *count -= 1;
                if *count == 0 {
                    dialling.remove(&numbers);
                }
            }
        }))
    }

    pub(super) fn is_dialling(&self, to: E164, from: E164) -> bool {
        lock(&self.dialling).contains_key(&(to, from))
    }

    /// Whether no other dial of this run has found that call.
    pub(super) fn is_free(&self, call: &CallId, key: &CallKey) -> bool {
        lock(&self.claims)
            .get(call)
            .is_none_or(|owner| owner == key)
    }

    /// Takes a call that was found for a dial's; false when another was faster.
    pub(super) fn claim(&self, call: &CallId, key: &CallKey) -> bool {
        let mut claims = lock(&self.claims);
        claims.entry(call.clone()).or_insert_with(|| key.clone()) == key
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    // What is under these locks is never left half changed.
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Runs when dropped.
struct Guard<F: FnOnce()>(Option<F>);

impl<F: FnOnce()> Drop for Guard<F> {
    fn drop(&mut self) {
        if let Some(end) = self.0.take() {
            end();
        }
    }
}

/// Lets other tasks run.
async fn give_way() {
    let mut gave = false;
    poll_fn(|cx| {
        if std::mem::replace(&mut gave, true) {
            return Poll::Ready(());
        }
        cx.waker().wake_by_ref();
        Poll::Pending
    })
    .await;
}
