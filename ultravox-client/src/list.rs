//! Lists: one page, or all of them as a stream.
//!
//! The API gives `next` as an absolute URL that the server built, possibly with another host than the one that was
//! asked. It is never followed: the cursor is taken out of it and sent with the caller's own filters to the base URL, so
//! that proxies and simulators work and the key goes nowhere else.

use std::fmt;

use serde::Deserialize;
use serde::de::DeserializeOwned;
use voice_core::client::{Client, Cursor, Operation, Page, Pager, Response};
use voice_core::error::{Delivery, Error, ErrorKind};

use crate::PROVIDER;
use crate::check::Problems;

/// A list that can be asked for page by page.
#[derive(Clone)]
pub(crate) struct List {
    client: Client,
    operation: &'static Operation,
    path: Vec<(&'static str, String)>,
    query: Vec<(String, String)>,
    from: Option<Cursor>,
    problems: Problems,
}

#[derive(Deserialize)]
struct Body<T> {
    #[serde(default)]
    next: Option<String>,
    results: Vec<T>,
    #[serde(default)]
    total: Option<u64>,
}

impl List {
    pub(crate) fn new(client: &Client, operation: &'static Operation) -> Self {
        Self {
            client: client.clone(),
            operation,
            path: Vec::new(),
            query: Vec::new(),
            from: None,
            problems: Problems::default(),
        }
    }

    /// Fills the next parameter of the path.
    pub(crate) fn path(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.path.push((name, value.into()));
        self
    }

    pub(crate) fn query(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.query.push((name.into(), value.into()));
        self
    }

    /// A filter that may be unset. An empty search or type, which the API refuses, counts as unset.
    pub(crate) fn query_option(self, name: &str, value: Option<&impl fmt::Display>) -> Self {
        match value.map(ToString::to_string) {
            Some(text) if matches!(name, "search" | "type") && text.is_empty() => self,
            Some(text) => self.query(name, text),
            None => self,
        }
    }

    /// Begins at a cursor.
    pub(crate) fn from(mut self, cursor: Option<&Cursor>) -> Self {
        self.from = cursor.cloned();
        self
    }

    /// What is wrong with the filter; every page then fails with it, before anything is sent.
    pub(crate) fn problems(mut self, problems: Problems) -> Self {
        self.problems = problems;
        self
    }

    /// The page at which the list begins.
    pub(crate) async fn page<T: DeserializeOwned>(&self) -> Result<Response<Page<T>>, Error> {
        self.fetch(self.from.as_ref()).await
    }

    /// All of it.
    pub(crate) fn pager<T: DeserializeOwned + Send + 'static>(self) -> Pager<'static, T> {
        let from = self.from.clone();
        Pager::new(from, move |cursor| {
            let list = self.clone();
            async move { Ok(list.fetch(cursor.as_ref()).await?.into_inner()) }
        })
    }

    async fn fetch<T: DeserializeOwned>(
        &self,
        cursor: Option<&Cursor>,
    ) -> Result<Response<Page<T>>, Error> {
        self.problems.clone().finish(self.operation)?;
        let mut request = self.client.request(self.operation);
        for (name, value) in &self.path {
            request = request.path(name, value);
        }
        for (name, value) in &self.query {
            request = request.query(name, value);
        }
        if let Some(cursor) = cursor {
            request = request.query("cursor", cursor.as_str());
        }
        let answer = request.send::<Body<T>>().await?;
        let status = answer.status();
        let next = match answer.next.as_deref() {
            None | Some("") => None,
            Some(link) => Some(cursor_of(link).ok_or_else(|| {
                Error::new(ErrorKind::Protocol, "the list's next link has no cursor")
                    .with_operation(PROVIDER, self.operation.name())
                    .with_delivery(Delivery::Answered)
                    .with_status(status)
            })?),
        };
        Ok(answer.map(|body| Page::new(body.results, next).with_total(body.total)))
    }
}

/// The `cursor` of a link, whatever host it leads to.
fn cursor_of(link: &str) -> Option<Cursor> {
    let (_, query) = link.split_once('?')?;
    let query = query.split('#').next().unwrap_or_default();
    form_urlencoded::parse(query.as_bytes())
        .find(|(name, value)| name == "cursor" && !value.is_empty())
        .map(|(_, value)| Cursor::new(value))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn the_cursor_is_taken_out_and_the_rest_is_not_looked_at() {
        for (link, cursor) in [
            (
                "https://elsewhere.example/x?cursor=cD00ODY%3D&pageSize=2",
                Some("cD00ODY="),
            ),
            ("/api/calls?pageSize=2&cursor=a%2Bb", Some("a+b")),
            ("?cursor=x#frag", Some("x")),
            ("https://a.example/?cursor=", None),
            ("https://a.example/?cursors=x", None),
            ("nonsense", None),
        ] {
            assert_eq!(
                cursor_of(link).as_ref().map(Cursor::as_str),
                cursor,
                "{link}"
            );
        }
    }

    proptest! {
        #[test]
        fn any_cursor_survives_the_link(cursor in "\\PC{1,40}") {
            let query = form_urlencoded::Serializer::new(String::new())
                .append_pair("metadata.k", "cursor=x")
                .append_pair("cursor", &cursor)
                .finish();
            let found = cursor_of(&format!("https://api.example/api/calls?{query}"));
            prop_assert_eq!(found, Some(Cursor::new(cursor)));
        }

        #[test]
        fn no_link_panics(link in "\\PC{0,60}") {
            let _ = cursor_of(&link);
        }
    }
}
