//! A small HTTP server for handlers that take method, target, headers and body: one request to a connection.
//!
//! Enough for examples on loopback, or behind a tunnel. In an application use its web framework.

use std::future::Future;
use std::io;
use std::time::Duration;

use http::{HeaderMap, HeaderName, HeaderValue, Method};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use voice_core::clock::{SystemClock, timeout};

const LARGEST_HEAD: usize = 16 << 10;
const LARGEST_BODY: usize = 256 << 10;
/// From the connection to the end of the answer; Twilio waits 15 s.
const LONGEST: Duration = Duration::from_secs(20);

/// A request as it arrived; nothing of it is decoded.
#[derive(Debug)]
#[non_exhaustive]
pub struct Incoming {
    /// The method.
    pub method: Method,
    /// Path and query of the request line, as written.
    pub target: String,
    /// The headers.
    pub headers: HeaderMap,
    /// The body.
    pub body: Vec<u8>,
}

/// An answer: status, content type, body.
pub type Outgoing = (u16, &'static str, String);

/// Answers connections until it is dropped.
pub async fn serve<H, F>(listener: TcpListener, handler: H)
where
    H: Fn(Incoming) -> F + Clone + Send + 'static,
    F: Future<Output = Outgoing> + Send,
{
    loop {
        let Ok((stream, _)) = listener.accept().await else {
            continue;
        };
        let handler = handler.clone();
        tokio::spawn(async move {
            let clock = SystemClock::default();
            // Whoever breaks off, or is too slow, gets nothing.
            let _ = timeout(&clock, LONGEST, answer(stream, handler)).await;
        });
    }
}

async fn answer<H, F>(mut stream: TcpStream, handler: H) -> io::Result<()>
where
    H: Fn(Incoming) -> F,
    F: Future<Output = Outgoing>,
{
    let (status, kind, body) = match read(&mut stream).await? {
        Some(request) => handler(request).await,
        None => (400, "text/plain", "bad request".to_owned()),
    };
    let head = format!(
        "HTTP/1.1 {status} \r\nContent-Type: {kind}\r\nContent-Length: {}\r\nConnection: close\r\n\r\n",
        body.len()
    );
    stream.write_all(head.as_bytes()).await?;
    stream.write_all(body.as_bytes()).await?;
    stream.shutdown().await
}

/// `None` for what is no request, or too large.
async fn read(stream: &mut TcpStream) -> io::Result<Option<Incoming>> {
    let mut bytes = Vec::new();
    let end = loop {
        if let Some(at) = bytes.windows(4).position(|four| four == b"\r\n\r\n") {
            break at + 4;
        }
        if bytes.len() > LARGEST_HEAD || stream.read_buf(&mut bytes).await? == 0 {
            return Ok(None);
        }
    };
    let mut body = bytes.split_off(end);
    let Some((method, target, headers)) = std::str::from_utf8(&bytes).ok().and_then(head) else {
        return Ok(None);
    };
    let length = headers
        .get(http::header::CONTENT_LENGTH)
        .map_or(Some(0), |value| value.to_str().ok()?.parse::<usize>().ok());
    let Some(length) = length.filter(|length| *length <= LARGEST_BODY) else {
        return Ok(None);
    };
    while body.len() < length {
        if stream.read_buf(&mut body).await? == 0 {
            return Ok(None);
        }
    }
    body.truncate(length);
    Ok(Some(Incoming {
        method,
        target,
        headers,
        body,
    }))
}

fn head(text: &str) -> Option<(Method, String, HeaderMap)> {
    let mut lines = text.trim_end().split("\r\n");
    let mut first = lines.next()?.split(' ');
    let (method, target) = (first.next()?.parse().ok()?, first.next()?.to_owned());
    let mut headers = HeaderMap::new();
    for line in lines {
        let (name, value) = line.split_once(':')?;
        headers.append(
            name.parse::<HeaderName>().ok()?,
            HeaderValue::from_str(value.trim()).ok()?,
        );
    }
    Some((method, target, headers))
}
