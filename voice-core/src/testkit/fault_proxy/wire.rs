//! A socket that is read by heads and bodies.

use std::io;

use bytes::{Bytes, BytesMut};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

use super::framing::Body;
use super::head::{Head, invalid};

/// Longest head that is read, in bytes.
const HEAD_BYTES: usize = 256 * 1024;

/// A socket, and what was read from it and not yet used.
#[derive(Debug)]
pub(super) struct Wire {
    stream: TcpStream,
    buffer: BytesMut,
}

impl Wire {
    pub(super) fn new(stream: TcpStream) -> Self {
        // Pieces are to arrive as they are written. A socket that refuses is only slower.
        let _ = stream.set_nodelay(true);
        Self {
            stream,
            buffer: BytesMut::new(),
        }
    }

    /// The next head; `None` when the peer closed before it began one.
    pub(super) async fn head(&mut self) -> io::Result<Option<Head>> {
        let mut seen = 0;
        loop {
            if let Some(head) = Head::take(&mut self.buffer, seen) {
                return Ok(Some(head));
            }
            // The end may lie across what was there and what comes.
            seen = self.buffer.len().saturating_sub(3);
            if self.buffer.len() > HEAD_BYTES {
                return Err(invalid("the head is too long"));
            }
            if self.fill().await? == 0 {
                return if self.buffer.is_empty() {
                    Ok(None)
                } else {
                    Err(io::ErrorKind::UnexpectedEof.into())
                };
            }
        }
    }

    /// The next bytes of a body; `None` once it is complete.
    pub(super) async fn piece(&mut self, body: &mut Body) -> io::Result<Option<Bytes>> {
        if body.is_done() {
            return Ok(None);
        }
        if self.buffer.is_empty() && self.fill().await? == 0 {
            return match body {
                Body::UntilClose => Ok(None),
                Body::Length(_) | Body::Chunked(_) => Err(io::ErrorKind::UnexpectedEof.into()),
            };
        }
        let taken = body.take(&self.buffer)?;
        Ok(Some(self.buffer.split_to(taken).freeze()))
    }

    /// Whether bytes lie here that nobody asked for yet.
    pub(super) fn is_empty(&self) -> bool {
        self.buffer.is_empty()
    }

    pub(super) async fn write(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.stream.write_all(bytes).await
    }

    /// Reads and forgets until the peer closes.
    pub(super) async fn hold(&mut self) {
        loop {
            self.buffer.clear();
            if !matches!(self.fill().await, Ok(1..)) {
                return;
            }
        }
    }

    /// Closes in order: everything written arrives.
    pub(super) async fn close(mut self) {
        // The peer may have closed already.
        let _ = self.stream.shutdown().await;
    }

    /// Passes bytes both ways between two sockets until both are closed.
    pub(super) async fn splice(&mut self, other: &mut Self) -> io::Result<()> {
        other.stream.write_all(&self.buffer.split()).await?;
        self.stream.write_all(&other.buffer.split()).await?;
        tokio::io::copy_bidirectional(&mut self.stream, &mut other.stream).await?;
        Ok(())
    }

    pub(super) fn into_stream(self) -> TcpStream {
        self.stream
    }

    async fn fill(&mut self) -> io::Result<usize> {
        self.buffer.reserve(16 * 1024);
        self.stream.read_buf(&mut self.buffer).await
    }
}
