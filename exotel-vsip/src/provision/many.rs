//! Many plans at once, bounded, through bad hours.

use std::collections::{HashMap, HashSet};
use std::time::Duration;

use futures_util::stream::{FuturesUnordered, StreamExt};
use voice_core::error::{Error, ErrorKind};

use super::plan::{Looks, Plan, PlanTrunk};
use super::report::ProvisionReport;
use super::run::{Progress, Run, Watch, may_pass};
use super::step;
use crate::PROVIDER;
use crate::client::ExotelClient;
use crate::create_or_get::{Asked, Ensured, Kind, NOWHERE, TrunkOf, items, nowhere};
use crate::list::List;
use crate::trunks::{self, NewTrunk, Trunk};

/// The first wait before plans that failed are tried again; it doubles.
const FIRST_WAIT: Duration = Duration::from_secs(1);
/// The longest such wait, unless the server asks for more.
const LONGEST_WAIT: Duration = Duration::from_secs(60);

/// Many plans, carried out a few at a time.
///
/// Every request goes through the client's limiter. In the first pass each plan begins by making its trunk; one whose name
/// is taken, or whose outcome nobody knows, is set aside. Before each further pass the trunks are listed **once** for all
/// that were set aside, and everything that failed for a while is tried again. Plans that fail for good are not repeated,
/// and when the account itself is refused (credentials, plan, balance) no further ones are begun.
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
    /// How many passes there were.
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
            watch: Watch::default(),
        }
    }

    /// At most so many at a time; 1 to 50, which is how many requests an account may have on their way.
    pub fn concurrency(mut self, plans: usize) -> Self {
        self.concurrency = plans;
        self
    }

    /// At most so many passes, from 1; 6 unless set. Between two of them are 1 s, 2 s, 4 s and so on up to 60 s, or as long
    /// as the server asks.
    pub fn passes(mut self, passes: u32) -> Self {
        self.passes = passes;
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
    /// [`ErrorKind::InvalidInput`] before anything is sent: another concurrency than 1 to 50, no pass, two plans for one
    /// trunk, or a plan with a step that breaks a rule (`plans.N.steps.M.field`).
    pub async fn run(self, client: &ExotelClient) -> Result<ManyReport, Error> {
        self.check(client)?;
        let mut results: Vec<PlanResult> = self
            .plans
            .iter()
            .map(|plan| PlanResult {
                report: ProvisionReport::new(plan),
                error: None,
            })
            .collect();
        let mut lists = 0;
        let mut pass = 0;
        let mut wait = FIRST_WAIT;
        loop {
            pass += 1;
            let known = match self.known(client, &results, &mut lists).await {
                Ok(known) => known,
                Err(error) if may_pass(&error) && pass < self.passes => {
                    rest(client, &mut wait, error.retry_after()).await;
                    continue;
                }
                // What was set aside stays so, with its own errors.
                Err(_) => break,
            };
            self.pass(client, &mut results, &known).await;
            let again = results.iter().filter_map(|result| result.error.as_ref());
            let again: Vec<&Error> = again.filter(|error| worth_another(error)).collect();
            if again.is_empty() || pass >= self.passes || results.iter().any(is_fatal) {
                break;
            }
            let asked = again.iter().filter_map(|error| error.retry_after()).max();
            rest(client, &mut wait, asked).await;
        }
        let own = results
            .iter()
            .map(|result| u64::from(result.report.requests()));
        Ok(ManyReport {
            requests: own.sum::<u64>() + u64::from(lists),
            passes: pass,
            results,
        })
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
                    named =
                        named.with_field(voice_core::error::FieldError::new(name, &field.message));
                }
                return Err(named);
            }
        }
        Ok(())
    }

    /// The account's trunks by name, if any plan was set aside for want of them.
    async fn known(
        &self,
        client: &ExotelClient,
        results: &[PlanResult],
        lists: &mut u32,
    ) -> Result<Known, Error> {
        if !results.iter().any(is_set_aside) {
            return Ok(Known::default());
        }
        let wanted: HashSet<String> = self.plans.iter().map(|plan| plan.trunk.label()).collect();
        let asked = Asked::default();
        let mut known = HashMap::new();
        let mut list = items::<Trunk>(List::new(client, &trunks::LIST), &asked);
        let outcome = loop {
            match list.next().await {
                None => break Ok(Known(known)),
                Some(Err(error)) => break Err(error),
                Some(Ok(trunk)) => {
                    if let Some(name) = &trunk.trunk_name
                        && wanted.contains(name)
                    {
                        known.insert(name.clone(), trunk);
                    }
                }
            }
        };
        *lists += asked.so_far();
        outcome
    }

    /// Every plan that is not complete and may become so.
    async fn pass(&self, client: &ExotelClient, results: &mut [PlanResult], known: &Known) {
        let mut waiting = self
            .plans
            .iter()
            .zip(results)
            .filter(|(_, result)| !result.report.is_complete())
            .filter(|(_, result)| result.error.as_ref().is_none_or(worth_another));
        let mut running = FuturesUnordered::new();
        let mut closed = false;
        loop {
            while !closed && running.len() < self.concurrency {
                match waiting.next() {
                    Some((plan, result)) => running.push(self.one(client, plan, result, known)),
                    None => closed = true,
                }
            }
            match running.next().await {
                None => return,
                // Nothing will be different for the others.
                Some(Fate::Fatal) => closed = true,
                Some(Fate::Own) => {}
            }
        }
    }

    async fn one(
        &self,
        client: &ExotelClient,
        plan: &Plan,
        result: &mut PlanResult,
        known: &Known,
    ) -> Fate {
        let mut run = plan.runner(client);
        run.watch = self.watch.clone();
        let outcome = match Box::pin(trunk(&run, result, known)).await {
            Ok(()) => Box::pin(run.parts(&mut result.report)).await,
            Err(error) => Err(error),
        };
        result.error = outcome.err();
        if is_fatal(result) {
            Fate::Fatal
        } else {
            Fate::Own
        }
    }
}

enum Fate {
    Own,
    Fatal,
}

/// Trunks that were listed after the plans were set aside, by name.
#[derive(Default)]
struct Known(HashMap<String, Trunk>);

/// The first step: as in a single run, but nothing is looked for here.
async fn trunk(run: &Run<'_>, result: &mut PlanResult, known: &Known) -> Result<(), Error> {
    let before = result.error.take();
    let report = &mut result.report;
    if report.trunk_sid.is_some()
        && report
            .steps
            .first()
            .is_some_and(|step| step.outcome.is_done())
    {
        return Ok(());
    }
    let wanted = match &run.plan.trunk {
        PlanTrunk::Named(wanted) if run.plan.looks == Looks::WhereNeeded => wanted,
        _ => return run.first_step(report).await,
    };
    run.watch.tell(report, 0);
    let asked = Asked::default();
    let kind = TrunkOf {
        client: run.client,
        trunk: wanted,
    };
    let ensured = match set_aside(before) {
        None => asked.counted(kind.create().await).map(Ensured::Created),
        Some(why) => match (known.of(wanted), why) {
            (Some(trunk), why) => Ok(adopt(&kind, trunk, &why)),
            (None, Aside::Taken(refusal)) => Err(nowhere(refusal)),
            // It was looked for.
            (None, Aside::Unclear) => asked.counted(kind.create().await).map(Ensured::Created),
        },
    };
    let outcome = match ensured {
        Ok(ensured) => step::accept_trunk(&kind, ensured, run.plan.on_difference, &asked).await,
        Err(error) => Err(error),
    };
    run.record_trunk(report, outcome, &asked)
}

/// Why a plan was set aside.
enum Aside {
    Taken(Error),
    Unclear,
}

fn set_aside(before: Option<Error>) -> Option<Aside> {
    let error = before?;
    if error.kind() == ErrorKind::AlreadyExists {
        Some(Aside::Taken(error))
    } else if error.may_have_happened() {
        Some(Aside::Unclear)
    } else {
        None
    }
}

fn adopt(kind: &TrunkOf<'_>, trunk: &Trunk, why: &Aside) -> Ensured<Trunk> {
    let mismatches = kind.mismatches(trunk);
    match why {
        _ if !mismatches.is_empty() => Ensured::Differs(trunk.clone(), mismatches),
        Aside::Taken(_) => Ensured::Found(trunk.clone()),
        Aside::Unclear => Ensured::Recovered(trunk.clone()),
    }
}

impl Known {
    fn of(&self, wanted: &NewTrunk) -> Option<&Trunk> {
        self.0.get(wanted.trunk_name.as_str())
    }
}

/// Whether a plan waits for the list of trunks.
fn is_set_aside(result: &PlanResult) -> bool {
    let error = result.error.as_ref();
    result.report.trunk_sid.is_none()
        && error.is_some_and(|error| is_taken(error) || error.may_have_happened())
}

/// The server says that it is there, and nobody has looked for it yet.
fn is_taken(error: &Error) -> bool {
    error.kind() == ErrorKind::AlreadyExists && error.context_value(NOWHERE).is_none()
}

fn worth_another(error: &Error) -> bool {
    may_pass(error) || is_taken(error)
}

/// Whether the account itself was refused.
fn is_fatal(result: &PlanResult) -> bool {
    let error = result.error.as_ref();
    error.is_some_and(|error| error.is_auth() || error.kind() == ErrorKind::Quota)
}

async fn rest(client: &ExotelClient, wait: &mut Duration, asked: Option<Duration>) {
    let longest = asked.unwrap_or_default().max(*wait);
    client.raw().clock().sleep(longest).await;
    *wait = wait.saturating_mul(2).min(LONGEST_WAIT);
}
