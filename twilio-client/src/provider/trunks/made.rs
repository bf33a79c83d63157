//! Creates something once, and finds out what became of a request without a clear answer.

use std::future::Future;
use std::time::Duration;

use voice_core::error::{Delivery, Error};
use voice_core::provider::FindCall;

use crate::client::TwilioClient;

/// Between looks: doubled each time.
const FIRST_WAIT: Duration = Duration::from_secs(1);

/// Makes something that is known not to be there, by one request. When it is not clear what became of that, looks for it at
/// once and again until no request could still act, 35 s after it was sent: what `look` finds then is what was made.
///
/// # Errors
/// That of `make`; when nothing, or more than one, was found its delivery says that it may have happened.
pub(super) async fn made_or_found<T, F>(
    client: &TwilioClient,
    make: impl Future<Output = Result<T, Error>> + Send,
    look: impl Fn() -> F + Send + Sync,
) -> Result<T, Error>
where
    T: Send,
    F: Future<Output = Result<Vec<T>, Error>> + Send,
{
    let clock = client.raw().clock();
    let sent = clock.now();
    let error = match make.await {
        Ok(made) => return Ok(made),
        Err(error) => error,
    };
    // A success that cannot be read is one all the same.
    let succeeded = error.status().is_some_and(|status| status.is_success());
    if !error.may_have_happened() && !succeeded {
        return Err(error);
    }
    let mut wait = FIRST_WAIT;
    loop {
        let settled = clock.now().saturating_duration_since(sent) >= FindCall::SETTLE;
        let mut found = look().await.map_err(|looking| {
            looking
                .with_delivery(Delivery::Unknown)
                .with_context("after", error.message())
        })?;
        match found.len() {
            0 => {}
            1 => {
                if let Some(found) = found.pop() {
                    return Ok(found);
                }
            }
            several => {
                return Err(error
                    .with_delivery(Delivery::Unknown)
                    .with_context("found", several.to_string()));
            }
        }
        if settled {
            return Err(error
                .with_delivery(Delivery::Unknown)
                .with_context("reconciled", "looked until 35 s after: it was not there"));
        }
        let left = FindCall::SETTLE.saturating_sub(clock.now().saturating_duration_since(sent));
        clock.sleep(wait.min(left)).await;
        wait = wait.saturating_mul(2);
    }
}
