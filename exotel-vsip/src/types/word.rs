//! The words of the API.

use serde_json::Value;
use voice_core::wire::open_enum;

use super::read::{FromWire, ToWire};

open_enum! {
    /// Whether a trunk works. There is no operation that changes it.
    pub enum TrunkStatus {
        /// It works.
        Active = "active",
        /// It does not.
        Inactive = "inactive",
    }
}

open_enum! {
    /// How a trunk knows who calls through it.
    pub enum AuthType {
        /// By its access list.
        IpWhitelist = "IP-WHITELIST",
    }
}

open_enum! {
    /// Whether something is switched on.
    pub enum Switch {
        /// It is.
        Enabled = "enabled",
        /// It is not.
        Disabled = "disabled",
    }
}

open_enum! {
    /// Which edge of Exotel's a trunk prefers.
    pub enum EdgePreference {
        /// Whichever suits.
        Auto = "auto",
    }
}

open_enum! {
    /// What becomes of calls to a mapped number. A mapping that was made without a mode is `pstn`.
    pub enum NumberMode {
        /// They go out over the trunk, and come in by a flow that dials it.
        Pstn = "pstn",
        /// They go through a flow: contact centres and streams.
        Flow = "flow",
    }
}

open_enum! {
    /// What kind of destination it is.
    pub enum DestinationType {
        /// One that the public internet reaches.
        Public = "public",
    }
}

open_enum! {
    /// The name of a setting of a trunk. One is documented.
    pub enum SettingName {
        /// The number that outbound calls show; its value is E.164.
        ExternalAlias = "trunk_external_alias",
    }
}

macro_rules! wire {
    ($($word:ident)*) => {$(
        impl FromWire for $word {
            fn from_wire(value: &Value) -> Option<Self> {
                value.as_str().map(Self::from)
            }
        }

        impl ToWire for $word {
            fn to_wire(&self) -> Value {
                Value::from(self.as_str())
            }
        }
    )*};
}

wire!(TrunkStatus AuthType Switch EdgePreference NumberMode DestinationType SettingName);

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn every_word_goes_back_as_it_came(word in "\\PC{0,20}|active|pstn|FLOW|enabled") {
            fn back<T: FromWire + ToWire>(word: &str) -> Value {
                T::from_wire(&Value::from(word)).unwrap().to_wire()
            }
            for back in [
                back::<TrunkStatus>(&word), back::<AuthType>(&word), back::<Switch>(&word),
                back::<EdgePreference>(&word), back::<NumberMode>(&word), back::<DestinationType>(&word),
                back::<SettingName>(&word),
            ] {
                prop_assert_eq!(back, Value::from(word.as_str()));
            }
        }
    }
}
