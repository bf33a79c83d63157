//! API v2: its paths, written out, and what each operation does.

mod credentials;
mod destinations;
mod go;
mod ips;
pub(super) mod model;
mod numbers;
mod paging;
mod rules;
mod settings;
mod trunks;

use std::time::SystemTime;

use serde_json::{Map, Value};
use voice_core::testkit::SimRequest;

use super::answer::{Refusal, Said};
use super::choice::{DeleteAnswer, UnknownTrunk, Vsip};
use super::guide::VSIP;
use super::settings::SimulatorBuilder;
use super::world::{Account, Ids, Shared, Tally};
use go::Struct;
use model::Trunk;

/// What a request to v2 asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Route {
    pub(super) operation: &'static str,
}

impl Route {
    /// A path there is nothing at.
    pub(super) const NOWHERE: Self = Self {
        operation: "unknown",
    };
}

/// The longest id that is looked at; a longer one is as a path that does not exist.
const LONGEST_ID: usize = 30;

/// Finds the operation of a path behind the account.
pub(super) fn route(method: &str, rest: &[&str]) -> Route {
    let is_id = |text: &str| (1..=LONGEST_ID).contains(&text.len());
    let operation = match (method, rest) {
        ("POST", ["trunks"]) => "trunks.create",
        ("GET", ["trunks"]) => "trunks.list",
        ("DELETE", ["trunks"]) => "trunks.delete",
        ("GET", ["trunk-maps"]) => "trunk_maps.lookup",
        (_, ["trunks", trunk, ..]) if !is_id(trunk) => return Route::NOWHERE,
        (_, ["trunks", _, _, id]) if !is_id(id) => return Route::NOWHERE,
        ("GET", ["trunks", _]) => "trunks.get",
        ("PUT", ["trunks", _]) => "trunks.update",
        ("POST", ["trunks", _, "phone-numbers"]) => "phone_numbers.map",
        ("GET", ["trunks", _, "phone-numbers"]) => "phone_numbers.list",
        ("DELETE", ["trunks", _, "phone-numbers"]) => "phone_numbers.unmap",
        ("PUT", ["trunks", _, "phone-numbers", _]) => "phone_numbers.update_mode",
        ("POST", ["trunks", _, "whitelisted-ips"]) => "whitelisted_ips.add",
        ("GET", ["trunks", _, "whitelisted-ips"]) => "whitelisted_ips.list",
        ("DELETE", ["trunks", _, "whitelisted-ips"]) => "whitelisted_ips.remove",
        ("PUT", ["trunks", _, "whitelisted-ips", _]) => "whitelisted_ips.update",
        ("POST", ["trunks", _, "destination-uris"]) => "destination_uris.add",
        ("GET", ["trunks", _, "destination-uris"]) => "destination_uris.list",
        ("DELETE", ["trunks", _, "destination-uris"]) => "destination_uris.remove",
        ("PUT", ["trunks", _, "destination-uris", _]) => "destination_uris.update",
        ("POST", ["trunks", _, "credentials"]) => "credentials.create",
        ("GET", ["trunks", _, "credentials"]) => "credentials.list",
        ("DELETE", ["trunks", _, "credentials"]) => "credentials.delete",
        ("PUT", ["trunks", _, "credentials", _]) => "credentials.update",
        ("POST", ["trunks", _, "settings"]) => "settings.set",
        ("GET", ["trunks", _, "settings"]) => "settings.list",
        ("DELETE", ["trunks", _, "settings"]) => "settings.delete",
        _ => return Route::NOWHERE,
    };
    Route { operation }
}

/// What an operation works on.
struct Desk<'a> {
    settings: &'a SimulatorBuilder,
    wall: SystemTime,
    account: &'a mut Account,
    ids: &'a mut Ids,
    tally: &'a mut Tally,
    request: &'a SimRequest,
    /// The trunk of the path; empty where it has none.
    trunk: &'a str,
    /// The id behind it; empty where there is none.
    id: &'a str,
}

type Answer = Result<Said, Refusal>;

/// Carries a request out, whose account is known.
pub(super) fn act(
    shared: &Shared,
    account: usize,
    route: Route,
    request: &SimRequest,
    segments: &[String],
) -> Answer {
    let settings = &shared.settings;
    let state = &mut *shared.lock();
    let Some(account) = state.accounts.get_mut(account) else {
        return Err(Refusal::unauthorized());
    };
    if route == Route::NOWHERE {
        return Err(Refusal::not_found());
    }
    if settings.vsip == Vsip::NotEnabled {
        return Err(Refusal {
            field: VSIP,
            ..Refusal::forbidden()
        });
    }
    let part = |at: usize| segments.get(at).map_or("", String::as_str);
    let mut desk = Desk {
        settings,
        wall: settings.clock.wall(),
        account,
        ids: &mut state.ids,
        tally: &mut state.tally,
        request,
        trunk: part(4),
        id: part(6),
    };
    if !desk.trunk.is_empty() {
        desk.held()?;
    }
    match route.operation {
        "trunks.create" => desk.create_trunk(),
        "trunks.list" => desk.list_trunks(),
        "trunks.get" => desk.get_trunk(),
        "trunks.update" => desk.update_trunk(),
        "trunks.delete" => desk.delete_trunk(),
        "trunk_maps.lookup" => desk.look_up(),
        "phone_numbers.map" => desk.map_number(),
        "phone_numbers.list" => desk.list_numbers(),
        "phone_numbers.update_mode" => desk.set_mode(),
        "phone_numbers.unmap" => desk.unmap_number(),
        "whitelisted_ips.add" => desk.add_ip(),
        "whitelisted_ips.list" => desk.list_ips(),
        "whitelisted_ips.update" => desk.update_ip(),
        "whitelisted_ips.remove" => desk.remove_ip(),
        "destination_uris.add" => desk.add_destinations(),
        "destination_uris.list" => desk.list_destinations(),
        "destination_uris.update" => desk.update_destination(),
        "destination_uris.remove" => desk.remove_destination(),
        "credentials.create" => desk.create_credential(),
        "credentials.list" => desk.list_credentials(),
        "credentials.update" => desk.update_credential(),
        "credentials.delete" => desk.delete_credential(),
        "settings.set" => desk.set_settings(),
        "settings.list" => desk.list_settings(),
        "settings.delete" => desk.delete_setting(),
        _ => Err(Refusal::not_found()),
    }
}

impl Desk<'_> {
    /// The trunk of the path, to look at.
    fn held(&self) -> Result<&Trunk, Refusal> {
        let mut trunks = self.account.trunks.iter();
        let held = trunks.find(|trunk| trunk.sid == self.trunk);
        held.ok_or_else(|| self.unknown_trunk())
    }

    /// The trunk of the path.
    fn trunk(&mut self) -> Result<&mut Trunk, Refusal> {
        let sid = self.trunk;
        let refusal = self.unknown_trunk();
        let mut trunks = self.account.trunks.iter_mut();
        trunks.find(|trunk| trunk.sid == sid).ok_or(refusal)
    }

    fn unknown_trunk(&self) -> Refusal {
        match self.settings.unknown_trunk {
            UnknownTrunk::Forbidden => Refusal::forbidden(),
            UnknownTrunk::NotFound => Refusal::not_found(),
        }
    }

    /// The body, as a Go server reads it into a struct.
    fn body(&self, into: &Struct) -> Result<Map<String, Value>, Refusal> {
        if !self.request.is_type("application/json") {
            return Err(Refusal::content_type(self.request.header("content-type")));
        }
        go::read(&self.request.body, into)
    }

    /// A value of the query that must be there.
    fn query(&self, name: &str, called: &str, field: &'static str) -> Result<String, Refusal> {
        let value = self
            .request
            .query_value(name)
            .filter(|value| !value.is_empty());
        value.ok_or_else(|| Refusal::mandatory(called, field))
    }

    /// What a DELETE says of something other than a trunk.
    fn deleted(&self, item: Value) -> Said {
        Said::One(match self.settings.delete_answer {
            DeleteAnswer::Null => Value::Null,
            DeleteAnswer::Short | DeleteAnswer::Full => item,
        })
    }
}

/// A text of a body that must be there; it may be empty.
fn text<'m>(
    body: &'m Map<String, Value>,
    field: &'static str,
    called: &str,
) -> Result<&'m str, Refusal> {
    optional(body, field).ok_or_else(|| Refusal::mandatory(called, field))
}

fn optional<'m>(body: &'m Map<String, Value>, field: &str) -> Option<&'m str> {
    body.get(field).and_then(Value::as_str)
}
