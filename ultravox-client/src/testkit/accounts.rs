//! The simulator's account.

use serde_json::json;
use voice_core::testkit::SimAnswer;

use super::router::{Asked, Route};
use super::world::World;

/// The account's id.
pub(super) const ACCOUNT: &str = "5e000000-0000-4000-8000-00000000acc0";

pub(super) static ROUTES: &[Route] = &[Route::new("accounts.me", "GET", "api/accounts/me", me)];

fn me(world: &mut World, _: &Asked<'_>) -> SimAnswer {
    world.settle();
    let open = world
        .calls
        .iter()
        .filter(|call| call.ended.is_none())
        .count();
    SimAnswer::json(
        200,
        &json!({
            "accountId": ACCOUNT,
            "name": "Simulated",
            "billingUrl": "",
            "freeTimeUsed": "0s",
            "freeTimeRemaining": "1800s",
            "hasActiveSubscription": false,
            "subscriptionTier": null,
            "subscriptionCadence": null,
            "subscriptionExpiration": null,
            "subscriptionScheduledUpdate": null,
            "subscriptionRenewal": null,
            "activeCalls": open,
            "allowedConcurrentCalls": 5,
            "allowedVoices": null,
            "allowedCorpora": 2,
        }),
    )
}
