//! The promises of the shared traits, and what hanging up does in each state.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::print_stdout,
    reason = "a test fails by panicking"
)]

mod common;

use std::time::Duration;

use common::{CALL, TOKEN, from, join_url, pairs, quick, scripted, to, until};
use http::{HeaderMap, HeaderValue, Method, header};
use serde_json::json;
use sha2::{Digest, Sha256};
use twilio_client::accounts::AccountStatus;
use twilio_client::calls::CallStatus;
use twilio_client::error::TwilioErrorExt;
use twilio_client::testkit::{Outcome, Pace, TwilioSimulator};
use twilio_client::twiml::XmlTree;
use twilio_client::webhook::{Params, SIGNATURE_HEADER, SignatureValidator, WebhookKey, sign};
use twilio_client::{CALL_KEY, TwilioClient};
use voice_core::client::ClientOptions;
use voice_core::error::{Delivery, ErrorKind};
use voice_core::ident::{AccountSid, ApiKeySid, AuthToken, E164};
use voice_core::provider::{
    AgentId, CallId, CallKey, CallProvider, Connect, HealthCheck, HealthStatus, MediaKind,
    OwnAgent, PlaceCall,
};
use voice_core::secret::SecretString;
use voice_core::testkit::Reply;
use voice_core::testkit::conformance::{
    CallFixture, WebhookFixture, call_provider, health_of_refused, health_of_unreachable,
    health_ok, webhook_verifier,
};
use voice_core::transport::BaseUrl;
use voice_core::webhook::{Scheme, WebhookUrl};

fn unknown() -> CallId {
    CallId::new(concat!("CA", "ffffffffffffffffffffffffffffffff")).unwrap()
}

fn order() -> PlaceCall {
    PlaceCall::new(
        to(),
        from(),
        Connect::Session(join_url()),
        CallKey::new("vk42").unwrap(),
    )
}

#[tokio::test]
async fn calls() {
    let simulator = TwilioSimulator::builder()
        .pace(Pace::FAST.with_talk(None))
        .start()
        .await;
    let client = simulator.client_with(quick()).unwrap();
    let never = E164::parse("+14155550199").unwrap();
    let connect = Connect::Session(join_url());
    call_provider(
        &client,
        &CallFixture::new(to(), never, from(), connect, unknown()),
    )
    .await;
    assert_eq!(
        (simulator.dialled(&to()), simulator.dialled(&never)),
        (1, 0)
    );
}

#[tokio::test]
async fn an_agent_is_not_there_to_be_connected() {
    let (client, transport) = scripted([]);
    let agent = OwnAgent::new(AgentId::new("a").unwrap());
    let mut order = order();
    order.connect = Connect::Agent(agent);
    let error = client.place_call(&order).await.unwrap_err();
    assert_eq!(
        (error.kind(), error.delivery()),
        (ErrorKind::Unsupported, Delivery::NotSent)
    );
    assert!(
        error.to_string().contains("Twilio has no agents"),
        "{error}"
    );
    assert!(transport.sent().is_empty());
}

#[tokio::test]
async fn health() {
    let key = ApiKeySid::parse(concat!("SK", "0123456789abcdef0123456789abcdef")).unwrap();
    let simulator = TwilioSimulator::builder()
        .api_key(key, "s3cret")
        .start()
        .await;
    health_ok(&simulator.client().unwrap()).await;
    // A standard key may not read the account, and is healthy all the same.
    let with_key = simulator
        .client_builder()
        .unwrap()
        .api_key(key, "s3cret")
        .build()
        .unwrap();
    assert!(with_key.accounts().own().await.is_err());
    health_ok(&with_key).await;
    let wrong = simulator.client_builder().unwrap();
    health_of_refused(
        &wrong
            .clone()
            .auth_token(AuthToken::parse(TOKEN).unwrap())
            .build()
            .unwrap(),
    )
    .await;
    health_of_refused(&wrong.api_key(key, "other").build().unwrap()).await;

    let nobody = TwilioClient::builder()
        .account_sid(AccountSid::parse(common::ACCOUNT).unwrap())
        .auth_token(AuthToken::parse(TOKEN).unwrap())
        .base_url(BaseUrl::parse("http://127.0.0.1:1").unwrap())
        .options(ClientOptions::new().retries(0))
        .build()
        .unwrap();
    health_of_unreachable(&nobody).await;

    let suspended = TwilioSimulator::builder()
        .account_status(AccountStatus::Suspended)
        .start()
        .await;
    let health = suspended.client().unwrap().health().await;
    assert_eq!(health.status, HealthStatus::AuthError);
    let error = health.error.unwrap();
    assert!(
        error.to_string().contains("suspended") && error.hint().unwrap().contains("balance"),
        "{error}"
    );
    assert_eq!(error.twilio_code().unwrap().get(), 20005);
}

#[test]
fn webhooks() {
    let verifier = SignatureValidator::new(SecretString::from(TOKEN)).unwrap();
    let url = "https://hooks.example.com/status?voice_call_key=vk42";
    let body =
        format!("CallSid={CALL}&CallStatus=completed&SequenceNumber=3&To=%2B14155550123&Empty=");
    let mut headers = HeaderMap::new();
    headers.insert(
        header::CONTENT_TYPE,
        HeaderValue::from_static("application/x-www-form-urlencoded; charset=UTF-8"),
    );
    let signature = sign(TOKEN, url, &Params::parse(body.as_bytes()));
    headers.insert(SIGNATURE_HEADER, signature.parse().unwrap());
    webhook_verifier(
        &verifier,
        &WebhookFixture::new(Method::POST, url, headers, body, SIGNATURE_HEADER),
    );

    // JSON, whose hash stands in the URL.
    let body = r#"{"Sid":"NO1","Level":"ERROR"}"#;
    let hash: String = Sha256::digest(body)
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect();
    let url = format!("https://hooks.example.com/events?bodySHA256={hash}");
    let mut headers = HeaderMap::new();
    headers.insert(
        header::CONTENT_TYPE,
        HeaderValue::from_static("application/json"),
    );
    let signature = sign(TOKEN, &url, &Params::default());
    headers.insert(SIGNATURE_HEADER, signature.parse().unwrap());
    webhook_verifier(
        &verifier,
        &WebhookFixture::new(Method::POST, url, headers, body, SIGNATURE_HEADER),
    );

    // A key of one's own, with its own algorithm and header.
    let key = WebhookKey::shared("a key of one's own", Scheme::HmacSha256Base64).unwrap();
    let verifier = SignatureValidator::with_keys([key.in_header("x-own-signature")]).unwrap();
    let url = "https://hooks.example.com/voice";
    let mut headers = HeaderMap::new();
    headers.insert(
        header::CONTENT_TYPE,
        HeaderValue::from_static("application/x-www-form-urlencoded"),
    );
    let text = format!("{url}CallSid{CALL}");
    let signature = Scheme::HmacSha256Base64.sign(b"a key of one's own", &[text.as_bytes()]);
    headers.insert("x-own-signature", signature.parse().unwrap());
    let body = format!("CallSid={CALL}");
    webhook_verifier(
        &verifier,
        &WebhookFixture::new(Method::POST, url, headers, body, "x-own-signature"),
    );
}

#[tokio::test]
async fn a_call_is_placed_with_its_key_in_the_stream_and_in_the_status_callback() {
    let (client, transport) = scripted([Reply::json(&json!({"sid": CALL, "status": "queued"}))]);
    assert_eq!(client.media(), MediaKind::Twilio);
    let mut request = order();
    request.ring_timeout = Duration::from_millis(20_500);
    request.time_limit = Some(Duration::from_secs(900));
    request.status_callback =
        Some(WebhookUrl::parse("https://hooks.example.com/status?a=b#rc=2").unwrap());
    let call = client.place_call(&request).await.unwrap();
    assert_eq!((call.id.as_str(), call.status.as_str()), (CALL, "queued"));
    assert_eq!(call.raw["sid"], CALL);
    let form = pairs(&transport.sent()[0].text());
    let value = |name: &str| {
        form.iter()
            .filter(|(n, _)| n == name)
            .map(|(_, v)| v.as_str())
            .collect::<Vec<_>>()
    };
    assert_eq!(value("Timeout"), ["21"]);
    assert_eq!(value("TimeLimit"), ["900"]);
    assert_eq!(
        value("StatusCallbackEvent"),
        ["initiated", "ringing", "answered", "completed"]
    );
    let callback = value("StatusCallback")[0];
    assert_eq!(
        callback,
        format!("https://hooks.example.com/status?a=b&{CALL_KEY}=vk42#rc=2")
    );
    assert_eq!(
        twilio_client::webhook::call_key(callback).unwrap().as_str(),
        "vk42"
    );
    let twiml = XmlTree::parse(value("Twiml")[0]).unwrap();
    let stream = twiml.child("Connect").unwrap().child("Stream").unwrap();
    assert_eq!(
        stream.attribute("url"),
        Some(join_url().expose()),
        "escaped, and otherwise as it is"
    );
    let parameter = stream.child("Parameter").unwrap();
    assert_eq!(
        (parameter.attribute("name"), parameter.attribute("value")),
        (Some(CALL_KEY), Some("vk42"))
    );
}

#[tokio::test]
async fn a_call_that_would_be_refused_is_not_sent() {
    let (client, transport) = scripted([]);
    let mut request = order();
    request.ring_timeout = Duration::from_secs(3600);
    let error = client.place_call(&request).await.unwrap_err();
    assert_eq!(error.fields()[0].field, "Timeout");
    let error = client
        .get_call(&CallId::new("../Recordings").unwrap())
        .await
        .unwrap_err();
    assert_eq!(error.provider(), "twilio");
    assert!(transport.sent().is_empty());
}

#[tokio::test]
async fn hanging_up_follows_the_call_through_its_states() {
    let simulator = TwilioSimulator::builder()
        .calls_per_second(100.0)
        .pace(
            Pace::FAST
                .with_talk(None)
                .with_answer(Duration::from_millis(150)),
        )
        .start()
        .await;
    let client = simulator.client_with(quick()).unwrap();
    for (reached, ended) in [
        (CallStatus::Queued, CallStatus::Canceled),
        (CallStatus::Ringing, CallStatus::Canceled),
        (CallStatus::InProgress, CallStatus::Completed),
    ] {
        let call = client.place_call(&order()).await.unwrap();
        let sid = call.id.as_str().parse().unwrap();
        until(|| simulator.call(&sid).unwrap().status == reached || reached == CallStatus::Queued)
            .await;
        client.hang_up(&call.id).await.unwrap();
        assert_eq!(simulator.call(&sid).unwrap().status, ended, "{reached}");
        client.hang_up(&call.id).await.unwrap();
    }
    simulator.set_outcome(&to(), Outcome::Busy);
    let call = client.place_call(&order()).await.unwrap();
    let sid = call.id.as_str().parse().unwrap();
    until(|| simulator.call(&sid).unwrap().status == CallStatus::Busy).await;
    client.hang_up(&call.id).await.unwrap();
    assert!(client.hang_up(&unknown()).await.unwrap_err().is_not_found());
}

#[tokio::test]
async fn hanging_up_wins_every_race() {
    let call = |status: &str| Reply::json(&json!({"sid": CALL, "status": status}));
    let too_late = || {
        Reply::status(
            400,
            r#"{"code":21220,"message":"Call is not in-progress. Cannot redirect."}"#,
        )
    };
    let id = CallId::new(CALL).unwrap();
    for (script, updates) in [
        // It ended between the look and the order.
        (
            vec![call("ringing"), too_late(), call("no-answer")],
            vec!["canceled"],
        ),
        // It was answered in between: the cancel did nothing, or was refused.
        (
            vec![call("ringing"), call("in-progress"), call("completed")],
            vec!["canceled", "completed"],
        ),
        (
            vec![
                call("ringing"),
                too_late(),
                call("in-progress"),
                call("completed"),
            ],
            vec!["canceled", "completed"],
        ),
        // It still rang when the cancel was answered, so that nothing says that it was in time.
        (
            vec![call("ringing"), call("ringing"), call("completed")],
            vec!["canceled", "completed"],
        ),
        // Just created, and not to be seen yet.
        (
            vec![
                Reply::status(404, r#"{"code":20404,"message":"not found"}"#),
                call("canceled"),
            ],
            vec!["completed"],
        ),
        // A word nobody knows yet: ended all the same.
        (
            vec![call("teleporting"), call("completed")],
            vec!["completed"],
        ),
        (vec![call("failed")], vec![]),
    ] {
        let (client, transport) = scripted(script);
        client.hang_up(&id).await.unwrap();
        let sent: Vec<String> = transport
            .sent()
            .iter()
            .filter(|sent| sent.method == "POST")
            .map(|sent| sent.text())
            .collect();
        assert_eq!(
            sent,
            updates
                .iter()
                .map(|status| format!("Status={status}"))
                .collect::<Vec<_>>()
        );
        assert_eq!(transport.left(), 0);
    }
    let script = [
        call("ringing"),
        too_late(),
        call("ringing"),
        too_late(),
        call("ringing"),
        too_late(),
        call("ringing"),
    ];
    let (client, _) = scripted(script);
    let error = client.hang_up(&id).await.unwrap_err();
    assert_eq!(
        (
            error.twilio_code().unwrap().get(),
            error.context_value("call")
        ),
        (21220, Some(CALL))
    );
}
