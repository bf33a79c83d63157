//! The tenants of the examples: two that are well, one whose document is full of slips.

use serde_json::{Value, json};
use voice_core::ident::E164;
use voice_core::intake::instructions::MemoryInstructions;
use voice_core::intake::tenant::{MemoryDirectory, TenantId, TenantRoute};

use super::Failure;

/// The number of Bluebell Flowers, with as many lines as the service has.
pub const BLUEBELL: &str = "+14155550101";
/// The number of Harbour Dental, which has one line.
pub const HARBOUR: &str = "+14155550102";
/// The number of Oakfield Garage, whose document breaks its schema.
pub const OAKFIELD: &str = "+14155550103";
/// A number that leads to the service and belongs to nobody.
pub const NOBODY: &str = "+14155550109";
/// Who calls.
pub const CALLER: &str = "+14155550177";
/// Where Bluebell's sales desk is reached.
pub const SALES: &str = "+14155550150";

/// Numbers and documents, in the form of a [`JsonFileDirectory`](voice_core::intake::tenant::JsonFileDirectory).
#[must_use]
pub fn tenants() -> Value {
    json!({
        "numbers": {
            BLUEBELL: {"tenant_id": "bluebell"},
            HARBOUR: {"tenant_id": "harbour", "max_concurrent_calls": 1},
            OAKFIELD: {"tenant_id": "oakfield"},
        },
        "tenants": [
            {
                "schema_version": 1,
                "tenant_id": "bluebell",
                "display_name": "Bluebell Flowers",
                "timezone": "Europe/London",
                "voice": "marin",
                "destinations": {"sales": SALES, "workshop": {"sip": "sip:workshop@pbx.bluebell.example"}},
                "features": {
                    "order_status": true,
                    "request_transfer": {"enabled": true, "description": "Hands the caller on: sales for big orders, workshop for repairs."},
                },
                "session": {"audio": {"input": {"transcription": {"model": "gpt-4o-transcribe"}}}},
            },
            {"schema_version": 1, "tenant_id": "harbour", "display_name": "Harbour Dental", "voice": "cedar"},
            {
                "schema_version": 1,
                "tenant_id": "oakfield",
                "timezone": "Berlin time",
                "summary_emails": ["desk@oakfield.example", "desk at oakfield"],
                "destinations": {"sales": "030 12345678"},
                "features": {"order_status": "yes"},
            },
        ],
    })
}

/// The same, with Oakfield's document mended.
#[must_use]
pub fn mended() -> Value {
    let mut tenants = tenants();
    if let Some(oakfield) = tenants.pointer_mut("/tenants/2") {
        *oakfield = json!({
            "schema_version": 1,
            "tenant_id": "oakfield",
            "timezone": "Europe/Berlin",
            "summary_emails": ["desk@oakfield.example"],
            "destinations": {"sales": "+493012345678"},
            "features": {"order_status": true},
        });
    }
    tenants
}

/// The same, with every tool for Bluebell; the settings of one of them are wrong.
#[must_use]
pub fn toolbox() -> Value {
    let mut tenants = tenants();
    if let Some(features) = tenants.pointer_mut("/tenants/0/features") {
        *features = json!({
            "order_status": true,
            "stock": true,
            "loyalty_points": true,
            "delivery_slots": {"enabled": true, "hours": "nine to five"},
            "call_somebody": true,
            "request_transfer": true,
        });
    }
    tenants
}

/// A directory in memory with these numbers and documents.
///
/// # Errors
/// For a number, a tenant or a route that is none.
pub fn memory_directory(tenants: &Value) -> Result<MemoryDirectory, Failure> {
    let directory = MemoryDirectory::new();
    let numbers = tenants.get("numbers").and_then(Value::as_object);
    for (number, route) in numbers.into_iter().flatten() {
        let route: TenantRoute = serde_json::from_value(route.clone())?;
        directory.put_route(E164::parse(number)?, route);
    }
    let documents = tenants.get("tenants").and_then(Value::as_array);
    for document in documents.into_iter().flatten() {
        let id = document.get("tenant_id").and_then(Value::as_str);
        let id = TenantId::parse(id.unwrap_or_default())?;
        directory.put_document(id, document.clone());
    }
    Ok(directory)
}

/// What the agents say first and are told to be. Bluebell has safe texts as well, for an outage.
///
/// # Errors
/// Never, as long as the ids above are ids.
pub fn memory_texts() -> Result<MemoryInstructions, Failure> {
    let texts = MemoryInstructions::new();
    for (tenant, greeting, prompt) in [
        (
            "bluebell",
            "Bluebell Flowers, good morning!",
            "You answer the phone of Bluebell Flowers.",
        ),
        (
            "harbour",
            "Harbour Dental, how can I help?",
            "You give appointments for Harbour Dental.",
        ),
        (
            "oakfield",
            "Oakfield Garage.",
            "You answer the phone of Oakfield Garage.",
        ),
    ] {
        texts.set_texts(&TenantId::parse(tenant)?, greeting, prompt);
    }
    texts.set_safe_texts(
        &TenantId::parse("bluebell")?,
        "Bluebell Flowers, hello.",
        "You take down name and number for Bluebell Flowers, and promise to call back.",
    );
    Ok(texts)
}
