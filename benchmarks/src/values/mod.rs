//! The sections about values and texts: nothing here waits for anything.

pub mod numbers;
pub mod prompts;
pub mod twiml;
pub mod webhooks;

use crate::harness::Figures;
use crate::{Bar, Row, Unit};

/// The rows of one comparison: the time beside each peer, then the allocations beside each.
///
/// Without peers there is one row for the time and one for the allocations.
pub(crate) fn rows(
    section: &'static str,
    what: &str,
    ours: Figures,
    bar: Option<Bar>,
    peers: &[(&str, Figures, Option<Bar>)],
) -> Vec<Row> {
    let time = Row::new(section, what, Unit::Nanoseconds, ours.cpu);
    let memory = Row::new(section, what, Unit::Allocations, ours.allocations);
    let promised = |row: Row, bar: Option<Bar>| match bar {
        Some(bar) => row.promised(bar),
        None => row,
    };
    if peers.is_empty() {
        return vec![promised(time, bar), memory];
    }
    let times = peers.iter().map(|(name, figures, own)| {
        let row = time.clone().beside(*name, figures.cpu);
        promised(row, own.or(bar))
    });
    let memories = peers
        .iter()
        .map(|(name, figures, _)| memory.clone().beside(*name, figures.allocations));
    times.chain(memories).collect()
}
