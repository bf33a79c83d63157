//! Lists that are read by offset.

use std::fmt;

use serde::de::DeserializeOwned;
use voice_core::client::{Client, Cursor, Operation, Page, Pager, Response};
use voice_core::error::Error;

use crate::PromptOpsClient;
use crate::check::Problems;
use crate::envelope::Enveloped;
use crate::models::{PromptSummary, SearchAnswer};

/// Whether a page as long as was asked for means that more follow, when the service does not say.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum FullPage {
    MeansMore,
    /// The reference server may ignore the offset and would give the same items for ever.
    MeansNothing,
}

/// What a page holds, whatever its form.
pub(crate) struct Part<T> {
    items: Vec<T>,
    total: Option<u64>,
    more: Option<bool>,
}

/// A body that is a page.
pub(crate) trait PageBody: DeserializeOwned {
    type Item: Send + 'static;

    fn part(body: Enveloped<Self>) -> Part<Self::Item>;
}

impl<T: DeserializeOwned + Send + 'static> PageBody for Vec<T> {
    type Item = T;

    fn part(body: Enveloped<Self>) -> Part<T> {
        let metadata = body.metadata.as_ref();
        Part {
            total: metadata.and_then(|metadata| metadata.total),
            more: metadata.and_then(|metadata| metadata.has_more),
            items: body.value,
        }
    }
}

impl PageBody for SearchAnswer {
    type Item = PromptSummary;

    fn part(body: Enveloped<Self>) -> Part<PromptSummary> {
        let answer = body.value;
        Part {
            items: answer.prompts,
            total: answer.total,
            more: answer.has_more,
        }
    }
}

/// A list being read: its filters, and where it begins.
#[derive(Clone)]
pub(crate) struct OffsetList {
    client: Client,
    operation: &'static Operation,
    query: Vec<(&'static str, String)>,
    page_size: Option<u32>,
    default_size: u32,
    full_page: FullPage,
    from: Option<Cursor>,
    problems: Problems,
}

impl OffsetList {
    /// A list whose pages have `default_size` items unless asked otherwise, and at most `most`.
    pub(crate) fn new(
        client: &PromptOpsClient,
        operation: &'static Operation,
        (page_size, default_size, most): (Option<u32>, u32, u32),
        from: Option<&Cursor>,
    ) -> Self {
        let mut problems = Problems::default();
        problems.range("limit", page_size, 1..=u64::from(most));
        Self {
            client: client.raw().clone(),
            operation,
            query: Vec::new(),
            page_size,
            default_size,
            full_page: FullPage::MeansMore,
            from: from.cloned(),
            problems,
        }
    }

    pub(crate) fn full_page(mut self, full_page: FullPage) -> Self {
        self.full_page = full_page;
        self
    }

    pub(crate) fn query(mut self, name: &'static str, value: Option<impl fmt::Display>) -> Self {
        self.query
            .extend(value.map(|value| (name, value.to_string())));
        self
    }

    pub(crate) fn problems(&mut self) -> &mut Problems {
        &mut self.problems
    }

    /// The page at which the list begins.
    pub(crate) async fn page<B: PageBody>(&self) -> Result<Response<Page<B::Item>>, Error> {
        self.fetch::<B>(self.from.as_ref()).await
    }

    /// All of it.
    pub(crate) fn pager<B: PageBody + 'static>(self) -> Pager<'static, B::Item> {
        Pager::new(self.from.clone(), move |cursor| {
            let list = self.clone();
            async move { Ok(list.fetch::<B>(cursor.as_ref()).await?.into_inner()) }
        })
    }

    async fn fetch<B: PageBody>(
        &self,
        cursor: Option<&Cursor>,
    ) -> Result<Response<Page<B::Item>>, Error> {
        let mut problems = self.problems.clone();
        let offset = match cursor.map(|cursor| cursor.as_str().parse::<u64>()) {
            None => 0,
            Some(Ok(offset)) => offset,
            Some(Err(_)) => {
                problems.add("cursor", "is not a cursor of this list");
                0
            }
        };
        problems.finish(self.operation)?;
        let mut request = self.client.request(self.operation);
        for (name, value) in &self.query {
            request = request.query(name, value);
        }
        request = request.query_option("limit", self.page_size);
        if offset > 0 {
            request = request.query("offset", offset.to_string());
        }
        let answer = request.send::<Enveloped<B>>().await?;
        Ok(answer.map(|body| {
            let part = B::part(body);
            let next = self.next(offset, &part);
            Page::new(part.items, next).with_total(part.total)
        }))
    }

    fn next<T>(&self, offset: u64, part: &Part<T>) -> Option<Cursor> {
        let length = u64::try_from(part.items.len()).unwrap_or(u64::MAX);
        let end = offset.saturating_add(length);
        let size = u64::from(self.page_size.unwrap_or(self.default_size));
        let more = match (part.more, part.total, self.full_page) {
            (Some(more), ..) => more,
            (None, Some(total), _) => end < total,
            (None, None, FullPage::MeansMore) => length >= size,
            (None, None, FullPage::MeansNothing) => false,
        };
        // An empty page leads nowhere, whatever it says of itself.
        (more && length > 0).then(|| Cursor::new(end.to_string()))
    }
}
