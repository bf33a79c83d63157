//! A client without manners, to ask the simulator by hand.

use std::sync::Arc;

use serde_json::{Value, json};
use ultravox_client::testkit::{API_KEY, SimSettings, UltravoxSimulator};
use voice_core::testkit::TestClock;
use voice_core::transport::{HttpTransport, Transport};

/// A client without manners.
pub(crate) struct Hand {
    pub(crate) simulator: UltravoxSimulator,
    pub(crate) transport: HttpTransport,
    pub(crate) clock: Arc<TestClock>,
}

pub(crate) struct Got {
    pub(crate) status: u16,
    pub(crate) retry_after: Option<String>,
    pub(crate) text: String,
}

impl Got {
    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.text).unwrap_or_else(|_| panic!("no JSON: {}", self.text))
    }
}

impl Hand {
    pub(crate) async fn new(settings: SimSettings) -> Self {
        let clock = Arc::new(TestClock::at(1_800_000_000));
        Self {
            simulator: UltravoxSimulator::start_with(settings.clock(clock.clone())).await,
            transport: HttpTransport::builder().build().unwrap(),
            clock,
        }
    }

    pub(crate) async fn send(
        &self,
        method: &str,
        target: &str,
        headers: &[(&str, &str)],
        body: &str,
    ) -> Got {
        let mut request = http::Request::builder()
            .method(method)
            .uri(format!("{}{target}", self.simulator.url()));
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let request = request.body(body.to_owned().into()).unwrap();
        let answer = self.transport.send(request).await.unwrap();
        let (head, body) = answer.into_parts();
        let retry_after = head.headers.get("retry-after");
        Got {
            status: head.status.as_u16(),
            retry_after: retry_after.map(|value| value.to_str().unwrap().to_owned()),
            text: String::from_utf8(body.collect(1 << 20).await.unwrap().to_vec()).unwrap(),
        }
    }

    pub(crate) async fn ask(&self, method: &str, target: &str, body: &Value) -> Got {
        let headers = [("x-api-key", API_KEY), ("content-type", "application/json")];
        let body = if body.is_null() {
            String::new()
        } else {
            body.to_string()
        };
        self.send(method, target, &headers, &body).await
    }

    pub(crate) async fn agent(&self, template: Value) -> String {
        let body = json!({"name": "A", "callTemplate": template});
        let got = self.ask("POST", "/api/agents", &body).await;
        assert_eq!(got.status, 201, "{}", got.text);
        got.json()["agentId"].as_str().unwrap().to_owned()
    }
}
