//! What the server says is left of its own windows.
//!
//! `X-RateLimit-Remaining` counts what the server had seen when it answered; requests then on their way are not in it.
//! So the lowest remainder heard within a window bounds how many may be in flight until the window ends: each answer
//! lowers the remainder by one and frees one place, and the server's limit is met exactly however answers overtake one
//! another.

use std::time::{Duration, Instant};

use super::super::Scope;

/// The most quotas remembered.
const MAX_QUOTAS: usize = 8;
/// A reset this much later than the one known belongs to a later window; anything nearer is rounding to whole seconds.
const NEXT_WINDOW: Duration = Duration::from_secs(2);

/// The rest of one window of the server.
#[derive(Debug)]
pub(super) struct Quota {
    scope: Scope,
    /// The lowest remainder heard.
    pub(super) remaining: u64,
    /// When it no longer matters.
    pub(super) reset_at: Instant,
}

/// The rests of all windows of the server that are not over yet.
#[derive(Debug, Default)]
pub(super) struct Quotas {
    known: Vec<Quota>,
}

impl Quotas {
    /// Forgets windows that are over.
    pub(super) fn prune(&mut self, now: Instant) {
        self.known.retain(|quota| quota.reset_at > now);
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = &Quota> {
        self.known.iter()
    }

    pub(super) fn is_empty(&self) -> bool {
        self.known.is_empty()
    }

    /// Takes in what an answer said. Within a window only a lower remainder counts: answers overtake one another.
    pub(super) fn note(&mut self, scope: &Scope, remaining: u64, reset_at: Instant) {
        if let Some(quota) = self.known.iter_mut().find(|quota| quota.scope == *scope) {
            let next = reset_at.saturating_duration_since(quota.reset_at) > NEXT_WINDOW;
            if next || remaining < quota.remaining {
                quota.remaining = remaining;
                quota.reset_at = reset_at;
            }
        } else if self.known.len() < MAX_QUOTAS {
            self.known.push(Quota {
                scope: scope.clone(),
                remaining,
                reset_at,
            });
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[allow(
        clippy::disallowed_methods,
        reason = "any origin will do for arithmetic on instants"
    )]
    fn origin() -> Instant {
        Instant::now()
    }

    fn only(quotas: &Quotas) -> (u64, Instant) {
        let mut all = quotas.iter();
        let quota = all.next().unwrap();
        assert!(all.next().is_none());
        (quota.remaining, quota.reset_at)
    }

    #[test]
    fn the_lowest_remainder_of_a_window_holds_until_its_end() {
        let t0 = origin();
        let at = |secs| t0 + Duration::from_secs(secs);
        let mut quotas = Quotas::default();
        quotas.note(&Scope::Default, 5, at(30));
        quotas.note(&Scope::Default, 7, at(31));
        assert_eq!(only(&quotas), (5, at(30)));
        quotas.note(&Scope::Default, 3, at(29));
        assert_eq!(only(&quotas), (3, at(29)));
        quotas.note(&Scope::Default, 60, at(90));
        assert_eq!(only(&quotas), (60, at(90)));
        quotas.prune(at(90));
        assert!(quotas.is_empty());
    }

    #[test]
    fn no_more_quotas_than_can_be_kept() {
        let t0 = origin();
        let mut quotas = Quotas::default();
        for n in 0..100 {
            quotas.note(&Scope::Other(n.to_string()), 1, t0);
        }
        assert_eq!(quotas.iter().count(), MAX_QUOTAS);
    }
}
