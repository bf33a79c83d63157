//! Trunks and what belongs to them, as they are kept and as answers show them.

use std::time::SystemTime;

use serde_json::{Map, Value, json};

use crate::testkit::time::utc;

/// When something was made and changed.
#[derive(Debug, Clone, Copy)]
pub(in crate::testkit) struct Dates {
    pub(in crate::testkit) created: SystemTime,
    pub(in crate::testkit) updated: SystemTime,
}

impl Dates {
    pub(super) fn now(wall: SystemTime) -> Self {
        Self {
            created: wall,
            updated: wall,
        }
    }

    fn put(self, mut value: Value) -> Value {
        if let Value::Object(map) = &mut value {
            map.insert("date_created".to_owned(), utc(self.created).into());
            map.insert("date_updated".to_owned(), utc(self.updated).into());
        }
        value
    }
}

#[derive(Debug, Clone)]
pub(in crate::testkit) struct Trunk {
    pub(in crate::testkit) sid: String,
    pub(in crate::testkit) name: String,
    pub(in crate::testkit) nso_code: String,
    pub(in crate::testkit) domain_name: String,
    pub(in crate::testkit) auth_type: String,
    pub(in crate::testkit) dates: Dates,
    /// Everything below is oldest first.
    pub(in crate::testkit) numbers: Vec<Number>,
    pub(in crate::testkit) ips: Vec<Ip>,
    pub(in crate::testkit) destinations: Vec<Destination>,
    pub(in crate::testkit) credentials: Vec<Credential>,
    pub(in crate::testkit) settings: Vec<Setting>,
}

#[derive(Debug, Clone)]
pub(in crate::testkit) struct Number {
    pub(in crate::testkit) id: String,
    pub(in crate::testkit) number: String,
    pub(in crate::testkit) mode: Option<String>,
    pub(in crate::testkit) dates: Dates,
}

#[derive(Debug, Clone)]
pub(in crate::testkit) struct Ip {
    pub(in crate::testkit) id: String,
    pub(in crate::testkit) ip: std::net::Ipv4Addr,
    pub(in crate::testkit) mask: u8,
    pub(in crate::testkit) dates: Dates,
}

#[derive(Debug, Clone)]
pub(in crate::testkit) struct Destination {
    pub(in crate::testkit) id: String,
    /// With `sip:`.
    pub(in crate::testkit) destination: String,
    pub(in crate::testkit) priority: i64,
    pub(in crate::testkit) weight: i64,
    pub(in crate::testkit) dates: Dates,
}

#[derive(Debug, Clone)]
pub(in crate::testkit) struct Credential {
    pub(in crate::testkit) id: String,
    pub(in crate::testkit) user_name: String,
    pub(in crate::testkit) password: String,
    pub(in crate::testkit) friendly_name: Option<String>,
    pub(in crate::testkit) dates: Dates,
}

#[derive(Debug, Clone)]
pub(in crate::testkit) struct Setting {
    pub(in crate::testkit) name: String,
    pub(in crate::testkit) value: String,
    pub(in crate::testkit) dates: Dates,
}

impl Trunk {
    /// With the paths of what belongs to it.
    pub(super) fn full(&self, account: &str) -> Value {
        let mut value = self.short();
        if let Value::Object(map) = &mut value {
            let parts = [
                ("destination_uris", "destination-uris"),
                ("whitelisted_ips", "whitelisted-ips"),
                ("credentials", "credentials"),
                ("phone_numbers", "phone-numbers"),
            ];
            map.extend(parts.into_iter().map(|(name, path)| {
                let path = format!("/v2/accounts/{account}/trunks/{}/{path}", self.sid);
                (name.to_owned(), Value::from(path))
            }));
        }
        value
    }

    /// Without them.
    pub(super) fn short(&self) -> Value {
        self.dates.put(json!({
            "trunk_sid": self.sid,
            "trunk_name": self.name,
            "status": "active",
            "domain_name": self.domain_name,
            "auth_type": self.auth_type,
            "registration_enabled": "disabled",
            "edge_preference": "auto",
            "nso_code": self.nso_code,
            "secure_trunking": "disabled",
        }))
    }
}

/// Something that belongs to a trunk and has an id.
pub(super) trait Part {
    fn id(&self) -> &str;
    fn show(&self, trunk: &str) -> Value;
}

macro_rules! part {
    ($($name:ident: |$this:ident, $trunk:ident| $value:expr;)*) => {$(
        impl Part for $name {
            fn id(&self) -> &str {
                part!(@id $name self)
            }

            fn show(&self, $trunk: &str) -> Value {
                let $this = self;
                $this.dates.put($value)
            }
        }
    )*};
    (@id Setting $this:ident) => { &$this.name };
    (@id $name:ident $this:ident) => { &$this.id };
}

part! {
    Number: |this, trunk| json!({
        "id": this.id, "phone_number": this.number, "trunk_sid": trunk, "mode": this.mode,
    });
    Ip: |this, trunk| json!({
        "id": this.id, "ip": this.ip.to_string(), "mask": this.mask, "trunk_sid": trunk, "friendly_name": null,
    });
    Destination: |this, trunk| json!({
        "id": this.id, "destination": this.destination, "type": "public", "priority": this.priority,
        "weight": this.weight, "trunk_sid": trunk,
    });
    Credential: |this, trunk| json!({
        "id": this.id, "trunk_sid": trunk, "user_name": this.user_name, "friendly_name": this.friendly_name,
    });
    Setting: |this, trunk| json!({"name": this.name, "value": this.value, "trunk_sid": trunk});
}

/// Takes a part out of a list by its id.
pub(super) fn take<T: Part>(parts: &mut Vec<T>, id: &str) -> Option<T> {
    let at = parts.iter().position(|part| part.id() == id)?;
    Some(parts.remove(at))
}

/// A trunk map.
pub(super) fn map(number: &Number, trunk: &str) -> Value {
    let mut map = Map::new();
    map.insert("exophone".to_owned(), number.number.as_str().into());
    map.insert("trunk_sid".to_owned(), trunk.into());
    map.insert("phone_number_id".to_owned(), number.id.as_str().into());
    map.insert("mode".to_owned(), number.mode.as_deref().into());
    Value::Object(map)
}
