//! Which request gets which fault.

use std::collections::VecDeque;
use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use super::fault::Fault;
use super::request::RequestInfo;

/// A closure that chooses.
pub(super) type Choose = Arc<dyn Fn(&RequestInfo) -> Fault + Send + Sync>;

/// The queue, and the plan behind it.
#[derive(Default)]
pub(super) struct Plans {
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    queue: VecDeque<Fault>,
    plan: Plan,
}

enum Plan {
    Always(Fault),
    Random(Draw),
    Closure(Choose),
}

impl Default for Plan {
    fn default() -> Self {
        Self::Always(Fault::None)
    }
}

/// A weighted draw. What was drawn and not yet used is kept: a connection that is opened and never used draws for
/// whichever request comes next.
struct Draw {
    random: fastrand::Rng,
    weights: Vec<(u32, Fault)>,
    drawn: Option<Fault>,
}

impl Draw {
    fn peek(&mut self) -> &Fault {
        let next = self.drawn.take().unwrap_or_else(|| self.draw());
        self.drawn.insert(next)
    }

    fn next(&mut self) -> Fault {
        self.drawn.take().unwrap_or_else(|| self.draw())
    }

    fn draw(&mut self) -> Fault {
        let total: u64 = self
            .weights
            .iter()
            .map(|(weight, _)| u64::from(*weight))
            .sum();
        if total == 0 {
            return Fault::None;
        }
        let mut ticket = self.random.u64(0..total);
        for (weight, fault) in &self.weights {
            match ticket.checked_sub(u64::from(*weight)) {
                Some(rest) => ticket = rest,
                None => return fault.clone(),
            }
        }
        Fault::None
    }
}

impl Plans {
    pub(super) fn push(&self, fault: Fault) {
        self.state().queue.push_back(fault);
    }

    pub(super) fn always(&self, fault: Fault) {
        self.state().plan = Plan::Always(fault);
    }

    pub(super) fn random(&self, seed: u64, weights: &[(u32, Fault)]) {
        self.state().plan = Plan::Random(Draw {
            random: fastrand::Rng::with_seed(seed),
            weights: weights.to_vec(),
            drawn: None,
        });
    }

    pub(super) fn closure(&self, choose: Choose) {
        self.state().plan = Plan::Closure(choose);
    }

    /// Whether a new connection is to be refused; if so, that fault is used up.
    pub(super) fn refuses_connection(&self) -> bool {
        let mut state = self.state();
        if let Some(next) = state.queue.front() {
            let refuses = *next == Fault::RefuseConnection;
            if refuses {
                state.queue.pop_front();
            }
            return refuses;
        }
        match &mut state.plan {
            Plan::Always(fault) => *fault == Fault::RefuseConnection,
            Plan::Random(draw) => {
                let refuses = *draw.peek() == Fault::RefuseConnection;
                if refuses {
                    draw.next();
                }
                refuses
            }
            Plan::Closure(_) => false,
        }
    }

    /// The fault of a request.
    pub(super) fn choose(&self, request: &RequestInfo) -> Fault {
        let choose = {
            let mut state = self.state();
            if let Some(fault) = state.queue.pop_front() {
                return fault;
            }
            match &mut state.plan {
                Plan::Always(fault) => return fault.clone(),
                Plan::Random(draw) => return draw.next(),
                Plan::Closure(choose) => Arc::clone(choose),
            }
        };
        // Outside the lock: a closure may well push a fault.
        choose(request)
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl fmt::Debug for Plans {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Plans")
            .field("queued", &self.state().queue.len())
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn request() -> RequestInfo {
        RequestInfo {
            index: 0,
            connection: 0,
            request_line: "POST /calls?to=%2B14155552671 HTTP/1.1".to_owned(),
            headers: vec![("X-Api-Key".to_owned(), "abc".to_owned())],
        }
    }

    #[test]
    fn the_queue_goes_before_the_plan() {
        let plans = Plans::default();
        plans.always(Fault::Stall);
        plans.push(Fault::CloseIdle);
        plans.push(Fault::Truncate(3));
        let chosen: Vec<Fault> = (0..4).map(|_| plans.choose(&request())).collect();
        assert_eq!(
            chosen,
            [
                Fault::CloseIdle,
                Fault::Truncate(3),
                Fault::Stall,
                Fault::Stall
            ]
        );
    }

    #[test]
    fn only_the_next_fault_may_refuse_a_connection() {
        let plans = Plans::default();
        assert!(!plans.refuses_connection());
        plans.push(Fault::None);
        plans.push(Fault::RefuseConnection);
        assert!(!plans.refuses_connection());
        assert_eq!(plans.choose(&request()), Fault::None);
        assert!(plans.refuses_connection());
        assert!(!plans.refuses_connection());
        plans.always(Fault::RefuseConnection);
        assert!(plans.refuses_connection() && plans.refuses_connection());
    }

    #[test]
    fn a_seed_draws_the_same_faults_near_their_weights() {
        let draw = |seed| {
            let plans = Plans::default();
            plans.random(
                seed,
                &[(85, Fault::None), (0, Fault::Stall), (15, Fault::CloseIdle)],
            );
            (0..2_000)
                .map(|_| plans.choose(&request()))
                .collect::<Vec<_>>()
        };
        let drawn = draw(7);
        assert_eq!(drawn, draw(7));
        assert_ne!(drawn, draw(8));
        let faults = drawn
            .iter()
            .filter(|fault| **fault == Fault::CloseIdle)
            .count();
        assert!((240..360).contains(&faults), "{faults}");
        assert!(!drawn.contains(&Fault::Stall));
    }

    #[test]
    fn a_connection_that_is_not_refused_leaves_its_draw_to_the_next_request() {
        let weights = [
            (1, Fault::None),
            (1, Fault::CloseIdle),
            (1, Fault::RefuseConnection),
        ];
        let (peeked, plain) = (Plans::default(), Plans::default());
        peeked.random(3, &weights);
        plain.random(3, &weights);
        for _ in 0..200 {
            let next = if peeked.refuses_connection() || peeked.refuses_connection() {
                Fault::RefuseConnection
            } else {
                peeked.choose(&request())
            };
            assert_eq!(next, plain.choose(&request()));
        }
    }

    #[test]
    fn no_weight_is_no_fault() {
        let plans = Plans::default();
        plans.random(1, &[]);
        assert_eq!(plans.choose(&request()), Fault::None);
        plans.random(1, &[(0, Fault::Stall)]);
        assert_eq!(plans.choose(&request()), Fault::None);
    }

    #[test]
    fn a_closure_sees_the_head_and_debug_tells_no_secret() {
        let plans = Plans::default();
        plans.closure(Arc::new(|request| {
            let known = request.header("x-api-key") == Some("abc");
            let dials = request.method() == "POST" && request.target().starts_with("/calls");
            if known && dials {
                Fault::Stall
            } else {
                Fault::None
            }
        }));
        assert!(!plans.refuses_connection());
        assert_eq!(plans.choose(&request()), Fault::Stall);
        let debug = format!("{:?}", request());
        assert!(
            !debug.contains("abc") && !debug.contains("4155552"),
            "{debug}"
        );
    }
}
