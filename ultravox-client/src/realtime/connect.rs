//! From a join URL to an open WebSocket: what official clients add to it, and what refusals mean at Ultravox.

use url::Url;
use voice_core::error::Error;
use voice_core::provider::JoinUrl;
use voice_core::socket::{Explanation, Socket, SocketRequest, SocketStage};

use super::SessionOptions;
use crate::PROVIDER;

/// The operation's name in errors.
const OPERATION: &str = "realtime.connect";
/// What this crate calls itself at the server.
const CLIENT_VERSION: &str = concat!("rust_", env!("CARGO_PKG_VERSION"));
/// The version of the messages in [`message`](crate::realtime::message).
const API_VERSION: &str = "1";

/// Connects and upgrades, within the connect timeout.
pub(super) async fn open(join_url: &JoinUrl, options: &SessionOptions) -> Result<Socket, Error> {
    let named = |error: Error| error.with_operation(PROVIDER, OPERATION);
    let url = dialled(join_url, &options.experimental_messages).map_err(named)?;
    let mut request = SocketRequest::new(url.as_str())
        .map_err(named)?
        .named(PROVIDER, OPERATION)
        .explained(explain)
        .connect_timeout(options.connect_timeout)
        .max_message_bytes(options.max_message_bytes)
        .clock(options.clock.clone());
    for root in &options.roots {
        request = request.root_certificate_pem(root.as_slice());
    }
    request.open().await
}

/// Adds what official clients add: `clientVersion`, `apiVersion` and, if there are any, `experimentalMessages`. What is in
/// the query already stays, and wins.
fn dialled(join_url: &JoinUrl, experimental: &[String]) -> Result<Url, Error> {
    let mut url = Url::parse(join_url.expose())
        .map_err(|_| Error::invalid_input("join_url", "is not a URL that can be dialled"))?;
    let experimental = experimental.join(",");
    let has = |name: &str| url.query_pairs().any(|(key, _)| key == name);
    let added: Vec<(&str, &str)> = [
        ("clientVersion", CLIENT_VERSION),
        ("apiVersion", API_VERSION),
        ("experimentalMessages", &experimental),
    ]
    .into_iter()
    .filter(|(name, value)| !value.is_empty() && !has(name))
    .collect();
    if !added.is_empty() {
        url.query_pairs_mut().extend_pairs(added);
    }
    Ok(url)
}

fn explain(stage: SocketStage) -> Explanation {
    let words = Explanation::new();
    match stage {
        SocketStage::Name => {
            words.hint("Check this machine's DNS, and that the join URL is the API's own")
        }
        SocketStage::Connect => words.hint(
            "Check the firewall: the server WebSocket needs port 443 outwards. Proxies are not used for it",
        ),
        SocketStage::Upgrade => {
            words.hint("Check that the join URL is of a call with the serverWebSocket medium")
        }
        SocketStage::Status(status) => of_status(status.as_u16()),
        _ => words,
    }
}

fn of_status(code: u16) -> Explanation {
    let words = Explanation::new();
    match code {
        200..=399 => words.hint(
            "Check that the join URL is of a call with the serverWebSocket medium, and used as it came",
        ),
        400 => words
            .meaning("the server refused the join request")
            .hint("Check that the call has the serverWebSocket medium, and its sample rates"),
        401 | 403 => words.meaning("the join URL was refused").hint(
            "A join URL is used as it came, with its whole query, and only until its join timeout; create another call",
        ),
        404 | 410 => words.meaning("there is no call to join").hint(
            "The call is over, was deleted, or nobody joined it within its join timeout (30 s unless set): create another",
        ),
        409 => words
            .meaning("the call cannot be joined now")
            .hint("A join URL takes one connection: is another client on this call?"),
        429 => words
            .meaning("too many calls or requests")
            .hint("Wait, and join again while the join timeout lasts"),
        503 => words.hint("Wait, and join again while the join timeout lasts"),
        _ if (400..500).contains(&code) => words.meaning("the join was refused"),
        _ => words,
    }
}

#[cfg(test)]
mod tests {
    use http::StatusCode;

    use super::*;

    fn dialled_as(url: &str, experimental: &[&str]) -> String {
        let experimental: Vec<String> = experimental.iter().map(ToString::to_string).collect();
        let url = dialled(&JoinUrl::new(url).unwrap(), &experimental).unwrap();
        url.to_string()
    }

    #[test]
    fn versions_are_added_and_the_query_is_kept() {
        let version = format!("clientVersion={CLIENT_VERSION}");
        assert_eq!(
            dialled_as("wss://voice.example/calls/a%2Fb/x?token=a%2Bb", &[]),
            format!("wss://voice.example/calls/a%2Fb/x?token=a%2Bb&{version}&apiVersion=1")
        );
        assert_eq!(
            dialled_as("wss://voice.example/x?apiVersion=2&clientVersion=me", &[]),
            "wss://voice.example/x?apiVersion=2&clientVersion=me"
        );
        assert_eq!(
            dialled_as("wss://voice.example/x", &["a", "b"]),
            format!("wss://voice.example/x?{version}&apiVersion=1&experimentalMessages=a%2Cb")
        );
    }

    #[test]
    fn refusals_say_what_to_do() {
        for code in [200, 302, 400, 401, 403, 404, 409, 410, 429, 503] {
            let status = StatusCode::from_u16(code).unwrap();
            assert!(
                explain(SocketStage::Status(status)).hint.is_some(),
                "{code}"
            );
        }
        for stage in [
            SocketStage::Name,
            SocketStage::Connect,
            SocketStage::Upgrade,
        ] {
            assert!(explain(stage).hint.is_some(), "{stage:?}");
        }
    }
}
