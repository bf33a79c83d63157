//! Which operation a request is for: by the crate's own list, as the server's router would.

use http::Method;
use voice_core::testkit::SimRequest;

use super::answer::Refusal;
use super::choice::Speaks;
use crate::operations::{Auth, Endpoint, Evidence, HEALTH, OPERATIONS};

/// A request's operation and the parameters of its path.
#[derive(Debug, Clone)]
pub(super) struct Route {
    pub(super) name: &'static str,
    pub(super) auth: Auth,
    params: Vec<(&'static str, String)>,
}

impl Route {
    /// A parameter of the path; empty when the operation has none of that name.
    pub(super) fn param(&self, name: &str) -> &str {
        let found = self.params.iter().find(|(known, _)| *known == name);
        found.map_or("", |(_, value)| value)
    }
}

/// Finds the operation; says 404 or 405 when there is none.
pub(super) fn find(request: &SimRequest, speaks: Speaks) -> Result<Route, Refusal> {
    let segments = request.segments();
    if speaks == Speaks::Docs && request.method == Method::GET && request.path == "/v1/health" {
        return Ok(Route {
            name: "service.client_health",
            auth: Auth::None,
            params: Vec::new(),
        });
    }
    let mut allowed: Vec<&str> = Vec::new();
    // The list has no two operations of one method that fit the same path, except where a literal stands against a
    // parameter; the literal goes first, as in the server.
    let mut best: Option<(usize, Route)> = None;
    for endpoint in OPERATIONS
        .iter()
        .filter(|endpoint| exists(endpoint, speaks))
    {
        let operation = endpoint.operation;
        let Some(params) = fit(operation.path(), &segments) else {
            continue;
        };
        if operation.method() != request.method {
            allowed.push(operation.method().as_str());
            continue;
        }
        if best.as_ref().is_none_or(|(count, _)| params.len() < *count) {
            let auth = match endpoint.auth {
                // Health is for everybody.
                Auth::Key if operation.name() == "service.client_health" => Auth::None,
                auth => auth,
            };
            let name = operation.name();
            best = Some((params.len(), Route { name, auth, params }));
        }
    }
    match best {
        Some((_, route)) => Ok(route),
        None if allowed.is_empty() => Err(Refusal::not_found("Not Found")),
        None => Err(Refusal {
            allow: Some(allowed.join(", ")),
            ..Refusal::new(405, "Method Not Allowed")
        }),
    }
}

fn exists(endpoint: &Endpoint, speaks: Speaks) -> bool {
    match speaks {
        Speaks::Server => endpoint.evidence == Evidence::Server,
        Speaks::Docs => *endpoint.operation != HEALTH,
    }
}

/// The parameters of a path that has this form.
fn fit(form: &'static str, segments: &[String]) -> Option<Vec<(&'static str, String)>> {
    let form: Vec<&'static str> = form.split('/').skip(1).collect();
    if form.len() != segments.len() {
        return None;
    }
    let mut params = Vec::new();
    for (part, segment) in form.into_iter().zip(segments) {
        match part
            .strip_prefix('{')
            .and_then(|name| name.strip_suffix('}'))
        {
            Some(_) if segment.is_empty() => return None,
            Some(name) => params.push((name, segment.clone())),
            None if part == segment => {}
            None => return None,
        }
    }
    Some(params)
}
