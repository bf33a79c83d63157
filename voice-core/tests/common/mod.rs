//! A sample provider, written the way a provider crate is.
#![allow(dead_code, reason = "each test binary uses its part")]

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use http::{HeaderMap, HeaderValue};
use secrecy::SecretString;
use serde::Deserialize;
use serde_json::{Value, json};
use voice_core::client::{Answer, Client, ClientOptions, Dialect, Operation, Outgoing, Refusal};
use voice_core::error::{Error, FieldError};
use voice_core::retry::Repeat;
use voice_core::testkit::{Reply, ScriptedTransport, TestClock};
use voice_core::transport::BaseUrl;

pub(crate) const PLANTED: &str = "planted-secret-3f9a";

pub(crate) static GET: Operation = Operation::get("calls.get", "/v1/calls/{id}");
pub(crate) static DIAL: Operation = Operation::post("calls.create", "/v1/calls", Repeat::Once);
pub(crate) static DELETE: Operation = Operation::delete("calls.delete", "/v1/calls/{id}");

#[derive(Debug)]
pub(crate) struct Sample;

#[async_trait]
impl Dialect for Sample {
    fn provider(&self) -> &'static str {
        "sample"
    }

    async fn authorize(&self, request: &mut Outgoing<'_>) -> Result<(), Error> {
        let mut key = HeaderValue::from_static(PLANTED);
        key.set_sensitive(true);
        request.headers.insert("x-api-key", key);
        let now = request.now.duration_since(std::time::UNIX_EPOCH).unwrap();
        let stamp = HeaderValue::from_str(&format!("{:020}", now.as_millis())).unwrap();
        request.headers.insert("x-signed-at", stamp);
        Ok(())
    }

    fn judge(&self, answer: &Answer<'_>) -> Option<Refusal> {
        if answer.status_is_success() {
            return None;
        }
        let mut refusal = Refusal::from_status(answer.status);
        if let Ok(body) = serde_json::from_slice::<Value>(answer.body) {
            if let Some(message) = body["message"].as_str() {
                refusal = refusal.with_message(message);
            }
            for (field, message) in body["fields"].as_object().into_iter().flatten() {
                let message = message.as_str().unwrap_or_default();
                refusal.fields.push(FieldError::new(field, message));
            }
        }
        Some(refusal)
    }

    fn request_id<'h>(&self, headers: &'h HeaderMap) -> Option<&'h str> {
        headers.get("x-request-id")?.to_str().ok()
    }

    fn secrets(&self) -> Vec<SecretString> {
        vec![SecretString::from(PLANTED)]
    }
}

pub(crate) fn client(transport: &ScriptedTransport) -> Client {
    client_with(transport, ClientOptions::new())
}

pub(crate) fn client_with(transport: &ScriptedTransport, options: ClientOptions) -> Client {
    let base = BaseUrl::parse("https://api.sample.example").unwrap();
    let options = options
        .transport(Arc::new(transport.clone()))
        .clock(Arc::new(TestClock::at(1_000_000_000)));
    Client::new(Arc::new(Sample), base, "sample-client/1.0", options).unwrap()
}

pub(crate) const SEC: Duration = Duration::from_secs(1);

pub(crate) fn call() -> Reply {
    Reply::json(&json!({"id": "c1", "seconds": 4})).header("x-request-id", "req-1")
}

#[derive(Debug, Deserialize, PartialEq)]
pub(crate) struct Call {
    pub(crate) id: String,
    pub(crate) seconds: u32,
}
