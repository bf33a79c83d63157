//! Accounts: the main account and its subaccounts.
//!
//! ```no_run
//! # async fn example(client: twilio_client::TwilioClient) -> Result<(), Box<dyn std::error::Error>> {
//! use twilio_client::accounts::{CreateAccount, UpdateAccount};
//!
//! let customer = client.accounts().create(&CreateAccount::new().friendly_name("Customer 7")).await?;
//! if let Some(sid) = customer.sid {
//!     // Everything made through this client belongs to the subaccount.
//!     let theirs = client.for_account(sid);
//!     println!("{:?}", theirs.balance().await.is_ok());
//!     client.accounts().update(sid, &UpdateAccount::suspend()).await?;
//! }
//! # Ok(()) }
//! ```
//!
//! All of this takes the Auth Token or a main key: a standard API key is refused with code 20003.

use serde_json::{Map, Value};
use voice_core::client::{Cursor, Pager, Response};
use voice_core::error::Error;
use voice_core::ident::AccountSid;

use crate::client::TwilioClient;
use crate::operation::operations;
use crate::paging;
use crate::types::{ApiTime, Parameters, Problems, list_request, open_enum, resource, settings};

operations! { Api "api_v2010":
    LIST = get "accounts.list" ListAccount "/2010-04-01/Accounts.json";
    CREATE = once "accounts.create" CreateAccount "/2010-04-01/Accounts.json";
    GET = get "accounts.get" FetchAccount "/2010-04-01/Accounts/{Sid}.json";
    UPDATE = idempotent "accounts.update" UpdateAccount "/2010-04-01/Accounts/{Sid}.json";
}

open_enum! {
    /// Whether an account can be used.
    AccountStatus {
        /// It can.
        Active = "active",
        /// It was stopped, by its owner or by Twilio.
        Suspended = "suspended",
        /// It is gone for good.
        Closed = "closed",
    }
}

open_enum! {
    /// What kind of account it is.
    AccountType {
        /// A trial: verified numbers only, 10 minutes a call.
        Trial = "Trial",
        /// A paying account.
        Full = "Full",
    }
}

list_request! {
    /// Which accounts to list: the account of the credentials and its subaccounts, unless filtered.
    ListAccounts {
        /// Only those of exactly this name.
        friendly_name = "FriendlyName": String => secret,
        /// Only those of this status.
        status = "Status": AccountStatus,
    }
}

settings! {
    /// A subaccount to be created.
    CreateAccount {
        /// Its name, at most 64 characters; one with the time of creation unless set.
        friendly_name = "FriendlyName": String => secret,
    } rules |account, problems| name_rule(account.friendly_name.as_ref(), problems)
}

settings! {
    /// Changes of an account.
    UpdateAccount {
        /// Another name, at most 64 characters.
        friendly_name = "FriendlyName": String => secret,
        /// Whether it can be used; for subaccounts alone. [`Closed`](AccountStatus::Closed) is for good.
        status = "Status": AccountStatus,
    } rules |account, problems| name_rule(account.friendly_name.as_ref(), problems)
}

impl UpdateAccount {
    /// Stops a subaccount: no calls, no requests with its own credentials.
    pub fn suspend() -> Self {
        Self::new().status(AccountStatus::Suspended)
    }

    /// Lets a suspended subaccount go on.
    pub fn activate() -> Self {
        Self::new().status(AccountStatus::Active)
    }

    /// Closes a subaccount. There is no way back.
    pub fn close() -> Self {
        Self::new().status(AccountStatus::Closed)
    }
}

fn name_rule(name: Option<&String>, problems: &mut Problems) {
    problems.unless(
        name.is_none_or(|name| name.chars().count() <= 64),
        "FriendlyName",
        "must have at most 64 characters",
    );
}

resource! {
    /// An account.
    Account {
        /// Its SID.
        sid: AccountSid,
        /// Its name; by default the owner's mail address.
        friendly_name: String => personal,
        /// Whether it can be used.
        status: AccountStatus,
        /// What kind it is.
        account_type as "type": AccountType,
        /// Its parent; its own SID when it has none.
        owner_account_sid: AccountSid,
        /// Its Auth Token.
        auth_token: String => secret,
        /// When it was created.
        date_created: ApiTime,
        /// When it was last changed.
        date_updated: ApiTime,
        /// Its own address, relative to the API's host.
        uri: String,
        /// The addresses of what belongs to it.
        subresource_uris: Map<String, Value>,
    }
}

/// The accounts the credentials reach; see [`TwilioClient::accounts`].
#[derive(Debug, Clone, Copy)]
pub struct Accounts<'c> {
    client: &'c TwilioClient,
}

impl<'c> Accounts<'c> {
    pub(crate) fn new(client: &'c TwilioClient) -> Self {
        Self { client }
    }

    /// Lists the account of the credentials and its subaccounts, page by page, whichever account the client acts on.
    #[must_use]
    pub fn list(&self, request: &ListAccounts) -> Pager<'static, Account> {
        paging::items(self.client, ON, &LIST, "accounts", &[], request)
    }

    /// Takes a list up again at a stored cursor, which holds its filters.
    #[must_use]
    pub fn resume(&self, cursor: Cursor) -> Pager<'static, Account> {
        paging::resumed(self.client, ON, &LIST, "accounts", cursor)
    }

    /// Creates a subaccount of the account of the credentials. Its Auth Token is in the answer.
    ///
    /// It is never sent again by itself, and names need not be unique: after an unknown outcome look for the name in
    /// [`list`](Self::list).
    ///
    /// # Errors
    /// [`ErrorKind::InvalidInput`](voice_core::error::ErrorKind::InvalidInput) for a name that is too long; code 21480 when
    /// there is no room for another.
    pub async fn create(&self, request: &CreateAccount) -> Result<Response<Account>, Error> {
        let form = request.form(&CREATE)?;
        self.client.at(ON, &CREATE).form(form).send().await
    }

    /// Changes an account: its name, or whether a subaccount can be used.
    ///
    /// # Errors
    /// Codes 21475 to 21479 for a status that cannot be set: the main account's own, one of a closed subaccount, or of one
    /// that Twilio itself has suspended.
    pub async fn update(
        &self,
        sid: AccountSid,
        request: &UpdateAccount,
    ) -> Result<Response<Account>, Error> {
        let form = request.form(&UPDATE)?;
        let update = self.client.at(ON, &UPDATE).path("Sid", sid);
        update.form(form).send().await
    }

    /// Reads an account or subaccount.
    ///
    /// # Errors
    /// [`ErrorKind::Authentication`](voice_core::error::ErrorKind::Authentication) (code 20003) also with a standard API
    /// key, which may not read accounts: it takes the Auth Token or a main key.
    pub async fn get(&self, sid: AccountSid) -> Result<Response<Account>, Error> {
        self.client.at(ON, &GET).path("Sid", sid).send().await
    }

    /// Reads the account the client acts on.
    ///
    /// # Errors
    /// As for [`get`](Self::get).
    pub async fn own(&self) -> Result<Response<Account>, Error> {
        self.get(self.client.account_sid()).await
    }
}
