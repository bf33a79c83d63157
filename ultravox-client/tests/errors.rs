//! How the API says no, and what becomes of it.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test fails by panicking"
)]

mod common;

use std::sync::Arc;
use std::time::Duration;

use common::{agent_id, call, call_id, created, new_agent, scripted};
use ultravox_client::calls::{DataMessage, StartAgentCall};
use ultravox_client::{ErrorCode, UltravoxClient};
use voice_core::client::ClientOptions;
use voice_core::error::{Delivery, Error, ErrorKind};
use voice_core::testkit::{Reply, ScriptedTransport, TestClock};

/// What creating a call comes to when the API always answers this, and how often it was asked.
async fn creating(status: u16, body: &'static str) -> (Error, usize) {
    let replies: Vec<Reply> = (0..4).map(|_| Reply::status(status, body)).collect();
    let (client, transport) = scripted(replies);
    let order = StartAgentCall::new();
    let error = client
        .agents()
        .calls(&agent_id())
        .create(&order)
        .await
        .unwrap_err();
    (error, transport.sent().len())
}

/// The same for reading one.
async fn reading(status: u16, body: &'static str) -> (Error, usize) {
    let replies: Vec<Reply> = (0..4).map(|_| Reply::status(status, body)).collect();
    let (client, transport) = scripted(replies);
    let error = client.calls().get(&call_id()).await.unwrap_err();
    (error, transport.sent().len())
}

#[tokio::test(start_paused = true)]
async fn each_status_when_a_call_is_created() {
    use Delivery::{Answered, Refused, Unknown};
    for (status, kind, delivery, tries, code) in [
        (
            400,
            ErrorKind::InvalidInput,
            Answered,
            1,
            ErrorCode::ValidationError,
        ),
        (
            401,
            ErrorKind::Authentication,
            Answered,
            1,
            ErrorCode::InvalidApiKey,
        ),
        (
            402,
            ErrorKind::Quota,
            Answered,
            1,
            ErrorCode::CallInitiationFailed,
        ),
        (
            403,
            ErrorKind::Permission,
            Answered,
            1,
            ErrorCode::AuthorizationError,
        ),
        (
            404,
            ErrorKind::NotFound,
            Answered,
            1,
            ErrorCode::AgentNotFound,
        ),
        (
            415,
            ErrorKind::InvalidInput,
            Answered,
            1,
            ErrorCode::ValidationError,
        ),
        (
            422,
            ErrorKind::InvalidInput,
            Answered,
            1,
            ErrorCode::ValidationError,
        ),
        (
            425,
            ErrorKind::Unavailable,
            Answered,
            1,
            ErrorCode::ExternalServiceError,
        ),
        (
            429,
            ErrorKind::RateLimited,
            Refused,
            4,
            ErrorCode::RateLimitExceeded,
        ),
        (
            500,
            ErrorKind::Server,
            Unknown,
            1,
            ErrorCode::ExternalServiceError,
        ),
        (
            502,
            ErrorKind::Server,
            Unknown,
            1,
            ErrorCode::ExternalServiceError,
        ),
        (
            503,
            ErrorKind::Unavailable,
            Refused,
            4,
            ErrorCode::ExternalServiceError,
        ),
        (504, ErrorKind::Timeout, Unknown, 1, ErrorCode::TimeoutError),
        (
            302,
            ErrorKind::Protocol,
            Answered,
            1,
            ErrorCode::ExternalServiceError,
        ),
    ] {
        let (error, sent) = creating(status, r#"{"detail": "No."}"#).await;
        assert_eq!(
            (error.kind(), error.delivery(), sent),
            (kind, delivery, tries),
            "{error}"
        );
        assert_eq!(ErrorCode::of(&error), code, "{error}");
        assert_eq!(error.message(), "No.");
        assert_eq!(error.status().unwrap().as_u16(), status);
        assert_eq!(
            (error.provider(), error.operation()),
            ("ultravox", "agents.calls.create")
        );
    }
}

#[tokio::test(start_paused = true)]
async fn reads_are_repeated_through_everything_that_may_pass() {
    for (status, tries) in [
        (400, 1),
        (404, 1),
        (425, 4),
        (429, 4),
        (500, 4),
        (502, 4),
        (503, 4),
        (504, 4),
    ] {
        let (error, sent) = reading(status, "").await;
        assert_eq!(sent, tries, "{error}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_gateways_503_after_handing_on_is_no_refusal() {
    for body in [
        "upstream connect error or disconnect/reset before headers. reset reason: connection termination",
        r#"{"detail": "upstream connect error or disconnect/reset before headers"}"#,
        "<html><title>503 Service Unavailable</title></html>",
        "",
    ] {
        let (error, sent) = creating(503, body).await;
        assert_eq!((error.delivery(), sent), (Delivery::Unknown, 1), "{error}");
        assert!(error.hint().unwrap().starts_with("A gateway"), "{error}");
    }
    let page = || {
        let page = Reply::status(503, "<html><title>503</title></html>");
        page.header("retry-after", "1")
    };
    let (client, transport) = scripted([page(), page()]);
    let agent = agent_id();
    let calls = client.agents();
    let calls = calls.calls(&agent);
    let error = calls.create(&StartAgentCall::new()).await.unwrap_err();
    assert_eq!(
        (error.delivery(), transport.sent().len()),
        (Delivery::Unknown, 1),
        "{error}"
    );
    let own = r#"{"detail": "Insufficient capacity."}"#;
    let (error, sent) = creating(503, own).await;
    assert_eq!((error.delivery(), sent), (Delivery::Refused, 4), "{error}");
}

#[tokio::test(start_paused = true)]
async fn a_refused_creation_is_tried_again_when_the_api_says() {
    let clock = Arc::new(TestClock::at(1_800_000_000).with_unit(0.0));
    let transport = ScriptedTransport::new([
        Reply::status(429, r#"{"detail": "Request was throttled."}"#).header("retry-after", "7"),
        Reply::status(503, "").header("retry-after", "Fri, 15 Jan 2027 08:00:17 GMT"),
        created(&call()),
    ]);
    let options = ClientOptions::new()
        .clock(clock.clone())
        .transport(Arc::new(transport.clone()));
    let client = UltravoxClient::builder()
        .api_key(common::KEY)
        .options(options)
        .build()
        .unwrap();
    let order = StartAgentCall::new();
    let answer = client
        .agents()
        .calls(&agent_id())
        .create(&order)
        .await
        .unwrap();
    assert_eq!((answer.attempts(), transport.sent().len()), (3, 3));
    // 7 s of 17 until the date had passed.
    let waits = clock.sleeps();
    let long: Vec<u64> = waits
        .iter()
        .map(Duration::as_secs)
        .filter(|wait| (5..20).contains(wait))
        .collect();
    assert_eq!(long, [7, 10], "{waits:?}");
}

#[tokio::test(start_paused = true)]
async fn a_longer_wait_than_the_cap_comes_back_at_once_with_the_wait() {
    let (client, transport) = scripted([Reply::status(429, "").header("retry-after", "3600")]);
    let order = StartAgentCall::new();
    let error = client
        .agents()
        .calls(&agent_id())
        .create(&order)
        .await
        .unwrap_err();
    assert_eq!(error.retry_after(), Some(Duration::from_secs(3600)));
    assert_eq!(
        (transport.sent().len(), error.delivery()),
        (1, Delivery::Refused)
    );
}

#[tokio::test]
async fn validation_errors_name_their_fields() {
    let body =
        r#"{"callTemplate": {"temperature": ["Must be at most 1."]}, "name": ["Too long."]}"#;
    let (client, _) = scripted([Reply::status(400, body)]);
    let error = client
        .agents()
        .create(&new_agent("x", "y"))
        .await
        .unwrap_err();
    let fields: Vec<(&str, &str)> = error
        .fields()
        .iter()
        .map(|f| (f.field.as_str(), f.message.as_str()))
        .collect();
    assert_eq!(
        fields,
        [
            ("callTemplate.temperature", "Must be at most 1."),
            ("name", "Too long.")
        ]
    );
    assert!(error.to_string().starts_with(
        "ultravox agents.create: HTTP 400: callTemplate.temperature: Must be at most 1.; name: Too long."
    ), "{error}");
    assert_eq!(error.log_value()["field.name"], "Too long.");
}

#[tokio::test]
async fn a_message_into_a_call_that_is_not_live_is_a_conflict() {
    let (client, transport) = scripted([Reply::status(422, r#"{"detail": "Call has ended."}"#)]);
    let error = client
        .calls()
        .send_data_message(&call_id(), &DataMessage::text("Hi."))
        .await
        .unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Conflict);
    assert!(error.hint().unwrap().contains("live calls only"), "{error}");
    assert_eq!(transport.sent().len(), 1);
}

#[tokio::test(start_paused = true)]
async fn hanging_up_is_repeated_and_speaking_is_not() {
    let (client, transport) = scripted([Reply::status(502, ""), Reply::status(204, "")]);
    client.calls().hang_up(&call_id()).await.unwrap();
    assert_eq!(transport.sent().len(), 2);
    let (client, transport) = scripted([Reply::status(502, ""), Reply::status(204, "")]);
    let error = client
        .calls()
        .send_data_message(&call_id(), &DataMessage::say("Hi."))
        .await
        .unwrap_err();
    assert_eq!(
        (error.delivery(), transport.sent().len()),
        (Delivery::Unknown, 1)
    );
}

#[tokio::test(start_paused = true)]
async fn a_repeated_deletion_that_finds_nothing_has_succeeded() {
    let (client, transport) = scripted([Reply::status(504, ""), Reply::status(404, "")]);
    client.calls().delete(&call_id()).await.unwrap();
    assert_eq!(transport.sent().len(), 2);
    let (client, _) = scripted([Reply::status(404, "")]);
    assert!(
        client
            .calls()
            .delete(&call_id())
            .await
            .unwrap_err()
            .is_not_found()
    );
}

#[tokio::test]
async fn hints_name_cause_and_remedy() {
    for (status, part) in [
        (400, "template variables"),
        (401, "X-API-Key"),
        (402, "no subscription"),
        (403, "plan"),
        (404, "UUID"),
        (405, "PATCH and not by PUT"),
        (413, "too large"),
        (415, "application/json"),
    ] {
        let (error, _) = creating(status, "").await;
        assert!(
            error.hint().unwrap().contains(part),
            "{status}: {:?}",
            error.hint()
        );
        assert!(error.to_string().contains(part), "{error}");
    }
}

#[tokio::test]
async fn neither_the_key_nor_its_secret_part_is_shown_when_the_answer_quotes_it() {
    let (_, second) = common::KEY.split_once('.').unwrap();
    for quoted in [common::KEY, second] {
        let body = format!(r#"{{"detail": "no key is called {quoted}"}}"#);
        let (client, _) = scripted([Reply::status(400, body)]);
        let error = client.accounts().me().await.unwrap_err();
        assert!(error.message().contains("no key is called"), "{error}");
        for shown in [
            error.to_string(),
            format!("{error:?}"),
            error.report().to_string(),
        ] {
            assert!(!shown.contains(second), "{shown}");
        }
    }
}

#[tokio::test(start_paused = true)]
async fn a_read_that_a_gateway_refuses_may_simply_be_repeated() {
    let (error, sent) = reading(503, "<html><title>503</title></html>").await;
    assert_eq!(sent, 4, "{error}");
    assert!(error.hint().unwrap().contains("try again"), "{error}");
}

#[tokio::test]
async fn a_key_that_does_not_look_like_one_is_named_as_the_likely_cause() {
    let transport = ScriptedTransport::new([Reply::status(401, "")]);
    let options = ClientOptions::new().transport(Arc::new(transport));
    let client = UltravoxClient::builder()
        .api_key("sk-something-else")
        .options(options)
        .build()
        .unwrap();
    let error = client.accounts().me().await.unwrap_err();
    assert!(error.hint().unwrap().contains("41 characters"), "{error}");
}

#[tokio::test]
async fn request_ids_are_found_where_they_may_be() {
    for header in ["x-request-id", "request-id", "x-correlation-id", "cf-ray"] {
        let (client, _) = scripted([Reply::status(404, "").header(header, "id-1")]);
        let error = client.calls().get(&call_id()).await.unwrap_err();
        assert_eq!(error.request_id(), Some("id-1"), "{header}");
    }
}
