//! Experiments, as the server keeps them.

use voice_core::client::{Cursor, Operation, Page, Pager, Response};
use voice_core::error::Error;

use super::{filter, resource};
use crate::check::Problems;
use crate::envelope;
use crate::list::OffsetList;
use crate::models::{
    Completion, Experiment, ExperimentResult, ExperimentStats, ExperimentStatus, ExperimentUpdate,
    NewExperiment, VariantPerformance,
};
use crate::operations::{
    AB_STATS, EXPERIMENT_COMPLETE, EXPERIMENT_CREATE, EXPERIMENT_DELETE, EXPERIMENT_GET,
    EXPERIMENT_LIST, EXPERIMENT_PAUSE, EXPERIMENT_PERFORMANCE, EXPERIMENT_RESULTS,
    EXPERIMENT_START, EXPERIMENT_UPDATE,
};

resource! {
    /// Experiments. Bearer token; a service may be without them.
    Experiments
}

filter! {
    /// Which experiments to list.
    ExperimentFilter {
        /// The project.
        project_id: String,
        /// The prompt.
        prompt_id: String,
        /// Where they stand.
        status: ExperimentStatus,
        /// How many to a page, 1 to 1000; 100 unless set.
        page_size: u32,
        /// Where to begin.
        cursor: Cursor,
    }
}

impl Experiments<'_> {
    /// Makes an experiment, as a draft. Server; sent once. The reference server answers 500 here, whatever is sent, and may
    /// have made it.
    ///
    /// # Errors
    /// [`InvalidInput`](voice_core::error::ErrorKind::InvalidInput) with every limit that is broken, before anything is
    /// sent; whatever else went wrong.
    pub async fn create(&self, experiment: &NewExperiment) -> Result<Response<Experiment>, Error> {
        let mut problems = Problems::default();
        problems.length("name", Some(&experiment.name), 1..=200);
        problems.length("description", experiment.description.as_ref(), 0..=1000);
        problems.require(
            !experiment.primary_metric.is_empty(),
            "primary_metric",
            "is empty",
        );
        numbers(
            &mut problems,
            experiment.traffic_percentage,
            experiment.min_sample_size,
            experiment.statistical_significance,
        );
        let treatments = &experiment.treatment_variants;
        problems.require(
            !treatments.is_empty(),
            "treatment_variants",
            "names no variant",
        );
        problems.range(
            "control_variant.weight",
            experiment.control_variant.weight,
            1..=100,
        );
        for (index, variant) in treatments.iter().enumerate() {
            let field = format!("treatment_variants.{index}.weight");
            problems.range(&field, variant.weight, 1..=100);
        }
        problems.finish(&EXPERIMENT_CREATE)?;
        envelope::read(self.client.request(&EXPERIMENT_CREATE).json(experiment)).await
    }

    /// Experiments, as a stream. Server.
    #[must_use]
    pub fn list(&self, filter: &ExperimentFilter) -> Pager<'static, Experiment> {
        self.listing(filter).pager::<Vec<Experiment>>()
    }

    /// The page at which the list begins. Server.
    ///
    /// # Errors
    /// Whatever went wrong.
    pub async fn list_page(
        &self,
        filter: &ExperimentFilter,
    ) -> Result<Response<Page<Experiment>>, Error> {
        self.listing(filter).page::<Vec<Experiment>>().await
    }

    fn listing(&self, filter: &ExperimentFilter) -> OffsetList {
        let pages = (filter.page_size, 100, 1000);
        OffsetList::new(self.client, &EXPERIMENT_LIST, pages, filter.cursor.as_ref())
            .query("project_id", filter.project_id.as_ref())
            .query("prompt_id", filter.prompt_id.as_ref())
            .query("status", filter.status.as_ref())
    }

    /// One experiment. Server.
    ///
    /// # Errors
    /// Whatever went wrong.
    pub async fn get(&self, id: &str) -> Result<Response<Experiment>, Error> {
        envelope::read(self.client.request(&EXPERIMENT_GET).path("id", id)).await
    }

    /// Changes an experiment. Server; 400 when it is completed, or running and to be a draft.
    ///
    /// # Errors
    /// [`InvalidInput`](voice_core::error::ErrorKind::InvalidInput) with every limit that is broken, before anything is
    /// sent; whatever else went wrong.
    pub async fn update(
        &self,
        id: &str,
        update: &ExperimentUpdate,
    ) -> Result<Response<Experiment>, Error> {
        let mut problems = Problems::default();
        problems.length("name", update.name.as_ref(), 1..=200);
        problems.length("description", update.description.as_ref(), 0..=1000);
        let metric = update.primary_metric.as_ref();
        problems.require(
            metric.is_none_or(|metric| !metric.is_empty()),
            "primary_metric",
            "is empty",
        );
        numbers(
            &mut problems,
            update.traffic_percentage,
            update.min_sample_size,
            update.statistical_significance,
        );
        problems.finish(&EXPERIMENT_UPDATE)?;
        let request = self.client.request(&EXPERIMENT_UPDATE).path("id", id);
        envelope::read(request.json(update)).await
    }

    /// Goes on with a paused experiment: an update, since `start` takes drafts only. Server.
    ///
    /// # Errors
    /// Whatever went wrong.
    pub async fn resume(&self, id: &str) -> Result<Response<Experiment>, Error> {
        let update = ExperimentUpdate::new().status(ExperimentStatus::Running);
        self.update(id, &update).await
    }

    /// Deletes an experiment; answers the service's words. Server; 400 while it is running.
    ///
    /// # Errors
    /// Whatever went wrong.
    pub async fn delete(&self, id: &str) -> Result<Response<String>, Error> {
        self.order(&EXPERIMENT_DELETE, id).await
    }

    /// Starts a draft; answers the service's words. Server; 400 otherwise.
    ///
    /// # Errors
    /// Whatever went wrong.
    pub async fn start(&self, id: &str) -> Result<Response<String>, Error> {
        self.order(&EXPERIMENT_START, id).await
    }

    /// Pauses a running experiment; answers the service's words. Server; 400 otherwise.
    ///
    /// # Errors
    /// Whatever went wrong.
    pub async fn pause(&self, id: &str) -> Result<Response<String>, Error> {
        self.order(&EXPERIMENT_PAUSE, id).await
    }

    /// Completes a running or paused experiment, for good. Server; 400 otherwise.
    ///
    /// # Errors
    /// Whatever went wrong.
    pub async fn complete(&self, id: &str) -> Result<Response<Completion>, Error> {
        envelope::read(self.client.request(&EXPERIMENT_COMPLETE).path("id", id)).await
    }

    /// Stored results. The reference server stores none: compute them. Server.
    ///
    /// # Errors
    /// Whatever went wrong.
    pub async fn results(&self, id: &str) -> Result<Response<Vec<ExperimentResult>>, Error> {
        envelope::read(self.client.request(&EXPERIMENT_RESULTS).path("id", id)).await
    }

    /// How the variants did. The counts are counted; interval, probability and winner are placeholders. Server.
    ///
    /// # Errors
    /// Whatever went wrong.
    pub async fn performance(&self, id: &str) -> Result<Response<Vec<VariantPerformance>>, Error> {
        let request = self.client.request(&EXPERIMENT_PERFORMANCE).path("id", id);
        envelope::read(request).await
    }

    /// Counts over all experiments, or those of a project. Server.
    ///
    /// # Errors
    /// Whatever went wrong.
    pub async fn stats(&self, project: Option<&str>) -> Result<Response<ExperimentStats>, Error> {
        let request = self.client.request(&AB_STATS);
        envelope::read(request.query_option("project_id", project)).await
    }

    async fn order(
        &self,
        operation: &'static Operation,
        id: &str,
    ) -> Result<Response<String>, Error> {
        envelope::message(self.client.request(operation).path("id", id)).await
    }
}

/// The limits creating and changing have in common.
fn numbers(
    problems: &mut Problems,
    traffic: Option<u32>,
    sample: Option<u64>,
    significance: Option<u32>,
) {
    problems.range("traffic_percentage", traffic, 1..=100);
    problems.range("min_sample_size", sample, 100..=u64::MAX);
    problems.range("statistical_significance", significance, 80..=99);
}
