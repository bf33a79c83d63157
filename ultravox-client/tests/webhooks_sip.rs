//! The SIP fallback handler: what it is asked, and the three answers it has.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test fails by panicking"
)]

use http::{HeaderMap, Method};
use serde_json::{Value, json};
use ultravox_client::calls::StartAgentCall;
use ultravox_client::types::UvTime;
use ultravox_client::webhooks::{
    SIGNATURE_HEADER, SipFallbackReply, SipRejectCode, SipRejection, TIMESTAMP_HEADER,
    WebhookVerifier, sign,
};
use voice_core::clock::{Clock, SystemClock};
use voice_core::error::{Error, ErrorKind};
use voice_core::provider::AgentId;
use voice_core::webhook::{WebhookError, WebhookRequest};

fn body(reply: SipFallbackReply) -> Value {
    let response = reply.into_response().unwrap();
    assert_eq!(response.status(), 200);
    assert_eq!(response.headers()["content-type"], "application/json");
    serde_json::from_str(response.body()).unwrap()
}

#[test]
fn each_answer_has_exactly_one_choice() {
    let agent = AgentId::new("agent-1").unwrap();
    let call = StartAgentCall::new()
        .variable("line", "sales")
        .agent_id(AgentId::new("another").unwrap());
    assert_eq!(
        body(SipFallbackReply::start_agent_call(agent, call)),
        json!({"startAgentCall": {"agentId": "agent-1", "templateContext": {"line": "sales"}}})
    );
    let call = json!({"systemPrompt": "Be brief.", "temperature": 0});
    assert_eq!(
        body(SipFallbackReply::start_call(&call).unwrap()),
        json!({"startCall": call})
    );
    assert_eq!(
        body(SipFallbackReply::reject(SipRejection::new())),
        json!({"reject": {}}),
        "603 is the API's default"
    );
    let code = SipRejectCode::try_from(480).unwrap();
    assert_eq!(code, SipRejectCode::TEMPORARILY_UNAVAILABLE);
    assert_eq!(
        body(SipFallbackReply::reject(
            SipRejection::new().code(code).message("closed")
        )),
        json!({"reject": {"sipRejectCode": 480, "message": "closed"}})
    );
}

#[test]
fn wrong_answers_cannot_be_built() {
    for status in [0, 200, 399, 700, u16::MAX] {
        let error = SipRejectCode::new(status).unwrap_err();
        assert!(error.to_string().contains(&status.to_string()));
        assert_eq!(Error::from(error).kind(), ErrorKind::InvalidInput);
    }
    for (status, name) in [
        (400, None),
        (699, None),
        (404, Some(SipRejectCode::NOT_FOUND)),
        (486, Some(SipRejectCode::BUSY)),
        (603, Some(SipRejectCode::DECLINE)),
    ] {
        let code = SipRejectCode::new(status).unwrap();
        assert_eq!(code.get(), status);
        assert!(name.is_none_or(|name| name == code));
    }
    for value in [json!([]), json!("text"), Value::Null] {
        let error = SipFallbackReply::start_call(&value).unwrap_err();
        assert_eq!(error.fields()[0].field, "startCall");
    }
    let broken = StartAgentCall::new().tag("ultravox.mine", "x");
    let error = SipFallbackReply::start_agent_call(AgentId::new("a").unwrap(), broken)
        .into_response()
        .unwrap_err();
    assert_eq!(error.kind(), ErrorKind::InvalidInput);
}

#[tokio::test]
async fn only_signed_requests_are_read_and_all_of_them_are() {
    let verifier = WebhookVerifier::new("planted-secret").unwrap();
    let now = UvTime::from(SystemClock::default().wall()).to_string();
    let ask = |body: &str, secret: &str| {
        let mut headers = HeaderMap::new();
        let signature = sign(secret, body.as_bytes(), &now);
        headers.insert(SIGNATURE_HEADER, signature.parse().unwrap());
        headers.insert(TIMESTAMP_HEADER, now.parse().unwrap());
        let request = WebhookRequest::new(&Method::POST, "/", &headers, body.as_bytes());
        verifier.sip_fallback(&request)
    };
    let body = r#"{"from": "sip:planted@example.com"}"#;
    assert_eq!(ask(body, "other"), Err(WebhookError::BadSignature));
    let request = ask(body, "planted-secret").unwrap();
    assert_eq!(request.payload["from"], "sip:planted@example.com");
    assert!(!format!("{request:?}").contains("planted"));
    assert_eq!(ask("from=x", "planted-secret").unwrap().payload, "from=x");
    assert_eq!(ask("", "planted-secret").unwrap().payload, "");
}
