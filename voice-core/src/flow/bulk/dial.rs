//! One entry, from its turn to its result.

use super::entry::Order;
use super::look::Verdict;
use super::run::Campaign;
use super::{BulkError, Entry, EntryOutcome, EntryResult, HowPlaced, SkipReason};
use crate::error::{Delivery, Error, ErrorKind};
use crate::flow::journal::{Begun, DialOutcome, EntryState, Intent, NumberMark};
use crate::provider::{CallId, CallKey, FindCall, PlaceCall};

/// `None` when the campaign ended before anything was known of the entry.
type Known = Option<EntryOutcome>;

/// What one dial led to.
enum Step {
    /// The entry is done with.
    Known(EntryOutcome),
    /// It may be dialled again: nobody was rung.
    Again(Error),
    /// The campaign ends, with nothing known.
    Left,
}

/// Who is rung.
struct Whom<'e> {
    key: &'e CallKey,
    numbers: (crate::ident::E164, crate::ident::E164),
    mark: Option<NumberMark>,
}

impl Campaign<'_> {
    /// Sees one entry to its result.
    pub(super) async fn entry(&self, entry: Entry) -> Option<EntryResult> {
        let Entry {
            key,
            to,
            from,
            order,
        } = entry;
        let start = self.clock().now();
        let mut dials = 0;
        let outcome = match self.occupy(&key) {
            None => EntryOutcome::Skipped {
                why: SkipReason::Repeated,
            },
            Some(_occupied) => {
                let number_key = self.settings.number_key.as_ref();
                let whom = Whom {
                    key: &key,
                    numbers: (to, from),
                    mark: number_key.map(|key| NumberMark::of(key, to)),
                };
                self.known(&whom, order, &mut dials).await?
            }
        };
        let took = self.clock().now().saturating_duration_since(start);
        Some(EntryResult {
            key,
            to,
            outcome,
            dials,
            took,
        })
    }

    async fn known(&self, whom: &Whom<'_>, order: Order, dials: &mut u32) -> Known {
        let state = match self.journal.state(whom.key).await {
            Ok(state) => state,
            Err(error) => return self.halt(BulkError::Journal(error)),
        };
        match state {
            EntryState::New => self.dial(whom, order, dials).await,
            EntryState::Done { intent, outcome } => match whom.is_same(&intent) {
                true => Some(self.done_before(whom.key, outcome).await),
                false => Some(another_number()),
            },
            EntryState::Dialling(intent) => {
                if !whom.is_same(&intent) {
                    return Some(another_number());
                }
                let wanted = whom.wanted(intent.at, self.window(intent.at));
                let lost = Error::new(
                    ErrorKind::Other,
                    "an earlier run ended while this dial was on its way",
                );
                match self.resolve(&wanted, lost, None).await {
                    Step::Known(outcome) => Some(outcome),
                    Step::Again(_) => self.dial(whom, order, dials).await,
                    Step::Left => None,
                }
            }
        }
    }

    async fn done_before(&self, key: &CallKey, outcome: DialOutcome) -> EntryOutcome {
        if let DialOutcome::Placed { call, end: None } = &outcome
            && let Some(end) = self.end_of_earlier(key, call).await
        {
            return EntryOutcome::Placed {
                call: call.clone(),
                how: HowPlaced::Before,
                end: Some(end),
            };
        }
        EntryOutcome::Skipped {
            why: SkipReason::Done(outcome),
        }
    }

    async fn dial(&self, whom: &Whom<'_>, order: Order, dials: &mut u32) -> Known {
        let mut order = Err(order);
        loop {
            let permit = self.turn().await?;
            let call = match order {
                Ok(call) => call,
                Err(order) => {
                    let (to, from) = whom.numbers;
                    match order.make(whom.key, to, from).await {
                        Ok(call) => call,
                        Err(error) => {
                            permit.give_back();
                            return Some(EntryOutcome::Refused {
                                error: nobody_rung(error),
                            });
                        }
                    }
                }
            };
            // Stopped while the call was being made.
            if self.is_stopping() {
                permit.give_back();
                return None;
            }
            let mut intent = Intent::new(whom.key.clone(), self.clock().wall());
            intent.number.clone_from(&whom.mark);
            match self.journal.begin(&intent).await {
                Ok(Begun::Yes) => {}
                Ok(Begun::No(state)) => {
                    permit.give_back();
                    let why = match *state {
                        EntryState::Done { outcome, .. } => SkipReason::Done(outcome),
                        _ => SkipReason::Repeated,
                    };
                    return Some(EntryOutcome::Skipped { why });
                }
                Err(error) => {
                    permit.give_back();
                    return self.halt(BulkError::Journal(error));
                }
            }
            *dials += 1;
            self.dialled();
            let dialling = self.dialling(whom.numbers);
            let answer = self.calls.place_call(&call).await;
            drop(permit);
            let step = match answer {
                Ok(placed) => {
                    self.observe(Ok(()));
                    let known = self.placed(whom.key, placed.id.clone()).await;
                    drop(dialling);
                    let end = self.end_of(whom.key, placed, Some(&call)).await;
                    Step::Known(known(HowPlaced::Answered, end))
                }
                Err(error) if error.may_have_happened() => {
                    drop(dialling);
                    let wanted = whom.wanted(intent.at, self.clock().wall().max(intent.at));
                    self.resolve(&wanted, error, Some(&call)).await
                }
                Err(error) => self.refused(whom.key, error).await,
            };
            let error = match step {
                Step::Known(outcome) => return Some(outcome),
                Step::Left => return None,
                Step::Again(error) => error,
            };
            if *dials >= self.settings.attempts || self.is_stopping() {
                return Some(EntryOutcome::Refused { error });
            }
            self.pause(self.wait_before(&error, *dials)).await;
            order = Ok(call);
        }
    }

    /// The provider did nothing.
    async fn refused(&self, key: &CallKey, error: Error) -> Step {
        self.observe(Err(&error));
        let account = matches!(
            error.kind(),
            ErrorKind::Authentication | ErrorKind::Quota | ErrorKind::Config
        );
        if account || error.is_transient() {
            self.write(key, &DialOutcome::NotDialled).await;
            if account {
                self.halt::<()>(BulkError::Account(error));
                return Step::Left;
            }
            return Step::Again(error);
        }
        let outcome = DialOutcome::Refused {
            kind: error.kind().as_str().to_owned(),
            message: error.to_string(),
        };
        self.write(key, &outcome).await;
        Step::Known(EntryOutcome::Refused { error })
    }

    /// Looks for the call of a dial without a clear outcome.
    async fn resolve(&self, wanted: &FindCall, error: Error, order: Option<&PlaceCall>) -> Step {
        let verdict = match self.look(wanted).await {
            Ok(verdict) => verdict,
            Err(failed) => {
                self.halt::<()>(BulkError::Journal(failed));
                let error = unknown(error, wanted, "the journal failed");
                return Step::Known(EntryOutcome::Unknown { error });
            }
        };
        let error = match verdict {
            Verdict::Placed(call) => {
                let known = self.placed(&wanted.key, call.id.clone()).await;
                let end = self.end_of(&wanted.key, *call, order).await;
                return Step::Known(known(HowPlaced::Found, end));
            }
            Verdict::Absent => {
                self.write(&wanted.key, &DialOutcome::NotDialled).await;
                let error = error
                    .with_delivery(Delivery::NotSent)
                    .with_context("reconcile", "no such call was found, and none can come");
                return Step::Again(error);
            }
            Verdict::Ambiguous(ids) => {
                let ids: Vec<&str> = ids.iter().map(CallId::as_str).collect();
                unknown(error, wanted, "several calls could be it")
                    .with_context("calls", ids.join(" "))
            }
            Verdict::Unproven => unknown(error, wanted, "the calendar went backwards"),
            Verdict::Unanswered => unknown(error, wanted, "the provider could not be asked"),
        };
        let message = error.to_string();
        self.write(&wanted.key, &DialOutcome::Unknown { message })
            .await;
        Step::Known(EntryOutcome::Unknown { error })
    }

    /// Writes a call down; gives what is left to say of it.
    async fn placed(
        &self,
        key: &CallKey,
        call: CallId,
    ) -> impl FnOnce(HowPlaced, Option<crate::flow::journal::CallEnd>) -> EntryOutcome + use<> {
        let outcome = DialOutcome::Placed {
            call: call.clone(),
            end: None,
        };
        self.write(key, &outcome).await;
        move |how, end| EntryOutcome::Placed { call, how, end }
    }

    /// Writes an outcome. When that fails the entry stays as dialling and is looked for at the next start.
    pub(super) async fn write(&self, key: &CallKey, outcome: &DialOutcome) {
        if let Err(error) = self.journal.finish(key, outcome).await {
            self.halt::<()>(BulkError::Journal(error));
        }
    }
}

impl Whom<'_> {
    fn wanted(&self, from: std::time::SystemTime, until: std::time::SystemTime) -> FindCall {
        FindCall {
            to: self.numbers.0,
            from: self.numbers.1,
            key: self.key.clone(),
            sent_from: from,
            sent_until: until,
        }
    }

    /// Whether the entry was dialled with this number, as far as that was written down.
    fn is_same(&self, intent: &Intent) -> bool {
        match (&self.mark, &intent.number) {
            (Some(mark), Some(before)) => mark == before,
            _ => true,
        }
    }
}

fn another_number() -> EntryOutcome {
    EntryOutcome::Refused {
        error: Error::new(
            ErrorKind::Conflict,
            "this key was used for another number in an earlier run",
        )
        .with_hint("The rows of the list have moved: keys must stay with their entries"),
    }
}

/// What failed before the dial has rung nobody, whatever became of it.
fn nobody_rung(error: Error) -> Error {
    let error = match error.may_have_happened() {
        true => error
            .with_delivery(Delivery::NotSent)
            .with_context("step", "its own outcome is unknown"),
        false => error,
    };
    error.with_context("dialled", "nobody was rung")
}

fn unknown(error: Error, wanted: &FindCall, why: &'static str) -> Error {
    error
        .with_delivery(Delivery::Unknown)
        .with_context("key", wanted.key.as_str())
        .with_context("reconcile", why)
        .with_hint("The person may have been rung: look at the provider's call list before anyone dials again")
}
