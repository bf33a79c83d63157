//! Assignments and events of experiments.
//!
//! The server asks for no credentials to store an assignment or an event, nor to read the assignments of a session: whoever
//! reaches it can write them. None are sent.

use voice_core::client::{Cursor, Page, Pager, Response};
use voice_core::error::Error;

use super::{filter, resource};
use crate::check::Problems;
use crate::envelope;
use crate::list::OffsetList;
use crate::models::{Assignment, Event, EventType, NewAssignment, NewEvent, PoTime};
use crate::operations::{ASSIGNMENT_CREATE, ASSIGNMENT_LIST, EVENT_CREATE, EVENT_LIST};

resource! {
    /// Stored assignments of experiments.
    Assignments
}

resource! {
    /// Events of experiments.
    Events
}

filter! {
    /// Which events of an experiment to list.
    EventFilter {
        /// What happened.
        event_type: EventType,
        /// To whom.
        user_id: String,
        /// In which session.
        session_id: String,
        /// From when.
        start_time: PoTime,
        /// Until when.
        end_time: PoTime,
        /// How many to a page, 1 to 10,000; 1000 unless set.
        page_size: u32,
        /// Where to begin.
        cursor: Cursor,
    }
}

impl Assignments<'_> {
    /// Stores an assignment, or answers the one the session has already, unless it says that it is not consistent. Server;
    /// no credentials; sent once.
    ///
    /// # Errors
    /// Whatever went wrong.
    pub async fn create(&self, assignment: &NewAssignment) -> Result<Response<Assignment>, Error> {
        let mut problems = Problems::default();
        for (field, text) in [
            ("experiment_id", &assignment.experiment_id),
            ("session_id", &assignment.session_id),
            ("variant_id", &assignment.variant_id),
        ] {
            problems.require(!text.is_empty(), field, "is empty");
        }
        problems.finish(&ASSIGNMENT_CREATE)?;
        envelope::read(self.client.request(&ASSIGNMENT_CREATE).json(assignment)).await
    }

    /// The assignments of a session, of all experiments or of one. Server; no credentials.
    ///
    /// # Errors
    /// Whatever went wrong.
    pub async fn list(
        &self,
        session: &str,
        experiment: Option<&str>,
    ) -> Result<Response<Vec<Assignment>>, Error> {
        let request = self.client.request(&ASSIGNMENT_LIST);
        let request = request.path("session_id", session);
        envelope::read(request.query_option("experiment_id", experiment)).await
    }
}

impl Events<'_> {
    /// Stores an event. Server; no credentials; sent once, since a second would count twice.
    ///
    /// # Errors
    /// [`NotFound`](voice_core::error::ErrorKind::NotFound) for an unknown experiment or assignment; whatever else went
    /// wrong.
    pub async fn create(&self, event: &NewEvent) -> Result<Response<Event>, Error> {
        let mut problems = Problems::default();
        for (field, text) in [
            ("experiment_id", &event.experiment_id),
            ("session_id", &event.session_id),
            ("event_name", &event.event_name),
        ] {
            problems.require(!text.is_empty(), field, "is empty");
        }
        problems.finish(&EVENT_CREATE)?;
        envelope::read(self.client.request(&EVENT_CREATE).json(event)).await
    }

    /// Events of an experiment, as a stream. Server; bearer token.
    #[must_use]
    pub fn list(&self, experiment: &str, filter: &EventFilter) -> Pager<'static, Event> {
        self.listing(experiment, filter).pager::<Vec<Event>>()
    }

    /// The page at which the list begins. Server; bearer token.
    ///
    /// # Errors
    /// Whatever went wrong.
    pub async fn list_page(
        &self,
        experiment: &str,
        filter: &EventFilter,
    ) -> Result<Response<Page<Event>>, Error> {
        self.listing(experiment, filter).page::<Vec<Event>>().await
    }

    fn listing(&self, experiment: &str, filter: &EventFilter) -> OffsetList {
        let pages = (filter.page_size, 1000, 10_000);
        let mut list = OffsetList::new(self.client, &EVENT_LIST, pages, filter.cursor.as_ref())
            .query("experiment_id", Some(experiment))
            .query("event_type", filter.event_type.as_ref())
            .query("user_id", filter.user_id.as_ref())
            .query("session_id", filter.session_id.as_ref())
            .query("start_time", filter.start_time.as_ref())
            .query("end_time", filter.end_time.as_ref());
        let named = !experiment.is_empty();
        list.problems().require(named, "experiment_id", "is empty");
        list
    }
}
