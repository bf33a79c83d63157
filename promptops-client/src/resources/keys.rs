//! API keys: judging them, making them, revoking them.

use http::Method;
use secrecy::SecretString;
use voice_core::client::{Cursor, Page, Pager, Response};
use voice_core::error::{Delivery, Error, ErrorKind};

use super::{filter, resource};
use crate::PROVIDER;
use crate::check::Problems;
use crate::envelope;
use crate::error::AuthReason;
use crate::list::{FullPage, OffsetList};
use crate::models::{
    ApiKey, CreatedApiKey, KeyStatus, KeyValidation, NewApiKey, Secret, SignatureCheck,
};
use crate::operations::{
    CREATE_API_KEY, GET_PROMPT, LIST_API_KEYS, REVOKE_API_KEY, USAGE_LIMITS, VALIDATE_KEY,
};

resource! {
    /// API keys: validate, make, list, revoke.
    Keys
}

filter! {
    /// Which keys to list (documented only; the reference server lists them all).
    KeyFilter {
        /// In which state.
        status: KeyStatus,
        /// How many to a page, 1 to 1000.
        page_size: u32,
        /// Where to begin.
        cursor: Cursor,
    }
}

/// What the client signs to have itself judged. Nothing is read from there.
const SELF_TEST: &str = "/v1/client/prompts/self-test";

impl Keys<'_> {
    /// Has the service judge a key and a signature. Server; no credentials.
    ///
    /// The age of the timestamp is not looked at: to test a clock, make a signed request.
    ///
    /// # Errors
    /// Whatever went wrong. A key that is not valid is an answer and no error.
    pub async fn validate(&self, check: &SignatureCheck) -> Result<Response<KeyValidation>, Error> {
        let request = self
            .client
            .request(&VALIDATE_KEY)
            .carries([&check.api_key, &check.signature])
            .json(check);
        envelope::read(request).await
    }

    /// Has the service judge this client's own key and the signature it makes: the best test of secret and key mode, since
    /// nothing else comes into it. Server.
    ///
    /// # Errors
    /// [`ErrorKind::Config`] when the client signs by another scheme than [`Signer::HmacV1`](crate::Signer::HmacV1);
    /// whatever else went wrong.
    pub async fn validate_self(&self) -> Result<Response<KeyValidation>, Error> {
        match self.own_check() {
            Some(check) => self.validate(&check).await,
            None => Err(Error::new(
                ErrorKind::Config,
                "the service judges signatures of the documented scheme only, and this client signs by another",
            )
            .with_operation(PROVIDER, VALIDATE_KEY.name())),
        }
    }

    /// A check of this client's own signature; `None` when there is none of the documented scheme.
    fn own_check(&self) -> Option<SignatureCheck> {
        let now = self.client.raw().clock().wall();
        let dialect = self.client.dialect();
        let signed = dialect.signature(&Method::GET, SELF_TEST, now)?;
        let key: SecretString = dialect.credentials.api_key().clone();
        Some(SignatureCheck::new(
            Secret::from(key),
            Secret::from(signed.signature),
            signed.timestamp,
            GET_PROMPT.method().as_str(),
            SELF_TEST,
        ))
    }

    /// Whether the service takes this client's credentials: by [`validate_self`](Self::validate_self), or, when the client
    /// signs by another scheme, by reading its limits. A key is never called valid without being asked about.
    ///
    /// # Errors
    /// [`ErrorKind::Authentication`] when it does not; whatever else went wrong.
    pub async fn check_credentials(&self) -> Result<(), Error> {
        let Some(check) = self.own_check() else {
            return self
                .client
                .request(&USAGE_LIMITS)
                .send_empty()
                .await
                .map(drop);
        };
        let answer = self.validate(&check).await?;
        if answer.valid {
            return Ok(());
        }
        let why = answer
            .error
            .as_deref()
            .unwrap_or("the credentials are not valid");
        let mut error = Error::new(ErrorKind::Authentication, why)
            .with_operation(PROVIDER, VALIDATE_KEY.name())
            .with_delivery(Delivery::Answered)
            .with_status(answer.status());
        if let Some(id) = answer.request_id() {
            error = error.with_request_id(id);
        }
        if let Some(reason) = AuthReason::from_message(why) {
            if let Some(hint) = reason.hint() {
                error = error.with_hint(hint);
            }
            error = error.with_context(AuthReason::CONTEXT, reason.as_str());
        }
        Err(error)
    }

    /// Makes a key. The answer holds key and secret, the only time the documentation gives them. Server; bearer token; sent
    /// once.
    ///
    /// # Errors
    /// [`ErrorKind::InvalidInput`] with every limit that is broken, before anything is sent; [`ErrorKind::Config`] without
    /// a token; whatever else went wrong.
    pub async fn create(&self, key: &NewApiKey) -> Result<Response<CreatedApiKey>, Error> {
        let mut problems = Problems::default();
        problems.length("name", Some(&key.name), 1..=100);
        problems.length("description", key.description.as_ref(), 0..=500);
        for (field, limit, most) in [
            ("rate_limit_per_minute", key.rate_limit_per_minute, 10_000),
            ("rate_limit_per_hour", key.rate_limit_per_hour, 100_000),
            ("rate_limit_per_day", key.rate_limit_per_day, 1_000_000),
        ] {
            problems.range(field, limit, 1..=most);
        }
        let scopes = key.allowed_scopes.as_ref();
        problems.require(
            scopes.is_none_or(|scopes| !scopes.is_empty()),
            "allowed_scopes",
            "names no scope",
        );
        problems.finish(&CREATE_API_KEY)?;
        envelope::read(self.client.request(&CREATE_API_KEY).json(key)).await
    }

    /// The keys, as a stream. The reference server gives key and secret of each. Server; bearer token.
    #[must_use]
    pub fn list(&self, filter: &KeyFilter) -> Pager<'static, ApiKey> {
        self.listing(filter).pager::<Vec<ApiKey>>()
    }

    /// The page at which the list begins. Server; bearer token.
    ///
    /// # Errors
    /// [`ErrorKind::Config`] without a token; whatever else went wrong.
    pub async fn list_page(&self, filter: &KeyFilter) -> Result<Response<Page<ApiKey>>, Error> {
        self.listing(filter).page::<Vec<ApiKey>>().await
    }

    fn listing(&self, filter: &KeyFilter) -> OffsetList {
        let pages = (filter.page_size, 50, 1000);
        OffsetList::new(self.client, &LIST_API_KEYS, pages, filter.cursor.as_ref())
            .full_page(FullPage::MeansNothing)
            .query("status", filter.status.as_ref())
    }

    /// Revokes a key; answers the service's words. Server; bearer token.
    ///
    /// # Errors
    /// [`ErrorKind::Config`] without a token; [`ErrorKind::NotFound`]; whatever else went wrong.
    pub async fn revoke(&self, id: &str) -> Result<Response<String>, Error> {
        let request = self.client.request(&REVOKE_API_KEY).path("api_key_id", id);
        envelope::message(request).await
    }
}
