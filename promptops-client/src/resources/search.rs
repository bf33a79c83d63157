//! Prompts: searching them.

use voice_core::client::{Cursor, Page, Pager, Response};
use voice_core::error::Error;

use super::{Prompts, filter};
use crate::list::OffsetList;
use crate::models::{PromptSummary, SearchAnswer, SortBy, SortOrder};
use crate::operations::SEARCH_PROMPTS;

filter! {
    /// Which prompts to look for, in what order.
    SearchFilter {
        /// Part of name, description or content, in any case of letters.
        query: String,
        /// The module.
        module_id: String,
        /// What to sort by.
        sort_by: SortBy,
        /// In which direction.
        sort_order: SortOrder,
        /// Labels (documented only; the reference server passes over them).
        tags: Vec<String>,
        /// How many to a page, 1 to 1000; 50 unless set.
        page_size: u32,
        /// Where to begin.
        cursor: Cursor,
    }
}

impl Prompts<'_> {
    /// Rows that match, as a stream: **one for each stored version**, without texts. Server; scope read.
    ///
    /// Nothing is sent before the first item is asked for.
    #[must_use]
    pub fn search(&self, filter: &SearchFilter) -> Pager<'static, PromptSummary> {
        self.searching(filter).pager::<SearchAnswer>()
    }

    /// All rows, as a stream; [`search`](Self::search) without a filter.
    #[must_use]
    pub fn list(&self) -> Pager<'static, PromptSummary> {
        self.search(&SearchFilter::new())
    }

    /// The page at which a search begins, with the number of rows in all. Server; scope read.
    ///
    /// # Errors
    /// Whatever went wrong.
    pub async fn search_page(
        &self,
        filter: &SearchFilter,
    ) -> Result<Response<Page<PromptSummary>>, Error> {
        self.searching(filter).page::<SearchAnswer>().await
    }

    fn searching(&self, filter: &SearchFilter) -> OffsetList {
        let pages = (filter.page_size, 50, 1000);
        let tags = filter.tags.as_ref().filter(|tags| !tags.is_empty());
        let mut list = OffsetList::new(self.client, &SEARCH_PROMPTS, pages, filter.cursor.as_ref())
            .query("query", filter.query.as_ref())
            .query("project_id", self.project)
            .query("module_id", filter.module_id.as_ref())
            .query("sort_by", filter.sort_by.as_ref())
            .query("sort_order", filter.sort_order.as_ref())
            .query("tags", tags.map(|tags| tags.join(",")));
        if let Some(project) = self.project {
            list.problems().id("project_id", project);
        }
        list
    }
}
