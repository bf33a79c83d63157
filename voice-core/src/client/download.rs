//! An answer's body as a bounded stream.

use std::fmt;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::{Duration, Instant};

use bytes::{Bytes, BytesMut};
use futures_core::Stream;
use http::{HeaderMap, HeaderValue, header};

use super::exchange::{Content, Intake};
use super::response::Meta;
use super::{RequestBuilder, Response, Shared, attempt};
use crate::clock::Sleep;
use crate::error::{Delivery, Error, ErrorKind};
use crate::transport::{Body, TransportError};

/// 1 GiB.
const STREAM_CAP: u64 = 1 << 30;

impl RequestBuilder<'_> {
    /// Sends it and hands the answer's body over as a stream, once the head has come and says that it is a success.
    ///
    /// Up to there it is a request like any other: signed, limited, retried, judged. An error answer is read as always.
    /// A success is taken by its status; the dialect does not see its body. `Accept` is `*/*` unless another is given.
    ///
    /// Redirects (301, 302, 303, 307, 308) of a GET are followed, at most 5, also where the operation expects one: with
    /// credentials within the origin of the base URL, and elsewhere with `Accept` and `User-Agent` alone. They lead to
    /// `https` only, or, from a provider that is itself a simulator on this machine, to `http` on it.
    ///
    /// # Errors
    /// Whatever went wrong. A redirect that leads nowhere a download can come from is [`ErrorKind::Protocol`]. A refusal by
    /// the storage behind a redirect says so in its [`hint`](Error::hint), and is [`ErrorKind::Other`] where the status
    /// would otherwise accuse this client's key.
    pub async fn send_stream(mut self) -> Result<Response<Download>, Error> {
        self.check(HeaderValue::from_static("*/*"))?;
        let client = self.client;
        let operation = self.operation.name();
        let (meta, content) = attempt::run(self, Intake::Stream).await?;
        let idle = client.request.attempt_timeout;
        let shared = Arc::clone(&client.shared);
        let idle = idle.unwrap_or(shared.options.attempt_timeout);
        let download = Download::new(shared, operation, idle, &meta, content);
        Ok(Response::new(download, meta))
    }
}

/// The body of a successful answer, still to be read: a stream of chunks.
///
/// It is bounded in size and in silence. A body that breaks off, or ends before its announced length, ends in an error
/// and never as if it were whole. After an error it gives nothing more. Dropping it closes the connection.
///
/// The client's deadline has ended with the answer's head: a long recording may take its time, as long as it moves.
///
/// ```
/// # use std::sync::Arc;
/// # use voice_core::client::{Answer, Client, ClientOptions, Dialect, Operation, Outgoing, Refusal};
/// # use voice_core::error::Error;
/// # use voice_core::transport::BaseUrl;
/// static RECORDING: Operation = Operation::get("calls.recording", "/v1/calls/{id}/recording");
///
/// async fn size(client: &Client, id: &str) -> Result<u64, Error> {
///     let mut recording = client.request(&RECORDING).path("id", id).send_stream().await?;
///     let mut size = 0;
///     while let Some(chunk) = recording.chunk().await? {
///         size += chunk.len() as u64;
///     }
///     Ok(size)
/// }
/// ```
pub struct Download {
    body: Body,
    content_type: Option<String>,
    content_length: Option<u64>,
    received: u64,
    cap: Option<u64>,
    /// What holds when no cap was set.
    default_cap: u64,
    idle: Duration,
    alarm: Option<Sleep>,
    ended: Ended,
    origin: Box<Origin>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Ended {
    No,
    Yes,
}

/// What an error must be able to say.
struct Origin {
    shared: Arc<Shared>,
    operation: &'static str,
    meta: Meta,
    opened: Instant,
}

impl Download {
    fn new(
        shared: Arc<Shared>,
        operation: &'static str,
        idle: Duration,
        meta: &Meta,
        content: Content,
    ) -> Self {
        Self {
            body: content.into_body(),
            content_type: text(&meta.headers, &header::CONTENT_TYPE).map(str::to_owned),
            content_length: length(&meta.headers),
            received: 0,
            cap: None,
            default_cap: STREAM_CAP,
            idle,
            alarm: None,
            ended: Ended::No,
            origin: Box::new(Origin {
                opened: shared.options.clock.now(),
                shared,
                operation,
                meta: Meta {
                    // They may hold cookies, and no error quotes them.
                    headers: HeaderMap::new(),
                    ..meta.clone()
                },
            }),
        }
    }

    /// The largest body that is accepted, in bytes after decompression. Without it 1 GiB for a stream, and the client's
    /// [`body_cap`](super::ClientOptions::body_cap) for [`bytes`](Self::bytes).
    #[must_use]
    pub fn with_cap(mut self, bytes: u64) -> Self {
        self.cap = Some(bytes);
        self
    }

    /// The longest wait for the next chunk, while somebody waits for it; the client's attempt timeout.
    #[must_use]
    pub fn with_idle_timeout(mut self, limit: Duration) -> Self {
        self.idle = limit;
        self
    }

    /// The media type as the server wrote it.
    #[must_use]
    pub fn content_type(&self) -> Option<&str> {
        self.content_type.as_deref()
    }

    /// How many bytes the server announced; `None` when it did not, or compresses them.
    #[must_use]
    pub fn content_length(&self) -> Option<u64> {
        self.content_length
    }

    /// How many bytes have come so far.
    #[must_use]
    pub fn received(&self) -> u64 {
        self.received
    }

    /// The next piece; `None` at the end of the whole body. Nothing is lost when the future is dropped.
    ///
    /// # Errors
    /// [`ErrorKind::Timeout`] when nothing came for as long as the idle timeout, [`ErrorKind::Connection`] when the body
    /// broke off, [`ErrorKind::BodyTooLarge`] when it passes the cap; each with provider, operation, status, request id.
    pub async fn chunk(&mut self) -> Result<Option<Bytes>, Error> {
        std::future::poll_fn(|cx| Pin::new(&mut *self).poll_next(cx))
            .await
            .transpose()
    }

    /// All of what is left, in memory.
    ///
    /// # Errors
    /// As for [`chunk`](Self::chunk).
    pub async fn bytes(mut self) -> Result<Bytes, Error> {
        self.default_cap = self.origin.shared.options.body_cap as u64;
        let Some(first) = self.chunk().await? else {
            return Ok(Bytes::new());
        };
        let Some(second) = self.chunk().await? else {
            return Ok(first);
        };
        let mut all = BytesMut::from(first);
        all.extend_from_slice(&second);
        while let Some(chunk) = self.chunk().await? {
            all.extend_from_slice(&chunk);
        }
        Ok(all.freeze())
    }

    fn cap(&self) -> u64 {
        self.cap.unwrap_or(self.default_cap)
    }

    /// What is wrong with a body of this length, if anything.
    fn too_large(&self, length: u64) -> Option<TransportError> {
        let cap = self.cap();
        (length > cap).then(|| {
            let message = format!("the download is larger than the cap of {cap} bytes");
            TransportError::new(ErrorKind::BodyTooLarge, Delivery::Answered, message)
        })
    }

    /// What is wrong with a body that ends here, if anything.
    fn too_short(&self) -> Option<TransportError> {
        let expected = self.content_length.filter(|n| self.received < *n)?;
        let message = format!(
            "the download ended after {} of {expected} bytes",
            self.received
        );
        Some(TransportError::new(
            ErrorKind::Connection,
            Delivery::Unknown,
            message,
        ))
    }

    fn poll_body(&mut self, cx: &mut Context<'_>) -> Poll<Option<Result<Bytes, TransportError>>> {
        if let Some(error) = self.content_length.and_then(|n| self.too_large(n)) {
            return Poll::Ready(Some(Err(error)));
        }
        match Pin::new(&mut self.body).poll_next(cx) {
            Poll::Ready(Some(Ok(chunk))) if chunk.is_empty() => cx.waker().wake_by_ref(),
            Poll::Ready(Some(Ok(chunk))) => {
                self.alarm = None;
                self.received = self.received.saturating_add(chunk.len() as u64);
                return Poll::Ready(Some(match self.too_large(self.received) {
                    Some(error) => Err(error),
                    None => Ok(chunk),
                }));
            }
            Poll::Ready(Some(Err(error))) => return Poll::Ready(Some(Err(error))),
            Poll::Ready(None) => return Poll::Ready(self.too_short().map(Err)),
            Poll::Pending => {}
        }
        let (clock, idle) = (&self.origin.shared.options.clock, self.idle);
        let alarm = self.alarm.get_or_insert_with(|| clock.sleep(idle));
        alarm.as_mut().poll(cx).map(|()| {
            let message = format!("nothing more of the download came within {idle:?}");
            let error = TransportError::new(ErrorKind::Timeout, Delivery::Unknown, message);
            Some(Err(error))
        })
    }
}

impl Stream for Download {
    type Item = Result<Bytes, Error>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        if self.ended == Ended::Yes {
            return Poll::Ready(None);
        }
        let step = self.poll_body(cx);
        if let Poll::Ready(None | Some(Err(_))) = &step {
            self.ended = Ended::Yes;
            self.alarm = None;
            self.body = Body::from_bytes(Bytes::new());
        }
        step.map_err(|error| self.origin.error(error))
    }
}

impl Origin {
    fn error(&self, error: TransportError) -> Error {
        let redactor = &self.shared.redactor;
        let options = &self.shared.options;
        let took = options.clock.now().saturating_duration_since(self.opened);
        let hint = error.hint();
        let (kind, delivery) = (error.kind(), error.delivery());
        let (message, source) = error.into_parts();
        let mut error = Error::new(kind, redactor.apply(&message))
            .with_operation(self.shared.dialect.provider(), self.operation)
            .with_delivery(delivery)
            .with_status(self.meta.status)
            .with_rate_limits(self.meta.rate_limits.clone())
            .with_attempts(self.meta.attempts, self.meta.elapsed.saturating_add(took));
        if let Some(id) = &self.meta.request_id {
            error = error.with_request_id(redactor.apply(id));
        }
        if let Some(hint) = hint {
            error = error.with_hint(hint);
        }
        match source {
            Some(source) => error.with_source(source),
            None => error,
        }
    }
}

impl Response<Download> {
    /// The whole body, with the metadata; see [`Download::bytes`].
    ///
    /// # Errors
    /// As for [`Download::chunk`].
    pub async fn bytes(self) -> Result<Response<Bytes>, Error> {
        let (download, meta) = self.into_parts();
        Ok(Response::from_parts(download.bytes().await?, meta))
    }
}

impl fmt::Debug for Download {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Download")
            .field("content_type", &self.content_type)
            .field("content_length", &self.content_length)
            .field("received", &self.received)
            .finish_non_exhaustive()
    }
}

fn text<'h>(headers: &'h HeaderMap, name: &header::HeaderName) -> Option<&'h str> {
    headers.get(name)?.to_str().ok()
}

/// The length of what is read; of a body that is still encoded, or was, the header says another.
fn length(headers: &HeaderMap) -> Option<u64> {
    if headers.contains_key(header::CONTENT_ENCODING) {
        return None;
    }
    text(headers, &header::CONTENT_LENGTH)?.trim().parse().ok()
}
