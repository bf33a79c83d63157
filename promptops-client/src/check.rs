//! Rules that are checked before anything is sent. All that are broken are reported at once.

use std::ops::RangeInclusive;

use voice_core::client::Operation;
use voice_core::error::{Error, ErrorKind, FieldError};

use crate::PROVIDER;
use crate::ids::is_plain;

/// The rules a request breaks, by the wire names of its fields.
#[derive(Debug, Clone, Default)]
pub(crate) struct Problems(Vec<FieldError>);

impl Problems {
    pub(crate) fn add(&mut self, field: impl AsRef<str>, message: impl AsRef<str>) {
        self.0.push(FieldError::new(field, message));
    }

    /// Adds a problem unless `good`.
    pub(crate) fn require(&mut self, good: bool, field: &str, message: &str) {
        if !good {
            self.add(field, message);
        }
    }

    /// A text of so many characters, if it is set.
    pub(crate) fn length(
        &mut self,
        field: &str,
        text: Option<&String>,
        range: RangeInclusive<usize>,
    ) {
        if text.is_some_and(|text| !range.contains(&text.chars().count())) {
            let (low, high) = (range.start(), range.end());
            self.add(field, format!("has {low} to {high} characters"));
        }
    }

    /// A number within a range, if it is set.
    pub(crate) fn range<N: Copy + Into<u64>>(
        &mut self,
        field: &str,
        number: Option<N>,
        range: RangeInclusive<u64>,
    ) {
        if number.is_some_and(|number| !range.contains(&number.into())) {
            let (low, high) = (range.start(), range.end());
            let rule = if *high == u64::MAX {
                format!("is at least {low}")
            } else {
                format!("is {low} to {high}")
            };
            self.add(field, rule);
        }
    }

    /// An id of a prompt or a project.
    pub(crate) fn id(&mut self, field: &str, id: &str) {
        self.require(
            is_plain(id),
            field,
            "has only ASCII letters, digits, _ and -, and at least one of them",
        );
    }

    /// Fails with everything that was added.
    pub(crate) fn finish(self, operation: &Operation) -> Result<(), Error> {
        if self.0.is_empty() {
            return Ok(());
        }
        let lines: Vec<String> = self
            .0
            .iter()
            .map(|problem| format!("{}: {}", problem.field, problem.message))
            .collect();
        let error = Error::new(ErrorKind::InvalidInput, lines.join("; "))
            .with_operation(PROVIDER, operation.name());
        Err(self.0.into_iter().fold(error, Error::with_field))
    }
}
