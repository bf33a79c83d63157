//! The outcome as an HTTP response, for handlers of any framework that speaks the `http` crate's types.

use http::header::{CONTENT_TYPE, HeaderValue};
use http::{Response, StatusCode};

use super::Outcome;

impl Outcome {
    /// [`status`](Self::status) and [`body`](Self::body) as a response of `application/json`.
    #[must_use]
    pub fn response(&self) -> Response<String> {
        let mut response = Response::new(self.body().to_string());
        // Every status of an outcome is a valid one.
        *response.status_mut() =
            StatusCode::from_u16(self.status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        response
            .headers_mut()
            .insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
        response
    }
}
