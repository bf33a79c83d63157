//! [`MigrateDocument`]: bringing documents of older versions up to date.

use std::fmt;
use std::sync::Arc;

use serde_json::{Map, Value};

/// What [`MigrateDocument`] runs.
type Step = dyn Fn(u64, Map<String, Value>) -> Option<Map<String, Value>> + Send + Sync;

/// Brings documents of older schema versions up to date while they are read; what is stored stays as it is.
///
/// It is given the version and the document, and gives the document of the current version, its `schema_version` included,
/// or nothing when it does not know that version.
///
/// ```
/// use serde_json::json;
/// use voice_core::intake::tenant::{MigrateDocument, TenantConfig, TenantId};
///
/// let migrate = MigrateDocument::new(|version, mut document| {
///     let name = document.remove("name")?;
///     document.insert("display_name".to_owned(), name);
///     document.insert("schema_version".to_owned(), json!(version + 1));
///     Some(document)
/// });
/// let old = json!({"schema_version": 0, "tenant_id": "acme", "name": "Acme"});
/// let acme = TenantId::parse("acme")?;
/// let config = TenantConfig::from_document_with(&acme, &old, &migrate)?;
/// assert_eq!(config.display_name.as_deref(), Some("Acme"));
/// assert!(TenantConfig::from_document(&acme, &old).unwrap_err().is_schema_version());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone)]
pub struct MigrateDocument(Arc<Step>);

impl MigrateDocument {
    /// Runs `step` on every document of an older version.
    pub fn new(
        step: impl Fn(u64, Map<String, Value>) -> Option<Map<String, Value>> + Send + Sync + 'static,
    ) -> Self {
        Self(Arc::new(step))
    }

    /// Knows no older version.
    #[must_use]
    pub fn none() -> Self {
        Self::new(|_, _| None)
    }

    pub(super) fn run(
        &self,
        version: u64,
        document: &Map<String, Value>,
    ) -> Option<Map<String, Value>> {
        (self.0)(version, document.clone())
    }
}

impl Default for MigrateDocument {
    fn default() -> Self {
        Self::none()
    }
}

impl fmt::Debug for MigrateDocument {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("MigrateDocument").finish_non_exhaustive()
    }
}
