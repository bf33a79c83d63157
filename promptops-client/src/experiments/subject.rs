//! Who is asked about.

use std::borrow::Cow;
use std::fmt;

use serde_json::{Map, Value};

use crate::models::AllocationStrategy;

use super::{NotEnrolled, canonical_json};

/// Somebody for whom experiments and flags are decided.
///
/// The **unit** is the user's id, else the device's, else the session's; an empty text is none. The others do not go into
/// the assignment, so that a user keeps a variant over sessions and devices. Without any there is no unit, and nothing is
/// made up. `Debug` shows which parts are set, and no value: ids are often phone numbers.
///
/// ```
/// use promptops_client::experiments::Subject;
///
/// let ana = Subject::user("user_17").with_session("s-1").with_country("IN").with_attribute("plan", "pro");
/// assert_eq!(ana.unit(), Some("user_17"));
/// assert_eq!(Subject::new().with_session("s-1").unit(), Some("s-1"));
/// assert_eq!(Subject::new().unit(), None);
/// ```
#[derive(Clone, Default, PartialEq)]
pub struct Subject {
    user: Option<String>,
    device: Option<String>,
    session: Option<String>,
    country: Option<String>,
    region: Option<String>,
    city: Option<String>,
    attributes: Map<String, Value>,
}

macro_rules! part {
    ($set:ident, $get:ident, $what:literal) => {
        #[doc = concat!("The same with ", $what, "; an empty text is none.")]
        #[must_use]
        pub fn $set(mut self, $get: impl Into<String>) -> Self {
            self.$get = Some($get.into()).filter(|text| !text.is_empty());
            self
        }
    };
}

impl Subject {
    /// Nobody in particular.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// A user.
    #[must_use]
    pub fn user(id: impl Into<String>) -> Self {
        Self::new().with_user(id)
    }

    part!(with_user, user, "a user's id");
    part!(with_device, device, "a device's id");
    part!(with_session, session, "a session's id");
    part!(
        with_country,
        country,
        "a country, compared as it is written"
    );
    part!(with_region, region, "a region");
    part!(with_city, city, "a city");

    /// The same with one more attribute.
    #[must_use]
    pub fn with_attribute(mut self, name: impl Into<String>, value: impl Into<Value>) -> Self {
        self.attributes.insert(name.into(), value.into());
        self
    }

    /// The same with these attributes and no others.
    #[must_use]
    pub fn with_attributes(mut self, attributes: Map<String, Value>) -> Self {
        self.attributes = attributes;
        self
    }

    /// What assignments are made by: user, else device, else session.
    #[must_use]
    pub fn unit(&self) -> Option<&str> {
        [&self.user, &self.device, &self.session]
            .into_iter()
            .find_map(|id| id.as_deref())
    }

    /// The user's id.
    #[must_use]
    pub fn user_id(&self) -> Option<&str> {
        self.user.as_deref()
    }

    /// The device's id.
    #[must_use]
    pub fn device_id(&self) -> Option<&str> {
        self.device.as_deref()
    }

    /// The session's id.
    #[must_use]
    pub fn session_id(&self) -> Option<&str> {
        self.session.as_deref()
    }

    /// The attributes.
    #[must_use]
    pub fn attributes(&self) -> &Map<String, Value> {
        &self.attributes
    }

    /// What goes into the hash with this strategy.
    pub(super) fn unit_for(
        &self,
        strategy: &AllocationStrategy,
    ) -> Result<Cow<'_, str>, NotEnrolled> {
        match strategy {
            AllocationStrategy::Geographic => {
                let country = self.country.as_deref().ok_or(NotEnrolled::NoPlace)?;
                let region = self.region.as_deref().unwrap_or_default();
                Ok(format!("{country}\u{1f}{region}").into())
            }
            AllocationStrategy::UserAttribute if self.attributes.is_empty() => {
                Err(NotEnrolled::NoAttributes)
            }
            AllocationStrategy::UserAttribute => {
                Ok(canonical_json(&Value::Object(self.attributes.clone())).into())
            }
            AllocationStrategy::Other(word) => Err(NotEnrolled::UnknownStrategy(word.clone())),
            _ => Ok(self.unit().ok_or(NotEnrolled::NoUnit)?.into()),
        }
    }

    /// A field by the name targeting rules use: what the subject itself says, else an attribute of that name, else the path
    /// into the attributes.
    pub(super) fn field(&self, name: &str) -> Option<Cow<'_, Value>> {
        let own = match name {
            "user_id" => &self.user,
            "device_id" => &self.device,
            "session_id" => &self.session,
            "country" => &self.country,
            "region" => &self.region,
            "city" => &self.city,
            _ => &None,
        };
        if let Some(text) = own {
            return Some(Cow::Owned(Value::String(text.clone())));
        }
        let path = || {
            let mut keys = name.split('.');
            let first = self.attributes.get(keys.next()?)?;
            keys.try_fold(first, |value, key| value.as_object()?.get(key))
        };
        self.attributes.get(name).or_else(path).map(Cow::Borrowed)
    }
}

impl fmt::Debug for Subject {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Subject")
            .field("user", &self.user.is_some())
            .field("device", &self.device.is_some())
            .field("session", &self.session.is_some())
            .field("country", &self.country.is_some())
            .field("region", &self.region.is_some())
            .field("city", &self.city.is_some())
            .field("attributes", &self.attributes.keys().collect::<Vec<_>>())
            .finish()
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn the_first_id_is_the_unit_and_empty_ones_are_none() {
        let all = Subject::user("u").with_device("d").with_session("s");
        assert_eq!(all.unit(), Some("u"));
        assert_eq!(all.clone().with_user("").unit(), Some("d"));
        assert_eq!(all.with_user("").with_device("").unit(), Some("s"));
    }

    #[test]
    fn fields_are_the_subjects_own_then_whole_keys_then_paths() {
        let subject = Subject::user("u").with_attributes(
            json!({"user_id": "other", "city": "Pune", "a.b": 1, "a": {"b": 2, "c": {"d": 3}}})
                .as_object()
                .unwrap()
                .clone(),
        );
        for (name, value) in [
            ("user_id", Some(json!("u"))),
            ("city", Some(json!("Pune"))),
            ("a.b", Some(json!(1))),
            ("a.c.d", Some(json!(3))),
            ("a.c.x", None),
            ("country", None),
            ("a.b.c", None),
        ] {
            assert_eq!(subject.field(name).map(Cow::into_owned), value, "{name}");
        }
    }

    #[test]
    fn places_cannot_run_into_each_other() {
        let unit = |country: &str, region: &str| {
            let subject = Subject::new().with_country(country).with_region(region);
            subject
                .unit_for(&AllocationStrategy::Geographic)
                .unwrap()
                .into_owned()
        };
        assert_ne!(unit("US", "A"), unit("USA", ""));
    }

    #[test]
    fn debug_shows_no_value() {
        let subject = Subject::user("+919876543210").with_attribute("plan", "gold");
        let shown = format!("{subject:?}");
        assert!(shown.contains("plan") && !shown.contains("9876") && !shown.contains("gold"));
    }
}
