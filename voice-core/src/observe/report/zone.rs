//! The zone whose clock a report goes by.

use std::borrow::Cow;
use std::fmt;

use jiff::Timestamp;
use jiff::tz::{Offset, TimeZone};

/// A time zone: the hours of a report, and its peak hours, are hours of this zone's clock.
///
/// ```
/// use voice_core::observe::report::Zone;
///
/// assert_eq!(Zone::default(), Zone::UTC);
/// assert_eq!(Zone::INDIA.to_string(), "Asia/Kolkata");
/// assert_eq!(Zone::fixed(-3 * 3600)?.to_string(), "-03:00");
/// assert!(Zone::named("Mars/Olympus_Mons").is_err());
/// # Ok::<(), voice_core::observe::report::UnknownZone>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct Zone(Repr);

#[derive(Debug, Clone, PartialEq)]
enum Repr {
    Fixed {
        seconds: i32,
        name: Cow<'static, str>,
    },
    Named(TimeZone, String),
}

/// There is no such time zone, or this machine does not know it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("no such time zone: {0:?}")]
pub struct UnknownZone(String);

impl Zone {
    /// Universal time; the default.
    pub const UTC: Self = Self(Repr::Fixed {
        seconds: 0,
        name: Cow::Borrowed("UTC"),
    });

    /// India, five and a half hours ahead of UTC the whole year; needs no time zone database.
    pub const INDIA: Self = Self(Repr::Fixed {
        seconds: 19_800,
        name: Cow::Borrowed("Asia/Kolkata"),
    });

    /// So many seconds east of UTC (west when negative), the whole year.
    ///
    /// # Errors
    /// [`UnknownZone`] from 26 hours on.
    pub fn fixed(seconds: i32) -> Result<Self, UnknownZone> {
        match Offset::from_seconds(seconds) {
            Ok(_) => Ok(Self(Repr::Fixed {
                seconds,
                name: offset_text(seconds).into(),
            })),
            Err(_) => Err(UnknownZone(seconds.to_string())),
        }
    }

    /// A zone of the IANA database by its name, such as `Europe/Berlin`, with its summer times.
    ///
    /// Read from the system's files (`/usr/share/zoneinfo` or `TZDIR`), which small containers and Windows lack; `UTC` and
    /// `Asia/Kolkata` are always known.
    ///
    /// # Errors
    /// [`UnknownZone`] when it is not there.
    pub fn named(name: &str) -> Result<Self, UnknownZone> {
        match name {
            "UTC" => Ok(Self::UTC),
            "Asia/Kolkata" => Ok(Self::INDIA),
            _ => TimeZone::get(name)
                .map(|zone| {
                    let name = zone.iana_name().unwrap_or(name).to_owned();
                    Self(Repr::Named(zone, name))
                })
                .map_err(|_| UnknownZone(crate::observe::log::cut(name, 60).to_owned())),
        }
    }

    /// What its clock shows at a moment, as RFC 3339 with its offset, to the second; empty beyond the year 9999.
    ///
    /// ```
    /// use std::time::{Duration, UNIX_EPOCH};
    /// use voice_core::observe::report::Zone;
    ///
    /// let moment = UNIX_EPOCH + Duration::from_secs(1_736_764_200);
    /// assert_eq!(Zone::INDIA.time(moment), "2025-01-13T16:00:00+05:30");
    /// ```
    #[must_use]
    pub fn time(&self, at: std::time::SystemTime) -> String {
        Timestamp::try_from(at)
            .map(|at| self.stamp(at))
            .unwrap_or_default()
    }

    /// Seconds east of UTC at a moment.
    pub(super) fn offset(&self, at: Timestamp) -> i32 {
        match &self.0 {
            Repr::Fixed { seconds, .. } => *seconds,
            Repr::Named(zone, _) => zone.to_offset(at).seconds(),
        }
    }

    /// What its clock shows at a moment, in seconds since its own 1970.
    pub(super) fn local_seconds(&self, at: Timestamp) -> i64 {
        at.as_second() + i64::from(self.offset(at))
    }

    /// RFC 3339 with the zone's offset, to the second.
    pub(super) fn stamp(&self, at: Timestamp) -> String {
        let local = civil(self.local_seconds(at), "%Y-%m-%dT%H:%M:%S");
        match self.offset(at) {
            0 => format!("{local}Z"),
            seconds => format!("{local}{}", offset_text(seconds)),
        }
    }

    /// The moment at which its clock shows this; for times that came without a zone.
    pub(super) fn moment(&self, local: jiff::civil::DateTime) -> Option<Timestamp> {
        let zone = match &self.0 {
            Repr::Fixed { seconds, .. } => Offset::from_seconds(*seconds).ok()?.to_time_zone(),
            Repr::Named(zone, _) => zone.clone(),
        };
        zone.to_timestamp(local).ok()
    }
}

impl Default for Zone {
    fn default() -> Self {
        Self::UTC
    }
}

impl fmt::Display for Zone {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            Repr::Fixed { name, .. } => f.write_str(name),
            Repr::Named(_, name) => f.write_str(name),
        }
    }
}

/// Seconds of a zone's clock, as text.
pub(super) fn civil(local_seconds: i64, format: &str) -> String {
    Timestamp::from_second(local_seconds)
        .map(|at| at.strftime(format).to_string())
        .unwrap_or_default()
}

fn offset_text(seconds: i32) -> String {
    let sign = if seconds < 0 { '-' } else { '+' };
    let minutes = seconds.unsigned_abs() / 60;
    format!("{sign}{:02}:{:02}", minutes / 60, minutes % 60)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    #[test]
    fn india_is_half_an_hour_off_the_hour() {
        assert_eq!(
            Zone::INDIA.stamp(at("2025-01-13T10:30:00Z")),
            "2025-01-13T16:00:00+05:30"
        );
        assert_eq!(
            Zone::UTC.stamp(at("2025-01-13T10:30:00Z")),
            "2025-01-13T10:30:00Z"
        );
        assert!(Zone::fixed(100_000).is_err());
    }

    #[test]
    fn a_named_zone_has_its_summer() {
        let Ok(berlin) = Zone::named("Europe/Berlin") else {
            println!("skipped: this machine has no time zone database");
            return;
        };
        assert_eq!(
            berlin.stamp(at("2025-07-01T10:00:00Z")),
            "2025-07-01T12:00:00+02:00"
        );
        assert_eq!(
            berlin.stamp(at("2025-01-01T10:00:00Z")),
            "2025-01-01T11:00:00+01:00"
        );
        assert_eq!(berlin.to_string(), "Europe/Berlin");
        let local: jiff::civil::DateTime = "2025-07-01T12:00:00".parse().unwrap();
        assert_eq!(berlin.moment(local), Some(at("2025-07-01T10:00:00Z")));
    }
}
