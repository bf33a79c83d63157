//! The simulated API: who asks, for what, and what goes wrong.

use std::borrow::Cow;
use std::sync::Arc;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use http::Method;
use secrecy::ExposeSecret;
use serde_json::json;
use voice_core::ident::CallSid;
use voice_core::testkit::{Mishap, Service, SimAnswer, SimRequest};

use super::answer::{Refused, named, ok, with_headers};
use super::state::Shared;
use super::{TwilioSimulator, create, crud, desk, list, tables, update};
use crate::types::ApiTime;

pub(super) struct Api(pub(super) Arc<Shared>);

/// What a request asks for.
enum Route {
    Account,
    Create,
    List,
    Get(CallSid),
    Update(CallSid),
    /// Anything else.
    Other(desk::Found),
    Table(crud::Asked),
}

impl Route {
    /// The name of this crate's operation.
    fn operation(&self) -> Cow<'static, str> {
        Cow::Borrowed(match self {
            Self::Account => "accounts.get",
            Self::Create => "calls.create",
            Self::List => "calls.list",
            Self::Get(_) => "calls.get",
            Self::Update(_) => "calls.update",
            Self::Other(found) => found.operation(),
            Self::Table(asked) => return Cow::Owned(asked.operation()),
        })
    }
}

impl Service for Api {
    fn answer(&self, request: &SimRequest) -> SimAnswer {
        let number = self.0.count_request();
        let answer = match desk::find(request) {
            Ok(found) => self.with_mishaps(request, &Route::Other(found)),
            Err(known) => match tables::find(request) {
                Some(Err(refused)) => refused.answer(),
                Some(Ok(asked)) => self.with_mishaps(request, &Route::Table(asked)),
                None => self.answer_other(request, known),
            },
        };
        with_headers(answer, number, 1)
    }
}

impl Api {
    /// Calls and the account, which are more than rows of a table.
    fn answer_other(&self, request: &SimRequest, known: bool) -> SimAnswer {
        match route(request, known) {
            Err(refused) if request.path.ends_with(".json") => refused.answer(),
            Err(refused) => refused.answer_xml(),
            Ok(route) => self.with_mishaps(request, &route),
        }
    }

    fn with_mishaps(&self, request: &SimRequest, route: &Route) -> SimAnswer {
        let Some(mishap) = self.0.mishaps.take(&route.operation()) else {
            return self.act(request, route);
        };
        if !mishap.acts() {
            return refusal_of(&mishap);
        }
        let done = self.act(request, route);
        match mishap {
            Mishap::ServerErrorAfterActing => Refused::new(500, 20500, named(20500)).answer(),
            Mishap::UnreadableSuccess if done.status.is_success() => {
                let mut cut = done;
                cut.body.truncate(cut.body.len() / 2);
                cut
            }
            Mishap::Slow(delay) => done.after(delay),
            _ => done,
        }
    }

    fn act(&self, request: &SimRequest, route: &Route) -> SimAnswer {
        self.authorize(request, route)
            .and_then(|()| match route {
                Route::Account => Ok(self.account()),
                Route::Create => create::create(&self.0, request),
                Route::List => list::list(&self.0, request),
                Route::Get(sid) => match self.0.lock().find(sid) {
                    Some(record) => Ok(ok(200, &record.to_json())),
                    None => Err(Refused::not_found(&request.path)),
                },
                Route::Update(sid) => update::update(&self.0, request, sid),
                Route::Other(found) => found.act(&self.0, request),
                Route::Table(asked) => {
                    let now = self.0.clock.wall();
                    crud::answer(&mut self.0.world(), asked, request, now)
                }
            })
            .unwrap_or_else(|refused| refused.answer())
    }

    /// Checks HTTP Basic; a standard key may not read the account.
    fn authorize(&self, request: &SimRequest, route: &Route) -> Result<(), Refused> {
        let given = request
            .header("authorization")
            .strip_prefix("Basic ")
            .and_then(|encoded| STANDARD.decode(encoded).ok())
            .and_then(|pair| String::from_utf8(pair).ok())
            .ok_or_else(Refused::unauthorized)?;
        if given
            == format!(
                "{}:{}",
                TwilioSimulator::ACCOUNT_SID,
                TwilioSimulator::AUTH_TOKEN
            )
        {
            return Ok(());
        }
        // Keys are good for all but the account and its keys.
        let for_keys = ["Keys", "Keys.json", "SigningKeys", "SigningKeys.json"];
        let guarded = matches!(route, Route::Account)
            || request
                .segments()
                .iter()
                .any(|part| for_keys.contains(&part.as_str()));
        if !guarded && self.0.lock().account.knows(&given) {
            return Ok(());
        }
        match &self.0.settings.api_key {
            Some((key, secret))
                if given == format!("{key}:{}", secret.expose_secret()) && !guarded =>
            {
                Ok(())
            }
            _ => Err(Refused::unauthorized()),
        }
    }

    fn account(&self) -> SimAnswer {
        let sid = TwilioSimulator::ACCOUNT_SID;
        let created = ApiTime::new("Fri, 18 Oct 2019 17:00:00 +0000");
        ok(
            200,
            &json!({
                "sid": sid,
                "owner_account_sid": sid,
                "friendly_name": "Simulated",
                "status": self.0.settings.account_status,
                "type": "Full",
                "auth_token": TwilioSimulator::AUTH_TOKEN,
                "date_created": created,
                "date_updated": created,
                "uri": format!("/2010-04-01/Accounts/{sid}.json"),
                "subresource_uris": {"calls": format!("/2010-04-01/Accounts/{sid}/Calls.json")},
            }),
        )
    }
}

/// `known` says that the path is one of another part, and only the method is not.
fn route(request: &SimRequest, known: bool) -> Result<Route, Refused> {
    let not_found = || Refused::not_found(&request.path);
    let segments = request.segments();
    let segments: Vec<&str> = segments.iter().map(String::as_str).collect();
    let own = |sid: &str| {
        if sid == TwilioSimulator::ACCOUNT_SID {
            Ok(())
        } else {
            Err(not_found())
        }
    };
    let (get, post) = (
        request.method == Method::GET,
        request.method == Method::POST,
    );
    match segments.as_slice() {
        ["2010-04-01", "Accounts", account] => {
            own(account.strip_suffix(".json").ok_or_else(not_found)?)?;
            if get {
                return Ok(Route::Account);
            }
        }
        ["2010-04-01", "Accounts", account, "Calls.json"] => {
            own(account)?;
            match (get, post) {
                (true, _) => return Ok(Route::List),
                (_, true) => return Ok(Route::Create),
                _ => {}
            }
        }
        ["2010-04-01", "Accounts", account, "Calls", call] => {
            own(account)?;
            let sid = call
                .strip_suffix(".json")
                .and_then(|sid| sid.parse().ok())
                .ok_or_else(not_found)?;
            match (get, post) {
                (true, _) => return Ok(Route::Get(sid)),
                (_, true) => return Ok(Route::Update(sid)),
                _ => {}
            }
        }
        _ if !known => return Err(not_found()),
        _ => {}
    }
    Err(Refused::new(405, 20004, named(20004)))
}

/// A mishap that is answered without anything being done.
fn refusal_of(mishap: &Mishap) -> SimAnswer {
    let in_seconds = |answer: SimAnswer, wait: &Option<std::time::Duration>| match wait {
        Some(wait) => answer.header(
            "Retry-After",
            crate::types::whole_seconds(*wait).to_string(),
        ),
        None => answer,
    };
    match mishap {
        Mishap::RateLimited(wait) => {
            in_seconds(Refused::new(429, 20429, named(20429)).answer(), wait)
        }
        Mishap::Unavailable(wait) => {
            in_seconds(Refused::new(503, 20503, named(20503)).answer(), wait)
        }
        Mishap::Unauthorized => Refused::unauthorized().answer(),
        Mishap::BadGateway => SimAnswer::text(
            502,
            "text/html",
            Bytes::from_static(
                b"<html><head><title>502 Bad Gateway</title></head><body>nginx</body></html>",
            ),
        ),
        _ => Refused::new(500, 20500, named(20500)).answer(),
    }
}
