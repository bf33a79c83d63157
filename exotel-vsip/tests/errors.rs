//! How Exotel says no, in every form it has, and what becomes of it.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test fails by panicking"
)]

mod common;

use std::time::Duration;

use common::{builder, failure, name, options, reply, scripted, sid};
use exotel_vsip::error::ErrorCode;
use exotel_vsip::trunks::{ListTrunks, NewTrunk};
use exotel_vsip::{Paging, Region};
use serde_json::{Value, json};
use voice_core::error::{Delivery, Error, ErrorKind};
use voice_core::testkit::{Reply, ScriptedTransport};

/// What creating a trunk comes to when this is the answer.
async fn creating(reply: Reply) -> Error {
    let (client, transport) = scripted([reply]);
    let new = NewTrunk::new(name("outbound_trunk"));
    let error = client.trunks().create(&new).await.unwrap_err();
    assert_eq!(transport.sent().len(), 1);
    assert_eq!(
        (error.provider(), error.operation()),
        ("exotel", "trunks.create")
    );
    error
}

fn fields(error: &Error) -> Vec<(&str, &str)> {
    error
        .fields()
        .iter()
        .map(|field| (field.field.as_str(), field.message.as_str()))
        .collect()
}

#[tokio::test]
async fn every_code_in_its_envelope() {
    for (wire, status, code, kind) in [
        (404, 404, 1000, ErrorKind::NotFound),
        (400, 400, 1001, ErrorKind::InvalidInput),
        (400, 400, 1002, ErrorKind::InvalidInput),
        (403, 403, 1003, ErrorKind::NotFound),
        (400, 400, 1007, ErrorKind::InvalidInput),
        (200, 409, 1008, ErrorKind::AlreadyExists),
        (409, 409, 1008, ErrorKind::AlreadyExists),
        (401, 401, 1010, ErrorKind::Authentication),
        (415, 415, 1011, ErrorKind::InvalidInput),
        (422, 422, 1020, ErrorKind::InvalidInput),
        (402, 402, 9998, ErrorKind::Quota),
        (403, 403, 9998, ErrorKind::Permission),
        (409, 409, 9998, ErrorKind::Conflict),
    ] {
        let error = creating(reply(
            wire,
            &failure(status, code, "Some message", "some description"),
        ))
        .await;
        assert_eq!(error.kind(), kind, "{code}");
        assert_eq!(error.delivery(), Delivery::Answered, "{code}");
        assert_eq!(
            ErrorCode::of(&error),
            Some(ErrorCode::from(code.to_string()))
        );
        assert_eq!(
            error.status().unwrap().as_u16(),
            wire,
            "the wire's status stays"
        );
        assert_eq!(error.message(), "Some message: some description");
        assert_eq!(error.request_id(), Some("0123"));
        assert!(error.hint().is_some(), "{code}");
        let shown = error.to_string();
        for part in [
            format!("HTTP {wire}"),
            format!("code {code}"),
            "request 0123".to_owned(),
        ] {
            assert!(shown.contains(&part), "{part} in {shown}");
        }
    }
}

#[tokio::test]
async fn every_description_names_its_field() {
    for (description, field) in [
        ("Maximum allowed length for TrunkName is 16", "trunk_name"),
        (
            "Allowed characters for TrunkName is alphanumeric and _",
            "trunk_name",
        ),
        ("Invalid PhoneNumber", "phone_number"),
        ("Invalid ip", "ip"),
        ("mask should be in-between 16 and 32", "mask"),
        (
            "Domain name should end with .pstn.exotel.com",
            "domain_name",
        ),
        ("Nso code is invalid", "nso_code"),
        ("Destination not whitelisted", "destination"),
        ("Destination is not a valid Ip or Fqdn", "destination"),
        ("Something new", ""),
    ] {
        let error = creating(reply(
            400,
            &failure(400, 1002, "Invalid parameter", description),
        ))
        .await;
        assert_eq!(fields(&error), [(field, description)]);
        assert!(error.hint().unwrap().contains("fields()"));
    }
    let error = creating(reply(
        415,
        &failure(415, 1011, "unsupported content type", "text/plain"),
    ))
    .await;
    assert!(fields(&error).is_empty(), "a content type is no field");
}

/// The bodies of the older guide, at the statuses it gives them.
#[tokio::test]
async fn every_shape_of_the_older_guide() {
    let error = creating(reply(
        401,
        &json!({"error": "Authentication failed", "message": "Invalid API credentials",
        "code": "AUTH_FAILED", "timestamp": "2025-01-13T10:30:00Z"}),
    ))
    .await;
    assert_eq!(error.kind(), ErrorKind::Authentication);
    assert_eq!(ErrorCode::of(&error), Some(ErrorCode::AuthFailed));
    assert_eq!(
        error.message(),
        "Authentication failed: Invalid API credentials"
    );
    assert_eq!(
        error.context_value("timestamp"),
        Some("2025-01-13T10:30:00Z")
    );

    let error = creating(reply(
        403,
        &json!({"error": "Access denied", "code": "FEATURE_NOT_ENABLED",
        "message": "Account does not have vSIP feature enabled"}),
    ))
    .await;
    assert_eq!(error.kind(), ErrorKind::Permission);
    let hint = error.hint().unwrap();
    assert!(
        hint.contains("support") && hint.contains("plan") && hint.contains("scope"),
        "{hint}"
    );

    let details = json!({"trunk_name": ["Name already exists", "Must be 3-50 characters"],
        "nso_code": ["Invalid format. Expected: ABC-XYZ"]});
    for code in [json!("VALIDATION_ERROR"), Value::Null] {
        let body = json!({"error": "Validation failed", "details": details, "code": code});
        let error = creating(reply(400, &body)).await;
        assert_eq!(error.kind(), ErrorKind::InvalidInput);
        let fields = fields(&error);
        assert_eq!(fields.len(), 3, "{fields:?}");
        assert!(fields.contains(&("trunk_name", "Must be 3-50 characters")));
        assert_eq!(error.code().is_some(), !code.is_null());
    }

    let error = creating(reply(422, &json!({"error": "Resource conflict", "code": "DUPLICATE_RESOURCE",
        "message": "Trunk name 'production_trunk' already exists", "existing_resource_id": "TR12345678"}))).await;
    assert_eq!(error.kind(), ErrorKind::AlreadyExists);
    assert_eq!(
        error.context_value("existing_resource_id"),
        Some("TR12345678")
    );

    let error = creating(reply(
        404,
        &json!({"error": "Resource not found", "message": "Trunk with SID 'TR12345' not found",
        "code": "RESOURCE_NOT_FOUND", "resource_type": "trunk", "resource_id": "TR12345"}),
    ))
    .await;
    assert_eq!(error.kind(), ErrorKind::NotFound);
    let context = ["resource_type", "resource_id"].map(|key| error.context_value(key));
    assert_eq!(context, [Some("trunk"), Some("TR12345")]);

    let error = creating(Reply::status(500, "Internal Server Error")).await;
    assert_eq!(
        (error.kind(), error.delivery()),
        (ErrorKind::Server, Delivery::Unknown)
    );
    assert_eq!(error.message(), "Internal Server Error");
}

#[tokio::test]
async fn limits_come_from_headers_and_from_the_body() {
    let body = json!({"error": "Rate limit exceeded", "message": "Maximum 100 requests per minute exceeded",
        "retry_after": 3600, "limit": 100, "remaining": 0, "reset_time": "2025-01-13T10:31:00Z"});
    let error = creating(reply(429, &body)).await;
    assert_eq!(
        (error.kind(), error.delivery()),
        (ErrorKind::RateLimited, Delivery::Refused)
    );
    assert_eq!(
        error.retry_after(),
        Some(Duration::from_secs(3600)),
        "too long to be waited for"
    );
    let limits = error.rate_limits().unwrap();
    assert_eq!((limits.limit(), limits.remaining()), (Some(100), Some(0)));
    let reset = limits.reset_in().unwrap();
    assert!(
        reset > Duration::from_secs(58) && reset <= Duration::from_secs(60),
        "{reset:?}"
    );

    let envelope = failure(429, 1030, "Rate limit exceeded", "Too many requests");
    let answer = reply(429, &envelope)
        .header("Retry-After", "600")
        .header("X-RateLimit-Limit", "200")
        .header("X-RateLimit-Remaining", "0");
    let error = creating(answer).await;
    assert_eq!(error.retry_after(), Some(Duration::from_secs(600)));
    assert_eq!(error.rate_limits().unwrap().limit(), Some(200));
    assert!(error.hint().unwrap().contains("9 to 18"));

    let answer = reply(429, &envelope)
        .header("X-RateLimit-Remaining", "0")
        .header("X-RateLimit-Reset", "1736764320");
    let wait = creating(answer).await.retry_after().unwrap();
    assert!(
        wait > Duration::from_secs(100) && wait <= Duration::from_secs(120),
        "{wait:?}"
    );
}

#[tokio::test]
async fn voice_v1_and_gateways_in_their_own_forms() {
    let error = creating(reply(
        401,
        &json!({"RestException": {"Status": 401, "Message": "Authenticate", "Code": 20003}}),
    ))
    .await;
    assert_eq!(
        (error.kind(), error.code(), error.message()),
        (ErrorKind::Authentication, Some("20003"), "Authenticate")
    );

    let error = creating(reply(
        403,
        &json!({"RestException": {"Status": 403, "Message": "Too many calls"}}),
    ))
    .await;
    assert_eq!(
        (error.kind(), error.code(), error.message()),
        (ErrorKind::Permission, None, "Too many calls")
    );

    let xml = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<TwilioResponse>\n <RestException>\n  <Status>404</Status>\n  \
               <Message>The requested resource was not found</Message>\n  <Code>34011</Code>\n </RestException>\n</TwilioResponse>";
    let error = creating(Reply::status(404, xml)).await;
    assert_eq!(
        (error.kind(), error.code()),
        (ErrorKind::NotFound, Some("34011"))
    );
    assert_eq!(error.message(), "The requested resource was not found");
    let error = creating(Reply::status(200, xml)).await;
    assert_eq!(
        error.kind(),
        ErrorKind::NotFound,
        "also under a status of success"
    );

    for (status, body, kind, message) in [
        (
            502,
            "<html><head><title>502 Bad Gateway</title></head></html>",
            ErrorKind::Server,
            "an HTML page: 502 Bad Gateway",
        ),
        (504, "", ErrorKind::Timeout, "Gateway Timeout"),
        (
            403,
            r#"{"message":"Forbidden"}"#,
            ErrorKind::Permission,
            "Forbidden",
        ),
        (413, "too large", ErrorKind::InvalidInput, "too large"),
        (400, "{broken", ErrorKind::InvalidInput, "{broken"),
        (400, "[]", ErrorKind::InvalidInput, "Bad Request"),
        (405, "null", ErrorKind::Unsupported, "null"),
    ] {
        let error = creating(Reply::status(status, body)).await;
        assert_eq!(
            (error.kind(), error.message()),
            (kind, message),
            "{status} {body}"
        );
    }
}

#[tokio::test]
async fn refused_credentials_name_the_region_in_use() {
    for (region, part) in [
        (Region::Mumbai, "Mumbai (api.in.exotel.com)"),
        (Region::Singapore, "Singapore (api.exotel.com)"),
        (Region::custom("https://gateway.example").unwrap(), "custom"),
    ] {
        let body = failure(401, 1010, "Authorization failed", "Authorization failed");
        let transport = ScriptedTransport::new([reply(401, &body)]);
        let client = builder()
            .region(region)
            .options(options(&transport))
            .build()
            .unwrap();
        let error = client.trunks().page(&ListTrunks::new()).await.unwrap_err();
        assert!(
            error.is_auth() && error.hint().unwrap().contains(part),
            "{error}"
        );
        assert_eq!(error.message(), "Authorization failed", "said once");
    }
}

#[tokio::test]
async fn a_failed_item_of_a_list_is_an_error_and_no_item() {
    let body = json!({"http_code": 200, "response": [
        {"code": 200, "status": "success", "data": {"id": "1", "phone_number": "+918000000001"}},
        {"code": 403, "status": "failure", "error_data": {"code": 1003, "message": "Authorization failed",
            "description": "Authorization failed"}, "data": null}]});
    let (client, _) = scripted([reply(200, &body)]);
    let sid = sid();
    let error = client
        .trunk(&sid)
        .phone_numbers()
        .list(&Paging::new())
        .collect()
        .await
        .unwrap_err();
    assert_eq!(
        (error.kind(), error.code()),
        (ErrorKind::NotFound, Some("1003"))
    );
}

#[tokio::test]
async fn a_refusal_inside_a_200_is_one_wherever_the_body_says_so() {
    for body in [
        json!({"http_code": 404, "response": null}),
        json!({"http_code": 404, "response": {"data": null}}),
        json!({"http_code": 404}),
        json!({"code": 404, "status": "failure", "data": null, "error_data": null}),
        json!({"code": 404, "status": "failure"}),
        json!({"code": 404, "status": "failure", "error_data": {"code": 1000, "message": "Not Found"}}),
    ] {
        let (client, _) = scripted([reply(200, &body)]);
        let id = exotel_vsip::types::PhoneNumberId::parse("7").unwrap();
        let sid = sid();
        let error = client.trunk(&sid).phone_numbers().unmap(&id).await;
        assert_eq!(error.unwrap_err().kind(), ErrorKind::NotFound, "{body}");
    }
    for body in [
        json!({"http_code": 404, "response": {"code": 200, "status": "success", "data": null}}),
        json!({"http_code": 200, "response": {"data": null}}),
        json!({"id": "7", "status": "active"}),
    ] {
        let (client, _) = scripted([reply(200, &body)]);
        let id = exotel_vsip::types::PhoneNumberId::parse("7").unwrap();
        let sid = sid();
        let answer = client.trunk(&sid).phone_numbers().unmap(&id).await;
        assert!(answer.is_ok(), "{body}: {answer:?}");
    }
}

#[tokio::test]
async fn an_unreadable_success_says_so_with_all_that_is_known() {
    for (body, part) in [
        ("", "EOF"),
        ("<html>", "expected value"),
        (
            r#"{"request_id":"r-9","response":{"code":200,"status":"success","data":null}}"#,
            "no data",
        ),
        (
            r#"{"request_id":"r-9","response":{"code":200,"status":"success","data":{"x":1}}}"#,
            "is no Trunk",
        ),
        (r#"{"status":"ok"}"#, "is no Trunk"),
    ] {
        let error = creating(Reply::status(200, body)).await;
        assert_eq!(
            (error.kind(), error.delivery()),
            (ErrorKind::Decode, Delivery::Answered),
            "{body}"
        );
        assert!(error.message().contains(part), "{part} in {error}");
        assert_eq!(error.status().unwrap(), 200);
        assert_eq!(error.request_id(), body.contains("r-9").then_some("r-9"));
        assert!(error.hint().unwrap().contains("do not repeat"));
    }
}

#[tokio::test]
async fn the_error_of_an_only_item_names_its_endpoint_as_any_other_does() {
    let body = json!({"metadata": {"total": 1, "success": 0, "failed": 1}, "response": [
        {"code": 400, "status": "failure", "data": null, "error_data":
            {"code": 1002, "message": "Invalid parameter", "description": "Destination not whitelisted"}}]});
    let (client, _) = scripted([reply(207, &body)]);
    let destination = voice_core::ident::SipDestination::tls("8.8.4.17", 5061).unwrap();
    let sid = sid();
    let parts = client.trunk(&sid);
    let error = parts.destinations().add_one(&destination).await;
    let report = error.unwrap_err().report().to_string();
    assert!(
        report.contains("POST /v2/accounts/{account_sid}/trunks/{trunk_sid}/destination-uris"),
        "{report}"
    );
}
