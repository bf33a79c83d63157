//! Elastic SIP trunks: calls between your SIP equipment and the telephone network.
//!
//! Calls to the [numbers](PhoneNumbers) of a trunk go to its [origination URLs](OriginationUrls). Calls out come to its
//! `domain_name`, from whoever its [credential lists](CredentialLists) and [IP access control lists](IpAccessControlLists)
//! let in; both kinds of lists are made in [`crate::sip`].
//!
//! ```no_run
//! # async fn example(client: twilio_client::TwilioClient) -> Result<(), Box<dyn std::error::Error>> {
//! use twilio_client::trunks::{CreateOriginationUrl, TrunkSettings};
//! use voice_core::ident::SipUri;
//!
//! let settings = TrunkSettings::new().friendly_name("office").domain_name("office.pstn.twilio.com");
//! let trunk = client.trunks().create(&settings).await?.into_inner();
//! if let Some(trunk) = trunk.sid {
//!     let target = CreateOriginationUrl::new("pbx", SipUri::parse("sip:pbx.example.com")?);
//!     client.trunks().origination_urls(trunk).create(&target).await?;
//! }
//! # Ok(()) }
//! ```
//!
//! A provider-neutral view of the same is [`TrunkProvider`](voice_core::provider::TrunkProvider), which
//! [`TwilioClient`] keeps.

mod lists;
mod model;
mod numbers;
mod origination;
mod recording;

use serde_json::{Map, Value};
use voice_core::client::{Cursor, Page};
use voice_core::error::Error;
use voice_core::ident::TrunkSid;
use voice_core::webhook::WebhookUrl;

use crate::client::TwilioClient;
use crate::operation::{accessor, crud, operations};
use crate::paging;
use crate::sip::{domain_rule, name_rule};
use crate::types::{HttpMethod, Toggle, list_request, settings};

pub use lists::{
    CredentialList, CredentialLists, IpAccessControlList, IpAccessControlLists, ListTrunkLists,
};
pub use model::{TransferCallerId, TransferMode, Trunk};
pub use numbers::{AddressRequirement, Capabilities, ListPhoneNumbers, PhoneNumber, PhoneNumbers};
pub use origination::{
    CreateOriginationUrl, ListOriginationUrls, OriginationUrl, OriginationUrls,
    UpdateOriginationUrl,
};
pub use recording::{Recording, RecordingMode, RecordingSettings, RecordingTrim, TrunkRecording};

pub(crate) use lists::OPERATIONS as LIST_OPERATIONS;
pub(crate) use numbers::OPERATIONS as PHONE_NUMBER_OPERATIONS;
pub(crate) use origination::OPERATIONS as ORIGINATION_OPERATIONS;
pub(crate) use recording::OPERATIONS as RECORDING_OPERATIONS;

operations! { Trunking "trunking_v1":
    LIST = get "trunks.list" ListTrunk "/v1/Trunks";
    CREATE = once "trunks.create" CreateTrunk "/v1/Trunks";
    GET = get "trunks.get" FetchTrunk "/v1/Trunks/{Sid}";
    UPDATE = idempotent "trunks.update" UpdateTrunk "/v1/Trunks/{Sid}";
    DELETE = delete "trunks.delete" DeleteTrunk "/v1/Trunks/{Sid}";
}

list_request! {
    /// Which trunks to list: all of the account.
    ListTrunks {}
}

settings! {
    /// What a trunk is, new or changed.
    TrunkSettings {
        /// Its name, 1 to 64 characters. Several trunks may have the same.
        friendly_name = "FriendlyName": String,
        /// The address that calls out are sent to, such as `office.pstn.twilio.com`: letters, digits and hyphens before
        /// `.pstn.twilio.com`. No two trunks of Twilio's have the same.
        domain_name = "DomainName": String,
        /// Where TwiML is fetched for a call that no origination URL takes.
        disaster_recovery_url = "DisasterRecoveryUrl": WebhookUrl,
        /// How it is requested; POST unless set.
        disaster_recovery_method = "DisasterRecoveryMethod": HttpMethod,
        /// Whether calls may be transferred, and to where.
        transfer_mode = "TransferMode": TransferMode,
        /// Whether signalling takes TLS and media SRTP, on every call.
        secure = "Secure": Toggle,
        /// Whether the names of callers from the United States and Canada are looked up, which costs.
        cnam_lookup_enabled = "CnamLookupEnabled": Toggle,
        /// Who is shown to the target of a transfer.
        transfer_caller_id = "TransferCallerId": TransferCallerId,
    } rules |trunk, problems| {
        name_rule(trunk.friendly_name.as_ref(), 64, problems);
        domain_rule(trunk.domain_name.as_ref(), "pstn.twilio.com", problems);
    }
}

accessor! {
    /// The trunks of an account; see [`TwilioClient::trunks`].
    Trunks
}

impl TwilioClient {
    /// Elastic SIP trunks.
    #[must_use]
    pub fn trunks(&self) -> Trunks<'_> {
        Trunks::new(self)
    }
}

crud! {
    Trunks of Trunk, id TrunkSid, items "trunks", parent [];
    /// Lists trunks, page by page.
    list LIST (ListTrunks);
    /// Creates a trunk. Code 21248 for a domain name that is taken, 21245 for a value that is refused, 21244 when the account
    /// has as many trunks as it may.
    create CREATE (TrunkSettings);
    /// Reads a trunk.
    get GET;
    /// Changes a trunk; what is not set stays.
    update UPDATE (TrunkSettings);
    /// Deletes a trunk. Code 21247 while something depends on it.
    delete DELETE;
}

/// One page of the trunks as they came, whole.
pub(crate) async fn raw_page(
    client: &TwilioClient,
    from: Option<Cursor>,
) -> Result<Page<Map<String, Value>>, Error> {
    let filters = Box::new(ListTrunks::new().page_size(1_000_u32));
    let list = paging::List::new(client, ON, &LIST, "trunks", &[], Some(filters));
    list.page(from).await
}

impl<'c> Trunks<'c> {
    /// Where a trunk delivers calls.
    #[must_use]
    pub fn origination_urls(&self, trunk: TrunkSid) -> OriginationUrls<'c> {
        OriginationUrls::new(self.client, trunk)
    }

    /// The users that may send calls to a trunk.
    #[must_use]
    pub fn credential_lists(&self, trunk: TrunkSid) -> CredentialLists<'c> {
        CredentialLists::new(self.client, trunk)
    }

    /// The addresses that may send calls to a trunk.
    #[must_use]
    pub fn ip_access_control_lists(&self, trunk: TrunkSid) -> IpAccessControlLists<'c> {
        IpAccessControlLists::new(self.client, trunk)
    }

    /// The numbers whose calls go to a trunk.
    #[must_use]
    pub fn phone_numbers(&self, trunk: TrunkSid) -> PhoneNumbers<'c> {
        PhoneNumbers::new(self.client, trunk)
    }

    /// Whether the calls of a trunk are recorded.
    #[must_use]
    pub fn recording(&self, trunk: TrunkSid) -> TrunkRecording<'c> {
        TrunkRecording::new(self.client, trunk)
    }
}
