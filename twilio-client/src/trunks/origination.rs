//! Where a trunk delivers the calls of its numbers.

use voice_core::ident::{AccountSid, OriginationUrlSid, SipUri, TrunkSid};

use crate::operation::{accessor, crud, operations};
use crate::sip::name_rule;
use crate::types::{ApiTime, Numeric, Problems, Toggle, list_request, request, resource, settings};

operations! { Trunking "trunking_v1":
    LIST = get "trunks.origination_urls.list" ListOriginationUrl "/v1/Trunks/{TrunkSid}/OriginationUrls";
    CREATE = once "trunks.origination_urls.create" CreateOriginationUrl "/v1/Trunks/{TrunkSid}/OriginationUrls";
    GET = get "trunks.origination_urls.get" FetchOriginationUrl "/v1/Trunks/{TrunkSid}/OriginationUrls/{Sid}";
    UPDATE = idempotent "trunks.origination_urls.update" UpdateOriginationUrl "/v1/Trunks/{TrunkSid}/OriginationUrls/{Sid}";
    DELETE = delete "trunks.origination_urls.delete" DeleteOriginationUrl "/v1/Trunks/{TrunkSid}/OriginationUrls/{Sid}";
}

/// Priority and weight of an address that says nothing of them, as Twilio has them.
const USUAL: u32 = 10;

list_request! {
    /// Which addresses to list: all of the trunk.
    ListOriginationUrls {}
}

request! {
    /// An address to be added.
    CreateOriginationUrl {
        weight = "Weight": u32,
        priority = "Priority": u32,
        enabled = "Enabled": Toggle,
        friendly_name = "FriendlyName": String,
        sip_url = "SipUrl": SipUri,
        ..
    } rules |url, problems| {
        scheme_rule(Some(&url.sip_url), problems);
        rules(Some(&url.friendly_name), Some(url.priority), Some(url.weight), problems);
    }
}

impl CreateOriginationUrl {
    /// An address by a name of 1 to 64 characters: `sip:`, since Twilio takes no `sips:` here. It is used, with priority and
    /// weight 10. All five parameters are always sent, as Twilio demands.
    pub fn new(friendly_name: impl Into<String>, sip_url: SipUri) -> Self {
        Self::required(USUAL, USUAL, Toggle::On, friendly_name.into(), sip_url)
    }

    /// Which is tried first: 0 to 65,535, the lowest.
    pub fn priority(mut self, priority: u32) -> Self {
        self.priority = priority;
        self
    }

    /// Its share among those of one priority: 1 to 65,535.
    pub fn weight(mut self, weight: u32) -> Self {
        self.weight = weight;
        self
    }

    /// Whether it is used.
    pub fn enabled(mut self, enabled: Toggle) -> Self {
        self.enabled = enabled;
        self
    }
}

settings! {
    /// Changes of an address.
    UpdateOriginationUrl {
        /// Its share among those of one priority: 1 to 65,535.
        weight = "Weight": u32,
        /// Which is tried first: 0 to 65,535, the lowest.
        priority = "Priority": u32,
        /// Whether it is used.
        enabled = "Enabled": Toggle,
        /// Another name, 1 to 64 characters.
        friendly_name = "FriendlyName": String,
        /// Another address; `sip:`.
        sip_url = "SipUrl": SipUri,
    } rules |url, problems| {
        scheme_rule(url.sip_url.as_ref(), problems);
        rules(url.friendly_name.as_ref(), url.priority, url.weight, problems);
    }
}

fn scheme_rule(url: Option<&SipUri>, problems: &mut Problems) {
    problems.unless(
        url.is_none_or(|url| !url.is_sips()),
        "SipUrl",
        "must be a sip: address; sips: is not supported",
    );
}

fn rules(
    name: Option<&String>,
    priority: Option<u32>,
    weight: Option<u32>,
    problems: &mut Problems,
) {
    name_rule(name, 64, problems);
    problems.unless(
        priority.is_none_or(|priority| priority <= 65_535),
        "Priority",
        "must be 0 to 65,535",
    );
    problems.unless(
        weight.is_none_or(|weight| (1..=65_535).contains(&weight)),
        "Weight",
        "must be 1 to 65,535",
    );
}

resource! {
    /// A place a trunk delivers calls to.
    OriginationUrl {
        /// The account it belongs to.
        account_sid: AccountSid,
        /// Its SID.
        sid: OriginationUrlSid,
        /// The trunk.
        trunk_sid: TrunkSid,
        /// Its share among those of one priority.
        weight: Numeric,
        /// Whether it is used.
        enabled: bool,
        /// The address.
        sip_url: String => personal,
        /// Its name.
        friendly_name: String,
        /// Which is tried first: the lowest.
        priority: Numeric,
        /// When it was created.
        date_created: ApiTime,
        /// When it was last changed.
        date_updated: ApiTime,
        /// Its own address at the API.
        url: String,
    }
}

accessor! {
    /// Where a trunk delivers calls; see [`Trunks::origination_urls`](super::Trunks::origination_urls).
    OriginationUrls { trunk: TrunkSid }
}

crud! {
    OriginationUrls of OriginationUrl, id OriginationUrlSid, items "origination_urls", parent [trunk "TrunkSid"];
    /// Lists addresses, page by page.
    list LIST (ListOriginationUrls);
    /// Adds an address. Code 21249 when the trunk has as many as it may.
    create CREATE (CreateOriginationUrl);
    /// Reads an address.
    get GET;
    /// Changes an address; what is not set stays.
    update UPDATE (UpdateOriginationUrl);
    /// Takes an address away.
    delete DELETE;
}
