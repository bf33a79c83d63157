//! [`RedisCapacity`]: the capacity store of a fleet.

use std::time::Duration;

use async_trait::async_trait;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

use super::command::Reply;
use super::connection::RedisConnection;
use super::script::Script;
use crate::retry::Repeat;
use crate::store::span::millis;
use crate::store::{
    CapacityStore, InUse, Lease, LeaseLimits, Renewal, Reservation, StoreError, Tier,
};

/// What stands in a tenant's id as it is; all else is percent-encoded, `:` and braces above all.
const PLAIN: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'_').remove(b'.');

// Both sets are cut to what still holds. Every set lives until its longest lease is over: PEXPIRE by the last lease would
// drop the longer ones with it. Numbers are printed in full, since Lua's `..` keeps 14 digits. The present is rounded down
// and the end of a lease up, so that none is shorter than asked, by a part of a millisecond.
const NOW: &str = "
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local part = math.ceil(time[2] % 1000 / 1000)
local function text(number) return string.format('%.0f', number) end
";
const HOLD: &str = "
redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', text(now))
redis.call('ZREMRANGEBYSCORE', KEYS[2], '-inf', text(now))
local held = redis.call('ZSCORE', KEYS[1], ARGV[1]) or redis.call('ZSCORE', KEYS[2], ARGV[2])
local function hold()
  local till = text(now + part + ARGV[3])
  redis.call('ZADD', KEYS[1], till, ARGV[1])
  redis.call('ZADD', KEYS[2], till, ARGV[2])
  for _, key in ipairs(KEYS) do
    local last = redis.call('ZREVRANGE', key, 0, 0, 'WITHSCORES')
    redis.call('PEXPIREAT', key, text(tonumber(last[2])))
  end
end
";
const RESERVE: &str = "
if not held then
  if redis.call('ZCARD', KEYS[1]) >= tonumber(ARGV[4]) then return 1 end
  if redis.call('ZCARD', KEYS[2]) >= tonumber(ARGV[5]) then return 2 end
end
hold()
return 0";
const RENEW: &str = "
if not held then return 0 end
hold()
return 1";
const RELEASE: &str = "
redis.call('ZREM', KEYS[1], ARGV[1])
redis.call('ZREM', KEYS[2], ARGV[2])
return 0";
const IN_USE: &str = "
local after = '(' .. text(now)
return {redis.call('ZCOUNT', KEYS[1], after, '+inf'), redis.call('ZCOUNT', KEYS[2], after, '+inf')}";

/// Counts leases in Redis, for every process that uses the same prefix.
///
/// There are two sorted sets, `{prefix}capacity:{cap}:g` for all tenants and `{prefix}capacity:{cap}:t:TENANT` for each, with
/// the moment at which each lease is over by the server's clock. One script drops what is over from both, renews or counts,
/// and enters the lease in both; both lie on one node of a cluster. A lease takes about 330 bytes of the server's memory.
///
/// It says what it cannot do; [`GuardedCapacity`](crate::store::GuardedCapacity) decides what then.
#[derive(Debug, Clone)]
pub struct RedisCapacity {
    redis: RedisConnection,
    reserve: Script,
    renew: Script,
    release: Script,
    in_use: Script,
}

impl RedisCapacity {
    /// A store on a connection that other stores may share.
    #[must_use]
    pub fn new(redis: RedisConnection) -> Self {
        // Each may run twice: a lease that is held is renewed, and one that is not held is none to release.
        let script = |parts: &[&str]| Script::new(&parts.concat(), Repeat::Idempotent);
        Self {
            redis,
            reserve: script(&[NOW, HOLD, RESERVE]),
            renew: script(&[NOW, HOLD, RENEW]),
            release: script(&[RELEASE]),
            in_use: script(&[NOW, IN_USE]),
        }
    }

    fn keys(&self, tenant: &str) -> [String; 2] {
        let of = |rest: &str| self.redis.key("capacity", "cap", rest);
        [of(":g"), of(&format!(":t:{}", encoded(tenant)))]
    }

    /// Runs a script on a lease: its name among all, its name within the tenant, and what else the script takes.
    async fn ask(
        &self,
        script: &Script,
        lease: &Lease,
        more: &[String],
    ) -> Result<Reply, StoreError> {
        let mut args = vec![
            format!("{}:{}", encoded(&lease.tenant), lease.id),
            lease.id.clone(),
        ];
        args.extend_from_slice(more);
        self.redis
            .eval(script, &self.keys(&lease.tenant), &args)
            .await
    }
}

fn encoded(tenant: &str) -> String {
    utf8_percent_encode(tenant, PLAIN).to_string()
}

#[async_trait]
impl CapacityStore for RedisCapacity {
    async fn reserve(
        &self,
        lease: &Lease,
        limits: LeaseLimits,
        ttl: Duration,
    ) -> Result<Reservation, StoreError> {
        let more = [
            millis(ttl).to_string(),
            limits.global.to_string(),
            limits.tenant.to_string(),
        ];
        match self.ask(&self.reserve, lease, &more).await?.integer()? {
            0 => Ok(Reservation::Granted),
            1 => Ok(Reservation::Full(Tier::Global)),
            2 => Ok(Reservation::Full(Tier::Tenant)),
            _ => Err(StoreError::Unexpected("neither granted nor full")),
        }
    }

    async fn renew(&self, lease: &Lease, ttl: Duration) -> Result<Renewal, StoreError> {
        let more = [millis(ttl).to_string()];
        match self.ask(&self.renew, lease, &more).await?.integer()? {
            1 => Ok(Renewal::Renewed),
            0 => Ok(Renewal::Lost),
            _ => Err(StoreError::Unexpected("neither renewed nor lost")),
        }
    }

    async fn release(&self, lease: &Lease) -> Result<(), StoreError> {
        match self.ask(&self.release, lease, &[]).await?.integer()? {
            0 => Ok(()),
            _ => Err(StoreError::Unexpected("not released")),
        }
    }

    async fn in_use(&self, tenant: &str) -> Result<InUse, StoreError> {
        let keys = self.keys(tenant);
        let answer = self.redis.eval(&self.in_use, &keys, &[""; 0]).await?;
        let wrong = StoreError::Unexpected("not two counts");
        let [global, tenant] = answer.into_list()?.try_into().map_err(|_| wrong)?;
        let count = |reply: Reply| -> Result<u32, StoreError> {
            u32::try_from(reply.integer()?).map_err(|_| StoreError::Unexpected("no count"))
        };
        Ok(InUse::new(count(global)?, count(tenant)?))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::redis::RedisOptions;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn tenants_never_share_a_key_and_all_keys_lie_together(one in "\\PC{0,9}", other in "\\PC{0,9}") {
            let redis = RedisConnection::open(RedisOptions::parse("redis://h").unwrap()).unwrap();
            let store = RedisCapacity::new(redis);
            let (a, b) = (store.keys(&one), store.keys(&other));
            for key in a.iter().chain(&b) {
                prop_assert!(key.starts_with("voice:capacity:{cap}:"), "{}", key);
                prop_assert_eq!(key.matches(['{', '}']).count(), 2);
            }
            prop_assert_eq!(&a[0], &b[0]);
            prop_assert_ne!(&a[0], &a[1]);
            prop_assert_eq!(one == other, a[1] == b[1]);
        }
    }
}
