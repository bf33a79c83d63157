//! Who answers what, and what goes wrong on the way.

use std::sync::{Mutex, PoisonError};

use serde_json::{Map, Value, json};
use voice_core::testkit::{Mishap, Mishaps, Service, SimAnswer, SimRequest};

use super::settings::SimSettings;
use super::world::World;
use super::{API_KEY, RESTRICTED_KEY, agents, answers, calls};

/// The simulated API.
#[derive(Debug)]
pub(super) struct Router {
    settings: SimSettings,
    world: Mutex<World>,
    pub(super) mishaps: Mishaps,
}

/// A request that was let in.
pub(super) struct Asked<'a> {
    pub(super) settings: &'a SimSettings,
    pub(super) request: &'a SimRequest,
    /// The `*` of the path.
    pub(super) id: &'a str,
    pub(super) body: &'a Map<String, Value>,
}

/// An operation's name and method, its path with `*` for the id, and who answers.
struct Route(
    &'static str,
    &'static str,
    &'static str,
    fn(&mut World, &Asked<'_>) -> SimAnswer,
);

/// Written out, and not taken from the client's own operations, so that a wrong path there finds nothing here.
static ROUTES: [Route; 12] = [
    Route("accounts.me", "GET", "api/accounts/me", |world, _| {
        account(world)
    }),
    Route("agents.list", "GET", "api/agents", agents::list),
    Route("agents.create", "POST", "api/agents", agents::create),
    Route("agents.get", "GET", "api/agents/*", agents::get),
    Route("agents.update", "PATCH", "api/agents/*", agents::update),
    Route("agents.delete", "DELETE", "api/agents/*", agents::delete),
    Route(
        "agents.calls.list",
        "GET",
        "api/agents/*/calls",
        calls::list_of_agent,
    ),
    Route(
        "agents.calls.create",
        "POST",
        "api/agents/*/calls",
        calls::create,
    ),
    Route("calls.list", "GET", "api/calls", calls::list),
    Route("calls.get", "GET", "api/calls/*", calls::get),
    Route("calls.delete", "DELETE", "api/calls/*", calls::delete),
    Route(
        "calls.send_data_message",
        "POST",
        "api/calls/*/send_data_message",
        calls::send_data_message,
    ),
];

impl Route {
    /// The id in a path of this form; empty when the form has none.
    fn id<'p>(&self, path: &'p [String]) -> Option<&'p str> {
        let mut id = "";
        let mut names = self.2.split('/');
        for part in path {
            match names.next()? {
                "*" if part.is_empty() => return None,
                "*" => id = part,
                name if name == part => {}
                _ => return None,
            }
        }
        names.next().is_none().then_some(id)
    }
}

impl Router {
    pub(super) fn new(settings: SimSettings) -> Self {
        Self {
            world: Mutex::new(World::new(settings.clock.clone())),
            settings,
            mishaps: Mishaps::default(),
        }
    }

    pub(super) fn world<T>(&self, look: impl FnOnce(&mut World) -> T) -> T {
        look(&mut self.world.lock().unwrap_or_else(PoisonError::into_inner))
    }

    fn act(&self, route: &Route, id: &str, request: &SimRequest) -> SimAnswer {
        let body = match route.1 {
            "POST" | "PATCH" => match body_of(request) {
                Ok(body) => body,
                Err(refusal) => return refusal,
            },
            _ => Map::new(),
        };
        let asked = Asked {
            settings: &self.settings,
            request,
            id,
            body: &body,
        };
        self.world(|world| (route.3)(world, &asked))
    }
}

impl Service for Router {
    fn answer(&self, request: &SimRequest) -> SimAnswer {
        let path = request.segments();
        let here = || {
            ROUTES
                .iter()
                .filter_map(|route| Some((route, route.id(&path)?)))
        };
        let found = here().find(|(route, _)| request.method == route.1);
        if let Some((route, _)) = found {
            self.world(|world| *world.requests.entry(route.0).or_default() += 1);
        }
        let mishap = found.and_then(|(route, _)| self.mishaps.take(route.0));
        if let Some(mishap) = mishap.as_ref().filter(|mishap| !mishap.acts()) {
            return fail(mishap);
        }
        if let Some(refusal) = unauthorized(request) {
            return refusal;
        }
        let Some((route, id)) = found else {
            if here().next().is_some() {
                let text = format!("Method \"{}\" not allowed.", request.method);
                return answers::detail(405, &text);
            }
            return answers::not_found();
        };
        let answer = self.act(route, id, request);
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

fn body_of(request: &SimRequest) -> Result<Map<String, Value>, SimAnswer> {
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

fn account(world: &mut World) -> SimAnswer {
    world.settle();
    let open = world
        .calls
        .iter()
        .filter(|call| call.ended.is_none())
        .count();
    SimAnswer::json(
        200,
        &json!({
            "accountId": "5e000000-0000-4000-8000-00000000acc0",
            "name": "Simulated",
            "billingUrl": "",
            "freeTimeUsed": "0s",
            "freeTimeRemaining": "1800s",
            "hasActiveSubscription": false,
            "subscriptionTier": null,
            "subscriptionCadence": null,
            "subscriptionExpiration": null,
            "subscriptionScheduledUpdate": null,
            "subscriptionRenewal": null,
            "activeCalls": open,
            "allowedConcurrentCalls": 5,
            "allowedVoices": null,
            "allowedCorpora": 2,
        }),
    )
}
