//! Answers in Twilio's own form.

use serde_json::{Value, json};
use voice_core::testkit::SimAnswer;

use crate::error::ErrorCode;

/// Why the simulated API refuses a request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Refused {
    pub(super) status: u16,
    pub(super) code: u32,
    pub(super) message: String,
}

impl Refused {
    pub(super) fn new(status: u16, code: u32, message: impl Into<String>) -> Self {
        Self {
            status,
            code,
            message: message.into(),
        }
    }

    pub(super) fn bad(code: u32, message: impl Into<String>) -> Self {
        Self::new(400, code, message)
    }

    pub(super) fn not_found(path: &str) -> Self {
        Self::new(
            404,
            20404,
            format!("The requested resource {path} was not found"),
        )
    }

    pub(super) fn unauthorized() -> Self {
        Self::new(401, 20003, "Authenticate")
    }

    /// The body v2010 answers.
    pub(super) fn answer(&self) -> SimAnswer {
        let body = json!({
            "code": self.code,
            "message": self.message,
            "more_info": format!("https://www.twilio.com/docs/errors/{}", self.code),
            "status": self.status,
        });
        let answer = SimAnswer::json(self.status, &body);
        if self.status == 401 {
            answer.header("WWW-Authenticate", "Basic realm=\"Twilio API\"")
        } else {
            answer
        }
    }

    /// The same in XML, which v2010 answers when a path lacks `.json`.
    pub(super) fn answer_xml(&self) -> SimAnswer {
        let text = quick_xml::escape::escape(self.message.as_str());
        let body = format!(
            "<?xml version='1.0' encoding='UTF-8'?><TwilioResponse><RestException><Code>{0}</Code><Message>{text}</Message>\
             <MoreInfo>https://www.twilio.com/docs/errors/{0}</MoreInfo><Status>{1}</Status></RestException></TwilioResponse>",
            self.code, self.status
        );
        SimAnswer::text(self.status, "application/xml", body)
    }
}

/// Adds the headers that are on every answer.
pub(super) fn with_headers(answer: SimAnswer, request: u64, concurrent: u64) -> SimAnswer {
    answer
        .header("Twilio-Request-Id", format!("RQ{request:032x}"))
        .header("Twilio-Concurrent-Requests", concurrent.to_string())
        .header("Twilio-Request-Duration", "0.001")
        .header("X-Home-Region", "us1")
        .header("X-Api-Domain", "api.twilio.com")
}

/// The name Twilio has for a code, as a message.
pub(super) fn named(code: u32) -> String {
    ErrorCode::new(code).name().unwrap_or("Error").to_owned()
}

pub(super) fn ok(status: u16, body: &Value) -> SimAnswer {
    SimAnswer::json(status, body)
}
