//! Numbers of a trunk, and the way from a number to its trunk.

use super::go::{Struct, Type};
use super::model::{Dates, Number, Part, map, take};
use super::paging::Empty;
use super::{Answer, Desk, optional, rules, text};
use crate::testkit::answer::{Refusal, Said};
use crate::testkit::choice::MapForm;
use crate::testkit::world::Kind;

const FIELDS: &[(&str, Type)] = &[("phone_number", Type::Text), ("mode", Type::Text)];
const MAP: Struct = Struct {
    name: "CreatePhoneNumberRequest",
    fields: FIELDS,
};
const UPDATE: Struct = Struct {
    name: "UpdatePhoneNumberRequest",
    fields: FIELDS,
};

impl Desk<'_> {
    /// A number is on one trunk of the account at most.
    pub(super) fn map_number(&mut self) -> Answer {
        let body = self.body(&MAP)?;
        let number = text(&body, "phone_number", "PhoneNumber")?;
        rules::phone_number(number)?;
        let mode = optional(&body, "mode");
        mode.map_or(Ok(()), rules::mode)?;
        let mut held = self.account.trunks.iter().flat_map(|trunk| &trunk.numbers);
        if let Some(held) = held.find(|held| held.number == number) {
            return Err(Refusal::duplicate(
                format!(
                    "Unable to create DidTrunkMapping with TrunkSid {}",
                    self.trunk
                ),
                "phone_number",
                Some(&held.id),
            ));
        }
        let mapped = Number {
            id: self.ids.next(Kind::Number).to_string(),
            number: number.to_owned(),
            mode: mode.map(str::to_owned),
            dates: Dates::now(self.wall),
        };
        let shown = mapped.show(self.trunk);
        self.trunk()?.numbers.push(mapped);
        Ok(Said::One(shown))
    }

    pub(super) fn list_numbers(&mut self) -> Answer {
        self.page_of(&self.held()?.numbers, Empty::Described)
    }

    pub(super) fn set_mode(&mut self) -> Answer {
        let body = self.body(&UPDATE)?;
        let number = text(&body, "phone_number", "PhoneNumber")?;
        let mode = text(&body, "mode", "Mode")?;
        rules::phone_number(number)?;
        rules::mode(mode)?;
        let (sid, id, wall) = (self.trunk, self.id, self.wall);
        let mut numbers = self.trunk()?.numbers.iter_mut();
        let mapped = numbers
            .find(|mapped| mapped.id == id)
            .ok_or_else(Refusal::not_found)?;
        if mapped.number != number {
            return Err(Refusal::invalid("Invalid PhoneNumber", "phone_number"));
        }
        mapped.mode = Some(mode.to_owned());
        mapped.dates.updated = wall;
        Ok(Said::One(mapped.show(sid)))
    }

    pub(super) fn unmap_number(&mut self) -> Answer {
        let id = self.query("id", "Id", "id")?;
        let sid = self.trunk;
        let gone = take(&mut self.trunk()?.numbers, &id).ok_or_else(Refusal::not_found)?;
        Ok(self.deleted(gone.show(sid)))
    }

    pub(super) fn look_up(&mut self) -> Answer {
        let number = self.query("exophone", "Exophone", "exophone")?;
        rules::phone_number(&number)?;
        let only = self.request.query_value("trunk_sid");
        let found = self.account.trunks.iter().find_map(|trunk| {
            let mapped = trunk
                .numbers
                .iter()
                .find(|mapped| mapped.number == number)?;
            only.as_ref()
                .is_none_or(|sid| trunk.sid == *sid)
                .then(|| map(mapped, &trunk.sid))
        });
        let map = found.ok_or_else(Refusal::not_found)?;
        Ok(match self.settings.map_form {
            MapForm::Bare => Said::Bare(map),
            MapForm::Enveloped => Said::One(map),
        })
    }
}
