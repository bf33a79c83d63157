//! What is told, and what is followed.

use super::*;

#[tokio::test(start_paused = true)]
async fn calls_are_followed_also_those_of_an_earlier_run() {
    let scene = Scene::new();
    scene.run(0..1).await.unwrap();
    let ends = Arc::new(Mutex::new(Vec::new()));
    let seen = Arc::clone(&ends);
    let dial = scene.dial().follow(SECOND).on_result(move |result| {
        if let EntryOutcome::Placed {
            how,
            end: Some(end),
            ..
        } = &result.outcome
        {
            seen.lock()
                .unwrap()
                .push((*how, end.status.clone(), end.seconds));
        }
    });
    let report = dial
        .run_all(&scene.phone, &scene.journal, entries(0..2))
        .await
        .unwrap();
    assert_eq!(report.placed, 2);
    let ended = |how| (how, CallStatus::Completed, Some(3));
    let mut ends = ends.lock().unwrap().clone();
    ends.sort_by_key(|end| end.0 == HowPlaced::Before);
    assert_eq!(ends, [ended(HowPlaced::Answered), ended(HowPlaced::Before)]);
    // Now the ends are known.
    let report = dial
        .run_all(&scene.phone, &scene.journal, entries(0..2))
        .await
        .unwrap();
    assert_eq!(report.skipped, 2);
}

#[tokio::test(start_paused = true)]
async fn calls_are_made_when_their_turn_comes_and_only_if_they_are_needed() {
    let scene = Scene::new();
    scene.run(0..1).await.unwrap();
    let made = Arc::new(AtomicUsize::new(0));
    let later = |row: usize, gives: Result<usize, ErrorKind>| {
        let made = Arc::clone(&made);
        let order = call(row);
        Entry::later(order.key, order.to, order.from, move |_| async move {
            made.fetch_add(1, Ordering::Relaxed);
            gives
                .map(call)
                .map_err(|kind| Error::new(kind, "no session").with_delivery(Delivery::Unknown))
        })
    };
    let list = [
        later(0, Ok(0)),
        later(1, Ok(1)),
        later(2, Ok(9)),
        later(3, Err(ErrorKind::Timeout)),
    ];
    let report = scene
        .dial()
        .run(&scene.phone, &scene.journal, stream::iter(list))
        .await
        .unwrap();
    assert_eq!((report.skipped, report.placed, report.refused), (1, 1, 2));
    assert_eq!(made.load(Ordering::Relaxed), 3);
    let mut results = scene.results();
    results.sort();
    assert!(
        results[3].starts_with("row-2 refused 0 invalid_input"),
        "{results:?}"
    );
    assert!(
        results[4].starts_with("row-3 refused 0 timeout"),
        "{results:?}"
    );
}

#[tokio::test(start_paused = true)]
async fn progress_tells_counts_rate_and_the_time_left() {
    let scene = Scene::new();
    let lines = Arc::new(Mutex::new(Vec::new()));
    let seen = Arc::clone(&lines);
    let dial = scene
        .dial()
        .on_progress(move |progress| seen.lock().unwrap().push(progress.to_string()));
    let mut watch = scene.control.watch();
    let clock = scene.clock.clone();
    let control = scene.control.clone();
    let look = async {
        watch.changed().await.unwrap();
        clock.sleep(SECOND * 5).await;
        control.progress()
    };
    let (report, half) = futures_util::join!(
        dial.run_all(&scene.phone, &scene.journal, entries(0..100)),
        look
    );
    report.unwrap();
    assert_eq!(half.total, Some(100));
    assert!((9.0..10.2).contains(&half.rate), "{half:?}");
    assert!((4..=6).contains(&half.eta.unwrap().as_secs()), "{half:?}");
    let lines = lines.lock().unwrap();
    assert!(
        lines.last().unwrap().starts_with("100/100, 0 at work, "),
        "{lines:?}"
    );
}

#[tokio::test]
async fn results_are_lines_with_masked_numbers_and_a_writer_that_fails_stops_it() {
    #[derive(Clone, Default)]
    struct Page(Arc<Mutex<Vec<u8>>>, bool);
    impl std::io::Write for Page {
        fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
            if self.1 {
                return Err(std::io::ErrorKind::StorageFull.into());
            }
            self.0.lock().unwrap().extend_from_slice(bytes);
            Ok(bytes.len())
        }
        fn flush(&mut self) -> std::io::Result<()> {
            Ok(())
        }
    }
    let page = Page::default();
    let scene = Scene::new();
    scene.trick([Trick::Fail(ErrorKind::InvalidInput, Delivery::Answered)]);
    let dial = scene
        .dial()
        .results(&ResultLines::writer(page.clone()).unwrap());
    let twice = [0, 1, 1].map(|row| Entry::from(call(row)));
    dial.run_all(&scene.phone, &scene.journal, twice)
        .await
        .unwrap();
    let text = String::from_utf8(page.0.lock().unwrap().clone()).unwrap();
    let lines: Vec<serde_json::Value> = text
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    let find = |word: &str| lines.iter().find(|line| line["result"] == word).unwrap();
    assert_eq!(find("placed")["call"], "CA-row-1");
    assert_eq!(find("refused")["error"]["kind"], "invalid_input");
    assert_eq!(find("skipped")["key"], "row-1");
    assert!(
        find("placed")["time"]
            .as_str()
            .unwrap()
            .starts_with("2023-11-14T22:13:20."),
        "{text}"
    );
    assert!(!text.contains("500000"), "{text}");

    let scene = Scene::new();
    let dial = scene
        .dial()
        .results(&ResultLines::writer(Page(Arc::default(), true)).unwrap());
    let failure = dial
        .run_all(&scene.phone, &scene.journal, entries(0..20))
        .await
        .unwrap_err();
    assert!(
        matches!(&failure.error, BulkError::Results(e) if e.kind() == std::io::ErrorKind::StorageFull)
    );
    assert!(failure.report.dials < 15, "{failure}");
}

#[test]
fn a_run_can_be_spawned() {
    fn is_send(_: &impl Send) {}
    let scene = Scene::new_without_time();
    is_send(&scene.0.run_all(&scene.1, &scene.2, entries(0..1)));
}
