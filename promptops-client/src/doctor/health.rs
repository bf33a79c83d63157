//! The five checks of the health script.

use std::sync::Arc;
use std::time::Instant;

use async_trait::async_trait;
use voice_core::doctor::{CheckContext, DoctorCheck, Finding};
use voice_core::error::Error;

use super::failed;
use crate::cache::Source;
use crate::models::{HealthState, Prompt};
use crate::render::{PromptTemplate, PromptVariables, RenderOptions};
use crate::resources::is_elsewhere;
use crate::service::{CacheLevel, PromptOps, ServedPrompt};

/// The prompt that is asked for unless another is set.
pub(super) const PROMPT: &str = "hello-world";

/// Whether there is a client at all. What is wrong with the settings comes as the error of building it.
#[derive(Debug, Clone)]
pub struct InitialisationCheck(Arc<Result<PromptOps, Error>>);

impl InitialisationCheck {
    const NAME: &'static str = "initialisation";

    /// Looks at what building gave.
    #[must_use]
    pub fn new(built: Arc<Result<PromptOps, Error>>) -> Self {
        Self(built)
    }

    fn look(&self) -> Finding {
        match &*self.0 {
            Ok(prompts) => {
                let about = prompts.environment_info();
                Finding::pass(Self::NAME, "the settings were taken")
                    .with_detail("origin", about.origin)
                    .with_detail(
                        "preset",
                        about.preset.map_or("none", |preset| preset.as_str()),
                    )
                    .with_detail("cache", about.cache.as_str())
                    .with_detail("version", about.crate_version)
            }
            Err(error) => failed(Self::NAME, error)
                .with_cause("A setting is missing or malformed")
                .with_remedy(
                    "Correct the settings that are named; see the findings on the environment",
                ),
        }
    }
}

#[async_trait]
impl DoctorCheck for InitialisationCheck {
    fn name(&self) -> &str {
        Self::NAME
    }

    async fn check(&self, _context: &CheckContext) -> Vec<Finding> {
        vec![self.look()]
    }
}

/// Whether the service answers. One without a health check, at any of its three places, is reached all the same.
#[derive(Debug, Clone)]
pub struct ConnectivityCheck(PromptOps);

impl ConnectivityCheck {
    const NAME: &'static str = "connectivity";

    /// Asks the service behind `prompts`.
    #[must_use]
    pub fn new(prompts: PromptOps) -> Self {
        Self(prompts)
    }
}

#[async_trait]
impl DoctorCheck for ConnectivityCheck {
    fn name(&self) -> &str {
        Self::NAME
    }

    async fn check(&self, context: &CheckContext) -> Vec<Finding> {
        let start = context.clock().now();
        let asked = context
            .step(Box::pin(self.0.client().service().any_health()))
            .await;
        let finding = match asked {
            Err(late) => late_finding(Self::NAME, &late.to_string()),
            Ok(Ok(answer)) => {
                let said = answer.into_inner();
                let seen = format!("the service says: {}", said.status);
                match said.status {
                    HealthState::Healthy => Finding::pass(Self::NAME, seen),
                    HealthState::Unhealthy => Finding::fail(Self::NAME, seen),
                    // `ok` is what the reference server says; any other word is none that is known.
                    HealthState::Other(word) if word == "ok" => Finding::pass(Self::NAME, seen),
                    HealthState::Degraded | HealthState::Other(_) => {
                        Finding::warn(Self::NAME, seen)
                            .with_remedy("Look at the service's status page")
                    }
                }
            }
            Ok(Err(error)) if is_elsewhere(&error) => {
                Finding::pass(Self::NAME, "the service answers, and has no health check")
            }
            Ok(Err(error)) => failed(Self::NAME, &error).with_cause(
                "The service cannot be reached from here, or does not answer as it should",
            ),
        };
        vec![timed(finding, context, start)]
    }
}

/// Whether a prompt can be had. An absent prompt is a warning: everything up to the service's answer works.
#[derive(Debug, Clone)]
pub struct RetrievalCheck {
    prompts: PromptOps,
    id: String,
}

impl RetrievalCheck {
    const NAME: &'static str = "prompt retrieval";

    /// Asks for the prompt `id`.
    #[must_use]
    pub fn new(prompts: PromptOps, id: impl Into<String>) -> Self {
        let id = id.into();
        Self { prompts, id }
    }

    async fn look(&self, context: &CheckContext) -> (Option<ServedPrompt>, Finding) {
        let start = context.clock().now();
        let (served, finding) = match context.step(self.prompts.get(&self.id)).await {
            Err(late) => (None, late_finding(Self::NAME, &late.to_string())),
            Ok(Ok(served)) => {
                let seen = format!("{} version {}", self.id, served.version());
                let finding = match served.source() {
                    Source::Fallback | Source::Snapshot | Source::Stale => {
                        Finding::warn(Self::NAME, format!("{seen}, and not from the service"))
                            .with_cause("The service does not answer; what stands in for it does")
                    }
                    _ => Finding::pass(Self::NAME, seen),
                };
                let finding = finding.with_detail("source", served.source().as_str());
                (Some(served), finding)
            }
            Ok(Err(error)) if error.is_not_found() => {
                let seen = format!("the service has no prompt {}", self.id);
                let finding = Finding::warn(Self::NAME, seen)
                    .with_cause(
                        "The prompt was never made, is in another project, or has another id",
                    )
                    .with_remedy(
                        "Ask for the id of a prompt you have; list the prompts of the project",
                    );
                (None, finding)
            }
            Ok(Err(error)) => (None, failed(Self::NAME, &error)),
        };
        (served, timed(finding, context, start))
    }
}

#[async_trait]
impl DoctorCheck for RetrievalCheck {
    fn name(&self) -> &str {
        Self::NAME
    }

    async fn check(&self, context: &CheckContext) -> Vec<Finding> {
        vec![self.look(context).await.1]
    }
}

/// Whether a prompt comes from memory when it is asked for again, and how often that happens.
#[derive(Debug, Clone)]
pub struct CachingCheck {
    prompts: PromptOps,
    id: String,
}

impl CachingCheck {
    const NAME: &'static str = "caching";

    /// Asks for the prompt `id` twice.
    #[must_use]
    pub fn new(prompts: PromptOps, id: impl Into<String>) -> Self {
        let id = id.into();
        Self { prompts, id }
    }

    async fn look(&self, context: &CheckContext) -> Finding {
        let start = context.clock().now();
        let twice = async {
            self.prompts.get(&self.id).await?;
            self.prompts.get(&self.id).await
        };
        let again = match context.step(twice).await {
            Ok(again) => again,
            Err(late) => return late_finding(Self::NAME, &late.to_string()),
        };
        let summary = self.prompts.cache_stats();
        let rate = format!("{:.2} %", summary.hit_rate * 100.0);
        let level = summary.level;
        let finding = match (level, again) {
            (CacheLevel::None, _) => Finding::warn(Self::NAME, "prompts are not cached")
                .with_cause("The cache is switched off, its time to live is 0, or its size is")
                .with_remedy("Switch it on: without it every request waits for the service, and fails with it"),
            (_, Ok(again)) if again.source() == Source::Memory => {
                Finding::pass(Self::NAME, format!("hit rate {rate}"))
            }
            (CacheLevel::Shared, Ok(again)) if again.source() == Source::SecondLevel => {
                Finding::pass(Self::NAME, "prompts come from the store that processes share")
            }
            (_, Ok(again)) => {
                let source = again.source().as_str();
                let seen = format!("asked for twice, the prompt came from: {source}");
                Finding::warn(Self::NAME, seen).with_cause("The service gives no prompt that could be kept, or the cache is full at once")
            }
            (_, Err(_)) => {
                let seen = format!("there is no prompt to try it with; hit rate so far {rate}");
                Finding::skipped(Self::NAME, seen)
            }
        };
        let stats = summary.stats;
        let finding = finding
            .with_detail("level", level.as_str())
            .with_detail("hit rate", &rate)
            .with_detail("entries", format!("{} of {}", stats.size, stats.max_size))
            .with_detail("evictions", stats.evictions.to_string())
            .with_detail("second level errors", stats.second_level_errors.to_string());
        timed(finding, context, start)
    }
}

#[async_trait]
impl DoctorCheck for CachingCheck {
    fn name(&self) -> &str {
        Self::NAME
    }

    async fn check(&self, context: &CheckContext) -> Vec<Finding> {
        vec![self.look(context).await]
    }
}

/// Whether every variable is filled in: those of a prompt, with the values given and `test` for the others.
#[derive(Debug, Clone)]
pub struct SubstitutionCheck {
    prompts: PromptOps,
    id: String,
    values: PromptVariables,
}

impl SubstitutionCheck {
    const NAME: &'static str = "variable substitution";

    /// Renders the prompt `id`.
    #[must_use]
    pub fn new(prompts: PromptOps, id: impl Into<String>) -> Self {
        Self {
            prompts,
            id: id.into(),
            values: PromptVariables::new(),
        }
    }

    /// Values to render with.
    #[must_use]
    pub fn values(mut self, values: PromptVariables) -> Self {
        self.values = values;
        self
    }

    async fn look(&self, context: &CheckContext) -> Finding {
        let start = context.clock().now();
        let served = match context.step(self.prompts.get(&self.id)).await {
            Ok(served) => served.ok(),
            Err(_) => None,
        };
        let finding = match served {
            Some(served) => self.rendered(&served),
            None => built_in(),
        };
        timed(finding, context, start)
    }

    fn rendered(&self, served: &ServedPrompt) -> Finding {
        let names: Vec<String> = match served.variables() {
            Ok(names) => names.into_iter().map(str::to_owned).collect(),
            Err(error) => return Finding::fail(Self::NAME, error.to_string()),
        };
        let mut values = self.values.clone();
        for name in &names {
            let root = name.split('.').next().unwrap_or_default();
            if values.get(name).is_none() && values.get(root).is_none() {
                values.set(name, "test");
            }
        }
        match served.render(&values) {
            Err(error) => failed(Self::NAME, &error)
                .with_remedy("Give the values the prompt asks for; names are case-sensitive"),
            Ok(_) if names.is_empty() => Finding::pass(Self::NAME, "the prompt has no variables")
                .with_detail("variables", "0"),
            Ok(_) => {
                let seen = format!("{} filled in: {}", names.len(), names.join(", "));
                let finding = match served.check_variables() {
                    Ok(report) if !report.agrees() => Finding::warn(Self::NAME, seen)
                        .with_cause("The text's variables are not those the prompt declares")
                        .with_detail("undeclared", report.undeclared().join(", "))
                        .with_detail("unused", report.unused().join(", ")),
                    _ => Finding::pass(Self::NAME, seen),
                };
                finding.with_detail("variables", names.len().to_string())
            }
        }
    }
}

/// Without a prompt the rules themselves are tried.
fn built_in() -> Finding {
    let prompt = Prompt::new(PROMPT, "0", "Hello {{name}}");
    let values = crate::variables! { name: "test" };
    let text = PromptTemplate::parse(&prompt.content).render(&values, &RenderOptions::new());
    match text {
        Ok(text) if text.as_str() == "Hello test" => Finding::pass(
            SubstitutionCheck::NAME,
            "tried with a text of its own, since there is no prompt",
        ),
        _ => Finding::fail(
            SubstitutionCheck::NAME,
            "a text of its own is not rendered right",
        ),
    }
}

#[async_trait]
impl DoctorCheck for SubstitutionCheck {
    fn name(&self) -> &str {
        Self::NAME
    }

    async fn check(&self, context: &CheckContext) -> Vec<Finding> {
        vec![self.look(context).await]
    }
}

/// All five, one after another, so that the later ones find what the earlier ones did. Without a client the others are
/// skipped.
#[derive(Debug, Clone)]
pub struct HealthChecks {
    built: Arc<Result<PromptOps, Error>>,
    id: String,
    values: PromptVariables,
}

impl HealthChecks {
    /// Looks at what building gave, with the prompt `hello-world`.
    #[must_use]
    pub fn new(built: Arc<Result<PromptOps, Error>>) -> Self {
        Self {
            built,
            id: PROMPT.to_owned(),
            values: PromptVariables::new(),
        }
    }

    /// The prompt to try with.
    #[must_use]
    pub fn prompt_id(mut self, id: impl Into<String>) -> Self {
        self.id = id.into();
        self
    }

    /// Values to render it with.
    #[must_use]
    pub fn values(mut self, values: PromptVariables) -> Self {
        self.values = values;
        self
    }
}

#[async_trait]
impl DoctorCheck for HealthChecks {
    fn name(&self) -> &str {
        InitialisationCheck::NAME
    }

    async fn check(&self, context: &CheckContext) -> Vec<Finding> {
        let mut findings = vec![InitialisationCheck::new(Arc::clone(&self.built)).look()];
        let Ok(prompts) = &*self.built else {
            let rest = [
                ConnectivityCheck::NAME,
                RetrievalCheck::NAME,
                CachingCheck::NAME,
                SubstitutionCheck::NAME,
            ];
            findings.extend(rest.map(|name| Finding::skipped(name, "there is no client")));
            return findings;
        };
        findings.extend(ConnectivityCheck::new(prompts.clone()).check(context).await);
        let retrieval = RetrievalCheck::new(prompts.clone(), &self.id);
        findings.push(retrieval.look(context).await.1);
        let caching = CachingCheck::new(prompts.clone(), &self.id);
        findings.push(caching.look(context).await);
        let substitution = SubstitutionCheck::new(prompts.clone(), &self.id);
        findings.push(substitution.values(self.values.clone()).look(context).await);
        findings
    }
}

fn timed(finding: Finding, context: &CheckContext, start: Instant) -> Finding {
    finding.with_elapsed(context.clock().now().saturating_duration_since(start))
}

fn late_finding(name: &str, late: &str) -> Finding {
    Finding::fail(name, format!("no verdict: {late}"))
        .with_cause(
            "The service does not answer, or the client retries longer than the doctor waits",
        )
        .with_remedy("Look at the findings on the network; raise the timeout, or send less")
}
