//! Webhooks: a first line with the URL, headers, a body. What is verified was signed with the secret; what we sign is
//! verified; what is read is bounded.

use http::{HeaderMap, HeaderValue, Method};
use voice_core::webhook::standard::{SigningKey, StandardWebhooks};
use voice_core::webhook::{WebhookError, WebhookRequest};

use crate::support::clock;
use crate::support::input::{Message, split, text};

const SECRET: &str = "webhook-secret-of-the-fuzz-targets";
/// The timestamp of [`now`](crate::support::now).
const STAMP: &str = "1736764200";

fn quiet(error: &WebhookError) {
    let shown = format!("{error} {error:?}");
    assert!(!shown.contains(SECRET) && shown.len() < 1_000, "{shown}");
}

fn with(headers: &HeaderMap, pairs: &[(&'static str, &str)]) -> Option<HeaderMap> {
    let mut headers = headers.clone();
    for (name, value) in pairs {
        headers.insert(*name, HeaderValue::from_str(value).ok()?);
    }
    Some(headers)
}

/// Standard Webhooks: forged ones are refused, own ones accepted, keys in any form read or refused.
pub fn standard_webhook(data: &[u8]) {
    let message = Message::read(data);
    for key in [
        SigningKey::from_text(&message.first),
        SigningKey::from_whsec(&message.first),
        SigningKey::from_raw(&message.first),
    ] {
        match key {
            Ok(key) => assert!(format!("{key:?}").len() < 64),
            Err(error) => {
                assert!(message.first.len() < 12 || !format!("{error:?}").contains(&message.first))
            }
        }
    }
    let key = SigningKey::from_raw(SECRET).expect("a key");
    let verifier = StandardWebhooks::new([key.clone()])
        .expect("a verifier")
        .clock(clock());
    let check = |headers: &HeaderMap| {
        verifier.check(&WebhookRequest::new(
            &Method::POST,
            "https://e.example/",
            headers,
            message.body,
        ))
    };
    match check(&message.headers) {
        Ok(verified) => {
            let stamp = message.header("webhook-timestamp").expect("a timestamp");
            let own = key.sign(&verified.id, stamp, message.body);
            let given = message.headers.get_all("webhook-signature").iter();
            assert!(
                given
                    .flat_map(|value| value.to_str())
                    .any(|value| value.contains(&own)),
                "a forged one passed"
            );
        }
        Err(error) => quiet(&error),
    }
    let id = message.header("webhook-id").unwrap_or("msg_1").to_owned();
    let signature = key.sign(&id, STAMP, message.body);
    let headers = with(
        &message.headers,
        &[
            ("webhook-id", &id),
            ("webhook-timestamp", STAMP),
            ("webhook-signature", &signature),
        ],
    );
    if let Some(headers) = headers {
        assert_eq!(check(&headers).is_ok(), !id.is_empty() && !id.contains('.'));
    }
}

/// Ultravox: its signature, its events, tool calls, data connections, the SIP fallback.
pub fn ultravox_webhook(data: &[u8]) {
    use ultravox_client::tool_calls::{ToolAccess, ToolRequest};
    use ultravox_client::webhooks::{
        DataConnectionVerifier, Event, SIGNATURE_HEADER, TIMESTAMP_HEADER, WebhookVerifier, sign,
    };
    let message = Message::read(data);
    if let Ok(event) = Event::parse(message.body) {
        assert!(
            event
                .dedup_key()
                .is_none_or(|key| key.len() <= message.body.len() + 64)
        );
        assert!(format!("{event:?}").len() < 64 * data.len() + 1_000);
    }
    let verifier = WebhookVerifier::new(SECRET)
        .expect("a verifier")
        .clock(clock());
    let request = |headers: &HeaderMap, body: &[u8]| {
        let request = WebhookRequest::new(&Method::POST, "https://e.example/", headers, body);
        let _ = verifier
            .sip_fallback(&request)
            .map_err(|error| quiet(&error));
        let _ = verifier.event(&request).map_err(|error| quiet(&error));
        verifier.check(&request)
    };
    if request(&message.headers, message.body).is_ok() {
        let stamp = message.header(TIMESTAMP_HEADER).expect("a timestamp");
        let own = sign(SECRET, message.body, stamp);
        let mut given = message
            .headers
            .get_all(SIGNATURE_HEADER)
            .iter()
            .flat_map(|value| value.to_str());
        assert!(
            given.any(|value| value.contains(&own)),
            "a forged one passed"
        );
    }
    let stamp = "2025-01-13T10:30:00.123456+00:00";
    let signature = sign(SECRET, message.body, stamp);
    let headers = with(
        &message.headers,
        &[(SIGNATURE_HEADER, &signature), (TIMESTAMP_HEADER, stamp)],
    )
    .expect("headers");
    assert!(request(&headers, message.body).is_ok(), "its own signature");
    // The border between body and timestamp cannot be moved.
    if let [head @ .., last] = message.body
        && last.is_ascii_graphic()
    {
        let moved = format!("{}{stamp}", char::from(*last));
        let headers = with(&headers, &[(TIMESTAMP_HEADER, &moved)]).expect("headers");
        assert!(request(&headers, head).is_err(), "the border was moved");
    }
    let connections = DataConnectionVerifier::new(SECRET)
        .expect("a verifier")
        .clock(clock());
    if let Err(error) = connections.check(&message.headers) {
        quiet(&error);
    }
    match ToolRequest::read(&message.first, &message.headers, message.body) {
        Ok(request) => {
            let access = ToolAccess::header("x-api-key", ["k1"]).expect("an access");
            let _ = access.check(&request);
            let _ = (
                request.query("a"),
                request.field("a"),
                request.call_token(),
                request.query_all("a").count(),
            );
            assert!(format!("{request:?}").len() < 64 * data.len() + 1_000);
        }
        Err(error) => drop(error.into_response()),
    }
}

/// Twilio: the signature over URL and form (its own accepted, others refused), the form as typed parameters.
pub fn twilio_webhook(data: &[u8]) {
    use twilio_client::webhook::forms::{FORMS, FormKind};
    use twilio_client::webhook::{
        Callback, Params, SIGNATURE_HEADER, SignatureValidator, call_key, dedup_key, external_url,
        sequence_key, sign,
    };
    let message = Message::read(data);
    let params = Params::parse(message.body);
    assert!(params.len() <= message.body.len() + 1);
    let pairs: Vec<(String, String)> = params
        .iter()
        .map(|(name, value)| (name.to_owned(), value.to_owned()))
        .collect();
    let again: Params = pairs
        .iter()
        .map(|(name, value)| (name.as_str(), value.as_str()))
        .collect();
    assert_eq!(again, params);
    let shown = format!("{params:?} {}", params.to_value());
    assert!(shown.len() <= 24 * message.body.len() + 1_000);
    let validator = SignatureValidator::new(SECRET).expect("a validator");
    let check = |headers: &HeaderMap| {
        let request = WebhookRequest::new(&Method::POST, &message.first, headers, message.body);
        let callback = Callback::from_request(&request);
        let _ = (
            callback.name(),
            callback.call_sid(),
            callback.account_sid(),
            format!("{callback:?}"),
        );
        validator.check(&request)
    };
    if check(&message.headers).is_ok() {
        assert!(message.header(SIGNATURE_HEADER).is_some());
    }
    let is_form = message
        .header("content-type")
        .is_some_and(|kind| kind.starts_with("application/x-www-form-urlencoded"));
    let mut headers = message.headers.clone();
    headers.insert(
        "content-type",
        HeaderValue::from_static("application/x-www-form-urlencoded"),
    );
    let own = sign(SECRET, &message.first, &params);
    headers.insert(
        SIGNATURE_HEADER,
        HeaderValue::from_str(&own).expect("base64"),
    );
    // A form of separators alone holds nothing that could be signed, and is refused.
    let holds = params
        .iter()
        .any(|(name, value)| !name.is_empty() || !value.is_empty());
    if holds && !message.first.contains("bodySHA256") {
        let checked = check(&headers);
        assert!(checked.is_ok(), "its own signature: {checked:?} {is_form}");
    }
    // One letter of it changed.
    let mut forged = own.into_bytes();
    forged[3] = if forged[3] == b'A' { b'B' } else { b'A' };
    headers.insert(
        SIGNATURE_HEADER,
        HeaderValue::from_bytes(&forged).expect("base64"),
    );
    assert!(check(&headers).is_err(), "a forged one passed");
    let callback = Callback::classify(params.clone());
    assert_eq!(callback.params(), &params);
    let _ = (
        FormKind::of(&params),
        dedup_key(&headers, &params),
        sequence_key(&params),
        call_key(&message.first),
    );
    for form in FORMS {
        let _ = form.read(&params);
    }
    assert!(external_url(&message.first, &message.first).len() <= 2 * message.first.len() + 16);
}

/// Twilio's settings in the fragment of a webhook's URL: read, written and read again the same.
pub fn twilio_overrides(data: &[u8]) {
    use twilio_client::webhook::ConnectionOverride;
    let fragment = text(data);
    if let Ok(read) = ConnectionOverride::parse_fragment(&fragment) {
        let url = voice_core::webhook::WebhookUrl::parse("https://e.example/a?b=c").expect("a URL");
        let applied = read.apply(&url);
        let again = ConnectionOverride::parse(&applied).expect("what is written can be read");
        assert_eq!(again.unwrap_or_default(), read, "{}", applied.as_str());
    }
}

/// Exotel: callbacks as form, JSON and multipart; the sender's address behind proxies.
pub fn exotel_callback(data: &[u8]) {
    use exotel_vsip::callback::{
        CallTracker, CallbackReceiver, CallbackSources, Freshness, StatusCallback,
    };
    let message = Message::read(data);
    let kinds = [
        message.header("content-type"),
        None,
        Some("application/json"),
        Some("application/x-www-form-urlencoded"),
        Some("multipart/form-data; boundary=b"),
    ];
    let tracker = CallTracker::new();
    for kind in kinds {
        let Ok(callback) = StatusCallback::parse(kind, message.body) else {
            continue;
        };
        assert!(callback.dedup_key().len() <= message.body.len() + 200);
        assert!(format!("{callback:?}").len() <= 64 * message.body.len() + 2_000);
        let event = callback.to_event();
        let _ = format!("{event:?} {}", callback.is_final());
        tracker.note(&callback);
        assert_ne!(
            tracker.note(&callback),
            Freshness::New,
            "the same one twice is new"
        );
    }
    let receiver = CallbackReceiver::new()
        .token(SECRET.to_owned().into())
        .expect("a token");
    let request = WebhookRequest::new(
        &Method::POST,
        &message.first,
        &message.headers,
        message.body,
    );
    if receiver.receive(&request, None).is_ok() {
        assert!(
            message.first.contains("token="),
            "no token and yet received"
        );
    }
    let (network, proxy) = split(message.first.as_bytes(), b" ");
    let sources = CallbackSources::new().allow(&text(network));
    let sources = sources.and_then(|sources| sources.behind(&text(proxy)));
    if let Ok(sources) = sources {
        let peer = std::net::IpAddr::from([10, 0, 0, 1]);
        let sender = sources.sender(peer, &message.headers);
        assert!(sources.allows(peer, &message.headers) <= sender.is_some());
    }
}

/// OpenAI: events read, written and read again the same; its own signature accepted.
pub fn openai_webhook(data: &[u8]) {
    use openai_calls::webhooks::{Event, OpenAiWebhooks};
    let message = Message::read(data);
    if let Ok(event) = Event::parse(message.body) {
        let written = event.to_value().to_string();
        let again = Event::parse(written.as_bytes()).expect("what is written can be read");
        assert_eq!(again, event);
        let _ = (event.ended_call(), format!("{event:?}"));
    }
    let verifier = OpenAiWebhooks::new(SECRET)
        .expect("a verifier")
        .clock(clock());
    let request = |headers: &HeaderMap| {
        verifier.event(&WebhookRequest::new(
            &Method::POST,
            "https://e.example/",
            headers,
            message.body,
        ))
    };
    if let Err(error) = request(&message.headers) {
        quiet(&error);
    }
    let key = SigningKey::from_raw(SECRET).expect("a key");
    let signature = key.sign("wh_1", STAMP, message.body);
    let headers = with(
        &message.headers,
        &[
            ("webhook-id", "wh_1"),
            ("webhook-timestamp", STAMP),
            ("webhook-signature", &signature),
        ],
    )
    .expect("headers");
    let read = request(&headers);
    assert_eq!(read.is_ok(), Event::parse(message.body).is_ok());
}
