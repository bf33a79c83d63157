//! What the figures look like: three patterns, each by a rule that can be checked.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::Serialize;

use super::state::{Hour, Minute, State};
use super::statistics::{evenly_spread, more_often};
use super::zone::civil;
use super::{Tally, Zone, fraction};

/// The hours of the zone's clock that count as peak hours: from 9:00 to 17:59.
const PEAK: std::ops::Range<i64> = 9..18;
/// Fewest time-outs of a cluster.
const CLUSTER: u64 = 5;

/// A pattern's name, and the rule by which it is found.
///
/// Every rule asks for [`ReportOptions::min_sample`](super::ReportOptions::min_sample) attempts; tests are at the level of
/// 1 %. Only attempts with a time count.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum PatternKind {
    /// *Intermittent 500 errors*: 2 to 5 % of all attempts, both ends included, fail with a 5xx other than 503 and 504;
    /// and these are spread over the hours in proportion to the attempts, as far as a chi-squared test can tell.
    Intermittent500,
    /// *Peak hour failures*: from 9:00 to 17:59 on the zone's clock at most 90 % of the attempts succeed; at least half of
    /// the failures then are 429 or 503; and their share of the attempts is at least twice that of the other hours, and
    /// higher by more than chance (a test of two proportions). Peak and other hours each need the minimum sample.
    PeakHourFailures,
    /// *Regional connectivity issues*: time-outs with no more than one minute without any between them, over 5 to 15
    /// minutes, both ends included; 5 or more of them; at least 20 % of the attempts of those minutes, and at least five
    /// times their share outside all such clusters. Looked for in the last 10,080 minutes with attempts.
    RegionalConnectivity,
}

impl PatternKind {
    /// Its name, for a person.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Intermittent500 => "intermittent 500 errors",
            Self::PeakHourFailures => "peak hour failures",
            Self::RegionalConnectivity => "regional connectivity issues",
        }
    }
}

/// A pattern that was found.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[non_exhaustive]
pub struct Pattern {
    /// Which.
    pub kind: PatternKind,
    /// Its name, for a person.
    pub name: &'static str,
    /// The figures that show it, and what they suggest.
    pub analysis: String,
    /// What to do about it.
    pub recommendation: &'static str,
}

impl Pattern {
    fn new(kind: PatternKind, analysis: String, recommendation: &'static str) -> Self {
        Self {
            kind,
            name: kind.name(),
            analysis,
            recommendation,
        }
    }
}

pub(super) fn find(state: &State) -> Vec<Pattern> {
    let sample = state.options.min_sample;
    [
        intermittent(&state.hours, sample),
        peak_hours(&state.hours, &state.options.zone, sample),
        regional(&state.minutes, &state.hosts, &state.options.zone, sample),
    ]
    .into_iter()
    .flatten()
    .collect()
}

fn intermittent(hours: &BTreeMap<i64, Hour>, sample: u64) -> Option<Pattern> {
    let total: u64 = hours.values().map(|hour| hour.tally.total).sum();
    let failed: u64 = hours.values().map(|hour| hour.errors.server).sum();
    let (part, whole) = (u128::from(failed) * 100, u128::from(total));
    let in_range = total > 0 && part >= 2 * whole && part <= 5 * whole;
    if total < sample || !in_range {
        return None;
    }
    let spread = hours
        .values()
        .map(|hour| (hour.tally.total, hour.errors.server));
    (evenly_spread(spread) == Some(true)).then(|| {
        Pattern::new(
            PatternKind::Intermittent500,
            format!(
                "{failed} of {total} attempts ({}) failed with a 5xx, spread over the hours as chance would spread \
                 them: the provider fails now and then, whatever is sent and whenever.",
                percent(failed, total)
            ),
            "Let safe and idempotent operations be retried with a growing, jittered wait; look for a call before dialling \
             again. Keep the request ids of these failures for the provider's support.",
        )
    })
}

fn peak_hours(hours: &BTreeMap<i64, Hour>, zone: &Zone, sample: u64) -> Option<Pattern> {
    let (mut peak, mut rest) = (Tally::default(), Tally::default());
    let (mut busy_peak, mut busy_rest) = (0, 0);
    for (number, hour) in hours {
        let (tally, busy) = match PEAK.contains(&number.rem_euclid(24)) {
            true => (&mut peak, &mut busy_peak),
            false => (&mut rest, &mut busy_rest),
        };
        tally.total += hour.tally.total;
        tally.failed += hour.tally.failed;
        *busy += hour.errors.rate_limited + hour.errors.unavailable;
    }
    let enough = peak.total >= sample.max(1) && rest.total >= sample.max(1);
    let falls = u128::from(peak.failed) * 10 >= u128::from(peak.total);
    let mostly_busy = u128::from(busy_peak) * 2 >= u128::from(peak.failed);
    let twice = u128::from(busy_peak) * u128::from(rest.total)
        >= 2 * u128::from(busy_rest) * u128::from(peak.total);
    let higher = more_often((peak.total, busy_peak), (rest.total, busy_rest));
    (enough && falls && mostly_busy && twice && higher).then(|| {
        Pattern::new(
            PatternKind::PeakHourFailures,
            format!(
                "Between 9:00 and 18:00 ({zone}) {} of {} attempts succeeded, at other hours {}; 429 and 503 were {} of \
                 the attempts then and {} otherwise: there is less room than requests.",
                percent(peak.total - peak.failed, peak.total),
                peak.total,
                percent(rest.total - rest.failed, rest.total),
                percent(busy_peak, peak.total),
                percent(busy_rest, rest.total),
            ),
            "Move bulk work outside these hours, or through a bounded queue; give the client a limiter below the provider's \
             figure, and share it between processes of one account.",
        )
    })
}

/// Minutes with time-outs that belong together, by their numbers.
struct Cluster {
    first: i64,
    last: i64,
    tally: Tally,
    hosts: u16,
}

fn regional(
    minutes: &BTreeMap<i64, Minute>,
    hosts: &[String],
    zone: &Zone,
    sample: u64,
) -> Option<Pattern> {
    let total: u64 = minutes.values().map(|minute| u64::from(minute.total)).sum();
    if total < sample.max(1) {
        return None;
    }
    let mut clusters: Vec<Cluster> = Vec::new();
    for (number, minute) in minutes.iter().filter(|(_, minute)| minute.timeouts > 0) {
        match clusters.last_mut() {
            Some(open) if number - open.last <= 2 => open.last = *number,
            _ => clusters.push(Cluster {
                first: *number,
                last: *number,
                tally: Tally::default(),
                hosts: 0,
            }),
        }
        if let Some(open) = clusters.last_mut() {
            open.hosts |= minute.hosts;
        }
    }
    clusters.retain(|cluster| (5..=15).contains(&(cluster.last - cluster.first + 1)));
    let mut outside = Tally::default();
    for (number, minute) in minutes {
        let at = clusters.partition_point(|cluster| cluster.last < *number);
        let tally = match clusters.get_mut(at) {
            Some(cluster) if cluster.first <= *number => &mut cluster.tally,
            _ => &mut outside,
        };
        tally.total += u64::from(minute.total);
        tally.failed += u64::from(minute.timeouts);
    }
    clusters.retain(|cluster| {
        let Tally { total, failed } = cluster.tally;
        failed >= CLUSTER
            && u128::from(failed) * 5 >= u128::from(total)
            && u128::from(failed) * u128::from(outside.total)
                >= 5 * u128::from(outside.failed) * u128::from(total)
    });
    let first = clusters.first()?;
    let mut inside = Tally::default();
    let mut bits = 0;
    for cluster in &clusters {
        inside.total += cluster.tally.total;
        inside.failed += cluster.tally.failed;
        bits |= cluster.hosts;
    }
    let start = Timestamp::from_second(first.first * 60).ok()?;
    let start = civil(zone.local_seconds(start), "%Y-%m-%d %H:%M");
    let hosts: Vec<&str> = hosts
        .iter()
        .enumerate()
        .filter(|(place, _)| bits & (1 << place) != 0)
        .map(|(_, host)| host.as_str())
        .collect();
    let hosts = match hosts.as_slice() {
        [] => String::new(),
        hosts => format!(", on {}", hosts.join(", ")),
    };
    let (many, length) = (clusters.len(), first.last - first.first + 1);
    let windows = if many == 1 { "window" } else { "windows" };
    Some(Pattern::new(
        PatternKind::RegionalConnectivity,
        format!(
            "{many} {windows} of 5 to 15 minutes in which {} of {} attempts timed out{hosts}, the first from {start} for {length} \
             minutes; outside {} did: a way to the provider was down for a while, not the provider.",
            percent(inside.failed, inside.total),
            inside.total,
            percent(outside.failed, outside.total),
        ),
        "Compare with a probe from another region, and keep the circuit breaker on. Do not switch hosts by yourself where an \
         account belongs to a region; after an unknown dial, look for the call first.",
    ))
}

fn percent(part: u64, whole: u64) -> String {
    format!("{:.1} %", fraction(part, whole) * 100.0)
}

#[cfg(test)]
mod tests;
