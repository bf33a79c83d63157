//! The account, its usage, its bills, its keys.

use ultravox_client::accounts as a;
use ultravox_client::telephony_configs::KeyPrefix;

use crate::table::table;

table! {
    answer "Account" => a::Account;
    answer "AccountBillingInfo" => a::BillingInfo;
    answer "Invoice" => a::Invoice;
    words "BillingReasonEnum" => a::InvoiceReason;
    words "InvoiceStatusEnum" => a::InvoiceStatus;
    answer "UsageResponse" => a::BillingUsage;
    answer "BillingUsageDay" => a::BillingDay;
    answer "CallUsage" => a::CallUsage;
    answer "CallStatistics" => a::CallStatistics;
    answer "DailyCallStatistics" => a::DailyCalls;
    answer "HourlyCallStatistics" => a::HourlyCalls;
    answer "ConcurrencyResponse" => a::Concurrency;
    answer "ConcurrencyBucket" => a::ConcurrencyPoint;
    answer "AccountTtsKeys" => a::TtsApiKeys;
    request "PatchedSetTtsApiKeysRequest" => a::TtsApiKeysUpdate;
    answer "KeyPrefix" => KeyPrefix;
}
