//! One client connection: requests in, each with its fault, answers out.

use std::io;
use std::sync::Arc;
use std::time::Duration;

use http::StatusCode;
use tokio::net::TcpStream;

use super::Shared;
use super::fault::{Fault, Forwarded};
use super::head::Head;
use super::request::RequestInfo;
use super::wire::Wire;

/// How long a client has to read what was passed before a reset may throw it away.
const SETTLE: Duration = Duration::from_millis(10);

/// How a connection goes on after an exchange.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum After {
    KeepAlive,
    Close,
    Reset,
}

/// An answer of the upstream whose body was not read yet.
struct Answer {
    head: Head,
    upstream: Wire,
}

pub(super) struct Connection {
    client: Wire,
    number: u64,
    shared: Arc<Shared>,
}

/// Drops a connection with a TCP RST.
pub(super) fn reset(stream: TcpStream) {
    // A socket that refuses the option is closed in order, which no test that waits for a reset will miss.
    let _ = stream.set_zero_linger();
    drop(stream);
}

impl Connection {
    pub(super) fn new(stream: TcpStream, number: u64, shared: Arc<Shared>) -> Self {
        Self {
            client: Wire::new(stream),
            number,
            shared,
        }
    }

    /// Serves requests until the connection ends one way or the other.
    pub(super) async fn serve(mut self) {
        while let Ok(Some(head)) = self.client.head().await {
            let index = self.shared.log.requested(self.number, head.start_line());
            let request = RequestInfo::new(index, self.number, &head);
            let fault = self.shared.plans.choose(&request);
            self.shared.log.chosen(index, &fault);
            let exchange = Exchanging {
                client: &mut self.client,
                shared: &self.shared,
                index,
                head: &head,
                method: request.method(),
            };
            match exchange.run(&fault).await {
                Ok(After::KeepAlive) => {}
                Ok(After::Close) => return self.client.close().await,
                Ok(After::Reset) => return reset(self.client.into_stream()),
                Err(error) => {
                    let note = Some(error.to_string());
                    self.shared.log.note(index, |exchange| exchange.note = note);
                    return reset(self.client.into_stream());
                }
            }
        }
    }
}

/// One exchange under way.
struct Exchanging<'a> {
    client: &'a mut Wire,
    shared: &'a Shared,
    index: u64,
    head: &'a Head,
    method: &'a str,
}

impl Exchanging<'_> {
    async fn run(mut self, fault: &Fault) -> io::Result<After> {
        let most = match fault {
            Fault::RefuseConnection | Fault::ResetBeforeRequest => Some(0),
            Fault::ResetMidRequest(bytes) => Some(*bytes),
            Fault::AnswerEarly { status, body } => {
                self.pass_status(*status, body).await?;
                self.read_request(None).await?;
                return Ok(After::Close);
            }
            _ => None,
        };
        let request = self.read_request(most).await?;
        match fault {
            _ if most.is_some() => return Ok(After::Reset),
            Fault::StallBeforeForward => {
                self.client.hold().await;
                return Ok(After::Close);
            }
            Fault::Garbage(bytes) => {
                self.pass(bytes).await?;
                return Ok(After::Close);
            }
            Fault::StatusInstead {
                status,
                body,
                forwarded: Forwarded::No,
            } => return self.pass_status(*status, body).await,
            Fault::Delay(wait) => self.shared.clock.sleep(*wait).await,
            _ => {}
        }
        let answer = self.forward(&request).await?;
        match fault {
            Fault::None | Fault::Delay(_) => self.stream(answer).await,
            Fault::CloseIdle => {
                self.stream(answer).await?;
                Ok(After::Close)
            }
            _ => self.spoil(fault, answer).await,
        }
    }

    /// Reads the request, or as much of it as `most` says, as it is to be passed on.
    async fn read_request(&mut self, most: Option<usize>) -> io::Result<Vec<u8>> {
        let mut body = self.head.request_body()?;
        let mut request = self.head.without_expect();
        let mut read = self.head.len();
        self.note_request(read, most);
        let wants_body = !body.is_done() && most.is_none_or(|most| read < most);
        if wants_body && self.head.expects_continue() && self.client.is_empty() {
            self.client.write(b"HTTP/1.1 100 Continue\r\n\r\n").await?;
        }
        while most.is_none_or(|most| read < most) {
            let Some(piece) = self.client.piece(&mut body).await? else {
                break;
            };
            read += piece.len();
            request.extend_from_slice(&piece);
            self.note_request(read, most);
        }
        Ok(request)
    }

    fn note_request(&self, read: usize, most: Option<usize>) {
        let read = most.map_or(read, |most| read.min(most.max(self.head.len())));
        self.shared
            .log
            .note(self.index, |exchange| exchange.request_bytes = read as u64);
    }

    /// Sends the request on and waits for the head of the final answer.
    async fn forward(&mut self, request: &[u8]) -> io::Result<Answer> {
        let stream = TcpStream::connect(self.shared.upstream).await?;
        let mut upstream = Wire::new(stream);
        upstream.write(request).await?;
        self.shared.log.forwarded(self.index);
        loop {
            let Some(head) = upstream.head().await? else {
                return Err(io::ErrorKind::UnexpectedEof.into());
            };
            let status = head.status()?;
            // Interim answers are not passed on; a switch of protocols is final.
            if status >= 200 || status == 101 {
                self.shared.log.note(self.index, |exchange| {
                    exchange.answer_status = Some(status);
                });
                return Ok(Answer { head, upstream });
            }
        }
    }

    /// Passes an answer as it comes.
    async fn stream(&mut self, mut answer: Answer) -> io::Result<After> {
        self.pass(answer.head.bytes()).await?;
        if answer.head.status()? == 101 {
            self.client.splice(&mut answer.upstream).await?;
            return Ok(After::Close);
        }
        let mut body = answer.head.answer_body(self.method)?;
        while let Some(piece) = answer.upstream.piece(&mut body).await? {
            self.pass(&piece).await?;
        }
        Ok(self.after(&answer.head, body.is_done()))
    }

    /// Reads the whole answer and passes what the fault leaves of it.
    async fn spoil(&mut self, fault: &Fault, answer: Answer) -> io::Result<After> {
        let Answer { head, mut upstream } = answer;
        let mut body = head.answer_body(self.method)?;
        let mut bytes = head.bytes().to_vec();
        while let Some(piece) = upstream.piece(&mut body).await? {
            bytes.extend_from_slice(&piece);
        }
        drop(upstream);
        if let Fault::Reframed(frame) = fault {
            let content = bytes.get(head.len()..).unwrap_or_default();
            self.pass(&frame.apply(&head, content)).await?;
            return Ok(if frame.closes() {
                After::Close
            } else {
                self.after(&head, body.is_done())
            });
        }
        let first = |most: usize| bytes.get(..most).unwrap_or(&bytes);
        let clock = &self.shared.clock;
        match fault {
            Fault::DelayAnswer(wait) => {
                clock.sleep(*wait).await;
                self.pass(&bytes).await?;
            }
            Fault::Truncate(most) => {
                self.pass(first(*most)).await?;
                return Ok(After::Close);
            }
            Fault::ResetMidAnswer(most) => {
                self.pass(first(*most)).await?;
                clock.sleep(SETTLE).await;
                return Ok(After::Reset);
            }
            Fault::Stall => {
                self.client.hold().await;
                return Ok(After::Close);
            }
            Fault::Drip { chunk, every } => {
                for (index, piece) in bytes.chunks((*chunk).max(1)).enumerate() {
                    if index > 0 && !every.is_zero() {
                        clock.sleep(*every).await;
                    }
                    self.pass(piece).await?;
                }
            }
            Fault::GarbageAfterForward(garbage) => {
                self.pass(garbage).await?;
                return Ok(After::Close);
            }
            Fault::StatusInstead { status, body, .. } => {
                return self.pass_status(*status, body).await;
            }
            // `ResetAfterRequest`; the others were dealt with before the answer was read.
            _ => return Ok(After::Reset),
        }
        Ok(self.after(&head, body.is_done()))
    }

    /// Passes an answer of the proxy's own.
    async fn pass_status(&mut self, status: u16, body: &str) -> io::Result<After> {
        let reason = StatusCode::from_u16(status)
            .ok()
            .and_then(|status| status.canonical_reason())
            .unwrap_or("Unknown");
        let is_json = body.trim_start().starts_with(['{', '[']);
        let kind = if is_json {
            "application/json"
        } else {
            "text/plain"
        };
        let mut answer = format!("HTTP/1.1 {status} {reason}\r\n");
        if !matches!(status, 100..200 | 204 | 304) {
            answer.push_str(&format!(
                "content-type: {kind}\r\ncontent-length: {}\r\n",
                body.len()
            ));
        }
        answer.push_str("\r\n");
        if self.method != "HEAD" && !matches!(status, 100..200 | 204 | 304) {
            answer.push_str(body);
        }
        self.pass(answer.as_bytes()).await?;
        Ok(if self.head.closes() {
            After::Close
        } else {
            After::KeepAlive
        })
    }

    /// Writes to the client. Noted first, so that a client which has read it finds it in the log.
    async fn pass(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.shared.log.note(self.index, |exchange| {
            exchange.answer_bytes += bytes.len() as u64;
        });
        self.client.write(bytes).await
    }

    /// Whether the connection can serve another request. A body without a length ends with its connection.
    fn after(&self, answer: &Head, has_end: bool) -> After {
        if has_end && !self.head.closes() && !answer.closes() {
            After::KeepAlive
        } else {
            After::Close
        }
    }
}
