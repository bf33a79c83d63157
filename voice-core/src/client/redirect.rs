//! Follows the redirects of a download, by hand.
//!
//! Within the origin of the base URL a request is signed like any other. Anywhere else it goes without anything that is
//! this client's, and once away it stays so, wherever the next redirect leads. The targets are secrets and shown nowhere.

use bytes::Bytes;
use http::{Method, Request, Response, StatusCode, header};
use url::Url;

use super::attempt::{Ready, Turn};
use super::elsewhere::Elsewhere;
use super::exchange::{Intake, Window};
use super::run::Failure;
use crate::error::{Delivery, ErrorKind};
use crate::transport::{Body, SecretUrl, TransportError};

/// More than this is a loop.
const MAX_REDIRECTS: u32 = 5;

/// Whether an answer leads elsewhere.
fn leads_on(status: StatusCode) -> bool {
    matches!(status.as_u16(), 301 | 302 | 303 | 307 | 308)
}

/// The last place a chain of redirects led to.
struct Trail {
    at: Url,
    base: Url,
    /// Never left the base's origin.
    own: bool,
    steps: u32,
}

impl Trail {
    fn new(at: &str, base: &str) -> Option<Self> {
        Some(Self {
            at: Url::parse(at).ok()?,
            base: Url::parse(base).ok()?,
            own: true,
            steps: 0,
        })
    }

    /// Goes where `location` says, if one may.
    fn step(&mut self, location: Option<&header::HeaderValue>) -> Result<SecretUrl, &'static str> {
        const NO_PLACE: &str = "a redirect that says no place a download can come from";
        self.steps += 1;
        if self.steps > MAX_REDIRECTS {
            return Err("more than 5 redirects in a row");
        }
        let location = location.and_then(|value| value.to_str().ok());
        let next = location
            .and_then(|text| self.at.join(text).ok())
            .ok_or(NO_PLACE)?;
        let url = SecretUrl::checked(next.clone()).map_err(|_| NO_PLACE)?;
        // Services of this machine are not for a provider to point at, unless it is a simulator here.
        if next.scheme() == "http" && self.base.scheme() != "http" {
            return Err(NO_PLACE);
        }
        self.own &= next.origin() == self.base.origin();
        self.at = next;
        Ok(url)
    }
}

impl Ready<'_> {
    /// Goes on from a redirect until an answer is something else. Other answers, and all but downloads, stay as they are.
    pub(super) async fn follow(
        &self,
        mut answer: Response<Body>,
        turn: &mut Turn,
        window: Window,
    ) -> Result<Response<Body>, Failure> {
        let follows =
            self.intake == Intake::Stream && self.request.operation.method() == Method::GET;
        if !follows || !leads_on(answer.status()) {
            return Ok(answer);
        }
        let base = self.request.base.as_ref().unwrap_or(&self.shared.base);
        let Some(mut trail) = Trail::new(&self.uri.to_string(), base.as_str()) else {
            return Ok(answer);
        };
        while leads_on(answer.status()) {
            let url = match trail.step(answer.headers().get(header::LOCATION)) {
                Ok(url) => url,
                Err(reason) => return Err(self.misled(reason, answer, turn)),
            };
            let Ok(uri) = url.to_uri() else {
                return Err(self.misled("a redirect to a malformed place", answer, turn));
            };
            let request = if trail.own {
                let signed = self.authorised(&uri, window).await;
                signed.map_err(|error| error.with_delivery(Delivery::Unknown))?
            } else {
                if turn.elsewhere.is_none() {
                    turn.elsewhere = Some(self.led(answer.headers()));
                }
                self.bare(uri)
            };
            drop(answer);
            answer = self.beyond(request, window).await?;
        }
        Ok(answer)
    }

    /// Sends on behalf of a request that was answered already: whatever fails, it had been sent.
    async fn beyond(
        &self,
        request: Request<Bytes>,
        window: Window,
    ) -> Result<Response<Body>, Failure> {
        self.transmit(request, window).await.map_err(|error| {
            self.broken(error, None)
                .with_delivery(Delivery::Unknown)
                .with_context("after", "a redirect")
                .into()
        })
    }

    fn led(&self, headers: &http::HeaderMap) -> Elsewhere {
        let dialect = &*self.shared.dialect;
        Elsewhere::Led {
            request_id: dialect.request_id(headers).map(str::to_owned),
            rate_limits: dialect.rate_limits(headers, self.shared.options.clock.wall()),
        }
    }

    /// A redirect that is not followed.
    fn misled(&self, reason: &str, answer: Response<Body>, turn: &Turn) -> Failure {
        let (head, _) = answer.into_parts();
        let now = self.shared.options.clock.wall();
        let meta = self.meta(head.status, head.headers, turn.elsewhere.as_ref(), now);
        let error = TransportError::new(ErrorKind::Protocol, Delivery::Answered, reason);
        self.broken(error, Some(&meta)).into()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use http::HeaderValue;
    use secrecy::ExposeSecret;

    fn step(trail: &mut Trail, location: &str) -> Result<String, &'static str> {
        let location = HeaderValue::from_bytes(location.as_bytes()).unwrap();
        trail
            .step(Some(&location))
            .map(|url| url.expose_secret().to_owned())
    }

    #[test]
    fn relative_places_are_this_hosts_and_once_away_it_stays_away() {
        let mut trail = Trail::new("https://api.example/v1/x?y", "https://api.example/v1").unwrap();
        assert_eq!(step(&mut trail, "z").unwrap(), "https://api.example/v1/z");
        assert!(trail.own);
        assert_eq!(
            step(&mut trail, "//s.example/z#f").unwrap(),
            "https://s.example/z"
        );
        assert!(!trail.own);
        step(&mut trail, "https://api.example/v1/x").unwrap();
        assert!(!trail.own, "a host elsewhere does not get requests signed");
    }

    #[test]
    fn another_port_scheme_or_name_is_elsewhere() {
        for location in [
            "https://api.example:444/",
            "https://api.example.evil.test/",
            "https://evil.test/api.example",
        ] {
            let mut trail = Trail::new("https://api.example/x", "https://api.example").unwrap();
            step(&mut trail, location).unwrap();
            assert!(!trail.own, "{location}");
        }
    }

    #[test]
    fn places_nobody_may_be_sent_to() {
        for location in [
            "http://api.example/x",
            "http://127.0.0.1/x",
            "http://192.0.2.1/",
            "https://user@s.example/",
            "ftp://s.example/",
            "javascript:alert(1)",
            "https://",
            "https://s.example/é",
        ] {
            let mut trail = Trail::new("https://api.example/x", "https://api.example").unwrap();
            assert!(step(&mut trail, location).is_err(), "{location}");
        }
        let mut trail = Trail::new("http://127.0.0.1:1/x", "http://127.0.0.1:1").unwrap();
        assert!(trail.step(None).is_err());
        assert!(step(&mut trail, "http://localhost:2/x").is_ok());
        assert!(step(&mut trail, "http://192.0.2.1/").is_err());
    }
}
