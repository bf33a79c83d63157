//! The lease that keeps other processes out.

use std::sync::Arc;
use std::time::Duration;

use tokio::runtime::Handle;
use tokio::task::AbortHandle;

use super::{Keys, RedisJournalOptions, millis, script};
use crate::clock::{SharedClock, later};
use crate::flow::journal::JournalError;
use crate::provider::CallKey;
use crate::store::StoreError;
use crate::store::redis::{RedisConnection, Reply};

/// The form of what is stored.
const VERSION: &str = "1";
/// How often a lease held by another is asked for.
const ASK_EVERY: Duration = Duration::from_millis(250);

/// A lease that is renewed until it is dropped, and then given up.
pub(super) struct Hold {
    redis: RedisConnection,
    keys: Arc<Keys>,
    owner: String,
    lease: String,
    runtime: Handle,
    renewing: AbortHandle,
}

impl Hold {
    pub(super) async fn take(
        redis: RedisConnection,
        keys: Arc<Keys>,
        options: &RedisJournalOptions,
    ) -> Result<Self, JournalError> {
        let runtime = Handle::try_current()
            .map_err(|_| StoreError::Unreachable("there is no tokio runtime".to_owned()))?;
        let clock = &options.clock;
        let (owner, lease) = (
            String::from(CallKey::unique(&**clock)),
            millis(options.lease),
        );
        let until = later(clock.now(), options.wait);
        let ttl = millis(options.ttl);
        loop {
            let args = [owner.as_str(), &lease, &ttl, VERSION];
            let names = [&keys.lease, &keys.entries];
            match redis.eval(script::take(), &names, &args).await? {
                Reply::Integer(1) => break,
                Reply::Integer(_) => {}
                other => {
                    let found = super::text(other)?;
                    return Err(JournalError::Format {
                        found: format!("it is of version {found}"),
                    });
                }
            }
            let left = until.saturating_duration_since(clock.now());
            if left.is_zero() {
                return Err(JournalError::Locked);
            }
            clock.sleep(ASK_EVERY.min(left)).await;
        }
        let renewing = renew(
            redis.clone(),
            Arc::clone(&keys),
            owner.clone(),
            lease.clone(),
            (options.lease / 3, Arc::clone(clock)),
        );
        let renewing = runtime.spawn(renewing).abort_handle();
        Ok(Self {
            redis,
            keys,
            owner,
            lease,
            runtime,
            renewing,
        })
    }

    pub(super) fn owner(&self) -> &str {
        &self.owner
    }

    pub(super) fn lease(&self) -> &str {
        &self.lease
    }
}

/// Until it is lost: each change finds that out by itself.
async fn renew(
    redis: RedisConnection,
    keys: Arc<Keys>,
    owner: String,
    lease: String,
    (every, clock): (Duration, SharedClock),
) {
    loop {
        clock.sleep(every).await;
        let renewed = redis
            .eval(script::renew(), &[&keys.lease], &[&owner, &lease])
            .await;
        match renewed {
            Ok(Reply::Integer(1)) => {}
            Ok(_) => {
                tracing::error!(target: "voice_core", "a call journal was taken over by another process");
                return;
            }
            Err(error) => {
                tracing::warn!(target: "voice_core", %error, "the lease of a call journal could not be renewed");
            }
        }
    }
}

/// Where it cannot be given up, it ends by itself.
impl Drop for Hold {
    fn drop(&mut self) {
        self.renewing.abort();
        let (redis, keys, owner) = (
            self.redis.clone(),
            Arc::clone(&self.keys),
            std::mem::take(&mut self.owner),
        );
        self.runtime.spawn(async move {
            let _ = redis
                .eval(script::give_up(), &[&keys.lease], &[&owner])
                .await;
        });
    }
}
