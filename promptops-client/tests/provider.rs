//! Both prompt providers keep the promises of the family's trait, in the server's words and in the documentation's.
#![cfg(feature = "testkit")]
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use promptops_client::models::{ModelSpecificPrompt, Provider};
use promptops_client::testkit::{PromptOpsSimulator, Speaks};
use promptops_client::{CacheSwitch, Latest, PromptOps};
use voice_core::provider::PromptProvider;
use voice_core::testkit::conformance::{PromptFixture, prompt_provider};

const TEXT: &str = "Short.";

async fn simulator(speaks: Speaks) -> PromptOpsSimulator {
    let simulator = PromptOpsSimulator::builder().speaks(speaks).start().await;
    simulator.add("greet", "1.9.0", &format!("Old: {}", PromptFixture::TEXT));
    simulator.add("greet", "1.10.0", PromptFixture::TEXT);
    for number in 0..120 {
        simulator.add(&format!("other-{number}"), "1.0.0", "Hello");
    }
    let text = ModelSpecificPrompt::new(Provider::OpenAi, "gpt-4o", TEXT);
    simulator.add_for_model("greet", &text);
    simulator
}

#[tokio::test]
async fn both_pass_the_suite() {
    let id = |id: &str| id.parse().unwrap();
    let fixture = PromptFixture::new(id("greet"), "1.9.0", "1.10.0", id("nowhere"))
        .with_model("openai", "gpt-4o", TEXT);
    for speaks in [Speaks::Server, Speaks::Docs] {
        let simulator = simulator(speaks).await;
        // The reference server's own latest is 1.9.0, by the order of texts.
        let client = simulator.client_builder().latest(Latest::Semver).build();
        let client = client.unwrap();
        let cached = PromptOps::new(client.clone()).unwrap();
        let bypass = PromptOps::builder(client.clone()).cache(CacheSwitch::Off);
        let bypass = bypass.build().unwrap();
        let providers: [&dyn PromptProvider; 3] = [&client, &cached, &bypass];
        for provider in providers {
            prompt_provider(provider, &fixture).await;
        }
    }
}
