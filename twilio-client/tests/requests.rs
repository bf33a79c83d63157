//! What goes over the wire, request by request.
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

use common::full::{all_creates, all_filters, all_updates, hangup, url};
use common::{ACCOUNT, CALL, TOKEN, call_sid, from, pairs, scripted, to};
use serde_json::json;
use twilio_client::calls::{CallEvent, CreateCall, ListCalls, MachineDetection, UpdateCall};
use twilio_client::types::{Endpoint, HttpMethod, Toggle};
use voice_core::client::RequestOptions;
use voice_core::error::{Delivery, ErrorKind};
use voice_core::ident::{AccountSid, ApplicationSid, ByocTrunkSid, SipUri};
use voice_core::secret::SecretString;
use voice_core::testkit::Reply;

fn answer() -> Reply {
    Reply::json(&json!({"sid": CALL, "status": "queued"}))
}

#[tokio::test]
async fn every_request_is_signed_and_says_what_it_takes() {
    let (client, transport) = scripted([answer()]);
    client.calls().get(call_sid()).await.unwrap();
    let sent = &transport.sent()[0];
    assert_eq!(sent.method, "GET");
    assert_eq!(
        sent.uri.to_string(),
        format!("https://api.twilio.com/2010-04-01/Accounts/{ACCOUNT}/Calls/{CALL}.json")
    );
    let expected = {
        use base64::Engine as _;
        base64::engine::general_purpose::STANDARD.encode(format!("{ACCOUNT}:{TOKEN}"))
    };
    assert_eq!(sent.header("authorization"), format!("Basic {expected}"));
    assert!(sent.headers["authorization"].is_sensitive());
    assert_eq!(sent.header("accept"), "application/json");
    assert_eq!(sent.header("accept-charset"), "utf-8");
    assert!(sent.header("user-agent").starts_with("twilio-client-rs/"));
}

#[tokio::test]
async fn a_dial_is_a_form_with_repeated_keys_and_words_for_booleans() {
    let (client, transport) = scripted([answer()]);
    let request = CreateCall::new(
        to(),
        from(),
        url("https://hooks.example.com/voice?a=1&b=ü#rc=2"),
    )
    .status_callback(url("https://hooks.example.com/status"))
    .status_callback_event([
        CallEvent::Initiated,
        CallEvent::Ringing,
        CallEvent::Other("new".into()),
    ])
    .record(Toggle::On)
    .timeout(Duration::from_millis(19_001))
    .parameter("NewParameter", "ä b");
    client.calls().create(&request).await.unwrap();
    let sent = &transport.sent()[0];
    assert_eq!(sent.method, "POST");
    assert!(sent.uri.path().ends_with("/Calls.json") && sent.uri.query().is_none());
    assert_eq!(
        sent.header("content-type"),
        "application/x-www-form-urlencoded"
    );
    assert_eq!(
        sent.text(),
        "To=%2B14155550123&From=%2B14155550100&Url=https%3A%2F%2Fhooks.example.com%2Fvoice%3Fa%3D1%26b%3D%25C3%25BC%23rc%3D2\
         &StatusCallback=https%3A%2F%2Fhooks.example.com%2Fstatus&StatusCallbackEvent=initiated&StatusCallbackEvent=ringing\
         &StatusCallbackEvent=new&Timeout=20&Record=true&NewParameter=%C3%A4+b"
    );
}

#[tokio::test]
async fn all_parameters_of_a_dial_pass_the_checks_and_are_sent_as_documented() {
    let (client, transport) = scripted((0..3).map(|_| answer()));
    for request in all_creates() {
        client.calls().create(&request).await.unwrap();
    }
    let sent = transport.sent();
    let first = pairs(&sent[0].text());
    let value = |name: &str| {
        first
            .iter()
            .find(|(n, _)| n == name)
            .map(|(_, v)| v.as_str())
    };
    for (name, expected) in [
        ("Method", "GET"),
        ("Timeout", "600"),
        ("Record", "false"),
        ("RecordingChannels", "dual"),
        ("MachineDetection", "DetectMessageEnd"),
        ("MachineDetectionTimeout", "10"),
        ("MachineDetectionSpeechThreshold", "1000"),
        ("MachineDetectionSpeechEndThreshold", "5000"),
        ("MachineDetectionSilenceTimeout", "2000"),
        ("AsyncAmd", "true"),
        ("Trim", "do-not-trim"),
        ("CallToken", "c4ll-token"),
        ("SipAuthPassword", "s1p-pass"),
        ("TimeLimit", "3600"),
    ] {
        assert_eq!(value(name), Some(expected), "{name}");
    }
    assert_eq!(pairs(&sent[1].text())[3].1, "ww1234#ABCD*W");
    assert_eq!(pairs(&sent[2].text())[2].0, "ApplicationSid");
}

#[tokio::test]
async fn a_wrong_value_never_reaches_the_network_and_all_are_reported_at_once() {
    let (client, transport) = scripted([]);
    let base = || CreateCall::new(to(), from(), hangup());
    let application =
        ApplicationSid::parse(concat!("AP", "0123456789abcdef0123456789abcdef")).unwrap();
    let byoc = ByocTrunkSid::parse(concat!("BY", "0123456789abcdef0123456789abcdef")).unwrap();
    for (request, fields) in [
        (base().timeout(Duration::from_secs(601)), vec!["Timeout"]),
        (base().timeout(Duration::ZERO), vec!["Timeout"]),
        (base().time_limit(Duration::ZERO), vec!["TimeLimit"]),
        (base().send_digits("12x"), vec!["SendDigits"]),
        (base().send_digits(""), vec!["SendDigits"]),
        (base().send_digits("1".repeat(33)), vec!["SendDigits"]),
        (
            base().status_callback(url("https://my_host.example/x")),
            vec!["StatusCallback"],
        ),
        (
            base().machine_detection_speech_threshold(Duration::from_millis(999)),
            vec!["MachineDetectionSpeechThreshold"],
        ),
        (
            base().machine_detection_speech_end_threshold(Duration::from_millis(5001)),
            vec!["MachineDetectionSpeechEndThreshold"],
        ),
        (
            base().machine_detection_silence_timeout(Duration::from_secs(11)),
            vec!["MachineDetectionSilenceTimeout"],
        ),
        (
            base().machine_detection_timeout(Duration::ZERO),
            vec!["MachineDetectionTimeout"],
        ),
        (base().async_amd(Toggle::On), vec!["AsyncAmdStatusCallback"]),
        (
            base()
                .machine_detection(MachineDetection::Enable)
                .send_digits("1"),
            vec!["MachineDetection"],
        ),
        (base().call_token(SecretString::from("")), vec!["CallToken"]),
        (
            CreateCall::new(to(), Endpoint::client("bob").unwrap(), hangup()),
            vec!["From"],
        ),
        (
            CreateCall::new(
                SipUri::parse("sip:a@example.com").unwrap(),
                from(),
                hangup(),
            )
            .byoc(byoc),
            vec!["Byoc"],
        ),
        (
            CreateCall::new(to(), from(), application)
                .method(HttpMethod::Get)
                .status_callback(url("https://a.example")),
            vec!["Method", "StatusCallback"],
        ),
        (
            base().timeout(Duration::from_secs(700)).send_digits("!"),
            vec!["Timeout", "SendDigits"],
        ),
    ] {
        let error = client.calls().create(&request).await.unwrap_err();
        let named: Vec<&str> = error
            .fields()
            .iter()
            .map(|field| field.field.as_str())
            .collect();
        assert_eq!(named, fields, "{error}");
        assert_eq!(
            (error.kind(), error.delivery()),
            (ErrorKind::InvalidInput, Delivery::NotSent)
        );
        assert_eq!(
            (error.provider(), error.operation()),
            ("twilio", "calls.create")
        );
    }
    // An underscore in a path, or in user information, is no host's.
    let fine = base().status_callback(url("https://a_b:c_d@host.example/my_path?a_b"));
    assert!(fine.check().is_ok());
    assert!(transport.sent().is_empty());
}

#[tokio::test]
async fn endpoints_of_every_kind_are_dialled() {
    let (client, transport) = scripted([answer(), answer()]);
    let alice = Endpoint::client("alice").unwrap();
    client
        .calls()
        .create(&CreateCall::new(alice.clone(), alice, hangup()))
        .await
        .unwrap();
    let desk = SipUri::parse("sip:desk@example.com").unwrap();
    client
        .calls()
        .create(&CreateCall::new(desk, from(), hangup()))
        .await
        .unwrap();
    assert!(
        transport.sent()[0]
            .text()
            .starts_with("To=client%3Aalice&From=client%3Aalice&Twiml=")
    );
    assert!(
        transport.sent()[1]
            .text()
            .starts_with("To=sip%3Adesk%40example.com&From=%2B1")
    );
}

#[tokio::test]
async fn updates_set_states_or_give_new_instructions() {
    let (client, transport) = scripted((0..4).map(|_| answer()));
    let calls = client.calls();
    calls.hang_up(call_sid()).await.unwrap();
    calls.cancel(call_sid()).await.unwrap();
    calls
        .update(call_sid(), &UpdateCall::new().twiml(hangup()))
        .await
        .unwrap();
    let everything = all_updates().remove(0);
    calls.update(call_sid(), &everything).await.unwrap();
    let sent = transport.sent();
    assert_eq!(
        (sent[0].text(), sent[1].text()),
        ("Status=completed".into(), "Status=canceled".into())
    );
    assert!(
        sent.iter()
            .all(|sent| sent.uri.path().ends_with(&format!("/Calls/{CALL}.json")))
    );
    let names: Vec<String> = pairs(&sent[3].text())
        .into_iter()
        .map(|(name, _)| name)
        .collect();
    assert_eq!(
        names,
        [
            "Url",
            "Method",
            "Status",
            "FallbackUrl",
            "FallbackMethod",
            "StatusCallback",
            "StatusCallbackMethod",
            "TimeLimit"
        ]
    );

    for (request, field) in [
        (UpdateCall::new(), "Status"),
        (
            UpdateCall::new()
                .url(url("https://a.example"))
                .twiml(hangup()),
            "Twiml",
        ),
        (UpdateCall::new().time_limit(Duration::ZERO), "TimeLimit"),
        (
            UpdateCall::new().status_callback(url("https://a_b.example/x")),
            "StatusCallback",
        ),
    ] {
        let error = calls.update(call_sid(), &request).await.unwrap_err();
        assert_eq!(error.fields()[0].field, field);
    }
    assert_eq!(transport.sent().len(), 4);
}

#[tokio::test(start_paused = true)]
async fn an_update_that_sets_a_state_is_repeated_and_one_that_starts_something_is_not() {
    let (client, transport) = scripted([Reply::status(500, ""), answer()]);
    client.calls().hang_up(call_sid()).await.unwrap();
    assert_eq!(transport.sent().len(), 2);

    let extra = UpdateCall::new().parameter("Announce", "x");
    for request in [
        UpdateCall::new().twiml(hangup()),
        UpdateCall::new().url(url("https://a.example")),
        extra,
    ] {
        let (client, transport) = scripted([Reply::status(500, ""), answer()]);
        let error = client
            .calls()
            .update(call_sid(), &request)
            .await
            .unwrap_err();
        assert!(
            error.may_have_happened() && transport.sent().len() == 1,
            "{error}"
        );
    }
}

#[tokio::test]
async fn lists_have_all_filters_with_the_sign_in_the_key() {
    let page = || Reply::json(&json!({"calls": [], "next_page_uri": null}));
    let (client, transport) = scripted([page(), page()]);
    let filters = all_filters();
    assert!(
        client
            .calls()
            .list(&filters)
            .collect()
            .await
            .unwrap()
            .is_empty()
    );
    client
        .calls()
        .list(&ListCalls::new())
        .collect()
        .await
        .unwrap();
    let sent = transport.sent();
    assert_eq!(
        sent[0].uri.query().unwrap(),
        format!(
            "To=%2B14155550123&From=%2B14155550100&ParentCallSid={CALL}&Status=no-answer&StartTime=2026-11-01\
             &StartTime%3C=2026-11-01&StartTime%3E=2026-11-01&EndTime=2026-11-01&EndTime%3C=2026-11-01&EndTime%3E=2026-11-01\
             &PageSize=1000&Page=2&PageToken=PAx"
        )
    );
    assert_eq!(sent[1].uri.query(), None);
    for size in [0u32, 1001] {
        let error = client
            .calls()
            .list(&ListCalls::new().page_size(size))
            .collect()
            .await
            .unwrap_err();
        assert_eq!(error.fields()[0].field, "PageSize");
    }
    assert_eq!(transport.sent().len(), 2);
}

#[tokio::test]
async fn accounts_subaccounts_and_options_per_request() {
    let account = || Reply::json(&json!({"sid": ACCOUNT}));
    let (client, transport) = scripted([account(), answer(), answer()]);
    client.accounts().own().await.unwrap();
    let subaccount = AccountSid::parse(concat!("AC", "ffffffffffffffffffffffffffffffff")).unwrap();
    let other = client.for_account(subaccount);
    other.calls().get(call_sid()).await.unwrap();
    let tagged = client.with(
        RequestOptions::new()
            .header("x-correlation-id", "lead-42")
            .unwrap(),
    );
    tagged.calls().get(call_sid()).await.unwrap();
    let sent = transport.sent();
    assert_eq!(
        sent[0].uri.path(),
        format!("/2010-04-01/Accounts/{ACCOUNT}.json")
    );
    assert!(sent[1].uri.path().contains(subaccount.as_str()));
    assert_eq!(
        sent[1].header("authorization"),
        sent[0].header("authorization"),
        "the parent's credentials"
    );
    assert_eq!(sent[2].header("x-correlation-id"), "lead-42");
    assert_eq!(sent[1].header("x-correlation-id"), "");
}

#[tokio::test]
async fn secrets_of_a_dial_are_shown_nowhere() {
    let quoting =
        json!({"code": 21224, "message": "bad password s3cret-password, token s3cret-token"});
    let (client, _) = scripted([Reply::status(400, quoting.to_string())]);
    let request = CreateCall::new(to(), from(), hangup())
        .sip_auth_password(SecretString::from("s3cret-password"))
        .call_token(SecretString::from("s3cret-token"));
    let error = client.calls().create(&request).await.unwrap_err();
    let shown = format!("{request:?} {error:?} {error} {:?}", error.body_excerpt());
    assert!(!shown.contains("s3cret"), "{shown}");
    assert!(!shown.contains("4155550123"), "{shown}");
}
