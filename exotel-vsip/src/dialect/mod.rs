//! How Exotel is spoken to: HTTP Basic on every attempt, and what an answer means.
//!
//! A success needs more than a status: HTTP 200 can carry a refusal in its body. [`body`] reads every form of body the two
//! APIs, the gateway before them and the older guides are known to send, [`verdict`] decides from it what happened, and
//! [`hint`] says what to do about it.

mod body;
mod fields;
mod hint;
mod shapes;
mod verdict;

use std::fmt;

use async_trait::async_trait;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use http::{HeaderMap, HeaderValue, Method, header};
use secrecy::{ExposeSecret, SecretString};
use voice_core::client::{Answer, Dialect, Outgoing, Refusal};
use voice_core::error::Error;

use crate::PROVIDER;
use crate::region::Region;

pub(crate) use fields::field_of;
pub(crate) use verdict::kind_of;

/// Where a gateway may put the request id; the API itself puts it into the body.
const REQUEST_IDS: [&str; 3] = ["x-request-id", "request-id", "x-correlation-id"];

/// HTTP Basic, made once; every attempt gets a copy marked as sensitive.
pub(crate) struct ExotelDialect {
    authorization: HeaderValue,
    secrets: [SecretString; 3],
    wrong_credentials: &'static str,
}

impl ExotelDialect {
    pub(crate) fn new(
        key: &SecretString,
        token: SecretString,
        region: &Region,
    ) -> Result<Self, header::InvalidHeaderValue> {
        let pair = format!("{}:{}", key.expose_secret(), token.expose_secret());
        let encoded = SecretString::from(STANDARD.encode(pair));
        let mut authorization =
            HeaderValue::from_str(&format!("Basic {}", encoded.expose_secret()))?;
        authorization.set_sensitive(true);
        Ok(Self {
            authorization,
            secrets: [key.clone(), token, encoded],
            wrong_credentials: hint::wrong_credentials(region),
        })
    }
}

#[async_trait]
impl Dialect for ExotelDialect {
    fn provider(&self) -> &'static str {
        PROVIDER
    }

    async fn authorize(&self, request: &mut Outgoing<'_>) -> Result<(), Error> {
        const JSON: HeaderValue = HeaderValue::from_static("application/json");
        request
            .headers
            .insert(header::AUTHORIZATION, self.authorization.clone());
        // v2 answers 415 to a POST or PUT of any other type, also to one without a body.
        let writes = matches!(*request.method, Method::POST | Method::PUT);
        if writes && !request.headers.contains_key(header::CONTENT_TYPE) {
            request.headers.insert(header::CONTENT_TYPE, JSON);
        }
        Ok(())
    }

    fn judge(&self, answer: &Answer<'_>) -> Option<Refusal> {
        verdict::judge(answer, self.wrong_credentials)
    }

    fn request_id<'h>(&self, headers: &'h HeaderMap) -> Option<&'h str> {
        REQUEST_IDS.iter().find_map(|name| {
            let id = headers.get(*name)?.to_str().ok()?;
            (!id.is_empty()).then_some(id)
        })
    }

    fn body_request_id(&self, body: &[u8]) -> Option<String> {
        body::request_id(body)
    }

    fn secrets(&self) -> Vec<SecretString> {
        self.secrets.to_vec()
    }
}

impl fmt::Debug for ExotelDialect {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ExotelDialect")
    }
}
