//! Records: how much of a category was used in a period.

use serde_json::{Map, Value};
use voice_core::client::{Cursor, Operation, Pager};
use voice_core::ident::AccountSid;

use super::UsageDate;
use super::date::day_rule;
use crate::operation::{accessor, operations};
use crate::paging;
use crate::types::{ApiTime, Numeric, Toggle, list_request, resource};

operations! { Api "api_v2010":
    SPAN = get "usage.records.list" ListUsageRecord "/2010-04-01/Accounts/{AccountSid}/Usage/Records.json";
    ALL_TIME = get "usage.records.all_time" ListUsageRecordAllTime "/2010-04-01/Accounts/{AccountSid}/Usage/Records/AllTime.json";
    DAILY = get "usage.records.daily" ListUsageRecordDaily "/2010-04-01/Accounts/{AccountSid}/Usage/Records/Daily.json";
    LAST_MONTH = get "usage.records.last_month" ListUsageRecordLastMonth "/2010-04-01/Accounts/{AccountSid}/Usage/Records/LastMonth.json";
    MONTHLY = get "usage.records.monthly" ListUsageRecordMonthly "/2010-04-01/Accounts/{AccountSid}/Usage/Records/Monthly.json";
    THIS_MONTH = get "usage.records.this_month" ListUsageRecordThisMonth "/2010-04-01/Accounts/{AccountSid}/Usage/Records/ThisMonth.json";
    TODAY = get "usage.records.today" ListUsageRecordToday "/2010-04-01/Accounts/{AccountSid}/Usage/Records/Today.json";
    YEARLY = get "usage.records.yearly" ListUsageRecordYearly "/2010-04-01/Accounts/{AccountSid}/Usage/Records/Yearly.json";
    YESTERDAY = get "usage.records.yesterday" ListUsageRecordYesterday "/2010-04-01/Accounts/{AccountSid}/Usage/Records/Yesterday.json";
}

/// Over what usage is summed up; always one record for each category.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum UsagePeriod {
    /// The whole span between start and end date.
    Span,
    /// All the time the account has existed.
    AllTime,
    /// Each day of the span.
    Daily,
    /// The month before this one.
    LastMonth,
    /// Each month of the span.
    Monthly,
    /// This month.
    ThisMonth,
    /// Today (UTC).
    Today,
    /// Each year of the span.
    Yearly,
    /// Yesterday (UTC).
    Yesterday,
}

impl UsagePeriod {
    /// All nine.
    pub const ALL: [Self; 9] = [
        Self::Span,
        Self::AllTime,
        Self::Daily,
        Self::LastMonth,
        Self::Monthly,
        Self::ThisMonth,
        Self::Today,
        Self::Yearly,
        Self::Yesterday,
    ];

    fn operation(self) -> &'static Operation {
        match self {
            Self::Span => &SPAN,
            Self::AllTime => &ALL_TIME,
            Self::Daily => &DAILY,
            Self::LastMonth => &LAST_MONTH,
            Self::Monthly => &MONTHLY,
            Self::ThisMonth => &THIS_MONTH,
            Self::Today => &TODAY,
            Self::Yearly => &YEARLY,
            Self::Yesterday => &YESTERDAY,
        }
    }
}

list_request! {
    /// Which records to list: all of the period unless filtered.
    ListUsageRecords {
        /// Only this category, such as `calls`, or `totalprice` for the sum of all.
        category = "Category": String,
        /// Only usage on or after this day.
        start_date = "StartDate": UsageDate,
        /// Only usage on or before this day.
        end_date = "EndDate": UsageDate,
        /// Whether subaccounts are counted in; on unless set.
        include_subaccounts = "IncludeSubaccounts": Toggle,
    } rules |list, problems| {
        day_rule(list.start_date, "StartDate", problems);
        day_rule(list.end_date, "EndDate", problems);
    }
}

resource! {
    /// How much of a category was used in a period.
    UsageRecord {
        /// The account that used it.
        account_sid: AccountSid,
        /// The version of the API.
        api_version: String,
        /// Up to when it is known; later usage is not in it yet.
        as_of: ApiTime,
        /// The category.
        category: String,
        /// How often, in [`count_unit`](Self::count_unit).
        count: Numeric,
        /// What is counted, such as `calls`.
        count_unit: String,
        /// What the category is.
        description: String,
        /// The last day (UTC), `YYYY-MM-DD`.
        end_date: String,
        /// What it cost, in [`price_unit`](Self::price_unit).
        price: Numeric,
        /// The currency (ISO 4217, often in small letters).
        price_unit: String,
        /// The first day (UTC), `YYYY-MM-DD`.
        start_date: String,
        /// The addresses of the same category over other periods.
        subresource_uris: Map<String, Value>,
        /// Its own address, relative to the API's host.
        uri: String,
        /// How much, in [`usage_unit`](Self::usage_unit): what is billed.
        usage: Numeric,
        /// What is measured, such as `minutes`.
        usage_unit: String,
    }
}

accessor! {
    /// Records summed up over periods; see [`Usage::records`](super::Usage::records).
    UsageRecords { period: UsagePeriod }
}

impl UsageRecords<'_> {
    /// Lists records, page by page.
    #[must_use]
    pub fn list(&self, request: &ListUsageRecords) -> Pager<'static, UsageRecord> {
        let operation = self.period.operation();
        paging::items(self.client, ON, operation, "usage_records", &[], request)
    }

    /// Takes a list up again at a stored cursor, which holds its filters.
    #[must_use]
    pub fn resume(&self, cursor: Cursor) -> Pager<'static, UsageRecord> {
        let operation = self.period.operation();
        paging::resumed(self.client, ON, operation, "usage_records", cursor)
    }
}
