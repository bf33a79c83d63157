//! Lists calls, newest first, in pages.

use std::time::SystemTime;

use serde_json::{Value, json};
use voice_core::client::Form;
use voice_core::testkit::{SimAnswer, SimRequest};

use super::TwilioSimulator;
use super::answer::{Refused, named, ok};
use super::record::Record;
use super::state::Shared;
use crate::calls::CallStatus;
use crate::types::DateFilter;

pub(super) fn list(shared: &Shared, request: &SimRequest) -> Result<SimAnswer, Refused> {
    let query = request.query_pairs();
    let value = |name: &str| {
        query
            .iter()
            .find(|(own, _)| own == name)
            .map(|(_, value)| value.as_str())
    };
    let size = match value("PageSize").map(str::parse::<usize>) {
        None => 50,
        Some(Ok(size @ 1..=1000)) => size,
        Some(Ok(1001..)) => return Err(Refused::bad(20007, named(20007))),
        Some(_) => return Err(Refused::bad(20001, "PageSize must be 1 to 1000")),
    };
    let page: usize = value("Page")
        .and_then(|page| page.parse().ok())
        .unwrap_or(0);

    let state = shared.lock();
    let mut found = Vec::new();
    for record in state.calls.iter().rev().filter(|record| !record.deleted) {
        if matches(record, &query)? {
            found.push(record);
        }
    }
    // A token names the last call of the page before: new calls do not shift what follows it. An index does.
    let start = match value("PageToken") {
        Some(token) => {
            let after = found
                .iter()
                .position(|record| token.strip_prefix("PA") == Some(record.sid.as_str()));
            after.ok_or_else(|| Refused::bad(21481, named(21481)))? + 1
        }
        None => page.saturating_mul(size),
    };
    let items: Vec<&&Record> = found.iter().skip(start).take(size).collect();
    let next = match items.last() {
        Some(last) if start + items.len() < found.len() => {
            let token = format!("PA{}", last.sid);
            Value::from(link(
                &query,
                &[
                    ("PageSize", size.to_string()),
                    ("Page", (page + 1).to_string()),
                    ("PageToken", token),
                ],
            ))
        }
        _ => Value::Null,
    };
    let first = link(
        &query,
        &[("PageSize", size.to_string()), ("Page", "0".to_owned())],
    );
    Ok(ok(
        200,
        &json!({
            "calls": items.iter().map(|record| record.to_json()).collect::<Vec<_>>(),
            "page": page,
            "page_size": size,
            "start": start,
            "end": start + items.len().saturating_sub(1),
            "uri": request_uri(request),
            "first_page_uri": first,
            "next_page_uri": next,
            "previous_page_uri": null,
        }),
    ))
}

fn request_uri(request: &SimRequest) -> String {
    match request.query.as_str() {
        "" => request.path.clone(),
        query => format!("{}?{query}", request.path),
    }
}

/// A relative link with the same filters on another page.
fn link(query: &[(String, String)], paging: &[(&str, String)]) -> String {
    let mut form = Form::new();
    for (name, value) in query {
        if !matches!(name.as_str(), "PageSize" | "Page" | "PageToken") {
            form.push(name, value);
        }
    }
    for (name, value) in paging {
        form.push(name, value);
    }
    format!(
        "/2010-04-01/Accounts/{}/Calls.json?{}",
        TwilioSimulator::ACCOUNT_SID,
        form.encoded()
    )
}

/// Whether a call passes every filter. A start time that is null passes none.
fn matches(record: &Record, query: &[(String, String)]) -> Result<bool, Refused> {
    for (name, value) in query {
        let passes = match name.as_str() {
            "To" => record.order.to == *value,
            "From" => record.order.from == *value,
            "Status" => record.status == CallStatus::from_word(value),
            "ParentCallSid" => false,
            _ => match (name.strip_prefix("StartTime"), name.strip_prefix("EndTime")) {
                (Some(sign), _) => passes_date(record.started, sign, value)?,
                (_, Some(sign)) => passes_date(record.ended, sign, value)?,
                _ => true,
            },
        };
        if !passes {
            return Ok(false);
        }
    }
    Ok(true)
}

pub(super) fn passes_date(
    time: Option<SystemTime>,
    sign: &str,
    value: &str,
) -> Result<bool, Refused> {
    let filter =
        DateFilter::parse(value).map_err(|_| Refused::bad(20001, "a date is malformed"))?;
    let (Some(time), Some((from, until))) = (time, filter.span()) else {
        return Ok(false);
    };
    Ok(match sign {
        "<" => time < from,
        ">" => time >= from,
        "" => from <= time && time < until,
        _ => true,
    })
}
