//! What voice v1 sends, operation by operation, and what is refused before anything is sent.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::print_stdout,
    reason = "a test fails by panicking"
)]

mod voice_common;

use std::time::Duration;

use exotel_vsip::Region;
use exotel_vsip::voice::{
    CallEvent, CallQuery, CallStatus, CallType, CallbackFormat, ConnectFlow, ConnectNumbers,
    ConnectStream, Direction, DurationRange, ListCalls, Number, PlaybackTo, PriceRange, Recording,
    RecordingChannels, RecordingFormat, Seconds, SortBy, StreamBegin, TimeRange,
};
use jiff::civil::date;
use serde_json::json;
use voice_common::{
    KEY, SID, TOKEN, app, exophone, join_url, local, pairs, person, query, scripted, scripted_in,
    second, sid, value,
};
use voice_core::error::{Delivery, ErrorKind};
use voice_core::provider::{CallKey, JoinUrl};
use voice_core::testkit::Reply;
use voice_core::webhook::WebhookUrl;

fn answer() -> Reply {
    Reply::json(&json!({"Call": {"Sid": SID, "Status": "in-progress"}}))
}

fn url(text: &str) -> WebhookUrl {
    WebhookUrl::parse(text).unwrap()
}

fn key() -> CallKey {
    CallKey::new("vk42").unwrap()
}

#[tokio::test]
async fn two_numbers_are_connected_by_a_form() {
    let (client, transport) = scripted([answer()]);
    let request = ConnectNumbers::new(person(), second(), local()).key(key());
    let call = client.voice().connect(&request).await.unwrap();
    assert_eq!(
        (call.sid.as_ref().unwrap(), call.custom_field.as_deref()),
        (&sid(), Some("vk42"))
    );
    let sent = &transport.sent()[0];
    assert_eq!(sent.method, "POST");
    assert_eq!(
        sent.uri.to_string(),
        "https://api.in.exotel.com/v1/Accounts/exampleacc/Calls/connect.json"
    );
    assert_eq!(
        sent.header("content-type"),
        "application/x-www-form-urlencoded"
    );
    assert!(sent.header("authorization").starts_with("Basic "));
    assert_eq!(
        sent.text(),
        "From=%2B919876543210&To=%2B918123456789&CallerId=08047112345&CustomField=vk42"
    );
}

#[tokio::test]
async fn everything_that_can_be_said_of_two_numbers_is_sent_under_its_name() {
    let (client, transport) = scripted([answer()]);
    let request = ConnectNumbers::new(person(), second(), exophone())
        .call_type(CallType::Transactional)
        .time_limit(Duration::from_secs(14_400))
        .ring_timeout(Duration::from_millis(29_001))
        .wait_url(url("https://a.example/wait.wav"))
        .record(Recording::On)
        .recording_channels(RecordingChannels::Dual)
        .recording_format(RecordingFormat::Mp3Hq)
        .stream(join_url(), StreamBegin::Leg2Connect)
        .playback(PlaybackTo::Both, url("https://a.example/hi.wav"))
        .custom_field("lead 42")
        .status_callback(url("https://hooks.example.com/exotel"))
        .events([CallEvent::Terminal, CallEvent::Answered])
        .parameter("New", "ä");
    let call = client.voice().connect(&request).await.unwrap();
    assert_eq!(call.custom_field, None, "a text of one's own is no key");
    let sent = pairs(&transport.sent()[0].text());
    let expected = [
        ("From", "+919876543210"),
        ("To", "+918123456789"),
        ("WaitUrl", "https://a.example/wait.wav"),
        ("Record", "true"),
        ("RecordingChannels", "dual"),
        ("RecordingFormat", "mp3-hq"),
        ("StreamUrl", join_url().expose()),
        ("StreamBegin", "at Leg2Connect"),
        ("StartPlaybackToNew", "Both"),
        ("StartPlaybackValueNew", "https://a.example/hi.wav"),
        ("CallerId", "+918047112345"),
        ("CallType", "trans"),
        ("TimeLimit", "14400"),
        ("TimeOut", "30"),
        ("CustomField", "lead 42"),
        ("StatusCallback", "https://hooks.example.com/exotel"),
        ("StatusCallbackEvents[0]", "terminal"),
        ("StatusCallbackEvents[1]", "answered"),
        ("StatusCallbackContentType", "application/json"),
        ("New", "ä"),
    ]
    .map(|(name, value)| (name.to_owned(), value.to_owned()));
    assert_eq!(sent, expected);
}

#[tokio::test]
async fn a_flow_is_named_by_a_url_at_the_dashboard_of_the_region() {
    for (region, host) in [
        (Region::Mumbai, "my.in.exotel.com"),
        (Region::Singapore, "my.exotel.com"),
        (
            Region::custom("http://127.0.0.1:9").unwrap(),
            "my.exotel.com",
        ),
    ] {
        let (client, transport) = scripted_in(region, [answer()]);
        let request = ConnectFlow::new(person(), app(), exophone())
            .status_callback(url("https://hooks.example.com/exotel"))
            .callback_format(CallbackFormat::Multipart)
            .key(key());
        client.voice().connect_flow(&request).await.unwrap();
        let sent = pairs(&transport.sent()[0].text());
        let flow = format!("http://{host}/exampleacc/exoml/start_voice/1262658");
        assert_eq!(value(&sent, "Url"), Some(flow.as_str()));
        assert_eq!(value(&sent, "To"), None, "one of the two, never both");
        assert_eq!(
            value(&sent, "StatusCallbackContentType"),
            Some("multipart/form-data")
        );
    }
}

#[tokio::test]
async fn a_stream_takes_the_place_of_the_second_number() {
    let (client, transport) = scripted([answer()]);
    let request = ConnectStream::new(person(), join_url(), exophone())
        .stream_name("lead-42")
        .record(Recording::Off)
        .recording_channels(RecordingChannels::Single)
        .key(key());
    client.voice().connect_stream(&request).await.unwrap();
    let sent = pairs(&transport.sent()[0].text());
    assert_eq!((value(&sent, "To"), value(&sent, "Url")), (None, None));
    assert_eq!(value(&sent, "StreamUrl"), Some(join_url().expose()));
    assert_eq!(value(&sent, "StreamType"), Some("bidirectional"));
    assert_eq!(value(&sent, "StreamName"), Some("lead-42"));
    assert_eq!(value(&sent, "Record"), Some("false"));
}

#[tokio::test]
async fn a_key_nobody_has_used_stands_in_an_unset_custom_field() {
    let (client, transport) = scripted([answer(), answer()]);
    let request = ConnectNumbers::new(person(), second(), exophone());
    for _ in 0..2 {
        client.voice().connect(&request).await.unwrap();
    }
    let keys: Vec<String> = transport
        .sent()
        .iter()
        .map(|sent| {
            value(&pairs(&sent.text()), "CustomField")
                .unwrap()
                .to_owned()
        })
        .collect();
    assert!(keys[0].starts_with("vk") && keys[0].len() <= 128);
    assert_ne!(keys[0], keys[1]);
}

#[tokio::test]
async fn a_wrong_value_never_reaches_the_network_and_all_are_reported_at_once() {
    let (client, transport) = scripted([]);
    let base = || ConnectNumbers::new(person(), second(), exophone());
    let callback = || url("https://hooks.example.com/exotel");
    for (request, fields) in [
        (
            base().time_limit(Duration::from_millis(14_400_001)),
            vec!["TimeLimit"],
        ),
        (base().time_limit(Duration::ZERO), vec!["TimeLimit"]),
        (base().ring_timeout(Duration::ZERO), vec!["TimeOut"]),
        (base().custom_field("é".repeat(129)), vec!["CustomField"]),
        (base().custom_field(""), vec!["CustomField"]),
        (
            base().key(CallKey::new("k".repeat(129)).unwrap()),
            vec!["CustomField"],
        ),
        (
            base().events([CallEvent::Terminal]),
            vec!["StatusCallbackEvents"],
        ),
        (
            base().status_callback(callback()).events([]),
            vec!["StatusCallbackEvents"],
        ),
        (
            base().callback_format(CallbackFormat::Json),
            vec!["StatusCallbackContentType"],
        ),
        (
            base()
                .time_limit(Duration::ZERO)
                .custom_field("x".repeat(200)),
            vec!["TimeLimit", "CustomField"],
        ),
    ] {
        let error = client.voice().connect(&request).await.unwrap_err();
        let named: Vec<&str> = error
            .fields()
            .iter()
            .map(|field| field.field.as_str())
            .collect();
        assert_eq!(named, fields, "{error}");
        assert_eq!(
            (error.kind(), error.delivery(), error.operation()),
            (ErrorKind::InvalidInput, Delivery::NotSent, "calls.connect")
        );
    }
    assert!(base().custom_field("é".repeat(128)).check().is_ok());
    let long = JoinUrl::new(format!("wss://bot.example.com/{}", "x".repeat(579))).unwrap();
    let stream = ConnectStream::new(person(), long, exophone()).stream_name("");
    let error = client.voice().connect_stream(&stream).await.unwrap_err();
    assert_eq!(error.fields().len(), 2, "{error}");
    let flow = ConnectFlow::new(person(), app(), exophone()).time_limit(Duration::MAX);
    let error = client.voice().connect_flow(&flow).await.unwrap_err();
    assert_eq!(error.operation(), "calls.connect_flow");
    assert!(transport.sent().is_empty());
}

#[tokio::test]
async fn lists_have_all_filters_percent_encoded() {
    let (client, transport) = scripted([
        Reply::json(&json!({"Metadata": {}, "Calls": []})),
        Reply::json(&json!({"Metadata": {}, "Calls": []})),
    ]);
    let january = TimeRange::new(
        date(2026, 1, 1).at(0, 0, 0, 0),
        date(2026, 1, 31).at(23, 59, 59, 0),
    );
    let seconds = DurationRange::between(Seconds::new(10), Seconds::new(45)).unwrap();
    let request = ListCalls::new()
        .sids([sid(), sid()])
        .created(january.unwrap())
        .to([Number::from(second()), local()])
        .from([person()])
        .phone_numbers([exophone()])
        .status(CallStatus::NoAnswer)
        .duration(seconds)
        .price(PriceRange::at_least("0.10".parse().unwrap()))
        .direction(Direction::OutboundApi)
        .page_size(100)
        .sort_by(SortBy::OldestFirst)
        .before("x")
        .after("a+b=")
        .recording_url_validity(60)
        .parameter("New", "1");
    client.voice().page(&request).await.unwrap();
    client.voice().page(&ListCalls::new()).await.unwrap();
    let sent = transport.sent();
    assert_eq!(sent[0].uri.path(), "/v1/Accounts/exampleacc/Calls.json");
    assert_eq!(
        sent[0].uri.query().unwrap(),
        format!(
            "Sid={SID}%2C{SID}&DateCreated=gte%3A2026-01-01+00%3A00%3A00%3Blte%3A2026-01-31+23%3A59%3A59\
             &To=%2B918123456789%2C08047112345&From=%2B919876543210&PhoneNumber=%2B918047112345&Status=no-answer\
             &Duration=gte%3A10s%3Blte%3A45s&Price=gte%3A0.10&Direction=outbound-api&PageSize=100\
             &SortBy=DateCreated%3Aasc&After=a%2Bb%3D&RecordingUrlValidity=60&New=1"
        )
    );
    assert_eq!(sent[1].uri.query(), None);
}

#[tokio::test]
async fn filters_that_break_a_rule_are_not_sent() {
    let (client, transport) = scripted([]);
    let sids = (0..101).map(|_| sid());
    let long = TimeRange::new(
        date(2026, 1, 1).at(0, 0, 0, 0),
        date(2026, 2, 1).at(0, 0, 0, 0),
    );
    for (request, field) in [
        (ListCalls::new().sids(sids), "Sid"),
        (ListCalls::new().to([person(); 6]), "To"),
        (ListCalls::new().from([person(); 6]), "From"),
        (ListCalls::new().phone_numbers([person(); 6]), "PhoneNumber"),
        (ListCalls::new().page_size(0), "PageSize"),
        (ListCalls::new().page_size(101), "PageSize"),
        (
            ListCalls::new().recording_url_validity(4),
            "RecordingUrlValidity",
        ),
        (
            ListCalls::new().recording_url_validity(61),
            "RecordingUrlValidity",
        ),
        (ListCalls::new().created(long.unwrap()), "DateCreated"),
    ] {
        let error = client.voice().page(&request).await.unwrap_err();
        assert_eq!(
            (error.kind(), error.fields()[0].field.as_str()),
            (ErrorKind::InvalidInput, field)
        );
    }
    let error = client
        .voice()
        .list(&ListCalls::new().page_size(0))
        .collect()
        .await
        .unwrap_err();
    assert_eq!(error.fields()[0].field, "PageSize");
    let query = CallQuery::new().recording_url_validity(3);
    let error = client
        .voice()
        .details_with(&sid(), &query)
        .await
        .unwrap_err();
    assert_eq!(
        (error.operation(), error.fields()[0].field.as_str()),
        ("calls.get", "RecordingUrlValidity")
    );
    assert!(transport.sent().is_empty());
}

#[tokio::test]
async fn the_reads_have_their_paths() {
    let (client, transport) = scripted([
        answer(),
        answer(),
        Reply::json(&json!({"Numbers": {"PhoneNumber": "+919876543210"}})),
        Reply::json(&json!({"Account": {"BalanceData": {"Balance": "1"}}})),
    ]);
    let voice = client.voice();
    voice.details(&sid()).await.unwrap();
    let with = CallQuery::new().recording_url_validity(5);
    voice.details_with(&sid(), &with).await.unwrap();
    voice.number_metadata(person()).await.unwrap();
    voice.balance().await.unwrap();
    let sent = transport.sent();
    let targets: Vec<String> = sent
        .iter()
        .map(|sent| sent.uri.path_and_query().unwrap().to_string())
        .collect();
    assert_eq!(
        targets,
        [
            format!("/v1/Accounts/exampleacc/Calls/{SID}.json?details=true"),
            format!("/v1/Accounts/exampleacc/Calls/{SID}.json?details=true&RecordingUrlValidity=5"),
            "/v1/Accounts/exampleacc/Numbers/%2B919876543210.json".to_owned(),
            "/v1/Accounts/exampleacc/Balance.json".to_owned(),
        ]
    );
    assert!(
        sent.iter()
            .all(|sent| sent.method == "GET" && sent.body.is_empty())
    );
    assert_eq!(value(&query(&sent[0]), "details"), Some("true"));
}

#[tokio::test]
async fn nothing_personal_or_secret_is_shown() {
    let numbers = ConnectNumbers::new(person(), second(), local())
        .stream(join_url(), StreamBegin::Leg1Connect)
        .custom_field("s3cret text")
        .status_callback(url("https://hooks.example.com/exotel?token=s3cret"))
        .parameter("New", "s3cret");
    let stream = ConnectStream::new(person(), join_url(), exophone());
    let list = ListCalls::new()
        .from([person()])
        .to([local()])
        .parameter("x", "s3cret");
    let (client, _) = scripted([Reply::json(&json!({"Call": {
        "Sid": SID, "From": "09876543210", "To": "+918123456789", "PhoneNumberSid": "08047112345", "CustomField": "s3cret",
        "RecordingUrl": "https://s3cret.example/x", "CallerName": "Ada", "New": "s3cret"
    }}))]);
    let call = client.voice().connect(&numbers).await.unwrap();
    let shown = format!("{numbers:?} {stream:?} {list:?} {call:?} {client:?}");
    for hidden in [
        "9876543210",
        "8123456789",
        "8047112345",
        "s3cret",
        "j0in",
        "Ada",
        KEY,
        TOKEN,
    ] {
        assert!(!shown.contains(hidden), "{hidden} in {shown}");
    }
    assert!(
        shown.contains("+91********10") && shown.contains(SID),
        "{shown}"
    );
}
