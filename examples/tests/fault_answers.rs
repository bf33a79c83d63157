//! Every operation class of every provider, with answers that are framed in rare ways, framed wrongly, or not the answer.
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

use std::time::Duration;

use fault_common::operations::{Class, all};
use fault_common::sweep::sweep;
use fault_common::trial::{Point, Rig};
use fault_common::world::Provider;
use voice_core::testkit::{Fault, Forwarded, Reframe};

/// Answers that are correct: whatever is asked succeeds, and at once.
fn correct() -> Vec<Fault> {
    let interim = |status, times| Fault::Reframed(Reframe::Interim { status, times });
    vec![
        Fault::Reframed(Reframe::Chunked(1)),
        Fault::Reframed(Reframe::Chunked(100)),
        Fault::Reframed(Reframe::Gzip),
        Fault::Reframed(Reframe::UntilClose),
        interim(100, 1),
        interim(100, 20),
        interim(102, 1),
        interim(103, 3),
        Fault::Drip {
            chunk: 1,
            every: Duration::ZERO,
        },
        Fault::CloseIdle,
        Fault::DelayAnswer(Duration::from_millis(20)),
        Fault::Delay(Duration::from_millis(20)),
    ]
}

/// What lies behind an answer, as another answer would.
const LEFT_OVER: &[u8] =
    b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 2\r\n\r\n{}";

/// Answers that are not; and whether they may be complete and wrong all the same.
fn wrong() -> Vec<(Fault, bool)> {
    let instead = |status, body: &str, forwarded| Fault::StatusInstead {
        status,
        body: body.to_owned(),
        forwarded,
    };
    let early = |status| Fault::AnswerEarly {
        status,
        body: "{}".to_owned(),
    };
    let html = "<html>gateway</html>";
    // What a gateway says that had handed the request on: its own page. Ultravox's own 503, a refusal, is JSON.
    let broke_off = "<html><title>503 Service Unavailable</title></html>";
    let mut faults = vec![
        (Fault::RefuseConnection, false),
        (Fault::ResetBeforeRequest, false),
        (Fault::ResetAfterRequest, false),
        (Fault::Garbage(b"\x00\xff not http\r\n\r\n".to_vec()), false),
        (
            Fault::GarbageAfterForward(b"\x16\x03\x03 not http\r\n\r\n".to_vec()),
            false,
        ),
        (
            Fault::GarbageAfterForward(b"HTTP/2.0 200 OK\r\n\r\n".to_vec()),
            false,
        ),
        (
            Fault::GarbageAfterForward(b"HTTP/1.1 20x OK\r\n\r\n".to_vec()),
            false,
        ),
        (
            Fault::GarbageAfterForward(b"HTTP/1.1 200 OK\r\ncontent-length: -1\r\n\r\n".to_vec()),
            false,
        ),
        (
            Fault::GarbageAfterForward(
                b"HTTP/1.1 200 OK\r\ncontent-length: 99\r\n\r\n{\"sid".to_vec(),
            ),
            false,
        ),
        (
            Fault::GarbageAfterForward(
                b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\nzz\r\n{}\r\n0\r\n\r\n"
                    .to_vec(),
            ),
            false,
        ),
        (Fault::Reframed(Reframe::GzipBroken), true),
        (Fault::Reframed(Reframe::LengthTooLong(3)), false),
        (Fault::Reframed(Reframe::LengthTooShort(1)), true),
        (Fault::Reframed(Reframe::LengthTooShort(30)), true),
        (Fault::Reframed(Reframe::TwoLengths), false),
        (Fault::Reframed(Reframe::Twice), false),
        (
            Fault::Reframed(Reframe::Followed(LEFT_OVER.to_vec())),
            false,
        ),
        (
            Fault::Reframed(Reframe::Followed(b"\r\n\r\n\x00garbage".to_vec())),
            false,
        ),
        (instead(101, "", Forwarded::Yes), true),
    ];
    for status in [429, 500, 502, 503, 504, 520, 524] {
        faults.push((instead(status, html, Forwarded::No), false));
        faults.push((early(status), false));
        if status != 429 {
            faults.push((instead(status, broke_off, Forwarded::Yes), false));
        }
    }
    faults
}

fn is_too_many(fault: &Fault) -> bool {
    matches!(
        fault,
        Fault::StatusInstead { status: 429, .. } | Fault::AnswerEarly { status: 429, .. }
    )
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn correct_answers_in_rare_frames_are_understood_at_once() {
    let rig = Rig::start().await;
    let mut trials = Vec::new();
    for op in all() {
        trials.extend(
            correct()
                .into_iter()
                .map(|fault| (op, Point::correct(fault))),
        );
    }
    let tally = sweep(&rig, trials).await;
    tally.check("correct answers");
    assert!(tally.points > 300, "{tally}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn wrong_answers_do_no_harm() {
    let rig = Rig::start().await;
    let mut trials = Vec::new();
    for op in all() {
        for (fault, garbles) in wrong() {
            // After a 429 without a time PromptOps' client waits for the next minute, as it should.
            if op.provider == Provider::PromptOps && is_too_many(&fault) {
                continue;
            }
            // A sound cannot be told from a wrong one.
            if garbles && op.class == Class::Download {
                continue;
            }
            trials.push((op, Point::fault(fault).garbled(garbles)));
        }
    }
    let tally = sweep(&rig, trials).await;
    tally.check("wrong answers");
    assert!(tally.points > 700 && tally.of("unknown") > 100, "{tally}");
}
