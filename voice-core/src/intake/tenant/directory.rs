//! [`TenantDirectory`]: where tenants are looked up.

use std::fmt;
use std::sync::Arc;

use async_trait::async_trait;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::TenantId;
use crate::error::Error;
use crate::ident::E164;

/// Looks up tenants. Two methods, so that any database serves.
///
/// An implementation says what its database says: that there is no such number or document is `Ok(None)`, and only a
/// database that could not be asked is an error, which must quote neither numbers nor documents. Caching, single flight,
/// time limits and going on through an outage are not its business: [`CachedDirectory`](super::CachedDirectory) does all of
/// that for any directory. The suite `testkit::conformance::directory` checks one.
///
/// # Another database
/// Two queries, here on tables that stand for those of an SQL database:
///
/// ```
/// use std::collections::HashMap;
///
/// use async_trait::async_trait;
/// use serde_json::{Value, json};
/// use tokio::sync::Mutex;
/// use voice_core::error::{Error, ErrorKind};
/// use voice_core::ident::E164;
/// use voice_core::intake::tenant::{TenantDirectory, TenantId, TenantRoute};
///
/// /// Stands for a pool of connections.
/// struct Database {
///     numbers: HashMap<String, (String, Option<u32>)>,
///     documents: HashMap<String, String>,
/// }
///
/// struct SqlDirectory(Mutex<Database>);
///
/// // Rows hold numbers and documents: not for logs.
/// impl std::fmt::Debug for SqlDirectory {
///     fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
///         f.write_str("SqlDirectory")
///     }
/// }
///
/// fn unreadable(what: &str) -> Error {
///     Error::new(ErrorKind::Decode, format!("{what} cannot be read")).with_operation("sql", "tenants.read")
/// }
///
/// #[async_trait]
/// impl TenantDirectory for SqlDirectory {
///     async fn route(&self, number: &E164) -> Result<Option<TenantRoute>, Error> {
///         // SELECT tenant_id, max_concurrent_calls FROM numbers WHERE number = $1
///         let database = self.0.lock().await;
///         let Some((tenant, limit)) = database.numbers.get(number.as_str()) else {
///             return Ok(None);
///         };
///         let tenant = TenantId::parse(tenant).map_err(|_| unreadable("the tenant of a number"))?;
///         let mut route = TenantRoute::to(tenant);
///         route.max_concurrent_calls = *limit;
///         Ok(Some(route))
///     }
///
///     async fn document(&self, tenant: &TenantId) -> Result<Option<Value>, Error> {
///         // SELECT document FROM tenants WHERE tenant_id = $1
///         let database = self.0.lock().await;
///         let text = database.documents.get(tenant.as_str());
///         text.map(|text| serde_json::from_str(text).map_err(|_| unreadable("a tenant's document")))
///             .transpose()
///     }
/// }
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let directory = SqlDirectory(Mutex::new(Database {
///     numbers: HashMap::from([("+14155550123".to_owned(), ("acme".to_owned(), Some(5)))]),
///     documents: HashMap::from([("acme".to_owned(), json!({"schema_version": 1, "tenant_id": "acme"}).to_string())]),
/// }));
/// let route = directory.route(&E164::parse("+14155550123")?).await?.ok_or("nobody's")?;
/// assert_eq!(route.max_concurrent_calls, Some(5));
/// assert!(directory.document(&route.tenant_id).await?.is_some());
/// assert_eq!(directory.route(&E164::parse("+442079460958")?).await?, None);
/// # Ok(())
/// # }
/// ```
#[async_trait]
pub trait TenantDirectory: fmt::Debug + Send + Sync + 'static {
    /// Whose number this is; `None` when it is nobody's.
    ///
    /// # Errors
    /// Whatever keeps the directory from saying so.
    async fn route(&self, number: &E164) -> Result<Option<TenantRoute>, Error>;

    /// The tenant's configuration document as it is kept, not yet checked; `None` when there is none.
    ///
    /// # Errors
    /// Whatever keeps the directory from saying so.
    async fn document(&self, tenant: &TenantId) -> Result<Option<Value>, Error>;
}

#[async_trait]
impl<D: TenantDirectory + ?Sized> TenantDirectory for Arc<D> {
    async fn route(&self, number: &E164) -> Result<Option<TenantRoute>, Error> {
        (**self).route(number).await
    }

    async fn document(&self, tenant: &TenantId) -> Result<Option<Value>, Error> {
        (**self).document(tenant).await
    }
}

/// What a number leads to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct TenantRoute {
    /// The tenant.
    pub tenant_id: TenantId,
    /// The client the tenant belongs to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub client_id: Option<String>,
    /// How many calls at once; the limit over all tenants when unset. It stands here and not in the configuration, since
    /// places are counted before the configuration is read.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub max_concurrent_calls: Option<u32>,
}

impl TenantRoute {
    /// Leads to a tenant.
    #[must_use]
    pub fn to(tenant_id: TenantId) -> Self {
        Self {
            tenant_id,
            client_id: None,
            max_concurrent_calls: None,
        }
    }
}
