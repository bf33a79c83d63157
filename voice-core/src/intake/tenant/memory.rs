//! [`MemoryDirectory`]: tenants of one process.

use std::collections::HashMap;
use std::fmt;
use std::sync::{PoisonError, RwLock};

use async_trait::async_trait;
use serde_json::Value;

use super::{TenantDirectory, TenantId, TenantRoute};
use crate::error::Error;
use crate::ident::E164;

/// A directory in memory, for tests and for programs that know their tenants. It never fails.
///
/// ```
/// use voice_core::ident::E164;
/// use voice_core::intake::tenant::{MemoryDirectory, TenantConfig, TenantId, TenantRoute};
///
/// let directory = MemoryDirectory::new();
/// let acme = TenantId::parse("acme")?;
/// directory.put_route(E164::parse("+14155550123")?, TenantRoute::to(acme.clone()));
/// directory.put_document(acme.clone(), TenantConfig::new(acme).to_document());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Default)]
pub struct MemoryDirectory(RwLock<Tables>);

/// Numbers and documents.
#[derive(Default)]
pub(super) struct Tables {
    pub(super) routes: HashMap<E164, TenantRoute>,
    pub(super) documents: HashMap<TenantId, Value>,
}

impl MemoryDirectory {
    /// A directory without tenants.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Lets a number lead to a tenant, in place of where it led.
    pub fn put_route(&self, number: E164, route: TenantRoute) {
        self.change(|tables| tables.routes.insert(number, route));
    }

    /// Keeps a tenant's document, in place of what was kept. It is not checked: that is for whoever reads it.
    pub fn put_document(&self, tenant: TenantId, document: Value) {
        self.change(|tables| tables.documents.insert(tenant, document));
    }

    /// Lets a number lead nowhere.
    pub fn remove_route(&self, number: &E164) {
        self.change(|tables| tables.routes.remove(number));
    }

    /// Forgets a tenant's document.
    pub fn remove_document(&self, tenant: &TenantId) {
        self.change(|tables| tables.documents.remove(tenant));
    }

    fn change<T>(&self, change: impl FnOnce(&mut Tables) -> T) {
        let mut tables = self.0.write().unwrap_or_else(PoisonError::into_inner);
        change(&mut tables);
    }

    fn read<T>(&self, read: impl FnOnce(&Tables) -> T) -> T {
        read(&self.0.read().unwrap_or_else(PoisonError::into_inner))
    }
}

impl fmt::Debug for Tables {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Tables")
            .field("routes", &self.routes.len())
            .field("documents", &self.documents.len())
            .finish()
    }
}

impl fmt::Debug for MemoryDirectory {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.read(|tables| f.debug_tuple("MemoryDirectory").field(tables).finish())
    }
}

#[async_trait]
impl TenantDirectory for MemoryDirectory {
    async fn route(&self, number: &E164) -> Result<Option<TenantRoute>, Error> {
        Ok(self.read(|tables| tables.routes.get(number).cloned()))
    }

    async fn document(&self, tenant: &TenantId) -> Result<Option<Value>, Error> {
        Ok(self.read(|tables| tables.documents.get(tenant).cloned()))
    }
}
