//! Several processes that take calls side by side: what a worker does, and how its parent starts, reaches and kills it.

use std::io;
use std::net::SocketAddr;
use std::process::Stdio;
use std::sync::Arc;
use std::time::Duration;

use openai_calls::testkit::SignedWebhook;
use serde_json::Value;
use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader};
use tokio::net::{TcpListener, TcpStream};
use tokio::process::{Child, ChildStdin, Command};
use voice_core::clock::{SystemClock, timeout};
use voice_core::intake::{Intake, WhenOver};
use voice_core::webhook::WebhookRequest;

use crate::{Failure, Incoming, serve};

/// What stands before the address in the line by which a worker says that it is ready.
const READY: &str = "webhooks are taken at ";
/// How long a worker may take to say so.
const START: Duration = Duration::from_secs(20);
/// How long whoever delivers a webhook waits for the answer.
const PATIENCE: Duration = Duration::from_secs(15);

/// The life of a worker: it says where it listens, takes webhooks until its parent closes its standard input, lets its
/// calls come to their end, and says what it counted.
///
/// Work that is not finished is asked for again with a 503, so that another process gets it when this one dies.
///
/// # Errors
/// When it cannot listen.
#[allow(clippy::print_stdout, reason = "the line is for the parent")]
pub async fn take_webhooks(intake: Intake, patience: Duration) -> Result<(), Failure> {
    let listener = TcpListener::bind(("127.0.0.1", 0)).await?;
    println!("{READY}{}", listener.local_addr()?);
    let taking = Arc::new(intake.clone());
    let server = tokio::spawn(serve(listener, move |request: Incoming| {
        let intake = Arc::clone(&taking);
        async move {
            let url = format!("http://127.0.0.1{}", request.target);
            let webhook =
                WebhookRequest::new(&request.method, &url, &request.headers, &request.body);
            let outcome = intake.handle(&webhook).await;
            let (status, body) = (outcome.status_asking_again(), outcome.body());
            (status, "application/json", body.to_string())
        }
    }));
    // The parent writes nothing: this ends with it, however it does.
    let _ = tokio::io::stdin().read(&mut [0]).await;
    intake.drain(patience, WhenOver::HangUp).await;
    server.abort();
    Ok(())
}

/// A worker, as its parent has it. Killed when dropped.
#[derive(Debug)]
pub struct Worker {
    child: Child,
    /// Held open for as long as the worker is to work.
    lifeline: Option<ChildStdin>,
    address: SocketAddr,
}

impl Worker {
    /// Starts one, and waits until it takes webhooks.
    ///
    /// # Errors
    /// When it does not start, or ends before it is ready.
    pub async fn start(mut command: Command) -> Result<Self, Failure> {
        let mut child = command
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .kill_on_drop(true)
            .spawn()?;
        let lifeline = child.stdin.take();
        let output = child.stdout.take().ok_or("a worker without output")?;
        let mut lines = BufReader::new(output).lines();
        let ready = async {
            while let Some(line) = lines.next_line().await? {
                if let Some((_, address)) = line.split_once(READY) {
                    return Ok::<SocketAddr, Failure>(address.trim().parse()?);
                }
            }
            Err("a worker ended before it was ready".into())
        };
        let address = timeout(&SystemClock::default(), START, ready).await??;
        // Whatever else it says is read, so that it never waits for a reader.
        tokio::spawn(async move { while let Ok(Some(_)) = lines.next_line().await {} });
        Ok(Self {
            child,
            lifeline,
            address,
        })
    }

    /// Where it takes webhooks.
    #[must_use]
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Its process id; `None` once it has ended.
    #[must_use]
    pub fn id(&self) -> Option<u32> {
        self.child.id()
    }

    /// Kills it without a word (SIGKILL).
    ///
    /// # Errors
    /// The system's.
    pub async fn kill(mut self) -> io::Result<()> {
        self.child.kill().await
    }

    /// Lets its calls end, and waits for it; gives whether it ended well.
    ///
    /// # Errors
    /// The system's.
    pub async fn finish(mut self) -> io::Result<bool> {
        drop(self.lifeline.take());
        Ok(self.child.wait().await?.success())
    }
}

/// Posts a webhook to a worker, and gives the status and the JSON body of the answer.
///
/// # Errors
/// What broke; also when nothing came within 15 s.
pub async fn post(to: SocketAddr, webhook: &SignedWebhook) -> io::Result<(u16, Value)> {
    let late = |_| io::Error::from(io::ErrorKind::TimedOut);
    timeout(&SystemClock::default(), PATIENCE, exchange(to, webhook))
        .await
        .map_err(late)?
}

async fn exchange(to: SocketAddr, webhook: &SignedWebhook) -> io::Result<(u16, Value)> {
    let mut bytes = format!("POST / HTTP/1.1\r\nhost: {to}\r\n").into_bytes();
    for (name, value) in &webhook.headers {
        bytes.extend_from_slice(name.as_str().as_bytes());
        bytes.extend_from_slice(b": ");
        bytes.extend_from_slice(value.as_bytes());
        bytes.extend_from_slice(b"\r\n");
    }
    let length = webhook.body.len();
    bytes.extend_from_slice(format!("content-length: {length}\r\n\r\n").as_bytes());
    bytes.extend_from_slice(&webhook.body);
    let mut stream = TcpStream::connect(to).await?;
    stream.write_all(&bytes).await?;
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await?;
    let broken = || io::Error::from(io::ErrorKind::UnexpectedEof);
    let (head, body) = answer.split_once("\r\n\r\n").ok_or_else(broken)?;
    let status = head.split(' ').nth(1).and_then(|word| word.parse().ok());
    let body = serde_json::from_str(body).map_err(|_| broken())?;
    Ok((status.ok_or_else(broken)?, body))
}
