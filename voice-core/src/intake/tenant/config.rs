//! [`TenantConfig`]: how a tenant wants calls answered.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::TenantId;
use crate::provider::TransferTarget;

/// A tenant's configuration, checked.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct TenantConfig {
    /// The tenant.
    pub tenant_id: TenantId,
    /// The client it belongs to.
    pub client_id: Option<String>,
    /// Its name for people.
    pub display_name: Option<String>,
    /// Whether it takes calls.
    pub status: TenantStatus,
    /// Who gets a summary of calls.
    pub summary_emails: Vec<String>,
    /// Where answers to such mail go.
    pub reply_to: Option<String>,
    /// IANA time zone, such as `Europe/Berlin`; UTC unless set.
    pub timezone: String,
    /// BCP 47 language tag, such as `en-GB`.
    pub locale: Option<String>,
    /// The model, by the provider's name.
    pub model: Option<String>,
    /// The voice.
    pub voice: Option<String>,
    /// Where calls may be handed on to, by id. Nowhere else.
    pub destinations: BTreeMap<String, TransferTarget>,
    /// What the tenant has of features (tools and others), by name.
    pub features: BTreeMap<String, Feature>,
    /// Whatever else the provider takes with the call, in its own spelling.
    pub session: Map<String, Value>,
    /// The paths of keys in the document that nobody knows: slips, or things of a newer version. Never an error.
    pub unknown_keys: Vec<String>,
}

/// Whether a tenant takes calls.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum TenantStatus {
    /// It does.
    #[default]
    Active,
    /// It does not.
    Disabled,
}

/// One feature of a tenant.
#[derive(Debug, Clone, Default, PartialEq)]
#[non_exhaustive]
pub struct Feature {
    /// Whether it is on.
    pub status: FeatureStatus,
    /// Its settings, for its builder to read.
    pub settings: Map<String, Value>,
}

/// Whether a feature is on.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum FeatureStatus {
    /// It is.
    #[default]
    On,
    /// It is not.
    Off,
}

impl TenantConfig {
    /// An active tenant without anything else.
    #[must_use]
    pub fn new(tenant_id: TenantId) -> Self {
        Self {
            tenant_id,
            client_id: None,
            display_name: None,
            status: TenantStatus::Active,
            summary_emails: Vec::new(),
            reply_to: None,
            timezone: "UTC".to_owned(),
            locale: None,
            model: None,
            voice: None,
            destinations: BTreeMap::new(),
            features: BTreeMap::new(),
            session: Map::new(),
            unknown_keys: Vec::new(),
        }
    }

    /// The settings of a feature that is on.
    #[must_use]
    pub fn feature(&self, name: &str) -> Option<&Map<String, Value>> {
        let feature = self.features.get(name)?;
        (feature.status == FeatureStatus::On).then_some(&feature.settings)
    }
}
