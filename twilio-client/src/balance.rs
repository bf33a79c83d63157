//! What is left on the account.

use voice_core::client::Response;
use voice_core::error::Error;
use voice_core::ident::AccountSid;

use crate::client::TwilioClient;
use crate::operation::operations;
use crate::types::{Numeric, resource};

operations! { Api "api_v2010":
    GET = get "balance.get" FetchBalance "/2010-04-01/Accounts/{AccountSid}/Balance.json";
}

resource! {
    /// What is left on an account.
    Balance {
        /// The account.
        account_sid: AccountSid,
        /// What is left, in [`currency`](Self::currency).
        balance: Numeric,
        /// The currency (ISO 4217).
        currency: String,
    }
}

impl TwilioClient {
    /// Reads what is left on the account. For a main account with its Auth Token; a subaccount has none of its own.
    ///
    /// # Errors
    /// [`ErrorKind::Authentication`](voice_core::error::ErrorKind::Authentication) for credentials that may not ask.
    pub async fn balance(&self) -> Result<Response<Balance>, Error> {
        self.at(ON, &GET).send().await
    }
}
