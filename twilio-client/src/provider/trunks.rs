//! Elastic SIP trunks for whoever asks through the shared trait.
//!
//! Twilio has no place for addresses and users in a trunk itself: they stand in lists, which trunks use. Those that come
//! through the trait go into a list of each kind that is the trunk's alone, named `trunk TK…` after its SID, made when it is
//! first needed and deleted with the trunk.
//!
//! Twilio takes several trunks of one name, and no key that would make a second one recognisable. So everything is looked for
//! before it is created, created by one request, and after an unknown outcome looked for again until that request can no
//! longer act; exactly one that is found then is adopted.

mod access;
mod made;
mod numbers;
mod settings;
mod users;

use async_trait::async_trait;
use secrecy::SecretString;
use serde_json::Value;
use voice_core::client::{Cursor, Page};
use voice_core::error::{Delivery, Error, ErrorKind};
use voice_core::ident::{E164, Ipv4Cidr, SipUri, TrunkSid};
use voice_core::provider::{
    AllowedIp, CreateTrunk, MappedNumber, SipCredential, Trunk, TrunkDestination, TrunkId,
    TrunkProvider,
};

use crate::client::{PROVIDER, TwilioClient};
use crate::error::{ErrorCode, TwilioErrorExt};
use crate::trunks::{self, CreateOriginationUrl, ListOriginationUrls, ListTrunks};
use made::made_or_found;

/// Something depends on the trunk.
const TRUNK_DEPENDENCIES: ErrorCode = ErrorCode::new(21247);
/// Larger pages, fewer requests.
const PAGE: u32 = 1_000;

/// [`CreateTrunk::extra`] takes the other parameters of a trunk by Twilio's own names: `DomainName`, `DisasterRecoveryUrl`,
/// `DisasterRecoveryMethod`, `TransferMode`, `Secure`, `CnamLookupEnabled`, `TransferCallerId`. Destinations are written
/// `sip:host:port`, with parameters after it; they get priority and weight 10.
///
/// A number that is on another trunk is not taken from it but [`ErrorKind::Conflict`], a number that the account does not have
/// [`ErrorKind::NotFound`]. A trunk that Twilio refuses to delete since it has numbers loses them first; they stay in the
/// account. Addresses and users count as there already in whatever list of the trunk they are.
#[async_trait]
impl TrunkProvider for TwilioClient {
    async fn create_trunk(&self, request: &CreateTrunk) -> Result<Trunk, Error> {
        let settings = settings::of(request)?;
        let name = &request.name;
        if let Some(trunk) = named(self, name).await?.first() {
            return Err(exists("trunks.create", "a trunk of this name")
                .with_context("trunk", trunk.id.as_str()));
        }
        let create = async {
            let trunk = self.trunks().create(&settings).await?.into_inner();
            shared(&trunk)
        };
        made_or_found(self, create, || named(self, name)).await
    }

    async fn list_trunks(&self, from: Option<Cursor>) -> Result<Page<Trunk>, Error> {
        let page = trunks::raw_page(self, from).await?;
        let items = page.items.into_iter().map(|trunk| {
            let text = |name| trunk.get(name).and_then(Value::as_str).unwrap_or_default();
            let (id, name) = (text("sid").to_owned(), text("friendly_name").to_owned());
            let id = TrunkId::new(id).map_err(|_| without_sid("trunks.list"))?;
            Ok(Trunk::new(id, name, Value::Object(trunk)))
        });
        let items: Vec<Trunk> = items.collect::<Result<_, Error>>()?;
        Ok(Page::new(items, page.next))
    }

    async fn delete_trunk(&self, id: &TrunkId) -> Result<(), Error> {
        let trunk = sid(id, "trunks.delete")?;
        let addresses = access::own(self, trunk).await?;
        let users = users::own(self, trunk).await?;
        match self.trunks().delete(trunk).await {
            Err(error) if error.twilio_code() == Some(TRUNK_DEPENDENCIES) => {
                numbers::unmap_all(self, trunk).await?;
                self.trunks().delete(trunk).await?;
            }
            outcome => drop(outcome?),
        }
        let left = |error: Error| {
            error
                .with_context("trunk", "deleted")
                .with_hint("The trunk is gone; a list that was made for it is left: delete it")
        };
        access::delete(self, &addresses).await.map_err(left)?;
        users::delete(self, &users).await.map_err(left)
    }

    async fn map_number(&self, trunk: &TrunkId, number: &E164) -> Result<MappedNumber, Error> {
        let trunk = sid(trunk, "trunks.phone_numbers.create")?;
        numbers::map(self, trunk, number).await
    }

    async fn allow_ip(&self, trunk: &TrunkId, range: &Ipv4Cidr) -> Result<AllowedIp, Error> {
        let trunk = sid(trunk, "sip.ip_addresses.create")?;
        access::allow(self, trunk, *range).await
    }

    async fn add_destination(
        &self,
        trunk: &TrunkId,
        destination: &str,
    ) -> Result<TrunkDestination, Error> {
        const CREATE: &str = "trunks.origination_urls.create";
        let trunk = sid(trunk, CREATE)?;
        let uri = SipUri::parse(destination)
            .map_err(|rule| wrong(CREATE, "destination", &rule.to_string()))?;
        if let Some(id) = destinations(self, trunk, &uri).await?.into_iter().next() {
            return Err(
                exists(CREATE, "a destination of this address").with_context("destination", id.id)
            );
        }
        // A name has at most 64 characters; that of the host says most.
        let name: String = uri.host().chars().take(64).collect();
        let new = CreateOriginationUrl::new(name, uri.clone());
        let create = async {
            let made = self.trunks().origination_urls(trunk).create(&new).await?;
            let sid = made.sid.ok_or_else(|| without_sid(CREATE))?;
            Ok(TrunkDestination::new(sid.as_str()))
        };
        made_or_found(self, create, || destinations(self, trunk, &uri)).await
    }

    async fn add_credential(
        &self,
        trunk: &TrunkId,
        user: &str,
        password: &SecretString,
    ) -> Result<SipCredential, Error> {
        let trunk = sid(trunk, "sip.credentials.create")?;
        users::add(self, trunk, user, password).await
    }
}

/// The trunks of exactly this name.
async fn named(client: &TwilioClient, name: &str) -> Result<Vec<Trunk>, Error> {
    let all = client.trunks().list(&ListTrunks::new().page_size(PAGE));
    let all = all.collect().await?;
    let same = all
        .iter()
        .filter(|trunk| trunk.friendly_name.as_deref() == Some(name));
    same.map(shared).collect()
}

/// The destinations of a trunk that have this address.
async fn destinations(
    client: &TwilioClient,
    trunk: TrunkSid,
    uri: &SipUri,
) -> Result<Vec<TrunkDestination>, Error> {
    let urls = client.trunks().origination_urls(trunk);
    let urls = urls.list(&ListOriginationUrls::new().page_size(PAGE));
    let same = |text: &str| SipUri::parse(text).is_ok_and(|own| own.as_str() == uri.as_str());
    let all = urls.collect().await?;
    let same = all
        .into_iter()
        .filter(|own| own.sip_url.as_deref().is_some_and(same));
    Ok(same
        .filter_map(|own| Some(TrunkDestination::new(own.sid?.as_str())))
        .collect())
}

fn shared(trunk: &trunks::Trunk) -> Result<Trunk, Error> {
    let missing = || without_sid("trunks.create");
    let id = trunk.sid.ok_or_else(missing)?;
    let id = TrunkId::new(id.as_str()).map_err(|_| missing())?;
    let raw = serde_json::to_value(trunk).unwrap_or_default();
    Ok(Trunk::new(
        id,
        trunk.friendly_name.clone().unwrap_or_default(),
        raw,
    ))
}

/// The name of the lists that are a trunk's alone.
fn own_list(trunk: TrunkSid) -> String {
    format!("trunk {trunk}")
}

fn sid(id: &TrunkId, operation: &'static str) -> Result<TrunkSid, Error> {
    TrunkSid::parse(id.as_str()).map_err(|rule| wrong(operation, "trunk", &rule.to_string()))
}

fn wrong(operation: &'static str, field: &str, rule: &str) -> Error {
    Error::invalid_input(field, rule).with_operation(PROVIDER, operation)
}

/// What is to be created is there.
fn exists(operation: &'static str, what: &str) -> Error {
    Error::new(ErrorKind::AlreadyExists, format!("{what} is there already"))
        .with_operation(PROVIDER, operation)
        .with_delivery(Delivery::Answered)
}

/// Twilio said yes, but not which one it made.
fn without_sid(operation: &'static str) -> Error {
    Error::new(ErrorKind::Decode, "the answer has no SID")
        .with_operation(PROVIDER, operation)
        .with_delivery(Delivery::Unknown)
}

/// Several lists have the name of one that should be a trunk's alone.
fn ambiguous(operation: &'static str, name: &str) -> Error {
    Error::new(
        ErrorKind::Conflict,
        format!("several lists are named {name}"),
    )
    .with_operation(PROVIDER, operation)
    .with_delivery(Delivery::Answered)
    .with_hint("Delete or rename all but the one that the trunk shall use")
}
