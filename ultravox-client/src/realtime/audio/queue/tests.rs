use std::sync::Arc;

use super::*;
use voice_core::testkit::TestClock;

const FORMAT: PcmFormat = PcmFormat::HZ_8000;

fn ms(ms: u64) -> Duration {
    Duration::from_millis(ms)
}

fn audio(length: Duration) -> PcmFrame {
    let samples = FORMAT.bytes_of(length) / 2;
    PcmFrame::from_samples(FORMAT, (0..samples).map(|_| 7))
}

/// Takes frames for this long, and notes when each came.
async fn taken(
    queue: &AudioQueue,
    clock: &TestClock,
    length: Duration,
) -> Vec<(Duration, Outgoing)> {
    let mut pace = Pace::default();
    let mut frames = Vec::new();
    let _ = voice_core::clock::timeout(clock, length, async {
        loop {
            let frame = queue.next(clock, &mut pace).await;
            frames.push((clock.elapsed(), frame));
        }
    })
    .await;
    frames
}

#[tokio::test(start_paused = true)]
async fn a_frame_leaves_every_20_ms() {
    let clock = TestClock::at(0);
    let queue = AudioQueue::new(FORMAT, ms(1000), Underflow::Nothing);
    queue.try_push(&audio(ms(200))).unwrap();
    let frames = taken(&queue, &clock, ms(500)).await;
    let times: Vec<u128> = frames.iter().map(|(at, _)| at.as_millis()).collect();
    assert_eq!(times, [0, 20, 40, 60, 80, 100, 120, 140, 160, 180]);
    for (_, frame) in &frames {
        assert!(matches!(frame, Outgoing::Audio(bytes) if bytes.len() == 320));
    }
    assert_eq!((queue.counts().sent, queue.counts().underruns), (10, 1));
}

#[tokio::test(start_paused = true)]
async fn silence_fills_the_gaps() {
    let clock = TestClock::at(0);
    let queue = AudioQueue::new(FORMAT, ms(1000), Underflow::Silence);
    queue.try_push(&audio(ms(50))).unwrap();
    let frames = taken(&queue, &clock, ms(110)).await;
    assert_eq!(frames.len(), 6);
    let Outgoing::Audio(third) = &frames[2].1 else {
        panic!("half a frame of audio is a frame with silence behind it")
    };
    assert_eq!(
        (third[..160].contains(&0x07), &third[160..]),
        (true, &[0; 160][..])
    );
    assert!(
        matches!(&frames[3].1, Outgoing::Silence(bytes) if bytes.iter().all(|byte| *byte == 0))
    );
    let counts = queue.counts();
    assert_eq!((counts.sent, counts.silent, counts.underruns), (3, 3, 1));
}

#[tokio::test(start_paused = true)]
async fn half_a_frame_waits_for_its_other_half_or_for_a_flush() {
    let clock = TestClock::at(0);
    let queue = AudioQueue::new(FORMAT, ms(1000), Underflow::Nothing);
    queue.try_push(&audio(ms(15))).unwrap();
    assert!(taken(&queue, &clock, ms(100)).await.is_empty());
    queue.try_push(&audio(ms(15))).unwrap();
    assert_eq!(taken(&queue, &clock, ms(100)).await.len(), 1);
    queue.flush();
    let rest = taken(&queue, &clock, ms(100)).await;
    assert!(matches!(&rest[..], [(_, Outgoing::Audio(bytes))] if bytes.len() == 320));
}

#[tokio::test(start_paused = true)]
async fn what_ends_with_a_flush_is_no_underrun() {
    let clock = TestClock::at(0);
    let queue = AudioQueue::new(FORMAT, ms(1000), Underflow::Silence);
    queue.try_push(&audio(ms(50))).unwrap();
    queue.flush();
    taken(&queue, &clock, ms(200)).await;
    assert_eq!((queue.counts().sent, queue.counts().underruns), (3, 0));
}

#[tokio::test(start_paused = true)]
async fn sending_waits_for_room_and_trying_does_not() {
    let clock = Arc::new(TestClock::at(0));
    let queue = Arc::new(AudioQueue::new(FORMAT, ms(100), Underflow::Nothing));
    queue.try_push(&audio(ms(100))).unwrap();
    assert_eq!(queue.try_push(&audio(ms(1))), Err(TrySendAudioError::Full));
    assert_eq!((queue.queued(), queue.counts().dropped), (ms(100), ms(1)));

    let (pushing, at) = (Arc::clone(&queue), Arc::clone(&clock));
    let pushed = tokio::spawn(async move {
        pushing.push(&audio(ms(200))).await.unwrap();
        at.elapsed()
    });
    let frames = taken(&queue, &clock, ms(1000)).await;
    assert_eq!(frames.len(), 15, "nothing is lost");
    // The last 100 ms of 300 have room once 200 ms have left, that is with the tenth frame at 180 ms.
    assert_eq!(pushed.await.unwrap().as_millis(), 180);
}

#[tokio::test(start_paused = true)]
async fn closing_wakes_whoever_waits() {
    let queue = Arc::new(AudioQueue::new(FORMAT, ms(20), Underflow::Nothing));
    let pushes: Vec<_> = (0..3)
        .map(|_| {
            let queue = Arc::clone(&queue);
            tokio::spawn(async move { queue.push(&audio(ms(60))).await })
        })
        .collect();
    tokio::task::yield_now().await;
    queue.close();
    for push in pushes {
        assert_eq!(push.await.unwrap(), Err(TrySendAudioError::Closed));
    }
    assert_eq!(
        queue.try_push(&audio(ms(1))),
        Err(TrySendAudioError::Closed)
    );
}

#[tokio::test(start_paused = true)]
async fn clearing_makes_room_and_counts() {
    let queue = Arc::new(AudioQueue::new(FORMAT, ms(100), Underflow::Nothing));
    queue.try_push(&audio(ms(100))).unwrap();
    let pushing = Arc::clone(&queue);
    let push = tokio::spawn(async move { pushing.push(&audio(ms(60))).await });
    tokio::task::yield_now().await;
    assert_eq!(queue.clear(), ms(100));
    push.await.unwrap().unwrap();
    assert_eq!((queue.queued(), queue.counts().dropped), (ms(60), ms(100)));
}

#[test]
fn another_rate_is_refused() {
    let queue = AudioQueue::new(FORMAT, ms(100), Underflow::Nothing);
    let frame = PcmFrame::silence(PcmFormat::HZ_16000, ms(20));
    assert_eq!(
        queue.try_push(&frame),
        Err(TrySendAudioError::Form(PcmError::WrongRate {
            given: 16_000,
            expected: 8_000
        }))
    );
}
