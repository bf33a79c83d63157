//! The API's own description, in OpenAPI 3. It needs no key, and none is sent.

use http::HeaderValue;
use serde_json::Value;
use voice_core::client::{Client, Operation, Response};
use voice_core::error::{Delivery, Error, ErrorKind};

use crate::PROVIDER;

/// `GET /api/schema/`; the one path that ends in a slash.
pub static GET: Operation = Operation::get("schema.get", "/api/schema/");

/// The API's own description; from [`UltravoxClient::schema`](crate::UltravoxClient::schema).
#[derive(Debug, Clone, Copy)]
pub struct Schema<'a> {
    client: &'a Client,
    language: Option<&'a str>,
}

impl<'a> Schema<'a> {
    pub(crate) fn new(client: &'a Client) -> Self {
        Self {
            client,
            language: None,
        }
    }

    /// In another language, such as `de`, as far as the API has it.
    #[must_use]
    pub fn language(mut self, language: &'a str) -> Self {
        self.language = Some(language);
        self
    }

    /// Reads it as JSON.
    ///
    /// # Errors
    /// The API's.
    pub async fn json(&self) -> Result<Response<Value>, Error> {
        const JSON: HeaderValue = HeaderValue::from_static("application/vnd.oai.openapi+json");
        self.client
            .request(&GET)
            .query("format", "json")
            .query_option("lang", self.language)
            .accept(JSON)
            .send()
            .await
    }

    /// Reads it as YAML, the form the API prefers.
    ///
    /// # Errors
    /// The API's; [`ErrorKind::Decode`] for an answer that is no text.
    pub async fn yaml(&self) -> Result<Response<String>, Error> {
        const YAML: HeaderValue = HeaderValue::from_static("application/vnd.oai.openapi");
        let answer = self
            .client
            .request(&GET)
            .query("format", "yaml")
            .query_option("lang", self.language)
            .accept(YAML)
            .send_raw()
            .await?;
        match std::str::from_utf8(&answer).map(str::to_owned) {
            Ok(text) => Ok(answer.map(|_| text)),
            Err(_) => Err(Error::new(ErrorKind::Decode, "the schema is no UTF-8")
                .with_operation(PROVIDER, GET.name())
                .with_delivery(Delivery::Answered)
                .with_status(answer.status())),
        }
    }
}
