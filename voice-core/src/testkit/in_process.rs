//! A simulator without a network.
//!
//! Sockets and tokio's paused time do not go together: while a byte is on its way the clock jumps to the next timeout. A
//! client whose transport is an [`InProcess`] asks the simulator directly, so that minutes of waiting pass at once and every
//! run is the same.

use std::fmt;
use std::sync::Arc;

use async_trait::async_trait;
use bytes::Bytes;
use http::{HeaderName, HeaderValue, Response, header};

use super::simulator::{Service, SimRequest};
use crate::clock::SharedClock;
use crate::transport::{Body, Transport, TransportError};

/// A [`Transport`] that gives each request to a [`Service`], and waits as long as the answer takes on a clock.
#[derive(Clone)]
pub struct InProcess {
    service: Arc<dyn Service>,
    clock: SharedClock,
}

impl InProcess {
    /// Requests go to `service`; late answers come late by `clock`.
    #[must_use]
    pub fn new(service: Arc<dyn Service>, clock: SharedClock) -> Self {
        Self { service, clock }
    }
}

#[async_trait]
impl Transport for InProcess {
    async fn send(&self, request: http::Request<Bytes>) -> Result<Response<Body>, TransportError> {
        let (mut parts, body) = request.into_parts();
        if let Some(authority) = parts.uri.authority()
            && let Ok(host) = HeaderValue::from_str(authority.as_str())
        {
            parts.headers.entry(header::HOST).or_insert(host);
        }
        let answer = self.service.answer(&SimRequest {
            method: parts.method,
            path: parts.uri.path().to_owned(),
            query: parts.uri.query().unwrap_or_default().to_owned(),
            headers: parts.headers,
            body,
        });
        if !answer.delay.is_zero() {
            self.clock.sleep(answer.delay).await;
        }
        let has_body = !answer.body.is_empty();
        let mut response = Response::new(Body::from_bytes(answer.body));
        *response.status_mut() = answer.status;
        let headers = response.headers_mut();
        if has_body {
            headers.insert(
                header::CONTENT_TYPE,
                HeaderValue::from_static(answer.content_type),
            );
        }
        for (name, value) in &answer.headers {
            if let (Ok(name), Ok(value)) = (
                HeaderName::from_bytes(name.as_bytes()),
                HeaderValue::from_str(value),
            ) {
                headers.append(name, value);
            }
        }
        Ok(response)
    }
}

impl fmt::Debug for InProcess {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("InProcess")
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
    use crate::clock::{Clock, SystemClock};
    use crate::testkit::SimAnswer;

    struct Echo;

    impl Service for Echo {
        fn answer(&self, request: &SimRequest) -> SimAnswer {
            let text = format!(
                "{} {} {} {} {}",
                request.method,
                request.header("host"),
                request.path,
                request.query,
                String::from_utf8_lossy(&request.body)
            );
            SimAnswer::text(201, "text/plain", text)
                .header("x-odd", "1")
                .after(Duration::from_secs(600))
        }
    }

    #[tokio::test(start_paused = true)]
    async fn a_request_is_answered_late_without_a_socket() {
        let clock = SystemClock::default();
        let transport = InProcess::new(Arc::new(Echo), SystemClock::shared());
        let request = http::Request::put("https://api.example.com/a%20b?x=1")
            .body(Bytes::from_static(b"body"))
            .unwrap();
        let start = clock.now();
        let answer = transport.send(request).await.unwrap();
        assert!(clock.now() - start >= Duration::from_secs(600));
        assert_eq!(
            (answer.status().as_u16(), &answer.headers()["x-odd"]),
            (201, &HeaderValue::from_static("1"))
        );
        assert_eq!(answer.headers()["content-type"], "text/plain");
        let body = answer.into_body().collect(1024).await.unwrap();
        assert_eq!(body, "PUT api.example.com /a%20b x=1 body");
    }
}
