//! IP records: addresses whose SIP calls go to a SIP domain of the account, whatever they ask for.
//!
//! ```no_run
//! # async fn example(client: twilio_client::TwilioClient, domain: voice_core::ident::SipDomainSid) -> Result<(), Box<dyn std::error::Error>> {
//! use twilio_client::ip_records::{CreateIpRecord, CreateSourceIpMapping};
//! use voice_core::ident::Ipv4Cidr;
//!
//! let record = client.ip_records().create(&CreateIpRecord::new(Ipv4Cidr::parse("198.51.100.0/28")?)).await?;
//! if let Some(sid) = record.sid {
//!     client.source_ip_mappings().create(&CreateSourceIpMapping::new(sid, domain)).await?;
//! }
//! # Ok(()) }
//! ```

mod mappings;

use voice_core::ident::{AccountSid, IpRecordSid, Ipv4Cidr};

use crate::byoc_trunks::name_rule;
use crate::client::TwilioClient;
use crate::operation::{accessor, crud, operations};
use crate::types::{ApiTime, Encode, Numeric, Sink, list_request, request, resource, settings};

pub(crate) use mappings::OPERATIONS as MAPPING_OPERATIONS;
pub use mappings::{
    CreateSourceIpMapping, ListSourceIpMappings, SourceIpMapping, SourceIpMappings,
    UpdateSourceIpMapping,
};

operations! { Voice "voice_v1":
    LIST = get "ip_records.list" ListIpRecord "/v1/IpRecords";
    CREATE = once "ip_records.create" CreateIpRecord "/v1/IpRecords";
    GET = get "ip_records.get" FetchIpRecord "/v1/IpRecords/{Sid}";
    UPDATE = idempotent "ip_records.update" UpdateIpRecord "/v1/IpRecords/{Sid}";
    DELETE = delete "ip_records.delete" DeleteIpRecord "/v1/IpRecords/{Sid}";
}

list_request! {
    /// Which records to list: all of them.
    ListIpRecords {}
}

/// A range goes out as its address and the length of its prefix.
#[derive(Debug, Clone)]
struct Range(Ipv4Cidr);

impl Encode for Range {
    fn encode(&self, name: &str, sink: Sink<'_>) {
        sink(name, &self.0.network().to_string());
        sink("CidrPrefixLength", &self.0.mask().to_string());
    }
}

request! {
    /// A record to be created.
    CreateIpRecord {
        range = "IpAddress": Range,
        ..
        /// Its name, at most 255 characters.
        friendly_name = "FriendlyName": String,
    } rules |record, problems| name_rule(record.friendly_name.as_ref(), problems)
}

impl CreateIpRecord {
    /// These addresses; IPv4 only.
    pub fn new(range: Ipv4Cidr) -> Self {
        Self::required(Range(range))
    }
}

settings! {
    /// Another name for a record.
    UpdateIpRecord {
        /// The name, at most 255 characters.
        friendly_name = "FriendlyName": String,
    } rules |record, problems| name_rule(record.friendly_name.as_ref(), problems)
}

resource! {
    /// An IP record.
    IpRecord {
        /// The account it belongs to.
        account_sid: AccountSid,
        /// Its SID.
        sid: IpRecordSid,
        /// Its name.
        friendly_name: String,
        /// The address.
        ip_address: String,
        /// The length of the prefix, 32 for one address.
        cidr_prefix_length: Numeric,
        /// When it was created.
        date_created: ApiTime,
        /// When it was last changed.
        date_updated: ApiTime,
        /// Its own address at the API.
        url: String,
    }
}

accessor! {
    /// IP records; see [`TwilioClient::ip_records`].
    IpRecords
}

impl TwilioClient {
    /// IP records.
    #[must_use]
    pub fn ip_records(&self) -> IpRecords<'_> {
        IpRecords::new(self)
    }
}

crud! {
    IpRecords of IpRecord, id IpRecordSid, items "ip_records", parent [];
    /// Lists records, page by page.
    list LIST (ListIpRecords);
    /// Creates a record.
    create CREATE (CreateIpRecord);
    /// Reads a record.
    get GET;
    /// Gives a record another name.
    update UPDATE (UpdateIpRecord);
    /// Deletes a record.
    delete DELETE;
}
