//! Trunks for whoever asks through the shared trait.

use async_trait::async_trait;
use secrecy::SecretString;
use serde_json::{Map, Value};
use voice_core::client::{Cursor, Operation, Page};
use voice_core::error::Error;
use voice_core::ident::{E164, Ipv4Cidr, NsoCode, SipDestination, TrunkName};
use voice_core::provider::{
    AllowedIp, CreateTrunk, MappedNumber, SipCredential, Trunk, TrunkDestination, TrunkId,
    TrunkProvider,
};

use crate::PROVIDER;
use crate::client::ExotelClient;
use crate::credentials::{self, NewCredential};
use crate::destinations;
use crate::numbers::MapNumber;
use crate::trunks::{self, ConfirmDeletion, ListTrunks, NewTrunk};
use crate::types::{DomainName, TrunkSid};

/// One request each. [`CreateTrunk::extra`] takes `nso_code` and `domain_name`; destinations are written
/// `host:port;transport=tls`, with or without `sip:` before it. What is there already is
/// [`ErrorKind::AlreadyExists`](voice_core::error::ErrorKind::AlreadyExists), as far as the API refuses it: see
/// [`create_or_get`](crate::create_or_get) for what never makes anything twice.
#[async_trait]
impl TrunkProvider for ExotelClient {
    async fn create_trunk(&self, request: &CreateTrunk) -> Result<Trunk, Error> {
        let trunk = new_trunk(request)?;
        let object = self
            .trunks()
            .create_as::<Map<String, Value>>(&trunk)
            .await?;
        read(object.into_inner())
    }

    async fn list_trunks(&self, from: Option<Cursor>) -> Result<Page<Trunk>, Error> {
        let mut filter = ListTrunks::new();
        filter.paging.cursor = from;
        let page = self.trunks().page_as::<Map<String, Value>>(&filter).await?;
        let page = page.into_inner();
        let trunks: Result<Vec<Trunk>, Error> = page.items.into_iter().map(read).collect();
        Ok(Page::new(trunks?, page.next).with_total(page.total))
    }

    async fn delete_trunk(&self, id: &TrunkId) -> Result<(), Error> {
        let sid = sid(id, &trunks::DELETE)?;
        // Who calls this names the trunk once, and means it.
        let confirmation = ConfirmDeletion::of(id.as_str());
        self.trunks().delete(&sid, &confirmation).await.map(drop)
    }

    async fn map_number(&self, trunk: &TrunkId, number: &E164) -> Result<MappedNumber, Error> {
        let sid = sid(trunk, &crate::numbers::MAP)?;
        let numbers = self.trunk(&sid).phone_numbers();
        let mapped = numbers.map(&MapNumber::new(*number)).await?;
        Ok(MappedNumber::new(mapped.id()?.as_str()))
    }

    async fn allow_ip(&self, trunk: &TrunkId, range: &Ipv4Cidr) -> Result<AllowedIp, Error> {
        let sid = sid(trunk, &crate::whitelisted_ips::ADD)?;
        let entry = self.trunk(&sid).whitelisted_ips().add(*range).await?;
        Ok(AllowedIp::new(entry.id()?.as_str()))
    }

    async fn add_destination(
        &self,
        trunk: &TrunkId,
        destination: &str,
    ) -> Result<TrunkDestination, Error> {
        let sid = sid(trunk, &destinations::ADD)?;
        let bare = match destination.split_at_checked(4) {
            Some((scheme, rest)) if scheme.eq_ignore_ascii_case("sip:") => rest,
            _ => destination,
        };
        let destination = SipDestination::parse(bare)
            .map_err(|rule| wrong(&destinations::ADD, "destination", &rule.to_string()))?;
        let made = self
            .trunk(&sid)
            .destinations()
            .add_one(&destination)
            .await?;
        Ok(TrunkDestination::new(made.id()?.as_str()))
    }

    async fn add_credential(
        &self,
        trunk: &TrunkId,
        user: &str,
        password: &SecretString,
    ) -> Result<SipCredential, Error> {
        let sid = sid(trunk, &credentials::CREATE)?;
        let credential = NewCredential::new(user, password.clone());
        let made = self.trunk(&sid).credentials().create(&credential).await?;
        Ok(SipCredential::new(made.id()?.as_str()))
    }
}

fn wrong(operation: &Operation, field: &str, rule: &str) -> Error {
    Error::invalid_input(field, rule).with_operation(PROVIDER, operation.name())
}

fn sid(id: &TrunkId, operation: &Operation) -> Result<TrunkSid, Error> {
    TrunkSid::parse(id.as_str()).map_err(|rule| wrong(operation, "trunk", &rule.to_string()))
}

/// The name, and the two other things that can be said of a new trunk.
fn new_trunk(request: &CreateTrunk) -> Result<NewTrunk, Error> {
    let wrong = |field: &str, rule: &str| wrong(&trunks::CREATE, field, rule);
    let name = TrunkName::parse(&request.name);
    let name = name.map_err(|rule| wrong("trunk_name", &rule.to_string()))?;
    let mut trunk = NewTrunk::new(name);
    for (field, value) in &request.extra {
        let text = value.as_str();
        match (field.as_str(), text) {
            ("nso_code", Some(code)) => {
                let code = NsoCode::parse(code);
                trunk.nso_code = code.map_err(|rule| wrong(field, &rule.to_string()))?;
            }
            ("domain_name", Some(domain)) => {
                let domain = DomainName::parse(domain);
                trunk.domain_name = Some(domain.map_err(|rule| wrong(field, &rule.to_string()))?);
            }
            ("nso_code" | "domain_name", None) => return Err(wrong(field, "must be a text")),
            _ => {
                return Err(wrong(
                    field,
                    "is nothing that a trunk takes: nso_code and domain_name",
                ));
            }
        }
    }
    Ok(trunk)
}

fn read(object: Map<String, Value>) -> Result<Trunk, Error> {
    let missing = |field| crate::missing("trunks", field);
    let text = |names: [&str; 2]| {
        let mut values = names.iter().filter_map(|name| object.get(*name));
        values.find_map(Value::as_str).map(str::to_owned)
    };
    let id = text(["trunk_sid", "sid"]).ok_or_else(|| missing("trunk_sid"))?;
    let id = TrunkId::new(id).map_err(|_| missing("trunk_sid that is an id"))?;
    let name = text(["trunk_name", "name"]).unwrap_or_default();
    Ok(Trunk::new(id, name, Value::Object(object)))
}
