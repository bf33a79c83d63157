//! Prompts for whoever knows the family's trait alone: through the cache, or straight from the service.

use async_trait::async_trait;
use serde_json::{Map, Value};
use voice_core::client::{Cursor, Page};
use voice_core::error::Error;
use voice_core::ident::PromptId;
use voice_core::provider::{
    Health, HealthCheck, Prompt, PromptProvider, PromptRequest, PromptSummary, RenderedPrompt,
};

use crate::client::PromptOpsClient;
use crate::ids::split_id;
use crate::models::PromptSummary as Row;
use crate::render::{ModelFallback, PromptTemplate, PromptVariables, RenderOptions};
use crate::resources::{Prompts, SearchFilter};
use crate::service::{PromptOps, ServedPrompt, StoredPrompt, fetch};

/// Straight from the service, each time: `source` is always `service`. Rendered on this side. Lists have a line for each
/// stored version.
#[async_trait]
impl PromptProvider for PromptOpsClient {
    async fn fetch_prompt(&self, request: &PromptRequest) -> Result<Prompt, Error> {
        let stored = stored(self, request).await?;
        Ok(Prompt::new(
            request.id.clone(),
            stored.prompt().version.as_str(),
            stored.text(),
        ))
    }

    async fn render_prompt(
        &self,
        request: &PromptRequest,
        variables: &Map<String, Value>,
    ) -> Result<RenderedPrompt, Error> {
        let stored = stored(self, request).await?;
        let values = PromptVariables::from(variables);
        let text = PromptTemplate::parse(stored.text()).render(&values, &RenderOptions::new())?;
        Ok(RenderedPrompt::new(
            request.id.clone(),
            stored.prompt().version.as_str(),
            text.into_string(),
        ))
    }

    async fn list_prompts(&self, from: Option<Cursor>) -> Result<Page<PromptSummary>, Error> {
        list(&self.prompts(), from).await
    }
}

async fn stored(client: &PromptOpsClient, request: &PromptRequest) -> Result<StoredPrompt, Error> {
    let version = request.version.as_deref();
    let prompt = fetch(client, request.id.as_str(), version, None).await?;
    Ok(match &request.model {
        Some((provider, model)) => {
            StoredPrompt::for_model(prompt, provider, model, ModelFallback::Main)
        }
        None => StoredPrompt::new(prompt),
    })
}

/// Through the cache, with snapshot and fallback; `source` says where a prompt came from. Rendered on this side. Lists come
/// from the service.
#[async_trait]
impl PromptProvider for PromptOps {
    async fn fetch_prompt(&self, request: &PromptRequest) -> Result<Prompt, Error> {
        let served = served(self, request).await?;
        let mut prompt = Prompt::new(request.id.clone(), served.version(), served.text());
        prompt.source = served.source().as_str();
        Ok(prompt)
    }

    async fn render_prompt(
        &self,
        request: &PromptRequest,
        variables: &Map<String, Value>,
    ) -> Result<RenderedPrompt, Error> {
        let served = served(self, request).await?;
        let rendered = served.render(&variables.into())?;
        Ok(RenderedPrompt::new(
            request.id.clone(),
            rendered.version,
            rendered.text,
        ))
    }

    async fn list_prompts(&self, from: Option<Cursor>) -> Result<Page<PromptSummary>, Error> {
        list(&self.prompts(), from).await
    }
}

async fn served(prompts: &PromptOps, request: &PromptRequest) -> Result<ServedPrompt, Error> {
    let mut ask = prompts.prompt(request.id.as_str());
    if let Some(version) = &request.version {
        ask = ask.version(version.as_str());
    }
    if let Some((provider, model)) = &request.model {
        ask = ask.for_model(provider.as_str(), model.as_str());
    }
    ask.get().await
}

async fn list(prompts: &Prompts<'_>, from: Option<Cursor>) -> Result<Page<PromptSummary>, Error> {
    let filter = SearchFilter {
        cursor: from,
        ..SearchFilter::new()
    };
    let page = prompts.search_page(&filter).await?.into_inner();
    let items = page.items.iter().filter_map(line).collect();
    Ok(Page::new(items, page.next).with_total(page.total))
}

/// A row of a search as a line; a row whose id no request could have is left out.
fn line(row: &Row) -> Option<PromptSummary> {
    let (id, version) = split_id(&row.id);
    let mut line = PromptSummary::new(PromptId::parse(id).ok()?);
    line.name = row.name.clone();
    line.version = row.version.clone().or_else(|| version.map(str::to_owned));
    Some(line)
}

/// As for the client: the service's own health and the credentials. What is cached does not make it healthy.
#[async_trait]
impl HealthCheck for PromptOps {
    async fn health(&self) -> Health {
        self.client().health().await
    }
}
