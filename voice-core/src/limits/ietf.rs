//! The IETF `RateLimit` fields, in the forms of the current draft and of the ones before it.
//!
//! - draft-ietf-httpapi-ratelimit-headers-10: `RateLimit: "default";r=50;t=30` and
//!   `RateLimit-Policy: "default";q=100;w=60`;
//! - draft 07: `RateLimit: limit=100, remaining=50, reset=30` and `RateLimit-Policy: 100;w=60`;
//! - up to draft 06: `RateLimit-Limit: 100, 100;w=60`, `RateLimit-Remaining`, `RateLimit-Reset`, of which only the
//!   policies inside the first need this module.
//!
//! A field is about policies (how much per window) or about the state (how much is left); the two meet by name.

use std::time::{Duration, SystemTime};

use super::structured::{Member, members, text};
use super::{RateWindow, Scope, Unit, moment, number};

/// The most windows kept from one answer; further ones are dropped.
const MAX_WINDOWS: usize = 32;

/// Windows in the making.
#[derive(Debug, Default)]
pub(super) struct Windows {
    /// Those that have a name, or that a header without one speaks of.
    named: Vec<RateWindow>,
    /// Policies without a name: how much, and per how long.
    nameless: Vec<(u64, Duration)>,
}

impl Windows {
    /// The window of that name, made when there is none; nothing once there are too many.
    pub(super) fn of(&mut self, scope: &Scope) -> Option<&mut RateWindow> {
        self.matching(scope, |window| window.scope() == scope)
    }

    fn matching(
        &mut self,
        scope: &Scope,
        fits: impl Fn(&RateWindow) -> bool,
    ) -> Option<&mut RateWindow> {
        let at = match self.named.iter().position(fits) {
            Some(at) => at,
            None if self.named.len() >= MAX_WINDOWS => return None,
            None => {
                self.named.push(RateWindow::new(scope.clone()));
                self.named.len() - 1
            }
        };
        self.named.get_mut(at)
    }

    /// Reads `RateLimit`.
    pub(super) fn read_state(&mut self, field: &str, now: SystemTime) {
        for member in members(field) {
            match member.value {
                Some(value) => self.read_entry(&member, value, now),
                None => self.read_service_limit(&member, now),
            }
        }
    }

    /// `limit=100`, `remaining=50` or `reset=30` of draft 07; the policy may hang on the limit.
    fn read_entry(&mut self, member: &Member<'_>, value: &str, now: SystemTime) {
        let set = match member.item {
            key if key.eq_ignore_ascii_case("limit") => {
                if let (Some(quota), Some(length)) = (number::count(value), window_of(member)) {
                    self.add_nameless(quota, length);
                }
                RateWindow::lower_limit
            }
            key if key.eq_ignore_ascii_case("remaining") => RateWindow::lower_remaining,
            key if key.eq_ignore_ascii_case("reset") => {
                if let Some(reset) = moment::reset(value, now)
                    && let Some(window) = self.of(&Scope::Default)
                {
                    window.raise_reset(reset);
                }
                return;
            }
            _ => return,
        };
        if let Some(count) = number::count(value)
            && let Some(window) = self.of(&Scope::Default)
        {
            set(window, count);
        }
    }

    /// `"default";r=50;t=30`.
    fn read_service_limit(&mut self, member: &Member<'_>, now: SystemTime) {
        let remaining = member.param("r").and_then(number::count);
        let reset = member.param("t").and_then(|t| moment::reset(t, now));
        let Some(name) = text(member.item).filter(|_| remaining.is_some() || reset.is_some())
        else {
            return;
        };
        let scope = Scope::named(&name);
        let known = self.named.iter().any(|window| *window.scope() == scope);
        let Some(window) = self.of(&scope) else {
            return;
        };
        if !known && matches!(scope, Scope::Other(_)) {
            // A policy counts requests unless its `qu` says otherwise, whatever it is called.
            *window = std::mem::take(window).with_unit(Unit::Requests);
        }
        if let Some(remaining) = remaining {
            window.lower_remaining(remaining);
        }
        if let Some(reset) = reset {
            window.raise_reset(reset);
        }
    }

    /// Reads `RateLimit-Policy`, and the older `RateLimit-Limit` where it carries more than a number.
    pub(super) fn read_policies(&mut self, field: &str) {
        for member in members(field).filter(|member| member.value.is_none()) {
            let length = window_of(&member);
            match number::count(member.item) {
                Some(quota) => match length {
                    Some(length) => self.add_nameless(quota, length),
                    None => {
                        if let Some(window) = self.of(&Scope::Default) {
                            window.lower_limit(quota);
                        }
                    }
                },
                None => self.read_policy(&member, length),
            }
        }
    }

    /// `"default";q=100;w=60;qu="requests"`.
    fn read_policy(&mut self, member: &Member<'_>, length: Option<Duration>) {
        let (Some(name), Some(quota)) =
            (text(member.item), member.param("q").and_then(number::count))
        else {
            return;
        };
        let scope = Scope::named(&name);
        let fits = |window: &RateWindow| {
            *window.scope() == scope
                && (length.is_none() || window.length().is_none() || window.length() == length)
        };
        let Some(window) = self.matching(&scope, fits) else {
            return;
        };
        let unit = match member.param("qu").and_then(text) {
            Some(unit) => Unit::named(&unit),
            None if matches!(scope, Scope::Tokens) => Unit::Tokens,
            None => Unit::Requests,
        };
        window.lower_limit(quota);
        let mut described = std::mem::take(window).with_unit(unit);
        if let Some(length) = length {
            described = described.with_length(length);
        }
        *window = described;
    }

    fn add_nameless(&mut self, quota: u64, length: Duration) {
        if self.nameless.len() < MAX_WINDOWS && !self.nameless.contains(&(quota, length)) {
            self.nameless.push((quota, length));
        }
    }

    /// The windows, after each nameless policy found its place: the one of the default window's limit (or the only one)
    /// tells that window's length, and every other becomes a window named after its length.
    pub(super) fn finish(mut self) -> Vec<RateWindow> {
        let current = self
            .named
            .iter()
            .find(|window| *window.scope() == Scope::Default)
            .and_then(RateWindow::limit);
        let alone = self.nameless.len() == 1;
        let mut described = false;
        for (quota, length) in std::mem::take(&mut self.nameless) {
            let is_current = !described && current.map_or(alone, |limit| limit == quota);
            let scope = if is_current {
                Scope::Default
            } else {
                Scope::of_length(length)
            };
            described |= is_current;
            if let Some(window) = self.of(&scope) {
                window.lower_limit(quota);
                *window = std::mem::take(window)
                    .with_length(length)
                    .with_unit(Unit::Requests);
            }
        }
        self.named
    }
}

/// The `w` of a policy: whole seconds, above zero.
fn window_of(member: &Member<'_>) -> Option<Duration> {
    let seconds = number::count(member.param("w")?)?;
    (seconds > 0).then(|| Duration::from_secs(seconds))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const NOW: SystemTime = SystemTime::UNIX_EPOCH;

    fn windows(state: &str, policies: &str) -> Vec<RateWindow> {
        let mut windows = Windows::default();
        windows.read_state(state, NOW);
        windows.read_policies(policies);
        windows.finish()
    }

    fn secs(seconds: u64) -> Duration {
        Duration::from_secs(seconds)
    }

    #[test]
    fn the_current_draft() {
        let expected = [
            RateWindow::new(Scope::Default)
                .with_limit(100)
                .with_remaining(50)
                .with_reset(secs(30))
                .with_length(secs(60)),
            RateWindow::new(Scope::Other("daily".to_owned()))
                .with_unit(Unit::ContentBytes)
                .with_limit(5_000)
                .with_remaining(7)
                .with_length(secs(86_400)),
        ];
        let state = r#""default";r=50;t=30, "daily";r=7"#;
        let policies =
            r#""default";q=100;w=60;pk=:YWJj:, "daily";q=5000;w=86400;qu="content-bytes""#;
        assert_eq!(windows(state, policies), expected);

        let mut other_way_round = Windows::default();
        other_way_round.read_policies(policies);
        other_way_round.read_state(state, NOW);
        assert_eq!(other_way_round.finish(), expected);
    }

    #[test]
    fn a_named_policy_counts_requests() {
        let read = windows(r#""burst";r=3;t=1"#, "");
        assert_eq!(read[0].unit(), &Unit::Requests);
        let read = windows(r#""tokens";r=3;t=1"#, r#""tokens";q=10;w=1"#);
        assert_eq!(read[0].unit(), &Unit::Tokens);
    }

    #[test]
    fn the_dictionary_of_draft_07() {
        let expected = [RateWindow::new(Scope::Default)
            .with_limit(100)
            .with_remaining(50)
            .with_reset(secs(30))
            .with_length(secs(60))];
        assert_eq!(
            windows("limit=100, remaining=50, reset=30", "100;w=60"),
            expected
        );
        assert_eq!(
            windows("limit=100;w=60, Remaining=50, reset=30", ""),
            expected
        );
    }

    #[test]
    fn several_nameless_policies_are_kept_apart() {
        let read = windows(
            "limit=50, remaining=2, reset=9",
            "10;w=1, 50;w=60;burst=1000, 1000;w=3600, 9;w=7",
        );
        assert_eq!(
            read,
            [
                RateWindow::new(Scope::Default)
                    .with_limit(50)
                    .with_remaining(2)
                    .with_reset(secs(9))
                    .with_length(secs(60)),
                RateWindow::new(Scope::Second).with_limit(10),
                RateWindow::new(Scope::Hour).with_limit(1_000),
                RateWindow::new(Scope::Other("7s".to_owned()))
                    .with_limit(9)
                    .with_length(secs(7))
                    .with_unit(Unit::Requests),
            ]
        );
    }

    #[test]
    fn two_policies_of_one_name_with_different_windows_stay_two() {
        let read = windows("", r#""default";q=10;w=1, "default";q=100;w=60"#);
        assert_eq!(read.len(), 2);
        assert_eq!(read[1].limit(), Some(100));
    }

    #[test]
    fn the_unit_of_a_policy_stays_whatever_else_is_named() {
        let mut read = Windows::default();
        read.read_policies(r#""daily";q=5;w=9;qu="content-bytes""#);
        read.read_state(r#""daily";r=2"#, NOW);
        assert_eq!(read.finish()[0].unit(), &Unit::ContentBytes);
        let read = windows(r#""default";r=5;t=1, "burst";r=3;t=1"#, "");
        assert_eq!(read[1].unit(), &Unit::Requests);
    }

    #[test]
    fn a_policy_said_twice_is_one() {
        let mut read = Windows::default();
        read.read_policies("100;w=60");
        read.read_policies("100;w=60");
        let expected = RateWindow::new(Scope::Default)
            .with_limit(100)
            .with_length(secs(60));
        assert_eq!(read.finish(), [expected]);
    }

    #[test]
    fn the_limit_of_the_default_window_tells_which_policy_is_its_own() {
        let mut read = Windows::default();
        read.read_policies(r#""burst";q=10;w=1"#);
        read.read_state("limit=50", NOW);
        read.read_policies("10;w=5, 50;w=60, 50;w=3600");
        let read = read.finish();
        let of = |scope: Scope| read.iter().find(move |window| *window.scope() == scope);
        assert_eq!(of(Scope::Default).unwrap().length(), Some(secs(60)));
        // A second policy of the same size is another window.
        assert_eq!(of(Scope::Hour).unwrap().limit(), Some(50));
        assert_eq!(of(Scope::named("5s")).unwrap().limit(), Some(10));
        assert_eq!(read.len(), 4);
    }

    #[test]
    fn a_window_of_no_length_is_a_plain_limit() {
        let expected = RateWindow::new(Scope::Default).with_limit(100);
        assert_eq!(windows("", "100;w=0"), [expected]);
        let read = windows("", "10;w=0, 50;w=60");
        assert_eq!(
            (read[0].scope(), read[0].limit()),
            (&Scope::Default, Some(10))
        );
        assert_eq!(
            (read[1].scope(), read[1].limit()),
            (&Scope::Minute, Some(50))
        );
    }

    #[test]
    fn many_lines_bring_no_more_windows_than_one() {
        let mut read = Windows::default();
        for line in 0..3 {
            let of = |policy: fn(u32) -> String| -> String {
                (0..30).map(|n| policy(line * 30 + n)).collect()
            };
            read.read_policies(&of(|n| format!("\"p{n}\";q=1;w=5,")));
            read.read_policies(&of(|n| format!("{};w=60,", n + 1)));
        }
        assert_eq!(read.nameless.len(), MAX_WINDOWS);
        assert_eq!(read.finish().len(), MAX_WINDOWS);
    }

    #[test]
    fn faults_are_left_out() {
        for (state, policies) in [
            (r#""default""#, r#""default""#),
            (r#""default";r=-1;t=x"#, r#""default";q=-1;w=60"#),
            ("limit=, remaining=-1, reset=NaN", "-100;w=60"),
            ("nonsense=5", "w=60"),
        ] {
            assert_eq!(windows(state, policies), [], "{state} / {policies}");
        }
        let many: String = (0..40).map(|n| format!("\"p{n}\";q=1;w=5,")).collect();
        assert_eq!(windows("", &many).len(), MAX_WINDOWS);
    }

    proptest! {
        #[test]
        fn no_field_panics(field in "[a-z\"0-9;=,. -]{0,80}|\\PC{0,80}", other in "(limit|remaining|reset|\"a\")[;=rtqw0-9, ]{0,40}") {
            for (state, policies) in [(&field, &other), (&other, &field)] {
                let read = windows(state, policies);
                prop_assert!(read.len() <= MAX_WINDOWS);
                for window in read {
                    prop_assert!(window.reset().unwrap_or_default() <= crate::limits::MAX_WAIT);
                }
            }
        }
    }
}
