//! How long things are kept, rounded the same way by every store.

use std::time::Duration;

/// The longest time anything is kept: a hundred years, in milliseconds. Added to today's date it still fits into the 53
/// bits that Lua and sorted sets count with.
pub(super) const MAX_MILLIS: u64 = 100 * 365 * 24 * 60 * 60 * 1_000;

/// Whole milliseconds, rounded up; at least one, since Redis refuses an expiry of zero, and at most a hundred years.
pub(super) fn millis(time: Duration) -> u64 {
    let millis = time.as_nanos().div_ceil(1_000_000);
    u64::try_from(millis)
        .unwrap_or(MAX_MILLIS)
        .clamp(1, MAX_MILLIS)
}

/// The same as a duration, for stores in memory.
pub(super) fn rounded(time: Duration) -> Duration {
    Duration::from_millis(millis(time))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_rounded_up_to_a_millisecond_and_held_in_range() {
        assert_eq!(millis(Duration::ZERO), 1);
        assert_eq!(millis(Duration::from_nanos(1)), 1);
        assert_eq!(millis(Duration::from_micros(1_001)), 2);
        assert_eq!(rounded(Duration::MAX), Duration::from_millis(MAX_MILLIS));
    }
}
