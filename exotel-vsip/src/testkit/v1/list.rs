//! Calls: one with its details, and lists with filters and cursors.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Value, json};
use voice_core::testkit::SimRequest;

use super::Exception;
use super::range::{Range, check_span, time};
use super::record::Record;
use crate::testkit::time::india_civil;
use crate::testkit::world::Shared;

pub(super) fn details(
    shared: &Shared,
    account: usize,
    request: &SimRequest,
    sid: &str,
) -> Result<Value, Exception> {
    check_validity(request)?;
    let wall = shared.settings.clock.wall();
    let state = shared.lock();
    let mut calls = state.calls.iter();
    let record = calls.find(|record| record.sid == sid && record.account == account);
    let record = record.ok_or_else(Exception::not_found)?;
    let mut call = record.to_json(&shared.settings, state.pace.settle, wall);
    if request.query_value("details").as_deref() == Some("true") {
        call.insert("Details".to_owned(), record.details());
    }
    Ok(json!({"Call": call}))
}

fn check_validity(request: &SimRequest) -> Result<(), Exception> {
    match request
        .query_value("RecordingUrlValidity")
        .map(|text| text.parse::<u8>())
    {
        None | Some(Ok(5..=60)) => Ok(()),
        Some(_) => Err(Exception::bad("RecordingUrlValidity must be 5 to 60")),
    }
}

pub(super) fn list(
    shared: &Shared,
    account: usize,
    request: &SimRequest,
) -> Result<Value, Exception> {
    check_validity(request)?;
    let query = request.query_pairs();
    let value = |name: &str| {
        let found = query
            .iter()
            .find(|(own, value)| own == name && !value.is_empty());
        found.map(|(_, value)| value.as_str())
    };
    let size = match value("PageSize").map(str::parse::<usize>) {
        None => 50,
        Some(Ok(size @ 1..=100)) => size,
        Some(_) => return Err(Exception::bad("PageSize must be 1 to 100")),
    };
    let oldest_first = match value("SortBy") {
        None | Some("DateCreated:desc") => false,
        Some("DateCreated:asc") => true,
        Some(_) => return Err(Exception::bad("SortBy is not known")),
    };
    let wall = shared.settings.clock.wall();
    let filter = Filter::read(&value, india_civil(wall))?;

    let state = shared.lock();
    let spelling = shared.settings.spelling;
    let own = state
        .calls
        .iter()
        .filter(|record| record.account == account);
    let mut found: Vec<&Record> = own
        .filter(|record| filter.passes(record, |number| Record::spelt(number, spelling)))
        .collect();
    if !oldest_first {
        found.reverse();
    }
    let place = |cursor: &str| {
        let sid = URL_SAFE_NO_PAD.decode(cursor).ok();
        let at = sid.and_then(|sid| found.iter().position(|record| record.sid.as_bytes() == sid));
        at.ok_or_else(|| Exception::bad("the cursor is not known"))
    };
    let (start, end) = match (value("After"), value("Before")) {
        (Some(_), Some(_)) => return Err(Exception::bad("After and Before exclude each other")),
        (Some(after), None) => {
            let start = place(after)? + 1;
            (start, start + size)
        }
        (None, Some(before)) => {
            let end = place(before)?;
            (end.saturating_sub(size), end)
        }
        (None, None) => (0, size),
    };
    let end = end.min(found.len());
    let page = found.get(start..end).unwrap_or_default();
    let calls: Vec<Value> = page
        .iter()
        .map(|record| Value::Object(record.to_json(&shared.settings, state.pace.settle, wall)))
        .collect();
    let link = |cursor: Option<(&str, &Record)>| link(request, cursor);
    let next = page.last().filter(|_| end < found.len());
    let previous = page.first().filter(|_| start > 0);
    Ok(json!({
        "Metadata": {
            "Total": found.len(),
            "PageSize": size,
            "FirstPageUri": link(None),
            "PrevPageUri": previous.map(|record| link(Some(("Before", record)))),
            "NextPageUri": next.map(|record| link(Some(("After", record)))),
        },
        "Calls": calls,
    }))
}

/// A link with the same filters; without `.json`, as documented.
fn link(request: &SimRequest, cursor: Option<(&str, &Record)>) -> String {
    let mut query = form_urlencoded::Serializer::new(String::new());
    for (name, value) in request.query_pairs() {
        if !matches!(name.as_str(), "After" | "Before") {
            query.append_pair(&name, &value);
        }
    }
    if let Some((name, record)) = cursor {
        query.append_pair(name, &URL_SAFE_NO_PAD.encode(&record.sid));
    }
    let path = request.path.strip_suffix(".json").unwrap_or(&request.path);
    match query.finish() {
        query if query.is_empty() => path.to_owned(),
        query => format!("{path}?{query}"),
    }
}

/// Which calls are wanted.
struct Filter {
    sids: Option<Vec<String>>,
    to: Option<Vec<String>>,
    from: Option<Vec<String>>,
    exophones: Option<Vec<String>>,
    created: Option<Range<jiff::civil::DateTime>>,
    duration: Option<Range<u64>>,
    price: Option<Range<f64>>,
    status: Option<String>,
    direction: Option<String>,
}

impl Filter {
    fn read<'v>(
        value: &impl Fn(&str) -> Option<&'v str>,
        now: Option<jiff::civil::DateTime>,
    ) -> Result<Self, Exception> {
        let many = |name: &str, most: usize| {
            let items: Option<Vec<String>> = value(name)
                .map(|text| text.split(',').map(|item| item.trim().to_owned()).collect());
            match items {
                Some(items) if items.len() > most => Err(Exception::bad(format!(
                    "{name} takes at most {most} values"
                ))),
                items => Ok(items),
            }
        };
        let bad = |name: &str| Exception::bad(format!("{name} is not a range"));
        let created = value("DateCreated").map(|text| Range::parse(text, time));
        let created = created
            .map(|range| range.ok_or_else(|| bad("DateCreated")))
            .transpose()?;
        if let (Some(range), Some(now)) = (&created, now) {
            check_span(range, now)?;
        }
        let seconds = |text: &str| text.strip_suffix('s').unwrap_or(text).parse().ok();
        let duration = value("Duration").map(|text| Range::parse(text, seconds));
        let price = value("Price").map(|text| Range::parse(text, |text| text.parse().ok()));
        Ok(Self {
            sids: many("Sid", 100)?,
            to: many("To", 5)?,
            from: many("From", 5)?,
            exophones: many("PhoneNumber", 5)?,
            created,
            duration: duration
                .map(|range| range.ok_or_else(|| bad("Duration")))
                .transpose()?,
            price: price
                .map(|range| range.ok_or_else(|| bad("Price")))
                .transpose()?,
            status: value("Status").map(str::to_owned),
            direction: value("Direction").map(str::to_owned),
        })
    }

    /// Numbers are compared as answers write them.
    fn passes(&self, record: &Record, spelt: impl Fn(&str) -> String) -> bool {
        let among = |wanted: &Option<Vec<String>>, own: Option<&str>| {
            wanted.as_ref().is_none_or(|wanted| {
                own.is_some_and(|own| wanted.iter().any(|one| one == own || *one == spelt(own)))
            })
        };
        let price = record.length().div_ceil(60) as f64 * 0.5;
        among(&self.sids, Some(&record.sid))
            && among(&self.to, record.order.to.as_deref())
            && among(&self.from, Some(&record.order.from))
            && among(&self.exophones, Some(&record.order.caller_id))
            && self.created.as_ref().is_none_or(|range| {
                india_civil(record.created).is_some_and(|created| range.holds(created))
            })
            && self
                .duration
                .as_ref()
                .is_none_or(|range| range.holds(record.length()))
            && self.price.as_ref().is_none_or(|range| range.holds(price))
            && self
                .status
                .as_ref()
                .is_none_or(|status| status == record.status.as_str())
            && self
                .direction
                .as_ref()
                .is_none_or(|direction| direction == "outbound-api")
    }
}
