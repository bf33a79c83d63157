//! The way of a request: found, perhaps struck by an outage or a mishap, authenticated, counted, carried out, put into words.

use std::sync::Arc;
use std::time::Duration;

use serde_json::Value;
use voice_core::testkit::{Mishap, Service, SimAnswer, SimRequest};

use super::answer::{Problem, Refusal, Said, words};
use super::choice::{Outage, Speaks};
use super::route::{self, Route};
use super::world::{Call, Shared, State};
use super::{auth, time};
use super::{
    experiments, flags, health, keys, models, prompts, records, runtime, segments, templates,
    usage, write,
};
use crate::models::Scope;
use crate::operations::Auth;

pub(super) struct Api(pub(super) Arc<Shared>);

/// How long nobody answers in an outage that hangs.
const HANG: Duration = Duration::from_secs(3600);

impl Service for Api {
    fn answer(&self, request: &SimRequest) -> SimAnswer {
        let route = route::find(request, self.0.settings.speaks);
        if let Ok(route) = &route {
            self.0.lock().tally.entry(route.name).or_default().asked += 1;
        }
        let id = match request.header("x-request-id") {
            "" => self.0.lock().mint(),
            id => id.to_owned(),
        };
        let answer = self.through_outage(request, &route, &id);
        self.finish(answer, id)
    }
}

impl Api {
    fn through_outage(
        &self,
        request: &SimRequest,
        route: &Result<Route, Refusal>,
        id: &str,
    ) -> SimAnswer {
        let outage = self.0.lock().outage;
        match outage {
            Outage::None => {}
            Outage::Down => return self.refuse(&Refusal::new(503, "Service Unavailable")),
            Outage::Garbage => return SimAnswer::text(200, "text/html", GARBAGE),
            Outage::Cut => return cut(self.act(request, route, id)),
            Outage::Slow(delay) => return self.act(request, route, id).after(delay),
            Outage::Hang => return SimAnswer::empty(504).after(HANG),
        }
        let name = route.as_ref().map_or("", |route| route.name);
        match self.0.mishaps.take(name) {
            Some(mishap) => self.mishap(request, route, id, &mishap),
            None => self.act(request, route, id),
        }
    }

    fn mishap(
        &self,
        request: &SimRequest,
        route: &Result<Route, Refusal>,
        id: &str,
        mishap: &Mishap,
    ) -> SimAnswer {
        if mishap.acts() {
            let done = self.act(request, route, id);
            return match mishap {
                Mishap::ServerErrorAfterActing => self.refuse(&Refusal::broken()),
                Mishap::UnreadableSuccess => cut(done),
                Mishap::Slow(delay) => done.after(*delay),
                _ => done,
            };
        }
        let refusal = match mishap {
            Mishap::RateLimited(wait) => Refusal::too_many(self.0.settings.speaks, *wait),
            Mishap::Unavailable(wait) => Refusal {
                retry_after: *wait,
                ..Refusal::new(503, "Service Unavailable")
            },
            Mishap::Unauthorized => Refusal::unauthorized(match route {
                Ok(route) if route.auth == Auth::Token => "Could not validate credentials",
                _ => "Invalid API key",
            }),
            Mishap::BadGateway => {
                let page = "<html><head><title>502 Bad Gateway</title></head></html>";
                return SimAnswer::text(502, "text/html", page);
            }
            _ => Refusal::broken(),
        };
        self.refuse(&refusal)
    }

    /// Carries a request out.
    fn act(&self, request: &SimRequest, route: &Result<Route, Refusal>, id: &str) -> SimAnswer {
        let route = match route {
            Ok(route) => route,
            Err(refusal) => return self.refuse(refusal),
        };
        let settings = &self.0.settings;
        let state = &mut *self.0.lock();
        let mut call = Call {
            settings,
            request,
            route,
            body: Value::Null,
            query: request.query_pairs(),
            wall: state.wall(settings.clock.wall()),
            key: None,
        };
        let said = carry_out(&mut call, state);
        if said.is_ok() {
            state.tally.entry(route.name).or_default().done += 1;
        }
        let answer = words(&said, settings.speaks, id, call.wall);
        match settings.speaks {
            Speaks::Server => answer,
            Speaks::Docs => with_limits(answer, &call, state),
        }
    }

    fn refuse(&self, refusal: &Refusal) -> SimAnswer {
        refusal.words(self.0.settings.speaks)
    }

    /// Adds the headers that are on every answer, and its time on the way.
    fn finish(&self, answer: SimAnswer, id: String) -> SimAnswer {
        let settings = &self.0.settings;
        let wall = self.0.lock().wall(settings.clock.wall());
        let delay = answer.delay + settings.latency;
        answer
            .header("X-API-Version", "v1")
            .header("X-Request-ID", id)
            .header("Date", time::http_date(wall))
            .after(delay)
    }
}

const GARBAGE: &str = "<html><head><title>Welcome</title></head><body>It works!</body></html>";

/// A success that ends in the middle; a refusal stays whole.
fn cut(mut answer: SimAnswer) -> SimAnswer {
    if answer.status.is_success() {
        answer.body.truncate(answer.body.len() / 2);
    }
    answer
}

fn with_limits(mut answer: SimAnswer, call: &Call<'_>, state: &State) -> SimAnswer {
    let Some(key) = call.key.and_then(|index| state.keys.get(index)) else {
        return answer;
    };
    for (window, names) in key
        .windows
        .standing(call.wall, keys::limits(&key.data))
        .iter()
        .zip(LIMIT_HEADERS)
    {
        let [limit, remaining, reset] = names;
        answer = answer
            .header(limit, window.limit.to_string())
            .header(remaining, window.remaining().to_string())
            .header(reset, time::zulu(window.reset));
    }
    answer
}

const LIMIT_HEADERS: [[&str; 3]; 3] = [
    [
        "X-RateLimit-Limit-Minute",
        "X-RateLimit-Remaining-Minute",
        "X-RateLimit-Reset-Minute",
    ],
    [
        "X-RateLimit-Limit-Hour",
        "X-RateLimit-Remaining-Hour",
        "X-RateLimit-Reset-Hour",
    ],
    [
        "X-RateLimit-Limit-Day",
        "X-RateLimit-Remaining-Day",
        "X-RateLimit-Reset-Day",
    ],
];

fn carry_out(call: &mut Call<'_>, state: &mut State) -> Said {
    match call.route.auth {
        Auth::None => {}
        Auth::Token => auth::token(call)?,
        Auth::Key => {
            let index = auth::key(call, state)?;
            call.key = Some(index);
            if let Some(key) = state.keys.get_mut(index) {
                key.data.last_used_at = Some(call.wall.into());
                let limits = keys::limits(&key.data);
                key.windows
                    .take(call.wall, limits)
                    .map_err(|wait| Refusal::too_many(call.speaks(), Some(wait)))?;
                auth::scope(key, &scope_of(call.route.name))?;
            }
        }
    }
    call.body = body(call)?;
    operation(call, state)
}

fn scope_of(operation: &str) -> Scope {
    match operation {
        "prompts.create" | "prompts.update" | "prompts.delete" | "usage.log" => Scope::Write,
        _ => Scope::Read,
    }
}

/// The body, where one is sent.
fn body(call: &Call<'_>) -> Result<Value, Refusal> {
    if call.request.body.is_empty() {
        return Ok(Value::Null);
    }
    let problem = |message: &str, kind| {
        Refusal::fields(vec![Problem {
            loc: vec!["body".to_owned()],
            message: message.to_owned(),
            kind,
        }])
    };
    if !call.request.is_type("application/json") {
        return Err(problem(
            "Input should be a valid dictionary",
            "model_attributes_type",
        ));
    }
    match call.request.json() {
        Some(body) if body.is_object() => Ok(body),
        Some(_) => Err(problem(
            "Input should be a valid dictionary",
            "model_attributes_type",
        )),
        None => Err(problem("JSON decode error", "json_invalid")),
    }
}

fn operation(call: &Call<'_>, state: &mut State) -> Said {
    match call.route.name {
        "prompts.get" => prompts::get(call, state),
        "prompts.versions" => prompts::versions(call, state),
        "prompts.version" => prompts::version(call, state),
        "prompts.search" => prompts::search(call, state),
        "prompts.for_model" => prompts::for_model(call, state),
        "prompts.batch" => prompts::batch(call, state),
        "prompts.create" => write::create(call, state),
        "prompts.update" => write::update(call, state),
        "prompts.delete" => write::delete(call, state),
        "prompts.render" => write::render(call, state),
        "models.list" => models::list(call, state),
        "models.compatibility" => models::compatibility(call, state),
        "usage.log" => usage::log(call, state),
        "usage.stats" => usage::stats(call, state),
        "usage.limits" => usage::limits(call, state),
        "keys.validate" => keys::validate(call, state),
        "keys.create" => keys::create(call, state),
        "keys.list" => keys::list(call, state),
        "keys.revoke" => keys::revoke(call, state),
        "service.health" => health::health(),
        "service.client_health" => health::documented(call, state),
        "service.runtime_health" => health::runtime(),
        "runtime.get" => runtime::get(call, state),
        "runtime.rollback" => runtime::rollback(call, state),
        "runtime.invalidate" => runtime::invalidate(call, state),
        name if name.starts_with("templates.") || name.starts_with("aliases.") => {
            templates::act(call, state)
        }
        name if name.starts_with("experiments.") => experiments::act(call, state),
        name if name.starts_with("assignments.") || name.starts_with("events.") => {
            records::act(call, state)
        }
        name if name.starts_with("flags.") => flags::act(call, state),
        name if name.starts_with("segments.") => segments::act(call, state),
        _ => Err(Refusal::not_found("Not Found")),
    }
}
