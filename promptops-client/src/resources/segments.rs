//! Segments of users, as the server keeps them.

use voice_core::client::{Cursor, Page, Pager, Response};
use voice_core::error::Error;

use super::{filter, resource};
use crate::check::Problems;
use crate::envelope;
use crate::list::OffsetList;
use crate::models::{NewUserSegment, UserSegment};
use crate::operations::{SEGMENT_CREATE, SEGMENT_LIST};

resource! {
    /// Segments of users. Bearer token; a service may be without them.
    Segments
}

filter! {
    /// Which segments to list.
    SegmentFilter {
        /// The project.
        project_id: String,
        /// Whether they are in use.
        is_active: bool,
        /// How many to a page, 1 to 1000; 100 unless set.
        page_size: u32,
        /// Where to begin.
        cursor: Cursor,
    }
}

impl Segments<'_> {
    /// Makes a segment. Server; sent once. The reference server answers 500 here, whatever is sent, and may have made it.
    ///
    /// # Errors
    /// [`InvalidInput`](voice_core::error::ErrorKind::InvalidInput) with every limit that is broken, before anything is
    /// sent; whatever else went wrong.
    pub async fn create(&self, segment: &NewUserSegment) -> Result<Response<UserSegment>, Error> {
        let mut problems = Problems::default();
        problems.length("name", Some(&segment.name), 1..=200);
        problems.length("description", segment.description.as_ref(), 0..=1000);
        problems.finish(&SEGMENT_CREATE)?;
        envelope::read(self.client.request(&SEGMENT_CREATE).json(segment)).await
    }

    /// Segments, as a stream. Server.
    #[must_use]
    pub fn list(&self, filter: &SegmentFilter) -> Pager<'static, UserSegment> {
        self.listing(filter).pager::<Vec<UserSegment>>()
    }

    /// The page at which the list begins. Server.
    ///
    /// # Errors
    /// Whatever went wrong.
    pub async fn list_page(
        &self,
        filter: &SegmentFilter,
    ) -> Result<Response<Page<UserSegment>>, Error> {
        self.listing(filter).page::<Vec<UserSegment>>().await
    }

    fn listing(&self, filter: &SegmentFilter) -> OffsetList {
        let pages = (filter.page_size, 100, 1000);
        OffsetList::new(self.client, &SEGMENT_LIST, pages, filter.cursor.as_ref())
            .query("project_id", filter.project_id.as_ref())
            .query("is_active", filter.is_active)
    }
}
