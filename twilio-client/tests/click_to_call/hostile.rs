//! Whatever happens, voice routes answer 200 with TwiML, in time.

use std::time::Duration;

use async_trait::async_trait;
use http::Method;
use proptest::prelude::*;
use std::sync::Arc;
use twilio_client::click_to_call::BadSignature;
use voice_core::clock::{Clock, SystemClock};
use voice_core::error::{Error, ErrorKind};
use voice_core::flow::click_to_call::{
    ClickId, ClickNews, ClickRecord, ClickStore, Inserted, Outcome, Refusal, Replaced, Step,
};
use voice_core::provider::CallKey;

use crate::support::{Bench, CALL, Does, OTHER_CALL, VOICE, document, spoken};

#[tokio::test(start_paused = true)]
async fn whatever_the_application_does_the_agent_hears_a_line() {
    let cases = [
        (Does::KnowsNobody, Refusal::UnknownContact, "not found"),
        (Does::Declines, Refusal::Declined, "cannot be called"),
        (Does::Fails, Refusal::CallbackFailed, "went wrong"),
        (Does::HasABadNumber, Refusal::CallbackFailed, "went wrong"),
        (Does::Panics, Refusal::CallbackPanicked, "went wrong"),
        (Does::PanicsAtOnce, Refusal::CallbackPanicked, "went wrong"),
        (
            Does::Sleeps(Duration::from_secs(60)),
            Refusal::CallbackSlow,
            "went wrong",
        ),
    ];
    for (does, refusal, words) in cases {
        let bench = Bench::new(does);
        let id = bench.click("a").await;
        let target = bench.target(id, Step::Connect);
        let start = bench.clock.elapsed();
        let answer = bench.post(&target, &VOICE).await;
        assert!(bench.clock.elapsed() - start < Duration::from_secs(9));
        assert!(spoken(&answer).contains(words), "{does:?}: {}", answer.body);
        let event = bench.event();
        let ClickNews::Refused(said, detail) = &event.news else {
            panic!("{event:?}")
        };
        assert_eq!(*said, refusal);
        let shown = format!("{event} {event:?} {detail:?}");
        for secret in ["hunter2", "5550122", "0415 555"] {
            assert!(!shown.contains(secret), "{shown}");
        }
        assert_eq!(
            bench.record(id).await.outcome,
            Some(Outcome::NotConnected(refusal))
        );
        // Twilio's repetition hears the same, and the application is not asked again.
        *bench.crm.does.lock().unwrap() = Does::Connects;
        assert_eq!(bench.post(&target, &VOICE).await, answer);
        assert_eq!(*bench.crm.asked.lock().unwrap(), 1);
    }
}

#[tokio::test(start_paused = true)]
async fn a_forged_signature_gets_a_neutral_goodbye_or_403() {
    let bench = Bench::new(Does::Connects);
    let id = bench.click("a").await;
    let target = bench.target(id, Step::Connect);
    let body = format!("CallSid={CALL}");
    for signature in ["", "AAAA", "L/OH5YylLD5NRKLltdqwSvS0BnU="] {
        for method in [Method::POST, Method::GET] {
            let answer = bench
                .send(&method, &target, signature, body.as_bytes())
                .await;
            assert_eq!(spoken(&answer), "Goodbye.");
            let event = bench.event();
            assert_eq!(event.news, ClickNews::Refused(Refusal::BadSignature, None));
            assert_eq!((event.call, event.click), (None, None));
        }
    }
    let status = bench.target(id, Step::Status);
    let answer = bench
        .send(&Method::POST, &status, "AAAA", body.as_bytes())
        .await;
    assert!(document(&answer).children.is_empty());
    assert_eq!(bench.record(id).await.call, None);

    let strict = Bench::with(Does::Connects, |b| b.bad_signature(BadSignature::Forbidden));
    let answer = strict
        .send(&Method::POST, &target, "AAAA", body.as_bytes())
        .await;
    assert_eq!(answer.status, 403);
}

#[tokio::test(start_paused = true)]
async fn a_signature_for_another_host_or_with_another_body_is_forged() {
    use twilio_client::webhook::{Params, sign};

    let bench = Bench::new(Does::Connects);
    let id = bench.click("a").await;
    let target = bench.target(id, Step::Connect);
    let params = Params::parse(format!("CallSid={CALL}").as_bytes());
    let token = crate::support::TOKEN;
    for (url, body) in [
        (format!("https://evil.example{target}"), CALL),
        (format!("http://crm.example.com{target}"), CALL),
        (format!("https://crm.example.com{target}"), OTHER_CALL),
    ] {
        let signature = sign(token, &url, &params);
        let body = format!("CallSid={body}");
        let answer = bench
            .send(&Method::POST, &target, &signature, body.as_bytes())
            .await;
        assert_eq!(spoken(&answer), "Goodbye.");
    }
    // An absolute target's own host counts for nothing: the configured one was signed.
    let signature = sign(token, &format!("https://crm.example.com{target}"), &params);
    let absolute = format!("http://127.0.0.1:3001{target}");
    let body = format!("CallSid={CALL}");
    let answer = bench
        .send(&Method::POST, &absolute, &signature, body.as_bytes())
        .await;
    assert!(document(&answer).child("Gather").is_some());
}

#[tokio::test(start_paused = true)]
async fn a_signed_request_without_a_call_is_malformed() {
    let bench = Bench::new(Does::Connects);
    let id = bench.click("a").await;
    for step in [
        Step::Connect,
        Step::Gather,
        Step::DialAction,
        Step::Status,
        Step::Fallback,
    ] {
        for pairs in [&[][..], &[("CallSid", "CA1")], &[("CallSid", "")]] {
            let answer = bench.post(&bench.target(id, step), pairs).await;
            document(&answer);
            assert_eq!(
                bench.event().news,
                ClickNews::Refused(Refusal::Malformed, None)
            );
        }
    }
}

#[tokio::test(start_paused = true)]
async fn no_digits_are_no_key() {
    let bench = Bench::new(Does::Connects);
    let id = bench.click("a").await;
    let answer = bench.post(&bench.target(id, Step::Gather), &VOICE).await;
    assert!(spoken(&answer).contains("No key"));
    assert_eq!(bench.record(id).await.outcome, Some(Outcome::AgentGaveUp));
}

/// A store that fails, or never answers.
#[derive(Debug)]
struct Broken {
    slow: bool,
}

impl Broken {
    async fn fail<T>(&self) -> Result<T, Error> {
        if self.slow {
            SystemClock::default()
                .sleep(Duration::from_secs(3600))
                .await;
        }
        Err(Error::new(ErrorKind::Connection, "the database is gone"))
    }
}

#[async_trait]
impl ClickStore for Broken {
    async fn insert(&self, _: &ClickRecord) -> Result<Inserted, Error> {
        self.fail().await
    }

    async fn get(&self, _: &ClickId) -> Result<Option<ClickRecord>, Error> {
        self.fail().await
    }

    async fn find(&self, _: &CallKey) -> Result<Option<ClickRecord>, Error> {
        self.fail().await
    }

    async fn replace(&self, _: &ClickRecord) -> Result<Replaced, Error> {
        self.fail().await
    }
}

#[tokio::test(start_paused = true)]
async fn a_store_that_fails_or_hangs_is_heard_in_time() {
    for (slow, refusal) in [(false, Refusal::StoreFailed), (true, Refusal::Internal)] {
        let bench = Bench::with(Does::Connects, |b| b.store(Arc::new(Broken { slow })));
        let id = bench.click("a").await;
        for step in [
            Step::Connect,
            Step::Gather,
            Step::DialAction,
            Step::Fallback,
        ] {
            let start = bench.clock.elapsed();
            let answer = bench.post(&bench.target(id, step), &VOICE).await;
            assert!(bench.clock.elapsed() - start < Duration::from_secs(13));
            assert!(spoken(&answer).contains("went wrong"));
            let news = bench.event().news;
            assert!(matches!(news, ClickNews::Refused(said, Some(_)) if said == refusal));
        }
    }
}

fn asked(bench: &Bench, method: &Method, target: &str, signature: &str, body: &[u8]) -> u16 {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_time()
        .build()
        .unwrap();
    runtime
        .block_on(bench.send(method, target, signature, body))
        .status
}

proptest! {
    #[test]
    fn no_request_makes_it_fail(
        path in "(/api/v1/twilio/voice/(connect|connect-gather|dial-action|status|fallback))",
        query in "(\\?[ -~]{0,80})?",
        body in proptest::collection::vec(any::<u8>(), 0..200),
        signed in any::<bool>(),
    ) {
        use twilio_client::webhook::{Params, sign};

        let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap();
        let guard = runtime.enter();
        let bench = Bench::new(Does::Connects);
        drop(guard);
        let target = format!("{path}{query}");
        let url = format!("{}{target}", crate::support::BASE);
        let signature = match signed {
            true => sign(crate::support::TOKEN, &url, &Params::parse(&body)),
            false => String::new(),
        };
        prop_assert_eq!(asked(&bench, &Method::POST, &target, &signature, &body), 200);
    }
}

#[tokio::test(start_paused = true)]
async fn a_listener_that_panics_takes_no_answer_with_it() {
    let bench = Bench::with(Does::Connects, |builder| {
        builder.on_event(|_| panic!("on purpose"))
    });
    let id = bench.click("a").await;
    let target = bench.target(id, Step::Connect);
    let answer = bench.post(&target, &VOICE).await;
    assert!(answer.body.contains("<Gather"), "{}", answer.body);
    let forged = bench.send(&Method::POST, &target, "AAAA", b"").await;
    assert_eq!(spoken(&forged), "Goodbye.");
}

#[tokio::test(start_paused = true)]
async fn an_answer_that_came_second_changes_nothing() {
    let bench = Bench::new(Does::FailsLateThenConnects);
    let id = bench.click("a").await;
    let target = bench.target(id, Step::Connect);
    let (one, two) = tokio::join!(bench.post(&target, &VOICE), bench.post(&target, &VOICE));
    assert_eq!(one, two);
    assert!(one.body.contains("<Gather"), "{}", one.body);
    // The agent is being asked for a key: the refusal that came late was told to nobody.
    assert_eq!(bench.record(id).await.outcome, None);
    let events = std::mem::take(&mut *bench.events.lock().unwrap());
    let news: Vec<ClickNews> = events.into_iter().map(|event| event.news).collect();
    assert_eq!(news, [ClickNews::Asked, ClickNews::Repeated]);
}
