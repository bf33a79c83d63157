//! What else v1 tells: about a number, and about the balance.

use std::time::Duration;

use serde_json::{Value, json};

use super::Exception;
use super::record::digits;
use crate::testkit::time::india;
use crate::testkit::world::Shared;

/// The balance may be asked for so often.
const BALANCE_EVERY: Duration = Duration::from_secs(60);

pub(super) fn balance(shared: &Shared, account: usize) -> Result<Value, Exception> {
    let clock = &shared.settings.clock;
    let (now, wall) = (clock.now(), clock.wall());
    let mut state = shared.lock();
    let account = state
        .accounts
        .get_mut(account)
        .ok_or_else(Exception::not_found)?;
    if let Some(asked) = account.balance_asked {
        let since = now.saturating_duration_since(asked);
        if since < BALANCE_EVERY {
            return Err(shared.wait(BALANCE_EVERY - since));
        }
    }
    account.balance_asked = Some(now);
    Ok(json!({"Account": {
        "AccountSid": account.name,
        "BalanceData": {
            "Balance": "1543.75",
            "Currency": "INR",
            "PricingPlan": "Simulated",
            "DateUpdated": india(wall),
        },
    }}))
}

/// Indian numbers only, in any spelling.
pub(super) fn number(number: &str) -> Result<Value, Exception> {
    let national = digits(number);
    let indian = number.starts_with("+91") || !number.starts_with('+');
    if !indian || national.len() != 10 {
        return Err(Exception::not_found());
    }
    let mobile = national.starts_with(['6', '7', '8', '9']);
    let (kind, circle, circle_name, operator, operator_name) = if mobile {
        ("Mobile", "KA", "Karnataka", "AL", "Airtel")
    } else {
        ("Landline", "DL", "Delhi", "BS", "BSNL")
    };
    Ok(json!({"Numbers": {
        "PhoneNumber": format!("0{national}"),
        "Circle": circle,
        "CircleName": circle_name,
        "Type": kind,
        "Operator": operator,
        "OperatorName": operator_name,
        "DND": "No",
    }}))
}
