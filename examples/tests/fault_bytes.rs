//! Every operation class of every provider, with its connection cut at every border of what is sent and answered.
//!
//! `VOICE_LONG=1` cuts a read and a creation of each provider after every single byte.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::disallowed_methods,
    clippy::print_stdout,
    reason = "a test fails by panicking, and waits for real sockets"
)]

mod fault_common;

use fault_common::borders::{Grain, head_end, of_http};
use fault_common::is_long;
use fault_common::operations::{Op, all, representatives};
use fault_common::sweep::sweep;
use fault_common::trial::{Point, Rig};
use voice_core::testkit::{Cut, CutEnd, Fault, Passage, Reframe};

fn garbage() -> CutEnd {
    CutEnd::Garbage(b"\x00\xffnot http\r\n\r\n".to_vec())
}

/// Every end at every cut of a tape; with fewer ends, each cut gets one of them in turn.
fn points(op: Op, tape: &Passage, grain: Grain, every_end: bool) -> Vec<(Op, Point)> {
    let mut points = Vec::new();
    let mut add = |index: usize, cuts: Vec<Point>| {
        let kept = cuts.len();
        for (end, point) in cuts.into_iter().enumerate() {
            if every_end || index % kept == end {
                points.push((op, point));
            }
        }
    };
    for (index, after) in of_http(&tape.to_server, grain).into_iter().enumerate() {
        let ends = [CutEnd::Reset, CutEnd::Close, CutEnd::Stall];
        add(
            index,
            ends.map(|end| Point::cut(Cut::to_server(after, end)))
                .to_vec(),
        );
    }
    let head = head_end(&tape.to_client) as u64;
    for (index, after) in of_http(&tape.to_client, grain).into_iter().enumerate() {
        let ends = [CutEnd::Reset, CutEnd::Close, CutEnd::Stall, garbage()];
        let in_body = after >= head;
        let of = |end: CutEnd| {
            let garbles = in_body && matches!(end, CutEnd::Garbage(_));
            Point::cut(Cut::to_client(after, end)).garbled(garbles)
        };
        add(index, ends.map(of).to_vec());
    }
    points
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_operation_stands_a_cut_at_every_border() {
    let rig = Rig::start().await;
    let chosen: Vec<&str> = representatives().iter().map(|op| op.name).collect();
    let mut trials = Vec::new();
    for op in all() {
        let tape = rig.tape(op).await;
        let every_end = is_long() || chosen.contains(&op.name);
        trials.extend(points(op, &tape, Grain::Borders, every_end));
    }
    let tally = sweep(&rig, trials).await;
    tally.check("borders");
    // The trial was one.
    assert!(tally.points > 800, "{tally}");
    assert!(tally.of("success") > tally.points / 4, "{tally}");
    assert!(tally.of("unknown") > tally.points / 20, "{tally}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn representatives_stand_a_cut_after_every_byte() {
    if !is_long() {
        println!("skipped: VOICE_LONG=1 runs it");
        return;
    }
    let rig = Rig::start().await;
    for op in representatives() {
        let tape = rig.tape(op).await;
        let trials = points(op, &tape, Grain::Bytes, true);
        let tally = sweep(&rig, trials).await;
        tally.check(&format!("bytes of {:?} {}", op.provider, op.name));
    }
}

/// Bodies in chunks, packed, and without a length, cut where their own borders are.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn frames_stand_a_cut_within() {
    let rig = Rig::start().await;
    let mut trials = Vec::new();
    for op in representatives() {
        let plain = rig.tape(op).await;
        let head = head_end(&plain.to_client);
        let body = plain.to_client.len() - head;
        for frame in [Reframe::Chunked(64), Reframe::Gzip, Reframe::UntilClose] {
            // A frame has a head of about the same length; a cut beyond the end does nothing.
            let step = if is_long() { 1 } else { 23 };
            let cuts = (head - 40..head + body + body / 8 + 60).step_by(step);
            for (index, after) in cuts.enumerate() {
                let ends = [CutEnd::Reset, CutEnd::Close, CutEnd::Stall, garbage()];
                let end = ends[index % ends.len()].clone();
                // Without a length an orderly end cannot be told from the body's own.
                let garbles = matches!(end, CutEnd::Garbage(_)) || frame == Reframe::UntilClose;
                let mut point = Point::cut(Cut::to_client(after as u64, end)).garbled(garbles);
                point.always = Fault::Reframed(frame.clone());
                trials.push((op, point));
            }
        }
    }
    let tally = sweep(&rig, trials).await;
    tally.check("frames");
    assert!(tally.points > 300, "{tally}");
}
