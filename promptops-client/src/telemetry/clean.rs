//! What a record may say.

use voice_core::secret::Redactor;

use crate::models::{JsonMap, UsageRecord};

/// Longest text of a record, in characters.
const TEXT: usize = 500;

/// The record without anything the service does not name, without queries, and with its texts redacted and bounded.
pub(super) fn clean(mut record: UsageRecord, redactor: &Redactor) -> UsageRecord {
    let text = |text: &str| -> String { redactor.apply(text).chars().take(TEXT).collect() };
    let path = record.endpoint.split(['?', '#']).next().unwrap_or_default();
    record.endpoint = text(path);
    record.method = text(&record.method);
    for field in [
        &mut record.prompt_id,
        &mut record.project_id,
        &mut record.error_message,
        &mut record.user_agent,
        &mut record.ip_address,
        &mut record.request_id,
    ]
    .into_iter()
    .flatten()
    {
        *field = text(field);
    }
    record.extra = JsonMap::new();
    record
}
