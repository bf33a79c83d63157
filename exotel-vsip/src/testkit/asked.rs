//! What is found out about a request before anything is done: which operation, and whose.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use voice_core::testkit::SimRequest;

use super::world::{Kind, Shared, State};
use super::{v1, v2};
use crate::region::Region;

/// A request, with what was found out about it.
pub(super) struct Asked<'a> {
    pub(super) request: &'a SimRequest,
    pub(super) segments: Vec<String>,
    pub(super) request_id: String,
    pub(super) route: Route,
    /// The index of the account that signed it and whose path it is.
    pub(super) account: Result<usize, Stranger>,
}

/// Whose request it is not.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Stranger {
    /// Nobody signed it, or in the wrong region.
    Unsigned,
    /// It was signed, but the path is another account's.
    Elsewhere,
}

/// What a request asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Route {
    V1(v1::Route),
    V2(v2::Route),
}

impl Route {
    pub(super) fn operation(self) -> &'static str {
        match self {
            Self::V1(route) => route.operation,
            Self::V2(route) => route.operation,
        }
    }
}

impl<'a> Asked<'a> {
    /// Counts a request and finds out about it.
    pub(super) fn about(shared: &Shared, request: &'a SimRequest) -> Self {
        let segments = request.segments();
        let parts: Vec<&str> = segments.iter().map(String::as_str).collect();
        let route = match parts.as_slice() {
            ["v1", "Accounts", _, rest @ ..] => Route::V1(v1::route(request, rest)),
            ["v1", ..] => Route::V1(v1::Route::NOWHERE),
            ["v2", "accounts", _, rest @ ..] => Route::V2(v2::route(request.method.as_str(), rest)),
            _ => Route::V2(v2::Route::NOWHERE),
        };
        let owner = segments.get(2).map_or("", String::as_str);
        let mut state = shared.lock();
        let number = state.ids.next(Kind::Request);
        *state.tally.requests.entry(route.operation()).or_default() += 1;
        let account = signer(shared, &state, request).and_then(|index| {
            let name = state
                .accounts
                .get(index)
                .map(|account| account.name.as_str());
            if name == Some(owner) {
                Ok(index)
            } else {
                Err(Stranger::Elsewhere)
            }
        });
        drop(state);
        Asked {
            request,
            segments,
            request_id: format!(
                "{:016x}{number:016x}",
                number.wrapping_mul(0x9E37_79B9_7F4A_7C15)
            ),
            route,
            account,
        }
    }
}

/// The account whose key and token the request has.
fn signer(shared: &Shared, state: &State, request: &SimRequest) -> Result<usize, Stranger> {
    let settings = &shared.settings;
    let host = request.header("host");
    let home = settings.home.as_ref().unwrap_or(&settings.region);
    let elsewhere = [Region::Mumbai, Region::Singapore]
        .iter()
        .any(|region| *region != settings.region && is_host_of(region, host));
    if elsewhere || *home != settings.region {
        return Err(Stranger::Unsigned);
    }
    let pair = request
        .header("authorization")
        .strip_prefix("Basic ")
        .and_then(|encoded| STANDARD.decode(encoded).ok())
        .and_then(|pair| String::from_utf8(pair).ok())
        .ok_or(Stranger::Unsigned)?;
    let found = state
        .accounts
        .iter()
        .position(|account| account.is_signed_by(&pair));
    found.ok_or(Stranger::Unsigned)
}

fn is_host_of(region: &Region, host: &str) -> bool {
    region.base_url().strip_prefix("https://") == Some(host)
}
