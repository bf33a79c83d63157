//! [`RedisJournal`]: a journal on Redis, which the next machine finds.

mod hold;
mod script;

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;

use super::form::{Body, Stored};
use super::ledger::after;
use super::{Begun, CallJournal, DialOutcome, EntryState, Intent, JournalError};
use crate::clock::{SharedClock, SystemClock};
use crate::provider::{CallId, CallKey};
use crate::retry::Repeat;
use crate::store::StoreError;
use crate::store::redis::{Command, RedisConnection, Reply};
use hold::Hold;

/// How a [`RedisJournal`] behaves.
#[derive(Debug, Clone)]
pub struct RedisJournalOptions {
    ttl: Duration,
    lease: Duration,
    wait: Duration,
    clock: SharedClock,
}

impl RedisJournalOptions {
    /// Kept for 30 days after the last dial; a lease of 30 s, and as long a wait for that of a process that died.
    #[must_use]
    pub fn new() -> Self {
        Self {
            ttl: Duration::from_secs(30 * 24 * 60 * 60),
            lease: Duration::from_secs(30),
            wait: Duration::from_secs(31),
            clock: SystemClock::shared(),
        }
    }

    /// How long the journal is kept after it was last written, at least a minute. After that everybody is new.
    #[must_use]
    pub fn ttl(mut self, ttl: Duration) -> Self {
        self.ttl = ttl.max(Duration::from_secs(60));
        self
    }

    /// How long a process that died keeps others out, at least 100 ms. It is renewed at a third of that; a process that could not
    /// renew it for so long has lost the journal.
    #[must_use]
    pub fn lease(mut self, lease: Duration) -> Self {
        self.lease = lease.max(Duration::from_millis(100));
        self
    }

    /// How long [`open`](RedisJournal::open) waits for another process to give the journal up.
    #[must_use]
    pub fn wait(mut self, wait: Duration) -> Self {
        self.wait = wait;
        self
    }

    /// The clock of renewing and waiting; leases and expiry are by the server's.
    #[must_use]
    pub fn clock(mut self, clock: SharedClock) -> Self {
        self.clock = clock;
        self
    }
}

impl Default for RedisJournalOptions {
    fn default() -> Self {
        Self::new()
    }
}

/// A journal on Redis: one hash per campaign, in which an entry is written only if it still is as it was read, in one script.
///
/// # How safe it is
/// A dialler that dies loses nothing, and the next one, on whichever machine, goes on from there. What a death of **Redis itself**
/// loses is up to its configuration, and an intent that is lost may ring somebody twice:
///
/// | configuration | may lose |
/// |---|---|
/// | `appendonly yes`, `appendfsync always` | nothing that was acknowledged |
/// | `appendonly yes`, `appendfsync everysec` (Redis's default with AOF) | the last second or two |
/// | snapshots only, or no persistence | everything since the last snapshot, or everything |
/// | failing over to a replica | what the replica had not received yet |
///
/// The server must not evict: `maxmemory-policy noeviction`. `WAIT` is not used; it makes a loss rarer and does not exclude it.
///
/// # One at a time
/// A lease keeps other processes out, and every change proves it in the same script: a process that was cut off for longer than
/// its lease gets [`JournalError::Lost`] and dials nobody any more. A dial it had begun *before* may still leave its machine: one
/// that was frozen in between, for longer than the lease and the time the next one looks for the call, could ring somebody whom
/// the next one rings as well. Choose a lease longer than a dial may take.
pub struct RedisJournal {
    redis: RedisConnection,
    keys: Arc<Keys>,
    hold: Hold,
    ttl: String,
    name: String,
}

/// The keys of one campaign, in one slot of a cluster.
#[derive(Debug)]
struct Keys {
    lease: String,
    entries: String,
    calls: String,
}

impl RedisJournal {
    /// Opens the journal of a campaign, of 1 to 255 visible ASCII characters, and holds it. Within a tokio runtime.
    ///
    /// # Errors
    /// [`JournalError::Locked`] when another process still holds it after [`wait`](RedisJournalOptions::wait),
    /// [`JournalError::Format`] when another version of this program wrote it, [`JournalError::Store`].
    pub async fn open(
        redis: RedisConnection,
        campaign: &str,
        options: RedisJournalOptions,
    ) -> Result<Self, JournalError> {
        let name = CallKey::new(campaign)
            .map_err(|error| StoreError::Config(format!("the campaign's name: {error}")))?;
        let key = |rest| redis.key("journal", name.as_str(), rest);
        let keys = Arc::new(Keys {
            lease: key(":lease"),
            entries: key(":entries"),
            calls: key(":calls"),
        });
        let hold = Hold::take(redis.clone(), Arc::clone(&keys), &options).await?;
        Ok(Self {
            redis,
            keys,
            hold,
            ttl: millis(options.ttl),
            name: name.into(),
        })
    }

    /// Replaces what is stored of an entry if it still is what was read. Gives what is stored instead.
    async fn swap(
        &self,
        key: &CallKey,
        old: &str,
        new: &str,
        call: Option<&CallId>,
    ) -> Result<Swap, JournalError> {
        let keys = [&self.keys.lease, &self.keys.entries, &self.keys.calls];
        let args = [
            self.hold.owner(),
            self.hold.lease(),
            &self.ttl,
            key.as_str(),
            old,
            new,
            call.map_or("", CallId::as_str),
        ];
        let reply = self.redis.eval(script::swap(), &keys, &args).await?;
        let [verdict, found] = <[Reply; 2]>::try_from(reply.into_list()?)
            .map_err(|_| StoreError::Unexpected("no pair"))?;
        match verdict.integer()? {
            0 => Err(JournalError::Lost),
            1 => Ok(Swap::Done),
            _ => Ok(Swap::Found(text(found)?)),
        }
    }

    async fn stored(&self, key: &CallKey) -> Result<(String, EntryState), JournalError> {
        let get = Command::new("HGET", Repeat::Safe)
            .arg(&self.keys.entries)
            .arg(key.as_str());
        let found = text(self.redis.command(&get).await?)?;
        let state = read(key, &found)?;
        Ok((found, state))
    }
}

enum Swap {
    Done,
    Found(String),
}

#[async_trait]
impl CallJournal for RedisJournal {
    async fn begin(&self, intent: &Intent) -> Result<Begun, JournalError> {
        let stored = Stored {
            intent: Body::of(intent),
            by: self.hold.owner().to_owned(),
            outcome: None,
        };
        match self.swap(&intent.key, "", &write(&stored)?, None).await? {
            Swap::Done => Ok(Begun::Yes),
            Swap::Found(found) => Ok(Begun::No(Box::new(read(&intent.key, &found)?))),
        }
    }

    async fn finish(&self, key: &CallKey, outcome: &DialOutcome) -> Result<(), JournalError> {
        let (old, state) = self.stored(key).await?;
        let no_intent = || JournalError::NoIntent(key.clone());
        let new = match after(&state, outcome).ok_or_else(no_intent)? {
            EntryState::New => String::new(),
            _ => {
                let mut stored = parse(&old)?;
                stored.outcome = Some(outcome.clone());
                write(&stored)?
            }
        };
        let call = match outcome {
            DialOutcome::Placed { call, .. } => Some(call),
            _ => None,
        };
        match self.swap(key, &old, &new, call).await? {
            Swap::Done => Ok(()),
            Swap::Found(_) => Err(no_intent()),
        }
    }

    async fn state(&self, key: &CallKey) -> Result<EntryState, JournalError> {
        Ok(self.stored(key).await?.1)
    }

    async fn owner(&self, call: &CallId) -> Result<Option<CallKey>, JournalError> {
        let get = Command::new("HGET", Repeat::Safe)
            .arg(&self.keys.calls)
            .arg(call.as_str());
        let found = text(self.redis.command(&get).await?)?;
        if found.is_empty() {
            return Ok(None);
        }
        let wrong = |_| StoreError::Unexpected("no key of an entry");
        Ok(Some(CallKey::new(found).map_err(wrong)?))
    }
}

impl fmt::Debug for RedisJournal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RedisJournal")
            .field("campaign", &self.name)
            .field("redis", &self.redis)
            .finish_non_exhaustive()
    }
}

fn millis(time: Duration) -> String {
    // A hundred years at most: Redis refuses what its clock cannot hold.
    time.as_millis()
        .min(100 * 365 * 24 * 60 * 60 * 1_000)
        .to_string()
}

fn text(reply: Reply) -> Result<String, StoreError> {
    let bytes = reply.into_bytes()?.unwrap_or_default();
    String::from_utf8(bytes).map_err(|_| StoreError::Unexpected("no UTF-8"))
}

fn write(stored: &Stored) -> Result<String, StoreError> {
    serde_json::to_string(stored).map_err(|_| StoreError::Unexpected("an entry that is no JSON"))
}

fn parse(text: &str) -> Result<Stored, StoreError> {
    serde_json::from_str(text).map_err(|_| StoreError::Unexpected("an entry of another form"))
}

fn read(key: &CallKey, text: &str) -> Result<EntryState, StoreError> {
    if text.is_empty() {
        return Ok(EntryState::New);
    }
    let stored = parse(text)?;
    let intent = stored.intent.intent(key.clone());
    Ok(match stored.outcome {
        None => EntryState::Dialling(intent),
        Some(outcome) => EntryState::Done { intent, outcome },
    })
}
