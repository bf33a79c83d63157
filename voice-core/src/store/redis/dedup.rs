//! [`RedisDedup`]: the dedup store of a fleet.

use std::time::Duration;

use async_trait::async_trait;

use super::connection::RedisConnection;
use super::script::Script;
use crate::retry::Repeat;
use crate::store::span::millis;
use crate::store::{Claim, ClaimOwner, DedupStore, Held, StoreError};

/// What a done key holds. A claimed one holds `p:` and its owner.
const DONE: &str = "d";

const CLAIM: &str = "
local found = redis.call('GET', KEYS[1])
if not found or found == ARGV[1] then
  redis.call('SET', KEYS[1], ARGV[1], 'PX', ARGV[2])
  return 1
end
if found == 'd' then return 2 end
if string.sub(found, 1, 2) == 'p:' then return 0 end
return -1";

// A second try, after the answer to the first was lost, finds the first one's work done and may call it its own.
const COMPLETE: &str = "
local found = redis.call('GET', KEYS[1])
if found == ARGV[1] then
  redis.call('SET', KEYS[1], ARGV[2], 'PX', ARGV[3])
  return 1
end
if found == ARGV[2] and ARGV[4] == 'again' then return 1 end
return 0";

const RELEASE: &str = "
local found = redis.call('GET', KEYS[1])
if found == ARGV[1] then
  redis.call('DEL', KEYS[1])
  return 1
end
if not found and ARGV[2] == 'again' then return 1 end
return 0";

/// Keeps claims and what is done in Redis, where every process that uses the same prefix finds them.
///
/// Each key of the caller is a key of its own, `{prefix}dedup:{KEY}`, with `p:OWNER` while it is claimed and `d` when it is
/// done, and expires by itself: a done one takes about 180 bytes of the server's memory. Each operation is one script. When
/// the connection breaks before the answer, the operation is asked once more, in a form that finds its own work done.
///
/// It says what it cannot do; [`GuardedDedup`](crate::store::GuardedDedup) decides what then.
#[derive(Debug, Clone)]
pub struct RedisDedup {
    redis: RedisConnection,
    claim: Script,
    complete: Script,
    release: Script,
}

impl RedisDedup {
    /// A store on a connection that other stores may share.
    #[must_use]
    pub fn new(redis: RedisConnection) -> Self {
        Self {
            redis,
            claim: Script::new(CLAIM, Repeat::Idempotent),
            complete: Script::new(COMPLETE, Repeat::Once),
            release: Script::new(RELEASE, Repeat::Once),
        }
    }

    fn key(&self, key: &str) -> String {
        self.redis.key("dedup", key, "")
    }

    /// Runs a script that ends a claim, and once more, saying so, when the answer was lost.
    async fn end(&self, script: &Script, key: &str, args: &[&str]) -> Result<Held, StoreError> {
        let keys = [self.key(key)];
        let first = [args, &["first"]].concat();
        let answer = match self.redis.eval(script, &keys, &first).await {
            Err(StoreError::Lost(_)) => {
                let again = [args, &["again"]].concat();
                self.redis.eval(script, &keys, &again).await
            }
            outcome => outcome,
        };
        match answer?.integer()? {
            1 => Ok(Held::Yes),
            0 => Ok(Held::No),
            _ => Err(StoreError::Unexpected("neither held nor not held")),
        }
    }
}

fn claimed_by(owner: &ClaimOwner) -> String {
    format!("p:{}", owner.as_str())
}

#[async_trait]
impl DedupStore for RedisDedup {
    async fn claim(
        &self,
        key: &str,
        owner: &ClaimOwner,
        lease: Duration,
    ) -> Result<Claim, StoreError> {
        let args = [claimed_by(owner), millis(lease).to_string()];
        let answer = self
            .redis
            .eval(&self.claim, &[self.key(key)], &args)
            .await?;
        match answer.integer()? {
            1 => Ok(Claim::Claimed),
            0 => Ok(Claim::InProgress),
            2 => Ok(Claim::Done),
            _ => Err(StoreError::Unexpected("neither claimed nor done")),
        }
    }

    async fn complete(
        &self,
        key: &str,
        owner: &ClaimOwner,
        keep: Duration,
    ) -> Result<Held, StoreError> {
        let (mine, keep) = (claimed_by(owner), millis(keep).to_string());
        self.end(&self.complete, key, &[&mine, DONE, &keep]).await
    }

    async fn release(&self, key: &str, owner: &ClaimOwner) -> Result<Held, StoreError> {
        self.end(&self.release, key, &[&claimed_by(owner)]).await
    }
}
