//! Measuring contenders in turn.
//!
//! All contenders of a comparison run in one process, one short batch of each after another (A B C, C B A, A B C, …), so that
//! whatever else the machine does strikes all of them alike. The figure of a contender is the median of its batches, and a
//! ratio is one of medians. Batches are as long as [`Options::batch`] says, by a count that is found in the warm-up.
//!
//! Time is measured twice: on the clock, and as the processor time of this thread, which does not count the time others had
//! the processor. A contender must therefore do its work on the thread it is called on: for asynchronous ones use a
//! current-thread runtime.

use std::hint::black_box;
use std::time::{Duration, Instant};

use cpu_time::ThreadTime;
use tokio::runtime::Runtime;

use crate::counting;
use crate::options::Options;

/// Does something so many times.
pub type Batch<'a> = Box<dyn FnMut(u64) + 'a>;

/// The figures of one contender, of one operation each.
#[derive(Debug, Clone, Copy, PartialEq)]
#[non_exhaustive]
pub struct Figures {
    /// Nanoseconds on the clock: the median.
    pub wall: f64,
    /// Nanoseconds of processor time of the thread, user and system: the median.
    pub cpu: f64,
    /// Allocations: the mean.
    pub allocations: f64,
    /// Bytes allocated: the mean.
    pub bytes: f64,
}

/// A contender that does one thing again and again. What it returns is kept from being optimised away, and is dropped within
/// the time.
pub fn each<'a, T>(mut operation: impl FnMut() -> T + 'a) -> Batch<'a> {
    Box::new(move |times| {
        for _ in 0..times {
            black_box(operation());
        }
    })
}

/// The same for a future, one after another in one `block_on`.
///
/// The runtime should be a current-thread one; see the [module](self).
pub fn each_async<'a, F: Future>(
    runtime: &'a Runtime,
    mut operation: impl FnMut() -> F + 'a,
) -> Batch<'a> {
    Box::new(move |times| {
        runtime.block_on(async {
            for _ in 0..times {
                black_box(operation().await);
            }
        });
    })
}

/// Measures two contenders in turn.
pub fn pair<'a>(options: &Options, ours: Batch<'a>, peer: Batch<'a>) -> (Figures, Figures) {
    match in_turn(options, vec![ours, peer])[..] {
        [ours, peer] => (ours, peer),
        _ => unreachable!("as many figures as contenders"),
    }
}

/// Measures any number of contenders in turn; the figures come in their order.
pub fn in_turn(options: &Options, contenders: Vec<Batch<'_>>) -> Vec<Figures> {
    let mut contenders: Vec<Contender<'_>> = contenders
        .into_iter()
        .map(|run| Contender::warmed_up(run, options))
        .collect();
    for round in 0..options.rounds.max(1) {
        if round % 2 == 0 {
            contenders.iter_mut().for_each(Contender::measure);
        } else {
            contenders.iter_mut().rev().for_each(Contender::measure);
        }
    }
    contenders.into_iter().map(Contender::figures).collect()
}

struct Contender<'a> {
    run: Batch<'a>,
    /// Operations in a batch.
    times: u64,
    wall: Vec<f64>,
    cpu: Vec<f64>,
}

impl<'a> Contender<'a> {
    /// Runs it for a while, and finds out how many operations fill a batch.
    fn warmed_up(mut run: Batch<'a>, options: &Options) -> Self {
        let mut times = 1_u64;
        let mut spent = Duration::ZERO;
        loop {
            let took = timed(&mut run, times).0;
            spent += took;
            if took < options.batch {
                // By the batch that just ran, and never more than tenfold, since a first one may be far off.
                let factor = options.batch.as_secs_f64() / took.as_secs_f64().max(1e-9);
                times = (times as f64 * factor.clamp(1.2, 10.0)).ceil() as u64;
            } else if spent >= options.warm_up {
                let factor = options.batch.as_secs_f64() / took.as_secs_f64();
                times = ((times as f64 * factor).ceil() as u64).max(1);
                return Self {
                    run,
                    times,
                    wall: Vec::with_capacity(options.rounds),
                    cpu: Vec::with_capacity(options.rounds),
                };
            }
        }
    }

    fn measure(&mut self) {
        let (wall, cpu) = timed(&mut self.run, self.times);
        let of_one = |time: Duration| time.as_secs_f64() * 1e9 / self.times as f64;
        self.wall.push(of_one(wall));
        self.cpu.push(of_one(cpu));
    }

    fn figures(mut self) -> Figures {
        let times = self.times.min(100);
        let ((), allocated) = counting::count(|| (self.run)(times));
        let of_one = |count: u64| count as f64 / times as f64;
        Figures {
            wall: median(&mut self.wall),
            cpu: median(&mut self.cpu),
            allocations: of_one(allocated.count),
            bytes: of_one(allocated.bytes),
        }
    }
}

/// One batch: on the clock, and in processor time.
#[allow(clippy::disallowed_methods, reason = "this is the stopwatch")]
fn timed(run: &mut Batch<'_>, times: u64) -> (Duration, Duration) {
    let (wall, cpu) = (Instant::now(), ThreadTime::now());
    run(times);
    let cpu = cpu.elapsed();
    (wall.elapsed(), cpu)
}

/// The middle one, or the mean of the two in the middle; 0 of none.
#[must_use]
pub fn median(figures: &mut [f64]) -> f64 {
    figures.sort_unstable_by(f64::total_cmp);
    let middle = figures.len() / 2;
    match figures.len() {
        0 => 0.0,
        odd if odd % 2 == 1 => figures[middle],
        _ => f64::midpoint(figures[middle - 1], figures[middle]),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn medians() {
        assert_eq!(median(&mut []), 0.0);
        assert_eq!(median(&mut [3.0, 1.0, 2.0]), 2.0);
        assert_eq!(median(&mut [4.0, 1.0, 3.0, 2.0]), 2.5);
    }

    #[test]
    fn contenders_are_told_apart_and_allocations_counted() {
        let options = Options::quick();
        let work = |steps: u64| move || (0..steps).fold(1_u64, |a, b| black_box(a ^ b));
        let figures = in_turn(
            &options,
            vec![
                each(work(2_000)),
                each(work(10)),
                each(|| black_box(vec![0_u8; 16])),
            ],
        );
        assert!(figures[0].cpu > figures[1].cpu, "{figures:?}");
        let allocated: Vec<_> = figures.iter().map(|f| (f.allocations, f.bytes)).collect();
        assert_eq!(allocated, [(0.0, 0.0), (0.0, 0.0), (1.0, 16.0)]);
    }
}
