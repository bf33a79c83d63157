//! A trunk as the API gives it.

use voice_core::error::Error;

use crate::types::{ApiTime, AuthType, EdgePreference, Switch, TrunkSid, TrunkStatus};

resource! {
    /// A SIP trunk.
    Trunk, "trunks", ["trunk_sid" "sid" "trunk_name"] {
        /// Its id.
        trunk_sid: TrunkSid => "trunk_sid" | "sid";
        /// Its name.
        trunk_name: String => "trunk_name" | "name";
        /// Whether it works.
        status: TrunkStatus => "status";
        /// Its domain.
        domain_name: String => "domain_name";
        /// How it knows who calls through it.
        auth_type: AuthType => "auth_type";
        /// Whether a PBX may register.
        registration_enabled: Switch => "registration_enabled";
        /// Which edge it prefers.
        edge_preference: EdgePreference => "edge_preference";
        /// Its NSO code.
        nso_code: String => "nso_code";
        /// Whether it insists on encryption.
        secure_trunking: Switch => "secure_trunking";
        /// Where its destinations are: a relative path, which this crate does not follow.
        destination_uris: String => "destination_uris";
        /// Where its access list is: a relative path.
        whitelisted_ips: String => "whitelisted_ips";
        /// Where its credentials are: a relative path.
        credentials: String => "credentials";
        /// Where its numbers are: a relative path.
        phone_numbers: String => "phone_numbers";
        /// When it was made.
        date_created: ApiTime => "date_created" | "created_at";
        /// When it was changed last.
        date_updated: ApiTime => "date_updated" | "updated_at";
    }
}

impl Trunk {
    /// Its id.
    ///
    /// # Errors
    /// [`ErrorKind::Decode`](voice_core::error::ErrorKind::Decode) when the answer had none.
    pub fn sid(&self) -> Result<&TrunkSid, Error> {
        self.trunk_sid
            .as_ref()
            .ok_or_else(|| crate::missing("trunks", "trunk_sid"))
    }
}
