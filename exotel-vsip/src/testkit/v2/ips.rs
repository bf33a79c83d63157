//! The access list of a trunk.

use serde_json::Value;

use super::go::{Struct, Type};
use super::model::{Dates, Ip, Part, take};
use super::paging::Empty;
use super::{Answer, Desk, rules, text};
use crate::testkit::answer::{Refusal, Said};
use crate::testkit::world::Kind;

const FIELDS: &[(&str, Type)] = &[("ip", Type::Text), ("mask", Type::Small)];
const ADD: Struct = Struct {
    name: "CreateWhitelistipsRequest",
    fields: FIELDS,
};
const UPDATE: Struct = Struct {
    name: "UpdateWhitelistipsRequest",
    fields: FIELDS,
};

impl Desk<'_> {
    /// Private addresses are taken, as was recorded.
    pub(super) fn add_ip(&mut self) -> Answer {
        let body = self.body(&ADD)?;
        let ip = rules::ip(text(&body, "ip", "Ip")?)?;
        let mask = rules::mask(body.get("mask").and_then(Value::as_u64).unwrap_or(32))?;
        if let Some(held) = self.trunk()?.ips.iter().find(|held| held.ip == ip) {
            return Err(taken(held));
        }
        let entry = Ip {
            id: self.ids.next(Kind::Ip).to_string(),
            ip,
            mask,
            dates: Dates::now(self.wall),
        };
        let shown = entry.show(self.trunk);
        self.trunk()?.ips.push(entry);
        Ok(Said::One(shown))
    }

    pub(super) fn list_ips(&mut self) -> Answer {
        self.page_of(&self.held()?.ips, Empty::Described)
    }

    pub(super) fn update_ip(&mut self) -> Answer {
        let body = self.body(&UPDATE)?;
        let ip = rules::ip(text(&body, "ip", "Ip")?)?;
        let mask = body.get("mask").and_then(Value::as_u64);
        let mask = rules::mask(mask.ok_or_else(|| Refusal::mandatory("Mask", "mask"))?)?;
        let (sid, id, wall) = (self.trunk, self.id, self.wall);
        let ips = &mut self.trunk()?.ips;
        if let Some(held) = ips.iter().find(|held| held.ip == ip && held.id != id) {
            return Err(taken(held));
        }
        let entry = ips.iter_mut().find(|entry| entry.id == id);
        let entry = entry.ok_or_else(Refusal::not_found)?;
        (entry.ip, entry.mask, entry.dates.updated) = (ip, mask, wall);
        Ok(Said::One(entry.show(sid)))
    }

    pub(super) fn remove_ip(&mut self) -> Answer {
        let id = self.query("id", "Id", "id")?;
        let sid = self.trunk;
        let gone = take(&mut self.trunk()?.ips, &id).ok_or_else(Refusal::not_found)?;
        Ok(self.deleted(gone.show(sid)))
    }
}

fn taken(held: &Ip) -> Refusal {
    Refusal::duplicate(
        format!("Unable to Whitelist-ip with ip {}", held.ip),
        "ip",
        Some(&held.id),
    )
}
