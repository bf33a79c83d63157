//! How the account pays, its invoices, and billed minutes. All of it is undocumented by the API.

use voice_core::client::{Client, Operation};
use voice_core::error::Error;
use voice_core::wire::open_enum;

use crate::check::Problems;
use crate::list::List;
use crate::types::{Secret, UvDate, UvTime};

/// The longest period of billed minutes, in days.
const DAYS: i64 = 90;

model! {
    /// How the account pays.
    response BillingInfo {
        /// The means of payment, in part.
        payment_method: String => "paymentMethod" quiet,
        /// Where notices of bills go.
        billing_email: String => "billingEmail" quiet,
    }
}

open_enum! {
    /// Why there is an invoice.
    pub enum InvoiceReason {
        /// Somebody made it.
        Manual = "manual",
        /// A subscription began.
        SubscriptionCreate = "subscription_create",
        /// A subscription went on.
        SubscriptionCycle = "subscription_cycle",
        /// Usage reached an amount.
        SubscriptionThreshold = "subscription_threshold",
        /// A subscription changed.
        SubscriptionUpdate = "subscription_update",
    }
}

open_enum! {
    /// Whether an invoice is paid.
    pub enum InvoiceStatus {
        /// It is.
        Paid = "paid",
        /// It is not.
        Unpaid = "unpaid",
    }
}

model! {
    /// An invoice.
    response Invoice {
        /// Since when it is due.
        invoice_date: UvTime => "invoiceDate",
        /// Its amount; the API does not say in what unit.
        amount: i64 => "amount",
        /// Why there is one.
        billing_reason: InvoiceReason => "billingReason",
        /// Its number.
        invoice_number: String => "invoiceNumber",
        /// Whether it is paid.
        invoice_status: InvoiceStatus => "invoiceStatus",
        /// Where it is, a link that may need no login.
        invoice_url: Secret => "invoiceUrl",
    }
}

filter! {
    /// Where in the list of invoices to begin, and how many to a page: 1 to 100, 10 by default.
    ListInvoices {}
}

impl ListInvoices {
    pub(super) fn invoices(&self, client: &Client) -> List {
        let mut problems = Problems::default();
        if let Some(size) = self.page_size {
            problems.whole("pageSize", size, 1..=100);
        }
        self.list(client, &super::INVOICES).problems(problems)
    }
}

/// Days, in UTC, of which billed minutes are asked for: at most 90.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct BillingPeriod {
    /// The first day; the beginning of the month that is billed unless set.
    pub from: Option<UvDate>,
    /// The day after the last.
    pub to: Option<UvDate>,
}

impl BillingPeriod {
    /// The month that is billed now.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// From this day.
    #[must_use]
    pub fn from(mut self, day: impl Into<UvDate>) -> Self {
        self.from = Some(day.into());
        self
    }

    /// Up to this day, which is not part of it.
    #[must_use]
    pub fn to(mut self, day: impl Into<UvDate>) -> Self {
        self.to = Some(day.into());
        self
    }

    pub(super) fn check(&self, operation: &Operation) -> Result<(), Error> {
        let mut problems = Problems::default();
        for (field, day) in [("fromDate", &self.from), ("toDate", &self.to)] {
            let is_none = day.as_ref().is_some_and(|day| day.start().is_none());
            problems.rule(is_none, field, "must be a day such as 2026-11-01");
        }
        let days = match (&self.from, &self.to) {
            (Some(from), Some(to)) => from.days_until(to),
            _ => None,
        };
        match days {
            Some(days) if days < 0 => problems.add("toDate", "must not be before fromDate"),
            Some(days) if days > DAYS => {
                problems.add(
                    "toDate",
                    format!("must be at most {DAYS} days after fromDate"),
                );
            }
            _ => {}
        }
        problems.finish(operation)
    }
}

model! {
    /// Billed minutes.
    response BillingUsage {
        /// Day by day.
        daily_usage: Vec<BillingDay> => "dailyUsage",
        /// In all.
        total_minutes: f64 => "totalMinutes",
        /// Over SIP, in all.
        total_sip_minutes: f64 => "totalSipMinutes",
    }
}

model! {
    /// Billed minutes of one day.
    response BillingDay {
        /// The day, in UTC.
        date: UvDate => "date",
        /// Minutes.
        minutes: f64 => "minutes",
        /// Minutes over SIP.
        sip_minutes: f64 => "sipMinutes",
    }
}
