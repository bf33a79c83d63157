//! SIP trunks.

use std::fmt;

use async_trait::async_trait;
use secrecy::SecretString;
use serde_json::{Map, Value};

use super::TrunkId;
use crate::client::{Cursor, Page};
use crate::error::Error;
use crate::ident::{E164, Ipv4Cidr};

/// Creates trunks and what belongs to them.
///
/// Creating something that is there already is [`ErrorKind::AlreadyExists`](crate::error::ErrorKind::AlreadyExists).
#[async_trait]
pub trait TrunkProvider: fmt::Debug + Send + Sync {
    /// Creates a trunk.
    ///
    /// # Errors
    /// The provider's.
    async fn create_trunk(&self, request: &CreateTrunk) -> Result<Trunk, Error>;

    /// Reads one page of the trunks.
    ///
    /// # Errors
    /// The provider's.
    async fn list_trunks(&self, from: Option<Cursor>) -> Result<Page<Trunk>, Error>;

    /// Deletes a trunk and, at most providers, everything that belongs to it. One that is gone already is
    /// [`ErrorKind::NotFound`](crate::error::ErrorKind::NotFound).
    ///
    /// # Errors
    /// The provider's.
    async fn delete_trunk(&self, id: &TrunkId) -> Result<(), Error>;

    /// Routes a number over a trunk.
    ///
    /// # Errors
    /// The provider's.
    async fn map_number(&self, trunk: &TrunkId, number: &E164) -> Result<MappedNumber, Error>;

    /// Lets addresses send calls to a trunk.
    ///
    /// # Errors
    /// The provider's.
    async fn allow_ip(&self, trunk: &TrunkId, range: &Ipv4Cidr) -> Result<AllowedIp, Error>;

    /// Adds a place to which the trunk delivers calls, in the provider's form (`sip:host:port`, `host:port;transport=tls`).
    ///
    /// # Errors
    /// The provider's.
    async fn add_destination(
        &self,
        trunk: &TrunkId,
        destination: &str,
    ) -> Result<TrunkDestination, Error>;

    /// Adds a user and password for SIP digest authentication.
    ///
    /// # Errors
    /// The provider's.
    async fn add_credential(
        &self,
        trunk: &TrunkId,
        user: &str,
        password: &SecretString,
    ) -> Result<SipCredential, Error>;
}

/// A trunk to be created.
#[derive(Clone, PartialEq)]
#[non_exhaustive]
pub struct CreateTrunk {
    /// Its name; each provider has its own rule for it.
    pub name: String,
    /// Whatever else the provider takes, in its own spelling.
    pub extra: Map<String, Value>,
}

impl CreateTrunk {
    /// A trunk of this name.
    pub fn new(name: impl Into<String>) -> Self {
        Self {
            name: name.into(),
            extra: Map::new(),
        }
    }
}

/// Extras may hold passwords: their keys are shown.
impl fmt::Debug for CreateTrunk {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let extra: Vec<&String> = self.extra.keys().collect();
        f.debug_struct("CreateTrunk")
            .field("name", &self.name)
            .field("extra_keys", &extra)
            .finish()
    }
}

/// A trunk as the provider knows it.
#[derive(Clone, PartialEq)]
#[non_exhaustive]
pub struct Trunk {
    /// Its id.
    pub id: TrunkId,
    /// Its name.
    pub name: String,
    /// The provider's own object, whole.
    pub raw: Value,
}

impl Trunk {
    /// A trunk.
    pub fn new(id: TrunkId, name: impl Into<String>, raw: Value) -> Self {
        Self {
            id,
            name: name.into(),
            raw,
        }
    }
}

/// The provider's object may hold passwords and is not shown.
impl fmt::Debug for Trunk {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Trunk")
            .field("id", &self.id)
            .field("name", &self.name)
            .finish_non_exhaustive()
    }
}

macro_rules! parts {
    ($($(#[$docs:meta])* $name:ident)*) => {$(
        $(#[$docs])*
        #[derive(Debug, Clone, PartialEq, Eq)]
        #[non_exhaustive]
        pub struct $name {
            /// The provider's id of it.
            pub id: String,
        }

        impl $name {
            /// One with this id.
            pub fn new(id: impl Into<String>) -> Self {
                Self { id: id.into() }
            }
        }
    )*};
}

parts! {
    /// A number routed over a trunk.
    MappedNumber
    /// Addresses that may send calls to a trunk.
    AllowedIp
    /// A place a trunk delivers calls to.
    TrunkDestination
    /// A user for digest authentication; the password is never given back.
    SipCredential
}
