//! From when and until when.

use std::time::SystemTime;

/// A stretch of time: the beginning belongs to it, the end does not. An end that is not set is open.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
#[non_exhaustive]
pub struct Window {
    /// The first moment.
    pub from: Option<SystemTime>,
    /// The first moment after it.
    pub until: Option<SystemTime>,
}

/// Where a moment stands to a [`Window`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum WindowState {
    /// Before it.
    Before,
    /// In it.
    Within,
    /// After it.
    After,
}

impl Window {
    /// A window with these ends.
    #[must_use]
    pub fn new(from: Option<SystemTime>, until: Option<SystemTime>) -> Self {
        Self { from, until }
    }

    /// Where `now` stands. A window that ends before it begins has no inside.
    ///
    /// ```
    /// use std::time::{Duration, UNIX_EPOCH};
    /// use promptops_client::experiments::{Window, WindowState};
    ///
    /// let at = |second| UNIX_EPOCH + Duration::from_secs(second);
    /// let window = Window::new(Some(at(10)), Some(at(20)));
    /// assert_eq!([9, 10, 19, 20].map(|second| window.state(at(second))), [
    ///     WindowState::Before, WindowState::Within, WindowState::Within, WindowState::After,
    /// ]);
    /// ```
    #[must_use]
    pub fn state(&self, now: SystemTime) -> WindowState {
        if self.until.is_some_and(|until| now >= until) {
            WindowState::After
        } else if self.from.is_some_and(|from| now < from) {
            WindowState::Before
        } else {
            WindowState::Within
        }
    }
}
