//! Every shape of an error's body, and what is made of it.

use std::time::SystemTime;

use http::StatusCode;
use proptest::prelude::*;
use voice_core::client::Refusal;
use voice_core::error::{Delivery, ErrorKind, FieldError};
use voice_core::retry::Advice;

use super::body::refusal;

fn of(status: u16, body: &str) -> Refusal {
    refusal(
        StatusCode::from_u16(status).unwrap(),
        body.as_bytes(),
        SystemTime::UNIX_EPOCH,
    )
}

#[test]
fn every_shape_gives_code_message_and_fields() {
    for (status, body, code, message) in [
        (
            404,
            r#"{"code":20404,"message":"gone","more_info":"https://x.test/20404","status":404}"#,
            Some("20404"),
            "gone",
        ),
        (
            400,
            r#"{"code":"21211","message":"bad To","status":400}"#,
            Some("21211"),
            "bad To",
        ),
        (400, r#"{"code":0,"message":"odd"}"#, None, "odd"),
        (
            400,
            r#"{"message":"no code","status":400}"#,
            None,
            "no code",
        ),
        (
            400,
            r#"{"code":null,"message":null,"title":"T","detail":"D"}"#,
            None,
            "D",
        ),
        (
            422,
            r##"{"type":"https://x.test","title":"Invalid","status":422,"code":20422,"errors":[{"detail":"too long","pointer":"#/name"}]}"##,
            Some("20422"),
            "Invalid",
        ),
        (
            400,
            r#"{"code":20001,"message":"p","httpStatusCode":400,"params":{"a":"b"},"userError":true}"#,
            Some("20001"),
            "p",
        ),
        (
            400,
            r#"{"errors":[{"code":20001,"message":"first","infoUrl":"https://x.test"},{"code":2,"message":"second"}]}"#,
            Some("20001"),
            "first",
        ),
        (
            404,
            "<?xml version=\"1.0\"?><TwilioResponse><RestException><Code>20404</Code><Message>a &amp; b</Message><Status>404</Status></RestException></TwilioResponse>",
            Some("20404"),
            "a & b",
        ),
        (400, r#"{"code":20404}"#, Some("20404"), "Not Found"),
        (
            502,
            "<html><head><title>502 Bad Gateway</title></head></html>",
            None,
            "",
        ),
        (500, "", None, ""),
        (500, r#"{"code":20500,"mess"#, None, ""),
        (500, "upstream timed out", None, ""),
        (400, "[1]", None, ""),
    ] {
        let refusal = of(status, body);
        assert_eq!(
            (refusal.code.as_deref(), refusal.message.as_str()),
            (code, message),
            "{body}"
        );
    }
    let fields = of(
        422,
        r##"{"title":"t","errors":[{"detail":"too long","pointer":"#/a/b"},{"pointer":"/c"},{}]}"##,
    )
    .fields;
    assert_eq!(
        fields,
        [
            FieldError::new("a.b", "too long"),
            FieldError::new("c", "is refused")
        ]
    );
    assert_eq!(
        of(400, r#"{"code":21212,"message":"m"}"#).fields,
        [FieldError::new("From", "m")]
    );
}

#[test]
fn kind_and_delivery_follow_code_and_status() {
    for (status, code, kind, delivery) in [
        (401, 20003, ErrorKind::Authentication, Delivery::Answered),
        (429, 20429, ErrorKind::RateLimited, Delivery::Refused),
        (500, 20429, ErrorKind::Server, Delivery::Unknown),
        (400, 21220, ErrorKind::Conflict, Delivery::Answered),
        (400, 21215, ErrorKind::Permission, Delivery::Answered),
        (400, 21211, ErrorKind::InvalidInput, Delivery::Answered),
        (409, 20409, ErrorKind::Conflict, Delivery::Answered),
        (503, 20503, ErrorKind::Unavailable, Delivery::Unknown),
        (500, 20500, ErrorKind::Server, Delivery::Unknown),
        (500, 20404, ErrorKind::Server, Delivery::Unknown),
        (504, 0, ErrorKind::Timeout, Delivery::Unknown),
    ] {
        let refusal = of(status, &format!(r#"{{"code":{code},"message":"m"}}"#));
        assert_eq!(
            (refusal.kind, refusal.delivery),
            (kind, delivery),
            "{status} {code}"
        );
    }
    assert_eq!(of(429, r#"{"code":10004}"#).advice, Advice::Never);
}

#[test]
fn a_throttled_token_request_says_how_long() {
    let wait = of(
        429,
        r#"{"code":20429,"throttled_until":"1970-01-01T00:00:07Z"}"#,
    )
    .retry_after;
    assert_eq!(wait, Some(std::time::Duration::from_secs(7)));
    assert_eq!(
        of(429, r#"{"throttled_until":"1969-12-31T00:00:00Z"}"#).retry_after,
        None
    );
}

proptest! {
    #[test]
    fn no_body_panics(status in 300u16..600, body in proptest::collection::vec(any::<u8>(), 0..200)) {
        let refusal = refusal(StatusCode::from_u16(status).unwrap(), &body, SystemTime::UNIX_EPOCH);
        prop_assert_eq!(refusal.delivery == Delivery::Unknown, matches!(status, 408 | 500 | 502 | 503 | 504 | 520..));
    }
}
