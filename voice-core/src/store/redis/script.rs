//! [`Script`]: a decision that Redis takes in one step.

use std::fmt;
use std::sync::Arc;

use sha1::{Digest, Sha1};

use super::command::Command;
use crate::retry::Repeat;

/// A Lua script. It is sent by its digest, and in full when the server does not know it (yet, or any more).
///
/// Every key it touches must be given as one of its keys, and all of them must share a hash tag; see
/// [`RedisConnection::key`](super::RedisConnection::key). A script that reads the clock uses `redis.call('TIME')`, so that
/// all processes go by the server's.
#[derive(Clone)]
pub struct Script {
    source: Arc<str>,
    digest: Arc<str>,
    repeat: Repeat,
}

impl Script {
    /// A script; `repeat` says whether it may run twice when an answer is lost.
    #[must_use]
    pub fn new(source: &str, repeat: Repeat) -> Self {
        let digest: String = Sha1::digest(source.as_bytes())
            .iter()
            .map(|byte| format!("{byte:02x}"))
            .collect();
        Self {
            source: source.into(),
            digest: digest.into(),
            repeat,
        }
    }

    pub(super) fn by_digest<K: AsRef<[u8]>, A: AsRef<[u8]>>(
        &self,
        keys: &[K],
        args: &[A],
    ) -> Command {
        self.command("EVALSHA", &self.digest, keys, args)
    }

    pub(super) fn in_full<K: AsRef<[u8]>, A: AsRef<[u8]>>(
        &self,
        keys: &[K],
        args: &[A],
    ) -> Command {
        self.command("EVAL", &self.source, keys, args)
    }

    fn command<K: AsRef<[u8]>, A: AsRef<[u8]>>(
        &self,
        name: &'static str,
        which: &str,
        keys: &[K],
        args: &[A],
    ) -> Command {
        let mut command = Command::new(name, self.repeat)
            .arg(which)
            .arg(keys.len().to_string());
        for key in keys {
            command = command.arg(key);
        }
        for arg in args {
            command = command.arg(arg);
        }
        command
    }
}

impl fmt::Debug for Script {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Script")
            .field("digest", &self.digest)
            .field("repeat", &self.repeat)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_digest_is_that_of_redis() {
        // The SHA-1 of "return 1", as the server's SCRIPT LOAD gives it.
        let script = Script::new("return 1", Repeat::Safe);
        assert_eq!(&*script.digest, "e0e1f9fabfc9d4800c877a703b823ac0578ff8db");
    }
}
