//! Who answers what, and what goes wrong on the way.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError};

use serde_json::{Map, Value, json};
use voice_core::testkit::{Mishap, Mishaps, Service, SimAnswer, SimRequest};

use super::settings::SimSettings;
use super::world::World;
use super::{
    API_KEY, RESTRICTED_KEY, accounts, agent_usage, agents, answers, api_keys, batch_run, batches,
    calls, catalog, corpora, deleted, events, incoming, media, sip, stages, start, telephony,
    throttles, tools, tts_keys, usage, voices, webhook_endpoints,
};

/// The simulated API.
#[derive(Debug)]
pub(super) struct Router {
    settings: SimSettings,
    world: Mutex<World>,
    pub(super) mishaps: Mishaps,
    answered: AtomicU64,
}

/// A request that was let in.
pub(super) struct Asked<'a> {
    pub(super) settings: &'a SimSettings,
    pub(super) request: &'a SimRequest,
    /// The first `*` of the path.
    pub(super) id: &'a str,
    /// Every `*` of the path, in order.
    pub(super) ids: &'a [&'a str],
    /// The body, if the route takes one.
    pub(super) body: &'a Map<String, Value>,
}

impl<'a> Asked<'a> {
    /// The n-th `*` of the path; empty when the path has fewer.
    pub(super) fn nth(&self, n: usize) -> &'a str {
        self.ids.get(n).copied().unwrap_or_default()
    }
}

/// What a route does with a body.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Takes {
    /// It has none, or reads it itself.
    Raw,
    /// A JSON object; anything else is refused before the route is asked.
    Object,
}

/// An operation's name and method, its path with `*` for ids, and who answers.
pub(super) struct Route {
    name: &'static str,
    method: &'static str,
    path: &'static str,
    takes: Takes,
    answer: fn(&mut World, &Asked<'_>) -> SimAnswer,
    open: bool,
}

impl Route {
    /// A route; POST, PUT and PATCH take a JSON object.
    pub(super) const fn new(
        name: &'static str,
        method: &'static str,
        path: &'static str,
        answer: fn(&mut World, &Asked<'_>) -> SimAnswer,
    ) -> Self {
        let takes = match method.as_bytes() {
            [b'P', ..] => Takes::Object,
            _ => Takes::Raw,
        };
        Self {
            name,
            method,
            path,
            takes,
            answer,
            open: false,
        }
    }

    /// The same, reading the body itself.
    pub(super) const fn raw(mut self) -> Self {
        self.takes = Takes::Raw;
        self
    }

    /// The same, without a key.
    pub(super) const fn open(mut self) -> Self {
        self.open = true;
        self
    }

    /// The ids in a path of this form.
    fn ids<'p>(&self, path: &'p [String]) -> Option<Vec<&'p str>> {
        let mut ids = Vec::new();
        let mut names = self.path.split('/');
        for part in path {
            match names.next()? {
                "*" if part.is_empty() => return None,
                "*" => ids.push(part.as_str()),
                name if name == part => {}
                _ => return None,
            }
        }
        names.next().is_none().then_some(ids)
    }
}

/// Every route. Written out by each resource, and not taken from the client's own operations, so that a wrong path there
/// finds nothing here. The first that fits counts: fixed words stand before `*`.
fn routes() -> impl Iterator<Item = &'static Route> {
    [
        accounts::ROUTES,
        agent_usage::ROUTES,
        agents::ROUTES,
        corpora::ROUTES,
        tools::ROUTES,
        voices::ROUTES,
        api_keys::ROUTES,
        batches::ROUTES,
        incoming::ROUTES,
        start::ROUTES,
        calls::ROUTES,
        stages::ROUTES,
        events::ROUTES,
        media::ROUTES,
        deleted::ROUTES,
        catalog::ROUTES,
        sip::ROUTES,
        telephony::ROUTES,
        throttles::ROUTES,
        tts_keys::ROUTES,
        usage::ROUTES,
        webhook_endpoints::ROUTES,
    ]
    .into_iter()
    .flatten()
}

impl Router {
    pub(super) fn new(settings: SimSettings) -> Self {
        let mut world = World::new(settings.clock.clone());
        for provider in &settings.telephony {
            telephony::configure(&mut world, provider);
        }
        #[cfg(feature = "realtime")]
        world.realtime.clone_from(&settings.realtime);
        world.load_time = settings.load_time;
        tools::seed(&mut world);
        voices::seed(&mut world);
        Self {
            answered: AtomicU64::new(0),
            world: Mutex::new(world),
            settings,
            mishaps: Mishaps::default(),
        }
    }

    /// Looks at the world as it is by now.
    pub(super) fn world<T>(&self, look: impl FnOnce(&mut World) -> T) -> T {
        let mut world = self.world.lock().unwrap_or_else(PoisonError::into_inner);
        batch_run::run(&mut world, &self.settings);
        look(&mut world)
    }

    fn act(&self, route: &Route, ids: &[&str], request: &SimRequest) -> SimAnswer {
        let body = match route.takes {
            Takes::Object => match body_of(request) {
                Ok(body) => body,
                Err(refusal) => return refusal,
            },
            Takes::Raw => Map::new(),
        };
        let asked = Asked {
            settings: &self.settings,
            request,
            id: ids.first().copied().unwrap_or_default(),
            ids,
            body: &body,
        };
        self.world(|world| {
            request.header("host").clone_into(&mut world.host);
            (route.answer)(world, &asked)
        })
    }
}

impl Service for Router {
    /// Every answer has an id, under the name gateways commonly use.
    fn answer(&self, request: &SimRequest) -> SimAnswer {
        let number = self.answered.fetch_add(1, Ordering::Relaxed);
        let answer = self.answered(request);
        answer.header("x-request-id", format!("sim-{number}"))
    }
}

impl Router {
    fn answered(&self, request: &SimRequest) -> SimAnswer {
        let path = request.segments();
        let here = || routes().filter_map(|route| Some((route, route.ids(&path)?)));
        let found = here().find(|(route, _)| request.method == route.method);
        if let Some((route, _)) = &found {
            self.world(|world| *world.requests.entry(route.name).or_default() += 1);
        }
        let mishap = found
            .as_ref()
            .and_then(|(route, _)| self.mishaps.take(route.name));
        if let Some(mishap) = mishap.as_ref().filter(|mishap| !mishap.acts()) {
            return fail(mishap);
        }
        let open = found.as_ref().is_some_and(|(route, _)| route.open);
        if !open && let Some(refusal) = unauthorized(request) {
            return refusal;
        }
        let Some((route, ids)) = found else {
            if here().next().is_some() {
                let text = format!("Method \"{}\" not allowed.", request.method);
                return answers::detail(405, &text);
            }
            return answers::not_found();
        };
        let answer = self.act(route, &ids, request);
        match mishap {
            None => answer,
            Some(Mishap::Slow(delay)) => answer.after(delay),
            Some(Mishap::UnreadableSuccess) => {
                let mut answer = answer;
                answer.body = answer.body.slice(..answer.body.len() / 2);
                answer
            }
            Some(mishap) => fail(&mishap),
        }
    }
}

/// The answer of a mishap.
fn fail(mishap: &Mishap) -> SimAnswer {
    match mishap {
        Mishap::RateLimited(wait) => answers::refused(429, *wait),
        Mishap::Unavailable(wait) => answers::refused(503, *wait),
        Mishap::BadGateway => answers::bad_gateway(),
        Mishap::Unauthorized => answers::detail(401, "Invalid API key."),
        _ => answers::server_error(),
    }
}

/// Only `X-API-Key` counts; a bearer token is as good as nothing.
fn unauthorized(request: &SimRequest) -> Option<SimAnswer> {
    match request.header("x-api-key") {
        API_KEY => None,
        RESTRICTED_KEY => Some(answers::detail(
            403,
            "You do not have permission to perform this action.",
        )),
        "" => Some(answers::detail(
            401,
            "Authentication credentials were not provided.",
        )),
        _ => Some(answers::detail(401, "Invalid API key.")),
    }
}

pub(super) fn body_of(request: &SimRequest) -> Result<Map<String, Value>, SimAnswer> {
    if !request.is_type("application/json") {
        let text = format!(
            "Unsupported media type \"{}\" in request.",
            request.header("content-type")
        );
        return Err(answers::detail(415, &text));
    }
    match serde_json::from_slice::<Value>(&request.body) {
        Ok(Value::Object(body)) => Ok(body),
        Ok(_) => Err(SimAnswer::json(
            400,
            &json!({"non_field_errors": ["Invalid data. Expected a dictionary."]}),
        )),
        Err(error) => Err(answers::detail(400, &format!("JSON parse error - {error}"))),
    }
}
