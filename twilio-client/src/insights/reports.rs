//! Reports over many calls, made in the background.
//!
//! A report is ordered, and read until it is completed:
//!
//! ```no_run
//! # async fn example(client: twilio_client::TwilioClient) -> Result<(), Box<dyn std::error::Error>> {
//! use twilio_client::insights::reports::OrderReport;
//!
//! let ordered = client.insights().reports().create(&OrderReport::new()).await?;
//! if let Some(id) = &ordered.report_id {
//!     let report = client.insights().reports().get(id).await?;
//!     println!("{:?}: {:?}", report.status, report.report);
//! }
//! # Ok(()) }
//! ```

mod account;
mod numbers;

use serde::Serialize;
use voice_core::client::{Cursor, Operation, Pager, Response};
use voice_core::error::Error;
use voice_core::ident::AccountSid;

use crate::operation::{accessor, operations};
use crate::paging;
use crate::types::{ApiTime, Problems, list_request, open_enum, resource};

pub use account::{
    AccountFigures, BlockedByCarrier, BlockedInCountry, BrandedCalling, BrandedUseCase,
    BundleCalls, DirectionCounts, GatewayIssues, KnowYourTraffic, MachineDetectionFigures,
    NetworkIssues, OutboundTraffic, SdkIssues, StateFigures, StirFigures, StirShaken, TypeCounts,
    VoiceIntegrity,
};
pub use numbers::{InboundNumberFigures, OutboundNumberFigures};

operations! { Insights "insights_v2":
    CREATE = once "insights.reports.create" CreateAccountReport "/v2/Voice/Reports";
    GET = get "insights.reports.get" FetchAccountReport "/v2/Voice/Reports/{reportId}";
    CREATE_INBOUND = once "insights.reports.inbound.create" CreateInboundPhoneNumbersReport "/v2/Voice/Reports/PhoneNumbers/Inbound";
    INBOUND = get "insights.reports.inbound.list" ListInboundPhoneNumbersReport "/v2/Voice/Reports/PhoneNumbers/Inbound/{reportId}";
    CREATE_OUTBOUND = once "insights.reports.outbound.create" CreateOutboundPhoneNumbersReport "/v2/Voice/Reports/PhoneNumbers/Outbound";
    OUTBOUND = get "insights.reports.outbound.list" ListOutboundPhoneNumbersReport "/v2/Voice/Reports/PhoneNumbers/Outbound/{reportId}";
}

open_enum! {
    /// How far a report is.
    ReportStatus {
        /// Ordered.
        Created = "created",
        /// In the making.
        Running = "running",
        /// There.
        Completed = "completed",
    }
}

/// What a report is to be about.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
#[must_use = "a request does nothing until it is sent"]
pub struct OrderReport {
    #[serde(skip_serializing_if = "Option::is_none")]
    time_range: Option<Range>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    filters: Vec<Filter>,
    #[serde(skip_serializing_if = "Option::is_none")]
    size: Option<u32>,
}

#[derive(Debug, Clone, PartialEq, Serialize)]
struct Range {
    start_datetime: ApiTime,
    end_datetime: ApiTime,
}

#[derive(Debug, Clone, PartialEq, Serialize)]
struct Filter {
    key: String,
    values: Vec<String>,
}

impl OrderReport {
    /// All calls of the last seven days.
    pub fn new() -> Self {
        Self::default()
    }

    /// Calls between two moments (ISO 8601).
    pub fn between(mut self, from: ApiTime, to: ApiTime) -> Self {
        self.time_range = Some(Range {
            start_datetime: from,
            end_datetime: to,
        });
        self
    }

    /// Only calls for which `key` is one of `values`; several filters must hold together.
    pub fn filter<T: Into<String>>(
        mut self,
        key: impl Into<String>,
        values: impl IntoIterator<Item = T>,
    ) -> Self {
        self.filters.push(Filter {
            key: key.into(),
            values: values.into_iter().map(Into::into).collect(),
        });
        self
    }

    /// For reports by number: how many of the busiest numbers.
    pub fn size(mut self, numbers: u32) -> Self {
        self.size = Some(numbers);
        self
    }

    fn check(&self, operation: &Operation, sized: Sized) -> Result<(), Error> {
        let mut problems = Problems::default();
        problems.unless(
            self.size.is_none() || sized == Sized::Yes,
            "size",
            "is for reports by number",
        );
        problems.unless(self.size != Some(0), "size", "must be at least 1");
        problems.into_result(operation)
    }
}

#[derive(Clone, Copy, PartialEq)]
enum Sized {
    Yes,
    No,
}

list_request! {
    /// Which numbers of a report to list: all it has.
    ListNumbers {}
}

resource! {
    /// A filter a report was made with.
    ReportFilter {
        /// What must be one of the values.
        key: String,
        /// The values.
        values: Vec<String>,
    }
}

resource! {
    /// What a report was made with.
    ReportRequest {
        /// From when.
        start_datetime: ApiTime,
        /// Until when.
        end_datetime: ApiTime,
        /// Which calls.
        filters: Vec<ReportFilter>,
    }
}

resource! {
    /// A report that was ordered.
    OrderedReport {
        /// The account.
        account_sid: AccountSid,
        /// Its id, to read it with.
        report_id: String,
        /// How far it is.
        status: ReportStatus,
        /// What it is made with.
        request_meta: ReportRequest,
        /// Its own address.
        url: String,
    }
}

resource! {
    /// A report on the account.
    AccountReport {
        /// The account.
        account_sid: AccountSid,
        /// Its id.
        report_id: String,
        /// How far it is.
        status: ReportStatus,
        /// What it was made with.
        request_meta: ReportRequest,
        /// Its figures, once it is completed.
        report: AccountFigures,
        /// Its own address.
        url: String,
    }
}

accessor! {
    /// Reports over many calls; see [`Insights::reports`](super::Insights::reports).
    Reports
}

impl Reports<'_> {
    /// Orders a report on the account. It is never ordered again by itself.
    ///
    /// # Errors
    /// [`ErrorKind::InvalidInput`](voice_core::error::ErrorKind::InvalidInput) with a [size](OrderReport::size).
    pub async fn create(&self, request: &OrderReport) -> Result<Response<OrderedReport>, Error> {
        request.check(&CREATE, Sized::No)?;
        self.client.at(ON, &CREATE).json(request).send().await
    }

    /// Reads a report on the account, completed or not.
    ///
    /// # Errors
    /// [`ErrorKind::NotFound`](voice_core::error::ErrorKind::NotFound) when there is none.
    pub async fn get(&self, report_id: &str) -> Result<Response<AccountReport>, Error> {
        self.client
            .at(ON, &GET)
            .path("reportId", report_id)
            .send()
            .await
    }

    /// Orders a report on the account's numbers that are called.
    ///
    /// # Errors
    /// [`ErrorKind::InvalidInput`](voice_core::error::ErrorKind::InvalidInput) for a size of 0.
    pub async fn create_inbound(
        &self,
        request: &OrderReport,
    ) -> Result<Response<OrderedReport>, Error> {
        request.check(&CREATE_INBOUND, Sized::Yes)?;
        self.client
            .at(ON, &CREATE_INBOUND)
            .json(request)
            .send()
            .await
    }

    /// Lists the numbers of such a report, page by page.
    #[must_use]
    pub fn inbound(
        &self,
        report_id: &str,
        request: &ListNumbers,
    ) -> Pager<'static, InboundNumberFigures> {
        paging::items(
            self.client,
            ON,
            &INBOUND,
            "reports",
            &[("reportId", report_id)],
            request,
        )
    }

    /// Takes such a list up again at a stored cursor.
    #[must_use]
    pub fn resume_inbound(&self, cursor: Cursor) -> Pager<'static, InboundNumberFigures> {
        paging::resumed(self.client, ON, &INBOUND, "reports", cursor)
    }

    /// Orders a report on the account's numbers that call.
    ///
    /// # Errors
    /// As for [`create_inbound`](Self::create_inbound).
    pub async fn create_outbound(
        &self,
        request: &OrderReport,
    ) -> Result<Response<OrderedReport>, Error> {
        request.check(&CREATE_OUTBOUND, Sized::Yes)?;
        self.client
            .at(ON, &CREATE_OUTBOUND)
            .json(request)
            .send()
            .await
    }

    /// Lists the numbers of such a report, page by page.
    #[must_use]
    pub fn outbound(
        &self,
        report_id: &str,
        request: &ListNumbers,
    ) -> Pager<'static, OutboundNumberFigures> {
        paging::items(
            self.client,
            ON,
            &OUTBOUND,
            "reports",
            &[("reportId", report_id)],
            request,
        )
    }

    /// Takes such a list up again at a stored cursor.
    #[must_use]
    pub fn resume_outbound(&self, cursor: Cursor) -> Pager<'static, OutboundNumberFigures> {
        paging::resumed(self.client, ON, &OUTBOUND, "reports", cursor)
    }
}
