//! Which calls to list.

use std::fmt;

use voice_core::client::{Operation, RequestBuilder};
use voice_core::error::Error;

use super::range::{DurationRange, PriceRange, TimeRange};
use crate::check::Problems;
use crate::voice::LIST;
use crate::voice::id::CallSid;
use crate::voice::number::Number;
use crate::voice::word::{CallStatus, Direction};

/// In which order calls are listed, by the time they were ordered.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum SortBy {
    /// Oldest first.
    OldestFirst,
    /// Newest first; the default.
    NewestFirst,
}

impl SortBy {
    const fn as_str(self) -> &'static str {
        match self {
            Self::OldestFirst => "DateCreated:asc",
            Self::NewestFirst => "DateCreated:desc",
        }
    }
}

/// Which calls to list; all of them unless filtered, newest first. Exotel keeps what is 6 months back.
///
/// ```
/// use exotel_vsip::voice::{CallStatus, ListCalls, SortBy, TimeRange};
/// use jiff::civil::date;
///
/// let quarter = TimeRange::new(date(2026, 1, 1).at(0, 0, 0, 0), date(2026, 3, 31).at(23, 59, 59, 0))?;
/// let request = ListCalls::new().created(quarter).status(CallStatus::Busy).sort_by(SortBy::OldestFirst);
/// assert!(request.check().is_err(), "one request takes a month at most; the stream splits it");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Default)]
#[must_use = "a request does nothing until it is sent"]
pub struct ListCalls {
    sids: Vec<CallSid>,
    pub(super) created: Option<TimeRange>,
    to: Vec<String>,
    from: Vec<String>,
    phone_numbers: Vec<String>,
    status: Option<CallStatus>,
    duration: Option<DurationRange>,
    price: Option<PriceRange>,
    direction: Option<Direction>,
    page_size: Option<u32>,
    pub(super) sort_by: Option<SortBy>,
    before: Option<String>,
    after: Option<String>,
    recording_url_validity: Option<u32>,
    more: Vec<(String, String)>,
}

impl ListCalls {
    /// Most ids to a request.
    pub const MAX_SIDS: usize = 100;
    /// Most numbers to a filter.
    pub const MAX_NUMBERS: usize = 5;
    /// The largest page.
    pub const MAX_PAGE_SIZE: u32 = 100;

    /// All calls.
    pub fn new() -> Self {
        Self::default()
    }

    /// Only these calls, 100 at most. Without [`created`](Self::created) Exotel looks back one month.
    ///
    /// Sent as `Sid`.
    pub fn sids(mut self, sids: impl IntoIterator<Item = CallSid>) -> Self {
        self.sids = sids.into_iter().collect();
        self
    }

    /// Only calls ordered within a range. A month to a request; the stream splits longer ones.
    ///
    /// Sent as `DateCreated`.
    pub fn created(mut self, range: TimeRange) -> Self {
        self.created = Some(range);
        self
    }

    /// Only calls to one of these numbers, 5 at most.
    ///
    /// Sent as `To`.
    pub fn to(mut self, numbers: impl IntoIterator<Item = impl Into<Number>>) -> Self {
        self.to = texts(numbers);
        self
    }

    /// Only calls whose first leg rang one of these numbers, 5 at most.
    ///
    /// Sent as `From`.
    pub fn from(mut self, numbers: impl IntoIterator<Item = impl Into<Number>>) -> Self {
        self.from = texts(numbers);
        self
    }

    /// The same in whatever spelling an answer may have.
    pub(crate) fn spelt_from(mut self, spellings: Vec<String>) -> Self {
        self.from = spellings;
        self
    }

    /// Only calls over one of these ExoPhones, 5 at most.
    ///
    /// Sent as `PhoneNumber`.
    pub fn phone_numbers(mut self, numbers: impl IntoIterator<Item = impl Into<Number>>) -> Self {
        self.phone_numbers = texts(numbers);
        self
    }

    /// Only calls of this status.
    ///
    /// Sent as `Status`.
    pub fn status(mut self, status: CallStatus) -> Self {
        self.status = Some(status);
        self
    }

    /// Only calls that were so long.
    ///
    /// Sent as `Duration`.
    pub fn duration(mut self, range: DurationRange) -> Self {
        self.duration = Some(range);
        self
    }

    /// Only calls that cost so much.
    ///
    /// Sent as `Price`.
    pub fn price(mut self, range: PriceRange) -> Self {
        self.price = Some(range);
        self
    }

    /// Only calls begun this way.
    ///
    /// Sent as `Direction`.
    pub fn direction(mut self, direction: Direction) -> Self {
        self.direction = Some(direction);
        self
    }

    /// How many to a page: 1 to 100, 50 unless set.
    ///
    /// Sent as `PageSize`.
    pub fn page_size(mut self, size: u32) -> Self {
        self.page_size = Some(size);
        self
    }

    /// In which order; newest first unless set.
    ///
    /// Sent as `SortBy`.
    pub fn sort_by(mut self, order: SortBy) -> Self {
        self.sort_by = Some(order);
        self
    }

    /// The page before a cursor, out of [`PageInfo::previous`](super::PageInfo::previous).
    ///
    /// Sent as `Before`.
    pub fn before(mut self, cursor: impl Into<String>) -> Self {
        (self.before, self.after) = (Some(cursor.into()), None);
        self
    }

    /// The page after a cursor, out of [`PageInfo::next`](super::PageInfo::next).
    ///
    /// Sent as `After`.
    pub fn after(mut self, cursor: impl Into<String>) -> Self {
        (self.before, self.after) = (None, Some(cursor.into()));
        self
    }

    /// How many minutes the signed URLs of recordings are good for: 5 to 60; as the account is set unless set.
    ///
    /// Sent as `RecordingUrlValidity`.
    pub fn recording_url_validity(mut self, minutes: u32) -> Self {
        self.recording_url_validity = Some(minutes);
        self
    }

    /// Any parameter by its own name, sent last: for what Exotel adds before this crate knows it.
    pub fn parameter(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.more.push((name.into(), value.into()));
        self
    }

    /// Checks every value for one request, as [`Voice::page`](crate::voice::Voice::page) does by itself.
    ///
    /// # Errors
    /// [`ErrorKind::InvalidInput`](voice_core::error::ErrorKind::InvalidInput) with one field message for each rule that is
    /// broken; no value is quoted.
    pub fn check(&self) -> Result<(), Error> {
        let mut problems = self.problems();
        problems.require(
            self.created.is_none_or(|range| range.fits_a_request()),
            "DateCreated",
            "one request takes at most a month; the stream of calls splits longer ranges",
        );
        problems.finish(&LIST)
    }

    /// The same for the stream, which splits a range that is too long.
    pub(super) fn check_stream(&self) -> Result<(), Error> {
        self.problems().finish(&LIST)
    }

    fn problems(&self) -> Problems {
        let mut problems = Problems::default();
        problems.require(
            self.sids.len() <= Self::MAX_SIDS,
            "Sid",
            "takes at most 100 ids",
        );
        for (numbers, parameter) in [
            (&self.to, "To"),
            (&self.from, "From"),
            (&self.phone_numbers, "PhoneNumber"),
        ] {
            problems.require(
                numbers.len() <= Self::MAX_NUMBERS,
                parameter,
                "takes at most 5 numbers",
            );
        }
        problems.require(
            self.page_size
                .is_none_or(|size| (1..=Self::MAX_PAGE_SIZE).contains(&size)),
            "PageSize",
            "must be 1 to 100",
        );
        check_validity(self.recording_url_validity, &mut problems);
        problems
    }

    /// Adds every filter to a request.
    pub(super) fn query<'r>(&self, request: RequestBuilder<'r>) -> RequestBuilder<'r> {
        let list = |texts: &[String]| (!texts.is_empty()).then(|| texts.join(","));
        let sids: Vec<String> = self.sids.iter().map(CallSid::to_string).collect();
        let mut request = request
            .query_option("Sid", list(&sids))
            .query_option("DateCreated", self.created)
            .query_option("To", list(&self.to))
            .query_option("From", list(&self.from))
            .query_option("PhoneNumber", list(&self.phone_numbers))
            .query_option("Status", self.status.as_ref())
            .query_option("Duration", self.duration.as_ref())
            .query_option("Price", self.price.as_ref())
            .query_option("Direction", self.direction.as_ref())
            .query_option("PageSize", self.page_size)
            .query_option("SortBy", self.sort_by.map(SortBy::as_str))
            .query_option("Before", self.before.as_ref())
            .query_option("After", self.after.as_ref())
            .query_option("RecordingUrlValidity", self.recording_url_validity);
        for (name, value) in &self.more {
            request = request.query(name, value);
        }
        request
    }
}

fn texts(numbers: impl IntoIterator<Item = impl Into<Number>>) -> Vec<String> {
    numbers
        .into_iter()
        .map(|number| number.into().as_str().to_owned())
        .collect()
}

/// The rule that list and details share.
pub(crate) fn check_validity(minutes: Option<u32>, problems: &mut Problems) {
    problems.require(
        minutes.is_none_or(|minutes| (5..=60).contains(&minutes)),
        "RecordingUrlValidity",
        "must be 5 to 60 minutes",
    );
}

/// What [`Voice::details_with`](crate::voice::Voice::details_with) may be asked besides.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[must_use]
pub struct CallQuery {
    validity: Option<u32>,
}

impl CallQuery {
    /// Nothing besides.
    pub fn new() -> Self {
        Self::default()
    }

    /// How many minutes the recording's signed URL is good for: 5 to 60; as the account is set unless set.
    pub fn recording_url_validity(mut self, minutes: u32) -> Self {
        self.validity = Some(minutes);
        self
    }

    pub(crate) fn check(&self, operation: &Operation) -> Result<(), Error> {
        let mut problems = Problems::default();
        check_validity(self.validity, &mut problems);
        problems.finish(operation)
    }

    pub(crate) fn query<'r>(&self, request: RequestBuilder<'r>) -> RequestBuilder<'r> {
        request
            .query("details", "true")
            .query_option("RecordingUrlValidity", self.validity)
    }
}

/// Numbers are personal: how many there are is shown.
impl fmt::Debug for ListCalls {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ListCalls")
            .field("sids", &self.sids)
            .field("created", &self.created.map(|range| range.to_string()))
            .field("to", &self.to.len())
            .field("from", &self.from.len())
            .field("phone_numbers", &self.phone_numbers.len())
            .field("status", &self.status)
            .field("duration", &self.duration)
            .field("price", &self.price)
            .field("direction", &self.direction)
            .field("page_size", &self.page_size)
            .field("sort_by", &self.sort_by)
            .finish_non_exhaustive()
    }
}
