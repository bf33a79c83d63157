//! What the cache counts.

use std::sync::atomic::{AtomicU64, Ordering};

/// What a cache has done since it was made. A snapshot in time; fields read one after another.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct CacheStats {
    /// Reads answered by a fresh entry in memory.
    pub hits: u64,
    /// Reads answered by an expired entry in memory.
    pub stale_hits: u64,
    /// Reads that found nothing in memory.
    pub misses: u64,
    /// Reads with a time to live of zero, which are neither hits nor misses.
    pub bypasses: u64,
    /// Reads answered by a remembered *not found*.
    pub negative_hits: u64,
    /// Loads from the service, refreshes and bypasses included.
    pub loads: u64,
    /// Loads of something that was there already.
    pub refreshes: u64,
    /// Refreshes that failed, *not found* included.
    pub refresh_errors: u64,
    /// Entries that gave way to others for want of room.
    pub evictions: u64,
    /// Entries in memory now.
    pub size: u64,
    /// The most there may be.
    pub max_size: u64,
    /// Prompts found in the second level.
    pub second_level_hits: u64,
    /// Questions to the second level that found nothing usable.
    pub second_level_misses: u64,
    /// Questions and orders that the second level failed.
    pub second_level_errors: u64,
    /// Values in the second level that were no prompt of this key and schema.
    pub second_level_garbage: u64,
    /// Reads answered by the snapshot file.
    pub snapshot_hits: u64,
    /// Snapshots that could not be read or written, and entries in them that could not be used.
    pub snapshot_errors: u64,
    /// Reads answered by the caller's fallback.
    pub fallbacks: u64,
}

impl CacheStats {
    /// The share of reads answered from memory, fresh or stale, among hits and misses; 0 without traffic.
    #[must_use]
    #[allow(clippy::cast_precision_loss, reason = "a share needs no 64 bits")]
    pub fn hit_rate(&self) -> f64 {
        let hits = self.hits + self.stale_hits;
        match hits + self.misses {
            0 => 0.0,
            reads => hits as f64 / reads as f64,
        }
    }
}

macro_rules! counters {
    ($($name:ident)*) => {
        /// The counters behind [`CacheStats`].
        #[derive(Debug, Default)]
        pub(super) struct Counters {
            $( pub(super) $name: Counter, )*
        }

        impl Counters {
            pub(super) fn read(&self) -> CacheStats {
                CacheStats {
                    $( $name: self.$name.get(), )*
                    ..CacheStats::default()
                }
            }
        }
    };
}

counters! {
    hits stale_hits misses bypasses negative_hits loads refreshes refresh_errors evictions second_level_hits
    second_level_misses second_level_errors second_level_garbage snapshot_hits snapshot_errors fallbacks
}

/// A number that only grows.
#[derive(Debug, Default)]
pub(super) struct Counter(AtomicU64);

impl Counter {
    pub(super) fn up(&self) {
        self.add(1);
    }

    pub(super) fn add(&self, by: u64) {
        self.0.fetch_add(by, Ordering::Relaxed);
    }

    fn get(&self) -> u64 {
        self.0.load(Ordering::Relaxed)
    }
}
