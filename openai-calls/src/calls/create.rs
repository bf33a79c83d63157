//! WebRTC calls: an SDP offer goes in, an answer and the call's id come out.

use std::fmt;

use http::{HeaderMap, HeaderValue, header};
use secrecy::SecretString;
use serde::Serialize;
use voice_core::client::{Multipart, Response};
use voice_core::error::{Delivery, Error, ErrorKind};
use voice_core::provider::CallId;

use super::{CREATE, Calls, checked};
use crate::PROVIDER;
use crate::session::Session;
use crate::wire::secrets_of;

const SDP: HeaderValue = HeaderValue::from_static("application/sdp");
const JSON: HeaderValue = HeaderValue::from_static("application/json");

impl Calls<'_> {
    /// Creates a WebRTC call from an SDP offer, with this client's key and a session of your choice; without one the API's
    /// defaults hold.
    ///
    /// It is sent once: after an unknown outcome ([`Error::may_have_happened`]) a call may exist that nobody joins; it ends by
    /// itself.
    ///
    /// # Errors
    /// [`ErrorKind::InvalidInput`] for an offer that is none, before anything is sent; otherwise the API's.
    pub async fn create(
        &self,
        offer: &str,
        session: Option<&Session>,
    ) -> Result<Response<CreatedCall>, Error> {
        self.check_offer(offer)?;
        let mut form = Multipart::new().typed("sdp", SDP, offer.to_owned());
        let mut request = self.client.raw().request(&CREATE);
        if let Some(session) = session {
            checked(&CREATE, session.check())?;
            form = form.typed("session", JSON, self.json(session)?);
            request = request.carries(&secrets_of(session));
        }
        let request = request.multipart(form);
        self.created(request.accept(SDP).send_raw().await?)
    }

    /// Creates a WebRTC call as a browser does: with an ephemeral secret, which says what the session is, in place of this
    /// client's key. No error shows the secret.
    ///
    /// # Errors
    /// As [`create`](Self::create).
    pub async fn create_with_secret(
        &self,
        offer: &str,
        secret: &SecretString,
    ) -> Result<Response<CreatedCall>, Error> {
        self.check_offer(offer)?;
        let request = self.client.raw().request(&CREATE);
        let request = request.bearer(secret).body(SDP, offer.to_owned());
        self.created(request.accept(SDP).send_raw().await?)
    }

    fn check_offer(&self, offer: &str) -> Result<(), Error> {
        // RFC 8866 section 5: a description begins with its version.
        if offer.starts_with("v=") {
            return Ok(());
        }
        let rule = "is no session description: one begins with v=0";
        Err(self.client.raw().invalid(&CREATE, "sdp", rule))
    }

    fn json(&self, value: &impl Serialize) -> Result<Vec<u8>, Error> {
        serde_json::to_vec(value).map_err(|_| {
            let raw = self.client.raw();
            raw.invalid(&CREATE, "session", "cannot be written as JSON")
        })
    }

    fn created(&self, answer: Response<bytes::Bytes>) -> Result<Response<CreatedCall>, Error> {
        let id = call_id(answer.headers());
        let Ok(sdp) = std::str::from_utf8(&answer) else {
            let error = Error::new(ErrorKind::Decode, "the answer is no text")
                .with_operation(PROVIDER, CREATE.name())
                .with_delivery(Delivery::Answered)
                .with_status(answer.status());
            return Err(error);
        };
        let sdp = sdp.to_owned();
        Ok(answer.map(|_| CreatedCall { sdp, id }))
    }
}

/// A WebRTC call that was created.
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct CreatedCall {
    /// The SDP answer, for the peer that made the offer.
    pub sdp: String,
    id: Option<CallId>,
}

impl CreatedCall {
    /// Its id: the last part of the path that `Location` names.
    ///
    /// # Errors
    /// [`ErrorKind::Decode`] for an answer without a usable `Location`, which the API does not give.
    pub fn id(&self) -> Result<&CallId, Error> {
        self.id
            .as_ref()
            .ok_or_else(|| crate::missing(CREATE.name(), "Location"))
    }
}

/// A description holds addresses and keys of the media: only its size is shown.
impl fmt::Debug for CreatedCall {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CreatedCall")
            .field("sdp_bytes", &self.sdp.len())
            .field("id", &self.id)
            .finish()
    }
}

/// The last segment of the path in `Location`, which is usually relative.
fn call_id(headers: &HeaderMap) -> Option<CallId> {
    let location = headers.get(header::LOCATION)?.to_str().ok()?;
    let path = location.split(['?', '#']).next().unwrap_or_default();
    let id = path.trim_end_matches('/').rsplit('/').next()?;
    match id {
        "." | ".." => None,
        id => CallId::new(id).ok(),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn id_of(location: &str) -> Option<String> {
        let mut headers = HeaderMap::new();
        headers.insert(header::LOCATION, HeaderValue::from_str(location).ok()?);
        call_id(&headers).map(String::from)
    }

    #[test]
    fn the_id_is_the_last_segment() {
        for (location, id) in [
            ("/v1/realtime/calls/rtc_1", Some("rtc_1")),
            (
                "https://api.openai.com/v1/realtime/calls/rtc_1?x=/y#z",
                Some("rtc_1"),
            ),
            ("/v1/realtime/calls/rtc_1/", Some("rtc_1")),
            ("rtc_1", Some("rtc_1")),
            ("", None),
            ("/", None),
            ("/calls/..", None),
            ("/calls/a b", None),
        ] {
            assert_eq!(id_of(location).as_deref(), id, "{location}");
        }
        assert_eq!(call_id(&HeaderMap::new()), None);
    }

    proptest! {
        #[test]
        fn no_location_panics(location in "\\PC{0,60}") {
            if let Some(id) = id_of(&location) {
                prop_assert!(!id.contains('/'));
            }
        }
    }
}
