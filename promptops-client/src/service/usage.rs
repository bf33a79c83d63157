//! Usage of prompts, as it is reported: what was asked for and how it ended, never a text or a value.

use std::time::Duration;

use async_trait::async_trait;
use voice_core::client::RequestOptions;
use voice_core::error::{Error, ErrorKind};

use crate::cache::{PromptKey, VersionSelector};
use crate::client::PromptOpsClient;
use crate::models::UsageRecord;
use crate::telemetry::UsageSink;

/// Sends records over the client, each once.
#[derive(Debug)]
pub(super) struct RestSink(PromptOpsClient);

impl RestSink {
    pub(super) fn new(client: &PromptOpsClient) -> Self {
        Self(client.with(RequestOptions::new().retries(0)))
    }
}

#[async_trait]
impl UsageSink for RestSink {
    async fn send(&self, record: &UsageRecord) -> Result<(), Error> {
        self.0.usage().log(record).await.map(drop)
    }
}

/// One prompt asked for, under the path it has at the service.
pub(super) fn record(key: &PromptKey, took: Duration, error: Option<&Error>) -> UsageRecord {
    let mut path = format!("/v1/client/prompts/{}", key.id());
    if let VersionSelector::Exact(version) = key.selector() {
        path = format!("{path}/versions/{version}");
    }
    let status = error.map_or(200, |error| match (error.status(), error.kind()) {
        (Some(status), _) => status.as_u16(),
        (None, ErrorKind::Timeout) => 504,
        (None, ErrorKind::InvalidInput) => 400,
        (None, _) => 503,
    });
    let millis = u64::try_from(took.as_millis()).unwrap_or(u64::MAX);
    let mut record = UsageRecord::new(path, "GET", status)
        .prompt_id(key.id().as_str())
        .processing_time_ms(millis);
    record.project_id = key.project().map(ToString::to_string);
    record.error_message = error.map(|error| error.kind().as_str().to_owned());
    record
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cache::CacheScope;

    #[test]
    fn a_record_says_which_prompt_and_how_it_ended() {
        let scope = CacheScope::new("https://a", "po_abc123def456");
        let key = PromptKey::new(scope, "greet".parse().unwrap())
            .version(VersionSelector::exact("v1.2.0"))
            .in_project("p1".parse().unwrap());
        let error = Error::new(ErrorKind::Timeout, "secret words");
        let record = record(&key, Duration::from_millis(7), Some(&error));
        assert_eq!(
            serde_json::to_value(&record).unwrap(),
            serde_json::json!({
                "endpoint": "/v1/client/prompts/greet/versions/1.2.0", "method": "GET", "status_code": 504,
                "prompt_id": "greet", "project_id": "p1", "processing_time_ms": 7, "error_message": "timeout",
            })
        );
    }
}
