//! Each route, by the documents it answers with.

use std::time::Duration;

use http::{HeaderMap, Method};
use twilio_client::click_to_call::{KeyPress, Line, Phrases};
use voice_core::flow::click_to_call::{ClickNews, LeadFailure, Outcome, Refusal, Stage, Step};

use crate::support::{Bench, CALL, Does, LEAD, OTHER_CALL, VOICE, document, spoken, target_of};

#[tokio::test(start_paused = true)]
async fn the_agent_presses_a_key_and_the_lead_is_dialled() {
    for by_get in [false, true] {
        let bench = Bench::new(Does::Connects);
        let id = bench.click("a").await;
        let target = bench.target(id, Step::Connect);
        let answer = match by_get {
            true => bench.get(&target, &VOICE).await,
            false => bench.post(&target, &VOICE).await,
        };
        let tree = document(&answer);
        let gather = tree.child("Gather").unwrap();
        assert_eq!(gather.attribute("numDigits"), Some("1"));
        assert_eq!(gather.attribute("finishOnKey"), Some(""));
        assert_eq!(gather.attribute("timeout"), Some("10"));
        assert_eq!(
            gather.child("Say").unwrap().text,
            "Press any key to be connected to Ada & Sons."
        );
        assert_eq!(tree.children[1].text, "No key was pressed. Goodbye.");
        assert_eq!(tree.children[2].name, "Hangup");
        assert!(!answer.body.contains(LEAD), "not before the key");
        assert_eq!(bench.event().news, ClickNews::Asked);

        let action = target_of(gather.attribute("action").unwrap());
        assert!(action.starts_with("/api/v1/twilio/voice/connect-gather?token="));
        let pressed = bench
            .post(&action, &[("CallSid", CALL), ("Digits", "#")])
            .await;
        let tree = document(&pressed);
        let dial = tree.child("Dial").unwrap();
        assert_eq!(dial.child("Number").unwrap().text, LEAD);
        for (name, value) in [
            ("timeout", "30"),
            ("answerOnBridge", "true"),
            ("callerId", "+14155550100"),
            ("timeLimit", "14400"),
        ] {
            assert_eq!(dial.attribute(name), Some(value), "{name}");
        }
        let action = dial.attribute("action").unwrap();
        assert!(action.contains("/dial-action?token="));
        assert_eq!(bench.event().news, ClickNews::LeadDialled);
        assert_eq!(bench.record(id).await.stage, Stage::LeadDialled);
        assert_eq!(*bench.crm.asked.lock().unwrap(), 1);
    }
}

#[tokio::test(start_paused = true)]
async fn the_key_can_be_done_without() {
    let bench = Bench::with(Does::Connects, |builder| {
        builder
            .key_press(KeyPress::NotNeeded)
            .lead_ring_timeout(Duration::from_secs(20))
    });
    let id = bench.click("a").await;
    let answer = bench.post(&bench.target(id, Step::Connect), &VOICE).await;
    let dial = document(&answer);
    let dial = dial.child("Dial").unwrap();
    assert_eq!(dial.attribute("timeout"), Some("20"));
    assert_eq!(bench.event().news, ClickNews::LeadDialled);
}

#[tokio::test(start_paused = true)]
async fn twilios_own_repetition_gets_the_same_document() {
    let bench = Bench::new(Does::Connects);
    let id = bench.click("a").await;
    let target = bench.target(id, Step::Connect);
    let first = bench.post(&target, &VOICE).await;
    bench.event();
    let again = bench.get(&target, &VOICE).await;
    assert_eq!(first, again);
    assert_eq!(bench.event().news, ClickNews::Repeated);
    assert_eq!(*bench.crm.asked.lock().unwrap(), 1);
}

#[tokio::test(start_paused = true)]
async fn two_at_the_same_moment_get_one_document() {
    let bench = Bench::new(Does::Connects);
    let id = bench.click("a").await;
    let target = bench.target(id, Step::Connect);
    let (one, two) = tokio::join!(bench.post(&target, &VOICE), bench.post(&target, &VOICE));
    assert_eq!(one, two);
    assert!(one.body.contains("<Gather"));
}

#[tokio::test(start_paused = true)]
async fn tokens_that_are_not_good_are_told_apart() {
    let bench = Bench::new(Does::Connects);
    let id = bench.click("a").await;
    let connect = bench.clicks.routes().path_of(Step::Connect).to_owned();
    let wrong_step = bench.target_for(id, Step::Connect, Step::Gather, Duration::from_secs(60));
    let unknown = Bench::new(Does::Connects).click("never-written-here").await;
    let cases = [
        (connect.clone(), Refusal::MissingToken, "missing token"),
        (
            format!("{connect}?token="),
            Refusal::MissingToken,
            "missing token",
        ),
        (
            format!("{connect}?token=invalid"),
            Refusal::InvalidToken,
            "not valid",
        ),
        (
            format!("{connect}?other=1"),
            Refusal::MissingToken,
            "missing token",
        ),
        (wrong_step, Refusal::InvalidToken, "not valid"),
        (
            bench.target(unknown, Step::Connect),
            Refusal::UnknownClick,
            "not valid",
        ),
    ];
    for (target, refusal, words) in cases {
        for by_get in [false, true] {
            let answer = match by_get {
                true => bench.get(&target, &VOICE).await,
                false => bench.post(&target, &VOICE).await,
            };
            assert!(spoken(&answer).contains(words), "{}", answer.body);
            assert_eq!(bench.event().news, ClickNews::Refused(refusal, None));
        }
    }
    assert_eq!(bench.record(id).await.outcome, None);
}

#[tokio::test(start_paused = true)]
async fn an_expired_token_is_spoken_and_is_the_outcome() {
    let bench = Bench::new(Does::Connects);
    let id = bench.click("a").await;
    let target = bench.target(id, Step::Connect);
    bench.clock.step(Ok(Duration::from_secs(301)));
    let answer = bench.post(&target, &VOICE).await;
    assert!(spoken(&answer).contains("expired"));
    let event = bench.event();
    assert_eq!(event.news, ClickNews::Refused(Refusal::Expired, None));
    assert_eq!(event.call.unwrap().as_str(), CALL);
    assert_eq!(
        bench.record(id).await.outcome,
        Some(Outcome::NotConnected(Refusal::Expired))
    );
}

#[tokio::test(start_paused = true)]
async fn a_repetition_that_comes_too_late_does_not_undo_what_was_answered() {
    let bench = Bench::new(Does::Connects);
    let id = bench.click("a").await;
    let connect = bench.target(id, Step::Connect);
    assert!(bench.post(&connect, &VOICE).await.body.contains("<Gather"));
    bench.clock.step(Ok(Duration::from_secs(302)));
    assert!(spoken(&bench.post(&connect, &VOICE).await).contains("expired"));
    assert_eq!(bench.record(id).await.outcome, None);
}

#[tokio::test(start_paused = true)]
async fn the_keys_token_lives_from_when_the_key_is_asked_for() {
    let bench = Bench::new(Does::Connects);
    let id = bench.click("a").await;
    let target = bench.target(id, Step::Connect);
    // The agent answers in the last second of the first token.
    bench.clock.step(Ok(Duration::from_secs(300)));
    let asked = document(&bench.post(&target, &VOICE).await);
    let action = asked.child("Gather").unwrap().attribute("action").unwrap();
    bench.clock.step(Ok(Duration::from_secs(60)));
    let pressed = [("CallSid", CALL), ("Digits", "5")];
    let answer = bench.post(&target_of(action), &pressed).await;
    assert!(document(&answer).child("Dial").is_some());
}

#[tokio::test(start_paused = true)]
async fn a_token_is_good_for_one_call_only() {
    let bench = Bench::new(Does::Connects);
    let id = bench.click("a").await;
    let other = [("CallSid", OTHER_CALL)];
    let target = bench.target(id, Step::Connect);
    bench.post(&target, &VOICE).await;
    bench.event();
    // Taken, by another call.
    let replayed = bench.post(&target, &other).await;
    assert!(spoken(&replayed).contains("used already"));
    assert_eq!(
        bench.event().news,
        ClickNews::Refused(Refusal::Replayed, None)
    );
    // Not taken yet, and tied to the first call.
    let wrong = bench.post(&bench.target(id, Step::Gather), &other).await;
    assert!(spoken(&wrong).contains("not valid"));
    assert_eq!(
        bench.event().news,
        ClickNews::Refused(Refusal::WrongCall, None)
    );
    // None of it disturbs the first call.
    assert_eq!(bench.record(id).await.outcome, None);
    assert!(
        document(&bench.post(&target, &VOICE).await)
            .child("Gather")
            .is_some()
    );
}

#[tokio::test(start_paused = true)]
async fn a_captured_request_tells_nothing_once_the_agent_is_gone() {
    let bench = Bench::with(Does::Connects, |builder| {
        builder.key_press(KeyPress::NotNeeded)
    });
    let id = bench.click("a").await;
    let target = bench.target(id, Step::Connect);
    assert!(bench.post(&target, &VOICE).await.body.contains(LEAD));
    let over = [
        ("CallSid", CALL),
        ("CallStatus", "completed"),
        ("SequenceNumber", "3"),
    ];
    bench.post(&bench.target(id, Step::Status), &over).await;
    let replayed = bench.post(&target, &VOICE).await;
    assert!(spoken(&replayed).contains("used already"));
}

#[tokio::test(start_paused = true)]
async fn the_dial_action_tells_outcomes_apart() {
    let seven = Some(Duration::from_secs(7));
    type Case = (
        &'static [(&'static str, &'static str)],
        Outcome,
        Option<&'static str>,
    );
    let cases: [Case; 9] = [
        (
            &[
                ("DialCallStatus", "completed"),
                ("DialBridged", "true"),
                ("DialCallDuration", "7"),
            ],
            Outcome::Connected { length: seven },
            None,
        ),
        (
            &[("DialCallStatus", "completed"), ("DialCallDuration", "7")],
            Outcome::Connected { length: seven },
            None,
        ),
        (
            &[("DialCallStatus", "completed"), ("DialBridged", "false")],
            Outcome::LeadUnreachable(LeadFailure::NoAnswer),
            Some("no answer"),
        ),
        (
            &[("DialCallStatus", "busy"), ("DialBridged", "false")],
            Outcome::LeadUnreachable(LeadFailure::Busy),
            Some("busy"),
        ),
        (
            &[
                ("DialCallStatus", "no-answer"),
                ("CallStatus", "in-progress"),
            ],
            Outcome::LeadUnreachable(LeadFailure::NoAnswer),
            Some("no answer"),
        ),
        (
            &[("DialCallStatus", "failed")],
            Outcome::LeadUnreachable(LeadFailure::Failed),
            Some("could not be reached"),
        ),
        (
            &[("DialCallStatus", "no-answer"), ("CallStatus", "completed")],
            Outcome::AgentGaveUp,
            None,
        ),
        (
            &[("DialCallStatus", "canceled")],
            Outcome::AgentGaveUp,
            None,
        ),
        (
            &[("DialCallStatus", "teleported")],
            Outcome::LeadUnreachable(LeadFailure::Failed),
            Some("could not be reached"),
        ),
    ];
    for (pairs, outcome, words) in cases {
        let bench = Bench::new(Does::Connects);
        let id = bench.click("a").await;
        let pairs = [&[("CallSid", CALL)], pairs].concat();
        let answer = bench
            .post(&bench.target(id, Step::DialAction), &pairs)
            .await;
        match words {
            Some(words) => assert!(spoken(&answer).contains(words), "{}", answer.body),
            None => assert_eq!(document(&answer).children[0].name, "Hangup"),
        }
        assert_eq!(bench.event().news, ClickNews::Over(outcome.clone()));
        assert_eq!(bench.record(id).await.outcome, Some(outcome));
    }
}

#[tokio::test(start_paused = true)]
async fn a_machine_at_the_agents_is_hung_up_on() {
    for who in ["machine_start", "machine_end_beep", "fax"] {
        let bench = Bench::new(Does::Connects);
        let id = bench.click("a").await;
        let pairs = [("CallSid", CALL), ("AnsweredBy", who)];
        let answer = bench.post(&bench.target(id, Step::Connect), &pairs).await;
        assert_eq!(document(&answer).children[0].name, "Hangup");
        assert_eq!(bench.record(id).await.outcome, Some(Outcome::AgentMachine));
        assert_eq!(*bench.crm.asked.lock().unwrap(), 0);
    }
    let bench = Bench::new(Does::Connects);
    let id = bench.click("a").await;
    let pairs = [("CallSid", CALL), ("AnsweredBy", "unknown")];
    let answer = bench.post(&bench.target(id, Step::Connect), &pairs).await;
    assert!(document(&answer).child("Gather").is_some());
}

#[tokio::test(start_paused = true)]
async fn the_fallback_gives_the_first_answer_again_and_never_rings_twice() {
    let bench = Bench::new(Does::Connects);
    let id = bench.click("a").await;
    let connect = bench.target(id, Step::Connect);
    let url = format!("https://crm.example.com{connect}");
    let failed = [
        ("CallSid", CALL),
        ("ErrorCode", "11200"),
        ("ErrorUrl", &url),
    ];
    let fallback = bench.target(id, Step::Fallback);
    // The request itself never came through: it is answered here instead.
    let first = bench.post(&fallback, &failed).await;
    assert!(document(&first).child("Gather").is_some());
    assert_eq!(bench.event().news, ClickNews::Recovered);
    assert_eq!(bench.post(&fallback, &failed).await, first);
    bench.event();
    let action = document(&first);
    let action = target_of(action.child("Gather").unwrap().attribute("action").unwrap());
    bench
        .post(&action, &[("CallSid", CALL), ("Digits", "1")])
        .await;
    bench.event();
    // From here on the lead may ring.
    let late = bench.post(&fallback, &failed).await;
    assert!(spoken(&late).contains("went wrong"));
    assert_eq!(
        bench.event().news,
        ClickNews::Refused(Refusal::Fallback, Some("error 11200".to_owned()))
    );
    let other = [("CallSid", OTHER_CALL), ("ErrorUrl", &url)];
    bench.post(&fallback, &other).await;
    assert_eq!(
        bench.event().news,
        ClickNews::Refused(Refusal::WrongCall, None)
    );
}

#[tokio::test(start_paused = true)]
async fn health_asks_for_no_signature_and_other_paths_are_not_found() {
    let bench = Bench::new(Does::Connects);
    let none = HeaderMap::new();
    for url in ["/health", "/health?x=1", "https://crm.example.com/health"] {
        let answer = bench.clicks.handle(&Method::GET, url, &none, b"").await;
        assert_eq!((answer.status, answer.body.as_str()), (200, "ok"));
    }
    for url in [
        "/",
        "",
        "/api/v1/twilio/voice",
        "/api/v1/twilio/voice/connect/x",
    ] {
        let answer = bench.clicks.handle(&Method::GET, url, &none, b"").await;
        assert_eq!(answer.status, 404, "{url}");
    }
}

#[tokio::test(start_paused = true)]
async fn the_lines_can_be_said_otherwise_and_names_are_names() {
    let phrases = Phrases::new()
        .say(Line::PressKey, "Taste für {{name}}, {{name}}")
        .language("de-DE");
    let bench = Bench::with(Does::Connects, |builder| builder.phrases(phrases));
    let id = bench.click("a").await;
    let tree = document(&bench.post(&bench.target(id, Step::Connect), &VOICE).await);
    let say = tree.child("Gather").unwrap().child("Say").unwrap();
    assert_eq!(say.text, "Taste für Ada & Sons, Ada & Sons");
    assert_eq!(say.attribute("language"), Some("de-DE"));
}
