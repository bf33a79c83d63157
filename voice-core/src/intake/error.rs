//! [`IntakeError`]: why a call could not be taken as it should.

use std::collections::BTreeMap;
use std::fmt;

use serde_json::{Map, Value, json};

use super::code::EventCode;
use super::tenant::TenantId;
use crate::error::{Error, TEXT_BYTES, clean};

/// Why a call could not be taken as it should: a stable code, a reason, and what belongs to it.
///
/// Nothing secret and no full phone number is in it, whatever is put in.
#[derive(Debug)]
#[non_exhaustive]
pub struct IntakeError {
    code: EventCode,
    reason: Reason,
    tenant: Option<TenantId>,
    context: BTreeMap<&'static str, String>,
    source: Option<Error>,
}

impl IntakeError {
    /// An error of `code` for `reason`.
    #[must_use]
    pub fn new(code: EventCode, reason: Reason) -> Self {
        let reason = match reason {
            Reason::Other(text) => Reason::Other(clean(&text, TEXT_BYTES)),
            known => known,
        };
        Self {
            code,
            reason,
            tenant: None,
            context: BTreeMap::new(),
            source: None,
        }
    }

    /// The same of a tenant.
    #[must_use]
    pub fn of(mut self, tenant: &TenantId) -> Self {
        self.tenant = Some(tenant.clone());
        self
    }

    /// The same with something that belongs to it; redacted, put on one line and held to 2,000 bytes.
    #[must_use]
    pub fn with(mut self, key: &'static str, value: impl AsRef<str>) -> Self {
        self.context.insert(key, clean(value.as_ref(), TEXT_BYTES));
        self
    }

    /// The same with what lies below it.
    #[must_use]
    pub fn because(mut self, source: Error) -> Self {
        self.source = Some(source);
        self
    }

    /// The stable code.
    #[must_use]
    pub const fn code(&self) -> EventCode {
        self.code
    }

    /// The reason.
    #[must_use]
    pub const fn reason(&self) -> &Reason {
        &self.reason
    }

    /// Whose call it was, as far as known.
    #[must_use]
    pub const fn tenant(&self) -> Option<&TenantId> {
        self.tenant.as_ref()
    }

    /// What belongs to it.
    pub fn context(&self) -> impl Iterator<Item = (&str, &str)> {
        self.context
            .iter()
            .map(|(key, value)| (*key, value.as_str()))
    }

    /// The error of the provider or store below it.
    #[must_use]
    pub const fn cause(&self) -> Option<&Error> {
        self.source.as_ref()
    }

    /// Likely cause and remedy.
    #[must_use]
    pub const fn hint(&self) -> &'static str {
        self.code.row().hint
    }

    /// One object for a log: `error_type`, `tenant_id`, `reason`, `context`.
    #[must_use]
    pub fn log_value(&self) -> Value {
        let context: Map<String, Value> = self
            .context
            .iter()
            .map(|(key, value)| ((*key).to_owned(), Value::from(value.as_str())))
            .collect();
        json!({
            "error_type": self.code.as_str(),
            "tenant_id": self.tenant.as_ref().map(TenantId::as_str),
            "reason": self.reason.as_str(),
            "context": context,
        })
    }
}

impl fmt::Display for IntakeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} ({})", self.code, self.reason)?;
        if let Some(tenant) = &self.tenant {
            write!(f, " tenant={tenant}")?;
        }
        for (key, value) in &self.context {
            write!(f, " {key}={value}")?;
        }
        if let Some(source) = &self.source {
            write!(f, ": {source}")?;
        }
        Ok(())
    }
}

impl std::error::Error for IntakeError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        self.source
            .as_ref()
            .map(|source| source as &(dyn std::error::Error + 'static))
    }
}

macro_rules! reasons {
    ($($(#[$docs:meta])* $name:ident $text:literal)*) => {
        /// Why, in one word.
        #[derive(Debug, Clone, PartialEq, Eq, Hash)]
        #[non_exhaustive]
        pub enum Reason {
            $($(#[$docs])* $name,)*
            /// Another word, of an application's own parts.
            Other(String),
        }

        impl Reason {
            /// The word.
            #[must_use]
            pub fn as_str(&self) -> &str {
                match self {
                    $(Self::$name => $text,)*
                    Self::Other(text) => text,
                }
            }
        }
    };
}

reasons! {
    /// No header of the call carries a number that can be read.
    NoNumber "no_dialled_number"
    /// The number is nobody's.
    UnknownNumber "unknown_number"
    /// The directory of tenants failed.
    DirectoryError "directory_error"
    /// The directory of tenants did not answer in time.
    DirectoryTimeout "directory_timeout"
    /// The tenant has no state document.
    StateDocMissing "state_doc_missing"
    /// The tenant has no configuration document.
    ConfigMissing "config_missing"
    /// The tenant is disabled.
    TenantDisabled "tenant_disabled"
    /// The greeting is there and empty.
    GreetingTextEmpty "greeting_text_empty"
    /// The instructions are there and empty.
    InstructionTextEmpty "instruction_text_empty"
    /// The id that the state points at does not exist.
    IdNotFound "id_not_found"
    /// The store did not answer in time.
    DbTimeout "db_timeout"
    /// The store failed.
    DbError "db_error"
    /// The document breaks its schema.
    InvalidConfig "invalid_config"
    /// The document is of another schema version.
    SchemaVersion "schema_version_mismatch"
    /// All places are taken.
    Capacity "capacity"
    /// The builder refused.
    BuilderFailed "builder_failed"
    /// The builder or tool panicked.
    Panicked "panicked"
    /// Two tools have one name.
    DuplicateName "duplicate_tool_name"
    /// The tool's own description breaks a rule.
    InvalidSpec "invalid_tool_spec"
    /// There is no such tool.
    ToolNotFound "tool_not_found"
    /// The arguments are not JSON.
    ArgumentsNotJson "arguments_not_json"
    /// The arguments break the tool's schema.
    ArgumentsInvalid "arguments_invalid"
    /// It took too long.
    Timeout "timeout"
    /// The tool failed.
    ToolFailed "tool_failed"
    /// The destination is not in the tenant's configuration.
    UnknownDestination "unknown_destination"
    /// The provider refused or failed.
    ProviderError "provider_error"
    /// The call is over.
    CallGone "call_gone"
}

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::ErrorKind;

    #[test]
    fn whatever_is_put_in_is_on_one_line_and_shows_no_number() {
        let reason = Reason::Other("no route to +14155552671\nforged line".to_owned());
        let error = IntakeError::new(EventCode::ToolBuildError, reason)
            .with("detail", "one\r\ntwo \u{1b}[2J +14155552671")
            .because(Error::new(ErrorKind::Other, "below"));
        for text in [
            error.to_string(),
            error.log_value().to_string(),
            format!("{error:?}"),
        ] {
            assert!(!text.contains("4155552671"), "{text}");
            assert!(!text.contains(['\n', '\r', '\u{1b}']), "{text:?}");
            assert!(!text.contains("\\n") && !text.contains("\\r"), "{text}");
        }
        assert_eq!(
            IntakeError::new(EventCode::ToolBuildError, Reason::Capacity).reason(),
            &Reason::Capacity
        );
    }
}
