//! Many plans at once, bounded, through bad hours.

mod first;
mod passes;

use std::collections::HashSet;
use std::time::Duration;

use voice_core::error::{Error, FieldError};

use super::plan::Plan;
use super::report::ProvisionReport;
use super::run::{Progress, Watch};
use crate::PROVIDER;
use crate::client::ExotelClient;
use crate::trunks;

/// How long an outage is waited out, unless set: those of a region last 5 to 15 minutes.
const PATIENCE: Duration = Duration::from_secs(20 * 60);

/// Many plans, carried out a few at a time.
///
/// Every request goes through the client's limiter. In the first pass each plan begins by making its trunk; one whose name
/// is taken, or whose outcome nobody knows, is set aside. Before each further pass the trunks are listed **once** for all
/// that were set aside, and everything that failed for a while is tried again. Plans that fail for good are not repeated,
/// and when the account itself is refused (credentials, plan, balance) no further ones are begun. In an outage, when the
/// client's breaker opens, everything waits with it, and goes on with one plan until that gets through.
///
/// ```no_run
/// # async fn example(client: exotel_vsip::ExotelClient, plans: Vec<exotel_vsip::provision::Plan>)
/// #     -> Result<(), voice_core::error::Error> {
/// use exotel_vsip::provision::ProvisionMany;
///
/// let outcome = ProvisionMany::new(&plans).concurrency(8).run(&client).await?;
/// for failed in outcome.results.iter().filter(|result| !result.report.is_complete()) {
///     println!("{}", failed.report);
/// }
/// # Ok(()) }
/// ```
#[derive(Debug, Clone)]
#[must_use = "nothing happens until it is run"]
pub struct ProvisionMany<'a> {
    plans: &'a [Plan],
    concurrency: usize,
    passes: u32,
    patience: Duration,
    watch: Watch,
}

/// What became of many plans.
#[derive(Debug)]
#[non_exhaustive]
pub struct ManyReport {
    /// One result per plan, in the order of the plans.
    pub results: Vec<PlanResult>,
    /// Requests it took in all, lists for several plans included.
    pub requests: u64,
    /// How many passes there were, those that an outage cut short included.
    pub passes: u32,
}

impl ManyReport {
    /// Whether everything that every plan says is there.
    #[must_use]
    pub fn is_complete(&self) -> bool {
        self.results
            .iter()
            .all(|result| result.report.is_complete())
    }
}

/// What became of one of many plans.
#[derive(Debug)]
#[non_exhaustive]
pub struct PlanResult {
    /// As for any run; to be handed to [`Plan::resume`] when it is not complete.
    pub report: ProvisionReport,
    /// Why it stopped; `None` when it is complete, or was not begun.
    pub error: Option<Error>,
}

/// Provisions many trunks, at most `concurrency` at a time; see [`ProvisionMany`].
///
/// # Errors
/// As for [`ProvisionMany::run`].
pub async fn provision_many(
    client: &ExotelClient,
    plans: &[Plan],
    concurrency: usize,
) -> Result<ManyReport, Error> {
    ProvisionMany::new(plans)
        .concurrency(concurrency)
        .run(client)
        .await
}

impl<'a> ProvisionMany<'a> {
    /// These plans, 8 at a time.
    pub fn new(plans: &'a [Plan]) -> Self {
        Self {
            plans,
            concurrency: 8,
            passes: 6,
            patience: PATIENCE,
            watch: Watch::default(),
        }
    }

    /// At most so many at a time; 1 to 50, which is how many requests an account may have on their way.
    pub fn concurrency(mut self, plans: usize) -> Self {
        self.concurrency = plans;
        self
    }

    /// At most so many passes, from 1; 6 unless set. Between two of them are 1 s, 2 s, 4 s and so on up to 60 s, or as long
    /// as the server asks. Those that an outage cuts short do not count.
    pub fn passes(mut self, passes: u32) -> Self {
        self.passes = passes;
        self
    }

    /// How long an outage is waited out in which nothing gets through; 20 minutes unless set.
    pub fn patience(mut self, longest: Duration) -> Self {
        self.patience = longest;
        self
    }

    /// Is told when a step of any plan begins and when it is over.
    pub fn on_step(mut self, watch: impl Fn(&Progress<'_>) + Send + Sync + 'static) -> Self {
        self.watch = Watch::new(watch);
        self
    }

    /// Carries them out. Failures of single plans are in their results.
    ///
    /// # Errors
    /// [`ErrorKind::InvalidInput`](voice_core::error::ErrorKind::InvalidInput) before anything is sent: another concurrency than 1 to 50, no pass, two plans for one
    /// trunk, or a plan with a step that breaks a rule (`plans.N.steps.M.field`).
    pub async fn run(self, client: &ExotelClient) -> Result<ManyReport, Error> {
        self.check(client)?;
        Ok(self.carry_out(client).await)
    }

    fn check(&self, client: &ExotelClient) -> Result<(), Error> {
        let wrong = |field: &str, rule: &str| {
            Err(Error::invalid_input(field, rule).with_operation(PROVIDER, trunks::CREATE.name()))
        };
        if !(1..=50).contains(&self.concurrency) {
            return wrong("concurrency", "must be 1 to 50");
        }
        if self.passes == 0 {
            return wrong("passes", "must be at least 1");
        }
        let mut seen = HashSet::new();
        for (at, plan) in self.plans.iter().enumerate() {
            if !seen.insert(plan.trunk.label()) {
                let rule = "another plan is for the same trunk: put their steps into one";
                return wrong(&format!("plans.{at}"), rule);
            }
            if let Err(error) = plan.check(client) {
                let mut named = Error::new(error.kind(), error.message())
                    .with_operation(PROVIDER, trunks::CREATE.name());
                for field in error.fields() {
                    let name = format!("plans.{at}.{}", field.field);
                    named = named.with_field(FieldError::new(name, &field.message));
                }
                return Err(named);
            }
        }
        Ok(())
    }
}
