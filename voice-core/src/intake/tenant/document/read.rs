//! From a document to a [`TenantConfig`].

use std::borrow::Cow;

use serde_json::{Map, Value};

use super::migrate::MigrateDocument;
use super::problem::{ProblemKind, TenantConfigError};
use super::reader::{Path, Reader};
use super::{fields, places};
use crate::intake::tenant::{TenantConfig, TenantId, TenantStatus};

/// The keys of a document, in the order of the schema.
pub(super) const KEYS: &[&str] = &[
    "schema_version",
    "tenant_id",
    "client_id",
    "display_name",
    "status",
    "summary_emails",
    "reply_to",
    "timezone",
    "locale",
    "model",
    "voice",
    "destinations",
    "features",
    "session",
];

const DOCUMENT: &str = "an object with schema_version and tenant_id";
const VERSION: &str = "the number 1";
const TENANT: &str = "the id of the tenant that the document is kept for";
const STATUS: &str = "\"active\" or \"disabled\"";

impl TenantConfig {
    /// The schema version that is written, and read without a migration.
    pub const CURRENT: u64 = 1;

    /// Reads and checks a document that is kept for `tenant`.
    ///
    /// `null` is the same as nothing there. Keys that are not known are no error; their paths are kept in
    /// [`unknown_keys`](Self::unknown_keys).
    ///
    /// # Errors
    /// [`TenantConfigError`] with every problem. A document of another schema version is that one problem.
    pub fn from_document(tenant: &TenantId, document: &Value) -> Result<Self, TenantConfigError> {
        Self::from_document_with(tenant, document, &MigrateDocument::none())
    }

    /// The same; documents of older versions are brought up to date first.
    ///
    /// # Errors
    /// As [`from_document`](Self::from_document).
    pub fn from_document_with(
        tenant: &TenantId,
        document: &Value,
        migrate: &MigrateDocument,
    ) -> Result<Self, TenantConfigError> {
        let mut reader = Reader::default();
        let config = read(&mut reader, tenant, document, migrate);
        match config {
            Some(mut config) if reader.problems.is_empty() => {
                config.unknown_keys = reader.unknown;
                Ok(config)
            }
            _ => Err(TenantConfigError::new(
                tenant,
                reader.problems,
                reader.omitted,
            )),
        }
    }
}

fn read(
    reader: &mut Reader,
    tenant: &TenantId,
    document: &Value,
    migrate: &MigrateDocument,
) -> Option<TenantConfig> {
    let root = Path::Root;
    let Value::Object(document) = document else {
        reader.wrong_type(root, document, DOCUMENT);
        return None;
    };
    let document = current(reader, document, migrate)?;
    let document = &*document;
    reader.note_unknown(root, document, KEYS);

    let mut config = TenantConfig::new(tenant.clone());
    own_id(reader, tenant, present(document, "tenant_id"));
    let mut name = |key, max| fields::name(reader, root.key(key), present(document, key), max);
    config.client_id = name("client_id", fields::ID_BYTES);
    config.display_name = name("display_name", fields::NAME_BYTES);
    if let Some(value) = present(document, "status") {
        config.status = status(reader, root.key("status"), value);
    }
    config.summary_emails = fields::emails(
        reader,
        root.key("summary_emails"),
        present(document, "summary_emails"),
    );
    config.reply_to = present(document, "reply_to")
        .and_then(|value| fields::email(reader, root.key("reply_to"), value));
    if let Some(value) = present(document, "timezone") {
        config.timezone = fields::timezone(reader, root.key("timezone"), value).unwrap_or_default();
    }
    config.locale = present(document, "locale")
        .and_then(|value| fields::locale(reader, root.key("locale"), value));
    let mut name = |key| {
        fields::name(
            reader,
            root.key(key),
            present(document, key),
            fields::ID_BYTES,
        )
    };
    config.model = name("model");
    config.voice = name("voice");
    config.destinations = places::destinations(reader, present(document, "destinations"));
    config.features = places::features(reader, present(document, "features"));
    let session = reader.object(
        root.key("session"),
        present(document, "session"),
        "an object of what the provider takes",
    );
    config.session = session.cloned().unwrap_or_default();
    Some(config)
}

fn present<'v>(document: &'v Map<String, Value>, key: &str) -> Option<&'v Value> {
    document.get(key).filter(|value| !value.is_null())
}

/// The document in the current version.
fn current<'v>(
    reader: &mut Reader,
    document: &'v Map<String, Value>,
    migrate: &MigrateDocument,
) -> Option<Cow<'v, Map<String, Value>>> {
    let root = Path::Root;
    let path = root.key("schema_version");
    let other = |found| ProblemKind::SchemaVersion {
        found,
        supported: TenantConfig::CURRENT,
    };
    let version = match present(document, "schema_version") {
        None => {
            // It may be of any version, but most likely it is of this one: what else is wrong is worth knowing.
            reader.problem(path, ProblemKind::Missing, VERSION);
            return Some(Cow::Borrowed(document));
        }
        Some(Value::Number(version)) => version.as_u64(),
        Some(value) => {
            reader.wrong_type(path, value, VERSION);
            return Some(Cow::Borrowed(document));
        }
    };
    match version {
        Some(TenantConfig::CURRENT) => Some(Cow::Borrowed(document)),
        Some(older) if older < TenantConfig::CURRENT => {
            let migrated = migrate.run(older, document).filter(|migrated| {
                migrated.get("schema_version").and_then(Value::as_u64)
                    == Some(TenantConfig::CURRENT)
            });
            if migrated.is_none() {
                reader.problem(path, other(older), VERSION);
            }
            migrated.map(Cow::Owned)
        }
        newer_or_none => {
            reader.problem(path, other(newer_or_none.unwrap_or_default()), VERSION);
            None
        }
    }
}

fn own_id(reader: &mut Reader, tenant: &TenantId, value: Option<&Value>) {
    let root = Path::Root;
    let path = root.key("tenant_id");
    match value {
        None => reader.problem(path, ProblemKind::Missing, TENANT),
        Some(Value::String(id)) if id == tenant.as_str() => {}
        Some(Value::String(id)) => {
            let kind = TenantId::parse(id).map_or(ProblemKind::Form, |_| ProblemKind::OtherTenant);
            reader.problem(path, kind, TENANT);
        }
        Some(other) => reader.wrong_type(path, other, TENANT),
    }
}

fn status(reader: &mut Reader, path: Path<'_>, value: &Value) -> TenantStatus {
    match value.as_str() {
        Some("active") => return TenantStatus::Active,
        Some("disabled") => return TenantStatus::Disabled,
        Some(_) => reader.problem(path, ProblemKind::Form, STATUS),
        None => reader.wrong_type(path, value, STATUS),
    }
    TenantStatus::Disabled
}
