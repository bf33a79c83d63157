//! What the benchmarks share: a server on loopback that does as little as a server can.

pub mod goodput;
mod row;

pub use row::{Bar, Row, Unit};

use std::net::SocketAddr;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;

/// The body every request is answered with: about the size of a call resource.
pub const BODY: &str = r#"{"sid":"CA0123456789abcdef0123456789abcdef","status":"queued","to":"+15551234567","from":"+15557654321","direction":"outbound-api","price":null,"duration":"4","uri":"/2010-04-01/Accounts/AC/Calls/CA.json","date_created":"Fri, 18 Oct 2019 17:00:00 +0000","annotation":null,"answered_by":null}"#;

/// Starts a keep-alive HTTP/1.1 server that answers each request head with [`BODY`].
///
/// # Panics
/// When loopback cannot be bound.
pub async fn server() -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0")
        .await
        .expect("loopback can be bound");
    let addr = listener
        .local_addr()
        .expect("a bound listener has an address");
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            tokio::spawn(async move {
                let _ = stream.set_nodelay(true);
                let answer = format!(
                    "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: {}\r\n\r\n{BODY}",
                    BODY.len()
                );
                let mut buffer = vec![0; 16 << 10];
                let mut filled = 0;
                while let Ok(n) = stream.read(&mut buffer[filled..]).await {
                    if n == 0 {
                        return;
                    }
                    filled += n;
                    // GETs only: a request ends with its head.
                    while let Some(end) = buffer[..filled].windows(4).position(|w| w == b"\r\n\r\n")
                    {
                        buffer.copy_within(end + 4..filled, 0);
                        filled -= end + 4;
                        if stream.write_all(answer.as_bytes()).await.is_err() {
                            return;
                        }
                    }
                }
            });
        }
    });
    addr
}
