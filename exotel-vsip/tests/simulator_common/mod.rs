//! Raw requests to the simulator: what no client would send, and what stands on the wire.
#![allow(dead_code, reason = "each test file uses its own part")]

use std::sync::Arc;
use std::time::Duration;

use base64::Engine as _;
use exotel_vsip::testkit::ExotelSimulator;
use http::HeaderMap;
use serde_json::Value;
use voice_core::clock::{Clock, SystemClock};
use voice_core::transport::{HttpTransport, Transport};

/// What came back.
#[derive(Debug)]
pub(crate) struct Raw {
    pub(crate) status: u16,
    pub(crate) headers: HeaderMap,
    pub(crate) text: String,
}

impl Raw {
    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.text).unwrap_or_else(|error| panic!("{error}: {}", self.text))
    }

    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).map(|value| value.to_str().unwrap())
    }

    /// Status on the wire, status of the item, code, description.
    pub(crate) fn refusal(&self) -> (u16, u64, u64, String) {
        let item = &self.json()["response"];
        let item = item.get(0).unwrap_or(item).clone();
        assert_eq!(
            (&item["status"], &item["data"]),
            (&Value::from("failure"), &Value::Null),
            "{item}"
        );
        (
            self.status,
            item["code"].as_u64().unwrap(),
            item["error_data"]["code"].as_u64().unwrap(),
            item["error_data"]["description"]
                .as_str()
                .unwrap()
                .to_owned(),
        )
    }

    /// The object of a success.
    pub(crate) fn data(&self) -> Value {
        let body = self.json();
        let item = &body["response"];
        assert_eq!(
            (self.status, &item["code"], &item["error_data"]),
            (200, &Value::from(200), &Value::Null),
            "{body}"
        );
        item["data"].clone()
    }

    /// The objects of a list.
    pub(crate) fn list(&self) -> Vec<Value> {
        let body = self.json();
        let items = body["response"]
            .as_array()
            .unwrap_or_else(|| panic!("{body}"));
        items.iter().map(|item| item["data"].clone()).collect()
    }
}

/// A way to the simulator, signed as its account.
#[derive(Clone)]
pub(crate) struct Wire {
    transport: Arc<dyn Transport>,
    base: String,
    authorization: Option<String>,
}

impl Wire {
    /// Over HTTP on loopback.
    pub(crate) fn to(simulator: &ExotelSimulator) -> Self {
        Self {
            transport: Arc::new(HttpTransport::builder().build().unwrap()),
            base: simulator.url(),
            authorization: None,
        }
        .signed(ExotelSimulator::API_KEY, ExotelSimulator::API_TOKEN)
    }

    /// Without a network, as to a host.
    pub(crate) fn within(simulator: &ExotelSimulator, host: &str) -> Self {
        Self {
            transport: Arc::new(simulator.in_process()),
            base: format!("https://{host}"),
            ..Self::to(simulator)
        }
    }

    pub(crate) fn signed(mut self, key: &str, token: &str) -> Self {
        let pair = base64::engine::general_purpose::STANDARD.encode(format!("{key}:{token}"));
        self.authorization = Some(format!("Basic {pair}"));
        self
    }

    pub(crate) fn unsigned(mut self) -> Self {
        self.authorization = None;
        self
    }

    /// `{2}` and `{1}` in the path are the account's roots of the two APIs.
    pub(crate) async fn send(
        &self,
        method: &str,
        path: &str,
        content_type: Option<&str>,
        body: &str,
    ) -> Raw {
        let account = ExotelSimulator::ACCOUNT;
        let path = path
            .replace("{2}", &format!("/v2/accounts/{account}"))
            .replace("{1}", &format!("/v1/Accounts/{account}"));
        let mut request = http::Request::builder()
            .method(method)
            .uri(format!("{}{path}", self.base));
        if let Some(value) = &self.authorization {
            request = request.header("authorization", value);
        }
        if let Some(value) = content_type {
            request = request.header("content-type", value);
        }
        let request = request.body(body.to_owned().into()).unwrap();
        let answer = self.transport.send(request).await.unwrap();
        let (status, headers) = (answer.status().as_u16(), answer.headers().clone());
        let body = answer.into_body().collect(1 << 22).await.unwrap();
        Raw {
            status,
            headers,
            text: String::from_utf8(body.to_vec()).unwrap(),
        }
    }

    pub(crate) async fn get(&self, path: &str) -> Raw {
        self.send("GET", path, None, "").await
    }

    pub(crate) async fn delete(&self, path: &str) -> Raw {
        self.send("DELETE", path, None, "").await
    }

    pub(crate) async fn post(&self, path: &str, body: &str) -> Raw {
        self.send("POST", path, Some("application/json"), body)
            .await
    }

    pub(crate) async fn put(&self, path: &str, body: &str) -> Raw {
        self.send("PUT", path, Some("application/json"), body).await
    }

    pub(crate) async fn form(&self, path: &str, body: &str) -> Raw {
        self.send(
            "POST",
            path,
            Some("application/x-www-form-urlencoded"),
            body,
        )
        .await
    }

    /// Makes a trunk, and gives its SID.
    pub(crate) async fn trunk(&self, name: &str) -> String {
        let body = format!(
            r#"{{"trunk_name":"{name}","nso_code":"ANY-ANY","domain_name":"exampleacc.pstn.exotel.com"}}"#
        );
        let made = self.post("{2}/trunks", &body).await;
        made.data()["trunk_sid"].as_str().unwrap().to_owned()
    }
}

/// Waits until something is so; gives up after 10 s.
pub(crate) async fn until(mut so: impl FnMut() -> bool) {
    let clock = SystemClock::default();
    for _ in 0..2000 {
        if so() {
            return;
        }
        clock.sleep(Duration::from_millis(5)).await;
    }
    panic!("it did not come about within 10 s");
}
