//! Audio both ways: pace, gaps, backpressure, interruptions.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test fails by panicking"
)]

mod common;

use std::time::Duration;

use common::live::{FORMAT, LIVE, all, joined, ms, options, within};
use ultravox_client::realtime::{
    Event, PcmFormat, PcmFrame, PlaybackBuffer, SlowReader, TrySendAudioError, Underflow,
};
use ultravox_client::testkit::realtime::Script;
use voice_core::clock::{Clock, SystemClock, timeout};
use voice_core::error::ErrorKind;

fn tone(length: Duration) -> PcmFrame {
    let samples = FORMAT.bytes_of(length) / 2;
    PcmFrame::from_samples(FORMAT, (0..samples).map(|_| 1000))
}

#[tokio::test]
async fn audio_leaves_in_real_time_however_it_is_given() {
    let (sim, session) = joined(Script::new(), options().underflow(Underflow::Nothing)).await;
    let sender = session.sender();
    // In pieces that are no frames: 60 times 13 ms.
    let clock = SystemClock::default();
    let start = clock.now();
    for _ in 0..60 {
        sender.send_audio(&tone(ms(13))).await.unwrap();
    }
    sender.flush_audio();
    let seen = within(sim.wait_seen(LIVE, |seen| seen.audio.frames == 39))
        .await
        .audio;
    let took = clock.now() - start;
    assert_eq!((seen.frames, seen.largest), (39, FORMAT.frame_bytes()));
    assert_eq!(seen.silent_frames, 0);
    // Never faster than real time, but for what is caught up with after a late timer. On the server's side a busy machine
    // may let some frames wait for each other; a burst of all would be ahead by 760 ms.
    assert!(seen.most_ahead <= ms(500), "{seen:?}");
    assert!(took >= ms(38 * 20 - 140), "{took:?}");
    let stats = session.stats();
    assert_eq!(
        (stats.frames_sent, stats.silent_frames_sent, stats.underruns),
        (39, 0, 0)
    );
    session.close().await;
}

#[tokio::test]
async fn silence_keeps_the_line_open() {
    let script = Script::new().await_audio(ms(200)).hang_up();
    let (sim, mut session) = joined(script, options()).await;
    let (_, end) = all(&mut session).await;
    assert!(end.reason.is_expected());
    let (seen, stats) = (sim.seen(LIVE).audio, session.stats());
    assert!(
        seen.silent_frames >= 10 && seen.silent_frames == seen.frames,
        "{seen:?}"
    );
    assert!(stats.silent_frames_sent >= 10);
    assert_eq!((stats.frames_sent, stats.underruns), (0, 0));
}

#[tokio::test]
async fn a_stalled_server_holds_the_sender_up_and_loses_nothing() {
    // Long enough to fill the queue, short enough that the socket's buffers take what is paced meanwhile.
    let script = Script::new().stall(ms(300));
    let options = options().audio_queue(ms(100)).underflow(Underflow::Nothing);
    let (sim, session) = joined(script, options).await;
    let sender = session.sender();
    sender.try_send_audio(&tone(ms(100))).unwrap();
    assert_eq!(
        sender.try_send_audio(&tone(ms(200))),
        Err(TrySendAudioError::Full)
    );
    assert_eq!(session.stats().audio_dropped, ms(200));
    assert!(sender.queued_audio() <= ms(100));
    within(sender.send_audio(&tone(ms(600)))).await.unwrap();
    sender.flush_audio();
    let seen = within(sim.wait_seen(LIVE, |seen| seen.audio.frames == 35))
        .await
        .audio;
    assert_eq!((seen.frames, seen.bytes), (35, FORMAT.bytes_of(ms(700))));
    session.close().await;
}

#[tokio::test]
async fn audio_of_another_rate_is_refused_and_so_is_audio_after_the_end() {
    let (_sim, session) = joined(Script::new(), options()).await;
    let sender = session.sender();
    let other = PcmFrame::silence(PcmFormat::HZ_8000, ms(20));
    let error = sender.send_audio(&other).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::InvalidInput);
    assert!(matches!(
        sender.try_send_audio(&other),
        Err(TrySendAudioError::Form(_))
    ));
    session.close().await;
    assert_eq!(
        sender.try_send_audio(&tone(ms(20))),
        Err(TrySendAudioError::Closed)
    );
    assert_eq!(
        sender.send_audio(&tone(ms(20))).await.unwrap_err().kind(),
        ErrorKind::Conflict
    );
}

#[tokio::test]
async fn an_interruption_drops_what_was_not_played() {
    let script = Script::new()
        .audio(ms(200))
        .clear_buffer()
        .audio(ms(60))
        .hang_up();
    let (_sim, mut session) = joined(script, options()).await;
    let mut playback = PlaybackBuffer::new(FORMAT, Duration::from_secs(30));
    let mut played = Duration::ZERO;
    within(async {
        while let Some(event) = session.next_event().await {
            playback.take_in(&event.unwrap()).unwrap();
            if playback.buffered() >= ms(100) && played.is_zero() {
                played += playback.play(ms(20)).duration();
            }
        }
    })
    .await;
    assert_eq!(
        (played, playback.cleared(), playback.buffered()),
        (ms(20), ms(180), ms(60))
    );
}

#[tokio::test]
async fn a_slow_reader_loses_nothing_by_default() {
    let script = Script::new().audio(ms(300)).hang_up();
    let (_sim, mut session) = joined(script, options().event_queue(2)).await;
    SystemClock::default().sleep(ms(500)).await;
    let (events, end) = all(&mut session).await;
    let heard: Duration = events
        .iter()
        .filter_map(|event| match event {
            Ok(Event::Audio(frame)) => Some(frame.duration()),
            _ => None,
        })
        .sum();
    assert_eq!(heard, ms(300));
    assert!(end.reason.is_expected(), "{end}");
}

#[tokio::test]
async fn a_slow_reader_can_choose_to_lose_audio_but_never_messages() {
    let script = Script::new().audio(ms(300)).hear("still here").hang_up();
    let options = options().event_queue(4).slow_reader(SlowReader::DropAudio);
    let (_sim, mut session) = joined(script, options).await;
    SystemClock::default().sleep(ms(600)).await;
    let (events, _) = all(&mut session).await;
    let stats = session.stats();
    assert!(stats.received_dropped >= ms(200), "{stats:?}");
    assert_eq!(stats.audio_received, ms(300));
    assert_eq!(common::live::messages(&events).len(), 4, "{events:?}");
}

/// Dropping the future that takes events, again and again, loses none.
#[tokio::test]
async fn taking_events_is_cancel_safe() {
    let script = Script::new().audio(ms(400)).hang_up();
    let (_sim, mut session) = joined(script, options()).await;
    let clock = SystemClock::default();
    let mut heard = Duration::ZERO;
    within(async {
        loop {
            match timeout(&clock, ms(3), session.next_event()).await {
                Ok(Some(Ok(Event::Audio(frame)))) => heard += frame.duration(),
                Ok(Some(Ok(Event::Closed(_))) | None) => break,
                Ok(Some(_)) | Err(_) => {}
            }
        }
    })
    .await;
    assert_eq!(heard, ms(400));
}
