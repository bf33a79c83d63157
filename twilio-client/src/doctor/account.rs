//! The account: may it call at all, is it a trial, is there money on it?

use async_trait::async_trait;
use voice_core::doctor::{CheckContext, DoctorCheck, Finding, failed_later};

use crate::accounts::{AccountStatus, AccountType};
use crate::client::TwilioClient;

/// What kind of account it is, and whether it is active. Skipped with an API key, which may not ask.
#[derive(Debug, Clone)]
pub struct AccountCheck(TwilioClient);

impl AccountCheck {
    const NAME: &'static str = "account";

    /// Looks at the client's account.
    #[must_use]
    pub fn new(client: TwilioClient) -> Self {
        Self(client)
    }

    async fn look(&self, context: &CheckContext) -> Finding {
        if !self.0.may_read_account() {
            return Finding::skipped(Self::NAME, "an API key may not read the account");
        }
        let account = match Box::pin(context.step(self.0.accounts().own())).await {
            Ok(Ok(account)) => account,
            Ok(Err(error)) => return failed_later(Self::NAME, &error),
            Err(late) => return super::late(Self::NAME, &late.to_string()),
        };
        match (&account.status, &account.account_type) {
            (Some(status @ (AccountStatus::Suspended | AccountStatus::Closed)), _) => {
                Finding::fail(Self::NAME, format!("the account is {status}"))
                    .with_cause("It was stopped by its owner or by Twilio: an unpaid balance, or a review (20005, 10001)")
                    .with_remedy("See the notices in the console, pay what is open, or ask Twilio's support; a subaccount is activated by its parent")
            }
            (_, Some(AccountType::Trial)) => Finding::warn(Self::NAME, "a trial account")
                .with_cause("Trials may call verified numbers only (21219, 21608), 10 minutes at most, and play a notice first")
                .with_remedy("Verify the numbers you call under Verified Caller IDs, or upgrade the account"),
            _ => Finding::pass(Self::NAME, "active, not a trial"),
        }
    }
}

#[async_trait]
impl DoctorCheck for AccountCheck {
    fn name(&self) -> &str {
        Self::NAME
    }

    async fn check(&self, context: &CheckContext) -> Vec<Finding> {
        vec![self.look(context).await]
    }
}

/// What is left on the account. Skipped where the credentials may not ask: for API keys and subaccounts.
#[derive(Debug, Clone)]
pub struct BalanceCheck(TwilioClient);

impl BalanceCheck {
    const NAME: &'static str = "balance";

    /// Looks at the client's account.
    #[must_use]
    pub fn new(client: TwilioClient) -> Self {
        Self(client)
    }

    async fn look(&self, context: &CheckContext) -> Finding {
        let balance = match Box::pin(context.step(self.0.balance())).await {
            Ok(Ok(balance)) => balance,
            Ok(Err(error)) => {
                return Finding::skipped(Self::NAME, format!("not known: {}", error.message()));
            }
            Err(late) => return Finding::skipped(Self::NAME, format!("not known: {late}")),
        };
        match balance.balance.as_ref().and_then(|left| left.to_f64()) {
            Some(left) if left <= 0.0 => Finding::fail(Self::NAME, "nothing is left")
                .with_cause("The prepaid balance is used up; calls are refused and the account will be suspended")
                .with_remedy("Add credit in the console, and switch automatic recharge on"),
            Some(_) => Finding::pass(Self::NAME, "there is credit"),
            None => Finding::skipped(Self::NAME, "Twilio does not say"),
        }
    }
}

#[async_trait]
impl DoctorCheck for BalanceCheck {
    fn name(&self) -> &str {
        Self::NAME
    }

    async fn check(&self, context: &CheckContext) -> Vec<Finding> {
        vec![self.look(context).await]
    }
}
