//! The simulator's account.

use serde_json::{Value, json};
use voice_core::testkit::SimAnswer;

use super::answers;
use super::paging;
use super::router::{Asked, Route};
use super::world::World;

/// The account's id.
pub(super) const ACCOUNT: &str = "5e000000-0000-4000-8000-00000000acc0";

pub(super) static ROUTES: &[Route] = &[
    Route::new("accounts.list", "GET", "api/accounts", list),
    Route::new("accounts.me", "GET", "api/accounts/me", me),
    Route::new(
        "accounts.billing.get",
        "GET",
        "api/accounts/me/billing",
        billing,
    ),
    Route::new(
        "accounts.billing.invoices",
        "GET",
        "api/accounts/me/billing/invoices",
        invoices,
    ),
];

fn me(world: &mut World, _: &Asked<'_>) -> SimAnswer {
    SimAnswer::json(200, &account(world))
}

fn list(world: &mut World, _: &Asked<'_>) -> SimAnswer {
    SimAnswer::json(200, &json!([account(world)]))
}

fn billing(_: &mut World, _: &Asked<'_>) -> SimAnswer {
    SimAnswer::json(
        200,
        &json!({"paymentMethod": "card ending in 4242", "billingEmail": "bills@simulated.example"}),
    )
}

/// A dozen invoices, the last one unpaid; ten to a page unless asked, and no total.
fn invoices(_: &mut World, asked: &Asked<'_>) -> SimAnswer {
    let size = asked.request.query_value("pageSize");
    let size = size.map_or(Some(10), |size| size.parse::<usize>().ok());
    let Some(size) = size.filter(|size| (1..=100).contains(size)) else {
        return SimAnswer::json(400, &json!({"pageSize": ["Must be between 1 and 100."]}));
    };
    let items: Vec<(String, Value)> = (1..=12)
        .rev()
        .map(|month| {
            let number = format!("SIM-{month:04}");
            let status = if month == 12 { "unpaid" } else { "paid" };
            let invoice = json!({
                "invoiceDate": format!("2026-{month:02}-01T00:00:00Z"),
                "amount": 10_000,
                "billingReason": "subscription_cycle",
                "invoiceNumber": number,
                "invoiceStatus": status,
                "invoiceUrl": format!("https://bills.simulated.example/{number}"),
            });
            (number, invoice)
        })
        .collect();
    let mut settings = asked.settings.clone();
    settings.page_size = size;
    let mut answer = paging::page(asked.request, &settings, &items);
    let Ok(Value::Object(mut page)) = serde_json::from_slice(&answer.body) else {
        return answers::server_error();
    };
    page.remove("total");
    answer.body = Value::Object(page).to_string().into();
    answer
}

fn account(world: &mut World) -> Value {
    world.settle();
    let open = world
        .calls
        .iter()
        .filter(|call| call.ended.is_none())
        .count();
    json!({
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
    })
}
