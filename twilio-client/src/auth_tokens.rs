//! The second Auth Token, by which the first is rotated without a gap.
//!
//! Create a secondary token, let every process verify webhooks with both and then sign requests with the new one, and promote
//! it: the old one stops working at once.
//!
//! ```no_run
//! # async fn example(client: twilio_client::TwilioClient) -> Result<(), Box<dyn std::error::Error>> {
//! let second = client.auth_tokens().create_secondary().await?;
//! // … give second.secondary_auth_token to every process …
//! client.auth_tokens().promote().await?;
//! # Ok(()) }
//! ```

use voice_core::client::Response;
use voice_core::error::Error;
use voice_core::ident::AccountSid;

use crate::client::TwilioClient;
use crate::operation::{accessor, operations};
use crate::types::{ApiTime, resource};

operations! { Accounts "accounts_v1":
    PROMOTE = once "auth_tokens.promote" UpdateAuthTokenPromotion "/v1/AuthTokens/Promote";
    CREATE = once "auth_tokens.create_secondary" CreateSecondaryAuthToken "/v1/AuthTokens/Secondary";
    DELETE = delete "auth_tokens.delete_secondary" DeleteSecondaryAuthToken "/v1/AuthTokens/Secondary";
}

resource! {
    /// The second token.
    SecondaryAuthToken {
        /// The account.
        account_sid: AccountSid,
        /// The token; it signs requests at once, webhooks only once it is promoted.
        secondary_auth_token: String => secret,
        /// When it was created.
        date_created: ApiTime,
        /// When it was last changed.
        date_updated: ApiTime,
        /// Its own address.
        url: String,
    }
}

resource! {
    /// The token that is the first from now on.
    PromotedAuthToken {
        /// The account.
        account_sid: AccountSid,
        /// The token.
        auth_token: String => secret,
        /// When it was created.
        date_created: ApiTime,
        /// When it was last changed.
        date_updated: ApiTime,
        /// Its own address.
        url: String,
    }
}

accessor! {
    /// The Auth Tokens of the account the credentials belong to; see [`TwilioClient::auth_tokens`].
    AuthTokens
}

impl TwilioClient {
    /// The second Auth Token of the account the credentials belong to.
    #[must_use]
    pub fn auth_tokens(&self) -> AuthTokens<'_> {
        AuthTokens::new(self)
    }
}

impl AuthTokens<'_> {
    /// Creates the second token.
    ///
    /// # Errors
    /// Twilio's refusal when there is one already. After an unknown outcome delete it and begin again.
    pub async fn create_secondary(&self) -> Result<Response<SecondaryAuthToken>, Error> {
        self.client.at(ON, &CREATE).send().await
    }

    /// Takes the second token away.
    ///
    /// # Errors
    /// [`ErrorKind::NotFound`](voice_core::error::ErrorKind::NotFound) when there is none.
    pub async fn delete_secondary(&self) -> Result<Response<()>, Error> {
        self.client.at(ON, &DELETE).send_empty().await
    }

    /// Makes the second token the first. The old first one is refused from now on, also for this client if it was built with
    /// it; webhooks are signed with the new one.
    ///
    /// # Errors
    /// [`ErrorKind::NotFound`](voice_core::error::ErrorKind::NotFound) when there is no second token. After an unknown
    /// outcome try a request with the new token.
    pub async fn promote(&self) -> Result<Response<PromotedAuthToken>, Error> {
        self.client.at(ON, &PROMOTE).send().await
    }
}
