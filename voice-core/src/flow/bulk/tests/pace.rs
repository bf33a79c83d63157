//! How fast, and when.

use super::*;

#[tokio::test(start_paused = true)]
async fn dials_are_evenly_spaced_and_so_many_at_once() {
    let scene = Scene::new();
    let report = scene.run(0..100).await.unwrap();
    assert_eq!(
        (report.placed, report.dials, report.finished()),
        (100, 100, 100)
    );
    let dials = scene.dials();
    for pair in dials.windows(2) {
        let gap = pair[1].1 - pair[0].1;
        assert!(
            gap >= Duration::from_millis(98) && gap < Duration::from_millis(115),
            "{gap:?}"
        );
    }
    assert!(
        report.took > Duration::from_millis(9_800) && report.took < Duration::from_millis(10_600)
    );
    // Without a rate to speak of, two at once and 100 ms each.
    let scene = Scene::new();
    let dial = scene.dial().per_second(10_000).at_once(2);
    let report = dial
        .run_all(&scene.phone, &scene.journal, entries(0..40))
        .await
        .unwrap();
    assert!(
        report.took >= SECOND * 2 && report.took < SECOND * 3,
        "{report}"
    );
}

#[tokio::test(start_paused = true)]
async fn a_429_holds_everybody_for_its_wait_and_is_tried_again() {
    let scene = Scene::new();
    scene.trick([Trick::Limited(Some(SECOND * 20))]);
    let report = scene.run(0..30).await.unwrap();
    assert_eq!((report.placed, report.limited, report.dials), (30, 1, 31));
    let dials = scene.dials();
    let refused = dials[0].1 + SECOND / 10;
    let gap = dials.iter().any(|(_, at)| {
        let after = at.saturating_duration_since(refused);
        after > SECOND / 5 && after < SECOND * 20
    });
    assert!(!gap, "somebody was dialled during the wait");
    assert_eq!(
        scene
            .results()
            .iter()
            .filter(|line| line.contains("placed 2"))
            .count(),
        1
    );
    // One that names no wait slows the pace for all.
    let slow = Scene::new();
    slow.trick([Trick::Limited(None)]);
    let slowed = slow.run(0..30).await.unwrap();
    assert!(slowed.took > SECOND * 4 - SECOND / 2, "{:?}", slowed.took);
}

#[tokio::test(start_paused = true)]
async fn pause_holds_and_resume_goes_on_and_stop_ends() {
    let scene = Scene::new();
    let control = scene.control.clone();
    let clock = scene.clock.clone();
    let story = async {
        clock.sleep(SECOND).await;
        control.pause();
        clock.sleep(SECOND).await;
        let paused = scene.dials().len();
        assert!((8..=12).contains(&paused), "{paused}");
        assert_eq!(control.progress().state, BulkState::Paused);
        clock.sleep(SECOND * 60).await;
        assert_eq!(scene.dials().len(), paused);
        control.resume();
        clock.sleep(SECOND).await;
        assert!(scene.dials().len() >= paused + 8);
        control.stop();
        control.resume();
        let stopped = scene.dials().len();
        clock.sleep(SECOND * 60).await;
        assert_eq!(scene.dials().len(), stopped);
        stopped
    };
    let (report, stopped) = futures_util::join!(scene.run(0..100), story);
    let report = report.unwrap();
    assert_eq!(report.placed, stopped as u64);
    assert!(report.left <= 5);
    // What was not begun is new, and the next run has it.
    let next = Scene {
        control: BulkControl::new(),
        ..scene
    };
    let report = next.run(0..100).await.unwrap();
    assert_eq!(report.placed + stopped as u64, 100);
    assert_eq!(next.dials().len(), 100);
}

#[tokio::test(start_paused = true)]
async fn a_pace_that_lets_nothing_through_is_refused() {
    let scene = Scene::new();
    for dial in [scene.dial().per_second(0), scene.dial().at_once(0)] {
        let failure = dial
            .run_all(&scene.phone, &scene.journal, entries(0..1))
            .await
            .unwrap_err();
        assert!(matches!(failure.error, BulkError::Pace(_)));
    }
}
