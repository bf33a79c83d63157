//! Which calls to list.

use voice_core::client::{Client, Cursor};
use voice_core::provider::{AgentId, CallKey};

use super::{KEY_METADATA, LIST};
use crate::check::{Least, Problems};
use crate::list::List;
use crate::types::{TimeOfDay, UvDuration, UvTime};

/// Which calls to list.
///
/// ```
/// use std::time::{Duration, SystemTime};
/// use ultravox_client::calls::ListCalls;
///
/// let yesterday = SystemTime::now() - Duration::from_secs(86_400);
/// let filter = ListCalls::new()
///     .metadata("campaign", "spring")
///     .created_from(yesterday)
///     .longer_than(Duration::from_secs(10))
///     .time_of_day("09:00:00".parse()?, "17:30:00".parse()?)
///     .sort("-created")
///     .page_size(100);
/// # Ok::<(), ultravox_client::types::TimeError>(())
/// ```
#[derive(Clone, Default, PartialEq)]
#[non_exhaustive]
pub struct ListCalls {
    /// Only those of these agents.
    pub agents: Vec<AgentId>,
    /// Only those with this metadata; all of it must match.
    pub metadata: Vec<(String, String)>,
    /// Only those created then or later.
    pub created_from: Option<UvTime>,
    /// Only those created then or earlier.
    pub created_until: Option<UvTime>,
    /// Only those created at this time of day or later, whatever the date.
    pub time_of_day_start: Option<TimeOfDay>,
    /// Only those created at this time of day or earlier, whatever the date.
    pub time_of_day_end: Option<TimeOfDay>,
    /// Only those that lasted at least so long.
    pub duration_min: Option<UvDuration>,
    /// Only those that lasted at most so long.
    pub duration_max: Option<UvDuration>,
    /// Only those with this voice, by its id.
    pub voice_id: Option<String>,
    /// Only those the API finds by this text.
    pub search: Option<String>,
    /// Order, such as `-created`.
    pub sort: Option<String>,
    /// How many to a page; the API decides unless set.
    pub page_size: Option<u32>,
    /// Where to begin.
    pub cursor: Option<Cursor>,
}

impl ListCalls {
    /// All of them, in the API's order.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Only those of this agent; may be given several times.
    #[must_use]
    pub fn agent(mut self, id: AgentId) -> Self {
        self.agents.push(id);
        self
    }

    /// Only those whose metadata has this value; may be given several times.
    #[must_use]
    pub fn metadata(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.metadata.push((name.into(), value.into()));
        self
    }

    /// Only those created with this key.
    #[must_use]
    pub fn key(self, key: &CallKey) -> Self {
        self.metadata(KEY_METADATA, key.as_str())
    }

    /// Only those created then or later; a bare date means its beginning.
    #[must_use]
    pub fn created_from(mut self, time: impl Into<UvTime>) -> Self {
        self.created_from = Some(time.into());
        self
    }

    /// Only those created then or earlier; a bare date means its end.
    #[must_use]
    pub fn created_until(mut self, time: impl Into<UvTime>) -> Self {
        self.created_until = Some(time.into());
        self
    }

    /// Only those created between two times of day, whatever the date.
    #[must_use]
    pub fn time_of_day(mut self, start: TimeOfDay, end: TimeOfDay) -> Self {
        self.time_of_day_start = Some(start);
        self.time_of_day_end = Some(end);
        self
    }

    /// Only those that lasted at least so long.
    #[must_use]
    pub fn longer_than(mut self, length: impl Into<UvDuration>) -> Self {
        self.duration_min = Some(length.into());
        self
    }

    /// Only those that lasted at most so long.
    #[must_use]
    pub fn shorter_than(mut self, length: impl Into<UvDuration>) -> Self {
        self.duration_max = Some(length.into());
        self
    }

    /// Only those with this voice, by its id.
    #[must_use]
    pub fn voice_id(mut self, id: impl Into<String>) -> Self {
        self.voice_id = Some(id.into());
        self
    }

    /// Only those the API finds by this text.
    #[must_use]
    pub fn search(mut self, text: impl Into<String>) -> Self {
        self.search = Some(text.into());
        self
    }

    /// Orders them by a field; `-` in front for descending.
    #[must_use]
    pub fn sort(mut self, field: impl Into<String>) -> Self {
        self.sort = Some(field.into());
        self
    }

    /// So many to a page.
    #[must_use]
    pub fn page_size(mut self, items: u32) -> Self {
        self.page_size = Some(items);
        self
    }

    /// Goes on where an earlier list of the same filter stopped.
    #[must_use]
    pub fn cursor(mut self, cursor: Cursor) -> Self {
        self.cursor = Some(cursor);
        self
    }

    pub(crate) fn problems(&self) -> Problems {
        let mut problems = Problems::default();
        problems.duration("durationMin", self.duration_min.as_ref(), Least::Zero);
        problems.duration("durationMax", self.duration_max.as_ref(), Least::Zero);
        // The API would ignore it and give every call.
        let unnamed = self.metadata.iter().any(|(name, _)| name.is_empty());
        problems.rule(unnamed, "metadata", "a filter needs a key");
        problems
    }

    /// The filters alone, without order and page.
    pub(crate) fn pairs(&self) -> Vec<(String, String)> {
        let agents = self
            .agents
            .iter()
            .map(|id| ("agentIds".to_owned(), id.to_string()));
        let metadata = self.metadata.iter();
        let metadata = metadata.map(|(name, value)| (format!("metadata.{name}"), value.clone()));
        // The API refuses an empty search.
        let search = self.search.clone().filter(|text| !text.is_empty());
        let single = [
            (
                "fromDate",
                self.created_from.as_ref().map(ToString::to_string),
            ),
            (
                "toDate",
                self.created_until.as_ref().map(ToString::to_string),
            ),
            (
                "timeOfDayStart",
                self.time_of_day_start.as_ref().map(ToString::to_string),
            ),
            (
                "timeOfDayEnd",
                self.time_of_day_end.as_ref().map(ToString::to_string),
            ),
            (
                "durationMin",
                self.duration_min.as_ref().map(ToString::to_string),
            ),
            (
                "durationMax",
                self.duration_max.as_ref().map(ToString::to_string),
            ),
            ("voiceId", self.voice_id.clone()),
            ("search", search),
        ];
        let single = single.into_iter();
        let single = single.filter_map(|(name, value)| Some((name.to_owned(), value?)));
        agents.chain(metadata).chain(single).collect()
    }

    pub(super) fn list(&self, client: &Client) -> List {
        let list = List::new(client, &LIST);
        self.pairs()
            .into_iter()
            .fold(list, |list, (name, value)| list.query(name, value))
            .query_option("sort", self.sort.as_ref())
            .query_option("pageSize", self.page_size.as_ref())
            .from(self.cursor.as_ref())
            .problems(self.problems())
    }
}

/// Metadata and searched text may be personal: only that they are set is shown.
impl std::fmt::Debug for ListCalls {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let keys: Vec<&String> = self.metadata.iter().map(|(name, _)| name).collect();
        f.debug_struct("ListCalls")
            .field("agents", &self.agents)
            .field("metadata", &keys)
            .field("created_from", &self.created_from)
            .field("created_until", &self.created_until)
            .field("sort", &self.sort)
            .field("page_size", &self.page_size)
            .field("cursor", &self.cursor)
            .finish_non_exhaustive()
    }
}
