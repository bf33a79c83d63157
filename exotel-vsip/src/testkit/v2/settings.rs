//! Settings of a trunk, which come in batches. Setting one again changes it: there are no duplicates.

use serde_json::{Map, Value};

use super::go::{Struct, Type};
use super::model::{Dates, Part, Setting, take};
use super::paging::Empty;
use super::{Answer, Desk, rules, text};
use crate::testkit::answer::{Failed, Refusal, Said};

const ITEM: Struct = Struct {
    name: "TrunkSetting",
    fields: &[("name", Type::Text), ("value", Type::Text)],
};
const SET: Struct = Struct {
    name: "CreateTrunkSettingsRequest",
    fields: &[("settings", Type::List(&ITEM))],
};
/// The one name that is documented.
const ALIAS: &str = "trunk_external_alias";

impl Desk<'_> {
    pub(super) fn set_settings(&mut self) -> Answer {
        let mut body = self.body(&SET)?;
        let items = match body.remove("settings") {
            Some(Value::Array(items)) if !items.is_empty() => items,
            _ => return Err(Refusal::mandatory("Settings", "settings")),
        };
        let mut answers = Vec::new();
        for item in items {
            let item = match item {
                Value::Object(item) => item,
                _ => Map::new(),
            };
            answers.push(self.set_setting(&item));
        }
        Ok(Said::Batch(answers, Failed::WhenAny))
    }

    fn set_setting(&mut self, item: &Map<String, Value>) -> Result<Value, Refusal> {
        let name = text(item, "name", "Name")?;
        let value = text(item, "value", "Value")?;
        if name != ALIAS {
            return Err(Refusal::invalid("Invalid setting name", "name"));
        }
        rules::phone_number(value)?;
        let (sid, wall) = (self.trunk, self.wall);
        let settings = &mut self.trunk()?.settings;
        if let Some(held) = settings.iter_mut().find(|held| held.name == name) {
            value.clone_into(&mut held.value);
            held.dates.updated = wall;
            return Ok(held.show(sid));
        }
        let made = Setting {
            name: name.to_owned(),
            value: value.to_owned(),
            dates: Dates::now(wall),
        };
        let shown = made.show(sid);
        settings.push(made);
        Ok(shown)
    }

    pub(super) fn list_settings(&mut self) -> Answer {
        self.page_of(&self.held()?.settings, Empty::Described)
    }

    pub(super) fn delete_setting(&mut self) -> Answer {
        let name = self.query("name", "Name", "name")?;
        let sid = self.trunk;
        let gone = take(&mut self.trunk()?.settings, &name).ok_or_else(Refusal::not_found)?;
        Ok(self.deleted(gone.show(sid)))
    }
}
