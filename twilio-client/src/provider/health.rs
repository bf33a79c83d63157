//! Reachable, authorised, how fast?

use async_trait::async_trait;
use voice_core::error::{Delivery, Error, ErrorKind};
use voice_core::provider::{Health, HealthCheck};

use crate::accounts::AccountStatus;
use crate::calls::ListCalls;
use crate::client::{PROVIDER, TwilioClient};
use crate::error::ErrorCode;

/// With an Auth Token the account itself is read, which also tells whether it is active. A standard API key may not do
/// that, so with a key one call is listed; a restricted key needs the permission to read calls.
#[async_trait]
impl HealthCheck for TwilioClient {
    async fn health(&self) -> Health {
        let clock = self.raw().clock();
        let start = clock.now();
        let outcome = if self.may_read_account() {
            account_is_active(self).await
        } else {
            let mut calls = self
                .calls()
                .list(&ListCalls::new().page_size(1u32))
                .limit(1);
            calls.next().await.transpose().map(drop)
        };
        let latency = clock.now().saturating_duration_since(start);
        Health::from_outcome(PROVIDER, latency, outcome)
    }
}

async fn account_is_active(client: &TwilioClient) -> Result<(), Error> {
    let account = client.accounts().own().await?;
    match &account.status {
        Some(status @ (AccountStatus::Suspended | AccountStatus::Closed)) => {
            let code = ErrorCode::new(20005);
            let error = Error::new(ErrorKind::Permission, format!("the account is {status}"))
                .with_operation(PROVIDER, "accounts.get")
                .with_delivery(Delivery::Answered)
                .with_status(voice_core::client::Response::status(&account))
                .with_code(code.to_string());
            Err(match code.hint() {
                Some(hint) => error.with_hint(hint),
                None => error,
            })
        }
        _ => Ok(()),
    }
}
