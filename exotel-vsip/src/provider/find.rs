//! Finds the call that a dial with an unknown outcome may have placed.
//!
//! The call carries its key in `CustomField`; where an answer gives that back it decides. Where it does not, a call can only
//! be the dial's own when everything else fits: the same two numbers, not inbound, not a leg of another call, not known to
//! belong to another dial, and ordered about the time of sending.

use std::time::{Duration, SystemTime};

use jiff::civil::DateTime;
use jiff::tz::{Offset, TimeZone};
use jiff::{Span, Timestamp};
use voice_core::error::Error;
use voice_core::provider::{CallId, DialOwner, FindCall, Found};

use super::call::{ExotelCalls, shared};
use super::custom::key_of;
use crate::voice::number::{is_same, spellings};
use crate::voice::{Call, CallSid, CivilTime, Direction, ListCalls, TimeRange};

/// How far the clocks of this machine and of Exotel may be apart, either way.
const SKEW: Duration = Duration::from_secs(5);
/// How much wider the list is asked for.
const MARGIN: Duration = Duration::from_secs(60);
/// More calls to one number within such a time are beyond telling apart: [`Found::Several`], also when none of those that
/// were read can be it.
const MOST: u64 = 500;
/// Details that one look reads.
const MOST_DETAILS: usize = 10;
/// Zones lie between 12 hours behind UTC and 14 ahead of it, in quarters of an hour.
const ZONES: (i64, i64) = (-12 * 3600, 14 * 3600);
const QUARTER: i64 = 900;

pub(super) async fn find(calls: &ExotelCalls, wanted: &FindCall) -> Result<Found, Error> {
    let voice = calls.client.voice();
    if let Some(sid) = calls.ledger.call_of(&wanted.key) {
        match voice.details(&sid).await {
            Ok(call) => return Ok(one(&sid, &call)),
            Err(error) if error.is_not_found() => {}
            Err(error) => return Err(error),
        }
    }
    let window = Window::of(wanted, calls.zone.clone());
    let mut list = ListCalls::new()
        .spelt_from(spellings(wanted.to))
        .page_size(ListCalls::MAX_PAGE_SIZE);
    if let Some(range) = window.range() {
        list = list.created(range);
    }
    let mut list = voice.list(&list).limit(MOST);
    let mut silent: Vec<(CallSid, Call)> = Vec::new();
    let mut read = 0;
    while let Some(call) = list.next().await {
        let call = call?;
        read += 1;
        let Some(sid) = call.sid.clone().filter(|_| is_dial_of(&call, wanted)) else {
            continue;
        };
        match verdict(calls, &sid, &call, wanted) {
            Some(true) => return Ok(claimed(calls, &sid, &call, wanted)),
            Some(false) => {}
            None if window.fit(&call) == Fit::No => {}
            None => silent.push((sid, call)),
        }
    }

    let mut candidates: Vec<(CallSid, Call, Fit)> = Vec::new();
    for (at, (sid, listed)) in silent.into_iter().enumerate() {
        let call = if at < MOST_DETAILS {
            match voice.details(&sid).await {
                Ok(call) => call.into_inner(),
                Err(error) if error.is_not_found() => continue,
                Err(error) => return Err(error),
            }
        } else {
            listed
        };
        match verdict(calls, &sid, &call, wanted) {
            Some(true) => return Ok(claimed(calls, &sid, &call, wanted)),
            Some(false) => {}
            None if !is_dial_of(&call, wanted) => {}
            None => match window.fit(&call) {
                Fit::No => {}
                // Its details, which might say whose it is, were not read.
                Fit::Sure if at >= MOST_DETAILS => candidates.push((sid, call, Fit::Perhaps)),
                fit => candidates.push((sid, call, fit)),
            },
        }
    }
    // Where the list was not read to its end, the call may stand behind it.
    let whole = read < MOST;
    Ok(match candidates.as_slice() {
        [] if whole => Found::Nothing,
        [(sid, call, Fit::Sure)] if whole && !calls.ledger.has_rival(wanted) => {
            claimed(calls, sid, call, wanted)
        }
        several => Found::Several(several.iter().map(|(sid, ..)| CallId::from(sid)).collect()),
    })
}

/// Whether a call is the asker's; `None` when neither its key nor the ledger tells.
fn verdict(calls: &ExotelCalls, sid: &CallSid, call: &Call, wanted: &FindCall) -> Option<bool> {
    if let Some(text) = &call.custom_field {
        return Some(key_of(text).is_some_and(|key| key == wanted.key));
    }
    match calls.ledger.owner(sid, &wanted.key) {
        DialOwner::Asker => Some(true),
        DialOwner::Another => Some(false),
        DialOwner::Nobody => None,
    }
}

fn claimed(calls: &ExotelCalls, sid: &CallSid, call: &Call, wanted: &FindCall) -> Found {
    calls.ledger.claim(sid, &wanted.key);
    one(sid, call)
}

fn one(sid: &CallSid, call: &Call) -> Found {
    Found::One(Box::new(shared(sid, call)))
}

/// The same numbers as far as they are told, not inbound, and no leg of another call.
fn is_dial_of(call: &Call, wanted: &FindCall) -> bool {
    let person = call.from.as_deref();
    // The property's name promises an id, and one vendor page means it.
    let exophone = call.phone_number.as_deref().filter(|text| {
        text.bytes()
            .all(|byte| byte.is_ascii_digit() || matches!(byte, b'+' | b' ' | b'-'))
    });
    person.is_none_or(|text| is_same(text, wanted.to))
        && exophone.is_none_or(|text| is_same(text, wanted.from))
        && call.direction != Some(Direction::Inbound)
        && call.parent_call_sid.is_none()
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Fit {
    /// Ordered within the window.
    Sure,
    /// Perhaps: the zone or the time is not known.
    Perhaps,
    /// Ordered at another time.
    No,
}

/// When the call would have been ordered.
struct Window {
    from: SystemTime,
    until: SystemTime,
    zone: Option<TimeZone>,
}

impl Window {
    /// From just before sending until no request could still have turned into a call.
    fn of(wanted: &FindCall, zone: Option<TimeZone>) -> Self {
        let from = wanted.sent_from.checked_sub(SKEW);
        Self {
            from: from.unwrap_or(SystemTime::UNIX_EPOCH),
            until: wanted
                .settled_after()
                .checked_add(SKEW)
                .unwrap_or(wanted.sent_until),
            zone,
        }
    }

    /// What to ask the list for: in every zone where none is named.
    fn range(&self) -> Option<TimeRange> {
        let from = Timestamp::try_from(self.from.checked_sub(MARGIN)?).ok()?;
        let until = Timestamp::try_from(self.until.checked_add(MARGIN)?).ok()?;
        let (from, until) = match &self.zone {
            // The clocks may change in between, and then its end may read earlier than its begin.
            Some(zone) => {
                let offsets = [zone.to_offset(from), zone.to_offset(until)];
                let [first, second] = offsets.map(|offset| offset.to_datetime(from));
                let [third, fourth] = offsets.map(|offset| offset.to_datetime(until));
                (first.min(second), third.max(fourth))
            }
            None => (shifted(from, ZONES.0)?, shifted(until, ZONES.1)?),
        };
        TimeRange::new(from, until).ok()
    }

    fn fit(&self, call: &Call) -> Fit {
        let Some(created) = &call.date_created else {
            return Fit::Perhaps;
        };
        match &self.zone {
            Some(zone) => match created.moments(zone) {
                Some((time, other)) if time == other && self.holds(time) => Fit::Sure,
                // An hour that the clocks repeat: it may be the other one.
                Some((time, other)) if self.holds(time) || self.holds(other) => Fit::Perhaps,
                Some(_) => Fit::No,
                None => Fit::Perhaps,
            },
            None if self.fits_some_zone(created) => Fit::Perhaps,
            None => Fit::No,
        }
    }

    /// The time is in whole seconds, rounded down.
    fn holds(&self, time: SystemTime) -> bool {
        time + Duration::from_secs(1) > self.from && time <= self.until
    }

    /// Whether the time lies in the window in any zone there is. One that cannot be read may.
    fn fits_some_zone(&self, created: &CivilTime) -> bool {
        let bounds = || {
            let time = created.at(&TimeZone::UTC)?;
            let second = |time: SystemTime| Some(Timestamp::try_from(time).ok()?.as_second());
            let time = second(time)?;
            Some((time - second(self.until)?, time + 1 - second(self.from)?))
        };
        let Some((least, most)) = bounds() else {
            return true;
        };
        // The smallest offset in the window that is a multiple of a quarter of an hour.
        let offset = least.max(ZONES.0).div_euclid(QUARTER) * QUARTER;
        let offset = if offset < least.max(ZONES.0) {
            offset + QUARTER
        } else {
            offset
        };
        offset <= most.min(ZONES.1)
    }
}

fn shifted(time: Timestamp, seconds: i64) -> Option<DateTime> {
    let civil = Offset::UTC.to_datetime(time);
    civil.checked_add(Span::new().seconds(seconds)).ok()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use voice_core::ident::E164;
    use voice_core::provider::{CallKey, Connect, JoinUrl, PlaceCall};

    use super::*;

    fn at(seconds: u64) -> SystemTime {
        SystemTime::UNIX_EPOCH + Duration::from_secs(seconds)
    }

    fn wanted(from: u64, until: u64) -> FindCall {
        let to = E164::parse("+919876543210").unwrap();
        let exophone = E164::parse("+918047112345").unwrap();
        let connect = Connect::Session(JoinUrl::new("wss://a.example/x").unwrap());
        let order = PlaceCall::new(to, exophone, connect, CallKey::new("vk1").unwrap());
        FindCall::of(&order, at(from), at(until))
    }

    fn call(seconds: i64, offset: i32) -> Call {
        let zone = Offset::from_seconds(offset).unwrap();
        let mut call = Call::default();
        let time = zone.to_datetime(Timestamp::from_second(seconds).unwrap());
        call.date_created = Some(CivilTime::from(time));
        call
    }

    #[test]
    fn with_a_zone_the_window_is_sharp() {
        let window = Window::of(&wanted(1_000_000, 1_000_030), Some(crate::voice::india()));
        for (seconds, fit) in [
            (999_993, Fit::No),
            (999_995, Fit::Sure),
            (1_000_070, Fit::Sure),
            (1_000_071, Fit::No),
        ] {
            assert_eq!(window.fit(&call(seconds, 19_800)), fit, "{seconds}");
        }
        assert_eq!(window.fit(&Call::default()), Fit::Perhaps);
        assert!(window.range().unwrap().fits_a_request());
    }

    #[test]
    fn an_hour_that_the_clocks_repeat_is_left_out_neither_time() {
        let zone = TimeZone::posix("EST5EDT,M3.2.0,M11.1.0").unwrap();
        // 2026-11-01 01:59:50 -04:00; ten seconds later the clocks show 01:00:00 again.
        let change = 1_793_512_790;
        for from in [change - 1800, change, change + 30, change + 1800] {
            let window = Window::of(&wanted(from, from + 30), Some(zone.clone()));
            let range = window.range().unwrap();
            for created in [from, from + 10, from + 30, from + 65] {
                let civil = zone.to_datetime(Timestamp::from_second(created as i64).unwrap());
                let call = Call {
                    date_created: Some(CivilTime::from(civil)),
                    ..Call::default()
                };
                assert_ne!(window.fit(&call), Fit::No, "{from} {created} {civil}");
                assert!(
                    range.from() <= civil && civil <= range.until(),
                    "{from} {created} {range}"
                );
            }
            assert!(range.fits_a_request());
        }
    }

    #[test]
    fn without_a_zone_only_times_that_no_zone_explains_are_left_out() {
        let window = Window::of(&wanted(1_000_000, 1_000_030), None);
        for (seconds, offset, fit) in [
            (1_000_000, 19_800, Fit::Perhaps),
            (1_000_000, 0, Fit::Perhaps),
            (1_000_000, -12 * 3600, Fit::Perhaps),
            (1_000_000, 14 * 3600, Fit::Perhaps),
            (1_000_000, 15 * 3600, Fit::No),
            (1_000_300, 19_800, Fit::No),
            (999_900, 19_800, Fit::No),
        ] {
            assert_eq!(
                window.fit(&call(seconds, offset)),
                fit,
                "{seconds} {offset}"
            );
        }
    }

    proptest! {
        #[test]
        fn a_call_within_the_window_is_never_left_out(from in 100_000u64..4_000_000_000, length in 0u64..120, into in 0u64..200, quarter in -48i32..=56) {
            let window = Window::of(&wanted(from, from + length), None);
            let created = (from + into.min(length + 35)) as i64;
            let call = call(created, quarter * 900);
            prop_assert_eq!(window.fit(&call), Fit::Perhaps);
            let range = window.range().unwrap();
            let civil = call.date_created.unwrap().civil().unwrap();
            prop_assert!(range.from() <= civil && civil <= range.until());
        }
    }
}
