//! What is refused, and what fails.

use super::*;

#[tokio::test(start_paused = true)]
async fn passing_refusals_are_tried_again_and_stay_new_and_final_ones_do_not() {
    let scene = Scene::new();
    let no_network = Trick::Fail(ErrorKind::Connect, Delivery::NotSent);
    scene.trick([no_network.clone(), no_network.clone()]);
    let report = scene.run(0..1).await.unwrap();
    assert_eq!((report.placed, report.dials), (1, 3));
    scene.trick(std::iter::repeat_n(no_network, 10));
    let report = scene.run(1..2).await.unwrap();
    assert_eq!((report.refused, report.dials), (1, 10));
    assert_eq!(scene.state(1).await, EntryState::New);
    assert!(report.took < SECOND * 240, "{report}");
    scene.trick([Trick::Fail(ErrorKind::InvalidInput, Delivery::Answered)]);
    let report = scene.run(1..3).await.unwrap();
    assert_eq!((report.refused, report.placed), (1, 1));
    let report = scene.run(1..3).await.unwrap();
    assert_eq!(report.skipped, 2);
}

#[tokio::test(start_paused = true)]
async fn wrong_credentials_end_the_campaign_and_mark_nobody() {
    let scene = Scene::new();
    scene.trick(std::iter::repeat_n(
        Trick::Fail(ErrorKind::Authentication, Delivery::Answered),
        5,
    ));
    let failure = scene.run(0..100).await.unwrap_err();
    assert!(matches!(&failure.error, BulkError::Account(error) if error.is_auth()));
    assert!(
        failure.report.dials <= 2 && failure.report.finished() == 0,
        "{failure}"
    );
    for row in 0..100 {
        assert_eq!(scene.state(row).await, EntryState::New);
    }
}

/// Fails from a given write on.
#[derive(Debug)]
struct FullDisk {
    inner: MemoryJournal,
    begins_left: AtomicUsize,
    finishes_left: AtomicUsize,
}

fn full() -> JournalError {
    JournalError::Io {
        doing: "add a line",
        kind: std::io::ErrorKind::StorageFull,
        message: "no space left on device".into(),
    }
}

fn take(left: &AtomicUsize) -> Result<(), JournalError> {
    let took = left.fetch_update(Ordering::SeqCst, Ordering::SeqCst, |n| n.checked_sub(1));
    took.map(drop).map_err(|_| full())
}

#[async_trait]
impl CallJournal for FullDisk {
    async fn begin(&self, intent: &Intent) -> Result<Begun, JournalError> {
        take(&self.begins_left)?;
        self.inner.begin(intent).await
    }
    async fn finish(&self, key: &CallKey, outcome: &DialOutcome) -> Result<(), JournalError> {
        take(&self.finishes_left)?;
        self.inner.finish(key, outcome).await
    }
    async fn state(&self, key: &CallKey) -> Result<EntryState, JournalError> {
        self.inner.state(key).await
    }
    async fn owner(&self, call: &CallId) -> Result<Option<CallKey>, JournalError> {
        self.inner.owner(call).await
    }
}

#[tokio::test(start_paused = true)]
async fn a_full_disk_stops_it_before_anybody_else_is_rung() {
    for (begins, finishes, most) in [(7, 1_000, 7), (1_000, 7, 9), (0, 0, 0)] {
        let scene = Scene::new();
        let journal = FullDisk {
            inner: MemoryJournal::new(),
            begins_left: AtomicUsize::new(begins),
            finishes_left: AtomicUsize::new(finishes),
        };
        let failure = scene
            .dial()
            .run_all(&scene.phone, &journal, entries(0..100))
            .await;
        let failure = failure.unwrap_err();
        assert!(matches!(&failure.error, BulkError::Journal(error) if *error == full()));
        let rung = scene.dials().len();
        assert!(rung <= most, "{rung} with {begins} and {finishes}");
        // Whoever was rung is reported, written down or not.
        assert_eq!(failure.report.placed as usize, rung);
        // With room again, everybody is rung once, all in all.
        let scene = Scene {
            control: BulkControl::new(),
            ..scene
        };
        let report = scene
            .dial()
            .run_all(&scene.phone, &journal.inner, entries(0..100))
            .await;
        assert_eq!(report.unwrap().unknown, 0);
        let mut keys: Vec<String> = scene.dials().into_iter().map(|(key, _)| key).collect();
        keys.sort();
        keys.dedup();
        assert_eq!((keys.len(), scene.dials().len()), (100, 100));
    }
}
