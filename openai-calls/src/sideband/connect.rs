//! The sideband's URL and handshake, and what refusals mean there.

use std::fmt;

use async_trait::async_trait;
use http::StatusCode;
use url::Url;
use voice_core::error::Error;
use voice_core::provider::CallId;
use voice_core::socket::{Explanation, Socket, SocketRequest, SocketStage};

use super::{CONNECT, PROVIDER, SidebandOptions};

/// Opens the connection, each time it is needed.
#[async_trait]
pub(super) trait Connect: fmt::Debug + Send + Sync + 'static {
    async fn open(&self) -> Result<Socket, Error>;
}

#[async_trait]
impl Connect for SocketRequest {
    async fn open(&self) -> Result<Socket, Error> {
        Self::open(self).await
    }
}

pub(super) fn request(call: &CallId, options: &SidebandOptions) -> Result<SocketRequest, Error> {
    build(call, options).map_err(|error| error.with_operation(PROVIDER, CONNECT))
}

fn build(call: &CallId, options: &SidebandOptions) -> Result<SocketRequest, Error> {
    let mut request = SocketRequest::new(url(call, options)?.as_str())?
        .secret_header("authorization", &options.bearer)?
        .named(PROVIDER, CONNECT)
        .explained(explain)
        .connect_timeout(options.connect_timeout)
        .max_message_bytes(options.max_message_bytes)
        .clock(options.clock.clone());
    for (name, value) in &options.headers {
        request = request.header(name, value)?;
    }
    for root in &options.roots {
        request = request.root_certificate_pem(root.as_slice());
    }
    Ok(request)
}

/// The base with `ws` for `http`, `/realtime`, and the call.
fn url(call: &CallId, options: &SidebandOptions) -> Result<Url, Error> {
    let base = options.base.as_str();
    let rest = base.strip_prefix("http").unwrap_or(base);
    let mut url = Url::parse(&format!("ws{rest}/realtime"))
        .map_err(|_| Error::invalid_input("base_url", "cannot be made a WebSocket's"))?;
    url.query_pairs_mut().append_pair("call_id", call.as_str());
    Ok(url)
}

fn explain(stage: SocketStage) -> Explanation {
    let words = Explanation::new();
    let SocketStage::Status(status) = stage else {
        return words;
    };
    match status {
        StatusCode::NOT_FOUND | StatusCode::GONE => words
            .meaning("the call is over, or was never taken")
            .hint("A sideband stands only while the call does: after it was accepted, and until somebody hangs up"),
        StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN => words
            .meaning("the API key was refused")
            .hint("Check the key, and that it is of the project whose call it is"),
        StatusCode::TOO_MANY_REQUESTS => words.hint("Look at the project's limits for sessions"),
        status if status.is_client_error() => {
            words.hint("Check the call's id, and that the call was accepted")
        }
        _ => words,
    }
}

#[cfg(test)]
mod tests {
    use voice_core::transport::BaseUrl;

    use super::*;

    fn dialled(base: &str, call: &str) -> String {
        let options = SidebandOptions::new("k")
            .unwrap()
            .base_url(BaseUrl::parse(base).unwrap());
        url(&CallId::new(call).unwrap(), &options).unwrap().into()
    }

    #[test]
    fn the_url_follows_the_base() {
        assert_eq!(
            dialled("https://api.openai.com/v1", "rtc_1"),
            "wss://api.openai.com/v1/realtime?call_id=rtc_1"
        );
        assert_eq!(
            dialled("http://127.0.0.1:8080", "rtc/../1&model=x#y"),
            "ws://127.0.0.1:8080/realtime?call_id=rtc%2F..%2F1%26model%3Dx%23y"
        );
    }

    #[test]
    fn a_header_that_cannot_be_sent_is_refused_without_being_shown() {
        let options = SidebandOptions::new("k")
            .unwrap()
            .header("x", "planted\r\n");
        let error = request(&CallId::new("rtc_1").unwrap(), &options).unwrap_err();
        assert_eq!((error.provider(), error.operation()), (PROVIDER, CONNECT));
        assert!(!format!("{error:?}").contains("planted"));
    }

    #[test]
    fn refusals_say_what_to_do() {
        for status in [400, 401, 403, 404, 410, 429] {
            let status = StatusCode::from_u16(status).unwrap();
            assert!(
                explain(SocketStage::Status(status)).hint.is_some(),
                "{status}"
            );
        }
    }
}
