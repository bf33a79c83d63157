//! The simulator held against the recorded bodies: what a fixture has, its answer has too, ids and times aside.

use std::path::PathBuf;
use std::time::{Duration, UNIX_EPOCH};

use http::{HeaderMap, Method};
use promptops_client::models::{
    ModelSpecificPrompt, PoTime, Prompt, Provider, RiskLevel, Scope, UsageRecord,
};
use promptops_client::testkit::{PromptOpsSimulator, Signatures, Speaks};
use serde_json::{Value, json};
use voice_core::testkit::InProcess;
use voice_core::transport::Transport;

use super::support::*;

#[allow(
    clippy::disallowed_methods,
    clippy::print_stdout,
    reason = "a test's own setting, and what it says when that is missing"
)]
fn fixtures() -> Option<PathBuf> {
    let Some(directory) = std::env::var_os("VOICE_SPECS_DIR") else {
        println!("skipped: VOICE_SPECS_DIR is not set");
        return None;
    };
    Some(PathBuf::from(directory).join("promptops/fixtures"))
}

fn read(folder: &std::path::Path, name: &str) -> Value {
    let path = folder.join(format!("{name}.json"));
    serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap()
}

/// Whether `answer` has everything `fixture` has, with ids and times by kind only; `Err` says where it has not.
fn covers(answer: &Value, fixture: &Value, at: &str) -> Result<(), String> {
    match (answer, fixture) {
        (Value::Object(answer), Value::Object(fixture)) => {
            for (name, wanted) in fixture {
                let at = format!("{at}.{name}");
                let given = answer.get(name).ok_or_else(|| format!("{at} is missing"))?;
                covers(given, wanted, &at)?;
            }
            Ok(())
        }
        (Value::Array(answer), Value::Array(fixture)) => {
            if answer.len() != fixture.len() {
                return Err(format!("{at}: {} of {}", answer.len(), fixture.len()));
            }
            let mut pairs = answer.iter().zip(fixture).enumerate();
            pairs.try_for_each(|(n, (given, wanted))| covers(given, wanted, &format!("{at}.{n}")))
        }
        (Value::String(given), Value::String(wanted)) => {
            let field = at.rsplit('.').next().unwrap_or_default();
            let is_free = [
                "id",
                "module_id",
                "created_by",
                "user_id",
                "tenant_id",
                "api_key_id",
                "request_id",
            ]
            .contains(&field);
            let both_times = given.parse::<PoTime>().is_ok() && wanted.parse::<PoTime>().is_ok();
            if is_free || both_times || given == wanted {
                Ok(())
            } else {
                Err(format!("{at}: {given} for {wanted}"))
            }
        }
        (Value::Number(given), Value::Number(wanted)) => {
            let measured = [
                "processing_time_ms",
                "uptime_seconds",
                "requests_last_minute",
            ];
            let is_free = measured.iter().any(|name| at.ends_with(name));
            let same = (given.as_f64().unwrap() - wanted.as_f64().unwrap()).abs() < 1e-9;
            if is_free || same {
                Ok(())
            } else {
                Err(format!("{at}: {given} for {wanted}"))
            }
        }
        (Value::Bool(given), Value::Bool(wanted))
            if at.ends_with("cache_hit") || given == wanted =>
        {
            Ok(())
        }
        (Value::Null, Value::Null) => Ok(()),
        _ => Err(format!("{at}: {answer} for {fixture}")),
    }
}

/// A simulator filled with what the fixtures tell of.
async fn filled(speaks: Speaks) -> World {
    let builder = PromptOpsSimulator::builder()
        .speaks(speaks)
        .signatures(Signatures::Ignored)
        .limits(100, 6000, 144_000);
    let world = World::with(builder).await;
    let sim = &world.sim;
    sim.change_key(|key| {
        key.name = Some("Sample app".to_owned());
        key.description = Some("Key of the sample application".to_owned());
        key.api_key_prefix = Some("po_abc123".to_owned());
        key.allowed_projects = Some(vec!["project1".to_owned(), "project2".to_owned()]);
        key.allowed_scopes = vec![Scope::Read, Scope::Write];
        key.last_used_at = key.created_at.clone();
    });
    let own = "Reply to {{customer_name}} about {{issue_type}} in one paragraph.";
    let own =
        ModelSpecificPrompt::new(Provider::OpenAi, "gpt-4", own).instructions("One paragraph.");
    let prompt = Prompt::new(
        "prompt-uuid",
        "1.0.0",
        "Reply to {{customer_name}} about {{issue_type}}.",
    )
    .name("Support reply")
    .description("Support reply template")
    .variables(["customer_name", "issue_type"])
    .target_models(["openai", "anthropic"])
    .model_specific_prompts([own])
    .module_id("module-uuid")
    .created_by("user-uuid")
    .tags(["customer-service", "response"])
    .mas_intent("customer_support")
    .mas_fairness_notes("fairness note")
    .mas_testing_notes("testing note")
    .mas_risk_level(RiskLevel::Low);
    sim.add_prompt(prompt);
    for n in [1, 2] {
        let prompt = Prompt::new(
            format!("prompt{n}"),
            "1.0.0",
            format!("Content of prompt {n}..."),
        );
        sim.add_prompt(prompt.name(format!("Prompt {n}")));
    }
    world
}

async fn exchange(
    world: &World,
    method: Method,
    path: &str,
    token: &str,
    body: Option<&Value>,
) -> (u16, HeaderMap, Value) {
    let url = format!("http://127.0.0.1{path}");
    let mut request = http::Request::builder().method(method).uri(url);
    if !token.is_empty() {
        request = request.header("authorization", format!("Bearer {token}"));
    }
    let body = match body {
        Some(body) => {
            request = request.header("content-type", "application/json");
            body.to_string()
        }
        None => String::new(),
    };
    let transport: InProcess = world.sim.in_process();
    let answer = transport
        .send(request.body(body.into()).unwrap())
        .await
        .unwrap();
    let (status, headers) = (answer.status().as_u16(), answer.headers().clone());
    let bytes = answer.into_body().collect(1 << 20).await.unwrap();
    (
        status,
        headers,
        serde_json::from_slice(&bytes).unwrap_or(Value::Null),
    )
}

/// The fixture, in whose words, method, path, credential, body.
type Case<'a> = (&'a str, Speaks, Method, &'a str, &'a str, Option<&'a Value>);

const KEY: &str = PromptOpsSimulator::API_KEY;
const TOKEN: &str = PromptOpsSimulator::TOKEN;

#[tokio::test(start_paused = true)]
async fn its_answers_cover_the_recorded_ones() {
    let Some(folder) = fixtures() else { return };
    let render = json!({"variables": {"customer_name": "John Doe", "issue_type": "billing", "priority": "high"}});
    let batch = json!({"prompt_ids": ["prompt1", "prompt2", "prompt3"]});
    let usage = read(&folder, "doc_23_log_usage_request");
    let mut create = read(&folder, "doc_13_create_prompt_request");
    create["project_id"] = "project1".into();
    let mut logged = usage.clone();
    logged["project_id"] = "project1".into();
    let cases: [Case<'_>; 10] = [
        (
            "bare_05_list_api_keys",
            Speaks::Server,
            Method::GET,
            "/v1/client/auth/api-keys",
            TOKEN,
            None,
        ),
        (
            "doc_05_list_api_keys_response",
            Speaks::Docs,
            Method::GET,
            "/v1/client/auth/api-keys",
            TOKEN,
            None,
        ),
        (
            "doc_09_get_prompt_response",
            Speaks::Docs,
            Method::GET,
            "/v1/client/prompts/prompt-uuid",
            KEY,
            None,
        ),
        (
            "doc_11_render_prompt_response",
            Speaks::Docs,
            Method::POST,
            "/v1/client/prompts/prompt-uuid/render",
            KEY,
            Some(&render),
        ),
        (
            "bare_11_render_prompt",
            Speaks::Docs,
            Method::POST,
            "/v1/client/prompts/prompt-uuid/render",
            KEY,
            Some(&render),
        ),
        (
            "bare_14_create_prompt",
            Speaks::Docs,
            Method::POST,
            "/v1/client/prompts",
            KEY,
            Some(&create),
        ),
        (
            "doc_19_batch_get_prompts_response",
            Speaks::Docs,
            Method::POST,
            "/v1/client/prompts/batch",
            KEY,
            Some(&batch),
        ),
        (
            "bare_20_list_models",
            Speaks::Docs,
            Method::GET,
            "/v1/client/models",
            KEY,
            None,
        ),
        (
            "bare_24_log_usage",
            Speaks::Server,
            Method::POST,
            "/v1/client/usage/log",
            KEY,
            Some(&logged),
        ),
        (
            "doc_27_health_check_response",
            Speaks::Docs,
            Method::GET,
            "/v1/client/health",
            "",
            None,
        ),
    ];
    for (name, speaks, method, path, token, body) in cases {
        let world = filled(speaks).await;
        let (status, _, answer) = exchange(&world, method, path, token, body).await;
        assert!(status < 300, "{name}: {status} {answer}");
        let fixture = read(&folder, name);
        let inner = speaks == Speaks::Docs && fixture.get("success").is_none();
        let answer = if inner { &answer["data"] } else { &answer };
        covers(answer, &fixture, name).unwrap();
    }
}

#[tokio::test(start_paused = true)]
async fn model_prompts_limits_validation_and_statistics_cover_theirs() {
    let Some(folder) = fixtures() else { return };
    let world = filled(Speaks::Server).await;
    let own = ModelSpecificPrompt::new(
        Provider::OpenAi,
        "gpt-4",
        "Reply to {{customer_name}} about {{issue_type}} in one paragraph.",
    );
    let own = own
        .expected_output_format("JSON")
        .instructions("One paragraph.");
    let prompt = Prompt::new("for-gpt", "1.0.0", "main")
        .name("Support reply")
        .description("For gpt-4");
    world.sim.add_prompt(prompt.model_specific_prompts([own]));
    let path = "/v1/client/prompts/for-gpt/model/openai/gpt-4";
    let (_, _, answer) = exchange(&world, Method::GET, path, KEY, None).await;
    covers(
        &answer,
        &read(&folder, "bare_17_get_model_specific_prompt"),
        "bare_17",
    )
    .unwrap();

    world.sim.set_usage(24, 499, 7999);
    let (_, _, answer) = exchange(&world, Method::GET, "/v1/client/usage/limits", KEY, None).await;
    covers(
        &answer,
        &read(&folder, "bare_26_get_usage_limits"),
        "bare_26",
    )
    .unwrap();

    let signed = promptops_client::Signer::reference_server();
    let client = world
        .sim
        .client_builder()
        .signer(signed)
        .options(world.options());
    let valid = client
        .build()
        .unwrap()
        .keys()
        .validate_self()
        .await
        .unwrap();
    let valid = serde_json::to_value(valid.into_inner()).unwrap();
    covers(
        &valid,
        &read(&folder, "bare_08_validate_api_key"),
        "bare_08",
    )
    .unwrap();

    let start = UNIX_EPOCH + Duration::from_secs(1_704_103_200);
    for n in 0..10_u64 {
        let path = if n < 8 {
            "/v1/client/prompts"
        } else {
            "/v1/client/prompts/batch"
        };
        let record = UsageRecord::new(path, "GET", if n == 0 { 500_u16 } else { 200 });
        let record = record.tokens_used(n).estimated_cost_usd(
            "0.014250"
                .parse::<promptops_client::models::Decimal>()
                .unwrap(),
        );
        world.sim.add_usage(
            start,
            record.prompt_id("prompt1").processing_time_ms(100 + n),
        );
    }
    let (_, _, answer) = exchange(&world, Method::GET, "/v1/client/usage/stats", KEY, None).await;
    let fixture = &read(&folder, "doc_25_get_usage_statistics_response")["data"];
    let names = |value: &Value| {
        value
            .as_object()
            .unwrap()
            .keys()
            .cloned()
            .collect::<Vec<_>>()
    };
    assert_eq!(names(&answer), names(fixture));
    assert_eq!(answer["total_cost_usd"], fixture["total_cost_usd"]);
    assert_eq!(
        answer["requests_by_hour"][0]["hour"],
        fixture["requests_by_hour"][0]["hour"]
    );
    assert_eq!(answer["success_rate"], 0.9);
    assert_eq!(
        answer["top_prompts"],
        json!([{"prompt_id": "prompt1", "count": 10}])
    );
}

#[tokio::test(start_paused = true)]
async fn its_refusals_are_the_recorded_ones() {
    let Some(folder) = fixtures() else { return };
    let world = World::new().await;
    world.sim.add("greet", "1.0.0", "Hello");
    let refusal = async |path: &str, signer: promptops_client::Signer| {
        let client = world
            .sim
            .client_builder()
            .signer(signer)
            .options(world.options().retries(0));
        let client = client
            .skew_correction(promptops_client::SkewCorrection::Off)
            .build()
            .unwrap();
        let operation = voice_core::client::Operation::get("x.y", "/v1/client/prompts/{id}");
        let versions =
            voice_core::client::Operation::get("x.z", "/v1/client/prompts/{id}/versions/{v}");
        let request = match path.split_once('/') {
            Some((id, version)) => client
                .raw()
                .request(&versions)
                .path("id", id)
                .path("v", version),
            None => client.raw().request(&operation).path("id", path),
        };
        let error = request.send_raw().await.unwrap_err();
        json!({"status": error.status().unwrap().as_u16(), "body": {"detail": error.message()}})
    };
    let good = promptops_client::Signer::reference_server;
    let late = promptops_client::Signer::hmac();
    for (name, answer) in [
        ("err_server_not_found_404", refusal("nobody", good()).await),
        (
            "err_server_version_not_found_404",
            refusal("greet/9.9.9", good()).await,
        ),
        ("err_server_bad_timestamp_401", refusal("greet", late).await),
        (
            "err_server_missing_headers_401",
            refusal("greet", promptops_client::Signer::BearerOnly).await,
        ),
    ] {
        assert_eq!(answer, read(&folder, name), "{name}");
    }
    world.sim.set_usage(10_000, 0, 0);
    assert_eq!(
        refusal("greet", good()).await,
        read(&folder, "err_server_rate_limit_401")
    );
    world
        .sim
        .change_key(|key| key.expires_at = Some(UNIX_EPOCH.into()));
    assert_eq!(
        refusal("greet", good()).await,
        read(&folder, "err_server_key_expired_401")
    );
}

#[tokio::test(start_paused = true)]
async fn every_answer_carries_its_headers() {
    for speaks in [Speaks::Server, Speaks::Docs] {
        let world = filled(speaks).await;
        for (path, token) in [("/v1/client/usage/limits", KEY), ("/nowhere", "")] {
            let (_, headers, _) = exchange(&world, Method::GET, path, token, None).await;
            assert_eq!(headers["x-api-version"], "v1");
            assert!(headers.contains_key("x-request-id") && headers.contains_key("date"));
            let limited = headers.contains_key("x-ratelimit-remaining-minute");
            assert_eq!(
                limited,
                speaks == Speaks::Docs && !token.is_empty(),
                "{speaks:?} {path}"
            );
        }
        let (status, headers, body) =
            exchange(&world, Method::DELETE, "/v1/client/usage/limits", "", None).await;
        assert_eq!(
            (status, &headers["allow"]),
            (405, &http::HeaderValue::from_static("GET"))
        );
        assert_eq!(body.get("detail").is_some(), speaks == Speaks::Server);
    }
}

#[tokio::test(start_paused = true)]
async fn broken_bodies_are_named_field_by_field() {
    let world = filled(Speaks::Server).await;
    let ids: Vec<String> = (0..101).map(|n| format!("p{n}")).collect();
    for (path, body, loc) in [
        (
            "/v1/client/usage/log",
            json!({"endpoint": "/x", "method": "GET"}),
            json!(["body", "status_code"]),
        ),
        (
            "/v1/client/prompts/batch",
            json!({"prompt_ids": []}),
            json!(["body", "prompt_ids"]),
        ),
        (
            "/v1/client/prompts/batch",
            json!({"prompt_ids": ids}),
            json!(["body", "prompt_ids"]),
        ),
    ] {
        let (status, _, answer) = exchange(&world, Method::POST, path, KEY, Some(&body)).await;
        assert_eq!(
            (status, &answer["detail"][0]["loc"]),
            (422, &loc),
            "{path}: {answer}"
        );
    }
    let (status, _, answer) =
        exchange(&world, Method::GET, "/v1/client/prompts/a.b", KEY, None).await;
    assert_eq!(
        (status, &answer["detail"]),
        (400, &json!("Invalid prompt ID format"))
    );
    let path = "/v1/client/prompts?project_id=a.b";
    let (status, _, answer) = exchange(&world, Method::GET, path, KEY, None).await;
    assert_eq!(
        (status, &answer["detail"]),
        (400, &json!("Invalid project ID format"))
    );
}
