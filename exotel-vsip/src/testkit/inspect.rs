//! Looking at a simulator's state: what there is, and what was asked.

use std::collections::BTreeMap;
use std::fmt;
use std::net::Ipv4Addr;

use voice_core::ident::E164;

use super::ExotelSimulator;
use super::callback::Delivered;
use super::v1::record::{Masked, Record, SimCall};
use super::v2::model::Trunk;
use super::weather::Failure;

/// A trunk with all that belongs to it, oldest first.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct SimTrunk {
    /// The account.
    pub account: String,
    /// Its SID.
    pub sid: String,
    /// Its name.
    pub name: String,
    /// Its numbers.
    pub numbers: Vec<SimNumber>,
    /// Its access list.
    pub ips: Vec<SimIp>,
    /// Where it leads.
    pub destinations: Vec<SimDestination>,
    /// Who may use it.
    pub credentials: Vec<SimCredential>,
    /// The number that its calls show.
    pub alias: Option<String>,
}

/// A number of a trunk.
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct SimNumber {
    /// The mapping's id.
    pub id: String,
    /// The number.
    pub number: String,
    /// Its mode; `None` when none was given.
    pub mode: Option<String>,
}

impl fmt::Debug for SimNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SimNumber")
            .field("id", &self.id)
            .field("number", &Masked(&self.number))
            .field("mode", &self.mode)
            .finish()
    }
}

/// An entry of an access list.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct SimIp {
    /// Its id.
    pub id: String,
    /// The address.
    pub ip: Ipv4Addr,
    /// Its mask.
    pub mask: u8,
}

/// A destination of a trunk.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct SimDestination {
    /// Its id.
    pub id: String,
    /// Where it leads, with `sip:`.
    pub destination: String,
}

/// A credential of a trunk.
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct SimCredential {
    /// Its id.
    pub id: String,
    /// The user.
    pub user_name: String,
    /// The password, which no answer shows.
    pub password: String,
}

impl fmt::Debug for SimCredential {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SimCredential")
            .field("id", &self.id)
            .field("user_name", &self.user_name)
            .finish_non_exhaustive()
    }
}

fn trunk(account: &str, trunk: &Trunk) -> SimTrunk {
    SimTrunk {
        account: account.to_owned(),
        sid: trunk.sid.clone(),
        name: trunk.name.clone(),
        numbers: trunk
            .numbers
            .iter()
            .map(|number| SimNumber {
                id: number.id.clone(),
                number: number.number.clone(),
                mode: number.mode.clone(),
            })
            .collect(),
        ips: trunk
            .ips
            .iter()
            .map(|entry| SimIp {
                id: entry.id.clone(),
                ip: entry.ip,
                mask: entry.mask,
            })
            .collect(),
        destinations: trunk
            .destinations
            .iter()
            .map(|destination| SimDestination {
                id: destination.id.clone(),
                destination: destination.destination.clone(),
            })
            .collect(),
        credentials: trunk
            .credentials
            .iter()
            .map(|credential| SimCredential {
                id: credential.id.clone(),
                user_name: credential.user_name.clone(),
                password: credential.password.clone(),
            })
            .collect(),
        alias: trunk.settings.first().map(|alias| alias.value.clone()),
    }
}

impl ExotelSimulator {
    /// Every trunk of every account, oldest first within each.
    #[must_use]
    pub fn trunks(&self) -> Vec<SimTrunk> {
        let state = self.shared.lock();
        let accounts = state.accounts.iter();
        accounts
            .flat_map(|account| account.trunks.iter().map(|own| trunk(&account.name, own)))
            .collect()
    }

    /// The trunk of a name, of the first account that has one.
    #[must_use]
    pub fn trunk(&self, name: &str) -> Option<SimTrunk> {
        self.trunks().into_iter().find(|trunk| trunk.name == name)
    }

    /// How often something was made that was there already: a destination or a credential of the same trunk. A client that
    /// is careful leaves this at 0.
    #[must_use]
    pub fn duplicates(&self) -> u64 {
        self.shared.lock().tally.duplicates
    }

    /// Every call, oldest first.
    #[must_use]
    pub fn calls(&self) -> Vec<SimCall> {
        self.shared
            .lock()
            .calls
            .iter()
            .map(Record::snapshot)
            .collect()
    }

    /// One call.
    #[must_use]
    pub fn call(&self, sid: &str) -> Option<SimCall> {
        let state = self.shared.lock();
        let record = state.calls.iter().find(|record| record.sid == sid);
        record.map(Record::snapshot)
    }

    /// How many calls were accepted that ring this number, first or second.
    #[must_use]
    pub fn dialled(&self, number: &E164) -> usize {
        let state = self.shared.lock();
        let calls = state.calls.iter();
        calls.filter(|record| record.rings(number.as_str())).count()
    }

    /// How many requests have arrived.
    #[must_use]
    pub fn requests(&self) -> u64 {
        self.shared.lock().tally.requests.values().sum()
    }

    /// How many of one operation, by this crate's name for it; `unknown` for paths that do not exist.
    #[must_use]
    pub fn requests_of(&self, operation: &str) -> u64 {
        let state = self.shared.lock();
        state.tally.requests.get(operation).copied().unwrap_or(0)
    }

    /// How many of each operation.
    #[must_use]
    pub fn requests_by_operation(&self) -> BTreeMap<&'static str, u64> {
        self.shared.lock().tally.requests.clone()
    }

    /// How many requests the limits refused.
    #[must_use]
    pub fn limited(&self) -> u64 {
        self.shared.lock().tally.refused
    }

    /// Every failure the weather brought, oldest first, with whether the request was carried out.
    #[must_use]
    pub fn failures(&self) -> Vec<Failure> {
        self.shared.lock().tally.failures.clone()
    }

    /// Every try to deliver a status callback, in the order in which they ended.
    #[must_use]
    pub fn delivered(&self) -> Vec<Delivered> {
        self.shared.lock().delivered.clone()
    }
}
