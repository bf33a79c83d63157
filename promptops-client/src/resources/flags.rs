//! Feature flags, as the server keeps them.

use voice_core::client::{Cursor, Page, Pager, Response};
use voice_core::error::Error;

use super::{filter, resource};
use crate::check::Problems;
use crate::envelope;
use crate::list::OffsetList;
use crate::models::{FeatureFlag, FeatureFlagUpdate, NewFeatureFlag};
use crate::operations::{FLAG_CREATE, FLAG_GET, FLAG_LIST, FLAG_UPDATE};

resource! {
    /// Feature flags. Bearer token; a service may be without them. The server cannot delete one.
    Flags
}

filter! {
    /// Which flags to list.
    FlagFilter {
        /// The project.
        project_id: String,
        /// Whether they are on.
        enabled: bool,
        /// How many to a page, 1 to 1000; 100 unless set.
        page_size: u32,
        /// Where to begin.
        cursor: Cursor,
    }
}

impl Flags<'_> {
    /// Makes a flag; 400 when its name is taken. Server; sent once. The reference server answers 500 here, whatever is sent,
    /// and may have made it.
    ///
    /// # Errors
    /// [`InvalidInput`](voice_core::error::ErrorKind::InvalidInput) with every limit that is broken, before anything is
    /// sent; whatever else went wrong.
    pub async fn create(&self, flag: &NewFeatureFlag) -> Result<Response<FeatureFlag>, Error> {
        let mut problems = Problems::default();
        problems.length("name", Some(&flag.name), 1..=200);
        problems.length("description", flag.description.as_ref(), 0..=1000);
        numbers(
            &mut problems,
            &[
                flag.rollout_percentage,
                flag.current_stage,
                flag.total_stages,
                flag.canary_percentage,
                flag.canary_duration_hours,
            ],
            &flag.stage_rollout_percentage,
        );
        problems.finish(&FLAG_CREATE)?;
        envelope::read(self.client.request(&FLAG_CREATE).json(flag)).await
    }

    /// Flags, as a stream. Server.
    #[must_use]
    pub fn list(&self, filter: &FlagFilter) -> Pager<'static, FeatureFlag> {
        self.listing(filter).pager::<Vec<FeatureFlag>>()
    }

    /// The page at which the list begins. Server.
    ///
    /// # Errors
    /// Whatever went wrong.
    pub async fn list_page(
        &self,
        filter: &FlagFilter,
    ) -> Result<Response<Page<FeatureFlag>>, Error> {
        self.listing(filter).page::<Vec<FeatureFlag>>().await
    }

    fn listing(&self, filter: &FlagFilter) -> OffsetList {
        let pages = (filter.page_size, 100, 1000);
        OffsetList::new(self.client, &FLAG_LIST, pages, filter.cursor.as_ref())
            .query("project_id", filter.project_id.as_ref())
            .query("enabled", filter.enabled)
    }

    /// One flag. Server.
    ///
    /// # Errors
    /// Whatever went wrong.
    pub async fn get(&self, id: &str) -> Result<Response<FeatureFlag>, Error> {
        envelope::read(self.client.request(&FLAG_GET).path("id", id)).await
    }

    /// Changes a flag. Server.
    ///
    /// # Errors
    /// [`InvalidInput`](voice_core::error::ErrorKind::InvalidInput) with every limit that is broken, before anything is
    /// sent; whatever else went wrong.
    pub async fn update(
        &self,
        id: &str,
        update: &FeatureFlagUpdate,
    ) -> Result<Response<FeatureFlag>, Error> {
        let mut problems = Problems::default();
        problems.length("name", update.name.as_ref(), 1..=200);
        problems.length("description", update.description.as_ref(), 0..=1000);
        numbers(
            &mut problems,
            &[
                update.rollout_percentage,
                update.current_stage,
                update.total_stages,
                update.canary_percentage,
                update.canary_duration_hours,
            ],
            update
                .stage_rollout_percentage
                .as_deref()
                .unwrap_or_default(),
        );
        problems.finish(&FLAG_UPDATE)?;
        let request = self.client.request(&FLAG_UPDATE).path("id", id);
        envelope::read(request.json(update)).await
    }
}

/// The limits making and changing have in common: percentage, stage, stages, canary's percentage and hours.
fn numbers(problems: &mut Problems, numbers: &[Option<u32>; 5], stages: &[u32]) {
    let [percentage, stage, total, canary, hours] = *numbers;
    problems.range("rollout_percentage", percentage, 0..=100);
    problems.range("current_stage", stage, 1..=u64::MAX);
    problems.range("total_stages", total, 1..=u64::MAX);
    problems.range("canary_percentage", canary, 1..=50);
    problems.range("canary_duration_hours", hours, 1..=u64::MAX);
    for (index, percentage) in stages.iter().enumerate() {
        let field = format!("stage_rollout_percentage.{index}");
        problems.range(&field, Some(*percentage), 0..=100);
    }
}
