//! What the caller of a socket knows better than this module: what a failure means there, and what to do about it.

use http::StatusCode;

/// How far a connection got.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum SocketStage {
    /// The host's name did not resolve.
    Name,
    /// No address answered.
    Connect,
    /// TLS was not agreed on.
    Tls,
    /// The server does not speak WebSocket, or broke the connection in the middle of the upgrade.
    Upgrade,
    /// The server answered the upgrade with this status instead of 101.
    Status(StatusCode),
}

/// A failure in the words of whoever connects; where nothing is said, general words are used.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Explanation {
    /// What happened.
    pub meaning: Option<&'static str>,
    /// The likely cause and remedy.
    pub hint: Option<&'static str>,
}

impl Explanation {
    /// Nothing beyond the general words.
    #[must_use]
    pub const fn new() -> Self {
        Self {
            meaning: None,
            hint: None,
        }
    }

    /// The same with what happened.
    #[must_use]
    pub const fn meaning(mut self, text: &'static str) -> Self {
        self.meaning = Some(text);
        self
    }

    /// The same with cause and remedy.
    #[must_use]
    pub const fn hint(mut self, text: &'static str) -> Self {
        self.hint = Some(text);
        self
    }

    /// These words, and general ones for what they leave open.
    pub(super) fn or(self, stage: SocketStage) -> (&'static str, Option<&'static str>) {
        let (meaning, hint) = general(stage);
        (self.meaning.unwrap_or(meaning), self.hint.or(hint))
    }
}

/// The function that explains; see [`SocketRequest::explained`](super::SocketRequest::explained).
pub(super) type Explain = fn(SocketStage) -> Explanation;

fn general(stage: SocketStage) -> (&'static str, Option<&'static str>) {
    match stage {
        SocketStage::Name => (
            "the host name does not resolve",
            Some("Check this machine's DNS, and the host of the URL"),
        ),
        SocketStage::Connect => (
            "no connection could be made",
            Some(
                "Check the firewall: the WebSocket's port must be open outwards, which is 443 unless the URL says \
                 otherwise. Proxies are not used for it",
            ),
        ),
        SocketStage::Tls => (
            "the TLS handshake failed",
            Some(
                "Look at the cause. A proxy that inspects traffic needs its root certificate added with \
                 root_certificate_pem; certificate checks cannot be turned off",
            ),
        ),
        SocketStage::Upgrade => ("the server does not speak WebSocket", None),
        SocketStage::Status(status) => (of_status(status.as_u16()), None),
    }
}

fn of_status(code: u16) -> &'static str {
    match code {
        200..=299 => "the server answered, but did not upgrade the connection",
        300..=399 => "the server redirects, which a WebSocket does not follow",
        400 => "the server refused the request",
        401 | 403 => "the credentials were refused",
        404 | 410 => "there is nothing to connect to",
        409 => "it cannot be connected to now",
        429 => "too many connections or requests",
        503 => "the server has no capacity",
        _ if (400..500).contains(&code) => "the connection was refused",
        _ => "the server failed to upgrade the connection",
    }
}
