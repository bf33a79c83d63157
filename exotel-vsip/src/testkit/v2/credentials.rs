//! Credentials of a trunk. Passwords are kept for tests to look at, and never shown in answers.

use super::go::{Struct, Type};
use super::model::{Credential, Dates, Part, take};
use super::paging::Empty;
use super::{Answer, Desk, optional, rules, text};
use crate::testkit::answer::{Refusal, Said};
use crate::testkit::choice::Duplicates;
use crate::testkit::world::Kind;

const FIELDS: &[(&str, Type)] = &[
    ("user_name", Type::Text),
    ("password", Type::Text),
    ("friendly_name", Type::Text),
];
const CREATE: Struct = Struct {
    name: "CreateCredentialRequest",
    fields: FIELDS,
};
const UPDATE: Struct = Struct {
    name: "UpdateCredentialRequest",
    fields: FIELDS,
};

impl Desk<'_> {
    pub(super) fn create_credential(&mut self) -> Answer {
        let body = self.body(&CREATE)?;
        let user_name = filled(
            text(&body, "user_name", "UserName")?,
            "UserName",
            "user_name",
        )?;
        let password = filled(text(&body, "password", "Password")?, "Password", "password")?;
        let friendly_name = optional(&body, "friendly_name");
        friendly_name.map_or(Ok(()), rules::friendly_name)?;
        let mut held = self.trunk()?.credentials.iter();
        let held = held.find(|held| held.user_name == user_name);
        if let Some(held) = held.map(|held| held.id.clone()) {
            if self.settings.duplicates == Duplicates::Refused {
                return Err(Refusal::duplicate(
                    format!("Unable to create credential with UserName {user_name}"),
                    "user_name",
                    Some(&held),
                ));
            }
            self.tally.duplicates += 1;
        }
        let made = Credential {
            id: self.ids.next(Kind::Credential).to_string(),
            user_name: user_name.to_owned(),
            password: password.to_owned(),
            friendly_name: friendly_name.map(str::to_owned),
            dates: Dates::now(self.wall),
        };
        let shown = made.show(self.trunk);
        self.trunk()?.credentials.push(made);
        Ok(Said::One(shown))
    }

    pub(super) fn list_credentials(&mut self) -> Answer {
        self.page_of(&self.held()?.credentials, Empty::Bare)
    }

    pub(super) fn update_credential(&mut self) -> Answer {
        let body = self.body(&UPDATE)?;
        let friendly_name = optional(&body, "friendly_name");
        friendly_name.map_or(Ok(()), rules::friendly_name)?;
        let user_name = optional(&body, "user_name");
        user_name.map_or(Ok(""), |name| filled(name, "UserName", "user_name"))?;
        let password = optional(&body, "password");
        password.map_or(Ok(""), |password| filled(password, "Password", "password"))?;
        let (sid, id, wall) = (self.trunk, self.id, self.wall);
        let mut credentials = self.trunk()?.credentials.iter_mut();
        let found = credentials.find(|found| found.id == id);
        let found = found.ok_or_else(Refusal::not_found)?;
        if let Some(name) = user_name {
            name.clone_into(&mut found.user_name);
        }
        if let Some(password) = password {
            password.clone_into(&mut found.password);
        }
        if let Some(name) = friendly_name {
            found.friendly_name = Some(name.to_owned());
        }
        found.dates.updated = wall;
        Ok(Said::One(found.show(sid)))
    }

    pub(super) fn delete_credential(&mut self) -> Answer {
        let id = self.query("id", "Id", "id")?;
        let sid = self.trunk;
        let gone = take(&mut self.trunk()?.credentials, &id).ok_or_else(Refusal::not_found)?;
        Ok(self.deleted(gone.show(sid)))
    }
}

/// An empty text is as good as none here; only of a trunk's name was another behaviour recorded.
fn filled<'t>(text: &'t str, called: &str, field: &'static str) -> Result<&'t str, Refusal> {
    if text.is_empty() {
        return Err(Refusal::mandatory(called, field));
    }
    Ok(text)
}
