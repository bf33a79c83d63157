//! Experiments and flags as the service defines them, fetched and kept, so that every assignment is made here.

use std::collections::HashMap;
use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use futures_util::TryStreamExt;
use voice_core::client::Pager;
use voice_core::clock::SharedClock;
use voice_core::error::{Error, ErrorKind};
use voice_core::ident::PromptId;

use super::refreshed::Refreshed;
use crate::PROVIDER;
use crate::client::PromptOpsClient;
use crate::experiments::{
    Assigner, AssignmentStore, ExperimentPlan, FlagSet, MemoryAssignments, PlanError, Segment,
    Segments,
};
use crate::models::{Experiment, FeatureFlag, UserSegment};
use crate::operations::EXPERIMENT_LIST;
use crate::resources::{ExperimentFilter, FlagFilter, SegmentFilter, is_elsewhere};

/// The most definitions of a kind that are read.
const MOST: u64 = 10_000;

/// Definitions that come with the application; they count when the service gives none.
#[derive(Debug, Clone, Default)]
#[non_exhaustive]
pub struct Bundled {
    /// Experiments.
    pub experiments: Vec<Experiment>,
    /// Flags.
    pub flags: Vec<FeatureFlag>,
    /// Segments their rules name.
    pub segments: Vec<UserSegment>,
}

impl Bundled {
    /// None.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// The same with these experiments.
    #[must_use]
    pub fn experiments(mut self, experiments: impl IntoIterator<Item = Experiment>) -> Self {
        self.experiments = experiments.into_iter().collect();
        self
    }

    /// The same with these flags.
    #[must_use]
    pub fn flags(mut self, flags: impl IntoIterator<Item = FeatureFlag>) -> Self {
        self.flags = flags.into_iter().collect();
        self
    }

    /// The same with these segments.
    #[must_use]
    pub fn segments(mut self, segments: impl IntoIterator<Item = UserSegment>) -> Self {
        self.segments = segments.into_iter().collect();
        self
    }
}

/// Experiments that were checked, and what assigns.
pub(super) struct ExperimentSet {
    plans: HashMap<String, Result<ExperimentPlan, PlanError>>,
    pub(super) assigner: Assigner,
}

impl ExperimentSet {
    fn new(experiments: &[Experiment], assigner: Assigner) -> Self {
        let plan = |one: &Experiment| (one.id.clone(), ExperimentPlan::from_experiment(one));
        Self {
            plans: experiments.iter().map(plan).collect(),
            assigner,
        }
    }

    /// The plan of an experiment.
    pub(super) fn plan(&self, id: &str) -> Result<&ExperimentPlan, Error> {
        match self.plans.get(id) {
            Some(Ok(plan)) => Ok(plan),
            Some(Err(fault)) => Err(Error::new(ErrorKind::Config, fault.to_string())
                .with_operation(PROVIDER, EXPERIMENT_LIST.name())
                .with_context("experiment_id", id)),
            None => Err(
                Error::new(ErrorKind::NotFound, "no such experiment is defined")
                    .with_operation(PROVIDER, EXPERIMENT_LIST.name())
                    .with_context("experiment_id", id),
            ),
        }
    }
}

/// The definitions of one application.
pub(super) struct Definitions {
    client: PromptOpsClient,
    project: Option<PromptId>,
    experiments: Refreshed<ExperimentSet>,
    flags: Refreshed<FlagSet>,
    bundled_experiments: Option<Arc<ExperimentSet>>,
    bundled_flags: Option<Arc<FlagSet>>,
    assigner: Assigner,
}

impl Definitions {
    pub(super) fn new(
        client: PromptOpsClient,
        project: Option<PromptId>,
        ttl: Duration,
        bundled: Bundled,
        store: Option<Arc<dyn AssignmentStore>>,
    ) -> Self {
        let clock: SharedClock = client.raw().clock().clone();
        let store = store.unwrap_or_else(|| Arc::new(MemoryAssignments::default()));
        let assigner = Assigner::new(clock.clone()).with_store(store);
        let Bundled {
            experiments,
            flags,
            segments,
        } = bundled;
        let segments = by_name(&segments);
        let own = assigner.clone().with_segments(segments.clone());
        let own = (!experiments.is_empty()).then(|| ExperimentSet::new(&experiments, own));
        let set = (!flags.is_empty()).then(|| flags.iter().collect::<FlagSet>());
        Self {
            experiments: Refreshed::new(ttl, clock.clone()),
            flags: Refreshed::new(ttl, clock),
            bundled_experiments: own.map(Arc::new),
            bundled_flags: set.map(|set| Arc::new(set.with_segments(segments))),
            client,
            project,
            assigner,
        }
    }

    /// The service's experiments, else the application's own.
    pub(super) async fn experiments(&self) -> Result<Arc<ExperimentSet>, Error> {
        let fetched = self.experiments.get(|| {
            let (client, project) = (self.client.clone(), self.project_text());
            let assigner = self.assigner.clone();
            async move {
                let filter = ExperimentFilter {
                    project_id: project.clone(),
                    ..ExperimentFilter::new()
                };
                let experiments = read(client.experiments().list(&filter)).await?;
                let assigner = assigner.with_segments(segments(&client, project).await?);
                Ok(ExperimentSet::new(&experiments, assigner))
            }
        });
        match (fetched.await, &self.bundled_experiments) {
            (Err(_), Some(own)) => Ok(Arc::clone(own)),
            (outcome, _) => outcome,
        }
    }

    /// The service's flags, else the application's own.
    pub(super) async fn flags(&self) -> Result<Arc<FlagSet>, Error> {
        let fetched = self.flags.get(|| {
            let (client, project) = (self.client.clone(), self.project_text());
            async move {
                let filter = FlagFilter {
                    project_id: project.clone(),
                    ..FlagFilter::new()
                };
                let flags = read(client.flags().list(&filter)).await?;
                let flags: FlagSet = flags.iter().collect();
                Ok(flags.with_segments(segments(&client, project).await?))
            }
        });
        match (fetched.await, &self.bundled_flags) {
            (Err(_), Some(own)) => Ok(Arc::clone(own)),
            (outcome, _) => outcome,
        }
    }

    pub(super) fn expire(&self) {
        self.experiments.expire();
        self.flags.expire();
    }

    fn project_text(&self) -> Option<String> {
        self.project.as_ref().map(ToString::to_string)
    }
}

async fn read<T: Send + 'static>(list: Pager<'static, T>) -> Result<Vec<T>, Error> {
    list.limit(MOST).try_collect().await
}

/// Segments by their names. A service without any is asked in vain, and rules that name one then let nobody in.
async fn segments(client: &PromptOpsClient, project: Option<String>) -> Result<Segments, Error> {
    let filter = SegmentFilter {
        project_id: project,
        ..SegmentFilter::new()
    };
    match read(client.segments().list(&filter)).await {
        Ok(segments) => Ok(by_name(&segments)),
        Err(error) if is_elsewhere(&error) => Ok(Segments::new()),
        Err(error) => Err(error),
    }
}

fn by_name(segments: &[UserSegment]) -> Segments {
    let mut out = Segments::new();
    for segment in segments {
        // Rules name a segment by its name; one without a name can be named by its id alone.
        let name = segment.name.as_deref().unwrap_or(&segment.id);
        out = out.with(name, Segment::from_segment(segment));
    }
    out
}

impl fmt::Debug for Definitions {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Definitions")
            .field("project", &self.project)
            .field("experiments", &self.experiments)
            .field("flags", &self.flags)
            .finish_non_exhaustive()
    }
}
