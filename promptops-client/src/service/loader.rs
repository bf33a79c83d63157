//! [`RestLoader`]: the cache's way to the service.

use std::collections::BTreeMap;
use std::sync::Arc;

use async_trait::async_trait;
use futures_util::{StreamExt, stream};
use voice_core::error::{Delivery, Error, ErrorKind};
use voice_core::ident::PromptId;

use super::StoredPrompt;
use crate::PROVIDER;
use crate::cache::{PromptKey, PromptLoader, VersionSelector, copy_error};
use crate::client::{Latest, PromptOpsClient};
use crate::models::Prompt;
use crate::operations::BATCH_GET_PROMPTS;
use crate::render::ModelFallback;
use crate::resources::{Batch, BatchOptions};

/// Requests that run at once when a batch cannot take them.
const AT_ONCE: usize = 8;

type Loaded = Result<Arc<StoredPrompt>, Error>;

/// Loads prompts over the REST client.
#[derive(Debug, Clone)]
pub(super) struct RestLoader {
    client: PromptOpsClient,
    fallback: ModelFallback,
}

impl RestLoader {
    pub(super) fn new(client: PromptOpsClient, fallback: ModelFallback) -> Self {
        Self { client, fallback }
    }

    /// Whether the batch operation gives what the key asks for: the server's latest, and the main text alone.
    fn fits_a_batch(&self, key: &PromptKey) -> bool {
        *key.selector() == VersionSelector::Latest
            && key.model().is_none()
            && self.client.latest() == Latest::Server
    }

    /// Asks for several prompts of one project, and fills in what came; what is still open is asked for one by one.
    async fn batch(
        &self,
        project: Option<&PromptId>,
        places: &[usize],
        keys: &[PromptKey],
        out: &mut [Option<Loaded>],
    ) {
        let mut prompts = self.client.prompts();
        if let Some(project) = project {
            prompts = prompts.project(project.as_str());
        }
        let ids = places.iter().filter_map(|place| keys.get(*place));
        let ids: Vec<&str> = ids.map(|key| key.id().as_str()).collect();
        let answer = prompts
            .batch(ids, BatchOptions::new().with_metadata())
            .await;
        for place in places {
            if let (Some(key), Some(slot)) = (keys.get(*place), out.get_mut(*place)) {
                *slot = match &answer {
                    Ok(batch) => of_batch(batch, key.id().as_str()),
                    // A service without the operation has the prompts all the same.
                    Err(error) if error.kind() == ErrorKind::Unsupported => None,
                    Err(error) => Some(Err(copy_error(error))),
                };
            }
        }
    }
}

/// What a batch says of one id; nothing when only a request of its own can tell.
fn of_batch(batch: &Batch, id: &str) -> Option<Loaded> {
    if let Some(entry) = batch.prompts.get(id) {
        return Some(Ok(Arc::new(StoredPrompt::new(entry.clone().into()))));
    }
    let failure = batch
        .failures
        .iter()
        .find(|failure| failure.prompt_id == id)?;
    if let Some(error) = &batch.error
        && error.message() == failure.error
    {
        return Some(Err(copy_error(error)));
    }
    let is_missing = failure.error.to_ascii_lowercase().contains("not found");
    is_missing.then(|| {
        Err(Error::new(ErrorKind::NotFound, &failure.error)
            .with_operation(PROVIDER, BATCH_GET_PROMPTS.name())
            .with_delivery(Delivery::Answered)
            .with_context("prompt_id", id))
    })
}

#[async_trait]
impl PromptLoader<StoredPrompt> for RestLoader {
    async fn load(&self, key: &PromptKey) -> Loaded {
        let version = match key.selector() {
            VersionSelector::Latest => None,
            VersionSelector::Exact(version) => Some(&**version),
        };
        let project = key.project().map(PromptId::as_str);
        let prompt = fetch(&self.client, key.id().as_str(), version, project).await?;
        Ok(Arc::new(match key.model() {
            Some((provider, model)) => {
                StoredPrompt::for_model(prompt, provider, model, self.fallback)
            }
            None => StoredPrompt::new(prompt),
        }))
    }

    async fn load_many(&self, keys: &[PromptKey]) -> Vec<Loaded> {
        let mut out: Vec<Option<Loaded>> = keys.iter().map(|_| None).collect();
        let mut groups: BTreeMap<Option<&PromptId>, Vec<usize>> = BTreeMap::new();
        for (place, key) in keys.iter().enumerate() {
            if self.fits_a_batch(key) {
                groups.entry(key.project()).or_default().push(place);
            }
        }
        for (project, places) in groups.iter().filter(|(_, places)| places.len() > 1) {
            self.batch(*project, places, keys, &mut out).await;
        }
        let open = keys.iter().zip(&out).enumerate();
        let open: Vec<_> = open
            .filter(|(_, (_, slot))| slot.is_none())
            .map(|(place, (key, _))| (place, key.clone()))
            .collect();
        let mut single = stream::iter(open)
            .map(|(place, key)| async move { (place, self.load(&key).await) })
            .buffer_unordered(AT_ONCE);
        while let Some((place, loaded)) = single.next().await {
            if let Some(slot) = out.get_mut(place) {
                *slot = Some(loaded);
            }
        }
        drop(single);
        let missing = || Error::new(ErrorKind::Other, "the prompt was not asked for");
        out.into_iter()
            .map(|slot| slot.unwrap_or_else(|| Err(missing())))
            .collect()
    }
}

/// Reads a prompt: the latest as the client understands it, or one version.
pub(crate) async fn fetch(
    client: &PromptOpsClient,
    id: &str,
    version: Option<&str>,
    project: Option<&str>,
) -> Result<Prompt, Error> {
    let mut prompts = client.prompts();
    if let Some(project) = project {
        prompts = prompts.project(project);
    }
    match version {
        None => Ok(prompts.get(id).await?.into_inner()),
        Some(version) => Ok(prompts.version(id, version).await?.into_inner().into()),
    }
}
