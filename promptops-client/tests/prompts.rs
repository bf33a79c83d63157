//! What comes is held against what was asked for: ids, versions, batches, lists.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test fails by panicking"
)]

mod common;

use common::{builder, prompt, reply, scripted, scripted_with, targets};
use promptops_client::Latest;
use promptops_client::error::IdMismatch;
use promptops_client::models::{NewPrompt, PromptUpdate, RemoteRender};
use promptops_client::resources::{BatchOptions, ExperimentFilter, KeyFilter, SearchFilter};
use serde_json::{Value, json};
use voice_core::client::Cursor;
use voice_core::error::ErrorKind;

#[tokio::test(start_paused = true)]
async fn another_prompt_than_the_one_asked_for_is_refused() {
    for (asked, answered) in [
        ("greet", "greet-verbose"),
        ("a_b", "axb"),
        ("greet", "greet-v2"),
    ] {
        let (client, _) = scripted([reply(200, &prompt(answered, "1.0.0"))]);
        let error = client.prompts().get(asked).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Protocol);
        let mismatch = IdMismatch::of(&error).unwrap();
        assert_eq!(
            (mismatch.asked.as_str(), mismatch.answered.as_str()),
            (asked, answered)
        );
    }
    let (client, _) = scripted([reply(200, &prompt("greet-v1.1.0", "1.1.0"))]);
    assert_eq!(
        client.prompts().get("greet").await.unwrap().version,
        "1.1.0"
    );
}

#[tokio::test(start_paused = true)]
async fn an_id_with_a_version_means_that_version_and_not_the_latest() {
    let (client, transport) = scripted([
        reply(200, &prompt("greet-v1.0.0", "1.0.0")),
        reply(200, &prompt("greet-v1.1.0", "1.1.0")),
        reply(404, &json!({"detail": "Prompt version not found"})),
    ]);
    assert_eq!(
        client.prompts().get("greet-v1.0.0").await.unwrap().id,
        "greet-v1.0.0"
    );
    let error = client.prompts().get("greet-v1.0.0").await.unwrap_err();
    assert_eq!(IdMismatch::of(&error).unwrap().answered, "greet-v1.1.0");
    let error = client
        .prompts()
        .version("greet", "V2.0.0")
        .await
        .unwrap_err();
    assert_eq!(error.kind(), ErrorKind::NotFound);
    assert_eq!(error.context_value("prompt_id"), Some("greet"));
    assert_eq!(error.context_value("version"), Some("2.0.0"));
    assert_eq!(
        targets(&transport),
        [
            "GET /v1/client/prompts/greet/versions/1.0.0",
            "GET /v1/client/prompts/greet/versions/1.0.0",
            "GET /v1/client/prompts/greet/versions/2.0.0",
        ]
    );
}

#[tokio::test(start_paused = true)]
async fn the_latest_by_meaning_is_found_among_the_versions_of_this_prompt() {
    let versions = json!([
        prompt("greet-v1.9.0", "1.9.0"),
        prompt("greet-v1.10.0", "1.10.0"),
        prompt("greet-verbose", "9.0.0"),
        prompt("greet", "1.0.0"),
    ]);
    let semver = || builder().latest(Latest::Semver);
    let (client, transport) = scripted_with(semver(), [reply(200, &versions)]);
    assert_eq!(
        client.prompts().get("greet").await.unwrap().version,
        "1.10.0"
    );
    assert_eq!(
        targets(&transport),
        ["GET /v1/client/prompts/greet/versions"]
    );
    let (client, _) = scripted_with(
        semver(),
        [reply(200, &json!([prompt("greet-verbose", "9.0.0")]))],
    );
    let error = client.prompts().get("greet").await.unwrap_err();
    assert!(error.is_not_found());
}

#[tokio::test(start_paused = true)]
async fn what_breaks_a_rule_is_not_sent() {
    let (client, transport) = scripted([]);
    let prompts = client.prompts();
    let update = PromptUpdate::new().content("x");
    for error in [
        prompts.get("a b").await.unwrap_err(),
        prompts.get("").await.unwrap_err(),
        prompts.project("../x").get("greet").await.unwrap_err(),
        prompts.version("greet-v1.0.0", "2.0.0").await.unwrap_err(),
        prompts.version("greet", "").await.unwrap_err(),
        prompts
            .delete_all_versions("greet-v1.0.0")
            .await
            .unwrap_err(),
        prompts.update("greet.x", &update).await.unwrap_err(),
        prompts.create(&NewPrompt::new("", "")).await.unwrap_err(),
        prompts
            .search_page(&SearchFilter::new().page_size(1001_u32))
            .await
            .unwrap_err(),
        prompts
            .search_page(&SearchFilter::new().cursor(Cursor::new("x")))
            .await
            .unwrap_err(),
    ] {
        assert_eq!(error.kind(), ErrorKind::InvalidInput, "{error}");
        assert!(!error.fields().is_empty(), "{error}");
    }
    assert!(transport.sent().is_empty());
}

#[tokio::test(start_paused = true)]
async fn a_large_batch_goes_in_chunks_and_every_id_is_accounted_for() {
    let ids: Vec<String> = (0..250).map(|n| format!("p{n:03}")).collect();
    let answer = |range: std::ops::Range<usize>| {
        let prompts: serde_json::Map<String, Value> = range
            .map(|n| (ids[n].clone(), prompt(&ids[n], "1.0.0")))
            .collect();
        reply(200, &json!({"prompts": prompts, "errors": []}))
    };
    let (client, transport) = scripted([
        answer(0..100),
        reply(400, &json!({"detail": "no"})),
        reply(
            200,
            &json!({
                "prompts": {"p200": prompt("p200-verbose", "1.0.0"), "p201": prompt("p201-v1.0.0", "1.0.0")},
                "errors": [{"prompt_id": "p202", "error": "Prompt not found"}],
            }),
        ),
    ]);
    let asked = ids.iter().map(String::as_str).chain(["p000", "not an id"]);
    let batch = client
        .prompts()
        .batch(asked, BatchOptions::new())
        .await
        .unwrap();
    assert_eq!(transport.sent().len(), 3);
    assert_eq!(batch.prompts.len(), 101);
    assert_eq!(batch.prompts.len() + batch.failures.len(), 251);
    assert_eq!(
        batch.error.as_ref().unwrap().kind(),
        ErrorKind::InvalidInput
    );
    let why = |id: &str| {
        let failure = batch
            .failures
            .iter()
            .find(|failure| failure.prompt_id == id);
        failure.unwrap().error.clone()
    };
    assert_eq!(why("p202"), "Prompt not found");
    assert!(why("p200").contains("another prompt"));
    assert!(why("p203").contains("not in the answer"));
    assert_eq!(why("p150"), "no");
    let sizes: Vec<usize> = transport
        .sent()
        .iter()
        .map(|sent| {
            let body: Value = serde_json::from_str(&sent.text()).unwrap();
            body["prompt_ids"].as_array().unwrap().len()
        })
        .collect();
    assert_eq!(sizes, [100, 100, 50]);

    let (client, _) = scripted([reply(403, &json!({"detail": "No access to project: p"}))]);
    let error = client
        .prompts()
        .batch(["a"], BatchOptions::new())
        .await
        .unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Permission);
}

#[tokio::test(start_paused = true)]
async fn a_search_is_read_to_its_end_and_an_empty_page_ends_it() {
    let page = |ids: &[&str], more: bool| {
        let rows: Vec<Value> = ids.iter().map(|id| json!({"id": id})).collect();
        reply(
            200,
            &json!({"prompts": rows, "total": 3, "limit": 2, "offset": 0, "has_more": more}),
        )
    };
    let (client, transport) = scripted([page(&["a", "b"], true), page(&["c"], false)]);
    let filter = SearchFilter::new().query("x y").page_size(2_u32);
    let rows = client
        .prompts()
        .project("p")
        .search(&filter)
        .collect()
        .await
        .unwrap();
    assert_eq!(
        rows.iter().map(|row| row.id.as_str()).collect::<Vec<_>>(),
        ["a", "b", "c"]
    );
    assert_eq!(
        targets(&transport),
        [
            "GET /v1/client/prompts?query=x+y&project_id=p&limit=2",
            "GET /v1/client/prompts?query=x+y&project_id=p&limit=2&offset=2",
        ]
    );
    let (client, transport) = scripted([page(&["a"], true), page(&[], true)]);
    assert_eq!(client.prompts().list().collect().await.unwrap().len(), 1);
    assert_eq!(transport.sent().len(), 2);
}

#[tokio::test(start_paused = true)]
async fn lists_without_a_word_about_more_go_on_after_a_full_page_only() {
    let page = |ids: &[&str]| {
        reply(
            200,
            &json!(ids.iter().map(|id| json!({"id": id})).collect::<Vec<_>>()),
        )
    };
    let (client, transport) = scripted([page(&["a", "b"]), page(&["c"])]);
    let filter = ExperimentFilter::new().page_size(2_u32);
    assert_eq!(
        client
            .experiments()
            .list(&filter)
            .collect()
            .await
            .unwrap()
            .len(),
        3
    );
    assert_eq!(transport.sent().len(), 2);

    // The reference server passes over limit and offset of this list and would give the same keys for ever.
    let (client, transport) = scripted([page(&["a", "b"])]);
    let filter = KeyFilter::new().page_size(2_u32);
    assert_eq!(
        client.keys().list(&filter).collect().await.unwrap().len(),
        2
    );
    assert_eq!(transport.sent().len(), 1);
}

#[tokio::test(start_paused = true)]
async fn what_a_service_does_not_have_is_unsupported_and_what_it_cannot_find_is_not_found() {
    let render = RemoteRender::new();
    for (status, body, kind) in [
        (404, json!({"detail": "Not Found"}), ErrorKind::Unsupported),
        (
            405,
            json!({"detail": "Method Not Allowed"}),
            ErrorKind::Unsupported,
        ),
        (
            404,
            json!({"detail": "Prompt not found"}),
            ErrorKind::NotFound,
        ),
        (
            404,
            json!({"success": false, "error": {"code": "PROMPT_NOT_FOUND", "message": "x"}}),
            ErrorKind::NotFound,
        ),
    ] {
        let (client, _) = scripted([reply(status, &body)]);
        let error = client
            .prompts()
            .render_remote("greet", &render)
            .await
            .unwrap_err();
        assert_eq!(error.kind(), kind, "{body}");
        let named = error.context_value("unsupported_operation");
        assert_eq!(named.is_some(), kind == ErrorKind::Unsupported);
    }
    let (client, _) = scripted([reply(404, &json!({"detail": "Not Found"}))]);
    let error = client.prompts().get("greet").await.unwrap_err();
    assert_eq!(
        error.kind(),
        ErrorKind::NotFound,
        "the server has this operation"
    );
}

#[tokio::test(start_paused = true)]
async fn a_prompt_with_a_field_success_of_its_own_is_no_envelope() {
    let mut body = prompt("greet", "1.0.0");
    body["success"] = json!("rate of 90 %");
    let (client, _) = scripted([reply(200, &body)]);
    let read = client.prompts().get("greet").await.unwrap();
    assert_eq!(read.extra["success"], "rate of 90 %");
}
