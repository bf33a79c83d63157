//! [`TenantDirectory`]: where tenants are looked up.

use std::fmt;

use async_trait::async_trait;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::TenantId;
use crate::error::Error;
use crate::ident::E164;

/// Looks up tenants. Two methods, so that any database serves.
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
