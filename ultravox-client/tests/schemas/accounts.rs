//! The account, its usage, its bills.

use ultravox_client::accounts as a;

use crate::table::table;

pub(crate) static TO_COME: &[&str] = &[
    "AccountBillingInfo",
    "AccountTtsKeys",
    "AgentAllowance",
    "BillingReasonEnum",
    "BillingUsageDay",
    "CallStatistics",
    "CallUsage",
    "ConcurrencyBucket",
    "ConcurrencyResponse",
    "DailyCallStatistics",
    "HourlyCallStatistics",
    "Invoice",
    "InvoiceStatusEnum",
    "KeyPrefix",
    "PatchedSetTtsApiKeysRequest",
    "UsageResponse",
];

table! {
    answer "Account" => a::Account;
}
