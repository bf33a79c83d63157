//! Every operation of the list has a typed method that sends what the list says, and nothing else.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test fails by panicking"
)]

mod common;

use std::collections::{BTreeMap, BTreeSet};

use common::{json_file, reply, scripted, specs};
use promptops_client::models::*;
use promptops_client::resources::*;
use promptops_client::{Auth, Evidence, OPERATIONS, PromptOpsClient};
use serde_json::{Value, json};

/// What a method sent: method, path, keys of the query, keys of the body.
#[derive(Debug)]
struct Seen {
    method: String,
    path: String,
    query: BTreeSet<String>,
    body: BTreeSet<String>,
    authorization: String,
    signed: bool,
}

/// Runs one method and looks at what it sent; what comes back does not matter.
macro_rules! seen {
    ($client:ident => $call:expr) => {{
        let (client, transport) = scripted([reply(400, &json!({}))]);
        let $client: &PromptOpsClient = &client;
        let _ = $call.await;
        let sent = transport.sent();
        assert_eq!(sent.len(), 1, "{}", stringify!($call));
        let sent = &sent[0];
        let query = sent.uri.query().unwrap_or_default();
        Seen {
            method: sent.method.to_string(),
            path: sent.uri.path().to_owned(),
            query: query
                .split('&')
                .filter(|pair| !pair.is_empty())
                .map(|pair| pair.split('=').next().unwrap().to_owned())
                .collect(),
            body: serde_json::from_str::<Value>(&sent.text())
                .ok()
                .and_then(|body| Some(body.as_object()?.keys().cloned().collect()))
                .unwrap_or_default(),
            authorization: sent.header("authorization").to_owned(),
            signed: !sent.header("x-promptops-signature").is_empty(),
        }
    }};
}

fn map() -> JsonMap {
    JsonMap::from([("a", 1)])
}

fn time() -> PoTime {
    "2024-01-01T00:00:00Z".parse().unwrap()
}

fn money() -> Decimal {
    "0.5".parse().unwrap()
}

fn cursor() -> voice_core::client::Cursor {
    voice_core::client::Cursor::new("7")
}

/// Every typed method, with everything set that can be.
async fn everything() -> BTreeMap<&'static str, Seen> {
    let variant = || Variant::new("v");
    let mut all = BTreeMap::new();
    all.insert(
        "get_prompt",
        seen!(c => c.prompts().project("p").get("greet")),
    );
    all.insert(
        "list_versions",
        seen!(c => c.prompts().project("p").versions("greet")),
    );
    all.insert(
        "get_prompt_version",
        seen!(c => c.prompts().project("p").version("greet", "v1.0.0")),
    );
    let filter = SearchFilter::new()
        .query("q")
        .module_id("m")
        .sort_by(SortBy::Name)
        .sort_order(SortOrder::Ascending)
        .tags(vec!["a".to_owned()])
        .page_size(5_u32)
        .cursor(cursor());
    all.insert(
        "search_prompts",
        seen!(c => c.prompts().project("p").search_page(&filter)),
    );
    all.insert(
        "get_model_prompt",
        seen!(c => c.prompts().project("p").for_model("greet", &Provider::OpenAi, "gpt-4")),
    );
    all.insert(
        "batch_get_prompts",
        seen!(c => c.prompts().project("p").batch(["greet"], BatchOptions::new().with_versions())),
    );
    let new = NewPrompt::new("n", "c")
        .description("d")
        .project_id("p")
        .module_id("m")
        .variables(["a"])
        .target_models(["openai"])
        .tags(["t"]);
    all.insert("create_prompt", seen!(c => c.prompts().create(&new)));
    let texts = || vec!["a".to_owned()];
    let update = PromptUpdate::new()
        .name("n")
        .description("d")
        .content("c")
        .variables(texts())
        .target_models(texts())
        .tags(texts())
        .create_new_version(true);
    all.insert(
        "update_prompt",
        seen!(c => c.prompts().update("greet", &update)),
    );
    all.insert(
        "delete_prompt",
        seen!(c => c.prompts().project("p").delete_version("greet", "1.0.0")),
    );
    let render = RemoteRender::new()
        .variables(map())
        .version("1.0.0")
        .model_provider("openai")
        .model_name("gpt-4")
        .project_id("p");
    all.insert(
        "render_prompt_remote",
        seen!(c => c.prompts().render_remote("greet", &render)),
    );
    all.insert(
        "list_models",
        seen!(c => c.models().list(&ModelFilter::new().provider("openai").capability("chat"))),
    );
    let check = CompatibilityCheck::new()
        .prompt_id("p")
        .prompt_content("c")
        .models([ModelRef::new("openai", "gpt-4")]);
    all.insert(
        "model_compatibility",
        seen!(c => c.models().compatibility(&check)),
    );
    let record = UsageRecord::new("/x", "GET", 200_u16)
        .prompt_id("p")
        .project_id("p")
        .tokens_requested(1_u64)
        .tokens_used(1_u64)
        .response_size(1_u64)
        .processing_time_ms(1_u64)
        .estimated_cost_usd(money())
        .error_message("e")
        .user_agent("a")
        .ip_address("127.0.0.1")
        .request_id("r");
    all.insert("log_usage", seen!(c => c.usage().log(&record)));
    let stats = StatsFilter::new()
        .start_date(time())
        .end_date(time())
        .prompt_id("p")
        .project_id("p")
        .granularity("day");
    all.insert("usage_stats", seen!(c => c.usage().stats(&stats)));
    all.insert("usage_limits", seen!(c => c.usage().limits()));
    all.insert("validate_key", seen!(c => c.keys().validate_self()));
    let key = NewApiKey::new("n")
        .description("d")
        .rate_limit_per_minute(1_u64)
        .rate_limit_per_hour(1_u64)
        .rate_limit_per_day(1_u64)
        .allowed_projects(texts())
        .allowed_scopes(vec![Scope::Read])
        .expires_at(time());
    all.insert("create_api_key", seen!(c => c.keys().create(&key)));
    let keys = KeyFilter::new()
        .status("active")
        .page_size(5_u32)
        .cursor(cursor());
    all.insert("list_api_keys", seen!(c => c.keys().list_page(&keys)));
    all.insert("revoke_api_key", seen!(c => c.keys().revoke("k")));
    all.insert("client_health", seen!(c => c.service().client_health()));
    all.insert("health", seen!(c => c.service().health()));
    all.insert("runtime_health", seen!(c => c.service().runtime_health()));
    all.insert(
        "runtime_get",
        seen!(c => c.runtime().get("greet", "1.0.0", Some("openai"))),
    );
    all.insert(
        "runtime_rollback",
        seen!(c => c.runtime().rollback("greet", "1.0.0")),
    );
    all.insert(
        "runtime_invalidate",
        seen!(c => c.runtime().invalidate("greet", Some("1.0.0"))),
    );
    let template = TemplateRequest::new("t", "live", map())
        .tenant("t")
        .overrides(map());
    all.insert(
        "template_render",
        seen!(c => c.templates().render(&template)),
    );
    all.insert("alias_list", seen!(c => c.aliases().list()));
    all.insert("alias_get", seen!(c => c.aliases().get("live")));
    let weights = BTreeMap::from([("1.0.0".to_owned(), 0.9), ("1.1.0".to_owned(), 0.1)]);
    all.insert(
        "alias_weights",
        seen!(c => c.aliases().set_weights("live", &weights)),
    );
    all.insert(
        "alias_promote",
        seen!(c => c.aliases().promote("live", "1.1.0")),
    );
    let experiment = NewExperiment::new("n", "p", "greet", "m", variant())
        .description("d")
        .start_time(time())
        .end_time(time())
        .traffic_percentage(50_u32)
        .allocation_strategy("uniform")
        .target_audience(map())
        .geographic_targeting(map())
        .user_attributes(map())
        .min_sample_size(100_u64)
        .statistical_significance(95_u32)
        .secondary_metrics(["x"])
        .treatment_variants([variant()]);
    all.insert(
        "experiment_create",
        seen!(c => c.experiments().create(&experiment)),
    );
    let list = ExperimentFilter::new()
        .project_id("p")
        .prompt_id("greet")
        .status("draft")
        .page_size(5_u32)
        .cursor(cursor());
    all.insert(
        "experiment_list",
        seen!(c => c.experiments().list_page(&list)),
    );
    all.insert("experiment_get", seen!(c => c.experiments().get("e")));
    let update = ExperimentUpdate::new()
        .name("n")
        .description("d")
        .status("paused")
        .start_time(time())
        .end_time(time())
        .traffic_percentage(1_u32)
        .target_audience(map())
        .geographic_targeting(map())
        .user_attributes(map())
        .min_sample_size(100_u64)
        .statistical_significance(80_u32)
        .primary_metric("m")
        .secondary_metrics(texts());
    all.insert(
        "experiment_update",
        seen!(c => c.experiments().update("e", &update)),
    );
    all.insert("experiment_delete", seen!(c => c.experiments().delete("e")));
    all.insert("experiment_start", seen!(c => c.experiments().start("e")));
    all.insert("experiment_pause", seen!(c => c.experiments().pause("e")));
    all.insert(
        "experiment_complete",
        seen!(c => c.experiments().complete("e")),
    );
    all.insert(
        "experiment_results",
        seen!(c => c.experiments().results("e")),
    );
    all.insert(
        "experiment_performance",
        seen!(c => c.experiments().performance("e")),
    );
    let assignment = NewAssignment::new("e", "s", "v", "V", map())
        .user_id("u")
        .device_id("d")
        .assignment_reason("r")
        .is_consistent(true);
    all.insert(
        "assignment_create",
        seen!(c => c.assignments().create(&assignment)),
    );
    all.insert(
        "assignment_list",
        seen!(c => c.assignments().list("s", Some("e"))),
    );
    let event = NewEvent::new("e", "s", EventType::Conversion, "n")
        .assignment_id("a")
        .event_data(map())
        .user_id("u")
        .device_id("d")
        .response_time_ms(1_u64)
        .tokens_used(1_u64)
        .cost_usd(money())
        .conversion_value(money())
        .success_indicator(true)
        .error_message("m")
        .occurred_at(time());
    all.insert("event_create", seen!(c => c.events().create(&event)));
    let events = EventFilter::new()
        .event_type("error")
        .user_id("u")
        .session_id("s")
        .start_time(time())
        .end_time(time())
        .page_size(5_u32)
        .cursor(cursor());
    all.insert("event_list", seen!(c => c.events().list_page("e", &events)));
    all.insert("ab_stats", seen!(c => c.experiments().stats(Some("p"))));
    let flag = NewFeatureFlag::new("n", "p")
        .description("d")
        .prompt_id("greet")
        .enabled(true)
        .rollout_percentage(1_u32)
        .rollout_strategy("uniform")
        .targeting_rules(map())
        .is_staged_rollout(true)
        .current_stage(1_u32)
        .total_stages(1_u32)
        .stage_rollout_percentage([1_u32])
        .is_canary_release(true)
        .canary_percentage(5_u32)
        .canary_duration_hours(1_u32)
        .scheduled_enable_time(time())
        .scheduled_disable_time(time());
    all.insert("flag_create", seen!(c => c.flags().create(&flag)));
    let flags = FlagFilter::new()
        .project_id("p")
        .enabled(true)
        .page_size(5_u32)
        .cursor(cursor());
    all.insert("flag_list", seen!(c => c.flags().list_page(&flags)));
    all.insert("flag_get", seen!(c => c.flags().get("f")));
    let update = FeatureFlagUpdate::new()
        .name("n")
        .description("d")
        .enabled(true)
        .rollout_percentage(1_u32)
        .rollout_strategy("uniform")
        .targeting_rules(map())
        .is_staged_rollout(true)
        .current_stage(1_u32)
        .total_stages(1_u32)
        .stage_rollout_percentage(vec![1_u32])
        .is_canary_release(true)
        .canary_percentage(5_u32)
        .canary_duration_hours(1_u32)
        .scheduled_enable_time(time())
        .scheduled_disable_time(time());
    all.insert("flag_update", seen!(c => c.flags().update("f", &update)));
    let segment = NewUserSegment::new("n", "p", "t", map())
        .description("d")
        .estimated_user_count(1_u64);
    all.insert("segment_create", seen!(c => c.segments().create(&segment)));
    let segments = SegmentFilter::new()
        .project_id("p")
        .is_active(true)
        .page_size(5_u32)
        .cursor(cursor());
    all.insert(
        "segment_list",
        seen!(c => c.segments().list_page(&segments)),
    );
    all
}

/// Whether a path is one of a template: as many segments, and the same where the template has a word.
fn fits(template: &str, path: &str) -> bool {
    let (template, path): (Vec<&str>, Vec<&str>) =
        (template.split('/').collect(), path.split('/').collect());
    template.len() == path.len()
        && template
            .iter()
            .zip(&path)
            .all(|(part, got)| part.starts_with('{') || part == got)
}

fn keys(value: &Value) -> BTreeSet<String> {
    let Some(object) = value.as_object() else {
        return BTreeSet::new();
    };
    object
        .keys()
        .map(|key| key.trim_end_matches('?').to_owned())
        .collect()
}

#[tokio::test(start_paused = true)]
async fn every_operation_has_a_method_that_sends_what_the_list_says() {
    let Some(specs) = specs() else { return };
    let list = json_file(&specs.join("endpoints.json"));
    let list = list.as_array().unwrap();
    let mut seen = everything().await;
    let of_flags = list
        .iter()
        .find(|entry| entry["op"] == "flag_create")
        .unwrap();
    for entry in list {
        let op = entry["op"].as_str().unwrap();
        let seen = seen
            .remove(op)
            .unwrap_or_else(|| panic!("{op} has no typed method"));
        assert_eq!(seen.method, entry["method"], "{op}");
        assert!(
            fits(entry["path"].as_str().unwrap(), &seen.path),
            "{op}: {seen:?}"
        );
        assert_eq!(seen.query, keys(&entry["query"]), "{op}");
        let mut body = keys(&entry["request"]);
        if op == "flag_update" {
            body = keys(&of_flags["request"]);
            body.retain(|key| !matches!(key.as_str(), "project_id" | "prompt_id"));
        }
        assert_eq!(seen.body, body, "{op}");

        let of_crate = OPERATIONS
            .iter()
            .find(|endpoint| {
                endpoint.operation.method().as_str() == entry["method"]
                    && endpoint.operation.path() == entry["path"]
            })
            .unwrap_or_else(|| panic!("{op} is not in OPERATIONS"));
        let documented = of_crate.evidence == Evidence::Documented;
        assert_eq!(documented, entry["evidence"] == "DOC", "{op}");
        let auth = entry["auth"].as_str().unwrap();
        let (of_list, bearer) = match auth {
            "jwt" => (Auth::Token, format!("Bearer {}", common::TOKEN)),
            "none" => (Auth::None, String::new()),
            _ => (Auth::Key, format!("Bearer {}", common::KEY)),
        };
        assert_eq!(of_crate.auth, of_list, "{op}");
        assert_eq!(seen.authorization, bearer, "{op}");
        assert_eq!(seen.signed, of_list == Auth::Key, "{op}");
    }
    assert!(seen.is_empty(), "not in the list: {seen:?}");
    assert_eq!(OPERATIONS.len(), list.len());
}
