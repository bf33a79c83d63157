//! The HTTP handler: raw request in, outcome out.

use std::sync::{Arc, Mutex, PoisonError};

use serde_json::Value;
use voice_core::intake::{Intake, Outcome};
use voice_core::webhook::WebhookRequest;

use crate::{Incoming, Outgoing};

/// Answers one webhook: all that has to be written for a web framework.
pub async fn handle(intake: &Intake, request: &Incoming) -> (Outgoing, Outcome) {
    let webhook = WebhookRequest::new(
        &request.method,
        &request.target,
        &request.headers,
        // The bytes as they came: the signature is over them.
        &request.body,
    );
    let outcome = intake.handle(&webhook).await;
    let answer = (
        outcome.status(),
        "application/json",
        outcome.body().to_string(),
    );
    (answer, outcome)
}

/// An answer, for the story.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Answer {
    /// The HTTP status.
    pub status: u16,
    /// The body.
    pub body: Value,
    /// What is behind a refusal or a failure, for people.
    pub cause: String,
}

impl Answer {
    /// Of an outcome.
    #[must_use]
    pub fn of(outcome: &Outcome) -> Self {
        Self {
            status: outcome.status(),
            body: outcome.body(),
            cause: outcome.error().map(ToString::to_string).unwrap_or_default(),
        }
    }

    /// A text of the body.
    #[must_use]
    pub fn text(&self, key: &str) -> &str {
        self.body
            .get(key)
            .and_then(Value::as_str)
            .unwrap_or_default()
    }

    /// Whether a key of the body is true.
    #[must_use]
    pub fn has(&self, key: &str) -> bool {
        self.body.get(key) == Some(&Value::Bool(true))
    }
}

/// The answers that were given, in order; clones share them.
#[derive(Debug, Clone, Default)]
pub struct Answers(Arc<Mutex<Vec<Answer>>>);

impl Answers {
    /// Notes one.
    pub fn note(&self, answer: Answer) {
        self.0
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .push(answer);
    }

    /// Those after the first `known`.
    #[must_use]
    pub fn after(&self, known: usize) -> Vec<Answer> {
        let all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        all.iter().skip(known).cloned().collect()
    }

    /// How many.
    #[must_use]
    pub fn count(&self) -> usize {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).len()
    }
}
