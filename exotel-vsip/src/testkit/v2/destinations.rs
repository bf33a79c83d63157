//! Destinations of a trunk, which come in batches.

use serde_json::{Map, Value};

use super::go::{Struct, Type};
use super::model::{Dates, Destination, Part, take};
use super::paging::Empty;
use super::{Answer, Desk, rules, text};
use crate::testkit::answer::{Failed, Refusal, Said};
use crate::testkit::choice::Duplicates;
use crate::testkit::world::Kind;

const ITEM: Struct = Struct {
    name: "DestinationUri",
    fields: &[("destination", Type::Text)],
};
const ADD: Struct = Struct {
    name: "CreateDestinationUrisRequest",
    fields: &[("destinations", Type::List(&ITEM))],
};
const UPDATE: Struct = Struct {
    name: "UpdateDestinationUriRequest",
    fields: &[("priority", Type::Whole), ("weight", Type::Whole)],
};

impl Desk<'_> {
    pub(super) fn add_destinations(&mut self) -> Answer {
        let mut body = self.body(&ADD)?;
        let items = match body.remove("destinations") {
            Some(Value::Array(items)) if !items.is_empty() => items,
            _ => return Err(Refusal::mandatory("Destinations", "destinations")),
        };
        let mut answers = Vec::new();
        for item in items {
            let item = match item {
                Value::Object(item) => item,
                _ => Map::new(),
            };
            answers.push(self.add_destination(&item));
        }
        Ok(Said::Batch(answers, Failed::Always))
    }

    fn add_destination(&mut self, item: &Map<String, Value>) -> Result<Value, Refusal> {
        let wanted = text(item, "destination", "Destination")?;
        let udp = self.settings.udp;
        rules::destination(wanted, &self.trunk()?.ips, udp)?;
        let wanted = format!("sip:{wanted}");
        let mut held = self.trunk()?.destinations.iter();
        let held = held.find(|held| held.destination.eq_ignore_ascii_case(&wanted));
        if let Some(held) = held.map(|held| held.id.clone()) {
            if self.settings.duplicates == Duplicates::Refused {
                return Err(Refusal::duplicate(
                    format!("Unable to create DestinationUri with destination {wanted}"),
                    "destination",
                    Some(&held),
                ));
            }
            self.tally.duplicates += 1;
        }
        let made = Destination {
            id: self.ids.next(Kind::Destination).to_string(),
            destination: wanted,
            priority: 0,
            weight: 1,
            dates: Dates::now(self.wall),
        };
        let shown = made.show(self.trunk);
        self.trunk()?.destinations.push(made);
        Ok(shown)
    }

    pub(super) fn list_destinations(&mut self) -> Answer {
        self.page_of(&self.held()?.destinations, Empty::Described)
    }

    pub(super) fn update_destination(&mut self) -> Answer {
        let body = self.body(&UPDATE)?;
        let (sid, id, wall) = (self.trunk, self.id, self.wall);
        let whole = |name: &'static str| match body.get(name).and_then(Value::as_i64) {
            Some(..0) => Err(Refusal::invalid(&format!("Invalid {name}"), name)),
            value => Ok(value),
        };
        let (priority, weight) = (whole("priority")?, whole("weight")?);
        let mut destinations = self.trunk()?.destinations.iter_mut();
        let found = destinations.find(|found| found.id == id);
        let found = found.ok_or_else(Refusal::not_found)?;
        found.priority = priority.unwrap_or(found.priority);
        found.weight = weight.unwrap_or(found.weight);
        found.dates.updated = wall;
        Ok(Said::One(found.show(sid)))
    }

    pub(super) fn remove_destination(&mut self) -> Answer {
        let id = self.query("id", "Id", "id")?;
        let sid = self.trunk;
        let gone = take(&mut self.trunk()?.destinations, &id).ok_or_else(Refusal::not_found)?;
        Ok(self.deleted(gone.show(sid)))
    }
}
