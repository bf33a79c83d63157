//! An answer's body, read once, with a cap.

use std::fmt;
use std::pin::Pin;
use std::task::{Context, Poll};

use bytes::{Bytes, BytesMut};
use futures_core::Stream;

use super::TransportError;
use crate::error::{Delivery, ErrorKind};

type Chunks = Pin<Box<dyn Stream<Item = Result<Bytes, TransportError>> + Send>>;

/// The body of an answer: a stream of chunks, already decompressed.
pub struct Body(Inner);

enum Inner {
    Whole(Option<Bytes>),
    Chunks(Chunks),
}

impl Body {
    /// A body that is there in full.
    pub fn from_bytes(bytes: impl Into<Bytes>) -> Self {
        Self(Inner::Whole(Some(bytes.into())))
    }

    /// A body that arrives in pieces.
    pub fn from_stream(
        stream: impl Stream<Item = Result<Bytes, TransportError>> + Send + 'static,
    ) -> Self {
        Self(Inner::Chunks(Box::pin(stream)))
    }

    /// Reads it all, up to `cap` bytes.
    ///
    /// # Errors
    /// [`ErrorKind::BodyTooLarge`] as soon as the cap is passed (the rest is not read), or what broke the stream.
    pub async fn collect(mut self, cap: usize) -> Result<Bytes, TransportError> {
        let mut first = Bytes::new();
        let mut rest = BytesMut::new();
        while let Some(chunk) = std::future::poll_fn(|cx| Pin::new(&mut self).poll_next(cx)).await {
            let chunk = chunk?;
            let size = first.len() + rest.len() + chunk.len();
            if size > cap {
                return Err(TransportError::new(
                    ErrorKind::BodyTooLarge,
                    Delivery::Answered,
                    format!("the answer is larger than the cap of {cap} bytes"),
                ));
            }
            // Nearly every answer is one chunk: it is passed on without a copy.
            if first.is_empty() && rest.is_empty() {
                first = chunk;
            } else {
                if rest.is_empty() {
                    rest.extend_from_slice(&first);
                    first = Bytes::new();
                }
                rest.extend_from_slice(&chunk);
            }
        }
        Ok(if rest.is_empty() {
            first
        } else {
            rest.freeze()
        })
    }
}

impl Stream for Body {
    type Item = Result<Bytes, TransportError>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        match &mut self.0 {
            Inner::Whole(bytes) => Poll::Ready(bytes.take().filter(|b| !b.is_empty()).map(Ok)),
            Inner::Chunks(chunks) => chunks.as_mut().poll_next(cx),
        }
    }
}

impl fmt::Debug for Body {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            Inner::Whole(bytes) => {
                write!(f, "Body({} bytes)", bytes.as_ref().map_or(0, Bytes::len))
            }
            Inner::Chunks(_) => f.write_str("Body(stream)"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use futures_util::stream;

    fn pieces(sizes: &[usize]) -> Body {
        let chunks: Vec<_> = sizes
            .iter()
            .map(|n| Ok(Bytes::from(vec![b'x'; *n])))
            .collect();
        Body::from_stream(stream::iter(chunks))
    }

    #[tokio::test]
    async fn pieces_are_joined_in_order() {
        let chunks = ["one ", "", "two ", "three"].map(|s| Ok(Bytes::from(s)));
        let body = Body::from_stream(stream::iter(chunks));
        assert_eq!(body.collect(100).await.unwrap(), "one two three");
        assert_eq!(Body::from_bytes("x").collect(1).await.unwrap(), "x");
        assert_eq!(Body::from_bytes("").collect(0).await.unwrap(), "");
    }

    #[tokio::test]
    async fn the_cap_is_exact() {
        assert_eq!(pieces(&[3, 4, 3]).collect(10).await.unwrap().len(), 10);
        let error = pieces(&[3, 4, 4]).collect(10).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::BodyTooLarge);
    }

    #[tokio::test]
    async fn an_endless_body_is_given_up_at_the_cap() {
        let endless = stream::repeat_with(|| Ok(Bytes::from_static(&[b'x'; 1024])));
        let error = Body::from_stream(endless)
            .collect(1 << 20)
            .await
            .unwrap_err();
        assert_eq!(error.kind(), ErrorKind::BodyTooLarge);
    }
}
