//! Monitor, held against the official OpenAPI files.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::print_stdout,
    reason = "a test fails by panicking"
)]

mod common;

use common::exercise::Exercise;
use serde_json::{Value, json};
use twilio_client::error::ErrorCode;
use twilio_client::monitor::alarms::{Alarm, ListAlarms, SortOrder, TimeWindow};
use twilio_client::monitor::{ListAlerts, ListEvents, LogLevel};
use twilio_client::types::{DateFilter, Toggle};
use voice_core::error::ErrorKind;
use voice_core::ident::NotificationSid;
use voice_core::testkit::Reply;
use voice_core::webhook::WebhookUrl;

fn day() -> DateFilter {
    DateFilter::parse("2026-11-01").unwrap()
}

fn alarm() -> Alarm {
    Alarm::for_code(
        "webhooks fail",
        ErrorCode::new(11200),
        10,
        TimeWindow::FifteenMinutes,
    )
    .description("who answers at night")
    .email(["ops@example.com"])
    .webhook(&WebhookUrl::parse("https://app.example.com/alarm").unwrap())
    .console_indicator(Toggle::On)
    .enabled(Toggle::Off)
}

#[tokio::test]
async fn every_operation_is_as_documented() {
    let Some(mut on) = Exercise::of(&["monitor_v1", "monitor_v2"]) else {
        return;
    };
    let sid = NotificationSid::parse(&format!("NO{}", "0123456789abcdef".repeat(2))).unwrap();
    on.call("ListAlert", async |c| {
        let list = ListAlerts::new()
            .log_level(LogLevel::Error)
            .start_date(day())
            .end_date(day());
        c.monitor()
            .alerts(&list.page_size(20_u32).page(0_u32).page_token("PA1"))
            .collect()
            .await
    })
    .await;
    on.call("FetchAlert", async |c| c.monitor().alert(sid).await)
        .await;
    on.call("ListEvent", async |c| {
        let list = ListEvents::new()
            .actor_sid("US1")
            .event_type("phone-number.updated")
            .resource_sid("PN1")
            .source_ip_address("198.51.100.7")
            .start_date(day())
            .end_date(day());
        c.monitor()
            .events(&list.page_size(20_u32).page(0_u32).page_token("PA1"))
            .collect()
            .await
    })
    .await;
    on.call("FetchEvent", async |c| c.monitor().event("AE1").await)
        .await;
    on.call("ListAlarms", async |c| {
        let list = ListAlarms::new().sort_order(SortOrder::Ascending);
        c.monitor()
            .alarms()
            .list(&list.page_size(20_u32).page(0_u32).page_token("PA1"))
            .collect()
            .await
    })
    .await;
    on.call("CreateAlarm", async |c| {
        c.monitor().alarms().create(&alarm()).await
    })
    .await;
    on.call("FetchAlarm", async |c| c.monitor().alarms().get("x1").await)
        .await;
    on.call("UpdateAlarm", async |c| {
        c.monitor().alarms().update("x1", &alarm()).await
    })
    .await;
    on.call("UpdateAlarmStatus", async |c| {
        c.monitor().alarms().switch("x1", Toggle::On).await
    })
    .await;
    on.call("DeleteAlarm", async |c| {
        c.monitor().alarms().delete("x1").await
    })
    .await;
    on.finish();
}

#[tokio::test]
async fn an_alert_has_its_codes_remedy_and_hides_what_was_said() {
    let (client, transport) = common::scripted([
        Reply::json(&json!({
            "error_code": "11200", "alert_text": "From=%2B14155550123", "request_url": "https://a.example/?token=s3cret",
            "request_variables": "From=+14155550123", "response_body": "s3cret",
        })),
        Reply::json(&json!({"sid": "x1"})),
    ]);
    let sid = NotificationSid::parse(&format!("NO{}", "0".repeat(32))).unwrap();
    let alert = client.monitor().alert(sid).await.unwrap();
    assert_eq!(alert.code().unwrap().get(), 11200);
    assert!(alert.code().unwrap().hint().is_some());
    let shown = format!("{alert:?}");
    assert!(
        !shown.contains("4155550123") && !shown.contains("s3cret"),
        "{shown}"
    );

    client.monitor().alarms().create(&alarm()).await.unwrap();
    let body: Value = serde_json::from_str(&transport.sent()[1].text()).unwrap();
    assert_eq!(
        body,
        json!({
            "friendlyName": "webhooks fail", "queryType": "ERROR_CODE", "query": "11200", "triggerValue": 10,
            "timeWindow": "FIFTEEN_MINS", "description": "who answers at night", "enabled": false,
            "email": ["ops@example.com"], "webhook": "https://app.example.com/alarm", "consoleIndicator": true,
        })
    );
    for bad in [
        Alarm::for_all("", 1, TimeWindow::OneDay),
        Alarm::for_level("x", &LogLevel::Error, 0, TimeWindow::OneDay),
    ] {
        let error = client.monitor().alarms().create(&bad).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::InvalidInput);
    }
}
