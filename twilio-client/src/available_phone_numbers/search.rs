//! What is looked for.

use std::fmt;

use voice_core::ident::E164;

use super::AreaCode;
use crate::types::{Encode, Problems, Sink, Toggle, list_request};

/// A place on the map.
#[derive(Clone, Copy, PartialEq)]
pub struct Coordinates {
    latitude: f64,
    longitude: f64,
}

impl Coordinates {
    /// A place, in degrees: latitude −90 to 90, longitude −180 to 180. The range is checked when the search is sent.
    #[must_use]
    pub const fn new(latitude: f64, longitude: f64) -> Self {
        Self {
            latitude,
            longitude,
        }
    }

    fn are_on_earth(self) -> bool {
        (-90.0..=90.0).contains(&self.latitude) && (-180.0..=180.0).contains(&self.longitude)
    }
}

/// Where somebody is, is theirs to tell.
impl fmt::Debug for Coordinates {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Coordinates(…)")
    }
}

impl Encode for Coordinates {
    fn encode(&self, name: &str, sink: Sink<'_>) {
        sink(name, &format!("{},{}", self.latitude, self.longitude));
    }
}

list_request! {
    /// Which numbers to look for: any of the kind unless filtered. Filters by place are for the United States and Canada,
    /// except [`in_locality`](Self::in_locality).
    SearchNumbers {
        /// Only those of this area code (United States and Canada).
        area_code = "AreaCode": AreaCode,
        /// Only those that fit a pattern: 2 to 16 of digits, letters (as on a keypad), `*` for one digit, `%` for several,
        /// `+` before the beginning, `$` after the end. With wildcards it takes two others at least.
        contains = "Contains": String,
        /// Only those that can, or cannot, receive short messages.
        sms_enabled = "SmsEnabled": Toggle,
        /// Only those that can, or cannot, receive multimedia messages.
        mms_enabled = "MmsEnabled": Toggle,
        /// Only those that can, or cannot, receive calls.
        voice_enabled = "VoiceEnabled": Toggle,
        /// Whether to leave out numbers that ask for any address; off unless set.
        exclude_all_address_required = "ExcludeAllAddressRequired": Toggle,
        /// Whether to leave out numbers that ask for an address in their country; off unless set.
        exclude_local_address_required = "ExcludeLocalAddressRequired": Toggle,
        /// Whether to leave out numbers that ask for an address abroad; off unless set.
        exclude_foreign_address_required = "ExcludeForeignAddressRequired": Toggle,
        /// Whether to take in numbers new to Twilio; on unless set.
        beta = "Beta": Toggle,
        /// Only those near the place of this number.
        near_number = "NearNumber": E164,
        /// Only those near this place.
        near_lat_long = "NearLatLong": Coordinates,
        /// How far "near" reaches: at most 500 miles, 25 unless set.
        distance = "Distance": u32,
        /// Only those of this postal code, or of the postal code of this number.
        in_postal_code = "InPostalCode": String => secret,
        /// Only those of this state or province, or of that of this number.
        in_region = "InRegion": String => secret,
        /// Only those of this rate centre, or of that of this number. Takes `InLata`, too.
        in_rate_center = "InRateCenter": String => secret,
        /// Only those of this local access and transport area, or of that of this number.
        in_lata = "InLata": String => secret,
        /// Only those of this place, or of that of this number.
        in_locality = "InLocality": String => secret,
        /// Only those that can, or cannot, receive faxes.
        fax_enabled = "FaxEnabled": Toggle,
    } rules rules
}

fn rules(search: &SearchNumbers, problems: &mut Problems) {
    problems.unless(
        search.contains.as_deref().is_none_or(is_pattern),
        "Contains",
        "must have 2 to 16 characters of 0-9 a-z A-Z * % + $",
    );
    problems.unless(
        search.near_lat_long.is_none_or(Coordinates::are_on_earth),
        "NearLatLong",
        "must be -90 to 90 and -180 to 180 degrees",
    );
    problems.unless(
        search.distance.is_none_or(|miles| miles <= 500),
        "Distance",
        "must be at most 500 miles",
    );
    problems.unless(
        search.in_rate_center.is_none() || search.in_lata.is_some(),
        "InLata",
        "is required with InRateCenter",
    );
}

fn is_pattern(text: &str) -> bool {
    let allowed = |byte: u8| byte.is_ascii_alphanumeric() || b"*%+$".contains(&byte);
    (2..=16).contains(&text.len()) && text.bytes().all(allowed)
}
