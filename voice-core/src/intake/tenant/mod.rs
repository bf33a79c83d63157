//! Tenants: whose number was dialled, and how its owner wants calls answered.

mod config;
mod directory;
mod id;

pub use config::{Feature, FeatureStatus, TenantConfig, TenantStatus};
pub use directory::{TenantDirectory, TenantRoute};
pub use id::{TenantId, TenantIdError};
