//! Nobody is rung twice.

use super::*;

#[tokio::test(start_paused = true)]
async fn a_second_run_skips_what_is_done() {
    let scene = Scene::new();
    scene.run(0..5).await.unwrap();
    scene.results();
    let report = scene.run(0..7).await;
    let report = report.unwrap();
    assert_eq!(
        (report.skipped, report.placed, scene.dials().len()),
        (5, 2, 7)
    );
    assert!(scene.results()[0].contains("skipped 0 Done(Placed"));
}

#[tokio::test(start_paused = true)]
async fn an_answer_that_got_lost_is_found_and_never_dialled_again() {
    let scene = Scene::new();
    scene.trick([Trick::Lost]);
    let report = scene.run(0..2).await.unwrap();
    assert_eq!((report.placed, report.found, report.dials), (2, 1, 2));
    assert!(report.took < SECOND, "one look was enough: {report}");
    assert!(is_placed(&scene.state(0).await));
}

#[tokio::test(start_paused = true)]
async fn what_is_proven_absent_is_dialled_again_and_only_then() {
    let scene = Scene::new();
    scene.trick([Trick::Fail(ErrorKind::Timeout, Delivery::Unknown)]);
    let report = scene.run(0..1).await.unwrap();
    assert_eq!((report.placed, report.dials), (1, 2));
    let dials = scene.dials();
    let gap = dials[1].1 - dials[0].1;
    assert!(gap > FindCall::SETTLE, "dialled again after {gap:?}");
    assert_eq!(scene.results(), ["row-0 placed 2 Answered"]);
}

#[tokio::test(start_paused = true)]
async fn without_proof_it_is_unknown_for_good() {
    let one = |id: &str| {
        Found::One(Box::new(Call::new(
            CallId::new(id).unwrap(),
            CallStatus::Queued,
        )))
    };
    let several = Found::Several(vec![
        CallId::new("CA7").unwrap(),
        CallId::new("CA8").unwrap(),
    ]);
    for (look, why) in [
        (
            Err(ErrorKind::Unavailable),
            "the provider could not be asked",
        ),
        (
            Err(ErrorKind::Unsupported),
            "the provider could not be asked",
        ),
        (Ok(several), "several calls could be it"),
    ] {
        let scene = Scene::new();
        *scene.phone.looks.lock().unwrap() = Some(look);
        scene.began(0).await;
        let report = scene.run(0..1).await.unwrap();
        assert_eq!((report.unknown, report.dials), (1, 0));
        assert_eq!(scene.results(), [format!("row-0 unknown 0 other {why}")]);
        assert!(report.took >= FindCall::SETTLE && report.took < FindCall::SETTLE * 2);
        // The next run leaves it alone.
        let report = scene.run(0..1).await.unwrap();
        assert_eq!((report.skipped, scene.dials().len()), (1, 0));
    }
    // A call the journal gives to another entry is not this one's: there is none, so it is dialled.
    let scene = Scene::new();
    scene.run(1..2).await.unwrap();
    *scene.phone.looks.lock().unwrap() = Some(Ok(one("CA-row-1")));
    scene.began(0).await;
    let report = scene.run(0..1).await.unwrap();
    assert_eq!((report.placed, report.found, report.dials), (1, 0, 1));
}

#[tokio::test(start_paused = true)]
async fn two_intents_do_not_share_the_one_call_that_was_found() {
    let scene = Scene::new();
    let same = |row| {
        let mut order = call(row);
        order.to = number(0);
        Entry::from(order)
    };
    let found = Call::new(CallId::new("CA5").unwrap(), CallStatus::Queued);
    *scene.phone.looks.lock().unwrap() = Some(Ok(Found::One(Box::new(found))));
    scene.began(0).await;
    scene.began(1).await;
    let report = scene
        .dial()
        .run_all(&scene.phone, &scene.journal, [same(0), same(1)])
        .await;
    let report = report.unwrap();
    assert_eq!((report.placed, report.found, report.dials), (2, 1, 1));
}

#[tokio::test(start_paused = true)]
async fn after_a_crash_intents_are_looked_for_whatever_the_calendar_says() {
    let scene = Scene::new();
    for row in 0..3 {
        scene.began(row).await;
    }
    let placed = CallId::new("CA-before").unwrap();
    scene
        .phone
        .calls
        .lock()
        .unwrap()
        .insert(key(0), vec![placed.clone()]);
    // A year later by the calendar: the wait is kept all the same.
    scene.clock.step(Ok(SECOND * 365 * 86_400));
    let report = scene.run(0..2).await.unwrap();
    assert_eq!((report.placed, report.found, report.dials), (2, 1, 1));
    assert!(report.took > FindCall::SETTLE);
    assert_eq!(scene.journal.owner(&placed).await.unwrap(), Some(key(0)));
    // Before the intent by the calendar: nothing is proven.
    scene.clock.step(Err(SECOND * 2 * 365 * 86_400));
    let report = scene.run(2..3).await.unwrap();
    assert_eq!((report.unknown, report.dials), (1, 0));
    assert!(
        scene
            .results()
            .pop()
            .unwrap()
            .ends_with("the calendar went backwards")
    );
}

#[tokio::test(start_paused = true)]
async fn a_key_that_comes_twice_is_dialled_once_and_one_that_moved_is_refused() {
    let scene = Scene::new();
    let twice = [0, 0, 0].map(|row| Entry::from(call(row)));
    let report = scene
        .dial()
        .run_all(&scene.phone, &scene.journal, twice)
        .await
        .unwrap();
    assert_eq!((report.placed, report.skipped), (1, 2));
    let dial = scene.dial().number_key("mine".into());
    let run = |row: usize, to: usize| {
        let mut order = call(row);
        order.to = number(to);
        dial.run_all(&scene.phone, &scene.journal, [Entry::from(order)])
    };
    assert_eq!(run(1, 1).await.unwrap().placed, 1);
    assert_eq!(run(1, 1).await.unwrap().skipped, 1);
    assert_eq!(run(1, 2).await.unwrap().refused, 1);
    assert!(
        scene
            .results()
            .pop()
            .unwrap()
            .starts_with("row-1 refused 0 conflict")
    );
}

#[tokio::test(start_paused = true)]
async fn a_run_that_is_dropped_is_like_a_crash() {
    let scene = Scene::new();
    for _ in 0..20 {
        let some_time = scene.clock.sleep(Duration::from_millis(430));
        let dial = scene.dial();
        let run = std::pin::pin!(dial.run_all(&scene.phone, &scene.journal, entries(0..30)));
        let _ = futures_util::future::select(run, some_time).await;
    }
    let report = scene.run(0..30).await.unwrap();
    assert_eq!(report.finished(), 30);
    let calls = scene.phone.calls.lock().unwrap();
    assert!(
        calls.len() == 30 && calls.values().all(|calls| calls.len() == 1),
        "{calls:?}"
    );
}
