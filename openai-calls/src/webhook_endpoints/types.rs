//! Endpoints as they are asked for and as they are told.

use std::fmt;

use serde::Serialize;
use voice_core::client::Cursor;
use voice_core::error::Error;
use voice_core::wire::Secret;

use crate::wire::{NotShown, model};

/// Which endpoints to list.
#[derive(Debug, Clone, Default, PartialEq)]
#[non_exhaustive]
pub struct ListWebhookEndpoints {
    /// How many to a page; 20 unless set.
    pub limit: Option<u32>,
    /// Where to begin.
    pub after: Option<Cursor>,
}

impl ListWebhookEndpoints {
    /// All of them.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// So many to a page.
    #[must_use]
    pub fn limit(mut self, items: u32) -> Self {
        self.limit = Some(items);
        self
    }

    /// Goes on where an earlier list stopped.
    #[must_use]
    pub fn after(mut self, cursor: Cursor) -> Self {
        self.after = Some(cursor);
        self
    }
}

/// An endpoint to be created.
///
/// ```
/// use openai_calls::webhook_endpoints::NewWebhookEndpoint;
///
/// let endpoint = NewWebhookEndpoint::new("phones", "https://voice.example/openai", ["realtime.call.incoming"]);
/// ```
#[derive(Clone, PartialEq, Serialize)]
#[non_exhaustive]
pub struct NewWebhookEndpoint {
    /// A name for people.
    pub name: String,
    /// Where events are sent: an `https` URL. It may hold a token of yours, so that `Debug` does not show it.
    pub url: String,
    /// Which types of events.
    pub event_types: Vec<String>,
}

impl NewWebhookEndpoint {
    /// An endpoint with a name, an `https` URL and at least one type of events.
    pub fn new<E: Into<String>>(
        name: impl Into<String>,
        url: impl Into<String>,
        event_types: impl IntoIterator<Item = E>,
    ) -> Self {
        Self {
            name: name.into(),
            url: url.into(),
            event_types: event_types.into_iter().map(Into::into).collect(),
        }
    }

    pub(super) fn problem(&self) -> Option<(&'static str, &'static str)> {
        name(&self.name)
            .or_else(|| url(&self.url))
            .or_else(|| types(&self.event_types))
    }
}

/// What to change of an endpoint; what is not set stays.
#[derive(Clone, Default, PartialEq, Serialize)]
#[non_exhaustive]
pub struct WebhookEndpointUpdate {
    /// Another name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// Another `https` URL.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub url: Option<String>,
    /// Other types of events, in place of the old ones.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub event_types: Option<Vec<String>>,
}

impl WebhookEndpointUpdate {
    /// Nothing changed yet.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Another name.
    #[must_use]
    pub fn name(mut self, name: impl Into<String>) -> Self {
        self.name = Some(name.into());
        self
    }

    /// Another `https` URL.
    #[must_use]
    pub fn url(mut self, url: impl Into<String>) -> Self {
        self.url = Some(url.into());
        self
    }

    /// Other types of events, in place of the old ones.
    #[must_use]
    pub fn event_types<E: Into<String>>(mut self, types: impl IntoIterator<Item = E>) -> Self {
        self.event_types = Some(types.into_iter().map(Into::into).collect());
        self
    }

    pub(super) fn problem(&self) -> Option<(&'static str, &'static str)> {
        if *self == Self::new() {
            return Some(("change", "must change something"));
        }
        self.name
            .as_deref()
            .and_then(name)
            .or_else(|| self.url.as_deref().and_then(url))
            .or_else(|| self.event_types.as_deref().and_then(types))
    }
}

impl fmt::Debug for NewWebhookEndpoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("NewWebhookEndpoint")
            .field("name", &self.name)
            .field("url", &NotShown)
            .field("event_types", &self.event_types)
            .finish()
    }
}

impl fmt::Debug for WebhookEndpointUpdate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("WebhookEndpointUpdate")
            .field("name", &self.name)
            .field("url", &self.url.as_ref().map(|_| NotShown))
            .field("event_types", &self.event_types)
            .finish()
    }
}

fn name(name: &str) -> Option<(&'static str, &'static str)> {
    name.trim()
        .is_empty()
        .then_some(("name", "must not be empty"))
}

fn url(url: &str) -> Option<(&'static str, &'static str)> {
    let fits = url::Url::parse(url).is_ok_and(|url| url.scheme() == "https" && url.has_host());
    (!fits).then_some(("url", "must be an https URL"))
}

fn types(types: &[String]) -> Option<(&'static str, &'static str)> {
    let fits = !types.is_empty() && types.iter().all(|kind| !kind.is_empty());
    (!fits).then_some(("event_types", "must have at least one, and none empty"))
}

/// What becomes of the old secret when a new one is made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum KeepOldSecret {
    /// It signs beside the new one for 24 hours.
    For24Hours,
    /// It is worth nothing from now on.
    No,
}

impl Serialize for KeepOldSecret {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        use serde::ser::SerializeMap as _;

        let mut map = serializer.serialize_map(Some(1))?;
        let keep = matches!(self, Self::For24Hours);
        map.serialize_entry("keep_old_secret_active_for_24_hours", &keep)?;
        map.end()
    }
}

model! {
    /// An endpoint as OpenAI knows it.
    both WebhookEndpoint {
        /// Its id.
        id: String => "id",
        /// Its name.
        name: String => "name",
        /// Where events are sent. It may hold a token of yours.
        url: String => "url" quiet,
        /// Which types of events.
        event_types: Vec<String> => "event_types",
        /// What it is signed with, `whsec_…`: only when it was created or rotated just now.
        signing_secret: Secret => "signing_secret",
        /// A masked part of the secret, to tell it from others.
        signing_secret_hint: String => "signing_secret_hint" quiet,
        /// When it was created, in Unix seconds.
        created_at: i64 => "created_at",
        /// When it, or its secret, was changed last, in Unix seconds.
        updated_at: i64 => "updated_at",
        /// What kind of object it is: `webhook_endpoint`.
        object: String => "object",
    }
}

impl WebhookEndpoint {
    /// Its id.
    ///
    /// # Errors
    /// [`ErrorKind::Decode`](voice_core::error::ErrorKind::Decode) for an answer without one, which the API does not give.
    pub fn endpoint_id(&self) -> Result<&str, Error> {
        self.id
            .as_deref()
            .ok_or_else(|| crate::missing("webhook_endpoints", "id"))
    }

    /// What it is signed with.
    ///
    /// # Errors
    /// [`ErrorKind::Decode`](voice_core::error::ErrorKind::Decode) when the answer has none, as every answer but those to
    /// creating and rotating.
    pub fn secret(&self) -> Result<&Secret, Error> {
        self.signing_secret
            .as_ref()
            .ok_or_else(|| crate::missing("webhook_endpoints", "signing_secret"))
    }
}

model! {
    /// What an endpoint made of a sample event.
    both WebhookTest {
        /// Which endpoint.
        webhook_endpoint_id: String => "webhook_endpoint_id",
        /// Which type of event.
        event_type: String => "event_type",
        /// The HTTP status it answered with.
        status_code: i64 => "status_code",
        /// Whether the sample was sent; it says nothing of how it was answered.
        success: bool => "success",
        /// What kind of object it is: `webhook_endpoint.test`.
        object: String => "object",
    }
}

impl WebhookTest {
    /// Whether the endpoint took the sample: a status of 200 to 299.
    #[must_use]
    pub fn is_taken(&self) -> bool {
        self.status_code
            .is_some_and(|status| (200..=299).contains(&status))
    }
}
