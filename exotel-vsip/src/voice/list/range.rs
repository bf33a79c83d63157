//! Ranges a list of calls is filtered by: times, durations, prices.

use std::fmt;

use jiff::civil::DateTime;
use jiff::{Span, ToSpan};

use crate::voice::amount::{Decimal, Seconds};
use crate::voice::time::written;

/// Why there is no such range.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a range must not end before it begins")]
pub struct RangeError;

/// From one time to another, both taken in, in whole seconds of the account's zone, which Exotel does not document.
///
/// ```
/// use exotel_vsip::voice::TimeRange;
/// use jiff::civil::date;
///
/// let january = TimeRange::new(date(2026, 1, 1).at(0, 0, 0, 0), date(2026, 1, 31).at(23, 59, 59, 0))?;
/// assert_eq!(january.to_string(), "gte:2026-01-01 00:00:00;lte:2026-01-31 23:59:59");
/// assert!(january.fits_a_request());
/// # Ok::<(), exotel_vsip::voice::RangeError>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct TimeRange {
    from: DateTime,
    until: DateTime,
}

impl TimeRange {
    /// From `from` to `until`; what is below a second is dropped.
    ///
    /// # Errors
    /// [`RangeError`] when it would end before it begins.
    pub fn new(from: DateTime, until: DateTime) -> Result<Self, RangeError> {
        let whole = |time: DateTime| time.with().subsec_nanosecond(0).build().unwrap_or(time);
        let (from, until) = (whole(from), whole(until));
        if until < from {
            return Err(RangeError);
        }
        Ok(Self { from, until })
    }

    /// Where it begins.
    #[must_use]
    pub fn from(&self) -> DateTime {
        self.from
    }

    /// Where it ends.
    #[must_use]
    pub fn until(&self) -> DateTime {
        self.until
    }

    /// Whether it is short enough for one request: at most a month, so that the first of a month to the end of its last day
    /// just fits.
    #[must_use]
    pub fn fits_a_request(&self) -> bool {
        after_a_month(self.from).is_none_or(|next| self.until < next)
    }

    /// The same range in pieces of at most a month, oldest first, without a gap and without a second in two of them.
    #[must_use]
    pub fn months(&self) -> Vec<Self> {
        let mut pieces = Vec::new();
        let mut from = self.from;
        while let Some(next) = after_a_month(from).filter(|next| *next <= self.until) {
            // A second before a time that follows another always exists.
            let until = next.checked_sub(1.second()).unwrap_or(from);
            pieces.push(Self { from, until });
            from = next;
        }
        let until = self.until;
        pieces.push(Self { from, until });
        pieces
    }
}

/// `None` at the end of what can be written.
fn after_a_month(time: DateTime) -> Option<DateTime> {
    const MONTH: fn() -> Span = || 1.month();
    time.checked_add(MONTH()).ok()
}

impl fmt::Display for TimeRange {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "gte:{};lte:{}", written(self.from), written(self.until))
    }
}

/// A range of which either end may be open.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
enum Bounds<T> {
    Exactly(T),
    From(T),
    UpTo(T),
    Between(T, T),
}

impl<T: fmt::Display> Bounds<T> {
    fn write(&self, f: &mut fmt::Formatter<'_>, unit: &str) -> fmt::Result {
        match self {
            Self::Exactly(value) => write!(f, "eq:{value}{unit}"),
            Self::From(least) => write!(f, "gte:{least}{unit}"),
            Self::UpTo(most) => write!(f, "lte:{most}{unit}"),
            Self::Between(least, most) => write!(f, "gte:{least}{unit};lte:{most}{unit}"),
        }
    }
}

macro_rules! ranges {
    ($($(#[$doc:meta])* $name:ident of $type:ty, $unit:literal, in_order $in_order:expr;)*) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Eq, Hash)]
        pub struct $name(Bounds<$type>);

        impl $name {
            /// This very value.
            #[must_use]
            pub fn exactly(value: $type) -> Self {
                Self(Bounds::Exactly(value))
            }

            /// This value and more.
            #[must_use]
            pub fn at_least(least: $type) -> Self {
                Self(Bounds::From(least))
            }

            /// This value and less.
            #[must_use]
            pub fn at_most(most: $type) -> Self {
                Self(Bounds::UpTo(most))
            }

            /// From one value to another, both taken in.
            ///
            /// # Errors
            /// [`RangeError`] when the second is the smaller one.
            pub fn between(least: $type, most: $type) -> Result<Self, RangeError> {
                let in_order: fn(&$type, &$type) -> bool = $in_order;
                if in_order(&least, &most) {
                    Ok(Self(Bounds::Between(least, most)))
                } else {
                    Err(RangeError)
                }
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.write(f, $unit)
            }
        }
    )*};
}

ranges! {
    /// How long a call was.
    ///
    /// ```
    /// use exotel_vsip::voice::{DurationRange, Seconds};
    ///
    /// let range = DurationRange::between(Seconds::new(10), Seconds::new(45))?;
    /// assert_eq!(range.to_string(), "gte:10s;lte:45s");
    /// assert_eq!(DurationRange::exactly(Seconds::new(30)).to_string(), "eq:30s");
    /// # Ok::<(), exotel_vsip::voice::RangeError>(())
    /// ```
    DurationRange of Seconds, "s", in_order |least, most| least <= most;

    /// What a call cost.
    ///
    /// ```
    /// use exotel_vsip::voice::PriceRange;
    ///
    /// let range = PriceRange::between("0.10".parse()?, "1.0".parse()?)?;
    /// assert_eq!(range.to_string(), "gte:0.10;lte:1.0");
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    PriceRange of Decimal, "", in_order |least, most| least.to_f64() <= most.to_f64();
}

#[cfg(test)]
mod tests {
    use jiff::civil::{DateTime, date};
    use proptest::prelude::*;

    use super::*;

    fn range(from: DateTime, until: DateTime) -> TimeRange {
        TimeRange::new(from, until).unwrap()
    }

    #[test]
    fn a_month_fits_and_a_second_more_does_not() {
        let from = date(2026, 1, 1).at(0, 0, 0, 0);
        assert!(range(from, date(2026, 1, 31).at(23, 59, 59, 999)).fits_a_request());
        assert!(!range(from, date(2026, 2, 1).at(0, 0, 0, 0)).fits_a_request());
        assert!(
            range(
                date(2026, 1, 31).at(0, 0, 0, 0),
                date(2026, 2, 27).at(23, 59, 59, 0)
            )
            .fits_a_request()
        );
        assert!(TimeRange::new(from, date(2025, 12, 31).at(0, 0, 0, 0)).is_err());
        assert!(DurationRange::between(Seconds::new(2), Seconds::new(1)).is_err());
        assert!(PriceRange::between("9".parse().unwrap(), "10".parse().unwrap()).is_ok());
        assert!(range(DateTime::MAX, DateTime::MAX).fits_a_request());
        assert_eq!(range(DateTime::MAX, DateTime::MAX).months().len(), 1);
    }

    proptest! {
        #[test]
        fn months_cover_the_range_once(day in 1i8..=28, month in 1i8..=12, extra in 0i8..3, length in 0i64..400 * 86_400) {
            let from = date(2025, month, day).at(0, 0, 0, 0).checked_add(i64::from(extra).days()).unwrap();
            let until = from.checked_add(length.seconds()).unwrap();
            let whole = range(from, until);
            let pieces = whole.months();
            prop_assert_eq!(pieces[0].from(), from);
            prop_assert_eq!(pieces[pieces.len() - 1].until(), until);
            for piece in &pieces {
                prop_assert!(piece.fits_a_request() && piece.from() <= piece.until());
            }
            for pair in pieces.windows(2) {
                prop_assert_eq!(pair[0].until().checked_add(1.second()).unwrap(), pair[1].from());
            }
            prop_assert_eq!(pieces.len() == 1, whole.fits_a_request());
        }
    }
}
