//! [`Claims`]: the work on one webhook and one call, claimed under two keys, and given back on every path.

use std::sync::Arc;
use std::time::Duration;

use serde_json::json;
use tokio::sync::oneshot;

use super::part::store_part;
use super::tasks::{Least, Succeeded, Tasks};
use crate::clock::SharedClock;
use crate::intake::code::EventCode;
use crate::intake::log::emit;
use crate::store::{Claim, ClaimOwner, DedupStore, StoreError};

/// Where claims are kept, and for how long.
#[derive(Debug, Clone)]
pub(super) struct ClaimDesk {
    pub(super) store: Arc<dyn DedupStore>,
    pub(super) clock: SharedClock,
    pub(super) tasks: Tasks,
    pub(super) lease: Duration,
    pub(super) keep: Duration,
    pub(super) limit: Duration,
}

/// What came of claiming.
#[derive(Debug)]
pub(super) enum Claimed {
    /// The work is ours.
    Yes(Claims),
    /// Somebody else is at it.
    InProgress,
    /// It was done.
    Done,
}

/// Claims that are held. Dropped, they are given back undone, in a task of their own.
///
/// A claim is on the list before the store is asked for it, so that one that was made although no answer came is given
/// back too; to give back what is not held changes nothing. Where no answer came it is given back again a
/// little later, since the claim may have been overtaken. What cannot be given back ends with its lease.
#[derive(Debug)]
pub(super) struct Claims {
    desk: ClaimDesk,
    owner: ClaimOwner,
    keys: Vec<Key>,
    end: End,
}

#[derive(Debug)]
struct Key {
    name: String,
    answer: Answer,
}

/// Whether the store has answered to a claim.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Answer {
    Given,
    /// The claim may still be on its way, and overtaken by what gives it back.
    Open,
}

/// Whether an earlier delivery had got as far as accepting the call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Earlier {
    /// It had, and nobody heard how that went: its worker died, or had no answer. The call may be ours.
    MayHaveAccepted,
    /// None is known of. Who accepted the call, if somebody did, is a stranger.
    No,
}

/// How long it is remembered that a call was about to be accepted. It matters while the call may stand, and while a delivery
/// of it may find it so.
const MARKED: Duration = Duration::from_secs(2 * 60 * 60);

/// How the work ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum End {
    /// Done for good.
    Complete,
    /// To be done again by whoever asks next.
    Release,
}

impl ClaimDesk {
    /// Claims the webhook, then the call; both or none.
    ///
    /// A webhook that tells of a call that was done under another webhook is done as well.
    pub(super) async fn claim(&self, webhook: String, call: String) -> Result<Claimed, StoreError> {
        let mut claims = Claims {
            desk: self.clone(),
            owner: ClaimOwner::unique(&*self.clock),
            keys: Vec::with_capacity(2),
            end: End::Release,
        };
        match claims.add(webhook).await? {
            Claim::Claimed => {}
            Claim::InProgress => return Ok(Claimed::InProgress),
            Claim::Done => return Ok(Claimed::Done),
        }
        match claims.add(call).await? {
            Claim::Claimed => Ok(Claimed::Yes(claims)),
            Claim::InProgress => {
                claims.release().await;
                Ok(Claimed::InProgress)
            }
            Claim::Done => {
                claims.complete().await;
                Ok(Claimed::Done)
            }
        }
    }
}

impl Claims {
    /// Asks for one more key; one that another has is not kept on the list.
    async fn add(&mut self, key: String) -> Result<Claim, StoreError> {
        self.keys.push(Key {
            name: key,
            answer: Answer::Given,
        });
        let claim = self.ask(self.keys.len().saturating_sub(1)).await;
        match &claim {
            Ok(Claim::InProgress | Claim::Done) => {
                self.keys.pop();
            }
            Ok(Claim::Claimed) | Err(_) => {}
        }
        claim
    }

    async fn ask(&mut self, at: usize) -> Result<Claim, StoreError> {
        let Some(key) = self.keys.get_mut(at) else {
            return Err(StoreError::Unexpected("no such key"));
        };
        key.answer = Answer::Open;
        let desk = &self.desk;
        let claim = store_part(&*desk.clock, desk.limit, || {
            desk.store.claim(&key.name, &self.owner, desk.lease)
        })
        .await;
        if claim.is_ok() {
            key.answer = Answer::Given;
        }
        claim
    }

    /// Holds both for another lease. `Some` when another has taken one over meanwhile; then nothing is held any more.
    /// A store that fails is taken to hold them still.
    pub(super) async fn hold(&mut self) -> Option<Claim> {
        for at in 0..self.keys.len() {
            match self.ask(at).await {
                Ok(Claim::Claimed) => {}
                Ok(lost) => {
                    // What is still ours goes back by itself, and the other's stays its own: only owners release.
                    return Some(lost);
                }
                Err(error) => {
                    emit(
                        EventCode::DedupStoreError,
                        None,
                        &[
                            ("operation", json!("hold")),
                            ("cause", json!(error.to_string())),
                        ],
                    );
                }
            }
        }
        None
    }

    /// Holds both, and marks that the call is now to be accepted. The mark outlives the claims, so that whoever takes over
    /// after a crash can tell a call that one of us may have accepted from one that a stranger has.
    pub(super) async fn hold_to_accept(&mut self) -> Result<Earlier, Claim> {
        let (desk, owner, mark) = (self.desk.clone(), self.owner.clone(), self.mark());
        let (lost, earlier) = tokio::join!(self.hold(), desk.mark(mark, &owner));
        match lost {
            Some(lost) => Err(lost),
            None => Ok(earlier),
        }
    }

    /// The mark's key.
    fn mark(&self) -> Option<String> {
        let call = self.keys.last()?;
        Some(format!("accept:{}", call.name))
    }

    /// The work is to be done by whoever asks next, and the call was surely not accepted.
    pub(super) async fn release_unaccepted(mut self) {
        // A mark that an earlier delivery made stays: only owners release.
        if let Some(name) = self.mark() {
            let answer = Answer::Given;
            self.keys.push(Key { name, answer });
        }
        self.release().await;
    }

    /// The work is done for good.
    pub(super) async fn complete(mut self) {
        self.end = End::Complete;
        self.settle().await;
    }

    /// The work is to be done by whoever asks next.
    pub(super) async fn release(mut self) {
        self.end = End::Release;
        self.settle().await;
    }

    async fn settle(&mut self) {
        for tried in self.begin() {
            // Its task may be gone with the runtime; then there is nothing to wait for.
            let _ = tried.await;
        }
    }

    /// Begins to settle every key, in tasks that outlive this.
    fn begin(&mut self) -> Vec<oneshot::Receiver<()>> {
        let (desk, end) = (&self.desk, self.end);
        let keys = std::mem::take(&mut self.keys);
        keys.into_iter()
            .map(|key| {
                let (desk, owner) = (desk.clone(), self.owner.clone());
                let name: Arc<str> = key.name.into();
                let least = match key.answer {
                    Answer::Given => Least::Once,
                    Answer::Open => Least::Thrice,
                };
                desk.tasks.clone().surely(least, move || {
                    let (desk, owner, name) = (desk.clone(), owner.clone(), Arc::clone(&name));
                    async move { desk.settle(&name, &owner, end).await }
                })
            })
            .collect()
    }
}

impl ClaimDesk {
    async fn mark(&self, key: Option<String>, owner: &ClaimOwner) -> Earlier {
        let Some(key) = key else {
            return Earlier::No;
        };
        let marked = store_part(&*self.clock, self.limit, || {
            self.store.claim(&key, owner, MARKED)
        });
        match marked.await {
            Ok(Claim::Claimed) => Earlier::No,
            Ok(Claim::InProgress | Claim::Done) => Earlier::MayHaveAccepted,
            Err(error) => {
                let cause = json!(error.to_string());
                let details = [("operation", json!("mark")), ("cause", cause)];
                emit(EventCode::DedupStoreError, None, &details);
                Earlier::No
            }
        }
    }

    async fn settle(&self, key: &str, owner: &ClaimOwner, end: End) -> Succeeded {
        let store = &self.store;
        let (word, result) = match end {
            End::Complete => {
                let result = store_part(&*self.clock, self.limit, || {
                    store.complete(key, owner, self.keep)
                });
                ("complete", result.await)
            }
            End::Release => {
                let result = store_part(&*self.clock, self.limit, || store.release(key, owner));
                ("release", result.await)
            }
        };
        match result {
            Ok(_) => Succeeded::Yes,
            Err(error) => {
                emit(
                    EventCode::DedupStoreError,
                    None,
                    &[
                        ("operation", json!(word)),
                        ("cause", json!(error.to_string())),
                    ],
                );
                Succeeded::No
            }
        }
    }
}

impl Drop for Claims {
    fn drop(&mut self) {
        drop(self.begin());
    }
}
