//! Errors as they come out of the pipeline: one line that says what to do, and nothing it must not say.
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

use common::{ACCOUNT, CALL, TOKEN, call_sid, from, full::hangup, scripted, to};
use serde_json::json;
use twilio_client::calls::CreateCall;
use twilio_client::error::{Class, ErrorCode, TwilioErrorExt, error_code};
use voice_core::error::{Delivery, Error, ErrorKind};
use voice_core::testkit::Reply;

fn body(code: u32, message: &str, status: u16) -> Reply {
    let body = json!({"code": code, "message": message, "more_info": format!("https://www.twilio.com/docs/errors/{code}"), "status": status});
    Reply::status(status, body.to_string()).header("twilio-request-id", "RQ42")
}

async fn dial(reply: Reply) -> Error {
    let (client, transport) = scripted([reply]);
    let error = client
        .with(voice_core::client::RequestOptions::new().retries(0))
        .calls()
        .create(&CreateCall::new(to(), from(), hangup()))
        .await
        .unwrap_err();
    assert_eq!(transport.sent().len(), 1);
    error
}

#[tokio::test]
async fn each_documented_failure_of_a_dial() {
    for (reply, kind, delivery, code) in [
        (
            body(20003, "Authenticate", 401),
            ErrorKind::Authentication,
            Delivery::Answered,
            Some(20003),
        ),
        (
            body(21211, "bad", 400),
            ErrorKind::InvalidInput,
            Delivery::Answered,
            Some(21211),
        ),
        (
            body(21215, "geo", 400),
            ErrorKind::Permission,
            Delivery::Answered,
            Some(21215),
        ),
        (
            body(20404, "gone", 404),
            ErrorKind::NotFound,
            Delivery::Answered,
            Some(20404),
        ),
        (
            body(20429, "slow down", 429),
            ErrorKind::RateLimited,
            Delivery::Refused,
            Some(20429),
        ),
        (
            body(20500, "oops", 500),
            ErrorKind::Server,
            Delivery::Unknown,
            Some(20500),
        ),
        (
            body(20503, "later", 503),
            ErrorKind::Unavailable,
            Delivery::Unknown,
            Some(20503),
        ),
        (
            Reply::status(502, "<html>bad gateway</html>"),
            ErrorKind::Server,
            Delivery::Unknown,
            None,
        ),
        (
            Reply::status(504, ""),
            ErrorKind::Timeout,
            Delivery::Unknown,
            None,
        ),
        (
            Reply::status(408, ""),
            ErrorKind::Timeout,
            Delivery::Unknown,
            None,
        ),
        (
            Reply::status(418, "{\"code\":"),
            ErrorKind::InvalidInput,
            Delivery::Answered,
            None,
        ),
        (
            Reply::status(301, "").header("location", "https://evil.example"),
            ErrorKind::Protocol,
            Delivery::Answered,
            None,
        ),
    ] {
        let shown = format!("{reply:?}");
        let error = dial(reply).await;
        assert_eq!(
            (error.kind(), error.delivery()),
            (kind, delivery),
            "{shown}: {error}"
        );
        assert_eq!(
            error.twilio_code().map(ErrorCode::get),
            code,
            "{shown}: {error}"
        );
    }
}

#[tokio::test]
async fn an_error_is_one_line_with_code_request_id_and_remedy() {
    let error = dial(body(
        21211,
        "The 'To' number +14155550123 is not a valid phone number.",
        400,
    ))
    .await;
    assert_eq!(
        error.to_string(),
        "twilio calls.create: HTTP 400 code 21211: The 'To' number +14*******23 is not a valid phone number. \
         (request RQ42). The destination is not a number in E.164 form (+, country code, digits only), or does not exist"
    );
    assert_eq!(error.fields()[0].field, "To");
    assert_eq!(
        error.context_value("more_info"),
        Some("https://www.twilio.com/docs/errors/21211")
    );
    assert_eq!(
        error_code(&error).and_then(ErrorCode::class),
        Some(Class::Number)
    );
    assert_eq!(error.log_value()["code"], "21211");
    assert_eq!(
        error_code(&Error::new(ErrorKind::Other, "x").with_code("21211")),
        None,
        "not Twilio's"
    );
}

#[tokio::test(start_paused = true)]
async fn a_refused_request_is_sent_again_and_a_dial_with_unknown_outcome_is_not() {
    let good = || Reply::json(&json!({"sid": CALL}));
    let create = CreateCall::new(to(), from(), hangup());
    let (client, transport) = scripted([
        body(20429, "slow down", 429).header("retry-after", "2"),
        good(),
    ]);
    let call = client.calls().create(&create).await.unwrap();
    assert_eq!((call.attempts(), transport.sent().len()), (2, 2));
    assert!(call.elapsed() >= Duration::from_secs(2));

    let (client, transport) =
        scripted([Reply::fail(ErrorKind::Connect, Delivery::NotSent), good()]);
    client.calls().create(&create).await.unwrap();
    assert_eq!(transport.sent().len(), 2);

    for reply in [
        body(20503, "later", 503).header("retry-after", "1"),
        body(20500, "oops", 500),
        Reply::fail(ErrorKind::Connection, Delivery::Unknown),
        Reply::hang(),
    ] {
        let (client, transport) = scripted([reply, good()]);
        let error = client.calls().create(&create).await.unwrap_err();
        assert!(
            error.may_have_happened() && transport.sent().len() == 1,
            "{error}"
        );
        let (client, transport) = scripted([body(20503, "later", 503), good()]);
        client.calls().get(call_sid()).await.unwrap();
        assert_eq!(transport.sent().len(), 2, "reading is safe");
    }
}

#[tokio::test]
async fn planted_secrets_and_numbers_never_come_back() {
    use base64::Engine as _;

    let encoded = base64::engine::general_purpose::STANDARD.encode(format!("{ACCOUNT}:{TOKEN}"));
    let planted = format!(
        "Basic {encoded} for {ACCOUNT}:{TOKEN} to +14155550123 and %2B14155550123, twiml url wss://voice.example.com/calls/7/x?token=j0in"
    );
    for reply in [
        body(21211, &planted, 400),
        Reply::status(500, planted.clone()),
        Reply::status(502, format!("<html>{planted}</html>")),
        Reply::status(
            400,
            json!({"errors": [{"detail": planted, "pointer": "/to"}], "title": planted})
                .to_string(),
        ),
        Reply::status(200, format!("{{\"sid\": \"{planted}")),
    ] {
        let error = dial(reply).await;
        let shown = format!("{error} {error:?} {error:#?} {}", error.log_value());
        for secret in [TOKEN, encoded.as_str(), "4155550123", "j0in"] {
            assert!(!shown.contains(secret), "{secret} in {shown}");
        }
    }
    let (client, transport) = scripted([]);
    let shown = format!("{client:?} {:?}", client.raw());
    assert!(!shown.contains(TOKEN), "{shown}");
    let create = CreateCall::new(to(), from(), hangup())
        .send_digits("1234")
        .sip_auth_username("s1puser")
        .sip_auth_password(voice_core::secret::SecretString::from("s1ppass"))
        .parameter("PinCode", "9876");
    let shown = format!("{create:?}");
    for hidden in ["5550123", "5550100", "1234", "s1p", "9876", "Hangup"] {
        assert!(!shown.contains(hidden), "{hidden} in {shown}");
    }
    assert!(
        shown.contains("+14*******23") && transport.sent().is_empty(),
        "{shown}"
    );
}
