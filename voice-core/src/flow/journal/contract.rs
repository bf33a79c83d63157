//! What every journal must do.

use std::time::{Duration, UNIX_EPOCH};

use secrecy::SecretString;

use super::{
    Begun, CallEnd, CallJournal, DialOutcome, EntryState, Intent, JournalError, MemoryJournal,
    NumberMark,
};
use crate::ident::E164;
use crate::provider::{CallId, CallKey, CallStatus};

pub(super) fn key(name: &str) -> CallKey {
    CallKey::new(name).unwrap()
}

pub(super) fn intent(name: &str) -> Intent {
    let mark = NumberMark::of(
        &SecretString::from("key"),
        E164::parse("+14155550111").unwrap(),
    );
    Intent::new(
        key(name),
        UNIX_EPOCH + Duration::from_millis(1_700_000_000_123),
    )
    .number(mark)
}

pub(super) fn placed(call: &str) -> DialOutcome {
    DialOutcome::Placed {
        call: CallId::new(call).unwrap(),
        end: None,
    }
}

fn done(name: &str, outcome: DialOutcome) -> EntryState {
    EntryState::Done {
        intent: intent(name),
        outcome,
    }
}

/// Fills an empty journal; [`read_again`] says whether it is all there.
pub(super) async fn fill(journal: &dyn CallJournal) {
    assert_eq!(journal.state(&key("a")).await.unwrap(), EntryState::New);
    assert_eq!(journal.begin(&intent("a")).await.unwrap(), Begun::Yes);
    let dialling = EntryState::Dialling(intent("a"));
    assert_eq!(journal.state(&key("a")).await.unwrap(), dialling);
    let again = Intent::new(key("a"), UNIX_EPOCH);
    let no = Begun::No(Box::new(dialling));
    assert_eq!(journal.begin(&again).await.unwrap(), no);

    journal.finish(&key("a"), &placed("CA-a")).await.unwrap();
    let owner = |call| CallId::new(call).unwrap();
    assert_eq!(journal.owner(&owner("CA-a")).await.unwrap(), Some(key("a")));
    assert_eq!(journal.owner(&owner("CA-b")).await.unwrap(), None);
    let no = Begun::No(Box::new(done("a", placed("CA-a"))));
    assert_eq!(journal.begin(&intent("a")).await.unwrap(), no);
    // Its end may come after; anything else may not.
    let ended = DialOutcome::Placed {
        call: owner("CA-a"),
        end: Some(CallEnd {
            status: CallStatus::Busy,
            seconds: Some(0),
        }),
    };
    journal.finish(&key("a"), &ended).await.unwrap();
    for wrong in [placed("CA-other"), DialOutcome::NotDialled] {
        let refused = journal.finish(&key("a"), &wrong).await;
        assert_eq!(refused, Err(JournalError::NoIntent(key("a"))));
    }
    let refused = journal.finish(&key("never"), &placed("CA1")).await;
    assert_eq!(refused, Err(JournalError::NoIntent(key("never"))));

    journal.begin(&intent("b")).await.unwrap();
    journal
        .finish(&key("b"), &DialOutcome::NotDialled)
        .await
        .unwrap();
    assert_eq!(journal.state(&key("b")).await.unwrap(), EntryState::New);
    assert_eq!(journal.begin(&intent("b")).await.unwrap(), Begun::Yes);

    let refused = DialOutcome::Refused {
        kind: "invalid_input".into(),
        message: "no such \"number\"\nreally".into(),
    };
    let unknown = DialOutcome::Unknown {
        message: "no answer — möglich".into(),
    };
    for (name, outcome) in [("c", &refused), ("d", &unknown)] {
        journal.begin(&intent(name)).await.unwrap();
        journal.finish(&key(name), outcome).await.unwrap();
    }
    read_again(journal).await;
}

/// What [`fill`] wrote.
pub(super) async fn read_again(journal: &dyn CallJournal) {
    let outcome = |state| match state {
        EntryState::Done { outcome, intent } => {
            assert_eq!(intent.number, super::contract::intent("a").number);
            outcome
        }
        other => panic!("{other:?}"),
    };
    match outcome(journal.state(&key("a")).await.unwrap()) {
        DialOutcome::Placed { call, end } => {
            assert_eq!(call.as_str(), "CA-a");
            assert_eq!(end.unwrap().status, CallStatus::Busy);
        }
        other => panic!("{other:?}"),
    }
    let open = EntryState::Dialling(intent("b"));
    assert_eq!(journal.state(&key("b")).await.unwrap(), open);
    let refused = outcome(journal.state(&key("c")).await.unwrap());
    assert!(matches!(refused, DialOutcome::Refused { message, .. } if message.contains('\n')));
    let unknown = outcome(journal.state(&key("d")).await.unwrap());
    assert!(matches!(unknown, DialOutcome::Unknown { message } if message.ends_with("möglich")));
    let call = CallId::new("CA-a").unwrap();
    assert_eq!(journal.owner(&call).await.unwrap(), Some(key("a")));
}

/// Of many that begin one entry at once, one may.
pub(super) async fn race(journal: &dyn CallJournal) {
    for round in 0..20 {
        let all = (0..16u64).map(|n| {
            let at = UNIX_EPOCH + Duration::from_secs(n);
            async move {
                journal
                    .begin(&Intent::new(key(&format!("race/{round}")), at))
                    .await
            }
        });
        let begun = futures_util::future::join_all(all).await;
        let yes = begun.iter().filter(|b| **b == Ok(Begun::Yes)).count();
        assert_eq!(yes, 1, "{begun:?}");
    }
}

#[tokio::test]
async fn memory_keeps_the_contract() {
    let journal = MemoryJournal::new();
    fill(&journal).await;
    race(&journal).await;
    assert_eq!(format!("{journal:?}"), "MemoryJournal { entries: 24 }");
}

#[cfg(feature = "redis")]
mod on_redis {
    use super::*;
    use crate::clock::{Clock, SystemClock};
    use crate::flow::journal::{RedisJournal, RedisJournalOptions};
    use crate::store::redis::{RedisConnection, RedisOptions};
    use crate::testkit::RedisServer;

    fn connection(server: &RedisServer) -> RedisConnection {
        RedisConnection::open(RedisOptions::parse(&server.url()).unwrap()).unwrap()
    }

    fn options() -> RedisJournalOptions {
        RedisJournalOptions::new()
            .lease(Duration::from_millis(400))
            .wait(Duration::ZERO)
    }

    async fn open(server: &RedisServer) -> Result<RedisJournal, JournalError> {
        RedisJournal::open(connection(server), "spring", options()).await
    }

    #[tokio::test]
    async fn redis_keeps_the_contract_for_the_next_process() {
        let server = RedisServer::start().await.unwrap();
        let journal = open(&server).await.unwrap();
        fill(&journal).await;
        race(&journal).await;
        let other = RedisJournal::open(connection(&server), "summer", options()).await;
        assert_eq!(
            other.unwrap().state(&key("a")).await.unwrap(),
            EntryState::New
        );
        assert_eq!(open(&server).await.unwrap_err(), JournalError::Locked);
        drop(journal);
        let journal = RedisJournal::open(
            connection(&server),
            "spring",
            options().wait(Duration::from_secs(5)),
        );
        let journal = journal.await.unwrap();
        read_again(&journal).await;
        // Kept for 30 days, and longer with every change.
        let left = server
            .tell("PTTL voice:journal:{spring}:entries")
            .await
            .unwrap();
        let left: u64 = left.trim_start_matches(':').parse().unwrap();
        assert!((2_591_000_000..=2_592_000_000).contains(&left), "{left}");
        assert!(!format!("{journal:?}").contains("5550111"));
    }

    #[tokio::test]
    async fn a_lease_is_renewed_and_what_was_lost_cannot_be_written() {
        let server = RedisServer::start().await.unwrap();
        let journal = open(&server).await.unwrap();
        SystemClock::default()
            .sleep(Duration::from_millis(900))
            .await;
        assert_eq!(open(&server).await.unwrap_err(), JournalError::Locked);
        journal.begin(&intent("a")).await.unwrap();
        // Taken over, as by another process after this one was cut off.
        server
            .tell("SET voice:journal:{spring}:lease somebody")
            .await
            .unwrap();
        assert_eq!(journal.begin(&intent("b")).await, Err(JournalError::Lost));
        let late = journal.finish(&key("a"), &placed("CA1")).await;
        assert_eq!(late, Err(JournalError::Lost));
        drop(journal);
        SystemClock::default()
            .sleep(Duration::from_millis(100))
            .await;
        let holder = server
            .tell("EXISTS voice:journal:{spring}:lease")
            .await
            .unwrap();
        assert_eq!(holder, ":1", "the lease of another is not given up");
    }

    #[tokio::test]
    async fn a_foreign_version_and_a_dead_server_are_told() {
        let mut server = RedisServer::start().await.unwrap();
        server
            .tell("HSET voice:journal:{spring}:entries '' 2")
            .await
            .unwrap();
        let error = open(&server).await.unwrap_err();
        assert!(matches!(&error, JournalError::Format { found } if found.contains("version 2")));
        server
            .tell("DEL voice:journal:{spring}:entries")
            .await
            .unwrap();
        let journal = open(&server).await.unwrap();
        server.stop();
        let error = journal.begin(&intent("a")).await.unwrap_err();
        assert!(matches!(error, JournalError::Store(_)), "{error:?}");
    }
}
