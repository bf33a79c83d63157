//! The URL as it is dialled.

use std::net::IpAddr;

use url::{Host, Url};

use crate::error::Error;

/// The server and what speaks for it.
pub(super) enum Place<'a> {
    /// This machine, without TLS; by address, whatever DNS says.
    Here(Option<IpAddr>, u16),
    /// Somewhere else, with TLS.
    There(Host<&'a str>, u16),
}

/// Parses and checks; a fragment is dropped, since it is never sent.
pub(super) fn parse(url: &str) -> Result<Url, Error> {
    let mut url = Url::parse(url).map_err(|_| refused("is not a URL that can be dialled"))?;
    url.set_fragment(None);
    if !url.username().is_empty() || url.password().is_some() {
        return Err(refused("must not hold credentials before its host"));
    }
    place(&url)?;
    Ok(url)
}

pub(super) fn place(url: &Url) -> Result<Place<'_>, Error> {
    let host = url.host().ok_or_else(|| refused("has no host"))?;
    let port = url
        .port_or_known_default()
        .ok_or_else(|| refused("has no port"))?;
    match (url.scheme(), host) {
        ("wss", host) => Ok(Place::There(host, port)),
        ("ws", Host::Ipv4(ip)) if ip.is_loopback() => Ok(Place::Here(Some(ip.into()), port)),
        ("ws", Host::Ipv6(ip)) if ip.is_loopback() => Ok(Place::Here(Some(ip.into()), port)),
        ("ws", Host::Domain(name)) if name.eq_ignore_ascii_case("localhost") => {
            Ok(Place::Here(None, port))
        }
        _ => Err(refused("must be wss://, or ws:// to this machine")),
    }
}

fn refused(text: &str) -> Error {
    Error::invalid_input("url", text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plain_ws_stays_on_this_machine() {
        let is_here = |text: &str| {
            let url = parse(text).unwrap();
            matches!(place(&url).unwrap(), Place::Here(..))
        };
        assert!(is_here("ws://127.0.0.1:9/x"));
        assert!(is_here("ws://[::1]:9/x"));
        assert!(is_here("ws://localhost:9/x"));
        assert!(!is_here("wss://localhost/x"));
    }

    #[test]
    fn what_cannot_be_dialled_is_refused_without_being_quoted() {
        for text in [
            "ws://planted.example/x",
            "ws://localhost.planted.example/x",
            "https://planted.example/x",
            "wss://me:planted@voice.example/x",
            "wss://planted@voice.example/x",
            "planted",
            "wss:",
            "",
        ] {
            let error = parse(text).unwrap_err();
            assert!(!format!("{error:?} {error}").contains("planted"), "{text}");
        }
        let url = parse("wss://voice.example/a%2Fb?c=d%2B#part").unwrap();
        assert_eq!(url.as_str(), "wss://voice.example/a%2Fb?c=d%2B");
    }
}
