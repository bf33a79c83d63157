//! Why the engine refused or stopped, without a word of the values.

use std::fmt;

use minijinja::ErrorKind;

/// Why the engine refused a template or stopped.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum EngineFault {
    /// The template is not well formed, or asks for a filter, test or function that does not exist.
    Template,
    /// A value is missing that the template uses.
    Missing,
    /// An operation does not fit its values.
    Value,
    /// The source is longer than [`EngineLimits::source_bytes`](super::EngineLimits::source_bytes).
    SourceTooLong,
    /// More steps than [`EngineLimits::steps`](super::EngineLimits::steps).
    TooManySteps,
    /// More output than [`EngineLimits::output_bytes`](super::EngineLimits::output_bytes).
    OutputTooLong,
    /// [`Missing::Keep`](crate::render::Missing::Keep) was asked for, which an expression has no text for.
    KeepUnsupported,
}

/// The engine refused a template or stopped. Holds the line and names, never a value.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{}", Said(self))]
pub struct EngineError {
    pub(super) fault: EngineFault,
    line: Option<usize>,
    pub(super) missing: Vec<String>,
}

impl EngineError {
    /// What went wrong.
    #[must_use]
    pub fn fault(&self) -> EngineFault {
        self.fault
    }

    /// The line of the template, counted from 1.
    #[must_use]
    pub fn line(&self) -> Option<usize> {
        self.line
    }

    /// With [`EngineFault::Missing`]: the variables the template mentions and nobody gave, sorted. A field missing inside
    /// a value is not among them.
    #[must_use]
    pub fn missing(&self) -> &[String] {
        &self.missing
    }

    pub(super) fn new(fault: EngineFault) -> Self {
        Self {
            fault,
            line: None,
            missing: Vec::new(),
        }
    }

    /// The engine's own words are left behind, since they may quote values.
    pub(super) fn of(error: &minijinja::Error) -> Self {
        let fault = match error.kind() {
            ErrorKind::OutOfFuel => EngineFault::TooManySteps,
            ErrorKind::WriteFailure => EngineFault::OutputTooLong,
            ErrorKind::UndefinedError => EngineFault::Missing,
            ErrorKind::SyntaxError
            | ErrorKind::UnknownFilter
            | ErrorKind::UnknownTest
            | ErrorKind::UnknownFunction
            | ErrorKind::UnknownMethod
            | ErrorKind::TemplateNotFound => EngineFault::Template,
            _ => EngineFault::Value,
        };
        Self {
            line: error.line(),
            ..Self::new(fault)
        }
    }
}

struct Said<'a>(&'a EngineError);

impl fmt::Display for Said<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self.0.fault {
            EngineFault::Template => "the template is not well formed",
            EngineFault::Missing => "the template uses a value that is missing",
            EngineFault::Value => "an operation of the template does not fit its values",
            EngineFault::SourceTooLong => "the template is too long",
            EngineFault::TooManySteps => "the template takes too many steps",
            EngineFault::OutputTooLong => "the template writes too much",
            EngineFault::KeepUnsupported => "the engine cannot keep variables without a value",
        })?;
        if let Some(line) = self.0.line {
            write!(f, " (line {line})")?;
        }
        let mut before = ": ";
        for name in &self.0.missing {
            write!(f, "{before}{}", name.escape_debug())?;
            before = ", ";
        }
        Ok(())
    }
}
