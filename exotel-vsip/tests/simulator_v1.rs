//! Voice v1 of the simulator on the wire: orders, details, lists, number metadata, balance, in JSON and in XML.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test fails by panicking"
)]

mod simulator_common;

use std::sync::Arc;
use std::time::Duration;

use exotel_vsip::testkit::{CustomFieldEcho, ExotelSimulator, NumberSpelling, Pace, RetryAfter};
use serde_json::{Value, json};
use simulator_common::{Wire, until};
use voice_core::clock::{Clock, SystemClock};
use voice_core::testkit::TestClock;

const CONNECT: &str = "{1}/Calls/connect.json";
const FROM: &str = "From=%2B919876543210&CallerId=08047112345";
const PAIR: &str = "From=%2B919876543210&CallerId=08047112345&To=%2B918123456789";
const FLOW: &str = "Url=http%3A%2F%2Fmy.in.exotel.com%2Fexampleacc%2Fexoml%2Fstart_voice%2F1262658";

#[tokio::test]
async fn wrong_orders_are_refused_and_nobody_is_rung() {
    let simulator = ExotelSimulator::builder()
        .exophone("+918047112345")
        .start()
        .await;
    let wire = Wire::to(&simulator);
    let long = format!("{PAIR}&CustomField={}", "x".repeat(129));
    for (form, about) in [
        ("CallerId=08047112345&To=%2B918123456789", "From"),
        ("From=%2B919876543210&To=%2B918123456789", "CallerId"),
        (FROM, "To or Url"),
        (
            "From=9876543210&CallerId=08047112345&To=%2B918123456789",
            "From",
        ),
        ("From=%2B919876543210&CallerId=08047112345&To=bob", "To"),
        (
            "From=%2B919876543210&CallerId=08047119999&To=%2B918123456789",
            "ExoPhone",
        ),
        (&format!("{PAIR}&{FLOW}"), "exclude"),
        (
            &format!("{FROM}&Url=http%3A%2F%2Fmy.exotel.com%2Fother%2Fexoml%2Fstart_voice%2F1"),
            "flow",
        ),
        (&format!("{PAIR}&TimeLimit=14401"), "TimeLimit"),
        (&format!("{PAIR}&TimeOut=soon"), "TimeOut"),
        (&format!("{PAIR}&CallType=promo"), "CallType"),
        (
            &format!("{PAIR}&StatusCallback=ftp%3A%2F%2Fx"),
            "StatusCallback",
        ),
        (
            &format!("{PAIR}&StatusCallback=https%3A%2F%2Fx&StatusCallbackEvents%5B0%5D=ringing"),
            "StatusCallbackEvents",
        ),
        (
            &format!(
                "{PAIR}&StatusCallback=https%3A%2F%2Fx&StatusCallbackContentType=text%2Fplain"
            ),
            "StatusCallbackContentType",
        ),
        (&format!("{PAIR}&Record=yes"), "Record"),
        (&format!("{PAIR}&StreamUrl=https%3A%2F%2Fx"), "StreamUrl"),
        (&format!("{PAIR}&StreamBegin=now"), "StreamBegin"),
        (&long, "CustomField"),
    ] {
        let answer = wire.form(CONNECT, form).await;
        let exception = answer.json()["RestException"].clone();
        assert_eq!(
            (answer.status, &exception["Status"]),
            (400, &json!(400)),
            "{form}: {exception}"
        );
        assert!(
            exception["Message"].as_str().unwrap().contains(about),
            "{form}: {exception}"
        );
    }
    assert_eq!(
        wire.post(CONNECT, "{}").await.status,
        400,
        "a body of another type has no parameters"
    );
    assert!(simulator.calls().is_empty());
    for form in [
        PAIR.to_owned(),
        format!("{FROM}&{FLOW}"),
        format!("{FROM}&StreamUrl=wss%3A%2F%2Fx&StreamType=bidirectional"),
    ] {
        assert_eq!(wire.form(CONNECT, &form).await.status, 200, "{form}");
    }
    assert_eq!(
        (
            simulator.requests_of("calls.connect_flow"),
            simulator.calls()[1].flow.as_deref()
        ),
        (3, Some("1262658"))
    );
}

#[tokio::test]
async fn a_call_is_shown_in_json_and_xml_with_its_legs() {
    let simulator = ExotelSimulator::builder()
        .pace(Pace::FAST.with_settle(Duration::from_secs(3600)))
        .start()
        .await;
    let wire = Wire::to(&simulator);
    let ordered = wire
        .form(CONNECT, &format!("{PAIR}&CustomField=vk1&Record=true"))
        .await;
    let call = ordered.json()["Call"].clone();
    assert_eq!(
        (ordered.status, &call["Status"], &call["CustomField"]),
        (200, &json!("queued"), &json!("vk1"))
    );
    let sid = call["Sid"].as_str().unwrap();
    assert!(call["EndTime"].is_null() && call["Duration"].is_null());
    until(|| simulator.call(sid).unwrap().status.is_final()).await;
    let read = wire
        .get(&format!(
            "{{1}}/Calls/{sid}.json?details=true&RecordingUrlValidity=5"
        ))
        .await
        .json()["Call"]
        .clone();
    assert_eq!(
        (&read["Status"], &read["Direction"], &read["AccountSid"]),
        (
            &json!("completed"),
            &json!("outbound-api"),
            &json!("exampleacc")
        )
    );
    assert_eq!(
        read["Uri"],
        format!("/v1/Accounts/exampleacc/Calls.json/{sid}")
    );
    assert_eq!(read["Details"]["Leg2Status"], "completed");
    assert_eq!(read["Details"]["Legs"][1]["Leg"]["Id"], 2);
    assert!(
        read["RecordingUrl"]
            .as_str()
            .unwrap()
            .ends_with(&format!("{sid}.mp3"))
    );
    assert!(
        read["Duration"].is_null() && read["Price"].is_null(),
        "not settled yet"
    );
    simulator.set_pace(Pace::FAST);
    let settled = wire.get(&format!("{{1}}/Calls/{sid}.json")).await.json()["Call"].clone();
    assert_eq!(
        (
            &settled["Duration"],
            &settled["Price"],
            settled.get("Details")
        ),
        (&json!(1), &json!("0.500"), None)
    );

    let xml = wire.get(&format!("{{1}}/Calls/{sid}?details=true")).await;
    assert_eq!(
        (xml.status, xml.header("content-type")),
        (200, Some("application/xml"))
    );
    for part in [
        "<TwilioResponse><Call>".to_owned(),
        format!("<Sid>{sid}</Sid>"),
        "<ParentCallSid></ParentCallSid>".to_owned(),
        "<Legs><Leg>".to_owned(),
    ] {
        assert!(xml.text.contains(&part), "{part}: {}", xml.text);
    }
    for (path, status) in [
        ("{1}/Calls/none.json", 404),
        ("{1}/Elsewhere.json", 404),
        ("/v1/Accounts/other/Calls.json", 404),
        (
            &format!("{{1}}/Calls/{sid}.json?RecordingUrlValidity=61"),
            400,
        ),
    ] {
        let answer = wire.get(path).await;
        assert_eq!(
            (answer.status, &answer.json()["RestException"]["Status"]),
            (status, &json!(status)),
            "{path}"
        );
    }
    let stranger = wire.clone().unsigned().get("{1}/Calls.json").await.json();
    assert_eq!(
        (
            &stranger["RestException"]["Status"],
            &stranger["RestException"]["Code"]
        ),
        (&json!(401), &json!(20003))
    );
    let stranger = wire.unsigned().get("{1}/Calls").await;
    assert!(
        stranger.status == 401 && stranger.text.contains("<RestException><Code>20003</Code>"),
        "{}",
        stranger.text
    );
}

#[tokio::test]
async fn lists_are_filtered_and_go_on_at_cursors() {
    // 2026-01-23, 14:54:59 in India.
    let clock = Arc::new(TestClock::at(1_769_160_299));
    let simulator = ExotelSimulator::builder()
        .clock(clock.clone())
        .pace(Pace::FAST.with_talk(None))
        .number_spelling(NumberSpelling::Local)
        .custom_field_echo(CustomFieldEcho::Callbacks)
        .start()
        .await;
    let wire = Wire::to(&simulator);
    for number in 0..5 {
        let form = format!("{PAIR}{number}&CustomField=vk{number}");
        assert_eq!(wire.form(CONNECT, &form).await.status, 200);
    }
    clock.step(Ok(Duration::from_secs(3600)));
    wire.form(
        CONNECT,
        "From=09876543211&CallerId=08047112345&StreamUrl=wss%3A%2F%2Fx&StreamType=bidirectional",
    )
    .await;
    let list = async |query: &str| wire.get(&format!("{{1}}/Calls.json?{query}")).await.json();
    let count = async |query: &str| list(query).await["Calls"].as_array().unwrap().len();

    let first = list("PageSize=4").await;
    let metadata = &first["Metadata"];
    assert_eq!(
        (
            &metadata["Total"],
            &metadata["PageSize"],
            &metadata["PrevPageUri"]
        ),
        (&json!(6), &json!(4), &Value::Null)
    );
    let call = &first["Calls"][0];
    assert_eq!(
        (&call["DateCreated"], &call["From"], &call["To"]),
        (
            &json!("2026-01-23 15:54:59"),
            &json!("09876543211"),
            &Value::Null
        )
    );
    assert_eq!(
        (
            &first["Calls"][1]["From"],
            first["Calls"][1].get("CustomField")
        ),
        (&json!("09876543210"), None)
    );
    let next = metadata["NextPageUri"].as_str().unwrap();
    assert!(
        next.starts_with("/v1/Accounts/exampleacc/Calls?PageSize=4&After="),
        "{next}"
    );
    let second = list(next.split_once('?').unwrap().1).await;
    assert_eq!(
        (
            second["Calls"].as_array().unwrap().len(),
            &second["Metadata"]["NextPageUri"]
        ),
        (2, &Value::Null)
    );
    let back = second["Metadata"]["PrevPageUri"].as_str().unwrap();
    let back = list(back.split_once('?').unwrap().1).await;
    let sids = |page: &Value| {
        page["Calls"]
            .as_array()
            .unwrap()
            .iter()
            .map(|call| call["Sid"].clone())
            .collect::<Vec<_>>()
    };
    assert_eq!(sids(&back), sids(&first));
    let oldest = list("SortBy=DateCreated:asc&PageSize=1").await;
    assert_eq!(oldest["Calls"][0]["To"], "081234567890");

    const DAY: &str = "DateCreated=gte%3A2026-01-23%2000%3A00%3A00%3Blte%3A2026-01-23%20";
    for (query, expected) in [
        ("From=09876543210", 5),
        ("From=%2B919876543210,09876543211", 6),
        ("To=081234567892", 1),
        ("PhoneNumber=08047112345", 6),
        ("Status=completed", 0),
        ("Direction=inbound", 0),
        ("Duration=gte:0s;lte:9s", 6),
        ("Price=gte:0.10", 0),
        (&format!("{DAY}14%3A54%3A59"), 5),
        (&format!("{DAY}23%3A59%3A59"), 6),
        (&format!("{DAY}14%3A54%3A58"), 0),
    ] {
        assert_eq!(count(query).await, expected, "{query}");
    }
    for bad in [
        "PageSize=101",
        "SortBy=Price",
        "After=x",
        "Duration=10s",
        "Price=x",
        "To=1,2,3,4,5,6",
        "DateCreated=gte:2026-01-01%2000:00:00;lte:2026-02-01%2000:00:00",
        "DateCreated=gte:2025-07-01%2000:00:00;lte:2025-07-02%2000:00:00",
    ] {
        assert_eq!(
            wire.get(&format!("{{1}}/Calls.json?{bad}")).await.status,
            400,
            "{bad}"
        );
    }
    let xml = wire.get("{1}/Calls?PageSize=2").await.text;
    assert_eq!(xml.matches("<Call>").count(), 2, "{xml}");
}

#[tokio::test(start_paused = true)]
async fn the_balance_may_be_asked_for_once_a_minute() {
    for header in [RetryAfter::Sent, RetryAfter::Absent] {
        let simulator = ExotelSimulator::builder().retry_after(header).start().await;
        let wire = Wire::within(&simulator, "api.in.exotel.com");
        let clock = SystemClock::default();
        let balance = async || wire.get("{1}/Balance.json").await;
        assert_eq!(
            balance().await.json()["Account"]["BalanceData"]["Balance"],
            "1543.75"
        );
        clock.sleep(Duration::from_secs(20)).await;
        let refused = balance().await;
        assert_eq!(
            (refused.status, &refused.json()["RestException"]["Code"]),
            (429, &json!("RATE_LIMIT_EXCEEDED"))
        );
        let wait = (header == RetryAfter::Sent).then_some("40");
        assert_eq!(refused.header("retry-after"), wait);
        clock.sleep(Duration::from_secs(40)).await;
        assert_eq!(balance().await.status, 200);
    }
}

#[tokio::test]
async fn indian_numbers_are_known() {
    let simulator = ExotelSimulator::start().await;
    let wire = Wire::to(&simulator);
    for (number, kind) in [
        ("%2B919876543210", "Mobile"),
        ("09876543210", "Mobile"),
        ("01123456789", "Landline"),
    ] {
        let answer = wire
            .get(&format!("{{1}}/Numbers/{number}.json"))
            .await
            .json();
        assert_eq!(answer["Numbers"]["Type"], kind, "{number}");
    }
    assert_eq!(
        wire.get("{1}/Numbers/%2B14155550123.json").await.status,
        404
    );
}
