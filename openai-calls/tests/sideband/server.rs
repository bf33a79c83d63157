//! A server of one call, played by hand.

use std::net::Ipv4Addr;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use async_trait::async_trait;
use futures_util::{SinkExt, StreamExt};
use openai_calls::events::CallId;
use openai_calls::sideband::{
    AnswerFunctions, FunctionAnswer, FunctionRequest, Reconnect, Sideband, SidebandEnd,
    SidebandEvent, SidebandOptions,
};
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Semaphore;
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::handshake::server::{ErrorResponse, Request, Response};
use tokio_tungstenite::tungstenite::protocol::CloseFrame;
use voice_core::clock::{SystemClock, timeout};
use voice_core::error::Error;
use voice_core::transport::BaseUrl;

pub(crate) const KEY: &str = "sk-planted-key";

pub(crate) fn call() -> CallId {
    CallId::new("rtc_planted").unwrap()
}

pub(crate) fn ms(ms: u64) -> Duration {
    Duration::from_millis(ms)
}

/// Fails if it takes more than 20 s.
pub(crate) async fn within<F: Future>(future: F) -> F::Output {
    let clock = SystemClock::default();
    timeout(&clock, Duration::from_secs(20), Box::pin(future))
        .await
        .expect("it takes too long")
}

/// A listener that takes one connection after another.
pub(crate) struct Server(TcpListener);

impl Server {
    pub(crate) async fn start() -> Self {
        Self(TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap())
    }

    pub(crate) fn base(&self) -> String {
        format!("http://{}/v1", self.0.local_addr().unwrap())
    }

    /// Options that lead here, quick to reconnect.
    pub(crate) fn options(&self) -> SidebandOptions {
        let base = self.base();
        SidebandOptions::new(KEY)
            .unwrap()
            .base_url(BaseUrl::parse(&base).unwrap())
            .reconnect(Reconnect::default().first_wait(ms(5)).longest_wait(ms(20)))
    }

    /// A sideband, and the server's end of it.
    pub(crate) async fn attached(&self, options: SidebandOptions) -> (Sideband, Peer) {
        let call = call();
        let (sideband, peer) = tokio::join!(Sideband::connect(&call, options), self.accept());
        (sideband.unwrap(), peer)
    }

    /// Takes the next connection, if it asks for the right thing.
    pub(crate) async fn accept(&self) -> Peer {
        let (tcp, _) = within(self.0.accept()).await.unwrap();
        #[allow(clippy::result_large_err, reason = "the library's own type")]
        let check = |request: &Request, response: Response| -> Result<Response, ErrorResponse> {
            assert_eq!(request.uri(), "/v1/realtime?call_id=rtc_planted");
            assert_eq!(request.headers()["authorization"], format!("Bearer {KEY}"));
            Ok(response)
        };
        Peer(
            within(tokio_tungstenite::accept_hdr_async(tcp, check))
                .await
                .unwrap(),
        )
    }

    /// Refuses the next connection, quoting all that was asked.
    pub(crate) async fn refuse(&self, status: u16) {
        let (mut tcp, _) = within(self.0.accept()).await.unwrap();
        let mut head = vec![0; 4096];
        let length = tcp.read(&mut head).await.unwrap();
        let line = format!("HTTP/1.1 {status} no\r\ncontent-length: {length}\r\n\r\n");
        let mut answer = line.into_bytes();
        answer.extend_from_slice(&head[..length]);
        tcp.write_all(&answer).await.unwrap();
    }
}

/// The server's end of a connection.
pub(crate) struct Peer(pub(crate) WebSocketStream<TcpStream>);

impl Peer {
    pub(crate) async fn say(&mut self, event: Value) {
        self.0.send(Message::text(event.to_string())).await.unwrap();
    }

    /// The next event, with its id taken out.
    pub(crate) async fn hear(&mut self) -> Value {
        self.hear_with_id().await.1
    }

    pub(crate) async fn hear_with_id(&mut self) -> (String, Value) {
        within(async {
            loop {
                let message = self.0.next().await.expect("a message").unwrap();
                if let Message::Text(text) = message {
                    let mut event: Value = serde_json::from_str(&text).unwrap();
                    let id = event.as_object_mut().unwrap().remove("event_id").unwrap();
                    return (id.as_str().unwrap().to_owned(), event);
                }
            }
        })
        .await
    }

    /// Fails if an event comes within 100 ms.
    pub(crate) async fn hear_nothing(&mut self) {
        let clock = SystemClock::default();
        let heard = timeout(&clock, ms(100), async {
            loop {
                match self.0.next().await {
                    Some(Ok(Message::Ping(_))) => {}
                    other => return other,
                }
            }
        });
        assert!(heard.await.is_err());
    }

    pub(crate) async fn close(mut self, code: u16, reason: &str) {
        let frame = CloseFrame {
            code: code.into(),
            reason: reason.into(),
        };
        self.0.close(Some(frame)).await.unwrap();
        while let Some(Ok(_)) = within(self.0.next()).await {}
    }

    /// What the client closed with.
    pub(crate) async fn closed_with(mut self) -> Option<u16> {
        let mut code = None;
        // Read on after it, so that it is answered.
        while let Some(Ok(message)) = within(self.0.next()).await {
            if let Message::Close(Some(frame)) = message {
                code = Some(frame.code.into());
            }
        }
        code
    }
}

/// All events until the end, which must come.
pub(crate) async fn all(
    sideband: &mut Sideband,
) -> (Vec<Result<SidebandEvent, Error>>, Arc<SidebandEnd>) {
    let mut events = Vec::new();
    while let Some(event) = within(sideband.next_event()).await {
        if let Ok(SidebandEvent::Closed(end)) = event {
            assert!(sideband.next_event().await.is_none());
            return (events, end);
        }
        events.push(event);
    }
    panic!("no end was told")
}

/// Waits for an event of the server's of this type, and drops those before it.
pub(crate) async fn until(sideband: &mut Sideband, kind: &str) {
    loop {
        let event = within(sideband.next_event())
            .await
            .expect("no end")
            .unwrap();
        if let SidebandEvent::Server(event) = event
            && event.kind() == kind
        {
            return;
        }
    }
}

pub(crate) fn created(response: &str) -> Value {
    json!({"type": "response.created", "response": {"id": response}})
}

pub(crate) fn arguments(response: &str, call: &str, name: &str) -> Value {
    json!({"type": "response.function_call_arguments.done", "response_id": response, "call_id": call, "name": name,
           "arguments": "{\"q\":\"planted\"}"})
}

pub(crate) fn function_call(call: &str, name: &str) -> Value {
    json!({"type": "function_call", "status": "completed", "call_id": call, "name": name, "arguments": "{\"q\":1}"})
}

pub(crate) fn done(response: &str, output: &Value) -> Value {
    json!({"type": "response.done", "response": {"id": response, "status": "completed", "output": output}})
}

pub(crate) fn output(call: &str, output: &str) -> Value {
    json!({"type": "conversation.item.create", "item": {"type": "function_call_output", "call_id": call, "output": output}})
}

pub(crate) fn go_on() -> Value {
    json!({"type": "response.create"})
}

/// Functions by name: `now` answers at once, `wait` says to wait, `panic` panics, `later` waits for a permit.
#[derive(Debug)]
pub(crate) struct Functions {
    pub(crate) runs: AtomicUsize,
    pub(crate) permits: Semaphore,
}

impl Functions {
    pub(crate) fn new() -> Arc<Self> {
        Arc::new(Self {
            runs: AtomicUsize::new(0),
            permits: Semaphore::new(0),
        })
    }

    pub(crate) fn runs(&self) -> usize {
        self.runs.load(Ordering::SeqCst)
    }
}

#[async_trait]
impl AnswerFunctions for Functions {
    async fn answer(&self, call: FunctionRequest) -> FunctionAnswer {
        self.runs.fetch_add(1, Ordering::SeqCst);
        match call.name.as_str() {
            "now" => FunctionAnswer::new("now"),
            "wait" => FunctionAnswer::new("wait").and_wait(),
            "panic" => panic!("planted"),
            "large" => FunctionAnswer::new("x".repeat(5000)),
            "later" => {
                self.permits.acquire().await.unwrap().forget();
                FunctionAnswer::new("later")
            }
            other => FunctionAnswer::new(format!("{other}?")),
        }
    }
}
