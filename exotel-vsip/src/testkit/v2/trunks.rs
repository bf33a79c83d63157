//! Trunks: create, list, get, update, delete.

use super::go::{Struct, Type};
use super::model::{Dates, Trunk};
use super::paging::Empty;
use super::{Answer, Desk, optional, rules, text};
use crate::region::Region;
use crate::testkit::answer::{Refusal, Said};
use crate::testkit::choice::{DeleteAnswer, Shapes, TrunkReads};
use crate::testkit::world::Kind;

const CREATE: Struct = Struct {
    name: "CreateTrunkRequest",
    fields: &[
        ("trunk_name", Type::Text),
        ("nso_code", Type::Text),
        ("domain_name", Type::Text),
    ],
};

const UPDATE: Struct = Struct {
    name: "UpdateTrunkRequest",
    fields: &[
        ("trunk_name", Type::Text),
        ("auth_type", Type::Text),
        ("nso_code", Type::Text),
    ],
};

impl Desk<'_> {
    pub(super) fn create_trunk(&mut self) -> Answer {
        let body = self.body(&CREATE)?;
        let name = text(&body, "trunk_name", "TrunkName")?;
        let nso_code = text(&body, "nso_code", "NsoCode")?;
        let domain_name = text(&body, "domain_name", "DomainName")?;
        rules::trunk_name(name)?;
        rules::domain_name(domain_name)?;
        rules::nso_code(nso_code)?;
        self.name_is_free(name, "create")?;
        let number = self.ids.next(Kind::Trunk);
        let trunk = Trunk {
            sid: self.sid(number),
            name: name.to_owned(),
            nso_code: nso_code.to_owned(),
            domain_name: domain_name.to_owned(),
            auth_type: "IP-WHITELIST".to_owned(),
            dates: Dates::now(self.wall),
            numbers: Vec::new(),
            ips: Vec::new(),
            destinations: Vec::new(),
            credentials: Vec::new(),
            settings: Vec::new(),
        };
        let shown = trunk.full(&self.account.name);
        self.account.trunks.push(trunk);
        Ok(Said::One(shown))
    }

    /// SIDs count up, so that a failing test can be read.
    fn sid(&self, number: u64) -> String {
        if self.settings.shapes == Shapes::Guide {
            return format!("TR{number:08}");
        }
        let region = match self.settings.region {
            Region::Singapore => "sgp1",
            _ => "mum1",
        };
        format!("tr{region}{number:018x}aa1n")
    }

    fn name_is_free(&self, name: &str, verb: &str) -> Result<(), Refusal> {
        let holder = self.account.trunks.iter().find(|trunk| trunk.name == name);
        if holder.is_none() && !self.account.taken.contains(name) {
            return Ok(());
        }
        Err(Refusal::duplicate(
            format!("Unable to {verb} trunk with name {name}"),
            "trunk_name",
            holder.map(|trunk| trunk.sid.as_str()),
        ))
    }

    pub(super) fn list_trunks(&mut self) -> Answer {
        let only = self.request.query_value("trunk_sid");
        if only.is_some() && self.settings.trunk_reads == TrunkReads::Path {
            return Err(Refusal::invalid("Invalid filter", "trunk_sid"));
        }
        let trunks = self.account.trunks.iter().rev();
        let items: Vec<&Trunk> = trunks
            .filter(|trunk| only.as_ref().is_none_or(|sid| trunk.sid == *sid))
            .collect();
        let filter = only.as_deref().map(|sid| ("trunk_sid", sid));
        let show = |trunk: &&Trunk| trunk.full(&self.account.name);
        self.page(&items, show, Empty::Described, filter)
    }

    pub(super) fn get_trunk(&mut self) -> Answer {
        if self.settings.trunk_reads == TrunkReads::Filter {
            return Err(Refusal::not_found());
        }
        let account = self.account.name.clone();
        Ok(Said::One(self.trunk()?.full(&account)))
    }

    pub(super) fn update_trunk(&mut self) -> Answer {
        let body = self.body(&UPDATE)?;
        let name = optional(&body, "trunk_name");
        if let Some(name) = name {
            rules::trunk_name(name)?;
            if self.trunk()?.name != name {
                self.name_is_free(name, "update")?;
            }
        }
        let nso_code = optional(&body, "nso_code");
        if let Some(code) = nso_code {
            rules::nso_code(code)?;
        }
        let (account, wall) = (self.account.name.clone(), self.wall);
        let trunk = self.trunk()?;
        for (new, old) in [
            (name, &mut trunk.name),
            (nso_code, &mut trunk.nso_code),
            (optional(&body, "auth_type"), &mut trunk.auth_type),
        ] {
            if let Some(new) = new {
                new.clone_into(old);
            }
        }
        trunk.dates.updated = wall;
        Ok(Said::One(trunk.full(&account)))
    }

    /// Everything that belongs to it goes with it.
    pub(super) fn delete_trunk(&mut self) -> Answer {
        let sid = self.query("trunk_sid", "TrunkSid", "trunk_sid")?;
        let at = self
            .account
            .trunks
            .iter()
            .position(|trunk| trunk.sid == sid);
        let trunk = match at {
            Some(at) => self.account.trunks.remove(at),
            None => return Err(self.unknown_trunk()),
        };
        Ok(Said::One(match self.settings.delete_answer {
            DeleteAnswer::Short => trunk.short(),
            DeleteAnswer::Full => trunk.full(&self.account.name),
            DeleteAnswer::Null => serde_json::Value::Null,
        }))
    }
}
