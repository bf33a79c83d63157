//! BYOC trunks: calls over a carrier of your own.
//!
//! ```no_run
//! # async fn example(client: twilio_client::TwilioClient) -> Result<(), Box<dyn std::error::Error>> {
//! use twilio_client::byoc_trunks::ByocTrunkSettings;
//! use voice_core::webhook::WebhookUrl;
//!
//! let settings = ByocTrunkSettings::new()
//!     .friendly_name("our carrier")
//!     .voice_url(WebhookUrl::parse("https://app.example.com/voice")?);
//! let trunk = client.byoc_trunks().create(&settings).await?;
//! println!("{:?}", trunk.sid);
//! # Ok(()) }
//! ```

use voice_core::ident::{AccountSid, ByocTrunkSid, ConnectionPolicySid, SipDomainSid};
use voice_core::webhook::WebhookUrl;

use crate::client::TwilioClient;
use crate::operation::{accessor, crud, operations};
use crate::types::{ApiTime, HttpMethod, Problems, Toggle, list_request, resource, settings};

operations! { Voice "voice_v1":
    LIST = get "byoc_trunks.list" ListByocTrunk "/v1/ByocTrunks";
    CREATE = once "byoc_trunks.create" CreateByocTrunk "/v1/ByocTrunks";
    GET = get "byoc_trunks.get" FetchByocTrunk "/v1/ByocTrunks/{Sid}";
    UPDATE = idempotent "byoc_trunks.update" UpdateByocTrunk "/v1/ByocTrunks/{Sid}";
    DELETE = delete "byoc_trunks.delete" DeleteByocTrunk "/v1/ByocTrunks/{Sid}";
}

list_request! {
    /// Which trunks to list: all of them.
    ListByocTrunks {}
}

settings! {
    /// What a trunk is, new or changed.
    ByocTrunkSettings {
        /// Its name, at most 255 characters.
        friendly_name = "FriendlyName": String,
        /// Where incoming calls fetch their TwiML.
        voice_url = "VoiceUrl": WebhookUrl,
        /// How it is requested; POST unless set.
        voice_method = "VoiceMethod": HttpMethod,
        /// What is requested when the `VoiceUrl` fails.
        voice_fallback_url = "VoiceFallbackUrl": WebhookUrl,
        /// How it is requested; POST unless set.
        voice_fallback_method = "VoiceFallbackMethod": HttpMethod,
        /// Where the end of a call is reported.
        status_callback_url = "StatusCallbackUrl": WebhookUrl,
        /// How it is reported; POST unless set.
        status_callback_method = "StatusCallbackMethod": HttpMethod,
        /// Whether the names of callers from the United States and Canada are looked up, which costs.
        cnam_lookup_enabled = "CnamLookupEnabled": Toggle,
        /// By which policy outgoing calls find your carrier.
        connection_policy_sid = "ConnectionPolicySid": ConnectionPolicySid,
        /// The SIP domain that stands in `From` of outgoing calls.
        from_domain_sid = "FromDomainSid": SipDomainSid,
    } rules |trunk, problems| name_rule(trunk.friendly_name.as_ref(), problems)
}

/// A name of at most 255 characters, as everything on this host has.
pub(crate) fn name_rule(name: Option<&String>, problems: &mut Problems) {
    problems.unless(
        name.is_none_or(|name| name.chars().count() <= 255),
        "FriendlyName",
        "must have at most 255 characters",
    );
}

resource! {
    /// A BYOC trunk.
    ByocTrunk {
        /// The account it belongs to.
        account_sid: AccountSid,
        /// Its SID.
        sid: ByocTrunkSid,
        /// Its name.
        friendly_name: String,
        /// Where incoming calls fetch their TwiML.
        voice_url: String,
        /// How it is requested.
        voice_method: HttpMethod,
        /// What is requested when the `VoiceUrl` fails.
        voice_fallback_url: String,
        /// How it is requested.
        voice_fallback_method: HttpMethod,
        /// Where the end of a call is reported.
        status_callback_url: String,
        /// How it is reported.
        status_callback_method: HttpMethod,
        /// Whether the names of callers are looked up.
        cnam_lookup_enabled: bool,
        /// By which policy outgoing calls find your carrier.
        connection_policy_sid: ConnectionPolicySid,
        /// The SIP domain that stands in `From` of outgoing calls.
        from_domain_sid: SipDomainSid,
        /// When it was created.
        date_created: ApiTime,
        /// When it was last changed.
        date_updated: ApiTime,
        /// Its own address.
        url: String,
    }
}

accessor! {
    /// Trunks of your own carrier; see [`TwilioClient::byoc_trunks`].
    ByocTrunks
}

impl TwilioClient {
    /// Trunks of your own carrier.
    #[must_use]
    pub fn byoc_trunks(&self) -> ByocTrunks<'_> {
        ByocTrunks::new(self)
    }
}

crud! {
    ByocTrunks of ByocTrunk, id ByocTrunkSid, items "byoc_trunks", parent [];
    /// Lists trunks, page by page.
    list LIST (ListByocTrunks);
    /// Creates a trunk.
    create CREATE (ByocTrunkSettings);
    /// Reads a trunk.
    get GET;
    /// Changes a trunk; what is not set stays.
    update UPDATE (ByocTrunkSettings);
    /// Deletes a trunk.
    delete DELETE;
}
