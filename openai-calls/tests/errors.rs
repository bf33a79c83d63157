//! What refusals say, and what no error says.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test fails by panicking"
)]

mod common;

use common::{KEY, call, only, refusal, scripted, scripted_with, shown};
use openai_calls::ErrorCode;
use openai_calls::client_secrets::NewClientSecret;
use openai_calls::session::{AnySession, McpTool, Session};
use openai_calls::webhook_endpoints::{KeepOldSecret, NewWebhookEndpoint, WebhookEndpointUpdate};
use secrecy::SecretString;
use serde_json::{Value, json};
use voice_core::client::{ClientOptions, Operation};
use voice_core::error::{Delivery, Error, ErrorKind};
use voice_core::limits::Scope;
use voice_core::testkit::Reply;

static ANY: Operation = Operation::get("things.get", "/things");

/// How a read fares that is answered with this.
async fn told(reply: Reply) -> Error {
    let (client, _) = scripted_with([reply], ClientOptions::new().retries(0));
    client.raw().request(&ANY).send_empty().await.unwrap_err()
}

#[tokio::test]
async fn everything_the_envelope_says_is_kept() {
    let body = json!({"error": {
        "message": "Invalid value for 'model'.", "type": "invalid_request_error",
        "param": "session.model", "code": "invalid_value",
    }});
    let reply = Reply::status(400, body.to_string()).header("x-request-id", "req_42");
    let error = told(reply).await;
    assert_eq!(
        (error.provider(), error.operation()),
        ("openai", "things.get")
    );
    assert_eq!(
        (error.kind(), error.delivery()),
        (ErrorKind::InvalidInput, Delivery::Answered)
    );
    assert_eq!(error.status().unwrap().as_u16(), 400);
    assert_eq!(error.request_id(), Some("req_42"));
    assert_eq!(error.message(), "Invalid value for 'model'.");
    assert_eq!(ErrorCode::of(&error), Some(ErrorCode::InvalidValue));
    assert_eq!(error.fields()[0].field, "session.model");
    assert!(
        shown(&error).contains("invalid_request_error"),
        "the type is kept beside the code"
    );
    assert!(error.body_excerpt().unwrap().contains("session.model"));
}

#[tokio::test]
async fn each_status_has_its_kind() {
    for (status, kind, delivery) in [
        (400, ErrorKind::InvalidInput, Delivery::Answered),
        (401, ErrorKind::Authentication, Delivery::Answered),
        (403, ErrorKind::Permission, Delivery::Answered),
        (404, ErrorKind::NotFound, Delivery::Answered),
        (409, ErrorKind::Conflict, Delivery::Answered),
        (422, ErrorKind::InvalidInput, Delivery::Answered),
        (429, ErrorKind::RateLimited, Delivery::Refused),
        (408, ErrorKind::Timeout, Delivery::Unknown),
        (500, ErrorKind::Server, Delivery::Unknown),
        (503, ErrorKind::Unavailable, Delivery::Unknown),
        (520, ErrorKind::Server, Delivery::Unknown),
    ] {
        let error = told(Reply::status(status, "")).await;
        assert_eq!(
            (error.kind(), error.delivery()),
            (kind, delivery),
            "{status}"
        );
        assert_eq!(error.request_id(), None);
        assert!(error.code().is_none());
    }
}

#[tokio::test]
async fn a_type_stands_for_a_missing_code_and_other_forms_are_read() {
    let error = told(refusal(500, "server_error", None, "Oops.")).await;
    assert_eq!(ErrorCode::of(&error), Some(ErrorCode::ServerError));
    let error = told(refusal(400, "t", Some("of_tomorrow"), "x")).await;
    assert_eq!(
        ErrorCode::of(&error),
        Some(ErrorCode::Other("of_tomorrow".to_owned()))
    );
    for (body, message) in [
        (r#"{"message":"Flat.","code":"c"}"#, "Flat."),
        (
            "<html><title>502 Bad Gateway</title>",
            "an HTML page: 502 Bad Gateway",
        ),
        ("plain words", "plain words"),
        ("", "Bad Gateway"),
    ] {
        assert_eq!(told(Reply::status(502, body)).await.message(), message);
    }
}

#[tokio::test]
async fn rate_limits_are_read_from_every_answer() {
    let limited = |reply: Reply| {
        reply
            .header("x-ratelimit-limit-requests", "100")
            .header("x-ratelimit-remaining-requests", "0")
            .header("x-ratelimit-reset-requests", "4m12.5s")
            .header("x-ratelimit-limit-tokens", "40000")
            .header("x-ratelimit-remaining-tokens", "-1")
            .header("x-ratelimit-reset-tokens", "850ms")
            .header("x-ratelimit-remaining-project-tokens", "7")
    };
    let error = told(limited(Reply::status(429, ""))).await;
    let (client, _) = scripted([limited(Reply::status(200, ""))]);
    let answer = client.raw().request(&ANY).send_empty().await.unwrap();
    for limits in [error.rate_limits().unwrap(), answer.rate_limits()] {
        let requests = limits.window(&Scope::named("requests")).unwrap();
        assert_eq!(
            (requests.limit(), requests.remaining()),
            (Some(100), Some(0))
        );
        assert_eq!(requests.reset().unwrap().as_millis(), 252_500);
        let tokens = limits.window(&Scope::named("tokens")).unwrap();
        assert_eq!((tokens.limit(), tokens.remaining()), (Some(40_000), None));
        assert_eq!(tokens.reset().unwrap().as_millis(), 850);
        let project = limits.window(&Scope::named("project-tokens")).unwrap();
        assert_eq!(project.remaining(), Some(7));
    }
    assert_eq!(
        error.retry_after(),
        None,
        "a full quota is not what one waits for"
    );
}

#[tokio::test]
async fn no_error_shows_a_secret_that_the_answer_quotes() {
    const EPHEMERAL: &str = "odd-form-ephemeral-5f77";
    const MCP: &str = "planted-mcp-authorization";
    let quoting = |secret: &str| {
        refusal(
            401,
            "t",
            Some(secret),
            &format!("Incorrect key: {secret}, ek_abcdef1234567, whsec_AbC+/="),
        )
        .header("x-request-id", secret)
    };
    let (client, _) = scripted([quoting(KEY), quoting(EPHEMERAL), quoting(MCP)]);
    let refused = client.calls().hang_up(&call()).await.unwrap_err();
    let secret = SecretString::from(EPHEMERAL);
    let created = client
        .calls()
        .create_with_secret("v=0", &secret)
        .await
        .unwrap_err();
    let server = McpTool::at_url("shop", "https://mcp.example").authorization(MCP);
    let session = Session::new("x").tool(server);
    let accepted = client.calls().accept(&call(), &session).await.unwrap_err();
    for error in [refused, created, accepted] {
        let text = shown(&error);
        assert!(text.contains("Incorrect key"), "{text}");
        for secret in [
            KEY,
            EPHEMERAL,
            MCP,
            "planted0123456789",
            "abcdef1234567",
            "AbC+/=",
        ] {
            assert!(!text.contains(secret), "{secret} in {text}");
        }
    }
}

#[tokio::test]
#[allow(deprecated, reason = "they are operations of the API all the same")]
async fn secrets_within_open_json_are_not_shown_either() {
    const TOKEN: &str = "planted-mcp-authorization";
    const HEADER: &str = "planted-header-value";
    let quoting = || {
        let message = format!("Cannot reach the server with {TOKEN} and {HEADER}");
        refusal(400, "t", None, &message)
    };
    let tool = json!({
        "type": "mcp", "server_label": "shop", "server_url": "https://mcp.example",
        "authorization": TOKEN, "headers": {"x-shop": HEADER},
    });
    let open = json!({"model": "m", "tools": [tool.clone()]});
    let Value::Object(open) = open else {
        panic!("an object")
    };
    let (client, transport) = scripted([(); 6].map(|()| quoting()));
    let mut errors = Vec::new();
    let live = client.live_sessions().accept(&call(), &open).await;
    errors.push(live.unwrap_err());
    let secrets = client.client_secrets();
    errors.push(secrets.legacy_session(&open).await.unwrap_err());
    let beta = secrets.legacy_transcription_session(&open).await;
    errors.push(beta.unwrap_err());
    // Tools that could not be read as such are kept as they came.
    let mixed = Session::new("x").with_extra("tools", json!([tool.clone(), 5]));
    errors.push(client.calls().accept(&call(), &mixed).await.unwrap_err());
    let created = client.calls().create("v=0", Some(&mixed)).await;
    errors.push(created.unwrap_err());
    let later = json!({"type": "of_next_year", "tools": [tool]});
    let later: AnySession = serde_json::from_value(later).unwrap();
    let created = secrets.create(&NewClientSecret::new(later)).await;
    errors.push(created.unwrap_err());
    assert_eq!(transport.sent().len(), errors.len());
    for error in errors {
        let text = shown(&error);
        assert!(text.contains("Cannot reach"), "{text}");
        for secret in [TOKEN, HEADER] {
            assert!(!text.contains(secret), "{secret} in {text}");
        }
    }
}

#[test]
fn an_endpoint_to_be_shows_no_address() {
    const URL: &str = "https://voice.example/hook?key=planted-token";
    let new = NewWebhookEndpoint::new("phones", URL, ["x"]);
    let change = WebhookEndpointUpdate::new().name("phones").url(URL);
    for text in [format!("{new:?}"), format!("{change:?}")] {
        assert!(text.contains("phones") && text.contains("url"), "{text}");
        assert!(!text.contains("planted"), "{text}");
    }
}

#[tokio::test]
async fn an_answer_that_cannot_be_read_shows_no_secret_either() {
    let answer = r#"{"value": "ek_68af296e8e408191a1120ab6383263c2", "expires_at": "#;
    let (client, _) = scripted([Reply::status(200, answer)]);
    let request = NewClientSecret::default();
    let error = client.client_secrets().create(&request).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Decode);
    assert!(!shown(&error).contains("68af296e"), "{error:?}");
}

#[tokio::test]
async fn endpoints_show_neither_secret_nor_address() {
    let endpoint = json!({
        "id": "whe_1", "object": "webhook_endpoint", "name": "phones", "event_types": ["x"],
        "url": "https://voice.example/hook?token=planted-token", "created_at": 5,
        "signing_secret": "whsec_planted", "signing_secret_hint": "whsec_…ed",
    });
    let (client, transport) = scripted([Reply::json(&endpoint)]);
    let endpoints = client.webhook_endpoints();
    let rotated = endpoints
        .rotate_secret("whe_1", KeepOldSecret::For24Hours)
        .await
        .unwrap();
    assert_eq!(rotated.secret().unwrap().expose(), "whsec_planted");
    let text = format!("{rotated:?}");
    assert!(
        !text.contains("planted") && text.contains("phones"),
        "{text}"
    );
    let keep = json!({"keep_old_secret_active_for_24_hours": true});
    assert_eq!(only(&transport).2, keep);
}
