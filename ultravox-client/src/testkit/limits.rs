//! The simulator's limits on calls: so many within a window, so many at a time, throttles.

use std::time::{Duration, SystemTime};

use voice_core::testkit::SimAnswer;

use super::answers;
use super::settings::{Overload, RetryAfter, SimSettings};
use super::throttles::Throttle;
use super::world::{CallRow, World};

/// The refusal of one call too many.
pub(super) fn limited(
    world: &World,
    settings: &SimSettings,
    throttle: Option<&Throttle>,
) -> Option<SimAnswer> {
    let now = world.now();
    let say = |wait: Duration| (settings.retry_after == RetryAfter::Sent).then_some(wait);
    if let Some(free) = full_until(world, settings, throttle, now) {
        let wait = free.duration_since(now).unwrap_or_default();
        return Some(answers::refused(429, say(wait)));
    }
    let (most, overload) = settings.concurrency?;
    (open_at(world, now) >= most).then(|| match overload {
        Overload::TooManyRequests => answers::refused(429, say(Duration::from_secs(1))),
        Overload::Unavailable => answers::refused(503, say(Duration::from_secs(1))),
    })
}

/// Most calls, within a window, of those under a throttle or of all.
type Window<'a> = (usize, Duration, Option<&'a str>);

fn windows<'a>(settings: &SimSettings, throttle: Option<&'a Throttle>) -> Vec<Window<'a>> {
    let rate = settings.call_rate;
    let rate = rate.map(|(calls, window)| (calls, window, None));
    let named = throttle.into_iter().flat_map(|throttle| {
        let key = Some(throttle.key.as_str());
        let rules = throttle.rules.iter();
        rules.map(move |(calls, window)| (*calls, *window, key))
    });
    rate.into_iter().chain(named).collect()
}

/// When the windows that are full at a point in time let the next call through; `None` when none is full. One that takes
/// no call at all is always full.
fn full_until(
    world: &World,
    settings: &SimSettings,
    throttle: Option<&Throttle>,
    at: SystemTime,
) -> Option<SystemTime> {
    let frees = |(most, window, only): Window<'_>| {
        if most == 0 {
            return at.checked_add(window);
        }
        let mut within: Vec<SystemTime> = world
            .calls
            .iter()
            .filter(|call| only.is_none() || call.throttle.as_deref() == only)
            .map(|call| call.created)
            .filter(|created| at.duration_since(*created).is_ok_and(|age| age < window))
            .collect();
        within.sort_unstable();
        let first_to_leave = within.len().checked_sub(most)?;
        within.get(first_to_leave)?.checked_add(window)
    };
    let windows = windows(settings, throttle).into_iter();
    windows.filter_map(frees).max()
}

fn open_at(world: &World, at: SystemTime) -> usize {
    let is_open = |call: &&CallRow| {
        !call.deleted
            && call.created <= at
            && call.ended.as_ref().is_none_or(|(ended, _)| *ended > at)
    };
    world.calls.iter().filter(is_open).count()
}

/// The first point in time, from `at` on, at which the limits let a call through; `None` while that cannot be told,
/// because calls go on that may end at any time.
pub(super) fn turn(
    world: &World,
    settings: &SimSettings,
    throttle: Option<&Throttle>,
    mut at: SystemTime,
) -> Option<SystemTime> {
    if windows(settings, throttle)
        .iter()
        .any(|(most, ..)| *most == 0)
    {
        return None;
    }
    loop {
        if let Some(free) = full_until(world, settings, throttle, at) {
            at = free;
            continue;
        }
        let Some((most, _)) = settings.concurrency else {
            return Some(at);
        };
        if open_at(world, at) < most {
            return Some(at);
        }
        let ends = world.calls.iter().filter_map(|call| call.ended.as_ref());
        at = ends.map(|(end, _)| *end).filter(|end| *end > at).min()?;
    }
}
