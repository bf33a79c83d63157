//! What becomes of a batch: one outcome per item, none lost.

use std::fmt;

use http::StatusCode;
use voice_core::client::{Operation, Response};
use voice_core::error::{Delivery, Error, ErrorKind, FieldError};
use voice_core::secret::redact;

use crate::PROVIDER;
use crate::dialect::{field_of, kind_of};
use crate::envelope::{Item, Metadata};
use crate::error::ErrorCode;

/// The outcome of an operation on several items. HTTP says 200 when all succeeded and 207 as soon as one failed, also when
/// all did; either way this is what comes back.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct BatchOutcome<T> {
    /// One outcome per item, in the order of the answer. The vendor does not say that it is the order of the request:
    /// compare by the objects' contents.
    pub results: Vec<Result<T, ItemError>>,
    /// How many items there were, as the answer says; where it does not, as there are outcomes. Never fewer than were
    /// sent.
    pub total: u64,
    /// How many succeeded.
    pub success: u64,
    /// How many failed; where the answer does not say, the rest. An item of which the answer says nothing counts here.
    pub failed: u64,
}

impl<T> BatchOutcome<T> {
    pub(crate) fn new(results: Vec<Result<T, ItemError>>, metadata: &Metadata) -> Self {
        let count = |succeeded: bool| {
            let fitting = results.iter().filter(|result| result.is_ok() == succeeded);
            fitting.count() as u64
        };
        let total = metadata.total.unwrap_or(results.len() as u64);
        let success = metadata.success.unwrap_or_else(|| count(true));
        let failed = metadata
            .failed
            .unwrap_or_else(|| total.saturating_sub(success));
        Self {
            results,
            total,
            success,
            failed,
        }
    }

    /// The outcome of a request of so many items: one of which the answer says nothing is not known to have succeeded.
    pub(crate) fn of_sent(mut self, items: usize) -> Self {
        self.total = self.total.max(items as u64);
        self.failed = self.failed.max(self.total.saturating_sub(self.success));
        self
    }

    /// Whether every item succeeded, and the answer says so of each.
    #[must_use]
    pub fn is_complete(&self) -> bool {
        self.failed == 0
            && self.results.len() as u64 >= self.total
            && self.results.iter().all(Result::is_ok)
    }

    /// The objects that were made.
    pub fn succeeded(&self) -> impl Iterator<Item = &T> {
        self.results
            .iter()
            .filter_map(|result| result.as_ref().ok())
    }

    /// The failures.
    pub fn failures(&self) -> impl Iterator<Item = &ItemError> {
        self.results
            .iter()
            .filter_map(|result| result.as_ref().err())
    }
}

/// The outcome of a batch of one.
pub(crate) fn only<T>(
    answer: Response<BatchOutcome<T>>,
    operation: &Operation,
) -> Result<Response<T>, Error> {
    // What is wrong is known before the answer is taken apart, since its metadata goes into the error.
    let failure = match answer.results.as_slice() {
        [Ok(_)] => None,
        [Err(failure)] => Some(failure.clone()),
        _ => Some(ItemError::unreadable(
            "the answer to one item has none, or several",
        )),
    };
    if let Some(failure) = failure {
        return Err(failure.into_error(operation, &answer));
    }
    let mut object = None;
    let answer = answer.map(|batch| object = batch.results.into_iter().find_map(Result::ok));
    match object {
        Some(object) => Ok(answer.map(|()| object)),
        None => Err(crate::missing(operation.name(), "item")),
    }
}

/// Why one item of a batch failed.
#[derive(Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub struct ItemError {
    /// The kind, as for any error.
    pub kind: ErrorKind,
    /// The item's own status.
    pub status: Option<u16>,
    /// Exotel's code.
    pub code: Option<ErrorCode>,
    /// What it is called, redacted.
    pub message: String,
    /// More about it, redacted.
    pub description: String,
    /// The field it is about, as far as the description tells.
    pub field: Option<String>,
}

impl ItemError {
    pub(crate) fn of(item: Item) -> Self {
        let (code, message, description) = match item.error {
            Some(error) => (error.code, error.message, error.description),
            None => (None, String::new(), String::new()),
        };
        let status = item.code.filter(|code| *code >= 400);
        Self {
            kind: kind_of(status.unwrap_or(0), code.as_ref(), &message, &description),
            status,
            field: field_of(&description),
            code,
            message: redact(message.trim()).into_owned(),
            description: redact(description.trim()).into_owned(),
        }
    }

    /// A success whose object cannot be read.
    pub(crate) fn unreadable(reason: &str) -> Self {
        Self {
            kind: ErrorKind::Decode,
            status: None,
            code: None,
            message: reason.to_owned(),
            description: String::new(),
            field: None,
        }
    }

    /// The error that an operation on this item alone comes back with.
    pub(crate) fn into_error<T>(self, operation: &Operation, answer: &Response<T>) -> Error {
        let mut error = Error::new(self.kind, self.text())
            .with_operation(PROVIDER, operation.name())
            .with_endpoint(operation.method().clone(), operation.path())
            .with_delivery(
                self.status
                    .map_or(Delivery::Answered, Delivery::from_status),
            )
            .with_status(answer.status())
            .with_rate_limits(answer.rate_limits().clone())
            .with_attempts(answer.attempts(), answer.elapsed());
        if let Some(id) = answer.request_id() {
            error = error.with_request_id(id);
        }
        if let Some(code) = &self.code {
            error = error.with_code(code.as_str());
            if let Some(remedy) = code.remedy() {
                error = error.with_hint(remedy);
            }
        }
        if let Some(status) = self.status
            && StatusCode::from_u16(status).ok() != Some(answer.status())
        {
            error = error.with_context("effective_status", status.to_string());
        }
        if let Some(field) = &self.field {
            error = error.with_field(FieldError::new(field, &self.description));
        }
        error
    }

    fn text(&self) -> String {
        match (self.message.as_str(), self.description.as_str()) {
            ("", "") => "the item failed, and the answer does not say why".to_owned(),
            (message, "") => message.to_owned(),
            ("", description) => description.to_owned(),
            (message, description) => format!("{message}: {description}"),
        }
    }
}

impl fmt::Display for ItemError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(code) = &self.code {
            write!(f, "code {code}: ")?;
        }
        f.write_str(&self.text())
    }
}

impl fmt::Debug for ItemError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ItemError")
            .field("kind", &self.kind)
            .field("status", &self.status)
            .field("code", &self.code)
            .field("message", &self.message)
            .field("description", &self.description)
            .field("field", &self.field)
            .finish()
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Map, json};

    use super::*;
    use crate::envelope::BatchBody;

    fn outcome(body: serde_json::Value) -> BatchOutcome<Map<String, serde_json::Value>> {
        serde_json::from_value::<BatchBody<_>>(body).unwrap().0
    }

    #[test]
    fn counts_come_from_the_answer_or_are_counted() {
        let ok = json!({"code": 200, "status": "success", "data": {"id": "1"}});
        let bad = json!({"code": 400, "status": "failure", "error_data": {"code": 1002, "message": "Invalid parameter",
            "description": "Destination not whitelisted"}, "data": null});
        for (metadata, counts) in [
            (json!({"total": 2, "success": 1, "failed": 1}), (2, 1, 1)),
            (json!({"total": 2, "success": 1}), (2, 1, 1)),
            (json!({"total": 3}), (3, 1, 2)),
            (json!(null), (2, 1, 1)),
        ] {
            let batch = outcome(json!({"metadata": metadata, "response": [ok, bad]}));
            assert_eq!((batch.total, batch.success, batch.failed), counts);
            assert!(!batch.is_complete());
            assert_eq!(
                (batch.succeeded().count(), batch.failures().count()),
                (1, 1)
            );
        }
        let one = outcome(json!({"response": ok}));
        assert!(one.is_complete() && one.total == 1);
    }

    #[test]
    fn an_item_that_cannot_be_read_loses_no_other() {
        let ok = json!({"code": 200, "status": "success", "data": {"id": "1"}});
        let bad = json!({"code": 409, "status": "failure", "error_data": {"code": 1008, "message": "Duplicate resource"}});
        for odd in [
            json!({"code": 200, "status": "success", "data": null}),
            json!({"code": 200, "status": "success", "data": "done"}),
        ] {
            let body = json!({"metadata": {"total": 3, "success": 2, "failed": 1}, "response": [ok, odd, bad]});
            let batch = outcome(body);
            let kinds: Vec<Option<ErrorKind>> = batch
                .results
                .iter()
                .map(|result| result.as_ref().err().map(|failure| failure.kind))
                .collect();
            assert_eq!(
                kinds,
                [
                    None,
                    Some(ErrorKind::Decode),
                    Some(ErrorKind::AlreadyExists)
                ]
            );
            assert!(!batch.is_complete());
        }
    }

    #[test]
    fn an_item_without_an_outcome_is_not_complete() {
        let ok = json!({"code": 200, "status": "success", "data": {"id": "1"}});
        for (body, sent, counts) in [
            (json!({"response": []}), 2, (2, 0, 2)),
            (json!({"response": [ok]}), 2, (2, 1, 1)),
            (
                json!({"metadata": {"total": 2, "success": 2}, "response": [ok]}),
                2,
                (2, 2, 0),
            ),
        ] {
            let batch = outcome(body.clone()).of_sent(sent);
            assert_eq!((batch.total, batch.success, batch.failed), counts, "{body}");
            assert!(!batch.is_complete(), "{body}");
        }
        let all = outcome(json!({"response": [ok, ok]})).of_sent(2);
        assert!(all.is_complete() && all.failed == 0);
    }

    #[test]
    fn a_failed_item_says_why() {
        let batch = outcome(json!({"response": [
            {"code": 400, "status": "failure", "error_data": {"code": 1002, "message": "Invalid parameter",
                "description": "Destination is not a valid Ip or Fqdn"}},
            {"code": 409, "status": "failure", "error_data": {"code": 1008, "message": "Duplicate resource"}},
            {"status": "failure"},
        ]}));
        let failures: Vec<&ItemError> = batch.failures().collect();
        let kinds: Vec<ErrorKind> = failures.iter().map(|failure| failure.kind).collect();
        assert_eq!(
            kinds,
            [
                ErrorKind::InvalidInput,
                ErrorKind::AlreadyExists,
                ErrorKind::Protocol
            ]
        );
        assert_eq!(failures[0].field.as_deref(), Some("destination"));
        assert_eq!(
            failures[0].to_string(),
            "code 1002: Invalid parameter: Destination is not a valid Ip or Fqdn"
        );
        assert!(failures[2].to_string().contains("does not say why"));
    }
}
