use std::collections::{HashMap, VecDeque};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use async_trait::async_trait;
use futures_util::stream;

use super::*;
use crate::clock::{Clock, SharedClock};
use crate::error::{Delivery, Error, ErrorKind};
use crate::flow::journal::{
    Begun, CallJournal, DialOutcome, EntryState, Intent, JournalError, MemoryJournal,
};
use crate::ident::E164;
use crate::provider::{
    AgentId, Call, CallId, CallKey, CallProvider, CallStatus, Connect, FindCall, Found, MediaKind,
    OwnAgent, PlaceCall,
};
use crate::testkit::TestClock;

const SECOND: Duration = Duration::from_secs(1);

fn key(row: usize) -> CallKey {
    CallKey::new(format!("row-{row}")).unwrap()
}

fn number(row: usize) -> E164 {
    E164::parse(&format!("+1415{:07}", 5_000_000 + row)).unwrap()
}

fn call(row: usize) -> PlaceCall {
    let connect = Connect::Agent(OwnAgent::new(AgentId::new("a").unwrap()));
    PlaceCall::new(
        number(row),
        number(9_999_999 - 5_000_000),
        connect,
        key(row),
    )
}

fn entries(rows: std::ops::Range<usize>) -> impl Iterator<Item = Entry> + Send {
    rows.map(|row| Entry::from(call(row)))
}

/// What the next dial does instead of being placed.
#[derive(Debug, Clone)]
enum Trick {
    Limited(Option<Duration>),
    Fail(ErrorKind, Delivery),
    /// It is placed, and the answer gets lost.
    Lost,
}

/// A provider in memory. A dial takes 100 ms.
#[derive(Debug)]
struct Phone {
    clock: SharedClock,
    dials: Mutex<Vec<(String, Instant)>>,
    calls: Mutex<HashMap<CallKey, Vec<CallId>>>,
    tricks: Mutex<VecDeque<Trick>>,
    /// What looks find instead of the key's calls.
    looks: Mutex<Option<Result<Found, ErrorKind>>>,
    looked: AtomicUsize,
    talk: Mutex<HashMap<CallId, u32>>,
}

#[async_trait]
impl CallProvider for Phone {
    fn media(&self) -> MediaKind {
        MediaKind::Sip
    }
    async fn place_call(&self, call: &PlaceCall) -> Result<Call, Error> {
        let at = self.clock.now();
        self.dials.lock().unwrap().push((call.key.to_string(), at));
        self.clock.sleep(SECOND / 10).await;
        let trick = self.tricks.lock().unwrap().pop_front();
        let error = |kind, delivery| Error::new(kind, "a trick").with_delivery(delivery);
        let id = CallId::new(format!("CA-{}", call.key)).unwrap();
        match trick {
            Some(Trick::Limited(wait)) => {
                let error = error(ErrorKind::RateLimited, Delivery::Refused);
                return Err(match wait {
                    Some(wait) => error.with_retry_after(wait),
                    None => error,
                });
            }
            Some(Trick::Fail(kind, delivery)) => return Err(error(kind, delivery)),
            Some(Trick::Lost) | None => {}
        }
        let mut calls = self.calls.lock().unwrap();
        calls.entry(call.key.clone()).or_default().push(id.clone());
        match trick {
            Some(_) => Err(error(ErrorKind::Timeout, Delivery::Unknown)),
            None => Ok(Call::new(id, CallStatus::Queued)),
        }
    }
    async fn get_call(&self, id: &CallId) -> Result<Call, Error> {
        let mut talk = self.talk.lock().unwrap();
        let looks = talk.entry(id.clone()).or_default();
        *looks += 1;
        let mut call = Call::new(id.clone(), CallStatus::InProgress);
        if *looks > 3 {
            call.status = CallStatus::Completed;
            call.duration = Some(SECOND * 3);
        }
        Ok(call)
    }
    async fn hang_up(&self, _: &CallId) -> Result<(), Error> {
        Ok(())
    }
    async fn find_call(&self, wanted: &FindCall) -> Result<Found, Error> {
        self.looked.fetch_add(1, Ordering::Relaxed);
        if let Some(look) = &*self.looks.lock().unwrap() {
            return match look {
                Ok(found) => Ok(found.clone()),
                Err(kind) => Err(Error::new(*kind, "a look failed")),
            };
        }
        let calls = self.calls.lock().unwrap();
        Ok(match calls.get(&wanted.key).map(Vec::as_slice) {
            None | Some([]) => Found::Nothing,
            Some([id]) => Found::One(Box::new(Call::new(id.clone(), CallStatus::Queued))),
            Some(ids) => Found::Several(ids.to_vec()),
        })
    }
}

struct Scene {
    clock: Arc<TestClock>,
    phone: Phone,
    journal: MemoryJournal,
    control: BulkControl,
    results: Arc<Mutex<Vec<String>>>,
}

impl Scene {
    fn new() -> Self {
        let clock = Arc::new(TestClock::at(1_700_000_000));
        Self {
            phone: Phone {
                clock: clock.clone(),
                dials: Mutex::default(),
                calls: Mutex::default(),
                tricks: Mutex::default(),
                looks: Mutex::default(),
                looked: AtomicUsize::new(0),
                talk: Mutex::default(),
            },
            clock,
            journal: MemoryJournal::new(),
            control: BulkControl::new(),
            results: Arc::default(),
        }
    }

    /// Ten dials a second, five at once.
    fn dial(&self) -> BulkDial {
        let results = Arc::clone(&self.results);
        BulkDial::new()
            .per_second(10)
            .at_once(5)
            .clock(self.clock.clone())
            .control(&self.control)
            .on_result(move |result| {
                let detail = match &result.outcome {
                    EntryOutcome::Placed { how, .. } => format!("{how:?}"),
                    EntryOutcome::Refused { error } | EntryOutcome::Unknown { error } => {
                        let why = error.context_value("reconcile").unwrap_or_default();
                        format!("{} {why}", error.kind())
                    }
                    EntryOutcome::Skipped { why } => format!("{why:?}"),
                };
                let word = result.outcome.as_str();
                let line = format!("{} {word} {} {detail}", result.key, result.dials);
                results.lock().unwrap().push(line.trim_end().to_owned());
            })
    }

    fn trick(&self, tricks: impl IntoIterator<Item = Trick>) {
        self.phone.tricks.lock().unwrap().extend(tricks);
    }

    async fn run(&self, rows: std::ops::Range<usize>) -> Result<BulkReport, BulkFailure> {
        self.dial()
            .run_all(&self.phone, &self.journal, entries(rows))
            .await
    }

    fn results(&self) -> Vec<String> {
        std::mem::take(&mut self.results.lock().unwrap())
    }

    fn dials(&self) -> Vec<(String, Instant)> {
        self.phone.dials.lock().unwrap().clone()
    }

    async fn began(&self, row: usize) {
        let begun = self
            .journal
            .begin(&Intent::new(key(row), self.clock.wall()))
            .await;
        assert_eq!(begun, Ok(Begun::Yes));
    }

    async fn state(&self, row: usize) -> EntryState {
        self.journal.state(&key(row)).await.unwrap()
    }
}

fn is_placed(state: &EntryState) -> bool {
    matches!(
        state,
        EntryState::Done {
            outcome: DialOutcome::Placed { .. },
            ..
        }
    )
}

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

#[test]
fn a_run_can_be_spawned() {
    fn is_send(_: &impl Send) {}
    let scene = Scene::new_without_time();
    is_send(&scene.0.run_all(&scene.1, &scene.2, entries(0..1)));
}

impl Scene {
    #[allow(
        clippy::type_complexity,
        reason = "three parts of a call that is never made"
    )]
    fn new_without_time() -> (BulkDial, Phone, MemoryJournal) {
        let clock: SharedClock = crate::clock::SystemClock::shared();
        let phone = Phone {
            clock,
            dials: Mutex::default(),
            calls: Mutex::default(),
            tricks: Mutex::default(),
            looks: Mutex::default(),
            looked: AtomicUsize::new(0),
            talk: Mutex::default(),
        };
        (BulkDial::new(), phone, MemoryJournal::new())
    }
}
