//! That the simulator is what it says: every operation, in both forms, and the server's odd ways.

use promptops_client::models::{ModelSpecificPrompt, Prompt, Provider, Scope, UsageRecord};
use promptops_client::resources::{BatchOptions, SearchFilter};
use promptops_client::{Evidence, Latest, OPERATIONS};
use voice_core::error::ErrorKind;

use super::support::*;

const CREATES: [&str; 3] = ["experiments.create", "flags.create", "segments.create"];

#[tokio::test(start_paused = true)]
async fn the_server_has_its_operations_and_no_others() {
    for endpoint in OPERATIONS {
        let name = endpoint.operation.name();
        let world = World::new().await;
        let client = world
            .client
            .with(voice_core::client::RequestOptions::new().retries(0));
        fill(&world.sim, name);
        let answer = ask(&client, &world.sim, endpoint).await;
        match (endpoint.evidence, CREATES.contains(&name)) {
            (Evidence::Server, false) => {
                let body = answer.unwrap_or_else(|error| panic!("{name}: {error}"));
                assert!(body.get("success").is_none(), "{name}: {body}");
                assert_eq!(world.sim.carried_out(name), 1, "{name}");
            }
            (Evidence::Server, true) => {
                assert_eq!(answer.unwrap_err().kind(), ErrorKind::Server, "{name}");
                assert_eq!(world.sim.carried_out(name), 0, "{name}");
            }
            _ => assert_eq!(answer.unwrap_err().kind(), ErrorKind::Unsupported, "{name}"),
        }
    }
}

#[tokio::test(start_paused = true)]
async fn the_documented_service_has_all_but_the_servers_health() {
    for endpoint in OPERATIONS {
        let name = endpoint.operation.name();
        let world = World::docs().await;
        fill(&world.sim, name);
        let answer = ask(&world.client, &world.sim, endpoint).await;
        if name == "service.health" {
            assert_eq!(answer.unwrap_err().status().unwrap(), 404);
            continue;
        }
        answer.unwrap_or_else(|error| panic!("{name}: {error}"));
        assert_eq!(world.sim.carried_out(name), 1, "{name}");
    }
}

#[tokio::test(start_paused = true)]
async fn health_is_found_in_both() {
    for world in [World::new().await, World::docs().await] {
        let health = world.client.service().any_health().await.unwrap();
        assert_eq!(health.version.as_deref(), Some("1.0.0"));
    }
}

#[tokio::test(start_paused = true)]
async fn the_server_finds_by_pattern_and_the_client_notices() {
    let world = World::new().await;
    world.sim.add("greet", "1.0.0", "Hello");
    world.sim.add("greet-verbose", "9.0.0", "Hello at length");
    world.sim.add("axb-v1.0.0", "1.0.0", "of another prompt");
    let prompts = world.client.prompts();
    for id in ["greet", "a_b"] {
        let error = prompts.get(id).await.unwrap_err();
        assert!(
            promptops_client::error::IdMismatch::of(&error).is_some(),
            "{id}: {error}"
        );
    }
    let versions = prompts.versions("greet").await.unwrap();
    assert_eq!(versions.len(), 1, "the foreign one is left out");

    let docs = World::docs().await;
    docs.sim.add("greet", "1.0.0", "Hello");
    docs.sim.add("greet-verbose", "9.0.0", "Hello at length");
    assert_eq!(
        docs.client.prompts().get("greet").await.unwrap().content,
        "Hello"
    );
}

#[tokio::test(start_paused = true)]
async fn latest_by_text_unless_asked_by_meaning() {
    let world = World::new().await;
    for version in ["1.2.0", "1.10.0", "1.9.0"] {
        world.sim.add("greet", version, version);
    }
    assert_eq!(
        world.client.prompts().get("greet").await.unwrap().content,
        "1.9.0"
    );
    let semver = world.sim.client_builder().latest(Latest::Semver);
    let semver = semver.options(world.options()).build().unwrap();
    assert_eq!(
        semver.prompts().get("greet").await.unwrap().content,
        "1.10.0"
    );
    for id in ["greet-v1.2.0", "greet-v1.9.0"] {
        let pinned = world.client.prompts().get(id).await.unwrap();
        assert_eq!(pinned.content, id.trim_start_matches("greet-v"));
    }
    let error = world
        .client
        .prompts()
        .version("greet", "v3.0.0")
        .await
        .unwrap_err();
    assert_eq!(error.kind(), ErrorKind::NotFound);
}

#[tokio::test(start_paused = true)]
async fn texts_for_models_are_matched_exactly() {
    let world = World::new().await;
    world.sim.add("greet", "1.0.0", "main");
    let own = ModelSpecificPrompt::new(Provider::OpenAi, "gpt-4", "own");
    world.sim.add_for_model("greet", &own);
    for (model, text, specific) in [("gpt-4", "own", true), ("gpt-5", "main", false)] {
        let prompts = world.client.prompts();
        let answer = prompts
            .for_model("greet", &Provider::OpenAi, model)
            .await
            .unwrap();
        assert_eq!(
            (&*answer.content, answer.is_model_specific),
            (text, Some(specific))
        );
    }
}

#[tokio::test(start_paused = true)]
async fn a_batch_beyond_a_hundred_goes_in_chunks_and_fails_by_id() {
    let world = World::new().await;
    let ids: Vec<String> = (0..250).map(|n| format!("p{n}")).collect();
    for id in ids.iter().filter(|id| id.as_str() != "p7") {
        world.sim.add(id, "1.0.0", id);
    }
    let prompts = world.client.prompts();
    let batch = prompts
        .batch(&ids, BatchOptions::new().with_metadata())
        .await
        .unwrap();
    assert_eq!(world.sim.requests("prompts.batch"), 3);
    assert_eq!((batch.prompts.len(), batch.failures.len()), (249, 1));
    assert_eq!(batch.failures[0].error, "Prompt not found");

    world
        .sim
        .mishaps()
        .next_of("prompts.batch", voice_core::testkit::Mishap::Unauthorized);
    let batch = prompts.batch(&ids, BatchOptions::new()).await.unwrap();
    assert_eq!(
        (batch.prompts.len(), batch.failures.len()),
        (149, 101),
        "p7 is in another chunk"
    );
    assert!(batch.error.is_some());
}

#[tokio::test(start_paused = true)]
async fn a_search_is_read_to_its_end() {
    for world in [World::new().await, World::docs().await] {
        for n in 0..130 {
            world.sim.add(&format!("p{n}"), "1.0.0", "find me");
        }
        world.sim.add("other", "1.0.0", "nothing");
        let filter = SearchFilter::new().query("FIND me");
        let found = world
            .client
            .prompts()
            .search(&filter)
            .collect()
            .await
            .unwrap();
        assert_eq!(found.len(), 130);
        assert_eq!(world.sim.requests("prompts.search"), 3);
    }
}

#[tokio::test(start_paused = true)]
async fn scopes_and_projects_are_held() {
    let world = World::new().await;
    world
        .sim
        .add_prompt(Prompt::new("mine", "1.0.0", "x").project_id("p1"));
    world
        .sim
        .add_prompt(Prompt::new("theirs", "1.0.0", "x").project_id("p2"));
    world.sim.change_key(|key| {
        key.allowed_projects = Some(vec!["p1".to_owned()]);
        key.allowed_scopes = vec![Scope::Read];
    });
    let prompts = world.client.prompts();
    assert!(prompts.get("mine").await.is_ok());
    assert!(
        world
            .client
            .prompts()
            .project("p1")
            .get("mine")
            .await
            .is_ok()
    );
    for (answer, words) in [
        (prompts.get("theirs").await, "No access to this prompt"),
        (
            world.client.prompts().project("p2").get("theirs").await,
            "No access to project: p2",
        ),
    ] {
        let error = answer.unwrap_err();
        assert_eq!(
            (error.kind(), error.message()),
            (ErrorKind::Permission, words)
        );
    }
    let record = UsageRecord::new("/x", "GET", 200_u16);
    let error = world.client.usage().log(&record).await.unwrap_err();
    assert_eq!(error.message(), "Insufficient scope. Required: write");
    let rows = world.client.prompts().list().collect().await.unwrap();
    assert_eq!(rows.len(), 1, "a search shows nothing of others");
}

#[tokio::test(start_paused = true)]
async fn a_removed_version_and_a_removed_prompt_are_gone() {
    let world = World::docs().await;
    world.sim.add("greet", "1.0.0", "one");
    world.sim.add("greet", "1.1.0", "two");
    let prompts = world.client.prompts();
    prompts.delete_version("greet", "v1.1.0").await.unwrap();
    assert_eq!(prompts.get("greet").await.unwrap().content, "one");
    prompts.delete_all_versions("greet").await.unwrap();
    let error = prompts.get("greet").await.unwrap_err();
    assert_eq!(
        (error.kind(), error.code()),
        (ErrorKind::NotFound, Some("PROMPT_NOT_FOUND"))
    );
}
