//! The account: is there a plan, is there time left, is there a place for another call?

use async_trait::async_trait;
use voice_core::doctor::{CheckContext, DoctorCheck, Finding, failed_later};

use super::late;
use crate::UltravoxClient;
use crate::accounts::Account;

/// Subscription and free time, and calls at this moment beside how many there may be.
#[derive(Debug, Clone)]
pub struct AccountCheck(UltravoxClient);

impl AccountCheck {
    const NAME: &'static str = "account";
    const CALLS: &'static str = "concurrency";

    /// Looks at the account of the client's key.
    #[must_use]
    pub fn new(client: UltravoxClient) -> Self {
        Self(client)
    }
}

fn plan(account: &Account) -> Finding {
    let name = AccountCheck::NAME;
    let free = account
        .free_time_remaining
        .as_ref()
        .and_then(|left| left.duration());
    match (account.has_active_subscription, free) {
        (Some(true), _) => Finding::pass(name, "there is a subscription"),
        (Some(false), Some(left)) if left.is_zero() => Finding::fail(
            name,
            "no subscription, and the free time is used up",
        )
        .with_cause(
            "Calls are refused (402) once the free time of an account without a plan is over",
        )
        .with_remedy("Take out a subscription on the billing page of the console"),
        (Some(false), _) => Finding::warn(name, "no subscription: the account lives on free time")
            .with_cause("Accounts without a plan have little free time and few calls at a time")
            .with_remedy("Take out a subscription before going live"),
        (None, _) => Finding::skipped(name, "Ultravox does not say"),
    }
}

fn places(account: &Account) -> Finding {
    let name = AccountCheck::CALLS;
    match (account.active_calls, account.allowed_concurrent_calls) {
        (Some(now), Some(most)) if most > 0 && now >= most => Finding::fail(
            name,
            format!("{now} of {most} calls are going on"),
        )
        .with_cause("Every place is taken: the next call is refused with 429")
        .with_remedy(
            "Wait, end calls that nobody is on, limit calls on your side, or ask for a higher plan",
        ),
        (Some(now), Some(most)) if most > 0 && now.saturating_mul(10) >= most.saturating_mul(9) => {
            Finding::warn(name, format!("{now} of {most} calls are going on"))
                .with_cause("Hardly a place is left: soon calls are refused with 429")
                .with_remedy("Limit calls on your side, or ask for a higher plan")
        }
        (Some(now), Some(most)) => {
            Finding::pass(name, format!("{now} of {most} calls are going on"))
        }
        _ => Finding::skipped(name, "Ultravox does not say, or sets no limit"),
    }
}

#[async_trait]
impl DoctorCheck for AccountCheck {
    fn name(&self) -> &str {
        Self::NAME
    }

    async fn check(&self, context: &CheckContext) -> Vec<Finding> {
        match Box::pin(context.step(self.0.accounts().me())).await {
            Ok(Ok(account)) => vec![plan(&account), places(&account)],
            Ok(Err(error)) => vec![failed_later(Self::NAME, &error)],
            Err(passed) => vec![late(Self::NAME, &passed.to_string())],
        }
    }
}
