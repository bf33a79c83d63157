//! From a [`TenantConfig`] to its document.

use serde_json::{Map, Value, json};

use crate::intake::tenant::{Feature, FeatureStatus, TenantConfig, TenantStatus};
use crate::provider::TransferTarget;

impl TenantConfig {
    /// The document of this configuration, in the current schema version. **Holds numbers in full**: for a store, not for a
    /// log. What is unset is left out, and so are [`unknown_keys`](Self::unknown_keys), of which only the paths are known.
    ///
    /// Read again it gives the same configuration, provided that its fields hold what
    /// [`from_document`](Self::from_document) accepts, and no feature a setting called `enabled`.
    #[must_use]
    pub fn to_document(&self) -> Value {
        let mut document = Map::new();
        let mut put = |key: &str, value: Value| {
            let is_empty = match &value {
                Value::Null => true,
                Value::Array(list) => list.is_empty(),
                Value::Object(object) => object.is_empty(),
                Value::Bool(_) | Value::Number(_) | Value::String(_) => false,
            };
            if !is_empty {
                document.insert(key.to_owned(), value);
            }
        };
        put("schema_version", json!(Self::CURRENT));
        put("tenant_id", json!(self.tenant_id));
        put("client_id", json!(self.client_id));
        put("display_name", json!(self.display_name));
        let status = match self.status {
            TenantStatus::Active => "active",
            TenantStatus::Disabled => "disabled",
        };
        put("status", json!(status));
        put("summary_emails", json!(self.summary_emails));
        put("reply_to", json!(self.reply_to));
        put("timezone", json!(self.timezone));
        put("locale", json!(self.locale));
        put("model", json!(self.model));
        put("voice", json!(self.voice));
        let destinations = self.destinations.iter();
        let destinations: Map<_, _> = destinations
            .map(|(id, target)| (id.clone(), destination(target)))
            .collect();
        put("destinations", Value::Object(destinations));
        let features = self.features.iter();
        let features: Map<_, _> = features
            .map(|(name, value)| (name.clone(), feature(value)))
            .collect();
        put("features", Value::Object(features));
        put("session", Value::Object(self.session.clone()));
        Value::Object(document)
    }
}

fn destination(target: &TransferTarget) -> Value {
    match target {
        TransferTarget::Phone(number) => json!({"phone": number.as_str()}),
        TransferTarget::Sip(uri) => json!({"sip": uri.as_str()}),
    }
}

fn feature(feature: &Feature) -> Value {
    let is_on = feature.status == FeatureStatus::On;
    if feature.settings.is_empty() {
        return Value::Bool(is_on);
    }
    let mut settings = feature.settings.clone();
    settings.insert("enabled".to_owned(), Value::Bool(is_on));
    Value::Object(settings)
}
