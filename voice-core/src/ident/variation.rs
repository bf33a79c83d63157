//! Other names for a trunk whose name is taken, all within the 16 characters.

use std::time::SystemTime;

use super::error::IdentError;
use super::trunk::TrunkName;

impl TrunkName {
    /// This name, cut where it must be, with `_` and `suffix` behind it.
    ///
    /// ```
    /// use voice_core::ident::TrunkName;
    ///
    /// let name = TrunkName::parse("production_trunk")?;
    /// assert_eq!(name.with_suffix("eu")?, "production_tr_eu");
    /// # Ok::<(), voice_core::ident::IdentError>(())
    /// ```
    ///
    /// # Errors
    /// Those of [`parse`](Self::parse): the suffix must leave a place for at least one character of the name, so that it
    /// has 1 to 14 characters, all of them letters, digits and underscores.
    pub fn with_suffix(&self, suffix: &str) -> Result<Self, IdentError> {
        // What has no place for the name is too long, and parsing says so.
        let room = Self::MAX_LEN.saturating_sub(suffix.len() + 1).max(1);
        let base = self.as_str().get(..room).unwrap_or(self.as_str());
        if suffix.is_empty() {
            return Self::parse(suffix);
        }
        Self::parse(&format!("{base}_{suffix}"))
    }

    /// `…_2`, `…_3` and so on, without an end worth speaking of. The name itself is not among them.
    ///
    /// ```
    /// use voice_core::ident::TrunkName;
    ///
    /// let name = TrunkName::parse("production_trunk")?;
    /// let names: Vec<String> = name.variations().take(2).map(|name| name.to_string()).collect();
    /// assert_eq!(names, ["production_tru_2", "production_tru_3"]);
    /// # Ok::<(), voice_core::ident::IdentError>(())
    /// ```
    #[must_use]
    pub fn variations(&self) -> TrunkNameVariations {
        TrunkNameVariations {
            base: *self,
            next: 2,
        }
    }

    /// This name with the time of day in UTC as six digits, `…_HHMMSS`. Two in the same second are the same name.
    ///
    /// ```
    /// use std::time::{Duration, SystemTime};
    /// use voice_core::ident::TrunkName;
    ///
    /// let at = SystemTime::UNIX_EPOCH + Duration::from_secs(9 * 3600 + 24 * 60 + 59);
    /// assert_eq!(TrunkName::parse("production_trunk")?.at_time(at), "productio_092459");
    /// # Ok::<(), voice_core::ident::IdentError>(())
    /// ```
    #[must_use]
    pub fn at_time(&self, time: SystemTime) -> Self {
        const DAY: u64 = 24 * 60 * 60;
        let second = match time.duration_since(SystemTime::UNIX_EPOCH) {
            Ok(since) => since.as_secs() % DAY,
            Err(before) => (DAY - before.duration().as_secs() % DAY) % DAY,
        };
        let (hour, minute, second) = (second / 3600, second / 60 % 60, second % 60);
        // Six digits always fit.
        self.with_suffix(&format!("{hour:02}{minute:02}{second:02}"))
            .unwrap_or(*self)
    }
}

/// Other names for a trunk; from [`TrunkName::variations`].
#[derive(Debug, Clone)]
pub struct TrunkNameVariations {
    base: TrunkName,
    next: u32,
}

impl Iterator for TrunkNameVariations {
    type Item = TrunkName;

    fn next(&mut self) -> Option<TrunkName> {
        let name = self.base.with_suffix(&self.next.to_string()).ok()?;
        self.next = self.next.checked_add(1)?;
        Some(name)
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;
    use std::time::Duration;

    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_suffix_must_leave_a_place_for_the_name() {
        let name = TrunkName::parse("production_trunk").unwrap();
        assert_eq!(
            name.with_suffix(&"x".repeat(14)).unwrap(),
            "p_xxxxxxxxxxxxxx"
        );
        assert!(name.with_suffix(&"x".repeat(15)).is_err());
        assert!(name.with_suffix("").is_err());
        assert!(name.with_suffix("a-b").is_err());
        assert_eq!(
            TrunkName::parse("a").unwrap().with_suffix("2").unwrap(),
            "a_2"
        );
    }

    #[test]
    fn the_time_of_day_is_that_of_utc_on_any_day() {
        const DAY: i64 = 86_400;
        let name = TrunkName::parse("a").unwrap();
        for (second, expected) in [
            (0, "a_000000"),
            (59, "a_000059"),
            (60, "a_000100"),
            (3_599, "a_005959"),
            (3_600, "a_010000"),
            (DAY - 1, "a_235959"),
            (20_000 * DAY + 47_106, "a_130506"),
            (-1, "a_235959"),
            (-DAY, "a_000000"),
            (-3 * DAY - 3_600, "a_230000"),
        ] {
            let since = Duration::from_secs(second.unsigned_abs());
            let time = if second < 0 {
                SystemTime::UNIX_EPOCH - since
            } else {
                SystemTime::UNIX_EPOCH + since
            };
            assert_eq!(name.at_time(time), expected, "{second}");
        }
    }

    proptest! {
        #[test]
        fn variations_are_names_and_all_different(name in "[A-Za-z0-9_]{1,16}", skip in 0usize..2_000) {
            let name = TrunkName::parse(&name).unwrap();
            let some: Vec<TrunkName> = name.variations().skip(skip).take(50).collect();
            let different: HashSet<&str> = some.iter().map(TrunkName::as_str).collect();
            prop_assert_eq!(different.len(), 50);
            prop_assert!(some.iter().all(|other| TrunkName::parse(other.as_str()).is_ok()));
        }

        #[test]
        fn every_time_gives_a_name(name in "[A-Za-z0-9_]{1,16}", seconds in any::<u32>(), before in any::<bool>()) {
            let name = TrunkName::parse(&name).unwrap();
            let since = Duration::from_secs(seconds.into());
            let time = if before { SystemTime::UNIX_EPOCH - since } else { SystemTime::UNIX_EPOCH + since };
            let at = name.at_time(time);
            let (_, digits) = at.as_str().rsplit_once('_').unwrap();
            prop_assert_eq!(digits.len(), 6);
            let part = |at: usize| digits[at..at + 2].parse::<u32>().unwrap();
            prop_assert!(part(0) < 24 && part(2) < 60 && part(4) < 60);
        }
    }
}
