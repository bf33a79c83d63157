//! How many requests a key may send: in a calendar minute, hour and day, UTC. What is refused counts too.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

/// The lengths of the windows.
const LENGTHS: [u64; 3] = [60, 3600, 86_400];

/// The windows' names in headers and fields.
pub(super) const NAMES: [&str; 3] = ["minute", "hour", "day"];

/// Requests allowed in each window.
pub(super) type Limits = [u64; 3];

/// The requests of one key.
#[derive(Debug, Clone, Default)]
pub(super) struct Windows([Window; 3]);

#[derive(Debug, Clone, Copy, Default)]
struct Window {
    /// Which one it is, counted from 1970.
    number: u64,
    count: u64,
}

/// Where a key stands in one window.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Standing {
    pub(super) name: &'static str,
    pub(super) used: u64,
    pub(super) limit: u64,
    pub(super) reset: SystemTime,
}

impl Standing {
    pub(super) fn remaining(&self) -> u64 {
        self.limit.saturating_sub(self.used)
    }
}

fn since_epoch(wall: SystemTime) -> Duration {
    wall.duration_since(UNIX_EPOCH).unwrap_or_default()
}

impl Windows {
    /// Counts a request; says how long until the fullest window begins afresh when it is one too many.
    pub(super) fn take(&mut self, wall: SystemTime, limits: Limits) -> Result<(), Duration> {
        self.set(wall, [1; 3], |count, by| count + by);
        let over = self.standing(wall, limits).into_iter().rev();
        match over.into_iter().find(|window| window.used > window.limit) {
            Some(window) => Err(window.reset.duration_since(wall).unwrap_or_default()),
            None => Ok(()),
        }
    }

    /// So many requests have been made in the present windows.
    pub(super) fn have(&mut self, wall: SystemTime, used: Limits) {
        self.set(wall, used, |_, used| used);
    }

    fn set(&mut self, wall: SystemTime, values: [u64; 3], with: impl Fn(u64, u64) -> u64) {
        let now = since_epoch(wall).as_secs();
        for ((window, length), value) in self.0.iter_mut().zip(LENGTHS).zip(values) {
            let number = now / length;
            if window.number != number {
                *window = Window { number, count: 0 };
            }
            window.count = with(window.count, value);
        }
    }

    /// Where it stands: minute, hour, day.
    pub(super) fn standing(&self, wall: SystemTime, limits: Limits) -> Vec<Standing> {
        let now = since_epoch(wall).as_secs();
        let windows = self.0.iter().zip(LENGTHS).zip(NAMES).zip(limits);
        windows
            .map(|(((window, length), name), limit)| {
                let number = now / length;
                Standing {
                    name,
                    used: if window.number == number {
                        window.count
                    } else {
                        0
                    },
                    limit,
                    reset: UNIX_EPOCH + Duration::from_secs((number + 1) * length),
                }
            })
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn windows_are_those_of_the_calendar_and_refusals_count() {
        let at = |seconds: u64| UNIX_EPOCH + Duration::from_secs(86_400 + seconds);
        let mut windows = Windows::default();
        let limits = [2, 5, 100];
        assert_eq!(windows.take(at(50), limits), Ok(()));
        assert_eq!(windows.take(at(51), limits), Ok(()));
        assert_eq!(windows.take(at(52), limits), Err(Duration::from_secs(8)));
        assert_eq!(windows.take(at(60), limits), Ok(()), "a new minute");
        assert_eq!(windows.take(at(60), limits), Ok(()));
        let used: Vec<u64> = windows
            .standing(at(60), limits)
            .iter()
            .map(|window| window.used)
            .collect();
        assert_eq!(used, [2, 5, 5]);
        assert_eq!(
            windows.take(at(120), limits),
            Err(Duration::from_secs(3480)),
            "the hour is full, and the longest wait counts"
        );
        assert_eq!(windows.take(at(3600), limits), Ok(()));
    }
}
