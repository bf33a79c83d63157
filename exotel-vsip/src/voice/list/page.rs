//! Pages of calls, and the stream over all of them.
//!
//! The links that a page names lead to an address of the API without `.json` and may name any host. They are not followed:
//! the cursor is taken out of them and sent with the same filters to this client's own address.

use serde_json::Value;
use voice_core::client::{Client, Cursor, Operation, Page, Pager, Response};
use voice_core::error::{Delivery, Error, ErrorKind};

use super::filter::{ListCalls, SortBy};
use super::range::TimeRange;
use crate::PROVIDER;
use crate::client::ExotelClient;
use crate::voice::LIST;
use crate::voice::amount::Count;
use crate::voice::call::Call;
use crate::voice::read;
use crate::voice::record::{Take, record};

record! {
    /// What a page says of the list.
    PageInfo {
        /// How many calls there are in all.
        total = "Total": Count,
        /// How many to a page.
        page_size = "PageSize": Count,
        /// The first page.
        first_page_uri = "FirstPageUri": String => secret,
        /// The page before.
        prev_page_uri = "PrevPageUri": String => secret,
        /// The page after.
        next_page_uri = "NextPageUri": String => secret,
    }
}

impl PageInfo {
    /// The cursor of the next page, for [`ListCalls::after`]; `None` at the end.
    #[must_use]
    pub fn next(&self) -> Option<String> {
        parameter(self.next_page_uri.as_deref()?, "After")
    }

    /// The cursor of the page before, for [`ListCalls::before`]; `None` at the beginning.
    #[must_use]
    pub fn previous(&self) -> Option<String> {
        parameter(self.prev_page_uri.as_deref()?, "Before")
    }
}

/// A parameter of a link, decoded.
fn parameter(link: &str, name: &str) -> Option<String> {
    let (_, query) = link.split_once('?')?;
    let query = query.split('#').next().unwrap_or_default();
    form_urlencoded::parse(query.as_bytes())
        .find(|(own, value)| own == name && !value.is_empty())
        .map(|(_, value)| value.into_owned())
}

/// One page of calls.
#[derive(Debug, Clone, Default, PartialEq)]
#[non_exhaustive]
pub struct CallPage {
    /// The calls, each with a part of its properties.
    pub calls: Vec<Call>,
    /// Where the list goes on.
    pub info: PageInfo,
}

impl CallPage {
    /// `{Metadata, Calls: […]}`, and what XML makes of it: `{Metadata, Calls: {Call: …}}`, or `Call` in a row.
    fn take(value: &Value) -> Option<Self> {
        let object = value.as_object()?;
        let calls = match object.get("Calls").or_else(|| object.get("Call")) {
            None if object.contains_key("Metadata") => Vec::new(),
            None => return None,
            Some(Value::Null) => Vec::new(),
            Some(list) => calls(list)?,
        };
        let info = object.get("Metadata").and_then(PageInfo::take);
        Some(Self {
            calls,
            info: info.unwrap_or_default(),
        })
    }
}

fn calls(value: &Value) -> Option<Vec<Call>> {
    match value {
        Value::Array(items) => items
            .iter()
            .map(|item| Call::take(item.get("Call").unwrap_or(item)))
            .collect(),
        Value::Object(object) => match object.get("Call") {
            Some(inner) if inner.is_array() || inner.is_object() => calls(inner),
            _ => Some(vec![Call::take(value)?]),
        },
        _ => None,
    }
}

/// Reads one page.
pub(crate) async fn page(
    client: &ExotelClient,
    request: &ListCalls,
) -> Result<Response<CallPage>, Error> {
    request.check()?;
    let read = |body: &[u8]| read::body(body, CallPage::take);
    request.query(client.request(&LIST)).send_with(read).await
}

/// All pages, and all months of a range that is too long for one request.
pub(crate) fn stream(
    client: &ExotelClient,
    request: &ListCalls,
    from: Option<Cursor>,
) -> Pager<'static, Call> {
    let (client, request) = (client.clone(), request.clone());
    let months = months(&request);
    Pager::new(from, move |cursor: Option<Cursor>| {
        let (client, request, months) = (client.clone(), request.clone(), months.clone());
        async move {
            request.check_stream()?;
            let place = Place::read(cursor.as_ref(), months.len())?;
            let mut one = request;
            if let Some(month) = months.get(place.month) {
                one = one.created(*month);
            }
            if let Some(after) = place.after {
                one = one.after(after);
            }
            let page = page(&client, &one).await?.into_inner();
            let next = match next_of(client.raw(), &page.info)? {
                Some(after) => Some(Place {
                    month: place.month,
                    after: Some(after),
                }),
                None if place.month + 1 < months.len() => Some(Place {
                    month: place.month + 1,
                    after: None,
                }),
                None => None,
            };
            let total = match months.len() {
                0 | 1 => page.info.total.map(Count::get),
                _ => None,
            };
            Ok(Page::new(page.calls, next.map(|place| place.write())).with_total(total))
        }
    })
}

/// The pieces of the range that is asked for, in the order of the list; none when there is no range.
fn months(request: &ListCalls) -> Vec<TimeRange> {
    let mut months = request
        .created
        .map(|range| range.months())
        .unwrap_or_default();
    if request.sort_by != Some(SortBy::OldestFirst) {
        months.reverse();
    }
    months
}

/// The cursor of the next page. A link to another host is an error, although it would not be followed: it is no page of
/// this list.
fn next_of(client: &Client, info: &PageInfo) -> Result<Option<String>, Error> {
    let Some(link) = info.next_page_uri.as_deref() else {
        return Ok(None);
    };
    if client.base_url().own_path(link).is_none() {
        return Err(astray("the list leads to another host"));
    }
    match info.next() {
        Some(after) => Ok(Some(after)),
        None => Err(astray(
            "the list names a next page without saying where it begins",
        )),
    }
}

fn astray(how: &str) -> Error {
    Error::new(ErrorKind::Protocol, how)
        .with_operation(PROVIDER, LIST.name())
        .with_delivery(Delivery::Answered)
}

/// Where a stream is: which month, and behind which cursor.
struct Place {
    month: usize,
    after: Option<String>,
}

impl Place {
    fn read(cursor: Option<&Cursor>, months: usize) -> Result<Self, Error> {
        let Some(cursor) = cursor else {
            return Ok(Self {
                month: 0,
                after: None,
            });
        };
        cursor
            .as_str()
            .split_once(':')
            .and_then(|(month, after)| {
                let month: usize = month.parse().ok().filter(|month| *month < months.max(1))?;
                let after = (!after.is_empty()).then(|| after.to_owned());
                Some(Self { month, after })
            })
            .ok_or_else(|| invalid(&LIST))
    }

    fn write(&self) -> Cursor {
        let after = self.after.as_deref().unwrap_or_default();
        Cursor::new(format!("{}:{after}", self.month))
    }
}

fn invalid(operation: &Operation) -> Error {
    Error::invalid_input("cursor", "is no cursor of this list")
        .with_operation(PROVIDER, operation.name())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;

    #[test]
    fn pages_are_read_in_every_form_they_come_in() {
        let call = json!({"Sid": "a1"});
        for (page, count) in [
            (json!({"Metadata": {"Total": 2}, "Calls": [call, call]}), 2),
            (json!({"Calls": [{"Call": call}]}), 1),
            (json!({"Metadata": {}, "Calls": {"Call": [call, call]}}), 2),
            (json!({"Calls": {"Call": call}}), 1),
            (json!({"Call": [call, call]}), 2),
            (json!({"Metadata": {}, "Calls": null}), 0),
            (json!({"Metadata": {"Total": "0"}}), 0),
        ] {
            let read = CallPage::take(&page).unwrap();
            assert_eq!(read.calls.len(), count, "{page}");
            assert!(read.calls.iter().all(|call| call.sid.is_some()), "{page}");
        }
        for bad in [
            json!({}),
            json!([]),
            json!({"Calls": 5}),
            json!({"Calls": ["x"]}),
        ] {
            assert_eq!(CallPage::take(&bad), None, "{bad}");
        }
    }

    #[test]
    fn cursors_come_out_of_links() {
        let info = PageInfo {
            next_page_uri: Some("/v1/Accounts/x/Calls?PageSize=2&After=a%2Bb%3D#x".into()),
            prev_page_uri: Some("/v1/Accounts/x/Calls?After=&Before=".into()),
            ..PageInfo::default()
        };
        assert_eq!(
            (info.next().as_deref(), info.previous()),
            (Some("a+b="), None)
        );
        assert!(!format!("{info:?}").contains("PageSize=2"));
    }

    proptest! {
        #[test]
        fn places_survive_storing(month in 0usize..7, after in proptest::option::of("\\PC{1,20}")) {
            let place = Place { month, after };
            let back = Place::read(Some(&place.write()), 7).unwrap();
            prop_assert_eq!((back.month, back.after), (place.month, place.after));
        }

        #[test]
        fn no_cursor_and_no_link_panics(text in ".*") {
            let _ = Place::read(Some(&Cursor::new(text.clone())), 3);
            let _ = parameter(&text, "After");
        }
    }
}
