//! Days that usage is filtered by, also counted from today.

use std::fmt;

use crate::types::{DateFilter, Encode, Problems, Sink};

/// A day in UTC, or a number of days before or after today.
///
/// ```
/// use twilio_client::types::DateFilter;
/// use twilio_client::usage::UsageDate;
///
/// assert_eq!(UsageDate::days_ago(30).to_string(), "-30days");
/// assert_eq!(UsageDate::from(DateFilter::parse("2026-11-01")?).to_string(), "2026-11-01");
/// # Ok::<(), twilio_client::types::DateFilterError>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct UsageDate(Point);

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum Point {
    Day(DateFilter),
    Ago(u32),
    Ahead(u32),
}

impl UsageDate {
    /// So many days before today, as Twilio counts them (UTC).
    #[must_use]
    pub const fn days_ago(days: u32) -> Self {
        Self(Point::Ago(days))
    }

    /// So many days after today, as Twilio counts them (UTC).
    #[must_use]
    pub const fn days_ahead(days: u32) -> Self {
        Self(Point::Ahead(days))
    }
}

/// A day; a moment is refused when the list is begun.
impl From<DateFilter> for UsageDate {
    fn from(day: DateFilter) -> Self {
        Self(Point::Day(day))
    }
}

impl fmt::Display for UsageDate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            Point::Day(day) => fmt::Display::fmt(&day, f),
            Point::Ago(days) => write!(f, "-{days}days"),
            Point::Ahead(days) => write!(f, "+{days}days"),
        }
    }
}

impl Encode for UsageDate {
    fn encode(&self, name: &str, sink: Sink<'_>) {
        sink(name, &self.to_string());
    }
}

/// Usage is counted by days: a moment is none.
pub(super) fn day_rule(date: Option<UsageDate>, parameter: &str, problems: &mut Problems) {
    let is_day = |date: UsageDate| match date.0 {
        Point::Day(day) => day.to_string().len() == 10,
        Point::Ago(_) | Point::Ahead(_) => true,
    };
    problems.unless(
        date.is_none_or(is_day),
        parameter,
        "must be a day, such as 2026-11-01",
    );
}
