//! Pages of a list: `page_size` and `offset`, and relative links with both.

use serde_json::{Value, json};

use super::model::Part;
use super::{Answer, Desk};
use crate::testkit::answer::{Refusal, Said};
use crate::testkit::choice::Shapes;

/// Items a page unless the client says otherwise.
const PAGE_SIZE: usize = 50;

/// What a list without items looks like.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Empty {
    /// With metadata, as any other page.
    Described,
    /// Without, as recorded for credentials.
    Bare,
}

impl Desk<'_> {
    /// One page of `items`, of which no others are shown; links keep `filter`.
    pub(super) fn page<T>(
        &self,
        items: &[T],
        show: impl Fn(&T) -> Value,
        empty: Empty,
        filter: Option<(&str, &str)>,
    ) -> Answer {
        if items.is_empty() && empty == Empty::Bare {
            return Ok(Said::List(Vec::new(), None));
        }
        let size = self.number("page_size", PAGE_SIZE)?;
        if size == 0 {
            return Err(Refusal::invalid("Invalid page_size", "page_size"));
        }
        let offset = self.number("offset", 0)?;
        if self.settings.shapes == Shapes::Guide {
            // Its lists name no next page: they hold everything.
            return Ok(Said::List(items.iter().map(show).collect(), None));
        }
        let page: Vec<Value> = items.iter().skip(offset).take(size).map(show).collect();
        let filter = filter.map_or_else(String::new, |(name, value)| format!("&{name}={value}"));
        let link = |offset: usize| {
            Value::from(format!(
                "{}?offset={offset}&page_size={size}{filter}",
                self.request.path
            ))
        };
        let end = offset.saturating_add(page.len());
        let metadata = json!({
            "page_size": size,
            "first_page_uri": link(0),
            "prev_page_uri": if offset > 0 { link(offset.saturating_sub(size)) } else { Value::Null },
            "next_page_uri": if end < items.len() && !page.is_empty() { link(end) } else { Value::Null },
        });
        Ok(Said::List(page, Some(metadata)))
    }

    /// One page of what belongs to the trunk of the path, newest first, as the two recorded lists of more than one item are.
    pub(super) fn page_of<T: Part>(&self, parts: &[T], empty: Empty) -> Answer {
        let items: Vec<&T> = parts.iter().rev().collect();
        self.page(&items, |part| part.show(self.trunk), empty, None)
    }

    fn number(&self, name: &'static str, default: usize) -> Result<usize, Refusal> {
        match self.request.query_value(name) {
            None => Ok(default),
            Some(text) => text
                .parse()
                .map_err(|_| Refusal::invalid(&format!("Invalid {name}"), name)),
        }
    }
}
