//! [`RedisOptions`]: where Redis is, under what prefix, and how long to wait for it.

use std::fmt;
use std::time::Duration;

use secrecy::{ExposeSecret, SecretString};
use url::Url;

use crate::breaker::BreakerSettings;
use crate::clock::{SharedClock, SystemClock};
use crate::store::StoreError;

/// Longest prefix, in bytes.
const MAX_PREFIX: usize = 64;

/// How to reach Redis. `Debug` shows host, port and database, never the user or the password.
///
/// ```
/// use std::time::Duration;
/// use voice_core::store::redis::RedisOptions;
///
/// let options = RedisOptions::parse("redis://:hunter2@127.0.0.1:6379/2")?
///     .prefix("my-app:")?
///     .command_timeout(Duration::from_millis(200));
/// assert!(!format!("{options:?}").contains("hunter2"));
/// assert!(RedisOptions::parse("http://127.0.0.1").is_err());
/// # Ok::<(), voice_core::store::StoreError>(())
/// ```
#[derive(Clone)]
pub struct RedisOptions {
    url: SecretString,
    shown: String,
    pub(super) prefix: String,
    pub(super) connect_timeout: Duration,
    pub(super) command_timeout: Duration,
    pub(super) breaker: BreakerSettings,
    pub(super) clock: SharedClock,
}

impl RedisOptions {
    /// The prefix unless another is set.
    pub const DEFAULT_PREFIX: &'static str = "voice:";

    /// Takes `redis://[[user]:password@]host[:port][/database]`; port 6379 and database 0 where none is given.
    ///
    /// # Errors
    /// [`StoreError::Config`], which does not quote the URL.
    pub fn parse(url: &str) -> Result<Self, StoreError> {
        let wrong = |text: &str| StoreError::Config(text.to_owned());
        let parsed =
            Url::parse(url.trim()).map_err(|_| wrong("the Redis URL is not an absolute URL"))?;
        match parsed.scheme() {
            "redis" => {}
            "rediss" => {
                return Err(wrong(
                    "rediss:// is not supported: reach the server through a tunnel or a private network",
                ));
            }
            _ => return Err(wrong("the Redis URL must start with redis://")),
        }
        let host = parsed
            .host_str()
            .filter(|host| !host.is_empty())
            .ok_or_else(|| wrong("the Redis URL names no host"))?;
        let database = parsed.path().trim_start_matches('/');
        if !database.is_empty() && database.parse::<u16>().is_err() {
            return Err(wrong("the database in the Redis URL must be a number"));
        }
        let database = if database.is_empty() { "0" } else { database };
        let shown = format!(
            "redis://{host}:{}/{database}",
            parsed.port().unwrap_or(6379)
        );
        Ok(Self {
            shown,
            url: url.trim().to_owned().into(),
            prefix: Self::DEFAULT_PREFIX.to_owned(),
            connect_timeout: Duration::from_secs(1),
            command_timeout: Duration::from_millis(500),
            breaker: BreakerSettings::new(3, Duration::from_secs(2)),
            clock: SystemClock::shared(),
        })
    }

    /// What every key begins with; `voice:` unless set.
    ///
    /// # Errors
    /// [`StoreError::Config`] unless it is 1 to 64 visible ASCII characters without braces.
    pub fn prefix(mut self, prefix: &str) -> Result<Self, StoreError> {
        let is_good = (1..=MAX_PREFIX).contains(&prefix.len())
            && prefix
                .bytes()
                .all(|byte| byte.is_ascii_graphic() && !matches!(byte, b'{' | b'}'));
        if !is_good {
            return Err(StoreError::Config(
                "the prefix must be 1 to 64 visible ASCII characters without braces".into(),
            ));
        }
        prefix.clone_into(&mut self.prefix);
        Ok(self)
    }

    /// How long to wait for a connection; 1 s unless set.
    #[must_use]
    pub fn connect_timeout(mut self, limit: Duration) -> Self {
        self.connect_timeout = limit;
        self
    }

    /// How long to wait for the answer to one command; 0.5 s unless set.
    #[must_use]
    pub fn command_timeout(mut self, limit: Duration) -> Self {
        self.command_timeout = limit;
        self
    }

    /// When to leave a failing server alone; after 3 failures in a row, for 2 s, unless set.
    #[must_use]
    pub fn breaker(mut self, settings: BreakerSettings) -> Self {
        self.breaker = settings;
        self
    }

    /// The clock of time limits and breaker; expiry is by the server's.
    #[must_use]
    pub fn clock(mut self, clock: SharedClock) -> Self {
        self.clock = clock;
        self
    }

    pub(super) fn expose_url(&self) -> &str {
        self.url.expose_secret()
    }
}

impl fmt::Debug for RedisOptions {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RedisOptions")
            .field("server", &self.shown)
            .field("prefix", &self.prefix)
            .field("connect_timeout", &self.connect_timeout)
            .field("command_timeout", &self.command_timeout)
            .field("breaker", &self.breaker)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_url_is_checked_and_never_quoted() {
        for good in [
            "redis://localhost",
            "redis://u:pass-word@10.0.0.1:7000/3",
            " redis://[::1]/ ",
        ] {
            let options = RedisOptions::parse(good).unwrap();
            let shown = format!("{options:?}");
            assert!(
                !shown.contains("pass-word") && !shown.contains("u:"),
                "{shown}"
            );
        }
        for bad in [
            "",
            "pass-word",
            "http://u:pass-word@h",
            "rediss://:pass-word@h",
            "redis:pass-word",
            "redis:///1",
            "redis://:pass-word@h/x",
            "redis://:pass-word@h/-1",
        ] {
            let error = RedisOptions::parse(bad).unwrap_err();
            assert!(matches!(error, StoreError::Config(_)), "{bad}");
            assert!(!format!("{error} {error:?}").contains("pass-word"));
        }
    }

    #[test]
    fn a_prefix_cannot_move_a_hash_tag() {
        let options = || RedisOptions::parse("redis://h").unwrap();
        for bad in ["", "a{b", "a}", "a b", "ä", &"x".repeat(65)] {
            assert!(options().prefix(bad).is_err(), "{bad:?}");
        }
        assert_eq!(options().prefix("promptops:").unwrap().prefix, "promptops:");
    }
}
