//! Voice v1: calls between two numbers, to a flow or to an agent; their details and lists; number metadata and balance.
//!
//! ```no_run
//! # async fn example(client: exotel_vsip::ExotelClient) -> Result<(), Box<dyn std::error::Error>> {
//! use std::time::Duration;
//! use exotel_vsip::voice::{ConnectNumbers, Number};
//! use voice_core::ident::E164;
//!
//! let request = ConnectNumbers::new(E164::parse("+919876543210")?, E164::parse("+918123456789")?, Number::parse("08047112345")?)
//!     .time_limit(Duration::from_secs(1800));
//! let call = client.voice().connect(&request).await?;
//! println!("{:?} is {:?}", call.sid, call.status);
//! # Ok(()) }
//! ```
//!
//! A success means that Exotel took the order, not that anybody was reached: follow the call with
//! [`details`](Voice::details) or with [status callbacks](crate::callback).
//!
//! # Times
//! Times come without a zone and the zone is not documented: [`CivilTime`] keeps date and time of day, and gives a moment
//! once the zone is named. [`india`] is that of accounts in Mumbai.
//!
//! # What is sent and what is read
//! Every path ends in `.json`. None of these answers was ever recorded, so they are read leniently: JSON or XML, numbers as
//! texts or texts as numbers, unknown words and properties kept.

mod account;
mod amount;
mod call;
mod connect;
mod id;
mod list;
pub(crate) mod number;
pub(crate) mod read;
pub(crate) mod record;
mod time;
mod word;
mod xml;

use voice_core::client::{Cursor, Operation, Pager, Response};
use voice_core::error::Error;
use voice_core::provider::CallKey;
use voice_core::retry::Repeat;

use crate::client::ExotelClient;
use connect::Dial;

pub use account::{AccountBalance, BalanceData, NumberMetadata};
pub use amount::{Count, Decimal, DecimalError, Seconds};
pub use call::{Call, CallDetails, Leg, Legs};
pub use connect::{
    ConnectFlow, ConnectNumbers, ConnectStream, MAX_CUSTOM_FIELD, MAX_STREAM_URL, MAX_TIME_LIMIT,
};
pub use id::{AppId, CallSid, VoiceIdError};
pub use list::{
    CallPage, CallQuery, DurationRange, ListCalls, PageInfo, PriceRange, RangeError, SortBy,
    TimeRange,
};
pub use number::{Number, NumberError};
pub use time::{CivilTime, india};
pub use word::{
    AnsweredBy, CallEvent, CallStatus, CallType, CallbackFormat, Direction, Dnd, LineType,
    PlaybackTo, Recording, RecordingChannels, RecordingFormat, StreamBegin,
};

/// Connects two numbers, or a number and a WebSocket.
pub static CONNECT: Operation = Operation::post(
    "calls.connect",
    "/v1/Accounts/{account_sid}/Calls/connect.json",
    Repeat::Once,
);
/// Connects a number and a flow.
pub static CONNECT_FLOW: Operation = Operation::post(
    "calls.connect_flow",
    "/v1/Accounts/{account_sid}/Calls/connect.json",
    Repeat::Once,
);
/// Reads a call's details.
pub static GET: Operation = Operation::get(
    "calls.get",
    "/v1/Accounts/{account_sid}/Calls/{call_sid}.json",
);
/// Lists calls.
pub static LIST: Operation = Operation::get("calls.list", "/v1/Accounts/{account_sid}/Calls.json");
/// Reads a number's metadata.
pub static METADATA: Operation = Operation::get(
    "numbers.metadata",
    "/v1/Accounts/{account_sid}/Numbers/{number}.json",
);
/// Reads the account's balance.
pub static BALANCE: Operation =
    Operation::get("account.balance", "/v1/Accounts/{account_sid}/Balance.json");

/// Voice v1 of an account; see [`ExotelClient::voice`].
#[derive(Debug, Clone, Copy)]
pub struct Voice<'c> {
    client: &'c ExotelClient,
}

impl<'c> Voice<'c> {
    pub(crate) fn new(client: &'c ExotelClient) -> Self {
        Self { client }
    }

    /// Rings two numbers and connects them. **Never repeated by itself** once it may have left.
    ///
    /// # Errors
    /// [`ErrorKind::InvalidInput`](voice_core::error::ErrorKind::InvalidInput) with one field message for each value that
    /// breaks a rule, before anything is sent. After [`Delivery::Unknown`](voice_core::error::Delivery::Unknown) somebody may
    /// be rung: look for the call, do not repeat. The key that stood in `CustomField` is the error's context `call_key`.
    pub async fn connect(&self, request: &ConnectNumbers) -> Result<Response<Call>, Error> {
        self.dial(request).await
    }

    /// Rings a number and runs a flow when somebody answers. **Never repeated by itself** once it may have left.
    ///
    /// # Errors
    /// As for [`connect`](Self::connect).
    pub async fn connect_flow(&self, request: &ConnectFlow) -> Result<Response<Call>, Error> {
        self.dial(request).await
    }

    /// Rings a number and connects whoever answers to a WebSocket. **Never repeated by itself** once it may have left.
    ///
    /// # Errors
    /// As for [`connect`](Self::connect).
    pub async fn connect_stream(&self, request: &ConnectStream) -> Result<Response<Call>, Error> {
        self.dial(request).await
    }

    async fn dial(&self, request: &impl Dial) -> Result<Response<Call>, Error> {
        request.check()?;
        let common = request.common();
        let key = match &common.key {
            Some(key) => key.clone(),
            None => CallKey::unique(&**self.client.raw().clock()),
        };
        let form = request.form(self.client.account(), self.client.region(), &key);
        let mut sent = self.client.request(request.operation()).form(form);
        for secret in request.secrets() {
            sent = sent.secret(&secret);
        }
        let call = sent.send_with(read::under::<Call>("Call")).await;
        // A text of the caller's own is no key and may be personal.
        let key = common.custom_field.is_none().then_some(key);
        match (call, key) {
            (Ok(call), Some(key)) => Ok(call.map(|mut call: Call| {
                call.custom_field
                    .get_or_insert_with(|| key.as_str().to_owned());
                call
            })),
            (Err(error), Some(key)) => Err(error.with_context("call_key", key.as_str())),
            (outcome, None) => outcome,
        }
    }

    /// Reads a call with its legs. Duration and price settle about 2 minutes after its end.
    ///
    /// # Errors
    /// [`ErrorKind::NotFound`](voice_core::error::ErrorKind::NotFound) when there is none, or when it is of another account
    /// or region.
    pub async fn details(&self, sid: &CallSid) -> Result<Response<Call>, Error> {
        self.details_with(sid, &CallQuery::new()).await
    }

    /// The same, with more to ask for.
    ///
    /// # Errors
    /// As for [`details`](Self::details), and
    /// [`ErrorKind::InvalidInput`](voice_core::error::ErrorKind::InvalidInput) before anything is sent.
    pub async fn details_with(
        &self,
        sid: &CallSid,
        query: &CallQuery,
    ) -> Result<Response<Call>, Error> {
        query.check(&GET)?;
        let request = self.client.request(&GET).path("call_sid", sid);
        query.query(request).send_with(read::under("Call")).await
    }

    /// Reads one page of calls: at most a month of them, 6 months back.
    ///
    /// # Errors
    /// [`ErrorKind::InvalidInput`](voice_core::error::ErrorKind::InvalidInput) with one field message for each filter that
    /// breaks a rule, before anything is sent.
    pub async fn page(&self, request: &ListCalls) -> Result<Response<CallPage>, Error> {
        list::page(self.client, request).await
    }

    /// Lists calls page by page, and a range that is too long for one request month by month, in the order asked for.
    ///
    /// ```no_run
    /// # async fn example(client: exotel_vsip::ExotelClient) -> Result<(), Box<dyn std::error::Error>> {
    /// use exotel_vsip::voice::{CallStatus, ListCalls, TimeRange};
    /// use jiff::civil::date;
    ///
    /// let quarter = TimeRange::new(date(2026, 1, 1).at(0, 0, 0, 0), date(2026, 3, 31).at(23, 59, 59, 0))?;
    /// let mut busy = client.voice().list(&ListCalls::new().created(quarter).status(CallStatus::Busy));
    /// while let Some(call) = busy.next().await {
    ///     println!("{:?}", call?.sid);
    /// }
    /// # Ok(()) }
    /// ```
    #[must_use]
    pub fn list(&self, request: &ListCalls) -> Pager<'static, Call> {
        list::stream(self.client, request, None)
    }

    /// Takes such a list up again at a stored [`Pager::cursor`]; the request must be the same.
    #[must_use]
    pub fn list_from(&self, request: &ListCalls, cursor: Cursor) -> Pager<'static, Call> {
        list::stream(self.client, request, Some(cursor))
    }

    /// Reads what is known of an Indian number: circle, operator, kind of line, restrictions.
    ///
    /// # Errors
    /// Whatever Exotel says.
    pub async fn number_metadata(
        &self,
        number: impl Into<Number>,
    ) -> Result<Response<NumberMetadata>, Error> {
        let request = self.client.request(&METADATA);
        request
            .path("number", number.into().as_str())
            .send_with(read::under("Numbers"))
            .await
    }

    /// Reads the account's balance. Exotel asks for at most one such request a minute.
    ///
    /// # Errors
    /// Whatever Exotel says.
    pub async fn balance(&self) -> Result<Response<AccountBalance>, Error> {
        let request = self.client.request(&BALANCE);
        request.send_with(read::under("Account")).await
    }
}
