//! Events of the audit log: who changed what.

use serde_json::{Map, Value};
use voice_core::client::{Cursor, Pager, Response};
use voice_core::error::Error;
use voice_core::ident::AccountSid;

use crate::client::TwilioClient;
use crate::operation::operations;
use crate::paging;
use crate::types::{ApiTime, DateFilter, list_request, resource};

operations! { Monitor "monitor_v1":
    LIST = get "monitor.events.list" ListEvent "/v1/Events";
    GET = get "monitor.events.get" FetchEvent "/v1/Events/{Sid}";
}

list_request! {
    /// Which events to list; newest first.
    ListEvents {
        /// Only those by this user (`US…`) or account.
        actor_sid = "ActorSid": String,
        /// Only those of this type, such as `phone-number.updated`.
        event_type = "EventType": String,
        /// Only those about this resource.
        resource_sid = "ResourceSid": String,
        /// Only those from this IP address.
        source_ip_address = "SourceIpAddress": String => secret,
        /// Only those on or after this day or moment.
        start_date = "StartDate": DateFilter,
        /// Only those on or before this day or moment.
        end_date = "EndDate": DateFilter,
    }
}

resource! {
    /// An event of the audit log.
    Event {
        /// Its SID (`AE…`).
        sid: String,
        /// The account it belongs to.
        account_sid: AccountSid,
        /// Who caused it: a user (`US…`) or an account.
        actor_sid: String,
        /// `user`, `account` or `twilio-admin`.
        actor_type: String,
        /// What it says.
        description: String,
        /// What was changed, before and after; its shape depends on the type.
        event_data: Value => secret,
        /// When it happened.
        event_date: ApiTime,
        /// `RESOURCE.ACTION`.
        event_type: String,
        /// What was changed.
        resource_sid: String,
        /// What kind of thing that is.
        resource_type: String,
        /// `web`, `api` or `twilio`.
        source: String,
        /// From which IP address.
        source_ip_address: String => secret,
        /// The address of what was changed.
        url: String,
        /// The addresses of what belongs to it.
        links: Map<String, Value>,
    }
}

pub(super) fn list(client: &TwilioClient, request: &ListEvents) -> Pager<'static, Event> {
    paging::items(client, ON, &LIST, "events", &[], request)
}

pub(super) fn resume(client: &TwilioClient, cursor: Cursor) -> Pager<'static, Event> {
    paging::resumed(client, ON, &LIST, "events", cursor)
}

pub(super) async fn get(client: &TwilioClient, sid: &str) -> Result<Response<Event>, Error> {
    client.at(ON, &GET).path("Sid", sid).send().await
}
