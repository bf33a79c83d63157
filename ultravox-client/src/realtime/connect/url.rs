//! The join URL as it is dialled.

use tokio_tungstenite::tungstenite::client::IntoClientRequest;
use tokio_tungstenite::tungstenite::handshake::client::Request;
use url::{Host, Url};
use voice_core::error::{Error, ErrorKind};
use voice_core::provider::JoinUrl;

/// What this crate calls itself at the server.
const CLIENT_VERSION: &str = concat!("rust_", env!("CARGO_PKG_VERSION"));
/// The version of the messages in [`message`](crate::realtime::message).
const API_VERSION: &str = "1";

/// Where to connect, and what to ask for. It holds the join URL and has no `Debug`.
pub(super) struct Target {
    url: Url,
}

/// The server and what speaks for it.
pub(super) enum Place<'a> {
    /// This machine, without TLS; by address, whatever DNS says.
    Here(Option<std::net::IpAddr>, u16),
    /// Somewhere else, with TLS.
    There(Host<&'a str>, u16),
}

/// Checks the scheme again and adds what official clients add: `clientVersion`, `apiVersion` and, if there are any,
/// `experimentalMessages`. What is in the query already stays, and wins.
pub(super) fn target(join_url: &JoinUrl, experimental: &[String]) -> Result<Target, Error> {
    let malformed = || Error::invalid_input("join_url", "is not a URL that can be dialled");
    let mut url = Url::parse(join_url.expose()).map_err(|_| malformed())?;
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
    url.set_fragment(None);
    let target = Target { url };
    target.place()?;
    Ok(target)
}

impl Target {
    pub(super) fn place(&self) -> Result<Place<'_>, Error> {
        let refused = |text| Error::invalid_input("join_url", text);
        let host = self.url.host().ok_or_else(|| refused("has no host"))?;
        let port = self
            .url
            .port_or_known_default()
            .ok_or_else(|| refused("has no port"))?;
        match (self.url.scheme(), host) {
            ("wss", host) => Ok(Place::There(host, port)),
            ("ws", Host::Ipv4(ip)) if ip.is_loopback() => Ok(Place::Here(Some(ip.into()), port)),
            ("ws", Host::Ipv6(ip)) if ip.is_loopback() => Ok(Place::Here(Some(ip.into()), port)),
            ("ws", Host::Domain(name)) if name.eq_ignore_ascii_case("localhost") => {
                Ok(Place::Here(None, port))
            }
            _ => Err(refused("must be wss://, or ws:// to this machine")),
        }
    }

    /// The request for the upgrade. Its errors might quote the URL, so none is kept.
    pub(super) fn request(&self) -> Result<Request, Error> {
        self.url.as_str().into_client_request().map_err(|_| {
            Error::new(
                ErrorKind::InvalidInput,
                "the join URL cannot be put into HTTP",
            )
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn dialled(url: &str, experimental: &[&str]) -> String {
        let experimental: Vec<String> = experimental.iter().map(ToString::to_string).collect();
        let target = target(&JoinUrl::new(url).unwrap(), &experimental).unwrap();
        target.url.to_string()
    }

    #[test]
    fn versions_are_added_and_the_query_is_kept() {
        let version = format!("clientVersion={CLIENT_VERSION}");
        assert_eq!(
            dialled("wss://voice.example/calls/a%2Fb/x?token=a%2Bb", &[]),
            format!("wss://voice.example/calls/a%2Fb/x?token=a%2Bb&{version}&apiVersion=1")
        );
        assert_eq!(
            dialled("wss://voice.example/x?apiVersion=2&clientVersion=me", &[]),
            "wss://voice.example/x?apiVersion=2&clientVersion=me"
        );
        assert_eq!(
            dialled("wss://voice.example/x#part", &["a", "b"]),
            format!("wss://voice.example/x?{version}&apiVersion=1&experimentalMessages=a%2Cb")
        );
    }

    #[test]
    fn plain_ws_stays_on_this_machine() {
        let place = |url: &str| {
            let target = target(&JoinUrl::new(url).unwrap(), &[]).unwrap();
            matches!(target.place().unwrap(), Place::Here(..))
        };
        assert!(place("ws://127.0.0.1:9/x"));
        assert!(place("ws://[::1]:9/x"));
        assert!(place("ws://localhost:9/x"));
        assert!(!place("wss://localhost/x"));
        // Elsewhere no join URL can be made of it to begin with.
        assert!(JoinUrl::new("ws://voice.example/x").is_err());
    }
}
