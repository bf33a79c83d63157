//! [`RedisDirectory`]: tenants that a fleet shares.

use async_trait::async_trait;
use serde::de::DeserializeOwned;
use serde_json::Value;

use super::{TenantDirectory, TenantId, TenantRoute};
use crate::error::{Error, ErrorKind};
use crate::ident::E164;
use crate::retry::Repeat;
use crate::store::redis::{Command, RedisConnection};

/// A directory in Redis, one read for each question.
///
/// | key | value |
/// |---|---|
/// | `{prefix}tenant-route:{+14155550123}` | a [`TenantRoute`] as JSON |
/// | `{prefix}tenant-document:{acme}` | the tenant's document as JSON |
///
/// Unlike everything else of ours in Redis these do not expire: they are provisioning data, and gone when the server loses
/// them. Put a [`CachedDirectory`](super::CachedDirectory) in front, which also carries calls through an outage.
///
/// ```no_run
/// use voice_core::ident::E164;
/// use voice_core::intake::tenant::{RedisDirectory, TenantConfig, TenantId, TenantRoute};
/// use voice_core::store::redis::{RedisConnection, RedisOptions};
///
/// # async fn run() -> Result<(), Box<dyn std::error::Error>> {
/// let redis = RedisConnection::open(RedisOptions::parse("redis://127.0.0.1")?)?;
/// let directory = RedisDirectory::new(redis);
/// let acme = TenantId::parse("acme")?;
/// directory.put_document(&acme, &TenantConfig::new(acme.clone()).to_document()).await?;
/// directory.put_route(&E164::parse("+14155550123")?, &TenantRoute::to(acme)).await?;
/// # Ok(())
/// # }
/// ```
#[derive(Debug, Clone)]
pub struct RedisDirectory {
    redis: RedisConnection,
}

impl RedisDirectory {
    /// A directory on a connection that stores may share.
    #[must_use]
    pub fn new(redis: RedisConnection) -> Self {
        Self { redis }
    }

    /// Lets a number lead to a tenant, in place of where it led. Put the tenant's document first.
    ///
    /// # Errors
    /// The store's; [`Error::delivery`] tells whether it may have been done. It may be repeated.
    pub async fn put_route(&self, number: &E164, route: &TenantRoute) -> Result<(), Error> {
        let value = serde_json::to_vec(route).map_err(|_| unreadable("a route"))?;
        self.put(self.route_key(number), value).await
    }

    /// Keeps a tenant's document, in place of what was kept. It is not checked: see
    /// [`TenantConfig::from_document`](super::TenantConfig::from_document).
    ///
    /// # Errors
    /// As [`put_route`](Self::put_route).
    pub async fn put_document(&self, tenant: &TenantId, document: &Value) -> Result<(), Error> {
        let value = serde_json::to_vec(document).map_err(|_| unreadable("a document"))?;
        self.put(self.document_key(tenant), value).await
    }

    /// Lets a number lead nowhere.
    ///
    /// # Errors
    /// As [`put_route`](Self::put_route).
    pub async fn remove_route(&self, number: &E164) -> Result<(), Error> {
        self.remove(self.route_key(number)).await
    }

    /// Forgets a tenant's document.
    ///
    /// # Errors
    /// As [`put_route`](Self::put_route).
    pub async fn remove_document(&self, tenant: &TenantId) -> Result<(), Error> {
        self.remove(self.document_key(tenant)).await
    }

    fn route_key(&self, number: &E164) -> String {
        self.redis.key("tenant-route", number.as_str(), "")
    }

    fn document_key(&self, tenant: &TenantId) -> String {
        self.redis.key("tenant-document", tenant.as_str(), "")
    }

    async fn put(&self, key: String, value: Vec<u8>) -> Result<(), Error> {
        let set = Command::new("SET", Repeat::Idempotent).arg(key).arg(value);
        self.redis.command(&set).await?;
        Ok(())
    }

    async fn remove(&self, key: String) -> Result<(), Error> {
        let delete = Command::new("DEL", Repeat::Idempotent).arg(key);
        self.redis.command(&delete).await?;
        Ok(())
    }

    async fn get<T: DeserializeOwned>(&self, key: String, what: &str) -> Result<Option<T>, Error> {
        let get = Command::new("GET", Repeat::Safe).arg(key);
        let found = self.redis.command(&get).await?.into_bytes()?;
        found
            .map(|bytes| serde_json::from_slice(&bytes).map_err(|_| unreadable(what)))
            .transpose()
    }
}

/// serde's own words may quote the value.
fn unreadable(what: &str) -> Error {
    Error::new(
        ErrorKind::Decode,
        format!("{what} in Redis is not of the expected form"),
    )
    .with_operation("redis", "tenants.read")
}

#[async_trait]
impl TenantDirectory for RedisDirectory {
    async fn route(&self, number: &E164) -> Result<Option<TenantRoute>, Error> {
        self.get(self.route_key(number), "a route").await
    }

    async fn document(&self, tenant: &TenantId) -> Result<Option<Value>, Error> {
        self.get(self.document_key(tenant), "a document").await
    }
}
