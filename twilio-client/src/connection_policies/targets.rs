//! The SIP addresses of a connection policy.

use voice_core::ident::{AccountSid, ConnectionPolicySid, ConnectionPolicyTargetSid, SipUri};

use crate::byoc_trunks::name_rule;
use crate::operation::{accessor, crud, operations};
use crate::types::{ApiTime, Numeric, Problems, Toggle, list_request, request, resource, settings};

operations! { Voice "voice_v1":
    LIST = get "connection_policies.targets.list" ListConnectionPolicyTarget "/v1/ConnectionPolicies/{ConnectionPolicySid}/Targets";
    CREATE = once "connection_policies.targets.create" CreateConnectionPolicyTarget "/v1/ConnectionPolicies/{ConnectionPolicySid}/Targets";
    GET = get "connection_policies.targets.get" FetchConnectionPolicyTarget "/v1/ConnectionPolicies/{ConnectionPolicySid}/Targets/{Sid}";
    UPDATE = idempotent "connection_policies.targets.update" UpdateConnectionPolicyTarget "/v1/ConnectionPolicies/{ConnectionPolicySid}/Targets/{Sid}";
    DELETE = delete "connection_policies.targets.delete" DeleteConnectionPolicyTarget "/v1/ConnectionPolicies/{ConnectionPolicySid}/Targets/{Sid}";
}

list_request! {
    /// Which targets to list: all of the policy, at most 10.
    ListTargets {}
}

request! {
    /// An address to be added.
    CreateTarget {
        target = "Target": SipUri,
        ..
        /// Its name, at most 255 characters.
        friendly_name = "FriendlyName": String,
        /// Which is tried first: 0 to 65,535, the lowest; 10 unless set.
        priority = "Priority": u32,
        /// Its share among those of one priority: 1 to 65,535; 10 unless set.
        weight = "Weight": u32,
        /// Whether it is used; it is unless set.
        enabled = "Enabled": Toggle,
    } rules |target, problems| {
        scheme_rule(Some(&target.target), problems);
        rules(target.friendly_name.as_ref(), target.priority, target.weight, problems);
    }
}

impl CreateTarget {
    /// This address; `sip:`, since Twilio takes no `sips:` here.
    pub fn new(target: SipUri) -> Self {
        Self::required(target)
    }
}

settings! {
    /// Changes of an address.
    UpdateTarget {
        /// Another name, at most 255 characters.
        friendly_name = "FriendlyName": String,
        /// Another address; `sip:`.
        target = "Target": SipUri,
        /// Which is tried first: 0 to 65,535, the lowest.
        priority = "Priority": u32,
        /// Its share among those of one priority: 1 to 65,535.
        weight = "Weight": u32,
        /// Whether it is used.
        enabled = "Enabled": Toggle,
    } rules |target, problems| {
        scheme_rule(target.target.as_ref(), problems);
        rules(target.friendly_name.as_ref(), target.priority, target.weight, problems);
    }
}

fn scheme_rule(target: Option<&SipUri>, problems: &mut Problems) {
    problems.unless(
        target.is_none_or(|uri| {
            uri.as_str()
                .get(..4)
                .is_some_and(|scheme| scheme.eq_ignore_ascii_case("sip:"))
        }),
        "Target",
        "must be a sip: address; sips: is not supported",
    );
}

fn rules(
    name: Option<&String>,
    priority: Option<u32>,
    weight: Option<u32>,
    problems: &mut Problems,
) {
    name_rule(name, problems);
    problems.unless(
        priority.is_none_or(|p| p <= 65_535),
        "Priority",
        "must be 0 to 65,535",
    );
    problems.unless(
        weight.is_none_or(|w| (1..=65_535).contains(&w)),
        "Weight",
        "must be 1 to 65,535",
    );
}

resource! {
    /// A SIP address of a policy.
    Target {
        /// The account it belongs to.
        account_sid: AccountSid,
        /// The policy.
        connection_policy_sid: ConnectionPolicySid,
        /// Its SID.
        sid: ConnectionPolicyTargetSid,
        /// Its name.
        friendly_name: String,
        /// The address.
        target: String,
        /// Which is tried first: the lowest.
        priority: Numeric,
        /// Its share among those of one priority.
        weight: Numeric,
        /// Whether it is used.
        enabled: bool,
        /// When it was created.
        date_created: ApiTime,
        /// When it was last changed.
        date_updated: ApiTime,
        /// Its own address at the API.
        url: String,
    }
}

accessor! {
    /// The addresses of a policy; see [`ConnectionPolicies::targets`](super::ConnectionPolicies::targets).
    Targets { policy: ConnectionPolicySid }
}

crud! {
    Targets of Target, id ConnectionPolicyTargetSid, items "targets", parent [policy "ConnectionPolicySid"];
    /// Lists addresses, page by page.
    list LIST (ListTargets);
    /// Adds an address.
    create CREATE (CreateTarget);
    /// Reads an address.
    get GET;
    /// Changes an address; what is not set stays.
    update UPDATE (UpdateTarget);
    /// Takes an address away.
    delete DELETE;
}
