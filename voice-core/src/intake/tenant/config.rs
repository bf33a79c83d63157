//! [`TenantConfig`]: how a tenant wants calls answered.

use std::collections::BTreeMap;
use std::fmt;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::TenantId;
use crate::provider::TransferTarget;

/// A tenant's configuration, checked. `Debug` shows no address, number, setting or text of it.
#[derive(Clone, PartialEq)]
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
#[derive(Clone, Default, PartialEq)]
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

impl fmt::Debug for TenantConfig {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TenantConfig")
            .field("tenant_id", &self.tenant_id)
            .field("status", &self.status)
            .field("timezone", &self.timezone)
            .field("locale", &self.locale)
            .field("model", &self.model)
            .field("destinations", &self.destinations.keys())
            .field("features", &self.features)
            .finish_non_exhaustive()
    }
}

/// Settings may hold secrets.
impl fmt::Debug for Feature {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Feature")
            .field("status", &self.status)
            .field("settings", &self.settings.len())
            .finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn nothing_personal_is_shown() {
        let mut config = TenantConfig::new(TenantId::parse("acme").unwrap());
        config.summary_emails = vec!["ada@planted.example".to_owned()];
        config.reply_to = Some("bob@planted.example".to_owned());
        config.session.insert("planted".into(), json!("planted"));
        let mut feature = Feature::default();
        feature.settings.insert("planted".into(), json!("planted"));
        config.features.insert("crm".to_owned(), feature);
        let shown = format!("{config:?}");
        assert!(!shown.contains("planted"), "{shown}");
        assert!(shown.contains("acme") && shown.contains("crm"), "{shown}");
    }
}
