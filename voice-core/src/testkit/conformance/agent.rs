//! What every agent provider keeps.

use crate::clock::SystemClock;
use crate::error::{Delivery, ErrorKind};
use crate::ident::AgentName;
use crate::provider::{
    AgentChange, AgentId, AgentProvider, AgentSpec, CallKey, ListAgents, MediaKind, SessionRequest,
};

/// Creates two agents, reads, finds, changes and lists them, opens a session and ends it.
///
/// `unknown` is an id of the provider's form that no agent has; `media` one the provider can speak.
#[allow(clippy::expect_used, reason = "a conformance suite fails by panicking")]
pub async fn agent_provider(provider: &dyn AgentProvider, unknown: &AgentId, media: MediaKind) {
    let name = |text: &str| AgentName::parse(text).expect("a valid name");
    let created = provider
        .create_agent(&AgentSpec::new(
            name("Conformance One"),
            "Greet {{customer_name}}.",
        ))
        .await
        .expect("an agent can be created");
    assert_eq!(created.name, "Conformance One", "the name is kept as given");
    provider
        .create_agent(&AgentSpec::new(name("Conformance Two"), "Be brief."))
        .await
        .expect("a second agent can be created");

    let read = provider
        .get_agent(&created.id)
        .await
        .expect("it can be read");
    assert_eq!(
        (read.id, read.name),
        (created.id.clone(), created.name.clone())
    );
    assert_eq!(
        read.prompt.as_deref(),
        Some("Greet {{customer_name}}."),
        "the prompt is kept, its variables untouched"
    );

    let missing = provider
        .get_agent(unknown)
        .await
        .expect_err("an unknown id is an error");
    assert_eq!(missing.kind(), ErrorKind::NotFound, "{missing}");
    assert_eq!(missing.delivery(), Delivery::Answered, "{missing}");
    assert!(
        !missing.provider().is_empty() && missing.status().is_some(),
        "{missing}"
    );

    let found = provider
        .find_agent(&name("Conformance Two"))
        .await
        .expect("find");
    assert!(found.is_some(), "an agent is found by its exact name");
    let absent = provider
        .find_agent(&name("Conformance"))
        .await
        .expect("find");
    assert!(absent.is_none(), "a part of a name finds nothing");

    let mut request = ListAgents::new();
    let mut names = Vec::new();
    for _ in 0..1000 {
        let page = provider.list_agents(&request).await.expect("a page");
        names.extend(page.items.into_iter().map(|agent| agent.name));
        match page.next {
            Some(next) => request = ListAgents::new().from(next),
            None => break,
        }
    }
    for wanted in ["Conformance One", "Conformance Two"] {
        let count = names.iter().filter(|name| *name == wanted).count();
        assert_eq!(count, 1, "{wanted} stands in the list once");
    }

    let change = AgentChange::new().prompt("Greet {{customer_name}} warmly.");
    let changed = provider
        .update_agent(&created.id, &change)
        .await
        .expect("update");
    assert_eq!(
        changed.prompt.as_deref(),
        Some("Greet {{customer_name}} warmly.")
    );
    assert_eq!(changed.name, created.name, "what was not named stays");

    let key = CallKey::unique(&SystemClock::default());
    let before = provider.find_session(&key).await.expect("a look");
    assert!(before.is_none(), "a fresh key has no session");
    let mut order = SessionRequest::new(created.id, key.clone(), media);
    order.context.insert("customer_name".into(), "Ada".into());
    let session = provider
        .open_session(&order)
        .await
        .expect("a session opens");
    assert!(
        session.join_url.expose().starts_with("ws"),
        "a join URL is a WebSocket URL"
    );
    assert!(
        !format!("{session:?} {order:?}").contains(session.join_url.expose()),
        "a join URL is a secret"
    );
    let again = provider
        .find_session(&key)
        .await
        .expect("a look")
        .expect("its key finds it");
    assert_eq!(again.id, session.id);
    provider.end_session(&session.id).await.expect("it ends");
    provider
        .end_session(&session.id)
        .await
        .expect("ending it twice is no error");
}
