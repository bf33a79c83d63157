//! Every operation under every mishap and every outage: it ends in time, and what must not happen twice does not.

use std::time::Duration;

use promptops_client::OPERATIONS;
use promptops_client::testkit::{Creates, Outage, PromptOpsSimulator, Speaks};
use voice_core::retry::Repeat;
use voice_core::testkit::Mishap;

use super::support::*;

const DEADLINE: Duration = Duration::from_secs(60);

async fn world(speaks: Speaks) -> World {
    let builder = PromptOpsSimulator::builder()
        .speaks(speaks)
        .creates(Creates::Work);
    let mut world = World::with(builder).await;
    let options = world
        .options()
        .attempt_timeout(Duration::from_secs(10))
        .deadline(DEADLINE)
        .without_breaker()
        .without_retry_budget();
    world.client = world.sim.client_with(options).unwrap();
    world
}

/// Asks for every operation once; `order` makes it go wrong.
async fn through(
    speaks: Speaks,
    name: &str,
    is_refusal: bool,
    order: impl Fn(&World, &'static str),
) {
    for endpoint in OPERATIONS {
        let operation = endpoint.operation;
        let label = operation.name();
        let world = world(speaks).await;
        fill(&world.sim, label);
        order(&world, label);
        let answer = ask(&world.client, &world.sim, endpoint).await;
        let took = world.clock.elapsed();
        assert!(
            took <= DEADLINE + Duration::from_millis(10),
            "{label}, {name}: {took:?}"
        );
        if let Err(error) = &answer {
            let text = format!("{error} {error:?}");
            for secret in [PromptOpsSimulator::SECRET_KEY, PromptOpsSimulator::TOKEN] {
                assert!(!text.contains(secret), "{label}, {name}: {text}");
            }
        }
        if operation.repeat() == Repeat::Once {
            let (asked, done) = (world.sim.requests(label), world.sim.carried_out(label));
            assert!(done <= 1, "{label}, {name}: {done} times");
            assert!(
                is_refusal || asked <= 1,
                "{label}, {name}: asked {asked} times"
            );
        }
    }
}

#[tokio::test(start_paused = true)]
async fn every_operation_ends_under_every_mishap() {
    for speaks in [Speaks::Server, Speaks::Docs] {
        for (mishap, is_refusal) in [
            (Mishap::RateLimited(None), true),
            (Mishap::RateLimited(Some(SECOND)), true),
            (Mishap::ServerError, false),
            (Mishap::ServerErrorAfterActing, false),
            (Mishap::Unavailable(None), false),
            (Mishap::Unavailable(Some(SECOND)), true),
            (Mishap::BadGateway, false),
            (Mishap::Unauthorized, false),
            (Mishap::UnreadableSuccess, false),
            (Mishap::Slow(5 * SECOND), false),
            (Mishap::Slow(600 * SECOND), false),
        ] {
            let name = format!("{speaks:?} {mishap:?}");
            through(speaks, &name, is_refusal, |world, operation| {
                world.sim.mishaps().next_of(operation, mishap.clone());
            })
            .await;
        }
    }
}

#[tokio::test(start_paused = true)]
async fn every_operation_ends_in_every_outage() {
    for outage in [
        Outage::Down,
        Outage::Garbage,
        Outage::Cut,
        Outage::Slow(15 * SECOND),
        Outage::Hang,
    ] {
        let name = format!("{outage:?}");
        through(Speaks::Docs, &name, false, |world, _| {
            world.sim.set_outage(outage);
        })
        .await;
    }
}
