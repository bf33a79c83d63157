//! Lists in pages, in both envelopes, newest first.

use std::time::SystemTime;

use serde_json::{Map, Value, json};
use voice_core::client::Form;
use voice_core::testkit::{SimAnswer, SimRequest};

use super::answer::{Refused, named, ok};
use super::list::passes_date;

/// One item of a list: what a page token calls it, and how it is shown.
pub(super) type Item = (String, Value);

/// Which items a page holds, and the links to others.
struct Page {
    size: usize,
    number: usize,
    start: usize,
    items: Vec<Value>,
    first: String,
    next: Option<String>,
    own: String,
}

/// The list as v2010 answers it: relative links beside the items.
pub(super) fn listed(
    request: &SimRequest,
    key: &str,
    items: Vec<Item>,
) -> Result<SimAnswer, Refused> {
    let page = page(request, items)?;
    let mut body = Map::new();
    let end = page.start + page.items.len().saturating_sub(1);
    body.insert(key.to_owned(), Value::Array(page.items));
    for (name, value) in [
        ("page", json!(page.number)),
        ("page_size", json!(page.size)),
        ("start", json!(page.start)),
        ("end", json!(end)),
        ("uri", json!(page.own)),
        ("first_page_uri", json!(page.first)),
        ("next_page_uri", json!(page.next)),
        ("previous_page_uri", Value::Null),
    ] {
        body.insert(name.to_owned(), value);
    }
    Ok(ok(200, &Value::Object(body)))
}

/// The list as the newer APIs answer it: absolute links on the product's own host, whatever host was asked.
pub(super) fn listed_v1(
    request: &SimRequest,
    product: &str,
    key: &str,
    items: Vec<Item>,
) -> Result<SimAnswer, Refused> {
    let page = page(request, items)?;
    let on = |path: String| format!("https://{product}.twilio.com{path}");
    let mut body = Map::new();
    body.insert(key.to_owned(), Value::Array(page.items));
    body.insert(
        "meta".to_owned(),
        json!({
            "key": key,
            "page": page.number,
            "page_size": page.size,
            "url": on(page.own),
            "first_page_url": on(page.first),
            "next_page_url": page.next.map(on),
            "previous_page_url": null,
        }),
    );
    Ok(ok(200, &Value::Object(body)))
}

fn page(request: &SimRequest, items: Vec<Item>) -> Result<Page, Refused> {
    let size = match request.query_value("PageSize").as_deref().map(str::parse) {
        None => 50,
        Some(Ok(size @ 1..=1000)) => size,
        Some(Ok(1001..)) => return Err(Refused::bad(20007, named(20007))),
        Some(_) => return Err(Refused::bad(20001, "PageSize must be 1 to 1000")),
    };
    let number: usize = request
        .query_value("Page")
        .and_then(|page| page.parse().ok())
        .unwrap_or(0);
    // A token names the last item of the page before: new ones do not shift what follows it. An index does.
    let start = match request.query_value("PageToken") {
        Some(token) => {
            let last = token.strip_prefix("PA").unwrap_or_default();
            let after = items.iter().position(|(id, _)| id == last);
            after.ok_or_else(|| Refused::bad(21481, named(21481)))? + 1
        }
        None => number.saturating_mul(size),
    };
    let total = items.len();
    let (mut shown, mut last) = (Vec::new(), None);
    for (id, item) in items.into_iter().skip(start).take(size) {
        shown.push(item);
        last = Some(id);
    }
    let size_text = size.to_string();
    let next = last.filter(|_| start + shown.len() < total).map(|last| {
        let (number, token) = ((number + 1).to_string(), format!("PA{last}"));
        link(
            request,
            &[
                ("PageSize", &size_text),
                ("Page", &number),
                ("PageToken", &token),
            ],
        )
    });
    let own = match request.query.as_str() {
        "" => request.path.clone(),
        query => format!("{}?{query}", request.path),
    };
    Ok(Page {
        size,
        number,
        start,
        items: shown,
        first: link(request, &[("PageSize", &size_text), ("Page", "0")]),
        next,
        own,
    })
}

/// The same list with the same filters at another place.
fn link(request: &SimRequest, paging: &[(&str, &str)]) -> String {
    let mut form = Form::new();
    for (name, value) in request.query_pairs() {
        if !matches!(name.as_str(), "PageSize" | "Page" | "PageToken") {
            form.push(&name, &value);
        }
    }
    for (name, value) in paging {
        form.push(name, value);
    }
    format!("{}?{}", request.path, form.encoded())
}

/// Whether a moment passes the filters `NAME`, `NAME<` and `NAME>`.
pub(super) fn within(request: &SimRequest, name: &str, time: SystemTime) -> Result<bool, Refused> {
    for (own, value) in request.query_pairs() {
        if let Some(sign) = own.strip_prefix(name)
            && !passes_date(Some(time), sign, &value)?
        {
            return Ok(false);
        }
    }
    Ok(true)
}
