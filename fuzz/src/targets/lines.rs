//! What stands on the wire below the crates: certificates, dates, proxies' logs, WebSocket, the environment.

use std::io;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use futures_util::StreamExt;
use sha1::{Digest, Sha1};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use voice_core::config::Environment;
use voice_core::doctor::{Certificate, ClockSkew, explain_phrase, read_proxy_log};
use voice_core::secret::SecretString;
use voice_core::socket::{Frame, SocketRequest};

use crate::support::input::{Message, parts, text};
use crate::support::{clock, now, wait};

/// A certificate in DER: refused, or read in bounded words.
pub fn certificate(data: &[u8]) {
    if let Ok(read) = Certificate::from_der(data) {
        let _ = (read.days_left(now()), read.is_self_issued());
        assert!(read.names.len() <= 1_000);
        assert!(format!("{read:?}").len() < 100_000);
    }
}

/// `Date` and `Age` of an answer, and a proxy's log: findings are few and bounded, and show no number.
pub fn doctor_texts(data: &[u8]) {
    let message = Message::read(data);
    if let Some(skew) = ClockSkew::read(&message.headers, now(), now() + Duration::from_millis(200))
    {
        let finding = skew.judge("clock", Duration::from_secs(300));
        assert!(finding.seen().len() < 200);
    }
    let log = text(message.body);
    let findings = read_proxy_log(log.lines());
    assert!(findings.len() <= 16);
    for finding in &findings {
        let shown = format!("{finding:?}");
        assert!(shown.len() < 20_000, "a finding of {} bytes", shown.len());
        if let Some(last) = finding.detail_value("last") {
            for number in ["+14155550123", "+442079460123"] {
                assert!(!last.contains(number), "shows a number: {last}");
            }
        }
    }
    let _ = explain_phrase(&log);
}

/// Answers an upgrade with the bytes of an input, in which `@ACCEPT@` becomes the right key.
struct Peer {
    answer: Vec<u8>,
    asked: Vec<u8>,
    given: usize,
    ready: bool,
}

impl Peer {
    fn prepare(&mut self) {
        let head = String::from_utf8_lossy(&self.asked).into_owned();
        let key = head
            .lines()
            .find_map(|line| line.strip_prefix("Sec-WebSocket-Key: "))
            .unwrap_or_default();
        let mut hash = Sha1::new();
        hash.update(key.trim());
        hash.update("258EAFA5-E914-47DA-95CA-C5AB0DC85B11");
        let accept =
            base64::Engine::encode(&base64::engine::general_purpose::STANDARD, hash.finalize());
        self.answer = parts(&self.answer, b"@ACCEPT@").join(accept.as_bytes());
        self.ready = true;
    }
}

impl AsyncRead for Peer {
    fn poll_read(
        mut self: Pin<&mut Self>,
        _: &mut Context<'_>,
        into: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        if !self.ready {
            self.prepare();
        }
        let left = &self.answer[self.given..];
        let now = left.len().min(into.remaining());
        into.put_slice(&left[..now]);
        self.given += now;
        Poll::Ready(Ok(()))
    }
}

impl AsyncWrite for Peer {
    fn poll_write(
        mut self: Pin<&mut Self>,
        _: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        if !self.ready {
            self.asked.extend_from_slice(bytes);
        }
        Poll::Ready(Ok(bytes.len()))
    }

    fn poll_flush(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }

    fn poll_shutdown(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }
}

/// What a server sends for an upgrade and after it: every frame is within the limit, the stream ends, and a refusal that
/// repeats the credentials shows none of them.
pub fn socket_answer(data: &[u8]) {
    const SECRET: &str = "s3crQ7xA91Qp02kdi38Z9";
    const LIMIT: usize = 4 * 1024;
    let answer = parts(data, b"@SECRET@").join(SECRET.as_bytes());
    // Heads are written with bare line feeds in the seeds: HTTP wants both.
    let head = answer.windows(2).position(|window| window == b"\n\n");
    let answer = match head {
        Some(at) if !answer[..at].contains(&b'\r') => {
            let mut whole = parts(&answer[..at + 2], b"\n").join(b"\r\n".as_slice());
            whole.extend_from_slice(&answer[at + 2..]);
            whole
        }
        _ => answer,
    };
    let peer = Peer {
        answer,
        asked: Vec::new(),
        given: 0,
        ready: false,
    };
    let request = SocketRequest::new("wss://api.fuzz.example/v1/socket")
        .and_then(|request| {
            request.secret_header(
                "authorization",
                &SecretString::from(format!("Bearer {SECRET}")),
            )
        })
        .expect("a request")
        .max_message_bytes(LIMIT)
        .clock(clock());
    wait(async {
        let mut socket = match request.open_over(peer).await {
            Ok(socket) => socket,
            Err(error) => {
                let shown = format!("{error} {error:?} {error:#?}");
                assert!(!shown.contains(SECRET), "shows the secret: {shown}");
                assert!(shown.len() < 100_000);
                return;
            }
        };
        let mut frames = 0;
        while let Some(Ok(frame)) = socket.next().await {
            frames += 1;
            assert!(frames <= data.len() + 8);
            let bytes = match &frame {
                Frame::Text(text) => text.len(),
                Frame::Binary(bytes) => bytes.len(),
                _ => 0,
            };
            assert!(bytes <= LIMIT, "a frame of {bytes} bytes");
        }
    });
}

/// `NAME=value` lines as the environment of every client: made or refused, and a refusal repeats no value.
pub fn environment(data: &[u8]) {
    let all = text(data);
    let pairs: Vec<(String, String)> = all
        .lines()
        .take(64)
        .filter_map(|line| line.split_once('='))
        .map(|(name, value)| (name.trim().to_owned(), value.to_owned()))
        .collect();
    let environment = Environment::from_pairs(pairs.clone());
    let errors = [
        ultravox_client::UltravoxClient::from_environment(&environment).err(),
        ultravox_client::UltravoxClientBuilder::from_environment(&environment).err(),
        twilio_client::TwilioClientBuilder::from_environment(&environment).err(),
        twilio_client::webhook::SignatureValidator::from_environment(&environment).err(),
        exotel_vsip::ExotelClientBuilder::from_environment(&environment).err(),
        promptops_client::PromptOpsClientBuilder::from_environment(&environment).err(),
        openai_calls::OpenAiClientBuilder::from_environment(&environment).err(),
        openai_calls::webhooks::OpenAiWebhooks::from_environment(&environment).err(),
    ];
    for error in errors.into_iter().flatten() {
        let shown = format!("{error} {error:?}");
        for (name, value) in &pairs {
            let is_secret = ["TOKEN", "KEY", "SECRET"]
                .iter()
                .any(|word| name.contains(word));
            assert!(
                !is_secret
                    || value.len() < 16
                    || name.contains(value.as_str())
                    // Of the example that a refusal of a SID shows.
                    || "AC0123456789abcdef0123456789abcdef".contains(value.trim())
                    || !shown.contains(value.as_str()),
                "repeats the value of {name}: {shown}"
            );
        }
    }
}
