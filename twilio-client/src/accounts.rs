//! Accounts: the main account and its subaccounts.

use serde_json::{Map, Value};
use voice_core::client::{Operation, Response};
use voice_core::error::Error;
use voice_core::ident::AccountSid;

use crate::client::TwilioClient;
use crate::operation::SpecOperation;
use crate::types::{ApiTime, open_enum, resource};

static GET: Operation = Operation::get("accounts.get", "/2010-04-01/Accounts/{Sid}.json");

pub(crate) static OPERATIONS: &[SpecOperation] = &[SpecOperation::v2010("FetchAccount", &GET)];

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

    /// Reads an account or subaccount.
    ///
    /// # Errors
    /// [`ErrorKind::Authentication`](voice_core::error::ErrorKind::Authentication) (code 20003) also with a standard API
    /// key, which may not read accounts: it takes the Auth Token or a main key.
    pub async fn get(&self, sid: AccountSid) -> Result<Response<Account>, Error> {
        self.client
            .raw()
            .request(&GET)
            .path("Sid", sid)
            .send()
            .await
    }

    /// Reads the account the client acts on.
    ///
    /// # Errors
    /// As for [`get`](Self::get).
    pub async fn own(&self) -> Result<Response<Account>, Error> {
        self.get(self.client.account_sid()).await
    }
}
