//! The future of one waiter.

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Instant;

use super::memory::Core;
use super::queue::Ticket;
use super::state::Step;
use super::{LimitExceeded, Permit};
use crate::clock::Sleep;

/// Waits for a turn.
///
/// A turn is taken within the very poll that returns it, so there is no moment at which it could be lost: dropped before,
/// the future only leaves the queue; dropped after, the permit goes with it.
pub(super) struct Acquire {
    core: Arc<Core>,
    cost: u32,
    deadline: Instant,
    ticket: Option<Ticket>,
    alarm: Option<(Instant, Sleep)>,
}

impl Acquire {
    pub(super) fn new(core: Arc<Core>, cost: u32, deadline: Instant) -> Self {
        Self {
            core,
            cost,
            deadline,
            ticket: None,
            alarm: None,
        }
    }
}

impl Future for Acquire {
    type Output = Result<Permit, LimitExceeded>;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let this = self.get_mut();
        loop {
            let now = this.core.clock().now();
            let (step, next) =
                this.core
                    .lock()
                    .step(&mut this.ticket, this.cost, this.deadline, now, cx.waker());
            // Wakers run foreign code, so never under the lock.
            if let Some(next) = next {
                next.wake();
            }
            let until = match step {
                Step::Granted(grant) => {
                    return Poll::Ready(Ok(Permit::new(this.core.clone(), grant)));
                }
                Step::Refused(refusal) => return Poll::Ready(Err(refusal)),
                Step::Wait(until) => until,
            };
            let set = this.alarm.as_ref().is_some_and(|(at, _)| *at == until);
            if !set {
                let wait = until.saturating_duration_since(now);
                this.alarm = Some((until, this.core.clock().sleep(wait)));
            }
            if let Some((_, sleep)) = &mut this.alarm {
                match sleep.as_mut().poll(cx) {
                    Poll::Pending => return Poll::Pending,
                    Poll::Ready(()) => this.alarm = None,
                }
            }
        }
    }
}

impl Drop for Acquire {
    fn drop(&mut self) {
        if let Some(ticket) = self.ticket.take() {
            let next = self.core.lock().leave(ticket);
            if let Some(next) = next {
                next.wake();
            }
        }
    }
}
