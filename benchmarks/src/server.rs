//! A server on loopback that does as little as a server can.

use std::net::SocketAddr;
use std::sync::mpsc;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;

/// The body every request is answered with: about the size of a call resource.
pub const BODY: &str = r#"{"sid":"CA0123456789abcdef0123456789abcdef","status":"queued","to":"+15551234567","from":"+15557654321","direction":"outbound-api","price":null,"duration":"4","uri":"/2010-04-01/Accounts/AC/Calls/CA.json","date_created":"Fri, 18 Oct 2019 17:00:00 +0000","annotation":null,"answered_by":null}"#;

/// A whole call, for paths that end as Twilio's do, in `.json`.
pub const CALL: &str = r#"{"sid":"CA0123456789abcdef0123456789abcdef","date_created":"Fri, 18 Oct 2019 17:00:00 +0000","date_updated":"Fri, 18 Oct 2019 17:00:04 +0000","parent_call_sid":null,"account_sid":"AC0123456789abcdef0123456789abcdef","to":"+15551234567","to_formatted":"(555) 123-4567","from":"+15557654321","from_formatted":"(555) 765-4321","phone_number_sid":"PN0123456789abcdef0123456789abcdef","status":"completed","start_time":"Fri, 18 Oct 2019 17:00:00 +0000","end_time":"Fri, 18 Oct 2019 17:00:04 +0000","duration":"4","price":"-0.0130","price_unit":"USD","direction":"outbound-api","answered_by":"human","api_version":"2010-04-01","forwarded_from":null,"group_sid":null,"caller_name":null,"queue_time":"0","trunk_sid":null,"uri":"/2010-04-01/Accounts/AC0123456789abcdef0123456789abcdef/Calls/CA0123456789abcdef0123456789abcdef.json","subresource_uris":{"recordings":"/2010-04-01/Accounts/AC0123456789abcdef0123456789abcdef/Calls/CA0123456789abcdef0123456789abcdef/Recordings.json"}}"#;

/// A client secret, for paths that end in `client_secrets`.
pub const SECRET: &str = r#"{"value":"ek_0123456789abcdef0123456789abcdef","expires_at":1756310470,"session":{"type":"realtime","object":"realtime.session","id":"sess_C9CiUVUzUzYIssh3ELY1d","model":"gpt-realtime","output_modalities":["audio"],"instructions":"You are a friendly assistant.","tools":[],"tool_choice":"auto","max_output_tokens":"inf","tracing":null,"truncation":"auto","prompt":null,"expires_at":0,"include":null}}"#;

/// The bytes of the answer to a request with this head.
fn answer_to(head: &str) -> String {
    let path = head.split(' ').nth(1).unwrap_or_default();
    let body = if path.ends_with(".json") {
        CALL
    } else if path.ends_with("client_secrets") {
        SECRET
    } else {
        BODY
    };
    let length = body.len();
    format!(
        "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: {length}\r\n\r\n{body}"
    )
}

/// How long the body behind this head is.
fn body_length(head: &str) -> usize {
    head.lines()
        .filter_map(|line| line.split_once(':'))
        .find(|(name, _)| name.eq_ignore_ascii_case("content-length"))
        .and_then(|(_, value)| value.trim().parse().ok())
        .unwrap_or(0)
}

/// Starts a keep-alive HTTP/1.1 server that answers each request as soon as it is whole.
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
                let mut buffer = vec![0; 16 << 10];
                let mut filled = 0;
                while let Ok(n) = stream.read(&mut buffer[filled..]).await {
                    if n == 0 {
                        return;
                    }
                    filled += n;
                    while let Some((answer, end)) = whole(&buffer[..filled]) {
                        buffer.copy_within(end..filled, 0);
                        filled -= end;
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

/// [`server`] on a thread of its own, which lives as long as the process.
///
/// # Panics
/// As [`server`].
#[must_use]
pub fn server_thread() -> SocketAddr {
    let (said, heard) = mpsc::channel();
    std::thread::spawn(move || {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .expect("a runtime");
        runtime.block_on(async {
            let _ = said.send(server().await);
            std::future::pending::<()>().await;
        });
    });
    heard.recv().expect("the server starts")
}

/// The answer to the first request in `bytes`, and where that one ends, once it is whole.
fn whole(bytes: &[u8]) -> Option<(String, usize)> {
    let head = bytes.windows(4).position(|window| window == b"\r\n\r\n")?;
    let text = str::from_utf8(&bytes[..head]).expect("a head in ASCII");
    let end = head + 4 + body_length(text);
    (bytes.len() >= end).then(|| (answer_to(text), end))
}
