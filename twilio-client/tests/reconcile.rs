//! A dial without a clear answer: the call is found, and nobody is rung twice.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::print_stdout,
    reason = "a test fails by panicking"
)]

mod common;

use std::time::{Duration, SystemTime};

use common::{CALL, from, join_url, quick, scripted, to};
use serde_json::{Value, json};
use twilio_client::CALL_KEY;
use twilio_client::calls::CreateCall;
use twilio_client::testkit::{Pace, TwilioSimulator};
use twilio_client::types::ApiTime;
use voice_core::client::RequestOptions;
use voice_core::clock::{Clock, SystemClock};
use voice_core::error::{Delivery, ErrorKind};
use voice_core::ident::E164;
use voice_core::provider::{CallKey, CallProvider, Connect, FindCall, Found, PlaceCall};
use voice_core::testkit::{Mishap, Reply};

fn order(key: &str) -> PlaceCall {
    PlaceCall::new(
        to(),
        from(),
        Connect::Session(join_url()),
        CallKey::new(key).unwrap(),
    )
}

fn now() -> SystemTime {
    SystemClock::default().wall()
}

async fn simulator() -> TwilioSimulator {
    TwilioSimulator::builder()
        .calls_per_second(100.0)
        .pace(Pace::FAST.with_talk(None))
        .start()
        .await
}

#[tokio::test]
async fn a_call_that_was_placed_behind_an_error_is_found_and_never_dialled_again() {
    let simulator = simulator().await;
    let client = simulator.client_with(quick()).unwrap();
    let in_a_hurry = client.with(RequestOptions::new().attempt_timeout(Duration::from_millis(300)));
    let number = |n: usize| E164::parse(&format!("+1415555020{n}")).unwrap();
    for (n, mishap) in [
        Mishap::ServerErrorAfterActing,
        Mishap::UnreadableSuccess,
        Mishap::Slow(Duration::from_secs(3)),
    ]
    .into_iter()
    .enumerate()
    {
        let shown = format!("{mishap:?}");
        simulator.mishaps().next_of("calls.create", mishap);
        let mut request = order(&format!("key-{n}"));
        request.to = number(n);
        let start = now();
        let error = in_a_hurry.place_call(&request).await.unwrap_err();
        assert!(error.may_have_happened(), "{shown}: {error}");
        assert_eq!(
            (error.provider(), error.operation()),
            ("twilio", "calls.create")
        );

        let look = FindCall::of(&request, start, now());
        let Found::One(call) = client.find_call(&look).await.unwrap() else {
            panic!("{shown}: the call is there");
        };
        let again = client.clone().find_call(&look).await.unwrap();
        assert!(
            matches!(again, Found::One(same) if same.id == call.id),
            "{shown}: and stays found"
        );
        assert_eq!(simulator.dialled(&number(n)), 1, "{shown}: rung once");
        let placed = simulator.call(&call.id.as_str().parse().unwrap()).unwrap();
        assert_eq!(
            placed.stream_parameter(CALL_KEY),
            Some(format!("key-{n}")),
            "{shown}: it is the very call"
        );
    }
    assert_eq!(simulator.mishaps().left(), 0);
}

#[tokio::test]
async fn where_nothing_was_placed_nothing_is_found() {
    let simulator = simulator().await;
    let client = simulator.client_with(quick()).unwrap();
    for (mishap, delivery) in [
        (Mishap::ServerError, Delivery::Unknown),
        (Mishap::Unavailable(None), Delivery::Unknown),
        (Mishap::BadGateway, Delivery::Unknown),
        (Mishap::Unauthorized, Delivery::Answered),
    ] {
        let start = now();
        simulator.mishaps().next_of("calls.create", mishap);
        let error = client.place_call(&order("a")).await.unwrap_err();
        assert_eq!(error.delivery(), delivery, "{error}");
        let found = client
            .find_call(&FindCall::of(&order("a"), start, now()))
            .await
            .unwrap();
        assert!(matches!(found, Found::Nothing), "{found:?}");
    }
    simulator
        .mishaps()
        .next_of("calls.create", Mishap::RateLimited(None));
    client.place_call(&order("b")).await.unwrap();
    assert_eq!(
        simulator.dialled(&to()),
        1,
        "429 is a refusal: sent again, rung once"
    );
}

#[tokio::test]
async fn a_call_of_another_dial_is_never_taken_for_ones_own() {
    let simulator = simulator().await;
    let client = simulator.client_with(quick()).unwrap();
    let start = now();
    // One that this client placed itself, by the trait and by the typed method.
    let other = client.place_call(&order("other")).await.unwrap();
    let typed = CreateCall::new(to(), from(), common::full::hangup());
    client.calls().create(&typed).await.unwrap();
    simulator
        .mishaps()
        .next_of("calls.create", Mishap::ServerError);
    client.place_call(&order("lost")).await.unwrap_err();
    let look = FindCall::of(&order("lost"), start, now());
    let found = client.clone().find_call(&look).await.unwrap();
    assert!(
        matches!(found, Found::Nothing),
        "both calls have an owner: {found:?}"
    );

    // Now one of somebody else's, too: nothing tells it from the lost one, which was never placed.
    simulator.place_call_elsewhere(&to(), &from());
    simulator.place_call_elsewhere(&to(), &from());
    let Found::Several(ids) = client.find_call(&look).await.unwrap() else {
        panic!("two calls could be it");
    };
    assert!(ids.len() == 2 && !ids.contains(&other.id), "{ids:?}");

    let stranger = simulator.client_with(quick()).unwrap();
    let Found::Several(all) = stranger.find_call(&look).await.unwrap() else {
        panic!("another client knows no owner");
    };
    assert_eq!(all.len(), 4);
}

#[tokio::test]
async fn of_two_dials_without_an_answer_none_takes_the_only_call() {
    let simulator = simulator().await;
    let client = simulator.client_with(quick()).unwrap();
    let start = now();
    simulator
        .mishaps()
        .next_of("calls.create", Mishap::ServerError);
    simulator
        .mishaps()
        .next_of("calls.create", Mishap::ServerErrorAfterActing);
    for key in ["a", "b"] {
        client.place_call(&order(key)).await.unwrap_err();
    }
    for key in ["a", "b"] {
        let found = client
            .find_call(&FindCall::of(&order(key), start, now()))
            .await
            .unwrap();
        assert!(
            matches!(&found, Found::Several(ids) if ids.len() == 1),
            "{key}: {found:?}"
        );
    }
    assert_eq!(simulator.dialled(&to()), 1);
}

#[tokio::test]
async fn a_dial_by_the_typed_method_counts_as_another_one() {
    let simulator = simulator().await;
    let client = simulator.client_with(quick()).unwrap();
    let start = now();
    let typed = CreateCall::new(to(), from(), common::full::hangup());
    simulator
        .mishaps()
        .next_of("calls.create", Mishap::ServerErrorAfterActing);
    client.calls().create(&typed).await.unwrap_err();
    simulator
        .mishaps()
        .next_of("calls.create", Mishap::ServerError);
    client.place_call(&order("lost")).await.unwrap_err();
    let found = client
        .find_call(&FindCall::of(&order("lost"), start, now()))
        .await
        .unwrap();
    assert!(
        matches!(&found, Found::Several(ids) if ids.len() == 1),
        "{found:?}"
    );

    // One that was refused placed nothing, and stands in nobody's way.
    let client = simulator.client_with(quick()).unwrap();
    simulator
        .mishaps()
        .next_of("calls.create", Mishap::Unauthorized);
    client.calls().create(&typed).await.unwrap_err();
    let found = client
        .find_call(&FindCall::of(&order("lost"), start, now()))
        .await
        .unwrap();
    assert!(matches!(found, Found::One(_)), "{found:?}");
}

#[tokio::test]
async fn a_call_of_another_time_is_not_it() {
    let simulator = simulator().await;
    let client = simulator.client_with(quick()).unwrap();
    simulator.place_call_elsewhere(&to(), &from());
    let minute = Duration::from_secs(60);
    for (sent_from, sent_until) in [
        (now() + minute, now() + 2 * minute),
        (now() - 3 * minute, now() - minute),
    ] {
        let found = client
            .find_call(&FindCall::of(&order("a"), sent_from, sent_until))
            .await
            .unwrap();
        assert!(matches!(found, Found::Nothing), "{found:?}");
    }
    // Up to 5 s of difference between the clocks are allowed for, and what Twilio may still have worked on.
    for (sent_from, sent_until) in [
        (now() + Duration::from_secs(4), now() + minute),
        (now() - minute, now() - Duration::from_secs(30)),
    ] {
        let client = simulator.client_with(quick()).unwrap();
        let found = client
            .find_call(&FindCall::of(&order("a"), sent_from, sent_until))
            .await
            .unwrap();
        assert!(matches!(found, Found::One(_)), "{found:?}");
    }
}

fn listed(change: impl FnOnce(&mut Value)) -> Value {
    let mut call = json!({
        "sid": CALL, "to": to(), "from": from(), "direction": "outbound-api", "parent_call_sid": null, "status": "queued",
        "start_time": null, "date_created": ApiTime::from_time(now()).as_str(),
    });
    change(&mut call);
    call
}

#[tokio::test]
async fn only_a_call_that_fits_in_every_respect_is_adopted() {
    let child = concat!("CA", "00000000000000000000000000000001");
    for (call, adopted) in [
        (listed(|_| {}), Some(1)),
        (listed(|call| call["to"] = "+14155559999".into()), None),
        (listed(|call| call["from"] = "+14155559999".into()), None),
        (
            listed(|call| call["direction"] = "outbound-dial".into()),
            None,
        ),
        (listed(|call| call["direction"] = "inbound".into()), None),
        (listed(|call| call["parent_call_sid"] = child.into()), None),
        (
            listed(|call| call["date_created"] = "Fri, 18 Oct 2019 17:00:00 +0000".into()),
            None,
        ),
        // A time nobody can read leaves it open whether this is the call: that is said, and nothing is adopted.
        (
            listed(|call| call["date_created"] = "some day".into()),
            Some(0),
        ),
        (listed(|call| call["date_created"] = Value::Null), Some(0)),
    ] {
        let (client, transport) = scripted([Reply::json(
            &json!({"calls": [call], "next_page_uri": null}),
        )]);
        let found = client
            .find_call(&FindCall::of(&order("a"), now(), now()))
            .await
            .unwrap();
        let as_expected = match (&found, adopted) {
            (Found::Nothing, None) | (Found::One(_), Some(1)) => true,
            (Found::Several(ids), Some(0)) => ids.len() == 1,
            _ => false,
        };
        assert!(as_expected, "{call}: {found:?}");
        let query = transport.sent()[0].uri.query().unwrap().to_owned();
        assert!(
            query.starts_with("To=%2B14155550123&From=%2B14155550100&PageSize="),
            "{query}"
        );
        assert!(
            !query.contains("StartTime"),
            "start_time is null until a call is dialled"
        );
    }
}

#[tokio::test]
async fn looking_goes_through_pages_and_stops_at_older_calls() {
    let other = |sid: u32, age: u64| {
        listed(|call| {
            call["sid"] = format!("CA{sid:032x}").into();
            call["date_created"] = ApiTime::from_time(now() - Duration::from_secs(age))
                .as_str()
                .into();
        })
    };
    let page = |calls: Vec<Value>, next: u32| {
        let next = format!(
            "/2010-04-01/Accounts/{}/Calls.json?Page={next}",
            common::ACCOUNT
        );
        Reply::json(&json!({"calls": calls, "next_page_uri": next}))
    };
    let (client, transport) = scripted([
        page(vec![], 1),
        page(vec![listed(|_| {}), other(1, 100)], 2),
        page(vec![other(2, 4000)], 3),
    ]);
    let found = client
        .find_call(&FindCall::of(&order("a"), now(), now()))
        .await
        .unwrap();
    assert!(matches!(found, Found::One(_)), "{found:?}");
    assert_eq!(
        transport.sent().len(),
        3,
        "the last page begins with an old call: no further one is read"
    );

    let (client, _) = scripted([Reply::status(401, r#"{"code":20003}"#)]);
    let error = client
        .find_call(&FindCall::of(&order("a"), now(), now()))
        .await
        .unwrap_err();
    assert_eq!(
        error.kind(),
        ErrorKind::Authentication,
        "a look that fails is no 'nothing'"
    );
}

#[tokio::test]
async fn a_dial_says_yes_without_naming_its_call() {
    let (client, _) = scripted([Reply::status(201, "{}").header("twilio-request-id", "RQ9")]);
    let error = client.place_call(&order("a")).await.unwrap_err();
    assert!(error.may_have_happened(), "{error}");
    assert_eq!(
        (error.kind(), error.request_id()),
        (ErrorKind::Decode, Some("RQ9"))
    );
}
