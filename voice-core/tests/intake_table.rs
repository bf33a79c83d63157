//! The table of events against the facts that a service of this kind documents for its operators.
#![cfg(feature = "intake")]
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test fails by panicking"
)]

use std::collections::BTreeSet;

use voice_core::intake::tenant::TenantId;
use voice_core::intake::{Consequence, EVENTS, EventCode, IntakeError, Level, Reason};
use voice_core::webhook::WebhookError;

/// Code, severity, response.
const QUICK_REFERENCE: [(&str, &str, &str); 10] = [
    ("webhook_verification_failed", "ERROR", "HTTP 401"),
    ("duplicate_webhook_id", "WARNING", "Ignored"),
    ("tenant_resolution_failed", "ERROR", "Call rejected"),
    ("tenant_not_configured", "ERROR", "Call rejected"),
    ("instructions_missing", "ERROR", "Call rejected"),
    ("instructions_db_error", "ERROR", "Fallback prompts used"),
    ("tenant_config_parse_error", "ERROR", "Call rejected"),
    ("tool_build_error", "ERROR", "Call proceeds without tools"),
    ("call_accept_failed", "ERROR", "Call not accepted"),
    ("call_session_start_failed", "ERROR", "Call hung up"),
];

/// Codes that are named outside the quick reference: errors of tools, a refusal that fails, steps and ends.
const ALSO_NAMED: [(&str, &str); 13] = [
    ("call_reject_failed", "ERROR"),
    ("tool_execution_error", "ERROR"),
    ("tool_not_found", "ERROR"),
    ("tool_args_parse_error", "ERROR"),
    ("call_accepted", "INFO"),
    // The service logs it as a call that was accepted; here it has a name of its own.
    ("call_rejected", "INFO"),
    ("request_transfer_started", "INFO"),
    ("tool_build_started", "DEBUG"),
    ("tool_build_finished", "DEBUG"),
    ("tool_builder_phase_started", "DEBUG"),
    ("tool_builder_phase_built_tool", "DEBUG"),
    ("tool_builder_phase_no_tool", "DEBUG"),
    ("call_ended", "INFO"),
];

fn row(code: &str) -> &'static voice_core::intake::EventRow {
    let mut rows = EVENTS.iter().filter(|row| row.code.as_str() == code);
    let row = rows.next().unwrap_or_else(|| panic!("{code} is missing"));
    assert!(rows.next().is_none(), "{code} is there twice");
    row
}

fn words(consequence: Consequence) -> &'static str {
    match consequence {
        Consequence::Unauthorised => "HTTP 401",
        Consequence::Ignored => "Ignored",
        Consequence::Rejected => "Call rejected",
        Consequence::Fallback => "Fallback prompts used",
        Consequence::WithoutTools => "Call proceeds without tools",
        Consequence::NotAccepted => "Call not accepted",
        Consequence::HungUp => "Call hung up",
        _ => "",
    }
}

#[test]
fn codes_levels_and_responses_are_those_of_the_quick_reference() {
    for (code, severity, response) in QUICK_REFERENCE {
        let row = row(code);
        assert_eq!(row.level.as_str(), severity, "{code}");
        assert_eq!(words(row.consequence), response, "{code}");
    }
    for (code, severity) in ALSO_NAMED {
        assert_eq!(row(code).level.as_str(), severity, "{code}");
    }
}

#[test]
fn codes_are_unique_and_every_row_is_found_from_its_code() {
    let codes: BTreeSet<&str> = EVENTS.iter().map(|row| row.code.as_str()).collect();
    assert_eq!(codes.len(), EVENTS.len());
    for row in EVENTS {
        assert_eq!(row.code.row(), *row);
        assert_eq!(row.code.to_string(), row.code.as_str());
        let plain = |c: char| c.is_ascii_lowercase() || c == '_';
        assert!(row.code.as_str().chars().all(plain), "{}", row.code);
        assert!(!row.message.is_empty(), "{}", row.code);
    }
}

#[test]
fn every_error_has_a_remedy_and_what_costs_the_call_is_no_mere_note() {
    for row in EVENTS {
        if row.level == Level::Error {
            assert!(row.hint.len() > 20, "{} needs a hint", row.code);
        }
        let loud = matches!(
            row.consequence,
            Consequence::Unauthorised
                | Consequence::Fallback
                | Consequence::WithoutTools
                | Consequence::HungUp
        );
        assert!(!loud || row.level == Level::Error, "{}", row.code);
    }
}

#[test]
fn only_a_webhook_that_is_not_proven_is_answered_with_401() {
    let unauthorised: Vec<EventCode> = EVENTS
        .iter()
        .filter(|row| row.consequence == Consequence::Unauthorised)
        .map(|row| row.code)
        .collect();
    assert_eq!(unauthorised, [EventCode::WebhookVerificationFailed]);
    for refusal in [
        WebhookError::MissingHeader("webhook-signature"),
        WebhookError::Malformed("webhook-signature"),
        WebhookError::BadSignature,
        WebhookError::TooOld,
        WebhookError::TooNew,
    ] {
        assert_eq!(refusal.suggested_status(), 401, "{refusal}");
    }
    assert_ne!(
        WebhookError::Unreadable(String::new()).suggested_status(),
        401
    );
    for code in [
        EventCode::WebhookUnreadable,
        EventCode::WebhookIgnored,
        EventCode::DuplicateWebhookId,
    ] {
        assert_eq!(code.row().consequence, Consequence::Ignored, "{code}");
    }
}

#[test]
fn an_error_in_a_log_has_the_four_keys_and_the_documented_reasons() {
    for (code, reason, word, context) in [
        (
            EventCode::TenantNotConfigured,
            Reason::StateDocMissing,
            "state_doc_missing",
            &[][..],
        ),
        (
            EventCode::InstructionsMissing,
            Reason::GreetingTextEmpty,
            "greeting_text_empty",
            &["greeting_id", "instruction_id"],
        ),
        (
            EventCode::InstructionsDbError,
            Reason::DbTimeout,
            "db_timeout",
            &["operation", "cause_type"],
        ),
        (
            EventCode::ToolNotFoundError,
            Reason::ToolNotFound,
            "tool_not_found",
            &["tool_name"],
        ),
    ] {
        let acme = TenantId::parse("acme-corp").unwrap();
        let mut error = IntakeError::new(code, reason).of(&acme);
        for key in context {
            error = error.with(key, "x");
        }
        let value = error.log_value();
        let keys: BTreeSet<&str> = value
            .as_object()
            .unwrap()
            .keys()
            .map(String::as_str)
            .collect();
        let expected = BTreeSet::from(["error_type", "tenant_id", "reason", "context"]);
        assert_eq!(keys, expected);
        assert_eq!(value["reason"], word);
        assert_eq!(value["tenant_id"], "acme-corp");
        assert_eq!(value["error_type"], code.as_str());
        let shown = value["context"].as_object().unwrap();
        assert_eq!(shown.len(), context.len());
        assert!(context.iter().all(|key| shown.contains_key(*key)));
        assert!(!error.hint().is_empty());
    }
}
