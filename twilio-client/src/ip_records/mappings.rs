//! Which IP record leads to which SIP domain.

use voice_core::ident::{IpRecordSid, SipDomainSid, SourceIpMappingSid};

use crate::client::TwilioClient;
use crate::operation::{accessor, crud, operations};
use crate::types::{ApiTime, list_request, request, resource};

operations! { Voice "voice_v1":
    LIST = get "source_ip_mappings.list" ListSourceIpMapping "/v1/SourceIpMappings";
    CREATE = once "source_ip_mappings.create" CreateSourceIpMapping "/v1/SourceIpMappings";
    GET = get "source_ip_mappings.get" FetchSourceIpMapping "/v1/SourceIpMappings/{Sid}";
    UPDATE = idempotent "source_ip_mappings.update" UpdateSourceIpMapping "/v1/SourceIpMappings/{Sid}";
    DELETE = delete "source_ip_mappings.delete" DeleteSourceIpMapping "/v1/SourceIpMappings/{Sid}";
}

list_request! {
    /// Which mappings to list: all of them.
    ListSourceIpMappings {}
}

request! {
    /// A mapping to be created.
    CreateSourceIpMapping {
        record = "IpRecordSid": IpRecordSid,
        domain = "SipDomainSid": SipDomainSid,
        ..
    }
}

impl CreateSourceIpMapping {
    /// Calls from this record go to this domain.
    pub fn new(record: IpRecordSid, domain: SipDomainSid) -> Self {
        Self::required(record, domain)
    }
}

request! {
    /// Another domain for a mapping.
    UpdateSourceIpMapping {
        domain = "SipDomainSid": SipDomainSid,
        ..
    }
}

impl UpdateSourceIpMapping {
    /// Calls go to this domain.
    pub fn new(domain: SipDomainSid) -> Self {
        Self::required(domain)
    }
}

resource! {
    /// A mapping of an IP record to a SIP domain.
    SourceIpMapping {
        /// Its SID.
        sid: SourceIpMappingSid,
        /// The record.
        ip_record_sid: IpRecordSid,
        /// The domain.
        sip_domain_sid: SipDomainSid,
        /// When it was created.
        date_created: ApiTime,
        /// When it was last changed.
        date_updated: ApiTime,
        /// Its own address at the API.
        url: String,
    }
}

accessor! {
    /// Which IP record leads where; see [`TwilioClient::source_ip_mappings`].
    SourceIpMappings
}

impl TwilioClient {
    /// Which IP record leads to which SIP domain.
    #[must_use]
    pub fn source_ip_mappings(&self) -> SourceIpMappings<'_> {
        SourceIpMappings::new(self)
    }
}

crud! {
    SourceIpMappings of SourceIpMapping, id SourceIpMappingSid, items "source_ip_mappings", parent [];
    /// Lists mappings, page by page.
    list LIST (ListSourceIpMappings);
    /// Creates a mapping.
    create CREATE (CreateSourceIpMapping);
    /// Reads a mapping.
    get GET;
    /// Leads a mapping to another domain.
    update UPDATE (UpdateSourceIpMapping);
    /// Deletes a mapping.
    delete DELETE;
}
