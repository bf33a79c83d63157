//! What the tests share.
#![allow(dead_code, clippy::print_stdout, reason = "each test file uses a part")]

pub(crate) mod exercise;
pub(crate) mod full;

use std::collections::VecDeque;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use http::{HeaderMap, HeaderName, HeaderValue, Method};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;
use twilio_client::TwilioClient;
use voice_core::client::ClientOptions;
use voice_core::ident::{AccountSid, AuthToken, CallSid, E164};
use voice_core::provider::JoinUrl;
use voice_core::retry::{ExponentialBackoff, JitterMode};
use voice_core::testkit::{Reply, ScriptedTransport};

pub(crate) const ACCOUNT: &str = concat!("AC", "00112233445566778899aabbccddeeff");
pub(crate) const TOKEN: &str = "fedcba98765432100123456789abcdef";
pub(crate) const CALL: &str = concat!("CA", "0123456789abcdef0123456789abcdef");

pub(crate) fn to() -> E164 {
    E164::parse("+14155550123").unwrap()
}

pub(crate) fn from() -> E164 {
    E164::parse("+14155550100").unwrap()
}

pub(crate) fn call_sid() -> CallSid {
    CallSid::parse(CALL).unwrap()
}

pub(crate) fn join_url() -> JoinUrl {
    JoinUrl::new("wss://voice.example.com/calls/7/socket?token=j0in&x=1").unwrap()
}

/// A client on a script.
pub(crate) fn scripted(
    script: impl IntoIterator<Item = Reply>,
) -> (TwilioClient, ScriptedTransport) {
    let transport = ScriptedTransport::new(script);
    let client = TwilioClient::builder()
        .account_sid(AccountSid::parse(ACCOUNT).unwrap())
        .auth_token(AuthToken::parse(TOKEN).unwrap())
        .options(ClientOptions::new().transport(Arc::new(transport.clone())))
        .build()
        .unwrap();
    (client, transport)
}

/// Settings whose waits are short enough for real time.
pub(crate) fn quick() -> ClientOptions {
    ClientOptions::new().backoff(
        ExponentialBackoff::new(Duration::from_millis(5), Duration::from_millis(20))
            .with_jitter(JitterMode::None),
    )
}

/// The pairs of a form or query, decoded and in order.
pub(crate) fn pairs(text: &str) -> Vec<(String, String)> {
    twilio_client::webhook::Params::parse(text.as_bytes())
        .iter()
        .map(|(name, value)| (name.to_owned(), value.to_owned()))
        .collect()
}

/// A request as it stood on the wire.
#[derive(Debug, Clone)]
pub(crate) struct Heard {
    pub(crate) method: Method,
    /// Path and query, byte for byte.
    pub(crate) target: String,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Vec<u8>,
}

/// A listener on loopback that writes down what it hears, and answers from a list, then 204.
#[derive(Clone)]
pub(crate) struct Listener {
    pub(crate) base: String,
    heard: Arc<Mutex<Vec<Heard>>>,
    answers: Arc<Mutex<VecDeque<String>>>,
}

impl Listener {
    pub(crate) async fn start() -> Self {
        let socket = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let listener = Self {
            base: format!("http://{}", socket.local_addr().unwrap()),
            heard: Arc::default(),
            answers: Arc::default(),
        };
        let this = listener.clone();
        tokio::spawn(async move {
            while let Ok((stream, _)) = socket.accept().await {
                let this = this.clone();
                tokio::spawn(async move { this.serve(stream).await });
            }
        });
        listener
    }

    /// The next request is answered 200 with this XML.
    pub(crate) fn answer_xml(&self, body: &str) {
        let head =
            "HTTP/1.1 200 OK\r\ncontent-type: text/xml\r\nconnection: close\r\ncontent-length";
        let answer = format!("{head}: {}\r\n\r\n{body}", body.len());
        self.answers.lock().unwrap().push_back(answer);
    }

    pub(crate) fn heard(&self) -> Vec<Heard> {
        self.heard.lock().unwrap().clone()
    }

    /// Waits until `count` requests have been heard.
    pub(crate) async fn wait_for(&self, count: usize) -> Vec<Heard> {
        until(|| self.heard().len() >= count).await;
        self.heard()
    }

    async fn serve(&self, mut stream: tokio::net::TcpStream) {
        let mut bytes = Vec::new();
        let mut buffer = [0; 4096];
        let (head_end, length) = loop {
            let read = stream.read(&mut buffer).await.unwrap_or(0);
            if read == 0 {
                return;
            }
            bytes.extend_from_slice(&buffer[..read]);
            if let Some(end) = bytes.windows(4).position(|w| w == b"\r\n\r\n") {
                let head = String::from_utf8_lossy(&bytes[..end]).to_lowercase();
                let length = head
                    .lines()
                    .find_map(|line| line.strip_prefix("content-length:"))
                    .map_or(0, |length| length.trim().parse().unwrap());
                break (end, length);
            }
        };
        while bytes.len() < head_end + 4 + length {
            let read = stream.read(&mut buffer).await.unwrap_or(0);
            bytes.extend_from_slice(&buffer[..read]);
        }
        let head = String::from_utf8_lossy(&bytes[..head_end]).into_owned();
        let mut lines = head.lines();
        let mut first = lines.next().unwrap().split(' ');
        let mut heard = Heard {
            method: first.next().unwrap().parse().unwrap(),
            target: first.next().unwrap().to_owned(),
            headers: HeaderMap::new(),
            body: bytes[head_end + 4..].to_vec(),
        };
        for line in lines {
            let (name, value) = line.split_once(':').unwrap();
            heard.headers.append(
                name.parse::<HeaderName>().unwrap(),
                HeaderValue::from_str(value.trim()).unwrap(),
            );
        }
        self.heard.lock().unwrap().push(heard);
        let answer = self.answers.lock().unwrap().pop_front();
        let answer =
            answer.unwrap_or_else(|| "HTTP/1.1 204 No Content\r\nconnection: close\r\n\r\n".into());
        let _ = stream.write_all(answer.as_bytes()).await;
    }
}

/// Waits until something is so; gives up after 10 s.
pub(crate) async fn until(mut so: impl FnMut() -> bool) {
    use voice_core::clock::{Clock, SystemClock};

    let clock = SystemClock::default();
    for _ in 0..2000 {
        if so() {
            return;
        }
        clock.sleep(Duration::from_millis(5)).await;
    }
    panic!("it did not come about within 10 s");
}
