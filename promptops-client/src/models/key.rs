//! API keys.

use super::{KeyStatus, PoTime, Scope, Secret};
use crate::macros::model;

model! {
    /// What the service says of a key and a signature.
    KeyValidation (
        /// Whether both are right. The age of the timestamp is not looked at.
        valid: bool,
    ) {
        /// The key's id.
        api_key_id: String,
        /// Whose it is.
        user_id: String,
        /// Whose they are.
        tenant_id: String,
        /// Its limits.
        rate_limits: RateLimitSet,
        /// The projects it may use; `None` is all.
        allowed_projects: Vec<String>,
        /// Why it is not valid.
        error: String,
    } [
        /// What it may do.
        scopes: Scope,
    ]
}

model! {
    /// Requests a key may make.
    RateLimitSet () {
        /// In a calendar minute, UTC.
        minute: u64,
        /// In a calendar hour, UTC.
        hour: u64,
        /// In a calendar day, UTC.
        day: u64,
    } []
}

model! {
    /// An API key. The server gives key and secret back in clear text when it lists keys; here they are [`Secret`]s.
    ApiKey (
        /// Its id.
        id: String,
    ) {
        /// Whose it is.
        user_id: String,
        /// Whose they are.
        tenant_id: String,
        /// Its name.
        name: String,
        /// What it is for.
        description: String,
        /// The beginning of the key, for logs: 8 characters, 9 in a documented sample.
        api_key_prefix: String,
        /// The key.
        api_key: Secret,
        /// The secret that signs for it.
        secret_key: Secret,
        /// Requests in a minute.
        rate_limit_per_minute: u64,
        /// Requests in an hour.
        rate_limit_per_hour: u64,
        /// Requests in a day.
        rate_limit_per_day: u64,
        /// The projects it may use; `None` is all.
        allowed_projects: Vec<String>,
        /// Whether it works.
        status: KeyStatus,
        /// When it was used.
        last_used_at: PoTime,
        /// When it stops working.
        expires_at: PoTime,
        /// When it was made.
        created_at: PoTime,
        /// When it was changed.
        updated_at: PoTime,
    } [
        /// What it may do.
        allowed_scopes: Scope,
    ]
}

model! {
    /// A key to be made.
    NewApiKey (
        /// Its name, 1 to 100 characters.
        name: String,
    ) {
        /// What it is for, at most 500 characters.
        description: String,
        /// Requests in a minute, 1 to 10,000; 60 unless set.
        rate_limit_per_minute: u64,
        /// Requests in an hour, 1 to 100,000; 3600 unless set.
        rate_limit_per_hour: u64,
        /// Requests in a day, 1 to 1,000,000; 86,400 unless set.
        rate_limit_per_day: u64,
        /// The projects it may use; all unless set.
        allowed_projects: Vec<String>,
        /// What it may do, at least one; to read unless set.
        allowed_scopes: Vec<Scope>,
        /// When it stops working; never unless set.
        expires_at: PoTime,
    } []
}

model! {
    /// A key just made. The secret is shown by nothing but [`Secret::expose`]: keep it.
    CreatedApiKey (
        /// The key.
        api_key: Secret,
        /// The secret that signs for it.
        secret_key: Secret,
    ) {
        /// What is stored of it.
        api_key_data: ApiKey,
    } []
}

model! {
    /// A key and a signature to be judged by the service.
    SignatureCheck (
        /// The key.
        api_key: Secret,
        /// The signature.
        signature: Secret,
        /// The time that was signed.
        timestamp: String,
        /// The method that was signed.
        method: String,
        /// The path that was signed.
        endpoint: String,
    ) {} []
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn listed_keys_show_neither_key_nor_secret() {
        let key: ApiKey = serde_json::from_value(json!({
            "id": "1", "api_key": "po_0123456789abcdef", "secret_key": "fedcba9876543210", "allowed_scopes": null,
            "allowed_projects": null, "status": "suspended",
        }))
        .unwrap();
        let text = format!("{key:?} {key:#?}");
        for hidden in ["0123456789abcdef", "fedcba9876543210"] {
            assert!(!text.contains(hidden), "{text}");
        }
        assert_eq!(
            key.secret_key.as_ref().unwrap().expose(),
            "fedcba9876543210"
        );
        assert_eq!(key.status, Some(KeyStatus::Other("suspended".to_owned())));
    }
}
