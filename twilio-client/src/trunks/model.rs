//! A trunk as it is read.

use serde_json::{Map, Value};
use voice_core::ident::{AccountSid, TrunkSid};

use crate::types::{ApiTime, HttpMethod, open_enum, resource};

open_enum! {
    /// Whether calls over a trunk may be transferred.
    TransferMode {
        /// Not at all.
        DisableAll = "disable-all",
        /// To SIP addresses and to phone numbers.
        EnableAll = "enable-all",
        /// To SIP addresses only.
        SipOnly = "sip-only",
    }
}

open_enum! {
    /// Whose number the target of a transfer sees.
    TransferCallerId {
        /// Of the one who is transferred; the default.
        FromTransferee = "from-transferee",
        /// Of the one who transfers.
        FromTransferor = "from-transferor",
    }
}

resource! {
    /// A trunk.
    Trunk {
        /// The account it belongs to.
        account_sid: AccountSid,
        /// The address that calls out are sent to.
        domain_name: String,
        /// How the disaster recovery URL is requested.
        disaster_recovery_method: HttpMethod,
        /// Where TwiML is fetched for a call that no origination URL takes.
        disaster_recovery_url: String,
        /// Its name.
        friendly_name: String,
        /// Whether signalling takes TLS and media SRTP.
        secure: bool,
        /// How its calls are recorded, an object of `mode` and `trim`; changed by
        /// [`Trunks::recording`](super::Trunks::recording).
        recording: Value,
        /// Whether calls may be transferred.
        transfer_mode: TransferMode,
        /// Who is shown to the target of a transfer.
        transfer_caller_id: TransferCallerId,
        /// Whether the names of callers are looked up.
        cnam_lookup_enabled: bool,
        /// Who may send calls: `IP_ACL`, `CREDENTIAL_LIST`, or both with a comma between. Without either nobody may.
        auth_type: String,
        /// Whether media goes back to where it comes from, whatever the SDP says.
        symmetric_rtp_enabled: bool,
        /// Kept by Twilio for its own use.
        auth_type_set: Vec<String>,
        /// When it was created.
        date_created: ApiTime,
        /// When it was last changed.
        date_updated: ApiTime,
        /// Its SID.
        sid: TrunkSid,
        /// Its own address.
        url: String,
        /// The addresses of what belongs to it.
        links: Map<String, Value>,
    }
}
