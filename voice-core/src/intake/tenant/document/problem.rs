//! [`Problem`] and [`TenantConfigError`]: what is wrong with a document, and where.

use std::fmt;

use crate::intake::tenant::TenantId;

/// One thing that is wrong with a document. Nothing of the document's values is in it.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Problem {
    /// Where: keys joined by `.`, places in a list in brackets, as in `destinations.sales` and `summary_emails[1]`. A key
    /// that is not fit to be shown is `?`.
    pub path: String,
    /// What.
    pub kind: ProblemKind,
    /// What should stand there.
    pub expected: &'static str,
}

/// What is wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ProblemKind {
    /// It must be there and is not.
    Missing,
    /// It is of another type, which is named: `string`, `number`, `boolean`, `object`, `array` or `null`.
    Type(&'static str),
    /// It is of the right type and not of the right form.
    Form,
    /// It is longer than it may be: so many bytes, entries or keys.
    TooLong {
        /// The most there may be.
        max: usize,
    },
    /// It names another tenant than the one it is kept for.
    OtherTenant,
    /// The key is not one that may stand there.
    Key,
    /// It is there more than once.
    Repeated,
    /// The document is of a schema version that cannot be read here.
    SchemaVersion {
        /// The document's; 0 when it is no such number.
        found: u64,
        /// The one that is read here.
        supported: u64,
    },
}

impl fmt::Display for ProblemKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Missing => f.write_str("missing"),
            Self::Type(found) => write!(f, "of type {found}"),
            Self::Form => f.write_str("not of the right form"),
            Self::TooLong { max } => write!(f, "longer than {max}"),
            Self::OtherTenant => f.write_str("names another tenant"),
            Self::Key => f.write_str("has a key that cannot stand there"),
            Self::Repeated => f.write_str("there more than once"),
            Self::SchemaVersion { found, supported } => {
                write!(f, "version {found}, and version {supported} is read here")
            }
        }
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let path = if self.path.is_empty() {
            "document"
        } else {
            &self.path
        };
        write!(f, "{path}: {}; expected {}", self.kind, self.expected)
    }
}

/// A document that breaks its schema, with everything that is wrong with it. Nothing of its values is quoted.
///
/// `Display` shows the first [`SHOWN`](Self::SHOWN) problems and counts the others.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct TenantConfigError {
    tenant: TenantId,
    problems: Vec<Problem>,
    omitted: usize,
}

impl TenantConfigError {
    /// Most problems that are kept; the others are counted.
    pub const KEPT: usize = 100;
    /// Most problems that `Display` shows.
    pub const SHOWN: usize = 10;

    pub(super) fn new(tenant: &TenantId, problems: Vec<Problem>, omitted: usize) -> Self {
        Self {
            tenant: tenant.clone(),
            problems,
            omitted,
        }
    }

    /// Whose document it is.
    #[must_use]
    pub const fn tenant(&self) -> &TenantId {
        &self.tenant
    }

    /// The problems, in the order of the schema.
    #[must_use]
    pub fn problems(&self) -> &[Problem] {
        &self.problems
    }

    /// How many more there were than [`KEPT`](Self::KEPT).
    #[must_use]
    pub const fn omitted(&self) -> usize {
        self.omitted
    }

    /// Whether the document is of a schema version that cannot be read here.
    #[must_use]
    pub fn is_schema_version(&self) -> bool {
        self.problems
            .iter()
            .any(|problem| matches!(problem.kind, ProblemKind::SchemaVersion { .. }))
    }

    /// The problems as one line, as `Display` shows them.
    #[must_use]
    pub fn line(&self) -> String {
        lines(&self.problems, self.omitted)
    }
}

impl fmt::Display for TenantConfigError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "the configuration of tenant {} breaks its schema: {}",
            self.tenant,
            self.line()
        )
    }
}

impl std::error::Error for TenantConfigError {}

/// Several problems as one bounded line.
pub(in crate::intake::tenant) fn lines(problems: &[Problem], omitted: usize) -> String {
    let mut line = String::new();
    for problem in problems.iter().take(TenantConfigError::SHOWN) {
        if !line.is_empty() {
            line.push_str("; ");
        }
        line.push_str(&problem.to_string());
    }
    let more = problems.len().saturating_sub(TenantConfigError::SHOWN) + omitted;
    if more > 0 {
        line.push_str(&format!("; and {more} more"));
    }
    line
}
