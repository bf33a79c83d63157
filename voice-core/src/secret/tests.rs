use std::borrow::Cow;

use super::{Redacted, redact};

#[track_caller]
fn shows(text: &str, shown: &str) {
    assert_eq!(redact(text), shown, "of {text}");
    assert_eq!(redact(shown), shown, "again");
}

#[track_caller]
fn stays(text: &str) {
    assert!(
        matches!(redact(text), Cow::Borrowed(same) if same == text),
        "{text} became {}",
        redact(text)
    );
}

#[test]
fn json_values_go_and_the_json_stays_well_formed() {
    shows(
        r#"{"authToken":"a\"b","to":"x","secrets":["a]","b"],"n":1}"#,
        r#"{"authToken":"[REDACTED]","to":"x","secrets":"[REDACTED]","n":1}"#,
    );
    shows(
        r#"{"credentials": {"user": "u", "deep": [1, {"x": "}"}]}, "code": 20003}"#,
        r#"{"credentials": "[REDACTED]", "code": 20003}"#,
    );
    shows(
        r#"{"token":12345,"a":1}"#,
        r#"{"token":"[REDACTED]","a":1}"#,
    );
    shows(
        "{\n  \"api_key\" : \"abc\",\n  \"x\": 1\n}",
        "{\n  \"api_key\" : \"[REDACTED]\",\n  \"x\": 1\n}",
    );
    shows(
        r#"{"name":"Cookie","value":"a b"},{"name":"token" , "value" : "c"}"#,
        r#"{"name":"Cookie","value":"[REDACTED]"},{"name":"token" , "value" : "[REDACTED]"}"#,
    );
    shows(
        r#"{"token":"ab… and {"token":"cd"}"#,
        r#"{"token":"[REDACTED]"}"#,
    );
    shows(r#"{"joinUrl":"wss://h/x"#, r#"{"joinUrl":"[REDACTED]"#);
}

#[test]
fn json_inside_json_is_read_at_any_depth() {
    shows(
        r#"{"body":"{\"authToken\":\"a\\\"b\",\"to\":\"x\"}"}"#,
        r#"{"body":"{\"authToken\":\"[REDACTED]\",\"to\":\"x\"}"}"#,
    );
    shows(
        r#""{\\\"token\\\":\\\"abc\\\",\\\"to\\\":1}""#,
        r#""{\\\"token\\\":\\\"[REDACTED]\\\",\\\"to\\\":1}""#,
    );
    shows(
        r#""{\"secrets\":[\"a]\"],\"x\":1}""#,
        r#""{\"secrets\":\"[REDACTED]\",\"x\":1}""#,
    );
}

#[test]
fn form_and_query_values_go() {
    shows(
        "a=1&auth_token=ab%26c&To=x",
        "a=1&auth_token=[REDACTED]&To=x",
    );
    shows("?X-Amz-Signature=ab,c&b", "?X-Amz-Signature=[REDACTED]&b");
    shows(
        "url=https%3A%2F%2Fh%3Ftoken%3Dabc%26b%3D1&c",
        "url=https%3A%2F%2Fh%3Ftoken%3D[REDACTED]%26b%3D1&c",
    );
    shows(
        "j=%7B%22authToken%22%3A%22ab%22%2C%22b%22%3A1%7D",
        "j=%7B%22authToken%22%3A%22[REDACTED]%22%2C%22b%22%3A1%7D",
    );
    shows("user[password]=abc&b=1", "user[password]=[REDACTED]&b=1");
    shows("(token=abc), x", "(token=[REDACTED]), x");
    shows("token=a,b;c d", "token=[REDACTED] d");
    shows(
        "<a href=\"/x?token=abc&amp;b=1\">",
        "<a href=\"/x?token=[REDACTED]&amp;b=1\">",
    );
}

#[test]
fn header_values_go_to_the_end_of_the_line() {
    shows(
        "GET / HTTP/1.1\r\nAuthorization: Digest u=\"a\", r=b\r\nAccept: */*\r\n",
        "GET / HTTP/1.1\r\nAuthorization: [REDACTED]\r\nAccept: */*\r\n",
    );
    shows(
        "webhook-signature: v1,ab= v1,cd=",
        "webhook-signature: [REDACTED]",
    );
    shows("X-API-Key: abc\nx: y", "X-API-Key: [REDACTED]\nx: y");
    shows(
        "curl -H 'Cookie: a=b; c=d' https://h/",
        "curl -H 'Cookie: [REDACTED]' https://h/",
    );
    shows(
        r#"["Cookie: a=\"b\"; c=d","Host: h"]"#,
        r#"["Cookie: [REDACTED]","Host: h"]"#,
    );
    shows(
        r#"{"x-api-key": "abc", "host": "h"}"#,
        r#"{"x-api-key": "[REDACTED]", "host": "h"}"#,
    );
    shows(
        r#"[("authorization", "Bearer abc"), ("host", "h")]"#,
        r#"[("authorization", "[REDACTED]"), ("host", "h")]"#,
    );
    shows(
        "authorization=PromptOps abc status=401",
        "authorization=[REDACTED] status=401",
    );
    shows("token: Bearer abc, x", "token: [REDACTED], x");
    shows("password: correct horse\nx", "password: [REDACTED]\nx");
}

#[test]
fn debug_output_and_markup_are_read() {
    shows(
        "Config { auth_token: Some(\"a)b\"), to: 1, secret: None }",
        "Config { auth_token: [REDACTED], to: 1, secret: None }",
    );
    shows(
        "{ token: Secret { inner: \"x\" }, to: 1 }",
        "{ token: [REDACTED], to: 1 }",
    );
    shows("token: b\"abc\", x", "token: b\"[REDACTED]\", x");
    shows(
        "<AuthToken>abc</AuthToken><Sid>AC1</Sid>",
        "<AuthToken>[REDACTED]</AuthToken><Sid>AC1</Sid>",
    );
    shows(
        "<Token><![CDATA[a<b]]></Token>",
        "<Token>[REDACTED]</Token>",
    );
    shows(
        "<Parameter name=\"token\" value=\"abc\"/>",
        "<Parameter name=\"token\" value=\"[REDACTED]\"/>",
    );
    shows(
        "invalid token 'abc' given",
        "invalid token '[REDACTED]' given",
    );
    shows("API key: abc", "API key: [REDACTED]");
}

#[test]
fn schemes_urls_and_key_shapes_go() {
    shows("sent Bearer abc.def-1, got", "sent Bearer [REDACTED], got");
    shows("basic QUM6eA== x", "basic [REDACTED] x");
    shows(r#"x:\nBearer abc1\n"#, r#"x:\nBearer [REDACTED]\n"#);
    shows("Bearer%20abc1&x", "Bearer%20[REDACTED]&x");
    shows("redis://:p%40w@h:6379/0", "redis://[REDACTED]@h:6379/0");
    shows("https://u:p@x@h/a@b", "https://[REDACTED]@h/a@b");
    shows(
        "u=https%3A%2F%2Fa%3Ab%40h%2F&x",
        "u=https%3A%2F%2F[REDACTED]%40h%2F&x",
    );
    shows(
        "<sip:bob:pw@h;transport=tls>",
        "<sip:bob:[REDACTED]@h;transport=tls>",
    );
    shows(
        "open wss://v.example/calls/1a/socket?x=1&y=2 now",
        "open wss://v.example/[REDACTED] now",
    );
    shows(
        r#"{"u":"wss:\/\/v.example\/calls\/1\/s","b":1}"#,
        r#"{"u":"wss:\/\/v.example/[REDACTED]","b":1}"#,
    );
    shows(
        "Twiml=%3CStream%20url%3D%22wss%3A%2F%2Fv.example%2Fcalls%2F1%2Fs%22%2F%3E&To=x",
        "Twiml=%3CStream%20url%3D%22wss%3A%2F%2Fv.example/[REDACTED]%22%2F%3E&To=x",
    );
    shows("sk-proj-abc_DEF1 x", "sk-[REDACTED] x");
    shows("(ek_68af296e8e408191a1120ab6383263c2)", "(ek_[REDACTED])");
    shows("whsec_MfKQ9r8G+/=", "whsec_[REDACTED]");
    shows("po_0123456789abcdef01234567", "po_[REDACTED]");
    shows("Zk9x0QwE.0123456789abcdefghijABCDEFGHIJ01", "[REDACTED]");
    shows("eyJhbGciOi.eyJzdWIiOiI.c2ln-_ x", "[REDACTED] x");
}

#[test]
fn what_is_no_secret_stays() {
    for text in [
        "",
        "Basic authentication failed",
        "Use a Bearer token, not Basic auth.",
        "WWW-Authenticate: Basic realm=\"x\"",
        "Invalid signature or timestamp headers",
        r#"{"max_tokens":4096,"total_tokens":"12","token":null,"ok":true}"#,
        r#"{"token":""}"#,
        "credential_list_sid=CL00000000000000000000000000000001",
        "voice_core::secret::Redactor",
        "https://api.example.com/2010-04-01/Accounts/AC00000000000000000000000000000001/Calls.json",
        "wss://voice.example/media?x=1",
        "mail a@b.example, see https://h/x?to=a@b",
        "sip:agent_1@h:5060",
        "RQ00000000000000000000000000000001",
        "550e8400-e29b-41d4-a716-446655440000",
        "desk-lamp po_box sk-learn task-management",
        "नमस्ते \u{1f600} é",
        "token",
        "token=",
        "token:",
        "%",
        "\\u12",
    ] {
        stays(text);
    }
}

#[test]
fn a_name_may_hold_what_must_go_itself() {
    shows("4155552671-token: abc", "41******71-token: [REDACTED]");
    shows(
        "Zk9x0QwE.0123456789abcdefghijABCDEFGHIJ01-token=abc",
        "[REDACTED]-token=[REDACTED]",
    );
    shows("+1 415 5552671-token=abc", "+14*******71-token=[REDACTED]");
}

#[test]
fn long_hostile_texts_take_linear_time() {
    // A quadratic rule would take minutes here.
    for piece in [
        "wss://",
        "+1 ",
        "token",
        "token=(",
        "eyJ-",
        "sip:",
        "\\",
        "\\\"",
        "%3A%2F%2F",
        "\"token\":\"",
        "=",
        "a=",
        ",",
        "token=,",
        "Bearer ",
        "[REDACTED]",
        "<token>",
        "'",
        "\\ntoken",
        "t-",
        " ",
        "po_",
        "calls/",
        "name\",\"value\"",
        "&quot;",
        "%22token%22",
        "1",
        "1 ",
        "(",
        "\u{a0}",
    ] {
        let text = piece.repeat(60_000 / piece.len());
        let shown = redact(&text);
        assert!(shown.len() <= text.len() * 4);
        let mixed = format!("{text}x@y/calls/");
        assert!(redact(&mixed).len() <= mixed.len() * 4);
    }
}

#[test]
fn the_marker_prints_the_same_either_way() {
    assert_eq!(
        format!("{Redacted}|{Redacted:?}|{Redacted:>12}"),
        "[REDACTED]|[REDACTED]|  [REDACTED]"
    );
}
