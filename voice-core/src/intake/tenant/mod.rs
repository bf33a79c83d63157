//! Tenants: whose number was dialled, and how its owner wants calls answered.
//!
//! - [`TenantDirectory`] looks both up. [`MemoryDirectory`], [`JsonFileDirectory`] and, on Redis, `RedisDirectory` are here;
//!   any other database is two methods. [`CachedDirectory`] goes in front of one that is far away.
//! - [`TenantConfig`] is what a tenant's document says, checked, with every problem reported by its path.
//! - [`TenantResolver`] puts them together: from a ringing call to its tenant, and to the tenant's configuration.

mod cached;
mod config;
mod directory;
mod document;
mod id;
mod json_file;
mod memory;
#[cfg(feature = "redis")]
mod redis;
mod resolver;
#[cfg(test)]
mod resolver_tests;

pub use cached::{CachedDirectory, DirectoryCacheOptions, DirectoryCacheStats};
pub use config::{Feature, FeatureStatus, TenantConfig, TenantStatus};
pub use directory::{TenantDirectory, TenantRoute};
pub use document::{MigrateDocument, Problem, ProblemKind, TenantConfigError};
pub use id::{TenantId, TenantIdError};
pub use json_file::{JsonFileDirectory, JsonFileStats};
pub use memory::MemoryDirectory;
#[cfg(feature = "redis")]
#[cfg_attr(docsrs, doc(cfg(feature = "redis")))]
pub use redis::RedisDirectory;
pub use resolver::TenantResolver;
