//! Where the bucket of a fleet lies: in Redis, or for tests in memory.

use std::time::Duration;

use super::script::{Pace, Scripts};
use crate::store::StoreError;
use crate::store::redis::{RedisConnection, Reply};

#[derive(Debug, Clone)]
pub(super) enum Place {
    Redis(RedisConnection),
    #[cfg(feature = "testkit")]
    Memory(super::MemoryBucket),
}

/// The bucket of one name.
pub(super) enum Bucket {
    Redis {
        redis: RedisConnection,
        scripts: Scripts,
        keys: [String; 2],
    },
    #[cfg(feature = "testkit")]
    Memory(super::MemoryBucket),
}

impl Bucket {
    pub(super) fn at(place: Place, name: &str) -> Self {
        match place {
            Place::Redis(redis) => Self::Redis {
                keys: ["", ":hold"].map(|rest| redis.key("limit", name, rest)),
                scripts: Scripts::new(),
                redis,
            },
            #[cfg(feature = "testkit")]
            Place::Memory(bucket) => Self::Memory(bucket),
        }
    }

    /// Takes a turn: see the script.
    pub(super) async fn take(
        &self,
        pace: &Pace,
        cost: u32,
        max_hold: Duration,
    ) -> Result<[i64; 3], StoreError> {
        match self {
            Self::Redis {
                redis,
                scripts,
                keys,
            } => {
                let args = pace.take_args(cost, max_hold);
                numbers(redis.eval(&scripts.take, keys, &args).await?)
            }
            #[cfg(feature = "testkit")]
            Self::Memory(bucket) => Ok(bucket.take(pace, cost, max_hold).await),
        }
    }

    /// Gives one back that was granted at that moment of the bucket's clock.
    pub(super) async fn give_back(
        &self,
        pace: &Pace,
        cost: u32,
        granted: u64,
    ) -> Result<(), StoreError> {
        match self {
            Self::Redis {
                redis,
                scripts,
                keys,
            } => {
                let args = pace.give_back_args(cost, granted);
                redis.eval(&scripts.give_back, keys, &args).await.map(drop)
            }
            #[cfg(feature = "testkit")]
            Self::Memory(bucket) => {
                bucket.give_back(pace, cost, granted).await;
                Ok(())
            }
        }
    }

    /// Lets nobody go for so long.
    pub(super) async fn hold(
        &self,
        pace: &Pace,
        hold: Duration,
        max_hold: Duration,
    ) -> Result<(), StoreError> {
        match self {
            Self::Redis {
                redis,
                scripts,
                keys,
            } => {
                let args = pace.hold_args(hold, max_hold);
                redis.eval(&scripts.hold, keys, &args).await.map(drop)
            }
            #[cfg(feature = "testkit")]
            Self::Memory(bucket) => {
                bucket.hold(pace, hold, max_hold).await;
                Ok(())
            }
        }
    }
}

fn numbers(reply: Reply) -> Result<[i64; 3], StoreError> {
    let numbers: Vec<i64> = reply
        .into_list()?
        .iter()
        .map(Reply::integer)
        .collect::<Result<_, _>>()?;
    numbers
        .try_into()
        .map_err(|_| StoreError::Unexpected("not three numbers"))
}
