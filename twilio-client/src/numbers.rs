//! What the numbers one has and the numbers one may buy have in common.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::{Map, Value};

use crate::types::{Encode, Sink, open_enum, read, unreadable, write};

open_enum! {
    /// Which address a number asks for before it can be bought.
    AddressRequirement {
        /// None.
        None = "none",
        /// One anywhere in the world.
        Any = "any",
        /// One in the number's own country.
        Local = "local",
        /// One outside the number's country.
        Foreign = "foreign",
    }
}

/// An area code of the United States or Canada: three digits, the first 2 to 9.
///
/// ```
/// use twilio_client::available_phone_numbers::AreaCode;
///
/// assert_eq!("415".parse::<AreaCode>()?, AreaCode::new(415)?);
/// assert!(AreaCode::new(115).is_err() && "4155".parse::<AreaCode>().is_err());
/// # Ok::<(), twilio_client::available_phone_numbers::AreaCodeError>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct AreaCode(u16);

/// No area code of the United States or Canada.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("expected three digits, the first 2 to 9, such as 415")]
pub struct AreaCodeError;

impl AreaCode {
    /// This area code.
    ///
    /// # Errors
    /// [`AreaCodeError`] unless it is 200 to 999.
    pub const fn new(code: u16) -> Result<Self, AreaCodeError> {
        match code {
            200..=999 => Ok(Self(code)),
            _ => Err(AreaCodeError),
        }
    }

    /// As a number.
    #[must_use]
    pub const fn get(self) -> u16 {
        self.0
    }
}

impl FromStr for AreaCode {
    type Err = AreaCodeError;

    fn from_str(text: &str) -> Result<Self, AreaCodeError> {
        // A number's own parser takes a sign.
        if !text.bytes().all(|byte| byte.is_ascii_digit()) {
            return Err(AreaCodeError);
        }
        text.parse()
            .map_err(|_| AreaCodeError)
            .and_then(Self::new)
            .and_then(|code| match text.len() {
                3 => Ok(code),
                _ => Err(AreaCodeError),
            })
    }
}

impl fmt::Display for AreaCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.0, f)
    }
}

impl Encode for AreaCode {
    fn encode(&self, name: &str, sink: Sink<'_>) {
        sink(name, &self.0.to_string());
    }
}

/// What a number can do. The JSON form is documented in small letters, the XML form as `SMS` and `MMS`; both are read.
#[derive(Clone, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Capabilities {
    /// Calls.
    pub voice: Option<bool>,
    /// Short messages.
    pub sms: Option<bool>,
    /// Multimedia messages.
    pub mms: Option<bool>,
    /// Fax.
    pub fax: Option<bool>,
    /// Whatever else came, as it came.
    pub extra: Map<String, Value>,
}

impl<'de> Deserialize<'de> for Capabilities {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let mut extra = Map::deserialize(deserializer)?;
        let mut take = |small: &str, capital: &str| {
            read(&mut extra, small).or_else(|| read(&mut extra, capital))
        };
        let (voice, sms) = (take("voice", "Voice"), take("sms", "SMS"));
        let (mms, fax) = (take("mms", "MMS"), take("fax", "Fax"));
        Ok(Self {
            voice,
            sms,
            mms,
            fax,
            extra,
        })
    }
}

impl Serialize for Capabilities {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = self.extra.clone();
        for (name, value) in self.known() {
            write(&mut map, name, value.as_ref());
        }
        map.serialize(serializer)
    }
}

impl Capabilities {
    fn known(&self) -> [(&'static str, Option<bool>); 4] {
        [
            ("voice", self.voice),
            ("sms", self.sms),
            ("mms", self.mms),
            ("fax", self.fax),
        ]
    }
}

impl fmt::Debug for Capabilities {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut shown = f.debug_struct("Capabilities");
        for (name, value) in self.known() {
            if let Some(value) = value {
                shown.field(name, &value);
            }
        }
        if !self.extra.is_empty() {
            shown.field("extra", &unreadable(&self.extra));
        }
        shown.finish()
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;

    #[test]
    fn both_spellings_of_a_capability_are_read_and_odd_ones_kept() {
        let small: Capabilities =
            serde_json::from_value(json!({"voice": true, "sms": false, "mms": true, "fax": false}))
                .unwrap();
        let capital: Capabilities =
            serde_json::from_value(json!({"voice": true, "SMS": false, "MMS": true, "fax": null}))
                .unwrap();
        assert_eq!((small.sms, small.mms), (Some(false), Some(true)));
        assert_eq!((capital.sms, capital.mms), (Some(false), Some(true)));
        assert_eq!((small.fax, capital.fax), (Some(false), None));

        let odd = json!({"voice": "yes", "rcs": true});
        let kept: Capabilities = serde_json::from_value(odd.clone()).unwrap();
        assert_eq!(kept.voice, None);
        assert_eq!(serde_json::to_value(&kept).unwrap(), odd);
        assert_eq!(
            format!("{kept:?}"),
            r#"Capabilities { extra: ["rcs", "voice"] }"#
        );
        assert!(serde_json::from_value::<Capabilities>(json!(["voice"])).is_err());
    }

    #[test]
    fn an_area_code_has_three_digits_and_no_sign() {
        for bad in [
            "",
            "41",
            "4155",
            "+415",
            "0415",
            "0200",
            "199",
            "４１５",
            "41a",
        ] {
            assert_eq!(bad.parse::<AreaCode>(), Err(AreaCodeError), "{bad}");
        }
        assert_eq!(AreaCode::new(1000), Err(AreaCodeError));
    }

    proptest! {
        #[test]
        fn what_is_read_is_written(text in "\\PC{0,5}|[0-9]{3}") {
            if let Ok(code) = text.parse::<AreaCode>() {
                prop_assert_eq!(code.to_string(), text);
            }
        }
    }
}
