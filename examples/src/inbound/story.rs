//! [`Story`]: what an example tells, and whether everything came as it should.

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

/// Tells a story line by line, and counts what did not come as it should. Clones share it.
#[derive(Clone)]
pub struct Story {
    tell: Arc<dyn Fn(&str) + Send + Sync>,
    misses: Arc<AtomicUsize>,
}

impl Story {
    /// Every line goes to `tell`.
    pub fn new(tell: impl Fn(&str) + Send + Sync + 'static) -> Self {
        Self {
            tell: Arc::new(tell),
            misses: Arc::default(),
        }
    }

    /// A new part.
    pub fn title(&self, text: &str) {
        (self.tell)("");
        (self.tell)(text);
    }

    /// One line.
    pub fn say(&self, text: &str) {
        (self.tell)(&format!("  {text}"));
    }

    /// One line about something that should be so.
    pub fn check(&self, what: &str, is_so: bool) {
        if is_so {
            self.say(what);
        } else {
            self.misses.fetch_add(1, Ordering::Relaxed);
            self.say(&format!("NOT AS EXPECTED: {what}"));
        }
    }

    /// Whether everything came as it should.
    #[must_use]
    pub fn is_good(&self) -> bool {
        self.misses.load(Ordering::Relaxed) == 0
    }
}

impl fmt::Debug for Story {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Story")
            .field("misses", &self.misses)
            .finish_non_exhaustive()
    }
}
