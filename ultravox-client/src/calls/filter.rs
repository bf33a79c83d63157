//! Which calls to list, to count, or to look for among the deleted ones.
//!
//! The API has one set of filters for all of that. It is written once, as [`CallFilter`]; whatever lists calls holds one
//! and has its setters.

use voice_core::client::{Client, Cursor, Operation};
use voice_core::error::Error;
use voice_core::provider::AgentId;

use super::LIST;
use crate::check::{Least, Problems};
use crate::list::List;
use crate::types::{TimeOfDay, UvDuration, UvTime};

/// Which calls: the filters that lists, deleted calls and usage figures share. All of them must let a call through.
#[derive(Clone, Default, PartialEq)]
#[non_exhaustive]
pub struct CallFilter {
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
    /// Only those the API finds by this text. An empty one, which the API refuses, is not sent.
    pub search: Option<String>,
}

impl CallFilter {
    /// All calls.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// What is wrong with it.
    pub(crate) fn problems(&self) -> Problems {
        let mut problems = Problems::default();
        problems.duration("durationMin", self.duration_min.as_ref(), Least::Zero);
        problems.duration("durationMax", self.duration_max.as_ref(), Least::Zero);
        // The API would ignore it and give every call.
        let unnamed = self.metadata.iter().any(|(name, _)| name.is_empty());
        problems.rule(unnamed, "metadata", "a filter needs a key");
        problems
    }

    /// Fails if something is wrong with it.
    pub(crate) fn check(&self, operation: &Operation) -> Result<(), Error> {
        self.problems().finish(operation)
    }

    /// Its query, as the API spells it.
    pub(crate) fn pairs(&self) -> Vec<(String, String)> {
        fn text(value: Option<&impl ToString>) -> Option<String> {
            value.map(ToString::to_string)
        }
        let agents = self.agents.iter();
        let mut pairs: Vec<(String, String)> = agents
            .map(|agent| ("agentIds".to_owned(), agent.to_string()))
            .collect();
        for (name, value) in &self.metadata {
            pairs.push((format!("metadata.{name}"), value.clone()));
        }
        for (name, value) in [
            ("fromDate", text(self.created_from.as_ref())),
            ("toDate", text(self.created_until.as_ref())),
            ("timeOfDayStart", text(self.time_of_day_start.as_ref())),
            ("timeOfDayEnd", text(self.time_of_day_end.as_ref())),
            ("durationMin", text(self.duration_min.as_ref())),
            ("durationMax", text(self.duration_max.as_ref())),
            ("voiceId", self.voice_id.clone()),
            (
                "search",
                self.search.clone().filter(|text| !text.is_empty()),
            ),
        ] {
            pairs.extend(value.map(|value| (name.to_owned(), value)));
        }
        pairs
    }

    /// A list of `operation` with this filter.
    pub(crate) fn list(&self, client: &Client, operation: &'static Operation) -> List {
        let list = List::new(client, operation).problems(self.problems());
        let add = |list: List, (name, value)| list.query(name, value);
        self.pairs().into_iter().fold(list, add)
    }
}

/// Metadata and searched text may be personal: only that they are set is shown.
impl std::fmt::Debug for CallFilter {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let keys: Vec<&String> = self.metadata.iter().map(|(name, _)| name).collect();
        f.debug_struct("CallFilter")
            .field("agents", &self.agents)
            .field("metadata", &keys)
            .field("created_from", &self.created_from)
            .field("created_until", &self.created_until)
            .finish_non_exhaustive()
    }
}

/// The setters of a filter, for the filter itself or for something that holds one.
macro_rules! call_filter_setters {
    ($name:ident $(, $within:ident)?) => {
        impl $name {
            /// Only those of this agent; may be given several times.
            #[must_use]
            pub fn agent(mut self, id: voice_core::provider::AgentId) -> Self {
                self $(.$within)? .agents.push(id);
                self
            }

            /// Only those whose metadata has this value; may be given several times.
            #[must_use]
            pub fn metadata(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
                self $(.$within)? .metadata.push((name.into(), value.into()));
                self
            }

            /// Only those created with this key.
            #[must_use]
            pub fn key(self, key: &voice_core::provider::CallKey) -> Self {
                self.metadata($crate::calls::KEY_METADATA, key.as_str())
            }

            /// Only those created then or later; a bare date means its beginning.
            #[must_use]
            pub fn created_from(mut self, time: impl Into<$crate::types::UvTime>) -> Self {
                self $(.$within)? .created_from = Some(time.into());
                self
            }

            /// Only those created then or earlier; a bare date means its end.
            #[must_use]
            pub fn created_until(mut self, time: impl Into<$crate::types::UvTime>) -> Self {
                self $(.$within)? .created_until = Some(time.into());
                self
            }

            /// Only those created between two times of day, whatever the date.
            #[must_use]
            pub fn time_of_day(
                mut self,
                start: $crate::types::TimeOfDay,
                end: $crate::types::TimeOfDay,
            ) -> Self {
                self $(.$within)? .time_of_day_start = Some(start);
                self $(.$within)? .time_of_day_end = Some(end);
                self
            }

            /// Only those that lasted at least so long.
            #[must_use]
            pub fn longer_than(mut self, length: impl Into<$crate::types::UvDuration>) -> Self {
                self $(.$within)? .duration_min = Some(length.into());
                self
            }

            /// Only those that lasted at most so long.
            #[must_use]
            pub fn shorter_than(mut self, length: impl Into<$crate::types::UvDuration>) -> Self {
                self $(.$within)? .duration_max = Some(length.into());
                self
            }

            /// Only those with this voice, by its id.
            #[must_use]
            pub fn voice_id(mut self, id: impl Into<String>) -> Self {
                self $(.$within)? .voice_id = Some(id.into());
                self
            }

            /// Only those the API finds by this text.
            #[must_use]
            pub fn search(mut self, text: impl Into<String>) -> Self {
                self $(.$within)? .search = Some(text.into());
                self
            }
        }
    };
}

pub(crate) use call_filter_setters;

call_filter_setters!(CallFilter);
call_filter_setters!(ListCalls, filter);

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
#[derive(Debug, Clone, Default, PartialEq)]
#[non_exhaustive]
pub struct ListCalls {
    /// Which.
    pub filter: CallFilter,
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

    pub(super) fn list(&self, client: &Client) -> List {
        self.filter
            .list(client, &LIST)
            .query_option("sort", self.sort.as_ref())
            .query_option("pageSize", self.page_size.as_ref())
            .from(self.cursor.as_ref())
    }
}

impl From<CallFilter> for ListCalls {
    fn from(filter: CallFilter) -> Self {
        Self {
            filter,
            ..Self::default()
        }
    }
}
