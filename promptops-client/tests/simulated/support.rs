//! A simulator, a client that asks it without a network, a cache over both, and one sample request for each operation.

use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use async_trait::async_trait;
use promptops_client::cache::{
    CacheScope, PromptCache, PromptCacheBuilder, PromptKey, PromptLoader, VersionSelector,
};
use promptops_client::envelope::Enveloped;
use promptops_client::models::{Alias, Experiment, ExperimentStatus, FeatureFlag, Prompt, Variant};
use promptops_client::testkit::{PromptOpsSimulator, SimulatorBuilder, Speaks};
use promptops_client::{Endpoint, PromptOpsClient};
use serde_json::{Value, json};
use voice_core::client::ClientOptions;
use voice_core::error::Error;
use voice_core::testkit::TestClock;

pub(crate) const SECOND: Duration = Duration::from_secs(1);

/// A simulator and a client under paused time; the calendar says 2024-01-01T12:00:45Z.
pub(crate) struct World {
    pub(crate) sim: PromptOpsSimulator,
    pub(crate) client: PromptOpsClient,
    pub(crate) clock: Arc<TestClock>,
}

impl World {
    pub(crate) async fn new() -> Self {
        Self::with(PromptOpsSimulator::builder()).await
    }

    pub(crate) async fn docs() -> Self {
        Self::with(PromptOpsSimulator::builder().speaks(Speaks::Docs)).await
    }

    pub(crate) async fn with(builder: SimulatorBuilder) -> Self {
        let clock = Arc::new(TestClock::at(1_704_110_445));
        let sim = builder.clock(clock.clone()).start().await;
        let options = options(&sim, &clock);
        let client = sim.client_with(options).unwrap();
        Self { sim, client, clock }
    }

    pub(crate) fn options(&self) -> ClientOptions {
        options(&self.sim, &self.clock)
    }

    pub(crate) fn cache(&self) -> PromptCacheBuilder<Prompt> {
        let loader = Arc::new(Loader(self.client.clone()));
        PromptCache::builder(scope(), loader).clock(self.clock.clone())
    }

    pub(crate) async fn pass(&self, time: Duration) {
        tokio::time::advance(time).await;
        settle().await;
    }

    /// What a future gives, and that no time passed meanwhile.
    pub(crate) async fn at_once<T>(&self, future: impl Future<Output = T>) -> T {
        let before = self.clock.elapsed();
        let output = future.await;
        assert_eq!(self.clock.elapsed(), before, "it waited");
        output
    }
}

fn options(sim: &PromptOpsSimulator, clock: &Arc<TestClock>) -> ClientOptions {
    ClientOptions::new()
        .transport(Arc::new(sim.in_process()))
        .clock(clock.clone())
}

/// Lets tasks in the background get as far as they can without any time passing.
pub(crate) async fn settle() {
    for _ in 0..50 {
        tokio::task::yield_now().await;
    }
}

/// Loads through the client; pinned versions by version.
#[derive(Debug)]
pub(crate) struct Loader(pub(crate) PromptOpsClient);

#[async_trait]
impl PromptLoader<Prompt> for Loader {
    async fn load(&self, key: &PromptKey) -> Result<Arc<Prompt>, Error> {
        let (prompts, id) = (self.0.prompts(), key.id().as_str());
        let prompt = match key.selector() {
            VersionSelector::Exact(version) => {
                prompts.version(id, version).await?.into_inner().into()
            }
            VersionSelector::Latest => prompts.get(id).await?.into_inner(),
        };
        Ok(Arc::new(prompt))
    }
}

pub(crate) fn scope() -> CacheScope {
    CacheScope::new("https://api.promptops.com", PromptOpsSimulator::API_KEY)
}

pub(crate) fn key(id: &str) -> PromptKey {
    PromptKey::new(scope(), id.parse().unwrap())
}

/// A folder that goes with the test.
pub(crate) struct Folder(PathBuf);

impl Folder {
    pub(crate) fn new() -> Self {
        static COUNT: AtomicU32 = AtomicU32::new(0);
        let count = COUNT.fetch_add(1, Ordering::Relaxed);
        let name = format!("promptops-simulated-{}-{count}", std::process::id());
        Self(std::env::temp_dir().join(name))
    }

    pub(crate) fn file(&self) -> PathBuf {
        self.0.join("prompts.json")
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

pub(crate) fn experiment(id: &str, status: ExperimentStatus) -> Experiment {
    Experiment::new(id)
        .name(id)
        .project_id("p1")
        .prompt_id("greet")
        .status(status)
        .traffic_percentage(100_u32)
        .control_variant(Variant::new("plain").is_control(true))
        .treatment_variants([Variant::new("friendly")])
}

/// One of everything, so that each sample request finds what it is about.
pub(crate) fn fill(sim: &PromptOpsSimulator, operation: &str) {
    sim.add("greet", "1.0.0", "Hello {{name}}");
    let status = match operation {
        "experiments.pause" | "experiments.complete" => ExperimentStatus::Running,
        _ => ExperimentStatus::Draft,
    };
    sim.add_experiment(experiment("exp1", status));
    sim.add_flag(FeatureFlag::new("new-ui").id("exp1"));
    sim.add_template("t1", "1.0.0", "Hello {name}");
    sim.add_alias(Alias::new("main").template_id("t1").target_version("1.0.0"));
}

fn body(operation: &str) -> Option<Value> {
    let experiment = json!({
        "name": "e", "project_id": "p1", "prompt_id": "greet", "primary_metric": "orders",
        "control_variant": {"id": "a"}, "treatment_variants": [{"id": "b"}],
    });
    Some(match operation {
        "prompts.batch" => json!({"prompt_ids": ["greet"]}),
        "prompts.create" => json!({"name": "n", "content": "c"}),
        "prompts.update" => json!({"content": "c", "create_new_version": false}),
        "prompts.render" => json!({"variables": {"name": "Ana"}}),
        "models.compatibility" => {
            json!({"prompt_id": "greet", "models": [{"provider": "openai", "name": "gpt-4"}]})
        }
        "usage.log" => json!({"endpoint": "/x", "method": "GET", "status_code": 200}),
        "keys.validate" => json!({
            "api_key": "k", "signature": "s", "timestamp": "t", "method": "GET", "endpoint": "/x",
        }),
        "keys.create" => json!({"name": "k"}),
        "templates.render" => json!({"id": "t1", "alias": "main", "inputs": {"name": "Ana"}}),
        "aliases.weights" => json!({"weights": {"1.0.0": 1.0}}),
        "experiments.create" => experiment,
        "experiments.update" => json!({"name": "other"}),
        "assignments.create" => json!({
            "experiment_id": "exp1", "session_id": "s1", "variant_id": "plain", "variant_name": "plain",
            "variant_config": {},
        }),
        "events.create" => json!({
            "experiment_id": "exp1", "session_id": "s1", "event_type": "conversion", "event_name": "ordered",
        }),
        "flags.create" => json!({"name": "other-ui", "project_id": "p1"}),
        "flags.update" => json!({"enabled": true}),
        "segments.create" => json!({
            "name": "s", "project_id": "p1", "segment_conditions": {}, "segment_type": "rules",
        }),
        _ => return None,
    })
}

/// Makes the sample request of an operation.
pub(crate) async fn ask(
    client: &PromptOpsClient,
    sim: &PromptOpsSimulator,
    endpoint: &Endpoint,
) -> Result<Value, Error> {
    let operation = endpoint.operation;
    let key = sim.keys().first().map(|key| key.id.clone()).unwrap();
    let mut request = client.raw().request(operation);
    for (name, value) in [
        ("prompt_id", "greet"),
        ("version", "1.0.0"),
        ("provider", "openai"),
        ("name", "gpt-4"),
        ("api_key_id", &*key),
        ("alias", "main"),
        ("id", "exp1"),
        ("session_id", "s1"),
    ] {
        if operation.path().contains(&format!("{{{name}}}")) {
            request = request.path(name, value);
        }
    }
    request = match operation.name() {
        "events.list" => request.query("experiment_id", "exp1"),
        "aliases.promote" => request.query("target_version", "1.0.0"),
        _ => request,
    };
    if let Some(body) = body(operation.name()) {
        request = request.json(&body);
    }
    let answer = request.send::<Enveloped<Value>>().await?;
    Ok(answer.into_inner().value)
}
