//! The patterns of the metadata, matched from the first digit on; the compiled ones are kept, up to a bound.

use std::num::NonZeroUsize;
use std::sync::{LazyLock, Mutex, PoisonError};

use lru::LruCache;
use regex::{Regex, RegexBuilder};

/// Most compiled patterns that are kept: enough for the plans of some twenty regions.
const KEPT: usize = 256;

/// What a compiled pattern has to match.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum Extent {
    Whole,
    Beginning,
}

static COMPILED: LazyLock<Mutex<LruCache<(Extent, String), Regex>>> =
    LazyLock::new(|| Mutex::new(LruCache::new(NonZeroUsize::MIN.saturating_add(KEPT - 1))));

/// Whether all of `digits` matches.
pub(super) fn matches(pattern: &str, digits: &str) -> bool {
    compiled(Extent::Whole, pattern).is_some_and(|regex| regex.is_match(digits))
}

/// Whether `digits` begins with a match, and how long that is.
pub(super) fn beginning(pattern: &str, digits: &str) -> Option<usize> {
    let found = compiled(Extent::Beginning, pattern)?.find(digits)?;
    Some(found.end())
}

/// The pattern with its groups, anchored at the beginning.
pub(super) fn at_beginning(pattern: &str) -> Option<Regex> {
    compiled(Extent::Beginning, pattern)
}

/// The pattern with its groups, anchored at both ends.
pub(super) fn whole(pattern: &str) -> Option<Regex> {
    compiled(Extent::Whole, pattern)
}

/// `None` for a pattern that does not compile, which no test has found.
fn compiled(extent: Extent, pattern: &str) -> Option<Regex> {
    let key = (extent, pattern.to_owned());
    let mut kept = COMPILED.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(regex) = kept.get(&key) {
        return Some(regex.clone());
    }
    let end = if extent == Extent::Whole { "$" } else { "" };
    let regex = RegexBuilder::new(&format!("^(?:{pattern}){end}"))
        .ignore_whitespace(true)
        .build()
        .ok()?;
    kept.put(key, regex.clone());
    Some(regex)
}
