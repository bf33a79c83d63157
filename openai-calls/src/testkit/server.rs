//! The listener: HTTP/1.1 and WebSockets at one origin, as the API has them.
//!
//! It is not the test kit's usual server, since that one can neither upgrade a connection nor reset one.

use std::sync::Arc;

use bytes::{Bytes, BytesMut};
use http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinSet;
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::handshake::derive_accept_key;
use tokio_tungstenite::tungstenite::protocol::Role;
use voice_core::testkit::{SimAnswer, SimRequest};

use super::answers;
use super::router::{Attached, Fate, Router};
use super::socket;

/// The most bytes of a request's head.
const HEAD: usize = 64 * 1024;
/// The most bytes of a request's body.
const BODY: usize = 8 * 1024 * 1024;

/// Serves until it is dropped; its connections go with it.
pub(super) async fn serve(listener: TcpListener, router: Arc<Router>) {
    let mut connections = JoinSet::new();
    loop {
        // Whoever runs out of file descriptors for a moment gets them back when connections end.
        let Ok((stream, _)) = listener.accept().await else {
            router
                .clock()
                .sleep(std::time::Duration::from_millis(10))
                .await;
            continue;
        };
        while connections.try_join_next().is_some() {}
        connections.spawn(connection(stream, Arc::clone(&router)));
    }
}

async fn connection(mut stream: TcpStream, router: Arc<Router>) {
    let _ = stream.set_nodelay(true);
    let mut buffer = BytesMut::new();
    loop {
        let request = match read(&mut stream, &mut buffer).await {
            Ok(Some(request)) => request,
            Ok(None) => return,
            Err(status) => {
                let answer = SimAnswer::empty(status.as_u16());
                let _ = write(&mut stream, &answer).await;
                return;
            }
        };
        let is_socket = request.path == "/v1/realtime"
            && request.method == Method::GET
            && request.header("upgrade").eq_ignore_ascii_case("websocket");
        let (answer, fate) = if is_socket {
            match router.attach(&request) {
                Ok(attached) => return upgrade(stream, buffer, &request, attached, router).await,
                Err(refusal) => refusal,
            }
        } else {
            router.handle(&request)
        };
        if !answer.delay.is_zero() {
            router.clock().sleep(answer.delay).await;
        }
        match fate {
            Fate::Arrives => {}
            Fate::Never => return until_closed(&mut stream).await,
            Fate::Reset => {
                let _ = stream.set_zero_linger();
                return;
            }
        }
        let is_last = request.header("connection").eq_ignore_ascii_case("close");
        if write(&mut stream, &answer).await.is_err() || is_last {
            return;
        }
    }
}

/// Waits until the client gives up.
async fn until_closed(stream: &mut TcpStream) {
    let mut rest = [0; 1024];
    while matches!(stream.read(&mut rest).await, Ok(1..)) {}
}

async fn upgrade(
    mut stream: TcpStream,
    buffer: BytesMut,
    request: &SimRequest,
    attached: Attached,
    router: Arc<Router>,
) {
    let key = request.header("sec-websocket-key");
    let answer = if key.is_empty() || request.header("sec-websocket-version") != "13" {
        answers::invalid("invalid_handshake", None, "This is no WebSocket handshake.")
    } else {
        SimAnswer::empty(101)
            .header("connection", "Upgrade")
            .header("upgrade", "websocket")
            .header("sec-websocket-accept", derive_accept_key(key.as_bytes()))
    };
    if !attached.delay.is_zero() {
        router.clock().sleep(attached.delay).await;
    }
    if write(&mut stream, &answer).await.is_err()
        || answer.status != StatusCode::SWITCHING_PROTOCOLS
    {
        return;
    }
    let socket =
        WebSocketStream::from_partially_read(stream, buffer.to_vec(), Role::Server, None).await;
    socket::serve(socket, router, attached.call, attached.orders).await;
}

/// The next request; `None` when the client is through.
async fn read(
    stream: &mut TcpStream,
    buffer: &mut BytesMut,
) -> Result<Option<SimRequest>, StatusCode> {
    let end = loop {
        if let Some(at) = buffer.windows(4).position(|four| four == b"\r\n\r\n") {
            break at;
        }
        if buffer.len() > HEAD {
            return Err(StatusCode::REQUEST_HEADER_FIELDS_TOO_LARGE);
        }
        if !matches!(stream.read_buf(buffer).await, Ok(1..)) {
            return Ok(None);
        }
    };
    let head = buffer.split_to(end + 4);
    let mut request = parse(&head).ok_or(StatusCode::BAD_REQUEST)?;
    let length = match request.headers.get("content-length") {
        None if request.headers.contains_key("transfer-encoding") => {
            return Err(StatusCode::LENGTH_REQUIRED);
        }
        None => 0,
        Some(length) => {
            let length = length.to_str().ok().and_then(|text| text.parse().ok());
            length.ok_or(StatusCode::BAD_REQUEST)?
        }
    };
    if length > BODY {
        return Err(StatusCode::PAYLOAD_TOO_LARGE);
    }
    if request
        .header("expect")
        .eq_ignore_ascii_case("100-continue")
    {
        let _ = stream.write_all(b"HTTP/1.1 100 Continue\r\n\r\n").await;
    }
    while buffer.len() < length {
        if !matches!(stream.read_buf(buffer).await, Ok(1..)) {
            return Ok(None);
        }
    }
    request.body = buffer.split_to(length).freeze();
    Ok(Some(request))
}

/// A head: the request line, and headers.
fn parse(head: &[u8]) -> Option<SimRequest> {
    let head = head.strip_suffix(b"\r\n\r\n")?;
    let mut lines = head.split(|byte| *byte == b'\n').map(<[u8]>::trim_ascii);
    let mut words = std::str::from_utf8(lines.next()?).ok()?.split(' ');
    let method = Method::from_bytes(words.next()?.as_bytes()).ok()?;
    let target = words.next()?;
    let (path, query) = target.split_once('?').unwrap_or((target, ""));
    if !path.starts_with('/') || !words.next()?.starts_with("HTTP/1.") {
        return None;
    }
    let mut headers = HeaderMap::new();
    for line in lines {
        let at = line.iter().position(|byte| *byte == b':')?;
        let (name, value) = (line.get(..at)?, line.get(at + 1..)?);
        let name = HeaderName::from_bytes(name).ok()?;
        headers.append(name, HeaderValue::from_bytes(value.trim_ascii()).ok()?);
    }
    Some(SimRequest::new(method, path, query, headers, Bytes::new()))
}

async fn write(stream: &mut TcpStream, answer: &SimAnswer) -> std::io::Result<()> {
    let status = answer.status;
    let reason = status.canonical_reason().unwrap_or("Unknown");
    let mut head = format!("HTTP/1.1 {} {reason}\r\n", status.as_u16());
    for (name, value) in &answer.headers {
        head.push_str(&format!("{name}: {value}\r\n"));
    }
    if !answer.body.is_empty() {
        head.push_str(&format!("content-type: {}\r\n", answer.content_type));
    }
    if !status.is_informational() {
        head.push_str(&format!("content-length: {}\r\n", answer.body.len()));
    }
    head.push_str("\r\n");
    let mut bytes = head.into_bytes();
    bytes.extend_from_slice(&answer.body);
    stream.write_all(&bytes).await?;
    stream.flush().await
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_head_is_taken_apart() {
        let head = b"POST /v1/a%20b?x=1 HTTP/1.1\r\nHost: here\r\nX-Odd:  \xe4 \r\n\r\n";
        let request = parse(head).unwrap();
        assert_eq!(
            (request.method.as_str(), request.path.as_str()),
            ("POST", "/v1/a%20b")
        );
        assert_eq!(
            (request.query.as_str(), request.header("host")),
            ("x=1", "here")
        );
        assert_eq!(request.headers["x-odd"].as_bytes(), b"\xe4");
        for bad in [
            "\r\n\r\n",
            "GET\r\n\r\n",
            "GET /\r\n\r\n",
            "GET x HTTP/1.1\r\n\r\n",
            "GET / HTTP/2\r\n\r\n",
            "GET / HTTP/1.1\r\nno colon\r\n\r\n",
        ] {
            assert!(parse(bad.as_bytes()).is_none(), "{bad:?}");
        }
    }

    proptest! {
        #[test]
        fn any_head_is_read_or_refused(head in proptest::collection::vec(any::<u8>(), 0..80), tail in "[ -~\r\n]{0,60}") {
            let whole = [&head[..], b"GET / HTTP/1.1\r\n", tail.as_bytes(), b"\r\n\r\n"].concat();
            for bytes in [&whole[..], &whole[head.len()..]] {
                if let Some(request) = parse(bytes) {
                    prop_assert!(request.path.starts_with('/'));
                }
            }
        }
    }
}
