//! A plain client.

use bytes::Bytes;
use http::{HeaderMap, Method, Request};
use openai_calls::testkit::{API_KEY, CallSpec, OpenAiSim, SimCall};
use serde_json::Value;
use voice_core::transport::{HttpTransport, Transport, TransportError};

/// An answer, read to its end.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Bytes,
}

impl Answer {
    pub(crate) fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap()
    }

    /// `error.code`, after a look at the whole envelope.
    pub(crate) fn code(&self) -> String {
        let body = self.json();
        let error = body["error"].as_object().unwrap();
        let keys: Vec<&str> = error.keys().map(String::as_str).collect();
        assert_eq!(keys.len(), 4, "{keys:?}");
        assert!(error.contains_key("param") && error.contains_key("message"));
        error["code"].as_str().unwrap_or_default().to_owned()
    }
}

pub(crate) async fn try_send(request: Request<Bytes>) -> Result<Answer, TransportError> {
    let transport = HttpTransport::builder().build().unwrap();
    let answer = transport.send(request).await?;
    let (parts, body) = answer.into_parts();
    let body = body.collect(1 << 20).await.unwrap();
    Ok(Answer {
        status: parts.status.as_u16(),
        headers: parts.headers,
        body,
    })
}

pub(crate) fn request(
    sim: &OpenAiSim,
    method: Method,
    path: &str,
    body: Option<&Value>,
) -> Request<Bytes> {
    let mut request = Request::builder()
        .method(method)
        .uri(format!("{}/{path}", sim.base_url()))
        .header("authorization", format!("Bearer {API_KEY}"));
    if body.is_some() {
        request = request.header("content-type", "application/json");
    }
    let body = body.map_or_else(Bytes::new, |body| body.to_string().into());
    request.body(body).unwrap()
}

pub(crate) async fn post(sim: &OpenAiSim, path: &str, body: &Value) -> Answer {
    try_send(request(sim, Method::POST, path, Some(body)))
        .await
        .unwrap()
}

/// A POST without a body.
pub(crate) async fn order(sim: &OpenAiSim, path: &str) -> Answer {
    try_send(request(sim, Method::POST, path, None))
        .await
        .unwrap()
}

pub(crate) async fn get(sim: &OpenAiSim, path: &str) -> Answer {
    try_send(request(sim, Method::GET, path, None))
        .await
        .unwrap()
}

pub(crate) fn ring(sim: &OpenAiSim) -> SimCall {
    sim.ring(CallSpec::new("+15550100", "+15550199"))
}

pub(crate) fn path(call: &SimCall, what: &str) -> String {
    format!("realtime/calls/{}/{what}", call.id())
}

/// A call that goes on.
pub(crate) async fn accepted(sim: &OpenAiSim) -> SimCall {
    let call = ring(sim);
    let session = serde_json::json!({"type": "realtime"});
    assert_eq!(
        post(sim, &path(&call, "accept"), &session).await.status,
        200
    );
    call
}
