//! Lists: one page, or all of them as a stream.
//!
//! v2 names the next page by a relative path with its own query. It is followed on the origin of the client and on no
//! other; without metadata a list is one page.

use voice_core::client::{Cursor, Operation, Page, Pager, Response};
use voice_core::error::Error;

use crate::check::Problems;
use crate::client::ExotelClient;
use crate::envelope::{Listed, Resource};
use crate::types::TrunkSid;

/// From where, and in pages of what size.
///
/// ```
/// use exotel_vsip::Paging;
///
/// let paging = Paging::new().page_size(10).offset(20);
/// ```
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Paging {
    /// Items a page, from 1; 50 at the server unless set. The vendor documents no maximum.
    pub page_size: Option<u32>,
    /// How many items are passed over first; 0 unless set.
    pub offset: Option<u64>,
    /// A stored cursor to go on at; everything else of the paging and of the filter is then in it.
    pub cursor: Option<Cursor>,
}

impl Paging {
    /// From the beginning, in pages of the server's size.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Items a page, from 1.
    #[must_use]
    pub fn page_size(mut self, items: u32) -> Self {
        self.page_size = Some(items);
        self
    }

    /// How many items are passed over first.
    #[must_use]
    pub fn offset(mut self, items: u64) -> Self {
        self.offset = Some(items);
        self
    }

    /// Goes on at a stored cursor.
    #[must_use]
    pub fn cursor(mut self, cursor: Cursor) -> Self {
        self.cursor = Some(cursor);
        self
    }
}

/// A list that can be asked for page by page.
#[derive(Clone)]
pub(crate) struct List {
    client: ExotelClient,
    operation: &'static Operation,
    trunk: Option<TrunkSid>,
    query: Vec<(&'static str, String)>,
    from: Option<Cursor>,
    problems: Problems,
}

impl List {
    pub(crate) fn new(client: &ExotelClient, operation: &'static Operation) -> Self {
        Self {
            client: client.clone(),
            operation,
            trunk: None,
            query: Vec::new(),
            from: None,
            problems: Problems::default(),
        }
    }

    /// Of one trunk.
    pub(crate) fn of(mut self, trunk: &TrunkSid) -> Self {
        self.trunk = Some(trunk.clone());
        self
    }

    pub(crate) fn paging(mut self, paging: &Paging) -> Self {
        let size = paging.page_size;
        self.problems
            .rule(size == Some(0), "page_size", "must be at least 1");
        self = self.query("page_size", size.map(|size| size.to_string()));
        self = self.query("offset", paging.offset.map(|offset| offset.to_string()));
        self.from.clone_from(&paging.cursor);
        self
    }

    pub(crate) fn query(mut self, name: &'static str, value: Option<String>) -> Self {
        self.query.extend(value.map(|value| (name, value)));
        self
    }

    /// The page at which the list begins.
    pub(crate) async fn page<T: Resource>(&self) -> Result<Response<Page<T>>, Error> {
        self.fetch(self.from.as_ref()).await
    }

    /// All of it.
    pub(crate) fn pager<T: Resource>(self) -> Pager<'static, T> {
        let from = self.from.clone();
        Pager::new(from, move |cursor| {
            let list = self.clone();
            async move { Ok(list.fetch(cursor.as_ref()).await?.into_inner()) }
        })
    }

    pub(crate) async fn fetch<T: Resource>(
        &self,
        cursor: Option<&Cursor>,
    ) -> Result<Response<Page<T>>, Error> {
        self.problems.clone().finish(self.operation)?;
        let mut request = self.client.request(self.operation);
        if let Some(trunk) = &self.trunk {
            request = request.path("trunk_sid", trunk);
        }
        request = match cursor {
            Some(cursor) => request.link(cursor.as_str()),
            None => self
                .query
                .iter()
                .fold(request, |request, (name, value)| request.query(name, value)),
        };
        let answer = request.send::<Listed<T>>().await?;
        Ok(answer.map(|list| Page::new(list.items, list.next).with_total(list.total)))
    }
}
