//! The error as one flat JSON object for a structured log.

use serde_json::{Map, Value};

use super::Error;

impl Error {
    /// Everything this error knows, as one flat JSON object of texts and numbers.
    ///
    /// Keys: `kind`, `delivery`, `message`, and where known `provider`, `operation`, `status`, `code`, `request_id`,
    /// `retry_after_ms`, `attempts`, `elapsed_ms`, `hint`, `body`; one `field.NAME` per field message, and one
    /// `context.KEY` per context value. Nothing secret and no full phone number is in it.
    ///
    /// ```
    /// use voice_core::error::{Error, ErrorKind};
    ///
    /// let error = Error::new(ErrorKind::NotFound, "no such call").with_operation("twilio", "calls.get");
    /// assert_eq!(error.log_value()["operation"], "calls.get");
    /// ```
    #[must_use]
    pub fn log_value(&self) -> Value {
        let inner = &*self.0;
        let mut map = Map::new();
        let mut put = |key: &str, value: Value| {
            map.insert(key.to_owned(), value);
        };
        put("kind", inner.kind.as_str().into());
        put("delivery", inner.delivery.as_str().into());
        put("message", inner.message.as_str().into());
        if !inner.provider.is_empty() {
            put("provider", inner.provider.into());
            put("operation", inner.operation.into());
        }
        if let Some(status) = inner.status {
            put("status", status.as_u16().into());
        }
        if inner.attempts > 0 {
            put("attempts", inner.attempts.into());
            put("elapsed_ms", millis(inner.elapsed));
        }
        if let Some(wait) = inner.retry_after {
            put("retry_after_ms", millis(wait));
        }
        let texts = [
            ("code", inner.code.as_deref()),
            ("request_id", inner.request_id.as_deref()),
            ("hint", inner.hint.as_deref()),
            ("body", inner.body.as_deref()),
        ];
        for (key, text) in texts {
            if let Some(text) = text {
                put(key, text.into());
            }
        }
        for field in &inner.fields {
            put(
                &format!("field.{}", field.field),
                field.message.as_str().into(),
            );
        }
        for (key, value) in &inner.context {
            put(&format!("context.{key}"), value.as_str().into());
        }
        Value::Object(map)
    }
}

fn millis(duration: std::time::Duration) -> Value {
    u64::try_from(duration.as_millis())
        .unwrap_or(u64::MAX)
        .into()
}
