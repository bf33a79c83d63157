//! Which part of the simulator a request belongs to: one line per operation, beside the calls themselves.

use std::sync::Arc;

use http::Method;
use voice_core::ident::CallSid;
use voice_core::testkit::{SimAnswer, SimRequest};

use super::answer::Refused;
use super::create::params;
use super::state::Shared;
use super::{
    TwilioSimulator, account, exchanges, forks, lines, numbers, removal, rooms, sound, tables,
};
use crate::Product;
use crate::webhook::Params;

/// A request, and what its path says.
pub(super) struct Asked<'a> {
    pub(super) shared: &'a Arc<Shared>,
    pub(super) request: &'a SimRequest,
    parts: &'a [String],
}

/// What an operation does.
pub(super) type Act = fn(&Asked<'_>) -> Result<SimAnswer, Refused>;

/// One operation: method, path and name. A path is below the account, or begins with the label of another product and a
/// colon; a star is one segment.
pub(super) struct Line {
    method: Verb,
    path: &'static str,
    operation: &'static str,
    act: Act,
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Verb {
    Get,
    Post,
    Delete,
}

/// A line that fits a request.
pub(super) struct Found {
    line: &'static Line,
    parts: Vec<String>,
}

impl Line {
    pub(super) const fn get(path: &'static str, operation: &'static str, act: Act) -> Self {
        Self::new(Verb::Get, path, operation, act)
    }

    pub(super) const fn post(path: &'static str, operation: &'static str, act: Act) -> Self {
        Self::new(Verb::Post, path, operation, act)
    }

    pub(super) const fn delete(path: &'static str, operation: &'static str, act: Act) -> Self {
        Self::new(Verb::Delete, path, operation, act)
    }

    const fn new(method: Verb, path: &'static str, operation: &'static str, act: Act) -> Self {
        Self {
            method,
            path,
            operation,
            act,
        }
    }

    /// The stars' texts, if the path is this line's.
    fn fits(&self, on: Product, segments: &[&str]) -> Option<Vec<String>> {
        let (product, path) = match self.path.split_once(':') {
            Some(split) => split,
            None => (Product::Api.label(), self.path),
        };
        if product != on.label() {
            return None;
        }
        let rest = match on {
            Product::Api => match segments {
                ["2010-04-01", "Accounts", account, rest @ ..]
                    if *account == TwilioSimulator::ACCOUNT_SID =>
                {
                    rest
                }
                _ => return None,
            },
            _ => segments,
        };
        let pattern: Vec<&str> = path.split('/').collect();
        if pattern.len() != rest.len() {
            return None;
        }
        let mut parts = Vec::new();
        for (wanted, given) in pattern.iter().zip(rest) {
            match wanted.split_once('*') {
                Some(("", suffix)) => {
                    let part = given.strip_suffix(suffix).filter(|part| !part.is_empty())?;
                    parts.push(part.to_owned());
                }
                _ if wanted == given => {}
                _ => return None,
            }
        }
        Some(parts)
    }
}

impl Found {
    /// The name of this crate's operation.
    pub(super) fn operation(&self) -> &'static str {
        self.line.operation
    }

    pub(super) fn act(
        &self,
        shared: &Arc<Shared>,
        request: &SimRequest,
    ) -> Result<SimAnswer, Refused> {
        (self.line.act)(&Asked {
            shared,
            request,
            parts: &self.parts,
        })
    }
}

/// Every part's lines.
fn lines() -> impl Iterator<Item = &'static Line> {
    [
        removal::LINES,
        rooms::LINES,
        sound::LINES,
        exchanges::LINES,
        forks::LINES,
        lines::LINES,
        account::LINES,
        numbers::LINES,
    ]
    .into_iter()
    .flatten()
}

/// The line for a request. `Err(true)` when only the method is wrong.
pub(super) fn find(request: &SimRequest) -> Result<Found, bool> {
    let segments = request.segments();
    let (product, path) = tables::product(request, &segments);
    let segments: Vec<&str> = path.iter().map(String::as_str).collect();
    let method = match request.method {
        Method::GET => Some(Verb::Get),
        Method::POST => Some(Verb::Post),
        Method::DELETE => Some(Verb::Delete),
        _ => None,
    };
    let mut known = false;
    for line in lines() {
        let Some(parts) = line.fits(product, &segments) else {
            continue;
        };
        if Some(line.method) == method {
            return Ok(Found { line, parts });
        }
        known = true;
    }
    Err(known)
}

impl Asked<'_> {
    /// The text of the path's nth star.
    pub(super) fn part(&self, at: usize) -> &str {
        self.parts.get(at).map_or("", String::as_str)
    }

    /// The form that was sent.
    pub(super) fn form(&self) -> Params {
        params(self.request)
    }

    /// The query's value of a name.
    pub(super) fn query(&self, name: &str) -> Option<String> {
        self.request.query_value(name)
    }

    pub(super) fn not_found(&self) -> Refused {
        Refused::not_found(&self.request.path)
    }

    /// The call that the path's nth star names: one that exists.
    pub(super) fn call(&self, at: usize) -> Result<CallSid, Refused> {
        let sid = self.part(at).parse().map_err(|_| self.not_found())?;
        match self.shared.lock().find(&sid) {
            Some(_) => Ok(sid),
            None => Err(self.not_found()),
        }
    }

    /// The same, and it must be in progress (21220).
    pub(super) fn live_call(&self, at: usize) -> Result<CallSid, Refused> {
        let sid = self.call(at)?;
        let live = self
            .shared
            .lock()
            .find(&sid)
            .is_some_and(|call| call.status == crate::calls::CallStatus::InProgress);
        if live {
            Ok(sid)
        } else {
            Err(Refused::bad(21220, "Call is not in-progress."))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Every name is one this crate has, so that a mishap can be ordered for it.
    #[test]
    fn each_line_has_an_operation_of_the_crate_or_stands_in_for_it() {
        let own: Vec<&str> = crate::OPERATIONS
            .iter()
            .flat_map(|list| list.iter().map(|op| op.operation.name()))
            .chain(["recordings.media_wav", "recordings.media_mp3"])
            .collect();
        let unknown: Vec<&str> = lines()
            .map(|line| line.operation)
            .filter(|name| !own.contains(name))
            .collect();
        assert_eq!(unknown, Vec::<&str>::new());
    }

    #[test]
    fn stars_are_single_segments_with_their_ending() {
        let line = Line::get("A/*/B/*.json", "x", |asked| Err(asked.not_found()));
        let account = TwilioSimulator::ACCOUNT_SID;
        let path = |rest: &[&'static str]| {
            let mut all = vec!["2010-04-01", "Accounts", account];
            all.extend(rest);
            line.fits(Product::Api, &all)
        };
        assert_eq!(
            path(&["A", "1", "B", "2.json"]),
            Some(vec!["1".to_owned(), "2".to_owned()])
        );
        for other in [
            &["A", "1", "B", "2"] as &[_],
            &["A", "1", "B", ".json"],
            &["A", "1", "B"],
            &["A", "1", "C", "2.json"],
        ] {
            assert_eq!(path(other), None, "{other:?}");
        }
    }
}
