//! Numbers used once.

use std::collections::hash_map::RandomState;
use std::fmt;
use std::hash::BuildHasher as _;
use std::sync::atomic::{AtomicU64, Ordering};

use sha2::{Digest, Sha256};

use super::hex;

/// Where nonces come from.
pub trait NonceSource: fmt::Debug + Send + Sync + 'static {
    /// One that was never given before.
    fn nonce(&self) -> String;
}

/// 128 bits in hexadecimal, from a random beginning and a counter. A nonce keeps requests apart; it is no secret.
pub struct RandomNonces {
    seeds: [RandomState; 2],
    count: AtomicU64,
}

impl RandomNonces {
    /// A source with a random beginning of its own.
    #[must_use]
    pub fn new() -> Self {
        Self {
            seeds: [RandomState::new(), RandomState::new()],
            count: AtomicU64::new(0),
        }
    }
}

impl Default for RandomNonces {
    fn default() -> Self {
        Self::new()
    }
}

impl NonceSource for RandomNonces {
    fn nonce(&self) -> String {
        let count = self.count.fetch_add(1, Ordering::Relaxed);
        let mut hash = Sha256::new();
        hash.update(count.to_be_bytes());
        for seed in &self.seeds {
            hash.update(seed.hash_one(count).to_be_bytes());
        }
        let mut text = hex(&hash.finalize());
        text.truncate(32);
        text
    }
}

impl fmt::Debug for RandomNonces {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("RandomNonces")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashSet;

    #[test]
    fn no_nonce_comes_twice() {
        let (one, other) = (RandomNonces::new(), RandomNonces::new());
        let nonces: HashSet<String> = (0..1000)
            .flat_map(|_| [one.nonce(), other.nonce()])
            .collect();
        assert_eq!(nonces.len(), 2000);
        assert!(nonces.iter().all(|nonce| nonce.len() == 32));
    }
}
