//! The JSON Schema of a document.

use serde_json::{Value, json};

use super::{fields, places};
use crate::intake::tenant::TenantConfig;

const NAME: &str = "^[^\\u0000-\\u001f\\u007f-\\u009f]*[^\\s\\u0000-\\u001f\\u007f-\\u009f][^\\u0000-\\u001f\\u007f-\\u009f]*$";
const KEY: &str = "^[A-Za-z0-9._-]{1,64}$";
const PHONE: &str = "^[+][1-9][0-9]{6,14}$";
const SIP: &str = "^[sS][iI][pP][sS]?:.+$";
const EMAIL: &str = "^[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+([.][A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*@([A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?[.])+[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?$";
const ZONE: &str = "^[A-Za-z0-9_+-]+(/[A-Za-z0-9_+-]+)*$";
const LOCALE: &str = "^[A-Za-z]{2,8}(-([A-Za-z0-9]-)?[A-Za-z0-9]{2,8})*$";

impl TenantConfig {
    /// The JSON Schema (2020-12) of a document, for editors and for checks before it is stored.
    ///
    /// Whatever [`from_document`](Self::from_document) accepts satisfies it. What a schema cannot say is checked there
    /// alone: that the tenant is the one it is kept for, that the time zone exists, and the grammar of a SIP URI.
    #[must_use]
    pub fn json_schema() -> Value {
        let phone = json!({"type": "string", "pattern": PHONE});
        let sip = json!({"type": "string", "pattern": SIP});
        let email = json!({"type": "string", "pattern": EMAIL, "maxLength": fields::EMAIL_BYTES});
        let name =
            |max: usize| json!({"type": ["string", "null"], "pattern": NAME, "maxLength": max});
        let keys = json!({"pattern": KEY});
        json!({
            "$schema": "https://json-schema.org/draft/2020-12/schema",
            "title": "Tenant configuration",
            "type": "object",
            "required": ["schema_version", "tenant_id"],
            "properties": {
                "schema_version": {"const": Self::CURRENT},
                "tenant_id": {"type": "string", "pattern": "^[A-Za-z0-9._-]{1,128}$"},
                "client_id": name(fields::ID_BYTES),
                "display_name": name(fields::NAME_BYTES),
                "status": {"enum": ["active", "disabled", null], "default": "active"},
                "summary_emails": {"type": ["array", "null"], "items": email, "maxItems": fields::EMAILS},
                "reply_to": {"anyOf": [email, {"type": "null"}]},
                "timezone": {
                    "type": ["string", "null"], "pattern": ZONE, "maxLength": fields::ZONE_BYTES, "default": "UTC",
                    "description": "IANA time zone",
                },
                "locale": {
                    "type": ["string", "null"], "pattern": LOCALE, "maxLength": fields::LOCALE_BYTES,
                    "description": "BCP 47 language tag",
                },
                "model": name(fields::ID_BYTES),
                "voice": name(fields::ID_BYTES),
                "destinations": {
                    "type": ["object", "null"],
                    "description": "Where calls may be handed on to, by id",
                    "propertyNames": keys,
                    "maxProperties": places::ENTRIES,
                    "additionalProperties": {"oneOf": [
                        phone,
                        sip,
                        {"type": "object", "required": ["phone"], "not": {"required": ["sip"]}, "properties": {"phone": phone}},
                        {"type": "object", "required": ["sip"], "not": {"required": ["phone"]}, "properties": {"sip": sip}},
                    ]},
                },
                "features": {
                    "type": ["object", "null"],
                    "description": "On, off, or settings with an optional enabled",
                    "propertyNames": keys,
                    "maxProperties": places::ENTRIES,
                    "additionalProperties": {
                        "type": ["boolean", "object"],
                        "properties": {"enabled": {"type": "boolean", "default": true}},
                    },
                },
                "session": {"type": ["object", "null"], "description": "Whatever else the provider takes with the call"},
            },
        })
    }
}
