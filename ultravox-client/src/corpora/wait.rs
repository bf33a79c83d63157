//! Waiting for a source.

use std::time::Duration;

use voice_core::clock::Clock;
use voice_core::error::{Delivery, Error, ErrorKind};

use super::sources::GET_SOURCE;
use super::{CorpusSources, Source};
use crate::PROVIDER;
use crate::types::SourceId;

/// How long to wait for a source, and how often to look. Cloning and copying it is cheap.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct Patience {
    /// How long in all; 10 min.
    pub limit: Duration,
    /// The wait after the first look; 1 s. It grows by half each time, up to 15 s.
    pub first: Duration,
}

impl Patience {
    /// The longest wait between two looks.
    const LONGEST: Duration = Duration::from_secs(15);

    /// So long in all.
    #[must_use]
    pub fn new(limit: Duration) -> Self {
        Self {
            limit,
            ..Self::default()
        }
    }

    /// So long after the first look.
    #[must_use]
    pub fn first(mut self, wait: Duration) -> Self {
        self.first = wait;
        self
    }
}

impl Default for Patience {
    fn default() -> Self {
        Self {
            limit: Duration::from_secs(600),
            first: Duration::from_secs(1),
        }
    }
}

pub(super) async fn until_ready(
    clock: &dyn Clock,
    sources: &CorpusSources<'_>,
    id: &SourceId,
    patience: Patience,
    mut look: impl FnMut(&Source) + Send,
) -> Result<Source, Error> {
    let start = clock.now();
    let spent = || clock.now().saturating_duration_since(start);
    // A wait of nothing would be a loop that never rests.
    let mut wait = patience.first.max(Duration::from_millis(10));
    loop {
        let failure = match sources.get(id).await {
            Ok(source) => {
                look(&source);
                if source.is_ready() {
                    return Ok(source.into_inner());
                }
                None
            }
            Err(error) if error.is_transient() => Some(error),
            Err(error) => return Err(error),
        };
        let left = patience.limit.saturating_sub(spent());
        if left.is_zero() {
            return Err(failure.unwrap_or_else(|| too_late(patience.limit)));
        }
        clock.sleep(wait.min(left)).await;
        wait = wait.mul_f64(1.5).min(Patience::LONGEST);
    }
}

fn too_late(limit: Duration) -> Error {
    let message = format!("the source was not ready after {limit:?}");
    Error::new(ErrorKind::Timeout, message)
        .with_operation(PROVIDER, GET_SOURCE.name())
        .with_delivery(Delivery::Answered)
        .with_hint(
            "It goes on loading: wait again, with more patience; crawls of many pages take minutes",
        )
}
