//! Connection policies: to which of your SIP addresses calls go, and in which order.
//!
//! ```no_run
//! # async fn example(client: twilio_client::TwilioClient) -> Result<(), Box<dyn std::error::Error>> {
//! use twilio_client::connection_policies::{ConnectionPolicySettings, CreateTarget};
//! use voice_core::ident::SipUri;
//!
//! let policies = client.connection_policies();
//! let policy = policies.create(&ConnectionPolicySettings::new().friendly_name("edge")).await?;
//! if let Some(sid) = policy.sid {
//!     let target = CreateTarget::new(SipUri::parse("sip:sbc1.example.com:5060")?).priority(1_u32);
//!     policies.targets(sid).create(&target).await?;
//! }
//! # Ok(()) }
//! ```

mod targets;

use serde_json::{Map, Value};
use voice_core::ident::{AccountSid, ConnectionPolicySid};

use crate::byoc_trunks::name_rule;
use crate::client::TwilioClient;
use crate::operation::{accessor, crud, operations};
use crate::types::{ApiTime, list_request, resource, settings};

pub(crate) use targets::OPERATIONS as TARGET_OPERATIONS;
pub use targets::{CreateTarget, ListTargets, Target, Targets, UpdateTarget};

operations! { Voice "voice_v1":
    LIST = get "connection_policies.list" ListConnectionPolicy "/v1/ConnectionPolicies";
    CREATE = once "connection_policies.create" CreateConnectionPolicy "/v1/ConnectionPolicies";
    GET = get "connection_policies.get" FetchConnectionPolicy "/v1/ConnectionPolicies/{Sid}";
    UPDATE = idempotent "connection_policies.update" UpdateConnectionPolicy "/v1/ConnectionPolicies/{Sid}";
    DELETE = delete "connection_policies.delete" DeleteConnectionPolicy "/v1/ConnectionPolicies/{Sid}";
}

list_request! {
    /// Which policies to list: all of them.
    ListConnectionPolicies {}
}

settings! {
    /// What a policy is, new or changed. An account has at most 10,000.
    ConnectionPolicySettings {
        /// Its name, at most 255 characters.
        friendly_name = "FriendlyName": String,
    } rules |policy, problems| name_rule(policy.friendly_name.as_ref(), problems)
}

resource! {
    /// A connection policy.
    ConnectionPolicy {
        /// The account it belongs to.
        account_sid: AccountSid,
        /// Its SID.
        sid: ConnectionPolicySid,
        /// Its name.
        friendly_name: String,
        /// When it was created.
        date_created: ApiTime,
        /// When it was last changed.
        date_updated: ApiTime,
        /// Its own address.
        url: String,
        /// The addresses of what belongs to it.
        links: Map<String, Value>,
    }
}

accessor! {
    /// Connection policies; see [`TwilioClient::connection_policies`].
    ConnectionPolicies
}

impl TwilioClient {
    /// Connection policies of BYOC trunks.
    #[must_use]
    pub fn connection_policies(&self) -> ConnectionPolicies<'_> {
        ConnectionPolicies::new(self)
    }
}

impl<'c> ConnectionPolicies<'c> {
    /// The SIP addresses of a policy.
    #[must_use]
    pub fn targets(&self, policy: ConnectionPolicySid) -> Targets<'c> {
        Targets::new(self.client, policy)
    }
}

crud! {
    ConnectionPolicies of ConnectionPolicy, id ConnectionPolicySid, items "connection_policies", parent [];
    /// Lists policies, page by page.
    list LIST (ListConnectionPolicies);
    /// Creates a policy.
    create CREATE (ConnectionPolicySettings);
    /// Reads a policy.
    get GET;
    /// Changes a policy.
    update UPDATE (ConnectionPolicySettings);
    /// Deletes a policy.
    delete DELETE;
}
