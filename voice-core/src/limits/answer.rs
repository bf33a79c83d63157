//! [`RateLimits`]: everything one answer said about limits.

use std::time::Duration;

use super::{BodyHints, MAX_WAIT, RateWindow, Scope};

/// Whether the server wants the request sent again: the header `x-should-retry`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ShouldRetry {
    /// `true`: send it again, whatever the status is.
    Yes,
    /// `false`: do not.
    No,
}

/// What one answer said about rate limits. Empty, and without allocation, when it said nothing.
///
/// All times count from the moment the answer was read and are at most [`MAX_WAIT`]. Where an answer says a thing twice,
/// the more careful statement is kept: the smaller limit, the smaller remainder, the longer wait.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct RateLimits {
    /// Boxed, so that the usual answer without any such header costs one word.
    said: Option<Box<Said>>,
}

#[derive(Debug, Clone, PartialEq, Default)]
pub(super) struct Said {
    pub(super) windows: Vec<RateWindow>,
    pub(super) retry_after: Option<Duration>,
    pub(super) body_reset: Option<Duration>,
    pub(super) should_retry: Option<ShouldRetry>,
    pub(super) concurrent_requests: Option<u32>,
}

impl RateLimits {
    pub(super) fn from_said(said: Said) -> Self {
        let said = (said != Said::default()).then(|| Box::new(said));
        Self { said }
    }

    fn said_mut(&mut self) -> &mut Said {
        self.said.get_or_insert_default()
    }

    /// Whether the answer said nothing about limits.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.said.is_none()
    }

    /// Every quota the answer named, in the order they were found.
    pub fn windows(&self) -> impl Iterator<Item = &RateWindow> {
        self.said.iter().flat_map(|said| said.windows.iter())
    }

    /// The first quota of that name.
    ///
    /// ```
    /// use std::time::SystemTime;
    /// use voice_core::limits::{self, Scope};
    ///
    /// # fn main() -> Result<(), http::header::InvalidHeaderValue> {
    /// let mut headers = http::HeaderMap::new();
    /// headers.insert("x-ratelimit-remaining-project-tokens", "250".try_into()?);
    /// let limits = limits::read(&headers, SystemTime::UNIX_EPOCH);
    /// let window = limits.window(&Scope::named("project-tokens"));
    /// assert_eq!(window.and_then(|window| window.remaining()), Some(250));
    /// # Ok(())
    /// # }
    /// ```
    #[must_use]
    pub fn window(&self, scope: &Scope) -> Option<&RateWindow> {
        self.windows().find(|window| window.scope() == scope)
    }

    /// The quota that binds first: an exhausted one before others, one that counts requests before one that counts
    /// tokens, then the one with the least left.
    #[must_use]
    pub fn tightest(&self) -> Option<&RateWindow> {
        self.windows().min_by_key(|window| window.tightness())
    }

    /// The limit of the [`tightest`](Self::tightest) quota.
    #[must_use]
    pub fn limit(&self) -> Option<u64> {
        self.tightest()?.limit()
    }

    /// What is left of the [`tightest`](Self::tightest) quota.
    #[must_use]
    pub fn remaining(&self) -> Option<u64> {
        self.tightest()?.remaining()
    }

    /// Time until the [`tightest`](Self::tightest) quota starts anew.
    #[must_use]
    pub fn reset(&self) -> Option<Duration> {
        self.tightest()?.reset()
    }

    /// How long the server asks to wait: `retry-after-ms`, else `Retry-After`, else `retry_after` of the body.
    #[must_use]
    pub fn retry_after(&self) -> Option<Duration> {
        self.said.as_ref()?.retry_after
    }

    /// Time until every exhausted quota has started anew; nothing when none is exhausted or none says when.
    #[must_use]
    pub fn reset_in(&self) -> Option<Duration> {
        self.windows()
            .filter(|window| window.is_exhausted())
            .filter_map(RateWindow::reset)
            .max()
    }

    /// The best guess how long to wait **after a refusal**: [`retry_after`](Self::retry_after), else
    /// [`reset_in`](Self::reset_in), else `reset_time` of the body, else the reset of a quota that does not say what is
    /// left. A quota that has some left is not why the request was refused, and tells nothing.
    #[must_use]
    pub fn wait_hint(&self) -> Option<Duration> {
        self.retry_after()
            .or_else(|| self.reset_in())
            .or_else(|| self.said.as_ref()?.body_reset)
            .or_else(|| {
                self.windows()
                    .filter(|window| window.remaining().is_none())
                    .filter_map(RateWindow::reset)
                    .max()
            })
    }

    /// Whether the server wants the request sent again.
    #[must_use]
    pub fn should_retry(&self) -> Option<ShouldRetry> {
        self.said.as_ref()?.should_retry
    }

    /// Requests the account has in flight, by the server's count: `Twilio-Concurrent-Requests`.
    #[must_use]
    pub fn concurrent_requests(&self) -> Option<u32> {
        self.said.as_ref()?.concurrent_requests
    }

    /// Adds what the body said, where the headers are silent.
    #[must_use]
    pub fn with_body_hints(mut self, hints: &BodyHints) -> Self {
        if hints.is_empty() {
            return self;
        }
        let said = self.said_mut();
        said.retry_after = said.retry_after.or(hints.retry_after());
        said.body_reset = said.body_reset.or(hints.reset_in());
        if hints.limit().is_some() || hints.remaining().is_some() || hints.reset_in().is_some() {
            let at = said
                .windows
                .iter()
                .position(|window| *window.scope() == Scope::Default);
            let mut window = match at {
                Some(at) => said.windows.remove(at),
                None => RateWindow::new(Scope::Default),
            };
            if let (None, Some(limit)) = (window.limit(), hints.limit()) {
                window = window.with_limit(limit);
            }
            if let (None, Some(remaining)) = (window.remaining(), hints.remaining()) {
                window = window.with_remaining(remaining);
            }
            if let (None, Some(reset)) = (window.reset(), hints.reset_in()) {
                window = window.with_reset(reset);
            }
            said.windows
                .insert(at.unwrap_or(said.windows.len()), window);
        }
        self
    }

    /// Sets the wait the server asks for, at most [`MAX_WAIT`]; for a provider that says it in a way of its own, for
    /// simulators and for tests.
    #[must_use]
    pub fn with_retry_after(mut self, wait: Duration) -> Self {
        self.said_mut().retry_after = Some(wait.min(MAX_WAIT));
        self
    }

    /// Adds a quota.
    #[must_use]
    pub fn with_window(mut self, window: RateWindow) -> Self {
        self.said_mut().windows.push(window);
        self
    }

    /// Sets the server's count of requests in flight.
    #[must_use]
    pub fn with_concurrent_requests(mut self, requests: u32) -> Self {
        self.said_mut().concurrent_requests = Some(requests);
        self
    }

    /// Sets whether the server wants the request sent again.
    #[must_use]
    pub fn with_should_retry(mut self, should_retry: ShouldRetry) -> Self {
        self.said_mut().should_retry = Some(should_retry);
        self
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn secs(seconds: u64) -> Duration {
        Duration::from_secs(seconds)
    }

    fn window(scope: Scope, limit: u64, remaining: u64, reset: u64) -> RateWindow {
        RateWindow::new(scope)
            .with_limit(limit)
            .with_remaining(remaining)
            .with_reset(secs(reset))
    }

    #[test]
    fn an_answer_that_says_nothing_is_one_empty_word() {
        let limits = RateLimits::default();
        assert!(limits.is_empty());
        assert_eq!(size_of::<RateLimits>(), size_of::<usize>());
        assert_eq!(limits.limit(), None);
        assert_eq!(limits.wait_hint(), None);
        assert_eq!(RateLimits::from_said(Said::default()), limits);
    }

    #[test]
    fn the_tightest_window_is_the_one_that_binds_first() {
        let limits = RateLimits::default()
            .with_window(window(Scope::Hour, 3_600, 900, 2_000))
            .with_window(window(Scope::Minute, 60, 5, 20))
            .with_window(window(Scope::Tokens, 1_000, 1, 2));
        assert!(!limits.is_empty());
        assert_eq!(limits.limit(), Some(60));
        assert_eq!(limits.remaining(), Some(5));
        assert_eq!(limits.reset(), Some(secs(20)));
        assert_eq!(limits.reset_in(), None);

        let limits = limits
            .with_window(window(Scope::Other("x".to_owned()), 9, 0, 3))
            .with_window(window(Scope::Day, 10, 0, 70));
        assert_eq!(limits.tightest().unwrap().scope(), &Scope::Day);
        assert_eq!(limits.reset_in(), Some(secs(70)));
    }

    #[test]
    fn what_is_set_is_said() {
        let limits = RateLimits::default()
            .with_should_retry(ShouldRetry::No)
            .with_concurrent_requests(7);
        assert_eq!(limits.should_retry(), Some(ShouldRetry::No));
        assert_eq!(limits.concurrent_requests(), Some(7));
        assert_eq!(limits.retry_after(), None);
    }

    #[test]
    fn the_order_of_the_wait() {
        let unknown = RateWindow::new(Scope::Default).with_reset(secs(40));
        let limits = RateLimits::default().with_window(window(Scope::Hour, 9, 4, 90));
        assert_eq!(limits.wait_hint(), None);
        let limits = limits.with_window(unknown);
        assert_eq!(limits.wait_hint(), Some(secs(40)));
        let limits = limits.with_window(window(Scope::Minute, 60, 0, 30));
        assert_eq!(limits.wait_hint(), Some(secs(30)));
        let limits = limits.with_retry_after(secs(5));
        assert_eq!(limits.wait_hint(), Some(secs(5)));
        assert_eq!(limits.reset_in(), Some(secs(30)));
        assert_eq!(
            RateLimits::default()
                .with_retry_after(Duration::MAX)
                .retry_after(),
            Some(MAX_WAIT)
        );
    }
}
