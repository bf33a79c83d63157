//! What was used and what it cost: records, and triggers that tell when a limit is reached.
//!
//! ```no_run
//! # async fn example(client: twilio_client::TwilioClient) -> Result<(), Box<dyn std::error::Error>> {
//! use twilio_client::usage::{ListUsageRecords, UsageDate, UsagePeriod};
//!
//! let filter = ListUsageRecords::new().category("calls").start_date(UsageDate::days_ago(30));
//! let mut days = client.usage().records(UsagePeriod::Daily).list(&filter);
//! while let Some(day) = days.next().await {
//!     let day = day?;
//!     println!("{:?}: {:?} {:?}", day.start_date, day.price, day.price_unit);
//! }
//! # Ok(()) }
//! ```

mod date;
mod records;
mod trigger_value;
mod triggers;

use crate::client::TwilioClient;
use crate::operation::accessor;

pub use date::UsageDate;
pub(crate) use records::OPERATIONS as RECORD_OPERATIONS;
pub use records::{ListUsageRecords, UsagePeriod, UsageRecord, UsageRecords};
pub use trigger_value::{TriggerValue, TriggerValueError};
pub(crate) use triggers::OPERATIONS as TRIGGER_OPERATIONS;
pub use triggers::{
    CreateUsageTrigger, ListUsageTriggers, Recurring, TriggerField, UpdateUsageTrigger,
    UsageTrigger, UsageTriggers,
};

accessor! {
    /// What was used; see [`TwilioClient::usage`].
    Usage
}

impl TwilioClient {
    /// What was used and what it cost.
    #[must_use]
    pub fn usage(&self) -> Usage<'_> {
        Usage::new(self)
    }
}

impl<'c> Usage<'c> {
    /// Records, summed up over such periods.
    #[must_use]
    pub fn records(&self, period: UsagePeriod) -> UsageRecords<'c> {
        UsageRecords::new(self.client, period)
    }

    /// Triggers, which tell when a limit is reached.
    #[must_use]
    pub fn triggers(&self) -> UsageTriggers<'c> {
        UsageTriggers::new(self.client)
    }
}
