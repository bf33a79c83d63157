//! [`RedisConnection`]: what every store on Redis stands on.

use std::fmt;
use std::sync::Arc;

use tokio::runtime::Handle;
use tracing::Instrument;

use super::command::{Command, Reply};
use super::link::Link;
use super::options::RedisOptions;
use super::script::Script;
use crate::breaker::Breaker;
use crate::clock::SharedClock;
use crate::retry::Repeat;
use crate::store::StoreError;

/// A connection that is opened when it is first needed and again after it broke. Cloning is cheap, and clones share it.
///
/// ```no_run
/// use voice_core::retry::Repeat;
/// use voice_core::store::redis::{RedisConnection, RedisOptions, Script};
///
/// # async fn run() -> Result<(), voice_core::store::StoreError> {
/// let redis = RedisConnection::open(RedisOptions::parse("redis://127.0.0.1")?)?;
/// let count = Script::new("return redis.call('INCRBY', KEYS[1], ARGV[1])", Repeat::Once);
/// let key = redis.key("counter", "calls", "");
/// assert!(redis.eval(&count, &[key], &["2"]).await?.integer()? >= 2);
/// # Ok(())
/// # }
/// ```
#[derive(Clone)]
pub struct RedisConnection(Arc<Inner>);

struct Inner {
    options: RedisOptions,
    link: Link,
    breaker: Breaker,
}

impl RedisConnection {
    /// Takes the options; connects to nothing yet.
    ///
    /// # Errors
    /// [`StoreError::Config`].
    pub fn open(options: RedisOptions) -> Result<Self, StoreError> {
        Ok(Self(Arc::new(Inner {
            link: Link::new(&options)?,
            breaker: Breaker::new(options.breaker, options.clock.clone()),
            options,
        })))
    }

    /// The clock of its time limits.
    pub(super) fn clock(&self) -> &SharedClock {
        &self.0.options.clock
    }

    /// `{prefix}{kind}:{TAG}{rest}`, with literal braces around the tag. Braces and `%` inside the tag are percent-encoded,
    /// so that two tags never become one and the tag ends where it should. Keys of one tag lie on one node of a cluster.
    #[must_use]
    pub fn key(&self, kind: &str, tag: &str, rest: &str) -> String {
        let prefix = &self.0.options.prefix;
        let mut key = String::with_capacity(prefix.len() + kind.len() + tag.len() + rest.len() + 3);
        key.push_str(prefix);
        key.push_str(kind);
        key.push_str(":{");
        for char in tag.chars() {
            match char {
                '{' => key.push_str("%7B"),
                '}' => key.push_str("%7D"),
                '%' => key.push_str("%25"),
                other => key.push(other),
            }
        }
        // An empty tag would make the cluster place the key by all of it.
        if tag.is_empty() {
            key.push('%');
        }
        key.push('}');
        key.push_str(rest);
        key
    }

    /// Sends one command, in a task of its own that ends within the time limits: a caller in a hurry who goes away early does
    /// not keep a dead connection from being found out and replaced.
    ///
    /// # Errors
    /// [`StoreError`]; after [`Timeout`](StoreError::Timeout) and [`Lost`](StoreError::Lost) it may have been done.
    /// [`Unreachable`](StoreError::Unreachable) outside a tokio runtime.
    pub async fn command(&self, command: &Command) -> Result<Reply, StoreError> {
        let runtime = Handle::try_current()
            .map_err(|_| StoreError::Unreachable("there is no tokio runtime".to_owned()))?;
        let (connection, command) = (self.clone(), command.clone());
        let sent = async move { connection.judged(&command).await }.in_current_span();
        match runtime.spawn(sent).await {
            Ok(outcome) => outcome,
            Err(_) => Err(StoreError::Lost("the runtime shuts down".to_owned())),
        }
    }

    /// Sends, once more where that is harmless, and tells the breaker how it went.
    async fn judged(&self, command: &Command) -> Result<Reply, StoreError> {
        let pass = self
            .0
            .breaker
            .acquire()
            .map_err(|open| StoreError::CircuitOpen {
                retry_in: open.retry_in,
            })?;
        let mut outcome = self.0.link.send(command, &self.0.options).await;
        if matches!(outcome, Err(StoreError::Lost(_))) && command.repeat().survives_unknown() {
            outcome = self.0.link.send(command, &self.0.options).await;
        }
        match &outcome {
            Err(error) if is_sick(error) => {
                tracing::debug!(server = ?self.0.options, %error, "redis failed");
                pass.failure();
            }
            _ => pass.success(),
        }
        outcome
    }

    /// Runs a script by its digest, or in full when the server does not know it.
    ///
    /// # Errors
    /// As for [`command`](Self::command); what a script refuses is [`StoreError::Refused`].
    pub async fn eval<K: AsRef<[u8]>, A: AsRef<[u8]>>(
        &self,
        script: &Script,
        keys: &[K],
        args: &[A],
    ) -> Result<Reply, StoreError> {
        let by_digest = script.by_digest(keys, args);
        match self.command(&by_digest).await {
            Err(StoreError::Refused { code, .. }) if code == "NOSCRIPT" => {
                let in_full = script.in_full(keys, args);
                self.command(&in_full).await
            }
            outcome => outcome,
        }
    }

    /// Asks the server whether it is there.
    ///
    /// # Errors
    /// [`StoreError`] when it is not, or does not let us in.
    pub async fn ping(&self) -> Result<(), StoreError> {
        let ping = Command::new("PING", Repeat::Safe);
        self.command(&ping).await.map(|_| ())
    }
}

impl fmt::Debug for RedisConnection {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RedisConnection")
            .field("options", &self.0.options)
            .field("breaker", &self.0.breaker.state())
            .finish_non_exhaustive()
    }
}

/// Whether it says that the server is in no state to serve, rather than that it did not like the command.
fn is_sick(error: &StoreError) -> bool {
    match error {
        StoreError::Unreachable(_) | StoreError::Timeout(_) | StoreError::Lost(_) => true,
        StoreError::Refused { code, .. } => matches!(
            code.as_str(),
            "LOADING" | "MASTERDOWN" | "CLUSTERDOWN" | "TRYAGAIN" | "READONLY" | "NOREPLICAS"
        ),
        StoreError::Config(_) | StoreError::CircuitOpen { .. } | StoreError::Unexpected(_) => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn redis() -> RedisConnection {
        RedisConnection::open(RedisOptions::parse("redis://:hunter2@127.0.0.1:1").unwrap()).unwrap()
    }

    #[test]
    fn the_password_is_not_shown() {
        assert!(!format!("{:?}", redis()).contains("hunter2"));
    }

    proptest! {
        #[test]
        fn keys_of_a_tag_lie_together_and_those_of_others_never_meet(
            tag in "\\PC{0,12}|[{}%]{0,4}", other in "\\PC{0,12}|[{}%]{0,4}", rest in "\\PC{0,8}",
        ) {
            let redis = redis();
            let key = redis.key("cache", &tag, &rest);
            // What a cluster hashes: between the first `{` and the first `}` after it, if that is not empty.
            let start = key.find('{').unwrap() + 1;
            let hashed = |key: &str| key[start..start + key[start..].find('}').unwrap()].to_owned();
            prop_assert!(!hashed(&key).is_empty());
            prop_assert_eq!(hashed(&key), hashed(&redis.key("cache", &tag, "")));
            if tag != other {
                prop_assert_ne!(redis.key("cache", &tag, ""), redis.key("cache", &other, ""));
            }
        }
    }
}
