//! What voice v1 answers: JSON, XML, errors of both, pages, and what cannot be read.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::print_stdout,
    reason = "a test fails by panicking"
)]

mod voice_common;

use exotel_vsip::error::ErrorCode;
use exotel_vsip::voice::{
    AnsweredBy, CallStatus, ConnectFlow, ConnectNumbers, ConnectStream, Direction, Dnd, LineType,
    ListCalls, SortBy, StreamBegin, TimeRange, india,
};
use jiff::civil::date;
use serde_json::{Value, json};
use std::time::Duration;
use voice_common::{SID, TOKEN, app, exophone, person, query, scripted, second, sid, value};
use voice_core::client::Cursor;
use voice_core::error::{Delivery, ErrorKind};
use voice_core::provider::{CallKey, JoinUrl};
use voice_core::testkit::Reply;

// No answer of voice v1 was ever recorded: these bodies are made up from the documented properties.
fn full() -> Value {
    json!({"Call": {
        "Sid": SID, "ParentCallSid": "", "DateCreated": "2026-01-31 10:00:00", "DateUpdated": "2026-01-31 10:02:00",
        "AccountSid": "exampleacc", "To": null, "From": "09876543210", "PhoneNumberSid": "08047112345",
        "Status": "completed", "StartTime": "2026-01-31 10:00:05", "EndTime": "2026-01-31 10:01:10", "Duration": "65",
        "Price": "0.750", "Direction": "outbound-api", "AnsweredBy": "human", "ForwardedFrom": null, "CallerName": null,
        "Uri": format!("/v1/Accounts/exampleacc/Calls.json/{SID}"), "RecordingUrl": "https://r.example/1.mp3",
        "Details": {"ConversationDuration": 60, "Leg1Status": "completed", "Leg2Status": "busy",
            "Legs": [{"Leg": {"Id": 1, "OnCallDuration": "65"}}, {"Leg": {"Id": 2, "OnCallDuration": 0, "AnsweredBy": "HUMAN"}}]},
        "New": {"x": 1}
    }})
}

#[tokio::test]
async fn a_call_is_read_whole() {
    let (client, _) = scripted([Reply::json(&full())]);
    let call = client.voice().details(&sid()).await.unwrap();
    assert_eq!(call.sid.as_ref().unwrap().as_str(), SID);
    assert_eq!((&call.parent_call_sid, &call.to), (&None, &None));
    assert_eq!(call.status, Some(CallStatus::Completed));
    assert_eq!(call.direction, Some(Direction::OutboundApi));
    assert_eq!(call.length(), Some(Duration::from_secs(65)));
    assert_eq!(call.price.as_ref().unwrap().as_str(), "0.750");
    let created = call.date_created.as_ref().unwrap();
    assert_eq!(created.civil(), Some(date(2026, 1, 31).at(10, 0, 0, 0)));
    let moment = created
        .at(&india())
        .unwrap()
        .duration_since(std::time::UNIX_EPOCH)
        .unwrap();
    assert_eq!(moment.as_secs(), 1_769_833_800);
    let details = call.details.as_ref().unwrap();
    assert_eq!(details.leg2_status, Some(CallStatus::Busy));
    let legs = details.legs.as_ref().unwrap();
    assert_eq!(
        (legs.len(), legs[1].answered_by.as_ref()),
        (2, Some(&AnsweredBy::Human))
    );
    assert_eq!(Value::Object(call.extra.clone()), json!({"New": {"x": 1}}));
    assert!(call.is_over());
}

#[tokio::test]
async fn xml_says_the_same() {
    let xml = format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<TwilioResponse>\n <Call>\n  <Sid>{SID}</Sid>\n  <To/>\n  <From>09876543210</From>\n\
         <Status>in-progress</Status><Duration>65</Duration><Price>0.750</Price><Details><Legs><Leg><Id>1</Id></Leg></Legs></Details>\
         </Call>\n</TwilioResponse>"
    );
    let list = format!(
        "<TwilioResponse><Metadata><Total>2</Total><NextPageUri/></Metadata><Calls><Call><Sid>{SID}</Sid></Call>\
         <Call><Sid>b2</Sid></Call></Calls></TwilioResponse>"
    );
    let balance = "<TwilioResponse><Account><AccountSid>exampleacc</AccountSid><BalanceData><Balance>1543.75</Balance>\
        <Currency>INR</Currency></BalanceData></Account></TwilioResponse>";
    let (client, _) = scripted([
        Reply::status(200, xml),
        Reply::status(200, list),
        Reply::status(200, balance),
    ]);
    let request = ConnectNumbers::new(person(), second(), exophone());
    let call = client.voice().connect(&request).await.unwrap();
    assert_eq!(
        (call.sid.as_ref(), call.status.as_ref()),
        (Some(&sid()), Some(&CallStatus::InProgress))
    );
    assert_eq!(
        call.details.as_ref().unwrap().legs.as_ref().unwrap().len(),
        1
    );
    assert_eq!(
        (
            call.to.as_ref(),
            call.price.as_ref().map(|price| price.as_str())
        ),
        (None, Some("0.750"))
    );
    let calls = client
        .voice()
        .list(&ListCalls::new())
        .collect()
        .await
        .unwrap();
    assert_eq!(calls.len(), 2);
    let balance = client.voice().balance().await.unwrap().into_inner();
    assert_eq!(
        balance.balance_data.unwrap().balance.unwrap().as_str(),
        "1543.75"
    );
}

#[tokio::test]
async fn numbers_and_balance() {
    let (client, _) = scripted([
        Reply::json(
            &json!({"Numbers": {"PhoneNumber": "09876543210", "Circle": "KA", "CircleName": "Karnataka",
            "Type": "Mobile", "Operator": "X", "OperatorName": "Somebody", "DND": "Unavailable"}}),
        ),
        Reply::json(
            &json!({"Account": {"AccountSid": "exampleacc", "BalanceData": {"Balance": 1543.75, "Currency": "INR",
            "PricingPlan": "Dabbler", "DateUpdated": "2026-01-31 10:00:00"}}}),
        ),
    ]);
    let number = client.voice().number_metadata(person()).await.unwrap();
    assert_eq!(
        (number.line_type.as_ref(), number.dnd.as_ref()),
        (Some(&LineType::Mobile), Some(&Dnd::Unavailable))
    );
    assert_eq!(number.circle_name.as_deref(), Some("Karnataka"));
    assert!(!format!("{number:?}").contains("9876543210"));
    let balance = client.voice().balance().await.unwrap();
    let data = balance.balance_data.as_ref().unwrap();
    assert_eq!(
        (
            data.balance.as_ref().unwrap().as_str(),
            data.pricing_plan.as_deref()
        ),
        ("1543.75", Some("Dabbler"))
    );
}

#[tokio::test(start_paused = true)]
async fn errors_are_read_as_json_and_as_xml() {
    let xml = |status: u16, code: &str, message: &str| {
        let body = format!(
            "<TwilioResponse><RestException><Status>{status}</Status><Message>{message}</Message>{code}</RestException></TwilioResponse>"
        );
        Reply::status(status, body)
    };
    let json = |status: u16, code: Value, message: &str| {
        Reply::status(
            status,
            json!({"RestException": {"Status": status, "Message": message, "Code": code}})
                .to_string(),
        )
    };
    for (reply, kind, code) in [
        (
            json(401, json!(20003), "Authenticate"),
            ErrorKind::Authentication,
            Some("20003"),
        ),
        (
            xml(401, "<Code>20003</Code>", "Authenticate"),
            ErrorKind::Authentication,
            Some("20003"),
        ),
        (
            json(404, Value::Null, "Authenticate"),
            ErrorKind::NotFound,
            None,
        ),
        (xml(404, "", "Authenticate"), ErrorKind::NotFound, None),
        (
            json(402, json!("NO_BALANCE"), "Authenticate"),
            ErrorKind::Quota,
            Some("NO_BALANCE"),
        ),
        (
            json(400, json!(1012), "Authenticate"),
            ErrorKind::InvalidInput,
            Some("1012"),
        ),
    ] {
        let (client, transport) = scripted([reply]);
        let error = client.voice().details(&sid()).await.unwrap_err();
        assert_eq!(
            (error.kind(), error.code(), error.message()),
            (kind, code, "Authenticate"),
            "{error}"
        );
        assert_eq!(
            (error.delivery(), transport.sent().len()),
            (Delivery::Answered, 1)
        );
        assert!(
            kind != ErrorKind::Authentication || error.hint().unwrap().contains("Mumbai"),
            "{error:?}"
        );
    }
    let busy = || json(429, json!("RATE_LIMIT_EXCEEDED"), "slow down").header("retry-after", "3");
    let (client, transport) = scripted([busy(), busy(), busy(), busy()]);
    let error = client.voice().details(&sid()).await.unwrap_err();
    assert_eq!(ErrorCode::of(&error), Some(ErrorCode::RateLimitExceeded));
    assert_eq!(
        (error.retry_after(), transport.sent().len()),
        (Some(Duration::from_secs(3)), 4)
    );
}

#[tokio::test(start_paused = true)]
async fn a_dial_without_an_answer_is_sent_once() {
    let request =
        || ConnectNumbers::new(person(), second(), exophone()).key(CallKey::new("vk42").unwrap());
    for reply in [
        Reply::hang(),
        Reply::fail(ErrorKind::Connection, Delivery::Unknown),
        Reply::status(500, ""),
        Reply::status(502, ""),
        Reply::status(503, ""),
        Reply::status(504, ""),
    ] {
        let (client, transport) = scripted([reply, Reply::json(&full())]);
        let error = client.voice().connect(&request()).await.unwrap_err();
        assert_eq!(
            (error.delivery(), transport.sent().len()),
            (Delivery::Unknown, 1),
            "{error}"
        );
        assert_eq!(error.context_value("call_key"), Some("vk42"));
    }
    for reply in [
        Reply::fail(ErrorKind::Dns, Delivery::NotSent),
        Reply::status(429, "").header("retry-after", "1"),
        Reply::status(503, "").header("retry-after", "1"),
    ] {
        let (client, transport) = scripted([reply, Reply::json(&full())]);
        client.voice().connect(&request()).await.unwrap();
        assert_eq!(transport.sent().len(), 2, "nobody was rung by the first");
    }
}

#[tokio::test]
async fn a_success_that_cannot_be_read_says_so_without_secrets() {
    let broken = |body: &str| Reply::status(200, body.to_owned());
    let secret = format!("{{\"Calls\": 5, \"x\": \"{TOKEN}\", \"y\": \"+919876543210\"}}");
    for body in [
        "",
        "{",
        "[]",
        "{}",
        "<Call>",
        "<TwilioResponse/>",
        "{\"Call\":5}",
        secret.as_str(),
    ] {
        let (client, transport) = scripted([broken(body), broken(body)]);
        let error = client.voice().details(&sid()).await.unwrap_err();
        assert_eq!(
            (error.kind(), error.delivery()),
            (ErrorKind::Decode, Delivery::Answered),
            "{body}"
        );
        assert!(error.may_have_happened() && error.status().is_some());
        let list = client.voice().page(&ListCalls::new()).await.unwrap_err();
        let shown = format!("{error} {error:?} {list:?} {}", list.log_value());
        assert!(
            !shown.contains(TOKEN) && !shown.contains("9876543210"),
            "{shown}"
        );
        assert_eq!(transport.sent().len(), 2, "not repeated");
    }
}

fn page(sids: &[&str], next: Option<&str>) -> Reply {
    let calls: Vec<Value> = sids.iter().map(|sid| json!({"Sid": sid})).collect();
    Reply::json(
        &json!({"Metadata": {"Total": 9, "PageSize": 2, "NextPageUri": next}, "Calls": calls}),
    )
}

#[tokio::test]
async fn a_stream_goes_through_pages_and_months_in_order() {
    let quarter = TimeRange::new(
        date(2026, 1, 15).at(0, 0, 0, 0),
        date(2026, 3, 20).at(12, 0, 0, 0),
    )
    .unwrap();
    let next = "/v1/Accounts/exampleacc/Calls?PageSize=2&After=tok%2B1";
    for (order, windows) in [
        (
            SortBy::NewestFirst,
            [
                "gte:2026-03-15 00:00:00;lte:2026-03-20 12:00:00",
                "gte:2026-02-15 00:00:00;lte:2026-03-14 23:59:59",
                "gte:2026-02-15 00:00:00;lte:2026-03-14 23:59:59",
                "gte:2026-01-15 00:00:00;lte:2026-02-14 23:59:59",
            ],
        ),
        (
            SortBy::OldestFirst,
            [
                "gte:2026-01-15 00:00:00;lte:2026-02-14 23:59:59",
                "gte:2026-02-15 00:00:00;lte:2026-03-14 23:59:59",
                "gte:2026-02-15 00:00:00;lte:2026-03-14 23:59:59",
                "gte:2026-03-15 00:00:00;lte:2026-03-20 12:00:00",
            ],
        ),
    ] {
        let (client, transport) = scripted([
            page(&["a"], None),
            page(&["b", "c"], Some(next)),
            page(&[], None),
            page(&["d"], None),
        ]);
        let request = ListCalls::new()
            .created(quarter)
            .sort_by(order)
            .page_size(2);
        let calls = client.voice().list(&request).collect().await.unwrap();
        let sids: Vec<&str> = calls
            .iter()
            .map(|call| call.sid.as_ref().unwrap().as_str())
            .collect();
        assert_eq!(sids, ["a", "b", "c", "d"]);
        let sent = transport.sent();
        let asked: Vec<(String, Option<String>)> = sent
            .iter()
            .map(|sent| {
                let query = query(sent);
                let after = value(&query, "After").map(str::to_owned);
                (value(&query, "DateCreated").unwrap().to_owned(), after)
            })
            .collect();
        let expected: Vec<(String, Option<String>)> = windows
            .iter()
            .enumerate()
            .map(|(at, window)| ((*window).to_owned(), (at == 2).then(|| "tok+1".to_owned())))
            .collect();
        assert_eq!(asked, expected);
        assert!(
            sent.iter()
                .all(|sent| sent.uri.path().ends_with("/Calls.json"))
        );
    }
}

#[tokio::test]
async fn a_stream_is_resumed_where_it_broke() {
    let range = TimeRange::new(
        date(2026, 1, 1).at(0, 0, 0, 0),
        date(2026, 2, 10).at(0, 0, 0, 0),
    )
    .unwrap();
    let request = ListCalls::new().created(range);
    let next = "https://api.in.exotel.com/v1/Accounts/exampleacc/Calls?After=t1";
    let (client, transport) = scripted([
        page(&["a"], None),
        page(&["b"], Some(next)),
        Reply::status(404, ""),
        page(&["c"], None),
    ]);
    let mut list = client.voice().list(&request);
    for _ in 0..2 {
        list.next().await.unwrap().unwrap();
    }
    assert!(list.next().await.unwrap().is_err() && list.next().await.is_none());
    let stored = list.cursor().unwrap().as_str().to_owned();
    let rest = client
        .voice()
        .list_from(&request, Cursor::new(stored))
        .collect()
        .await
        .unwrap();
    assert_eq!(rest.len(), 1);
    let last = query(&transport.sent()[3]);
    assert_eq!(value(&last, "After"), Some("t1"));
    assert_eq!(
        value(&last, "DateCreated"),
        Some("gte:2026-01-01 00:00:00;lte:2026-01-31 23:59:59")
    );
    for foreign in [
        "",
        "x",
        "2:",
        "-1:a",
        "/v1/Accounts/exampleacc/Calls?After=t1",
    ] {
        let list = client.voice().list_from(&request, Cursor::new(foreign));
        let error = list.collect().await.unwrap_err();
        assert_eq!(error.fields()[0].field, "cursor", "{foreign}");
    }
    assert_eq!(transport.sent().len(), 4);
}

#[tokio::test]
async fn links_that_lead_astray_end_the_stream() {
    for (link, sent) in [
        ("https://evil.test/v1/Accounts/exampleacc/Calls?After=t1", 1),
        (
            "https://u:p@api.in.exotel.com/v1/Accounts/exampleacc/Calls?After=t1",
            1,
        ),
        ("/v1/Accounts/exampleacc/Calls?Page=2", 1),
        ("/v1/Accounts/exampleacc/Calls?After=same", 2),
    ] {
        let (client, transport) = scripted((0..5).map(|_| page(&["a"], Some(link))));
        let error = client
            .voice()
            .list(&ListCalls::new())
            .collect()
            .await
            .unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Protocol, "{link}");
        assert_eq!(transport.sent().len(), sent, "{link}");
    }
}

#[tokio::test]
async fn a_stream_that_the_server_quotes_is_not_shown() {
    // Nothing in it looks like a secret: only who knows it can hide it.
    let url = JoinUrl::new("wss://bot.example.com/rooms/qu1et-r00m").unwrap();
    let echo =
        json!({"Oops": {"StreamUrl": url.expose(), "CustomField": "s3cret words"}}).to_string();
    let refused = json!({"RestException": {"Status": 400, "Message": format!("bad stream {}", url.expose())}}).to_string();
    for reply in [(200, echo), (400, refused)] {
        let (client, _) = scripted((0..3).map(|_| Reply::status(reply.0, reply.1.clone())));
        let voice = client.voice();
        let stream = ConnectStream::new(person(), url.clone(), exophone());
        let numbers = ConnectNumbers::new(person(), second(), exophone())
            .stream(url.clone(), StreamBegin::Leg1Connect);
        let flow = ConnectFlow::new(person(), app(), exophone())
            .custom_field(format!("vk1 {}", url.expose()));
        for error in [
            voice.connect_stream(&stream).await.unwrap_err(),
            voice.connect(&numbers).await.unwrap_err(),
            voice.connect_flow(&flow).await.unwrap_err(),
        ] {
            let shown = format!("{error} {error:?} {}", error.log_value());
            assert!(!shown.contains("qu1et-r00m"), "{shown}");
            assert!(error.body_excerpt().is_some(), "something is shown");
        }
    }
}
