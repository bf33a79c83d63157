//! What Ultravox asks of an HTTP tool.

use std::fmt;

use http::HeaderMap;
use serde::de::DeserializeOwned;
use serde_json::Value;
use voice_core::secret::redact;
use voice_core::wire::read_value;

use super::{ParameterPlace, ToolRequestError};
use crate::types::Secret;

/// The header with a token for the call, if the tool asks for one. Only Ultravox can verify it.
pub const CALL_TOKEN_HEADER: &str = "x-ultravox-call-token";

/// The longest path of a part that an error names.
const PATH_CHARS: usize = 200;

/// A tool request: its parameters, wherever the tool's definition puts them.
///
/// Parameters within the path are your router's business. A value that Ultravox fills itself
/// ([`KnownParameter`](crate::types::KnownParameter)) is a parameter like any other.
#[derive(Clone)]
pub struct ToolRequest {
    query: Vec<(String, String)>,
    headers: HeaderMap,
    body: Value,
    call_token: Option<Secret>,
}

impl ToolRequest {
    /// Reads a request: the raw query without its question mark, the headers, the raw body.
    ///
    /// # Errors
    /// [`ToolRequestError::NoJson`] when there is a body and it is no JSON.
    pub fn read(query: &str, headers: &HeaderMap, body: &[u8]) -> Result<Self, ToolRequestError> {
        let body = if body.trim_ascii().is_empty() {
            Value::Null
        } else {
            serde_json::from_slice(body).map_err(|_| ToolRequestError::NoJson)?
        };
        let mut headers = headers.clone();
        let call_token = headers.remove(CALL_TOKEN_HEADER);
        Ok(Self {
            query: form_urlencoded::parse(query.as_bytes())
                .into_owned()
                .collect(),
            call_token: call_token.and_then(|token| token.to_str().map(Secret::from).ok()),
            headers,
            body,
        })
    }

    /// Reads a request as the `http` crate has it.
    ///
    /// # Errors
    /// As [`read`](Self::read).
    pub fn from_http(request: &http::Request<impl AsRef<[u8]>>) -> Result<Self, ToolRequestError> {
        let query = request.uri().query().unwrap_or_default();
        Self::read(query, request.headers(), request.body().as_ref())
    }

    /// The first query parameter of this name, decoded.
    #[must_use]
    pub fn query(&self, name: &str) -> Option<&str> {
        self.query_all(name).next()
    }

    /// All query parameters of this name, decoded, in order.
    pub fn query_all<'r>(&'r self, name: &str) -> impl Iterator<Item = &'r str> {
        let pairs = self.query.iter();
        pairs.filter_map(move |(key, value)| (key == name).then_some(value.as_str()))
    }

    /// A header's text; `None` also when it is not visible ASCII. The call's token is not among them.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name)?.to_str().ok()
    }

    /// All headers but the call's token.
    #[must_use]
    pub fn headers(&self) -> &HeaderMap {
        &self.headers
    }

    /// The body; null when there is none.
    #[must_use]
    pub fn body(&self) -> &Value {
        &self.body
    }

    /// A field of the body; `None` also for null.
    #[must_use]
    pub fn field(&self, name: &str) -> Option<&Value> {
        self.body.get(name).filter(|value| !value.is_null())
    }

    /// The token for the call, which a request to Ultravox may carry on. A secret that dies with the call.
    #[must_use]
    pub fn call_token(&self) -> Option<&Secret> {
        self.call_token.as_ref()
    }

    /// A query parameter that must be there.
    ///
    /// # Errors
    /// [`ToolRequestError::Missing`].
    pub fn require_query(&self, name: &str) -> Result<&str, ToolRequestError> {
        self.query(name)
            .ok_or_else(|| missing(name, ParameterPlace::Query))
    }

    /// A header that must be there.
    ///
    /// # Errors
    /// [`ToolRequestError::Missing`]; [`ToolRequestError::Malformed`] when it is not visible ASCII.
    pub fn require_header(&self, name: &str) -> Result<&str, ToolRequestError> {
        let place = ParameterPlace::Header;
        match self.headers.get(name).map(|value| value.to_str()) {
            Some(Ok(text)) => Ok(text),
            Some(Err(_)) => Err(malformed(name, place)),
            None => Err(missing(name, place)),
        }
    }

    /// A field of the body that must be there, as any type.
    ///
    /// # Errors
    /// [`ToolRequestError::Missing`], also for null; [`ToolRequestError::Malformed`] when it is not of that type.
    pub fn field_as<T: DeserializeOwned>(&self, name: &str) -> Result<T, ToolRequestError> {
        let place = ParameterPlace::Body;
        let field = self.field(name).ok_or_else(|| missing(name, place))?;
        T::deserialize(field).map_err(|_| malformed(name, place))
    }

    /// The whole body, as any type.
    ///
    /// # Errors
    /// [`ToolRequestError::Malformed`] with the path to the first part that is not of the type.
    pub fn body_as<T: DeserializeOwned>(&self) -> Result<T, ToolRequestError> {
        read_value(&self.body).map_err(|misfit| {
            let path = misfit.path();
            if path == "." {
                return malformed("", ParameterPlace::Body);
            }
            // Within an object of open content a name is the caller's choice: a phone number, or of any length.
            let named: String = redact(path).chars().take(PATH_CHARS).collect();
            malformed(&named, ParameterPlace::Body)
        })
    }
}

fn missing(name: &str, place: ParameterPlace) -> ToolRequestError {
    let name = name.to_owned();
    ToolRequestError::Missing { name, place }
}

fn malformed(name: &str, place: ParameterPlace) -> ToolRequestError {
    let name = name.to_owned();
    ToolRequestError::Malformed { name, place }
}

/// What people say, and keys, are in it: only names are shown.
impl fmt::Debug for ToolRequest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let query: Vec<&str> = self.query.iter().map(|(name, _)| name.as_str()).collect();
        let headers: Vec<&str> = self.headers.keys().map(|name| name.as_str()).collect();
        let body: Vec<&String> = self
            .body
            .as_object()
            .into_iter()
            .flat_map(|body| body.keys())
            .collect();
        f.debug_struct("ToolRequest")
            .field("query", &query)
            .field("headers", &headers)
            .field("body", &body)
            .field("has_call_token", &self.call_token.is_some())
            .finish()
    }
}
