//! Who answers what, and what goes wrong on the way.

use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use secrecy::ExposeSecret;
use serde_json::{Map, Value};
use tokio::sync::mpsc;
use voice_core::clock::SharedClock;
use voice_core::testkit::{Mishap, Mishaps, Service, SimAnswer, SimRequest};

use super::answers;
use super::call_state::Phase;
use super::seen::Seen;
use super::socket::Order;
use super::world::World;
use super::{client_secrets, create, endpoints, orders};

/// The simulated API.
#[derive(Debug)]
pub(super) struct Router {
    world: Mutex<World>,
    pub(super) mishaps: Mishaps,
}

/// What becomes of an answer on its way.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Fate {
    /// It arrives.
    Arrives,
    /// It never comes, and the connection stays.
    Never,
    /// The connection is reset in its place.
    Reset,
}

/// A socket that was let in.
pub(super) struct Attached {
    pub(super) call: String,
    pub(super) orders: mpsc::UnboundedReceiver<Order>,
    /// How late its handshake is answered.
    pub(super) delay: Duration,
}

/// A request that was let in.
pub(super) struct Asked<'a> {
    pub(super) request: &'a SimRequest,
    /// The `*` of the path; empty when it has none.
    pub(super) id: &'a str,
}

impl Asked<'_> {
    /// The body, if it is a JSON object of that content type.
    pub(super) fn object(&self) -> Result<Map<String, Value>, SimAnswer> {
        if !self.request.is_type("application/json") {
            return Err(answers::not_json());
        }
        match self.request.json() {
            Some(Value::Object(body)) => Ok(body),
            _ => {
                let message = "The body is no JSON object.";
                Err(answers::invalid("invalid_json", None, message))
            }
        }
    }

    /// The same, where there may be no body at all.
    pub(super) fn maybe_object(&self) -> Result<Map<String, Value>, SimAnswer> {
        if self.request.body.is_empty() {
            return Ok(Map::new());
        }
        self.object()
    }
}

/// An operation's name and method, its path below `/v1` with `*` for an id, and who answers.
pub(super) struct Route(
    pub(super) &'static str,
    pub(super) &'static str,
    pub(super) &'static str,
    pub(super) fn(&mut World, &Asked<'_>) -> SimAnswer,
);

impl Route {
    /// The id in a path of this form.
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

/// Every route, written out here and not taken from the client's own operations, so that a wrong path there finds nothing
/// here.
fn routes() -> impl Iterator<Item = &'static Route> {
    [
        create::ROUTES,
        orders::ROUTES,
        client_secrets::ROUTES,
        endpoints::ROUTES,
    ]
    .into_iter()
    .flatten()
}

/// Whether there is an answer to an operation of this name.
#[cfg(test)]
fn has_route(operation: &str, method: &http::Method) -> bool {
    routes().any(|route| route.0 == operation && method == route.1)
}

impl Router {
    pub(super) fn new(world: World) -> Self {
        Self {
            world: Mutex::new(world),
            mishaps: Mishaps::default(),
        }
    }

    pub(super) fn world<T>(&self, look: impl FnOnce(&mut World) -> T) -> T {
        let mut world = self.world.lock().unwrap_or_else(PoisonError::into_inner);
        look(&mut world)
    }

    pub(super) fn clock(&self) -> SharedClock {
        self.world(|world| world.clock().clone())
    }

    /// Notes what came over a call's socket.
    pub(super) fn note(&self, call: &str, note: impl FnOnce(&mut Seen)) {
        self.world(|world| {
            if let Some(call) = world.call(call) {
                note(&mut call.seen);
            }
        });
    }

    /// An answer, and what becomes of it.
    pub(super) fn handle(&self, request: &SimRequest) -> (SimAnswer, Fate) {
        let (answer, fate) = self.answered(request);
        let (id, limit, used) = self.world(|world| {
            let used = world.requests.values().sum::<usize>();
            let used = u64::try_from(used).unwrap_or(u64::MAX);
            (world.id("req_"), world.settings.rate_limit, used)
        });
        let answer = answers::limits(answer, limit, used);
        (answer.header("x-request-id", id), fate)
    }

    fn answered(&self, request: &SimRequest) -> (SimAnswer, Fate) {
        let arrives = |answer| (answer, Fate::Arrives);
        let path = request.segments();
        let path = match path.split_first() {
            Some((version, rest)) if version == "v1" => rest,
            _ => return arrives(answers::no_route()),
        };
        let here = || routes().filter_map(|route| Some((route, route.id(path)?)));
        let found = here().find(|(route, _)| request.method == route.1);
        let Some((route, id)) = found else {
            let is_there = here().next().is_some();
            return arrives(if is_there {
                answers::method_not_allowed()
            } else {
                answers::no_route()
            });
        };
        self.world(|world| {
            *world.requests.entry(route.0).or_default() += 1;
            orders::count_request(world, route.0, id);
        });
        let mishap = self.mishaps.take(route.0);
        let fate = match &mishap {
            Some(Mishap::NoAnswer | Mishap::NoAnswerAfterActing) => Fate::Never,
            Some(Mishap::Reset | Mishap::ResetAfterActing) => Fate::Reset,
            _ => Fate::Arrives,
        };
        if let Some(mishap) = mishap.as_ref().filter(|mishap| !mishap.acts()) {
            return (answers::mishap(mishap), fate);
        }
        let asked = Asked { request, id };
        let answer = self.world(|world| match refused(world, request, route.0) {
            Some(refusal) => refusal,
            None => (route.3)(world, &asked),
        });
        let answer = match mishap {
            Some(Mishap::Slow(delay)) => answer.after(delay),
            Some(Mishap::UnreadableSuccess) if answer.status.is_success() => {
                let mut answer = answer;
                answer.body = "{\"id\": \"cut".into();
                answer
            }
            Some(mishap @ Mishap::ServerErrorAfterActing) => answers::mishap(&mishap),
            _ => answer,
        };
        (answer, fate)
    }

    /// Lets a socket in, or says with which answer it is refused.
    pub(super) fn attach(&self, request: &SimRequest) -> Result<Attached, (SimAnswer, Fate)> {
        const OPERATION: &str = "sideband.attach";
        self.world(|world| *world.requests.entry(OPERATION).or_default() += 1);
        let id = request.query_value("call_id").unwrap_or_default();
        let refuse = |answer: SimAnswer| {
            self.world(|world| {
                if let Some(call) = world.call(&id) {
                    call.counts.refused_attaches += 1;
                }
            });
            (answer, Fate::Arrives)
        };
        let mut delay = Duration::ZERO;
        match self.mishaps.take(OPERATION) {
            Some(Mishap::NoAnswer | Mishap::NoAnswerAfterActing) => {
                return Err((refuse(answers::done()).0, Fate::Never));
            }
            Some(Mishap::Reset | Mishap::ResetAfterActing) => {
                return Err((refuse(answers::done()).0, Fate::Reset));
            }
            Some(Mishap::Slow(late)) => delay = late,
            None => {}
            Some(mishap) => return Err(refuse(answers::mishap(&mishap))),
        }
        if let Some(refusal) = self.world(|world| refused(world, request, OPERATION)) {
            return Err(refuse(refusal));
        }
        if id.is_empty() {
            return Err(refuse(answers::missing("call_id")));
        }
        self.world(|world| {
            let call = world.call(&id).filter(|call| call.phase == Phase::Accepted);
            let Some(call) = call else {
                return Err(answers::not_found("active call"));
            };
            if let Some(status) = call.refusals.pop_front() {
                return Err(answers::mishap(&Mishap::Status(status)));
            }
            let (orders, receiver) = mpsc::unbounded_channel();
            call.counts.attaches += 1;
            // This socket alone is told that there is a session.
            let created = call.talk.created(&call.session);
            let _ = orders.send(Order::Send(created.to_string()));
            call.sockets.push(orders);
            Ok(Attached {
                call: id.clone(),
                orders: receiver,
                delay,
            })
        })
        .map_err(refuse)
    }
}

/// The API key, and for a raw offer also a client secret; nothing else.
fn refused(world: &World, request: &SimRequest, operation: &str) -> Option<SimAnswer> {
    let header = request.header("authorization");
    let token = header.strip_prefix("Bearer ").unwrap_or_default();
    let is_key = token == world.settings.api_key.expose_secret();
    let is_secret = operation == "calls.create" && world.is_known_secret(token);
    (!is_key && !is_secret).then(answers::unauthorized)
}

/// For clients whose transport asks the simulator without a socket. What only a connection can do is told otherwise: an
/// answer that never comes comes after a day, and a reset is 502.
impl Service for Router {
    fn answer(&self, request: &SimRequest) -> SimAnswer {
        match self.handle(request) {
            (answer, Fate::Arrives) => answer,
            (answer, Fate::Never) => answer.after(Duration::from_secs(86_400)),
            (_, Fate::Reset) => answers::mishap(&Mishap::BadGateway),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_operation_of_the_client_has_an_answer() {
        for operation in crate::OPERATIONS {
            let (name, method) = (operation.name(), operation.method());
            assert!(has_route(name, method), "{name}");
        }
    }
}
