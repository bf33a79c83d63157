//! How long answers are kept, and what has happened.

use std::time::Duration;

/// How a [`CachedDirectory`](super::CachedDirectory) keeps answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct DirectoryCacheOptions {
    /// How long what was found is kept without asking again, from when it was asked for; 60 s.
    pub ttl: Duration,
    /// How long it is kept that there is nothing, from when it was asked; 10 s.
    pub negative_ttl: Duration,
    /// How old what was found may be when it is served because the directory fails; 24 h.
    pub max_stale: Duration,
    /// How long the directory may take; 2 s.
    pub timeout: Duration,
    /// How long, after a failure, nobody waits for the directory who can be served without it; 1 s. A single entry that cannot
    /// be read ([`ErrorKind::Decode`](crate::error::ErrorKind::Decode)) is no such failure.
    pub pause: Duration,
    /// Most numbers kept, and most documents, and as many of either that are not there; 10,000, and at least 1.
    pub capacity: usize,
}

macro_rules! setters {
    ($($name:ident: $type:ty, $docs:literal;)*) => {
        impl DirectoryCacheOptions {
            $(
                #[doc = concat!("The same with another [`", stringify!($name), "`](field@Self::", stringify!($name), ").", $docs)]
                #[must_use]
                pub const fn $name(mut self, $name: $type) -> Self {
                    self.$name = $name;
                    self
                }
            )*
        }
    };
}

setters! {
    ttl: Duration, " Zero asks each time.";
    negative_ttl: Duration, " Zero asks each time.";
    max_stale: Duration, " Zero serves nothing that is older than its time.";
    timeout: Duration, "";
    pause: Duration, "";
    capacity: usize, "";
}

impl Default for DirectoryCacheOptions {
    fn default() -> Self {
        Self {
            ttl: Duration::from_secs(60),
            negative_ttl: Duration::from_secs(10),
            max_stale: Duration::from_secs(24 * 60 * 60),
            timeout: Duration::from_secs(2),
            pause: Duration::from_secs(1),
            capacity: 10_000,
        }
    }
}

/// What a [`CachedDirectory`](super::CachedDirectory) has done so far.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct DirectoryCacheStats {
    /// Questions to the directory.
    pub asked: u64,
    /// Answers from the cache, that there is nothing left out.
    pub hits: u64,
    /// Answers from the cache that there is nothing.
    pub negative_hits: u64,
    /// Those who waited for somebody else's question.
    pub joined: u64,
    /// Answers from before, since the directory failed.
    pub stale_served: u64,
    /// Questions that failed, those without an answer in time included.
    pub failures: u64,
    /// Questions without an answer in time.
    pub timeouts: u64,
    /// Numbers kept, those that lead nowhere left out.
    pub routes: usize,
    /// Documents kept.
    pub documents: usize,
}
