//! Those who wait, in the order of asking.

use std::collections::BTreeMap;
use std::task::Waker;
use std::time::Instant;

/// A place in the queue. Later ones are larger.
pub(super) type Ticket = u64;

#[derive(Debug)]
struct Waiter {
    cost: u32,
    deadline: Instant,
    waker: Waker,
}

/// The queue. Joining, leaving (from any place) and finding the first take logarithmic time.
#[derive(Debug, Default)]
pub(super) struct Queue {
    waiters: BTreeMap<Ticket, Waiter>,
    next: Ticket,
    tokens: u64,
}

impl Queue {
    pub(super) fn len(&self) -> usize {
        self.waiters.len()
    }

    pub(super) fn is_empty(&self) -> bool {
        self.waiters.is_empty()
    }

    /// What all who wait ask for, together.
    pub(super) fn tokens(&self) -> u64 {
        self.tokens
    }

    pub(super) fn is_first(&self, ticket: Ticket) -> bool {
        self.waiters
            .first_key_value()
            .is_some_and(|(first, _)| *first == ticket)
    }

    /// Takes the last place.
    pub(super) fn join(&mut self, cost: u32, deadline: Instant, waker: &Waker) -> Ticket {
        let ticket = self.next;
        self.next = self.next.wrapping_add(1);
        self.tokens = self.tokens.saturating_add(u64::from(cost));
        let waiter = Waiter {
            cost,
            deadline,
            waker: waker.clone(),
        };
        self.waiters.insert(ticket, waiter);
        ticket
    }

    /// Renews the waker of a waiter that was polled again.
    pub(super) fn renew(&mut self, ticket: Ticket, waker: &Waker) {
        if let Some(waiter) = self.waiters.get_mut(&ticket) {
            waiter.waker.clone_from(waker);
        }
    }

    /// Gives up a place. When it was the first, the waker of the one whose turn it is now.
    pub(super) fn leave(&mut self, ticket: Ticket) -> Option<Waker> {
        let was_first = self.is_first(ticket);
        let waiter = self.waiters.remove(&ticket)?;
        self.tokens = self.tokens.saturating_sub(u64::from(waiter.cost));
        was_first.then(|| self.first()).flatten()
    }

    /// The waker of the first.
    pub(super) fn first(&self) -> Option<Waker> {
        self.waiters
            .first_key_value()
            .map(|(_, waiter)| waiter.waker.clone())
    }

    /// The wakers of all who cannot wait until `moment`.
    pub(super) fn not_until(&self, moment: Instant) -> Vec<Waker> {
        self.waiters
            .values()
            .filter(|waiter| waiter.deadline < moment)
            .map(|waiter| waiter.waker.clone())
            .collect()
    }
}
