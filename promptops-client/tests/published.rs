//! The published signatures, and every published body, through the real client.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test fails by panicking"
)]

mod common;

use std::collections::BTreeMap;
use std::time::Duration;

use common::{builder, json_file, options, reply, scripted, specs};
use promptops_client::envelope::Enveloped;
use promptops_client::error::{AuthReason, ErrorCode};
use promptops_client::models::*;
use promptops_client::resources::*;
use promptops_client::{KeyMode, NonceSource, PromptOpsClient, Signer, TimestampFormat};
use serde::Serialize;
use serde_json::Value;
use voice_core::client::{Operation, RequestOptions};
use voice_core::error::{Error, ErrorKind};
use voice_core::retry::Repeat;
use voice_core::testkit::{Reply, ScriptedTransport};

#[derive(Debug)]
struct Fixed(String);

impl NonceSource for Fixed {
    fn nonce(&self) -> String {
        self.0.clone()
    }
}

/// A path of a vector as an operation, which lives as long as the test.
fn operation(method: &str, path: &str) -> &'static Operation {
    let method: http::Method = method.parse().unwrap();
    let path: &'static str = Box::leak(path.to_owned().into_boxed_str());
    Box::leak(Box::new(Operation::new(
        "vector.send",
        method,
        path,
        Repeat::Safe,
    )))
}

#[tokio::test(start_paused = true)]
async fn all_golden_vectors_are_what_is_sent() {
    let Some(specs) = specs() else { return };
    let vectors = json_file(&specs.join("hmac_vectors.json"));
    let vectors = vectors.as_array().unwrap();
    assert_eq!(vectors.len(), 12);
    for vector in vectors {
        let text = |key: &str| vector[key].as_str().unwrap();
        let time = text("timestamp");
        let legacy = vector.get("scheme").is_some();
        let format = match (legacy, time.ends_with('Z')) {
            (true, _) => TimestampFormat::UnixSecs,
            (false, true) => TimestampFormat::Rfc3339Z,
            (false, false) => TimestampFormat::NaiveIso,
        };
        let at = match format {
            TimestampFormat::UnixSecs => time.parse().map(Duration::from_secs).unwrap(),
            _ => {
                let at = time.parse::<PoTime>().unwrap().time().unwrap();
                at.duration_since(std::time::UNIX_EPOCH).unwrap()
            }
        };
        let cases: Vec<(Signer, &str)> = if legacy {
            vec![(Signer::LegacyNonce, "sig(key=api_key)")]
        } else {
            [
                (KeyMode::Secret, "sig_documented(key=secret)"),
                (
                    KeyMode::SecretSha256Hex,
                    "sig_reference_server(key=sha256hex(secret))",
                ),
            ]
            .into_iter()
            .map(|(key_mode, field)| {
                (
                    Signer::HmacV1 {
                        key_mode,
                        timestamp_format: format,
                    },
                    field,
                )
            })
            .collect()
        };
        for (signer, field) in cases {
            let clock = voice_core::testkit::TestClock::at(at.as_secs());
            clock.step(Ok(Duration::from_nanos(at.subsec_nanos().into())));
            let transport = ScriptedTransport::new([Reply::status(200, "{}")]);
            let mut setup = PromptOpsClient::builder()
                .api_key(text("api_key"))
                .signer(signer)
                .nonces(Fixed(
                    vector["nonce"].as_str().unwrap_or_default().to_owned(),
                ))
                .options(options(&transport).clock(std::sync::Arc::new(clock)));
            if let Some(secret) = vector.get("secret_key").and_then(Value::as_str) {
                setup = setup.secret_key(secret);
            }
            let client = setup.build().unwrap();
            let operation = operation(text("method"), text("path"));
            let mut request = client.raw().request(operation);
            if let Some(body) = vector.get("body").and_then(Value::as_str) {
                let json = http::HeaderValue::from_static("application/json");
                request = request.body(json, body.to_owned());
            }
            request.send_empty().await.unwrap();
            let sent = &transport.sent()[0];
            assert_eq!(
                sent.header("x-promptops-signature"),
                text(field),
                "{field} {vector}"
            );
            assert_eq!(sent.header("x-promptops-timestamp"), time);
            if legacy {
                assert_eq!(sent.header("authorization"), text("authorization"));
                assert_eq!(sent.header("x-promptops-nonce"), text("nonce"));
            } else {
                assert_eq!(
                    sent.header("authorization"),
                    format!("Bearer {}", text("api_key"))
                );
            }
        }
    }
}

/// Asks the real client and gives back what it read, as JSON.
async fn read(name: &str, body: &Value) -> Value {
    fn json<T: Serialize>(value: Result<T, Error>, name: &str) -> Value {
        let value = value.unwrap_or_else(|error| panic!("{name}: {error}"));
        serde_json::to_value(value).unwrap()
    }
    fn inner<T>(answer: Result<voice_core::client::Response<T>, Error>) -> Result<T, Error> {
        answer.map(voice_core::client::Response::into_inner)
    }
    let (client, _) = scripted([reply(200, body)]);
    let kind = name
        .trim_end_matches("_response")
        .split('_')
        .skip(2)
        .collect::<Vec<_>>()
        .join("_");
    match kind.as_str() {
        "success" | "success_response" => {
            static ANY: Operation = Operation::get("any.get", "/v1/client/any");
            let read = client.raw().request(&ANY).send::<Enveloped<Value>>().await;
            json(inner(read).map(|read| read.value), name)
        }
        "list_api_keys" => json(
            client
                .keys()
                .list_page(&KeyFilter::new())
                .await
                .map(|page| page.into_inner().items),
            name,
        ),
        "validate_api_key" => json(inner(client.keys().validate_self().await), name),
        "render_prompt" => json(
            inner(
                client
                    .prompts()
                    .render_remote("prompt-uuid", &RemoteRender::new())
                    .await,
            ),
            name,
        ),
        "create_prompt" => json(
            inner(client.prompts().create(&NewPrompt::new("n", "c")).await),
            name,
        ),
        "get_prompt" => json(inner(client.prompts().get("prompt-uuid").await), name),
        "get_model_specific_prompt" => json(
            inner(
                client
                    .prompts()
                    .for_model("prompt-uuid", &Provider::OpenAi, "gpt-4")
                    .await,
            ),
            name,
        ),
        "list_models" => json(inner(client.models().list(&ModelFilter::new()).await), name),
        "log_usage" => json(
            inner(
                client
                    .usage()
                    .log(&UsageRecord::new("/x", "GET", 200_u16))
                    .await,
            ),
            name,
        ),
        "get_usage_limits" => json(inner(client.usage().limits().await), name),
        "get_usage_statistics" => {
            json(inner(client.usage().stats(&StatsFilter::new()).await), name)
        }
        "health_check" => json(inner(client.service().health().await), name),
        "batch_get_prompts" => {
            let ids = ["prompt1", "prompt2", "prompt3"];
            let batch = client.prompts().batch(ids, BatchOptions::new()).await;
            let (found, failed) = batch.map(|batch| (batch.prompts, batch.failures)).unwrap();
            serde_json::json!({"prompts": found, "errors": failed, "total_requested": 3, "total_found": 2})
        }
        other => panic!("nobody reads {other}, of {name}"),
    }
}

/// The same numbers are the same, whether they were written with a point or without.
fn alike(a: &Value, b: &Value) -> bool {
    match (a, b) {
        (Value::Number(a), Value::Number(b)) => a.as_f64() == b.as_f64(),
        (Value::Array(a), Value::Array(b)) => {
            a.len() == b.len() && a.iter().zip(b).all(|(a, b)| alike(a, b))
        }
        (Value::Object(a), Value::Object(b)) => {
            let set = |map: &serde_json::Map<String, Value>| -> BTreeMap<String, Value> {
                map.clone()
                    .into_iter()
                    .filter(|(_, value)| !value.is_null())
                    .collect()
            };
            let (a, b) = (set(a), set(b));
            a.len() == b.len() && a.iter().zip(&b).all(|(a, b)| a.0 == b.0 && alike(a.1, b.1))
        }
        (a, b) => a == b,
    }
}

/// Reads a request of the documentation into the type that sends it, and writes it again.
fn request(name: &str, body: &Value) -> Value {
    fn again<T: serde::de::DeserializeOwned + Serialize>(body: &Value) -> Value {
        serde_json::to_value(serde_json::from_value::<T>(body.clone()).unwrap()).unwrap()
    }
    match name
        .split('_')
        .skip(2)
        .collect::<Vec<_>>()
        .join("_")
        .as_str()
    {
        "create_api_key_request" => again::<NewApiKey>(body),
        "validate_api_key_request" => again::<SignatureCheck>(body),
        "create_prompt_request" => again::<NewPrompt>(body),
        "update_prompt_request" => again::<PromptUpdate>(body),
        "get_model_compatibility_request" => again::<CompatibilityCheck>(body),
        "log_usage_request" => again::<UsageRecord>(body),
        other => panic!("nobody writes {other}"),
    }
}

async fn refused(name: &str, fixture: &Value) {
    let status = u16::try_from(fixture["status"].as_u64().unwrap()).unwrap();
    let (client, transport) = scripted([reply(status, &fixture["body"])]);
    let client = client.with(RequestOptions::new().retries(0));
    let error = client.prompts().get("greet").await.unwrap_err();
    let (kind, reason) = match name {
        "err_seed_auth" => (ErrorKind::Authentication, Some(AuthReason::KeyOrSignature)),
        "err_seed_timeout" => (ErrorKind::Timeout, None),
        "err_server_bad_timestamp_401" => (ErrorKind::Authentication, Some(AuthReason::Timestamp)),
        "err_server_key_expired_401" => (ErrorKind::Authentication, Some(AuthReason::KeyExpired)),
        "err_server_missing_headers_401" => {
            (ErrorKind::Authentication, Some(AuthReason::MissingHeaders))
        }
        "err_server_not_found_404" | "err_server_version_not_found_404" => {
            (ErrorKind::NotFound, None)
        }
        "err_server_rate_limit_401" => (ErrorKind::RateLimited, None),
        other => panic!("nobody expects {other}"),
    };
    assert_eq!(error.kind(), kind, "{name}");
    assert_eq!(AuthReason::of(&error), reason, "{name}");
    assert_eq!(error.status().unwrap().as_u16(), status, "{name}");
    let message = fixture["body"]["detail"]
        .as_str()
        .or(fixture["body"]["error"]["message"].as_str());
    assert_eq!(error.message(), message.unwrap(), "{name}");
    assert!(
        error.hint().is_some() && ErrorCode::of(&error).is_some(),
        "{name}"
    );
    assert_eq!(transport.sent().len(), 1, "{name}");
}

#[tokio::test(start_paused = true)]
async fn every_published_body_is_read_without_losing_anything() {
    let Some(specs) = specs() else { return };
    let mut count = 0;
    for entry in std::fs::read_dir(specs.join("fixtures")).unwrap() {
        let path = entry.unwrap().path();
        if path.extension().is_none_or(|extension| extension != "json") {
            continue;
        }
        count += 1;
        let name = path.file_stem().unwrap().to_str().unwrap().to_owned();
        let body = json_file(&path);
        if name.starts_with("err_") {
            refused(&name, &body).await;
        } else if name.ends_with("_request") {
            let again = request(&name, &body);
            assert!(alike(&again, &body), "{name}: {again} {body}");
        } else {
            let got = read(&name, &body).await;
            let bare = body
                .get("data")
                .filter(|_| name.starts_with("doc_"))
                .unwrap_or(&body);
            let bare = match name.as_str() {
                "bare_20_list_models" => &bare["models"],
                "bare_24_log_usage" => &bare["message"],
                _ => bare,
            };
            assert!(alike(&got, bare), "{name}: {got} {bare}");
        }
    }
    assert!(count >= 31, "only {count} files");
    assert!(builder().build().is_ok());
}
