//! The plain resources of the simulated API, and which of them a request means.
//!
//! Products are told apart by the `Host` header (`trunking.twilio.com`, with or without edge and region) or, since a
//! simulator has one host only, by the first part of the path: `http://127.0.0.1:PORT/trunking/v1/Trunks`. Everything else is
//! asked of `api.twilio.com`.

mod account;
mod numbers;
mod sip;
mod trunking;

use http::Method;
use voice_core::testkit::SimRequest;

use super::TwilioSimulator;
use super::answer::{Refused, named};
use super::crud::Asked;
use super::table::{Identity, Table, Verb};
use crate::Product;

pub(super) use account::CALLER_IDS;
pub(super) use numbers::{NAME as NUMBERS, seed as seed_number};

/// One list for each area.
static TABLES: &[&[Table]] = &[
    account::TABLES,
    numbers::TABLES,
    sip::TABLES,
    trunking::TABLES,
];

/// Every resource.
pub(super) fn all() -> impl Iterator<Item = &'static Table> {
    TABLES.iter().copied().flatten()
}

/// The resource of a name.
pub(super) fn named_table(name: &str) -> Option<&'static Table> {
    all().find(|table| table.name == name)
}

/// The resource a request means; `None` when it means none of these.
pub(super) fn find(request: &SimRequest) -> Option<Result<Asked, Refused>> {
    let segments = request.segments();
    let (product, path) = product(request, &segments);
    let (version, rest) = path.split_first()?;
    if product != Product::Api {
        let rest: Vec<&str> = rest.iter().map(String::as_str).collect();
        let of_product = |table: &Table| table.product == product && table.version == version;
        let found = matching(of_product, &rest, &request.method);
        return Some(found.unwrap_or_else(|| Err(Refused::not_found(&request.path))));
    }
    let [accounts, account, rest @ .., last] = rest else {
        return None;
    };
    let last = last.strip_suffix(".json")?;
    if version != "2010-04-01" || accounts != "Accounts" {
        return None;
    }
    let rest: Vec<&str> = rest.iter().map(String::as_str).chain([last]).collect();
    let found = matching(Table::is_v2010, &rest, &request.method)?;
    if account != TwilioSimulator::ACCOUNT_SID {
        return Some(Err(Refused::not_found(&request.path)));
    }
    Some(found)
}

/// The product, and the path without what says it.
pub(super) fn product<'s>(request: &SimRequest, segments: &'s [String]) -> (Product, &'s [String]) {
    let of = |label: &str| Product::ALL.into_iter().find(|own| own.label() == label);
    let host = request.header("host");
    let host = host.split(':').next().unwrap_or_default();
    if let Some(labels) = host.strip_suffix(".twilio.com")
        && let Some(product) = labels.split('.').next().and_then(of)
    {
        return (product, segments);
    }
    match segments.split_first() {
        Some((first, rest)) if of(first).is_some() => (of(first).unwrap_or(Product::Api), rest),
        _ => (Product::Api, segments),
    }
}

fn matching(
    is_candidate: impl Fn(&Table) -> bool,
    path: &[&str],
    method: &Method,
) -> Option<Result<Asked, Refused>> {
    for table in all().filter(|table| is_candidate(table)) {
        let template: Vec<&str> = table.path.split('/').collect();
        let (head, sid) = match path.split_at_checked(template.len()) {
            Some((head, [])) => (head, None),
            Some((head, [sid])) => (head, Some(*sid)),
            _ => continue,
        };
        let fits = template.iter().zip(head).all(|(t, p)| *t == "{}" || t == p);
        let single = matches!(table.identity, Identity::Singleton);
        if !fits || (single && sid.is_some()) {
            continue;
        }
        let verb = match (method, sid.is_some() || single) {
            (&Method::GET, false) => Some(Verb::List),
            (&Method::POST, false) => Some(Verb::Create),
            (&Method::GET, true) => Some(Verb::Get),
            (&Method::POST, true) => Some(Verb::Update),
            (&Method::DELETE, true) => Some(Verb::Delete),
            _ => None,
        };
        let Some(verb) = verb.filter(|verb| table.verbs.contains(verb)) else {
            return Some(Err(Refused::new(405, 20004, named(20004))));
        };
        let parents = template.iter().zip(head).filter(|(t, _)| **t == "{}");
        return Some(Ok(Asked {
            table,
            verb,
            parents: parents.map(|(_, sid)| (*sid).to_owned()).collect(),
            sid: sid.unwrap_or_default().to_owned(),
        }));
    }
    None
}
