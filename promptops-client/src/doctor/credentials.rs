//! The credentials: the signature as the service judges it, and what is left of the key's limits.

use async_trait::async_trait;
use voice_core::doctor::{CheckContext, DoctorCheck, Finding};
use voice_core::error::ErrorKind;

use super::failed;
use crate::service::PromptOps;

/// Has the service judge this client's own signature (`/auth/validate`, which does not look at the age of the timestamp), and
/// then makes a signed request, which it does look at. What fails in the first is the key, the secret or the way of signing;
/// what fails in the second alone is the clock, the form of the timestamp, or what the key may do.
#[derive(Debug, Clone)]
pub struct SelfTestCheck(PromptOps);

impl SelfTestCheck {
    const NAME: &'static str = "signature";
    const SIGNED: &'static str = "signed request";

    /// Tests the client of `prompts`.
    #[must_use]
    pub fn new(prompts: PromptOps) -> Self {
        Self(prompts)
    }

    async fn signature(&self, context: &CheckContext) -> Finding {
        let start = context.clock().now();
        let keys = self.0.client().keys();
        let finding = match context.step(Box::pin(keys.validate_self())).await {
            Err(late) => Finding::fail(Self::NAME, format!("no verdict: {late}")),
            Ok(Err(error)) if error.kind() == ErrorKind::Config => Finding::warn(
                Self::NAME,
                "this client does not sign by the documented scheme",
            )
            .with_cause("There is no secret, or another signer is set")
            .with_remedy("The reference server wants a signature: set PROMPTOPS_SECRET_KEY"),
            Ok(Err(error))
                if matches!(error.kind(), ErrorKind::NotFound | ErrorKind::Unsupported) =>
            {
                Finding::skipped(Self::NAME, "the service does not judge signatures")
            }
            Ok(Err(error)) => failed(Self::NAME, &error),
            Ok(Ok(answer)) => {
                let answer = answer.into_inner();
                match (answer.valid, answer.error) {
                    (true, _) => {
                        let scopes: Vec<&str> =
                            answer.scopes.iter().map(|scope| scope.as_str()).collect();
                        Finding::pass(Self::NAME, "key and signature are valid")
                            .with_detail("scopes", scopes.join(", "))
                    }
                    (false, why) => {
                        let why = why.unwrap_or_else(|| "it is not valid".to_owned());
                        Finding::fail(Self::NAME, format!("the service says: {why}"))
                            .with_cause("Key and secret do not belong together, or the key mode is another: the reference server signs with the hash of the secret")
                            .with_remedy("Check key and secret; try the other key mode (Signer::HmacV1)")
                    }
                }
            }
        };
        finding.with_elapsed(context.clock().now().saturating_duration_since(start))
    }

    async fn signed(&self, context: &CheckContext) -> Finding {
        let start = context.clock().now();
        let finding = match context.step(Box::pin(self.0.usage().limits())).await {
            Err(late) => Finding::fail(Self::SIGNED, format!("no verdict: {late}")),
            Ok(Ok(_)) => Finding::pass(Self::SIGNED, "the service takes what this client signs"),
            Ok(Err(error)) if error.is_rate_limited() => {
                Finding::warn(Self::SIGNED, "the key has used up a limit")
                    .with_remedy("Wait, cache longer, use batches")
            }
            Ok(Err(error)) => failed(Self::SIGNED, &error)
                .with_cause("When the signature is valid: the clock, the form of the timestamp, or the key's scopes"),
        };
        finding.with_elapsed(context.clock().now().saturating_duration_since(start))
    }
}

#[async_trait]
impl DoctorCheck for SelfTestCheck {
    fn name(&self) -> &str {
        Self::NAME
    }

    async fn check(&self, context: &CheckContext) -> Vec<Finding> {
        let signature = self.signature(context).await;
        vec![signature, self.signed(context).await]
    }
}

/// What is left of the key's limits. Warns under a tenth, fails at nothing.
#[derive(Debug, Clone)]
pub struct LimitsCheck(PromptOps);

impl LimitsCheck {
    const NAME: &'static str = "rate limits";

    /// Reads the limits of the key of `prompts`.
    #[must_use]
    pub fn new(prompts: PromptOps) -> Self {
        Self(prompts)
    }
}

#[async_trait]
impl DoctorCheck for LimitsCheck {
    fn name(&self) -> &str {
        Self::NAME
    }

    async fn check(&self, context: &CheckContext) -> Vec<Finding> {
        let limits = match context.step(Box::pin(self.0.usage().limits())).await {
            Ok(Ok(limits)) => limits.into_inner(),
            Ok(Err(error)) if error.is_rate_limited() => {
                return vec![
                    Finding::fail(Self::NAME, "a limit is used up")
                        .with_remedy("Wait for the next window; cache longer, use batches"),
                ];
            }
            Ok(Err(error)) => {
                return vec![Finding::skipped(Self::NAME, format!("not known: {error}"))];
            }
            Err(late) => return vec![Finding::skipped(Self::NAME, format!("not known: {late}"))],
        };
        let windows = [
            ("minute", limits.remaining_minute, limits.limits_minute),
            ("hour", limits.remaining_hour, limits.limits_hour),
            ("day", limits.remaining_day, limits.limits_day),
        ];
        let known = windows
            .into_iter()
            .filter_map(|(name, left, most)| Some((name, left?, i64::try_from(most?).ok()?)));
        let known: Vec<_> = known.collect();
        let shown: Vec<String> = known
            .iter()
            .map(|(name, left, most)| format!("{left} of {most} left this {name}"))
            .collect();
        let seen = shown.join(", ");
        let finding = if known.is_empty() {
            Finding::skipped(Self::NAME, "the service does not say")
        } else if known.iter().any(|(_, left, _)| *left <= 0) {
            Finding::fail(Self::NAME, seen)
                .with_remedy("Wait for the next window; cache longer, use batches")
        } else if known
            .iter()
            .any(|(_, left, most)| left.saturating_mul(10) < *most)
        {
            Finding::warn(Self::NAME, seen)
                .with_remedy("Cache longer, use batches, or raise the key's limits")
        } else {
            Finding::pass(Self::NAME, seen)
        };
        vec![finding]
    }
}
