//! What is wrong with a request, all of it, before anything is sent.

use voice_core::client::Operation;
use voice_core::error::{Error, ErrorKind, FieldError};

use crate::PROVIDER;

/// The rules a request broke; no value is quoted.
#[derive(Debug, Default)]
pub(crate) struct Problems(Vec<FieldError>);

impl Problems {
    /// Notes a problem with a parameter unless `good`.
    pub(crate) fn unless(&mut self, good: bool, parameter: &str, rule: &str) {
        if !good {
            self.0.push(FieldError::new(parameter, rule));
        }
    }

    /// One error with a message for each problem.
    pub(crate) fn into_result(self, operation: &Operation) -> Result<(), Error> {
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
