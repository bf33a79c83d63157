//! What the simulated service says, before it is put into words: the server's bare bodies, or the documented envelope.

use std::time::{Duration, SystemTime};

use serde_json::{Map, Value, json};
use voice_core::testkit::SimAnswer;

use super::choice::Speaks;
use super::time;

/// A good answer.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Good {
    pub(super) status: u16,
    pub(super) body: Value,
    /// What a documented envelope says beside it.
    pub(super) metadata: Map<String, Value>,
}

impl Good {
    pub(super) fn ok(body: impl Into<Value>) -> Self {
        Self {
            status: 200,
            body: body.into(),
            metadata: Map::new(),
        }
    }

    pub(super) fn created(body: impl Into<Value>) -> Self {
        Self {
            status: 201,
            ..Self::ok(body)
        }
    }

    pub(super) fn message(text: &str) -> Self {
        Self::ok(json!({"message": text}))
    }

    pub(super) fn with_metadata(mut self, name: &str, value: impl Into<Value>) -> Self {
        self.metadata.insert(name.to_owned(), value.into());
        self
    }
}

/// A field that breaks a rule.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Problem {
    pub(super) loc: Vec<String>,
    pub(super) message: String,
    pub(super) kind: &'static str,
}

/// Why a request is refused.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Refusal {
    pub(super) status: u16,
    pub(super) code: &'static str,
    pub(super) text: String,
    pub(super) problems: Vec<Problem>,
    pub(super) retry_after: Option<Duration>,
    pub(super) allow: Option<String>,
}

/// What came of a request.
pub(super) type Said = Result<Good, Refusal>;

impl Refusal {
    pub(super) fn new(status: u16, text: impl Into<String>) -> Self {
        let code = match status {
            400 | 422 => "VALIDATION_ERROR",
            401 => "AUTHENTICATION_ERROR",
            403 => "AUTHORIZATION_ERROR",
            404 => "NOT_FOUND_ERROR",
            409 => "CONFLICT_ERROR",
            429 => "RATE_LIMIT_ERROR",
            503 => "SERVICE_UNAVAILABLE_ERROR",
            504 => "TIMEOUT_ERROR",
            _ => "SERVER_ERROR",
        };
        Self {
            status,
            code,
            text: text.into(),
            problems: Vec::new(),
            retry_after: None,
            allow: None,
        }
    }

    pub(super) fn bad(text: impl Into<String>) -> Self {
        Self::new(400, text)
    }

    pub(super) fn unauthorized(text: impl Into<String>) -> Self {
        Self::new(401, text)
    }

    pub(super) fn forbidden(text: impl Into<String>) -> Self {
        Self::new(403, text)
    }

    pub(super) fn not_found(text: impl Into<String>) -> Self {
        Self::new(404, text)
    }

    pub(super) fn no_prompt() -> Self {
        Self {
            code: "PROMPT_NOT_FOUND",
            ..Self::not_found("Prompt not found")
        }
    }

    pub(super) fn no_version() -> Self {
        Self {
            code: "PROMPT_NOT_FOUND",
            ..Self::not_found("Prompt version not found")
        }
    }

    pub(super) fn fields(problems: Vec<Problem>) -> Self {
        Self {
            problems,
            ..Self::new(422, "The request is not valid")
        }
    }

    pub(super) fn broken() -> Self {
        Self::new(500, "Internal Server Error")
    }

    pub(super) fn too_many(speaks: Speaks, wait: Option<Duration>) -> Self {
        match speaks {
            Speaks::Server => Self::unauthorized("Rate limit exceeded"),
            Speaks::Docs => Self {
                retry_after: wait,
                ..Self::new(429, "Rate limit exceeded")
            },
        }
    }

    fn server_body(&self) -> Value {
        if self.problems.is_empty() {
            return json!({"detail": self.text});
        }
        let problems = self.problems.iter().map(
            |problem| json!({"loc": problem.loc, "msg": problem.message, "type": problem.kind}),
        );
        json!({"detail": problems.collect::<Vec<_>>()})
    }

    fn documented_body(&self) -> Value {
        let mut error = Map::new();
        error.insert("code".to_owned(), self.code.into());
        error.insert("message".to_owned(), self.text.as_str().into());
        if !self.problems.is_empty() {
            let problems = self.problems.iter().map(|problem| {
                let field = problem.loc.iter().skip(1).cloned().collect::<Vec<_>>();
                json!({"field": field.join("."), "message": problem.message})
            });
            error.insert("details".to_owned(), problems.collect());
        }
        if let Some(wait) = self.retry_after {
            error.insert("retry_after".to_owned(), time::seconds(wait).into());
        }
        json!({"success": false, "error": error})
    }

    /// The refusal in the words that were chosen.
    pub(super) fn words(&self, speaks: Speaks) -> SimAnswer {
        let answer = match speaks {
            // An exception nobody caught has no JSON.
            Speaks::Server if self.status == 500 => {
                SimAnswer::text(500, "text/plain; charset=utf-8", self.text.clone())
            }
            Speaks::Server => SimAnswer::json(self.status, &self.server_body()),
            Speaks::Docs => SimAnswer::json(self.status, &self.documented_body()),
        };
        let answer = match &self.allow {
            Some(methods) => answer.header("Allow", methods.as_str()),
            None => answer,
        };
        match self.retry_after {
            Some(wait) => answer.header("Retry-After", time::seconds(wait).to_string()),
            None => answer,
        }
    }
}

/// Puts what is said into the words that were chosen.
pub(super) fn words(said: &Said, speaks: Speaks, request_id: &str, wall: SystemTime) -> SimAnswer {
    match (said, speaks) {
        (Err(refusal), _) => refusal.words(speaks),
        (Ok(good), Speaks::Server) => SimAnswer::json(good.status, &good.body),
        (Ok(good), Speaks::Docs) => {
            let mut metadata = good.metadata.clone();
            metadata.insert("request_id".to_owned(), request_id.into());
            metadata.insert("processing_time_ms".to_owned(), 1.into());
            metadata.insert("cache_hit".to_owned(), false.into());
            metadata.insert("timestamp".to_owned(), time::zulu(wall).into());
            let body = json!({"success": true, "data": good.body, "metadata": metadata});
            SimAnswer::json(good.status, &body)
        }
    }
}
