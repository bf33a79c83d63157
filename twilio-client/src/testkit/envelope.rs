//! Both envelopes of lists, with their links; addresses, and both forms of dates.

use std::time::{Duration, SystemTime};

use serde_json::{Value, json};
use voice_core::client::Form;

use super::TwilioSimulator;
use super::answer::{Refused, named};
use super::crud::Asked;
use super::table::{Identity, Table};
use super::world::Row;
use crate::types::ApiTime;

/// RFC 2822 in v2010, ISO 8601 elsewhere; whole seconds.
pub(super) fn stamp(table: &Table, time: SystemTime) -> Value {
    if table.is_v2010() {
        return ApiTime::from_time(time).as_str().into();
    }
    let seconds = time
        .duration_since(SystemTime::UNIX_EPOCH)
        .as_ref()
        .map_or(0, Duration::as_secs);
    let text = i64::try_from(seconds)
        .ok()
        .and_then(|seconds| jiff::Timestamp::from_second(seconds).ok())
        .map(|time| time.to_string());
    text.unwrap_or_default().into()
}

/// The address of a row, or of a part of it: relative in v2010, with the real host elsewhere.
pub(super) fn address(table: &Table, row: &Row, part: Option<&str>) -> String {
    let mut path = list_path(table, std::slice::from_ref(&row.parent));
    if !matches!(table.identity, Identity::Singleton) {
        path.push('/');
        path.push_str(&row.sid);
    }
    if let Some(part) = part {
        path.push('/');
        path.push_str(part);
    }
    finished(table, &path)
}

/// The path of a list. Of several parents only the last is known to a row; that is enough for one level.
fn list_path(table: &Table, parents: &[String]) -> String {
    let mut parents = parents.iter();
    let mut path = match table.is_v2010() {
        true => format!("/2010-04-01/Accounts/{}", TwilioSimulator::ACCOUNT_SID),
        false => format!("/{}", table.version),
    };
    for part in table.path.split('/') {
        path.push('/');
        path.push_str(match part {
            "{}" => parents.next().map_or("", String::as_str),
            part => part,
        });
    }
    path
}

fn finished(table: &Table, path: &str) -> String {
    if table.is_v2010() {
        format!("{path}.json")
    } else {
        format!("https://{}.twilio.com{path}", table.product.label())
    }
}

/// A page in the envelope of the table's API.
///
/// A token names the last row of the page before, so that new rows do not shift what follows it. An index does.
pub(super) fn page(
    asked: &Asked,
    query: &[(String, String)],
    rows: &[&Row],
    shown: impl Fn(&Row) -> Value,
) -> Result<Value, Refused> {
    let table = asked.table;
    let value = |name: &str| {
        let found = query.iter().find(|(own, _)| own == name);
        found.map(|(_, value)| value.as_str())
    };
    let size = match value("PageSize").map(str::parse::<usize>) {
        None => 50,
        Some(Ok(size @ 1..=1000)) => size,
        Some(Ok(1001..)) => return Err(Refused::bad(20007, named(20007))),
        Some(_) => return Err(Refused::bad(20001, "PageSize must be 1 to 1000")),
    };
    let index: usize = value("Page")
        .and_then(|page| page.parse().ok())
        .unwrap_or(0);
    let start = match value("PageToken") {
        Some(token) => {
            let after = rows
                .iter()
                .position(|row| token.strip_prefix("PA") == Some(row.sid.as_str()));
            after.ok_or_else(|| Refused::bad(21481, named(21481)))? + 1
        }
        None => index.saturating_mul(size),
    };
    let part: Vec<&&Row> = rows.iter().skip(start).take(size).collect();
    let items: Vec<Value> = part.iter().map(|row| shown(row)).collect();
    let link = |page: usize, token: Option<String>| {
        let mut form = Form::new();
        for (name, value) in query {
            if !matches!(name.as_str(), "PageSize" | "Page" | "PageToken") {
                form.push(name, value);
            }
        }
        form.push("PageSize", size.to_string());
        form.push("Page", page.to_string());
        if let Some(token) = token {
            form.push("PageToken", token);
        }
        let path = finished(table, &list_path(table, &asked.parents));
        format!("{path}?{}", form.encoded())
    };
    let next = part
        .last()
        .filter(|_| start.saturating_add(part.len()) < rows.len())
        .map(|last| link(index + 1, Some(format!("PA{}", last.sid))));
    let (here, first) = (
        link(index, value("PageToken").map(str::to_owned)),
        link(0, None),
    );
    Ok(if table.is_v2010() {
        json!({
            table.items: items,
            "page": index,
            "page_size": size,
            "start": start,
            "end": start.saturating_add(part.len().saturating_sub(1)),
            "uri": here,
            "first_page_uri": first,
            "next_page_uri": next,
            "previous_page_uri": null,
        })
    } else {
        json!({
            table.items: items,
            "meta": {
                "key": table.items,
                "page": index,
                "page_size": size,
                "url": here,
                "first_page_url": first,
                "next_page_url": next,
                "previous_page_url": null,
            },
        })
    })
}
