//! What the trait's request says of a trunk.

use serde_json::Value;
use voice_core::error::Error;
use voice_core::provider::CreateTrunk;
use voice_core::webhook::WebhookUrl;

use super::wrong;
use crate::trunks::{TransferCallerId, TransferMode, TrunkSettings};
use crate::types::{HttpMethod, Toggle};

const CREATE: &str = "trunks.create";

/// The settings of a new trunk.
///
/// # Errors
/// An extra that no trunk has, or of another form.
pub(super) fn of(request: &CreateTrunk) -> Result<TrunkSettings, Error> {
    let mut settings = TrunkSettings::new().friendly_name(request.name.as_str());
    for (name, value) in &request.extra {
        let text = || {
            let text = value.as_str();
            text.ok_or_else(|| wrong(CREATE, name, "must be a text"))
        };
        settings = match name.as_str() {
            "DomainName" => settings.domain_name(text()?),
            "DisasterRecoveryUrl" => {
                let url = WebhookUrl::parse(text()?);
                let url = url.map_err(|rule| wrong(CREATE, name, &rule.to_string()))?;
                settings.disaster_recovery_url(url)
            }
            "DisasterRecoveryMethod" => {
                settings.disaster_recovery_method(HttpMethod::from_word(text()?))
            }
            "TransferMode" => settings.transfer_mode(TransferMode::from_word(text()?)),
            "TransferCallerId" => settings.transfer_caller_id(TransferCallerId::from_word(text()?)),
            "Secure" => settings.secure(toggle(name, value)?),
            "CnamLookupEnabled" => settings.cnam_lookup_enabled(toggle(name, value)?),
            _ => {
                return Err(wrong(
                    CREATE,
                    name,
                    "is nothing that a trunk takes: DomainName, DisasterRecoveryUrl, DisasterRecoveryMethod, TransferMode, \
                     Secure, CnamLookupEnabled, TransferCallerId",
                ));
            }
        };
    }
    Ok(settings)
}

fn toggle(name: &str, value: &Value) -> Result<Toggle, Error> {
    match value {
        Value::Bool(true) => Ok(Toggle::On),
        Value::Bool(false) => Ok(Toggle::Off),
        _ => Err(wrong(CREATE, name, "must be true or false")),
    }
}
