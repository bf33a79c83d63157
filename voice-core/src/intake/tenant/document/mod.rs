//! Tenant documents: JSON as a directory keeps it, and back.
//!
//! A document is read to its end, and **every** problem in it is reported, each with its path, so that whoever provisions a
//! tenant mends it once. What it must look like is also a JSON Schema, [`TenantConfig::json_schema`], for editors and for
//! checks before a document is stored.
//!
//! ```
//! use serde_json::json;
//! use voice_core::intake::tenant::{TenantConfig, TenantId};
//!
//! let acme = TenantId::parse("acme")?;
//! let config = TenantConfig::from_document(&acme, &json!({
//!     "schema_version": 1,
//!     "tenant_id": "acme",
//!     "summary_emails": ["desk@acme.example"],
//!     "timezone": "Europe/Berlin",
//!     "locale": "de-DE",
//!     "destinations": {"sales": "+493012345678", "desk": {"sip": "sip:desk@pbx.acme.example"}},
//!     "features": {"transfer": {"enabled": true, "announce": "One moment."}, "lookup": false},
//! }))?;
//! assert_eq!(config.feature("transfer").and_then(|settings| settings.get("announce")), Some(&json!("One moment.")));
//! assert_eq!(config.feature("lookup"), None);
//!
//! let broken = json!({"tenant_id": "acme", "destinations": {"sales": "030 12345678"}, "features": {"transfer": "yes"}});
//! let error = TenantConfig::from_document(&acme, &broken).unwrap_err();
//! let paths: Vec<_> = error.problems().iter().map(|problem| problem.path.as_str()).collect();
//! assert_eq!(paths, ["schema_version", "destinations.sales", "features.transfer"]);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod fields;
mod migrate;
mod places;
pub(super) mod problem;
#[cfg(test)]
mod properties;
mod read;
pub(super) mod reader;
mod schema;
#[cfg(test)]
mod tests;
mod write;

pub use migrate::MigrateDocument;
pub use problem::{Problem, ProblemKind, TenantConfigError};
