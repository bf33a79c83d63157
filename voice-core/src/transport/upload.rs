//! A request's body on its way out: in pieces, with word of how far it came.

use std::fmt;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use bytes::Bytes;
use http_body::{Frame, SizeHint};

use super::{Progress, Withdrawn};

/// The most bytes handed to the HTTP client at once.
const FRAME_BYTES: usize = 64 << 10;

/// How far the body of one attempt came.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct UploadProgress {
    /// Bytes taken for sending so far. What was taken may still lie in a buffer of this machine.
    pub sent: u64,
    /// Bytes of the whole body.
    pub total: u64,
    /// The attempt, from 1. Each begins again with 0 bytes.
    pub attempt: u32,
}

/// Hears of [`UploadProgress`].
pub(crate) type Listener = Arc<dyn Fn(UploadProgress) + Send + Sync>;

/// A note that travels in a request's extensions, next to [`Progress`], when somebody wants to hear how an upload goes.
///
/// A transport that can tell calls [`report`](Self::report) with 0 before the first byte and then after each piece it has
/// handed on. One that does not look for it sends the body all the same, and nobody hears of it.
#[derive(Clone)]
pub struct UploadWatch {
    listener: Listener,
    attempt: u32,
}

impl UploadWatch {
    pub(crate) fn new(listener: Listener, attempt: u32) -> Self {
        Self { listener, attempt }
    }

    /// `sent` of `total` bytes were taken for sending.
    pub fn report(&self, sent: u64, total: u64) {
        (self.listener)(UploadProgress {
            sent,
            total,
            attempt: self.attempt,
        });
    }
}

impl fmt::Debug for UploadWatch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "UploadWatch(attempt {})", self.attempt)
    }
}

/// A request body that notes when the HTTP client first reads it. Over HTTP/1 that is after a connection stands and the
/// head lies in the write buffer, and before a byte of it is flushed (hyper's dispatcher fills the buffer up to some
/// 400 KiB first); a body that fails then takes the head with it. HTTP/2 sends the head first, so it is not tracked there.
#[derive(Debug)]
pub(super) struct Watched {
    rest: Bytes,
    total: u64,
    progress: Progress,
    watch: Option<UploadWatch>,
}

impl Watched {
    pub(super) fn new(bytes: Bytes, progress: Progress, watch: Option<UploadWatch>) -> Self {
        Self {
            total: bytes.len() as u64,
            rest: bytes,
            progress,
            watch,
        }
    }

    fn report(&self) {
        if let Some(watch) = &self.watch {
            watch.report(self.total - self.rest.len() as u64, self.total);
        }
    }
}

impl http_body::Body for Watched {
    type Data = Bytes;
    type Error = Withdrawn;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        _: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Self::Error>>> {
        if let Err(withdrawn) = self.progress.leaving() {
            return Poll::Ready(Some(Err(withdrawn)));
        }
        if self.rest.is_empty() {
            return Poll::Ready(None);
        }
        if self.rest.len() as u64 == self.total {
            self.report();
        }
        let size = self.rest.len().min(FRAME_BYTES);
        let piece = self.rest.split_to(size);
        self.report();
        Poll::Ready(Some(Ok(Frame::data(piece))))
    }

    fn is_end_stream(&self) -> bool {
        self.rest.is_empty()
    }

    fn size_hint(&self) -> SizeHint {
        SizeHint::with_exact(self.rest.len() as u64)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use http_body::Body as _;
    use std::sync::Mutex;

    fn pieces(size: usize) -> (Vec<usize>, Vec<UploadProgress>) {
        let heard = Arc::new(Mutex::new(Vec::new()));
        let listener = {
            let heard = Arc::clone(&heard);
            Arc::new(move |progress| heard.lock().unwrap().push(progress))
        };
        let watch = UploadWatch::new(listener, 2);
        let bytes = Bytes::from(vec![b'x'; size]);
        let mut body = Watched::new(bytes, Progress::default(), Some(watch));
        let mut cx = Context::from_waker(std::task::Waker::noop());
        let mut sizes = Vec::new();
        while let Poll::Ready(Some(frame)) = Pin::new(&mut body).poll_frame(&mut cx) {
            sizes.push(frame.unwrap().into_data().unwrap().len());
            assert_eq!(body.is_end_stream(), sizes.iter().sum::<usize>() == size);
        }
        let heard = heard.lock().unwrap().clone();
        (sizes, heard)
    }

    #[test]
    fn a_body_goes_in_pieces_and_each_is_told() {
        let (sizes, heard) = pieces((128 << 10) + 1);
        assert_eq!(sizes, [64 << 10, 64 << 10, 1]);
        let sent: Vec<u64> = heard.iter().map(|progress| progress.sent).collect();
        assert_eq!(sent, [0, 64 << 10, 128 << 10, (128 << 10) + 1]);
        assert!(heard.iter().all(|p| p.total == (128 << 10) + 1));
        assert!(heard.iter().all(|p| p.attempt == 2));
        assert_eq!(pieces(64 << 10).0, [64 << 10]);
    }

    #[test]
    fn a_withdrawn_body_is_not_read_and_nothing_is_told() {
        let progress = Progress::default();
        progress.track();
        assert!(progress.withdraw());
        let watch = UploadWatch::new(Arc::new(|told| panic!("{told:?}")), 1);
        let mut body = Watched::new(Bytes::from("x"), progress, Some(watch));
        let mut cx = Context::from_waker(std::task::Waker::noop());
        let frame = Pin::new(&mut body).poll_frame(&mut cx);
        assert!(matches!(frame, Poll::Ready(Some(Err(Withdrawn)))));
    }
}
