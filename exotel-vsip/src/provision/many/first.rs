//! The first step of each of many plans: trunks are made without looking, and looked for together.

use std::collections::{HashMap, HashSet};

use voice_core::error::{Error, ErrorKind};

use super::{PlanResult, ProvisionMany};
use crate::client::ExotelClient;
use crate::create_or_get::{Asked, Ensured, Kind, NOWHERE, TrunkOf, items, nowhere};
use crate::list::List;
use crate::provision::plan::{Looks, PlanTrunk};
use crate::provision::run::Run;
use crate::provision::step;
use crate::trunks::{self, NewTrunk, Trunk};

impl ProvisionMany<'_> {
    /// The account's trunks by name, if any plan was set aside for want of them.
    pub(super) async fn known(
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
}

/// Trunks that were listed after the plans were set aside, by name.
#[derive(Default)]
pub(super) struct Known(HashMap<String, Trunk>);

/// The first step: as in a single run, but nothing is looked for here.
pub(super) async fn trunk(
    run: &Run<'_>,
    result: &mut PlanResult,
    known: &Known,
) -> Result<(), Error> {
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
    run.start(report, 0);
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
pub(super) fn is_taken(error: &Error) -> bool {
    error.kind() == ErrorKind::AlreadyExists && error.context_value(NOWHERE).is_none()
}
