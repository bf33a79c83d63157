//! Ranges in the query of a list: `gte:…;lte:…` and `eq:…`.

use jiff::ToSpan;
use jiff::civil::DateTime;

use super::Exception;

/// What a value has to be.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Range<T> {
    least: Option<T>,
    most: Option<T>,
}

impl<T: PartialOrd + Copy> Range<T> {
    /// Reads one; `None` when a part of it is of another form.
    pub(super) fn parse(text: &str, read: impl Fn(&str) -> Option<T>) -> Option<Self> {
        let mut range = Self {
            least: None,
            most: None,
        };
        for part in text.split(';') {
            let (sign, value) = part.split_once(':')?;
            let value = read(value)?;
            match sign {
                "gte" => range.least = Some(value),
                "lte" => range.most = Some(value),
                "eq" => (range.least, range.most) = (Some(value), Some(value)),
                _ => return None,
            }
        }
        Some(range)
    }

    pub(super) fn holds(&self, value: T) -> bool {
        self.least.is_none_or(|least| value >= least) && self.most.is_none_or(|most| value <= most)
    }
}

/// `YYYY-MM-DD HH:MM:SS`
pub(super) fn time(text: &str) -> Option<DateTime> {
    DateTime::strptime("%Y-%m-%d %H:%M:%S", text).ok()
}

/// At most a month in one request, and 6 months back.
pub(super) fn check_span(range: &Range<DateTime>, now: DateTime) -> Result<(), Exception> {
    let Some(least) = range.least else {
        return Err(Exception::bad("DateCreated must say from when"));
    };
    let most = range.most.unwrap_or(now);
    let next_month = least.checked_add(1.month()).ok();
    if next_month.is_some_and(|next| most >= next) {
        return Err(Exception::bad(
            "DateCreated must not span more than a month",
        ));
    }
    let oldest = now.checked_sub(6.months()).ok();
    if oldest.is_some_and(|oldest| least < oldest) {
        return Err(Exception::bad(
            "DateCreated must not be older than 6 months",
        ));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn ranges_hold_what_they_say() {
        let number = |text: &str| text.trim_end_matches('s').parse::<u64>().ok();
        let range = Range::parse("gte:10s;lte:45s", number).unwrap();
        assert!(
            [10, 45].into_iter().all(|n| range.holds(n))
                && ![9, 46].into_iter().any(|n| range.holds(n))
        );
        let exact = Range::parse("eq:30s", number).unwrap();
        assert!(exact.holds(30) && !exact.holds(31));
        for bad in ["", "30s", "gt:3", "gte:x", "gte:1;"] {
            assert_eq!(Range::parse(bad, number), None, "{bad}");
        }
    }

    #[test]
    fn a_month_is_the_most() {
        let now = time("2026-02-10 12:00:00").unwrap();
        for (text, fine) in [
            ("gte:2026-01-01 00:00:00;lte:2026-01-31 23:59:59", true),
            ("gte:2026-01-01 00:00:00;lte:2026-02-01 00:00:00", false),
            ("gte:2026-01-11 00:00:00", true),
            ("gte:2026-01-10 00:00:00", false),
            ("gte:2025-08-10 11:59:59;lte:2025-08-11 00:00:00", false),
            ("gte:2025-08-10 12:00:00;lte:2025-08-11 00:00:00", true),
            ("lte:2026-01-31 23:59:59", false),
        ] {
            let range = Range::parse(text, time).unwrap();
            assert_eq!(check_span(&range, now).is_ok(), fine, "{text}");
        }
    }

    proptest! {
        #[test]
        fn no_text_panics(text in "[a-z:;0-9\\- ]{0,50}") {
            let _ = Range::parse(&text, time);
        }
    }
}
