//! Forgetting: one prompt exactly, or all of them; and the snapshot, written.

use voice_core::error::Error;
use voice_core::ident::PromptId;

use super::core::{Inner, PromptCache};
use super::{CacheValue, PromptKey};
use crate::snapshot::SnapshotError;

impl<V: CacheValue> PromptCache<V> {
    /// Forgets every version, model and project of exactly this id, here and in the second level; tells how many entries
    /// there were in memory. A load that is under way does not bring it back. Other processes keep what is in their memory
    /// until its time is over.
    pub async fn invalidate(&self, id: &PromptId) -> usize {
        let inner = &self.0;
        let forgotten = inner.flights.retire(
            |key| key.id() == id,
            || {
                // Memory first: a save between the two would bring it back.
                let forgotten = inner.memory.remove_id(id);
                if let Some(snapshot) = &inner.snapshot {
                    snapshot.retain(|key| key.id() != id);
                }
                forgotten
            },
        );
        if let Some(second) = &inner.second {
            second.stamp(&inner.scope, Some(id), inner.longest()).await;
        }
        forgotten
    }

    /// Forgets one selector of a prompt: this version for this model, and no other.
    pub async fn invalidate_key(&self, key: &PromptKey) {
        let inner = &self.0;
        inner.flights.retire(
            |other| other == key,
            || {
                inner.memory.remove(key);
                if let Some(snapshot) = &inner.snapshot {
                    snapshot.remove(key);
                }
            },
        );
        inner.unshare(key).await;
    }

    /// Forgets everything of this scope, here and in the second level; what others keep there stays. The counters go on.
    pub async fn clear(&self) {
        let inner = &self.0;
        inner.flights.retire(
            |_| true,
            || {
                inner.memory.clear();
                if let Some(snapshot) = &inner.snapshot {
                    snapshot.retain(|_| false);
                }
            },
        );
        if let Some(second) = &inner.second {
            second.stamp(&inner.scope, None, inner.longest()).await;
        }
    }

    /// Writes the snapshot file now, and tells how many prompts are in it; 0 when there is no file to write. Prompts of an
    /// earlier run that were not asked for since stay in it.
    ///
    /// # Errors
    /// [`ErrorKind::Other`](voice_core::error::ErrorKind::Other) when it cannot be written; the old file is then as it was.
    pub async fn save_snapshot(&self) -> Result<usize, Error> {
        self.0.save().await.map_err(Error::from)
    }
}

impl<V: CacheValue> Inner<V> {
    pub(super) async fn save(&self) -> Result<usize, SnapshotError> {
        let Some(snapshot) = &self.snapshot else {
            return Ok(0);
        };
        let outcome = snapshot
            .save(&self.clock, |now| self.memory.values(now))
            .await;
        if let Err(error) = &outcome {
            self.counters.snapshot_errors.up();
            tracing::warn!(%error, "the snapshot of the prompts could not be written");
        }
        outcome
    }
}
