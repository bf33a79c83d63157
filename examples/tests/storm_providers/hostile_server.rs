//! A server that answers every connection with the same attack, and counts what it got rid of.

use std::io::ErrorKind;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

/// What comes after the opening bytes.
#[derive(Debug, Clone)]
pub(crate) enum Then {
    /// The end.
    Close,
    /// The opening is sent byte by byte, with such a pause after each, and then begun again.
    Drip(Duration),
    /// These bytes again and again, up to so many in all.
    Flood(Vec<u8>, u64),
}

/// An answer made to do harm.
#[derive(Debug, Clone)]
pub(crate) struct Attack {
    /// Sent at once.
    pub(crate) opening: Vec<u8>,
    pub(crate) then: Then,
}

impl Attack {
    pub(crate) fn new(opening: impl Into<Vec<u8>>) -> Self {
        Self {
            opening: opening.into(),
            then: Then::Close,
        }
    }

    pub(crate) fn then(mut self, then: Then) -> Self {
        self.then = then;
        self
    }
}

/// Where it listens, and how much was sent.
pub(crate) struct Server {
    pub(crate) base: String,
    sent: Arc<AtomicU64>,
    task: tokio::task::JoinHandle<()>,
}

impl Server {
    pub(crate) async fn start(attack: Attack) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let base = format!("http://{}", listener.local_addr().unwrap());
        let sent = Arc::new(AtomicU64::new(0));
        let count = Arc::clone(&sent);
        let task = tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let (attack, count) = (attack.clone(), Arc::clone(&count));
                tokio::spawn(async move {
                    // That the client goes away is what it should do.
                    if let Err(error) = serve(stream, &attack, &count).await {
                        assert_ne!(error.kind(), ErrorKind::InvalidInput);
                    }
                });
            }
        });
        Self { base, sent, task }
    }

    pub(crate) fn sent(&self) -> u64 {
        self.sent.load(Ordering::Relaxed)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.task.abort();
    }
}

async fn serve(mut stream: TcpStream, attack: &Attack, sent: &AtomicU64) -> std::io::Result<()> {
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        let mut piece = [0; 1024];
        let read = stream.read(&mut piece).await?;
        if read == 0 {
            return Ok(());
        }
        head.extend_from_slice(&piece[..read]);
    }
    stream.write_all(&attack.opening).await?;
    sent.fetch_add(attack.opening.len() as u64, Ordering::Relaxed);
    match &attack.then {
        Then::Close => {}
        Then::Drip(pause) => loop {
            stream.write_all(b"x").await?;
            sent.fetch_add(1, Ordering::Relaxed);
            tokio::time::sleep(*pause).await;
        },
        Then::Flood(piece, most) => {
            let mut left = *most;
            while left > 0 {
                stream.write_all(piece).await?;
                sent.fetch_add(piece.len() as u64, Ordering::Relaxed);
                left = left.saturating_sub(piece.len() as u64);
            }
        }
    }
    stream.shutdown().await
}
