//! Voice Insights, held against the official OpenAPI files.
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
use common::{ACCOUNT, call_sid};
use serde_json::{Value, json};
use twilio_client::calls::AnsweredBy;
use twilio_client::insights::reports::{ListNumbers, OrderReport};
use twilio_client::insights::{
    Annotate, CallState, CallType, ConferenceEnd, ConferenceState, ConnectivityIssue,
    InsightsSettings, ListCallSummaries, ListConferences, ListEvents, ListMetrics,
    ListParticipants, MediaEdge, ProcessingFilter, ProcessingState, QualityIssue, StreamDirection,
    SummaryOrder,
};
use twilio_client::types::{ApiTime, DateFilter, Toggle};
use voice_core::error::{Delivery, ErrorKind};
use voice_core::ident::{AccountSid, ConferenceSid};
use voice_core::testkit::Reply;

fn account() -> AccountSid {
    AccountSid::parse(ACCOUNT).unwrap()
}

fn conference() -> ConferenceSid {
    ConferenceSid::parse(&format!("CF{}", "0123456789abcdef".repeat(2))).unwrap()
}

macro_rules! paged {
    ($request:expr) => {
        $request.page_size(20_u32).page(0_u32).page_token("PA1")
    };
}

fn every_filter() -> ListCallSummaries {
    paged!(ListCallSummaries::new())
        .from("+14155550100")
        .to("+14155550123")
        .from_carrier("a")
        .to_carrier("b")
        .from_country_code("US")
        .to_country_code("IE")
        .verified_caller(Toggle::On)
        .has_tag(Toggle::On)
        .start_time("4w")
        .end_time("30m")
        .call_type(CallType::Carrier)
        .call_state(CallState::NoAnswer)
        .direction("outbound_api")
        .processing_state(ProcessingFilter::All)
        .sort_by(SummaryOrder::EndTime)
        .subaccount(account())
        .abnormal_session(Toggle::Off)
        .answered_by(AnsweredBy::Human)
        .answered_by_annotation("human")
        .connectivity_issue_annotation(ConnectivityIssue::CallerId)
        .quality_issue_annotation(QualityIssue::Echo)
        .spam_annotation(Toggle::Off)
        .call_score_annotation("5")
        .branded_enabled(Toggle::On)
        .voice_integrity_enabled(Toggle::On)
        .branded_bundle_sid("BU1")
        .branded_logo(Toggle::On)
        .branded_type("in_band")
        .branded_use_case("x")
        .branded_call_reason("x")
        .voice_integrity_bundle_sid("BU2")
        .voice_integrity_use_case("x")
        .business_profile_identity("direct_customer")
        .business_profile_industry("banking")
        .business_profile_bundle_sid("BU3")
        .business_profile_type("primary")
}

#[tokio::test]
async fn every_operation_is_as_documented() {
    let Some(mut on) = Exercise::of(&["insights_v1", "insights_v2"]) else {
        return;
    };
    on.call("FetchAccountSettings", async |c| {
        c.insights().settings(Some(account())).await
    })
    .await;
    on.call("UpdateAccountSettings", async |c| {
        let set = InsightsSettings::new()
            .advanced_features(Toggle::On)
            .voice_trace(Toggle::Off)
            .subaccount(account());
        c.insights().update_settings(&set).await
    })
    .await;
    on.call("ListCallSummaries", async |c| {
        c.insights().summaries(&every_filter()).collect().await
    })
    .await;
    on.call("FetchCall", async |c| {
        c.insights().call(call_sid()).get().await
    })
    .await;
    on.call("FetchSummary", async |c| {
        c.insights()
            .call(call_sid())
            .summary(Some(ProcessingState::Partial))
            .await
    })
    .await;
    on.call("ListEvent", async |c| {
        let list = paged!(ListEvents::new()).edge(MediaEdge::Carrier);
        c.insights().call(call_sid()).events(&list).collect().await
    })
    .await;
    on.call("ListMetric", async |c| {
        let list = paged!(ListMetrics::new())
            .edge(MediaEdge::Sdk)
            .direction(StreamDirection::Both);
        c.insights().call(call_sid()).metrics(&list).collect().await
    })
    .await;
    on.call("FetchAnnotation", async |c| {
        c.insights().call(call_sid()).annotation().await
    })
    .await;
    on.call("UpdateAnnotation", async |c| {
        let note = Annotate::new()
            .answered_by(AnsweredBy::Human)
            .connectivity_issue(ConnectivityIssue::DroppedCall)
            .quality_issues([QualityIssue::Echo, QualityIssue::Latency])
            .spam(Toggle::Off)
            .call_score(4_u32)
            .comment("fine")
            .incident("T-1");
        c.insights().call(call_sid()).annotate(&note).await
    })
    .await;

    let day = DateFilter::parse("2026-11-01").unwrap();
    on.call("ListConference", async |c| {
        let list = paged!(ListConferences::new())
            .conference_sid(conference())
            .friendly_name("x")
            .status(ConferenceState::Completed)
            .created_after(day)
            .created_before(day)
            .mixer_region("ie1")
            .tags("low_mos")
            .subaccount(account())
            .detected_issues("x")
            .end_reason(ConferenceEnd::LastParticipantLeft);
        c.insights().conferences().list(&list).collect().await
    })
    .await;
    on.call("FetchConference", async |c| {
        c.insights().conferences().get(conference()).await
    })
    .await;
    on.call("ListConferenceParticipant", async |c| {
        let list = paged!(ListParticipants::new())
            .participant_sid("CP1")
            .label("agent")
            .events("hold");
        c.insights()
            .conferences()
            .participants(conference(), &list)
            .collect()
            .await
    })
    .await;
    on.call("FetchConferenceParticipant", async |c| {
        c.insights()
            .conferences()
            .participant(conference(), "CP1", Some("hold"), Some("x"))
            .await
    })
    .await;

    let order = OrderReport::new()
        .between(
            ApiTime::new("2026-11-01T00:00:00Z"),
            ApiTime::new("2026-11-08T00:00:00Z"),
        )
        .filter("direction", ["inbound"]);
    on.call("CreateAccountReport", async |c| {
        c.insights().reports().create(&order).await
    })
    .await;
    on.call("FetchAccountReport", async |c| {
        c.insights().reports().get("r1").await
    })
    .await;
    let top = order.clone().size(10);
    on.call("CreateInboundPhoneNumbersReport", async |c| {
        c.insights().reports().create_inbound(&top).await
    })
    .await;
    on.call("CreateOutboundPhoneNumbersReport", async |c| {
        c.insights().reports().create_outbound(&top).await
    })
    .await;
    let list = paged!(ListNumbers::new());
    on.call("ListInboundPhoneNumbersReport", async |c| {
        c.insights().reports().inbound("r1", &list).collect().await
    })
    .await;
    on.call("ListOutboundPhoneNumbersReport", async |c| {
        c.insights().reports().outbound("r1", &list).collect().await
    })
    .await;
    on.finish();
}

#[tokio::test]
async fn rules_hold_before_sending_and_reports_are_ordered_once() {
    let (client, transport) = common::scripted([Reply::status(500, "")]);
    let call = client.insights().call(call_sid());
    for bad in [
        Annotate::new().call_score(0_u32),
        Annotate::new().call_score(6_u32),
        Annotate::new().comment("x".repeat(101)),
        Annotate::new().incident("x".repeat(101)),
    ] {
        assert_eq!(
            call.annotate(&bad).await.unwrap_err().kind(),
            ErrorKind::InvalidInput
        );
    }
    let reports = client.insights().reports();
    assert_eq!(
        reports
            .create(&OrderReport::new().size(1))
            .await
            .unwrap_err()
            .kind(),
        ErrorKind::InvalidInput
    );
    assert_eq!(
        reports
            .create_inbound(&OrderReport::new().size(0))
            .await
            .unwrap_err()
            .kind(),
        ErrorKind::InvalidInput
    );
    assert!(transport.sent().is_empty());

    let error = reports
        .create(&OrderReport::new().filter("direction", ["inbound"]))
        .await
        .unwrap_err();
    assert_eq!(
        (error.delivery(), transport.sent().len()),
        (Delivery::Unknown, 1)
    );
    let body: Value = serde_json::from_str(&transport.sent()[0].text()).unwrap();
    assert_eq!(
        body,
        json!({"filters": [{"key": "direction", "values": ["inbound"]}]})
    );
}
