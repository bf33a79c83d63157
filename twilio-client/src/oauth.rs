//! OAuth: tokens for an app, and where its user is sent to agree.
//!
//! ```no_run
//! # async fn example(client: twilio_client::TwilioClient) -> Result<(), Box<dyn std::error::Error>> {
//! use twilio_client::oauth::TokenRequest;
//! use voice_core::ident::OauthAppSid;
//!
//! let app = OauthAppSid::parse(concat!("OQ", "0123456789abcdef0123456789abcdef"))?;
//! let token = client.oauth().token(&TokenRequest::client_credentials(app, "the app's secret")).await?;
//! println!("valid for {:?} s", token.expires_in);
//! # Ok(()) }
//! ```
//!
//! These requests carry no credentials but those in their body. The second version ([`Oauth::token`]) is the one to use; the
//! first, and its copy on another host, are there for apps that began with them.

use secrecy::SecretString;
use voice_core::client::{Form, Operation, RequestBuilder, Response};
use voice_core::error::{Delivery, Error, ErrorKind};
use voice_core::ident::{AccountSid, OauthAppSid};

use crate::client::{PROVIDER, TwilioClient};
use crate::host::Product;
use crate::operation::{SpecOperation, accessor};
use crate::types::{Numeric, Parameters, request, resource, settings};

static AUTHORIZE: Operation = Operation::get("oauth.authorize", "/v2/authorize").expect_redirect();
static AUTHORIZE_V1: Operation =
    Operation::get("oauth.v1.authorize", "/v1/authorize").expect_redirect();
static TOKEN: Operation = Operation::post(
    "oauth.token",
    "/v2/token",
    voice_core::retry::Repeat::Idempotent,
);
static TOKEN_V1: Operation = Operation::post(
    "oauth.v1.token",
    "/v1/token",
    voice_core::retry::Repeat::Idempotent,
);
static TOKEN_IAM: Operation = Operation::post(
    "oauth.iam.token",
    "/v1/token",
    voice_core::retry::Repeat::Idempotent,
);

pub(crate) static OPERATIONS: &[SpecOperation] = &[
    SpecOperation::new("iam_v1", "CreateToken", &TOKEN_IAM),
    SpecOperation::new("oauth_v1", "CreateToken", &TOKEN_V1),
    SpecOperation::new("oauth_v1", "FetchAuthorize", &AUTHORIZE_V1),
    SpecOperation::new("oauth_v2", "CreateOauth2Token", &TOKEN),
    SpecOperation::new("oauth_v2", "FetchOauth2Authorize", &AUTHORIZE),
];

/// Whether an operation carries no credentials but those in its body.
pub(crate) fn is_open(operation: &Operation) -> bool {
    operation.name().starts_with("oauth.")
}

request! {
    /// A request for a token.
    TokenRequest {
        grant_type = "grant_type": String,
        client_id = "client_id": OauthAppSid,
        ..
        /// The app's secret.
        client_secret = "client_secret": SecretString,
        /// The code the user's agreement gave.
        code = "code": SecretString,
        /// Where that code was sent to.
        redirect_uri = "redirect_uri": String,
        /// Whom the token is for.
        audience = "audience": String,
        /// The refresh token of an earlier answer.
        refresh_token = "refresh_token": SecretString,
        /// What the token may be used for, separated by blanks.
        scope = "scope": String,
    }
}

impl TokenRequest {
    /// For the app itself: grant `client_credentials`.
    pub fn client_credentials(app: OauthAppSid, secret: impl Into<SecretString>) -> Self {
        Self::grant("client_credentials", app).client_secret(secret)
    }

    /// For a user who agreed: grant `authorization_code`.
    pub fn authorization_code(
        app: OauthAppSid,
        secret: impl Into<SecretString>,
        code: impl Into<SecretString>,
    ) -> Self {
        Self::grant("authorization_code", app)
            .client_secret(secret)
            .code(code)
    }

    /// A new token for an old one: grant `refresh_token`.
    pub fn refresh(
        app: OauthAppSid,
        secret: impl Into<SecretString>,
        token: impl Into<SecretString>,
    ) -> Self {
        Self::grant("refresh_token", app)
            .client_secret(secret)
            .refresh_token(token)
    }

    /// Any other grant.
    pub fn grant(grant_type: impl Into<String>, app: OauthAppSid) -> Self {
        Self::required(grant_type.into(), app)
    }

    /// The form in the spelling of the first version: `GrantType` for `grant_type`.
    fn pascal(&self) -> Form {
        let mut form = Form::new();
        self.pairs(&mut |name, value| form.push(&pascal(name), value));
        form
    }
}

settings! {
    /// Where a user is sent to agree.
    AuthorizeRequest {
        /// `code`.
        response_type = "response_type": String,
        /// The app.
        client_id = "client_id": OauthAppSid,
        /// Where the user comes back to.
        redirect_uri = "redirect_uri": String,
        /// What is asked for, separated by blanks.
        scope = "scope": String,
        /// Comes back with the user, so that the answer can be matched to the request.
        state = "state": String,
    }
}

resource! {
    /// A token.
    Token {
        /// The token itself.
        access_token: String => secret,
        /// The token to get the next one with.
        refresh_token: String => secret,
        /// Who the user is, as a JWT.
        id_token: String => secret,
        /// `Bearer`.
        token_type: String,
        /// For how long it is valid, in seconds.
        expires_in: Numeric,
    }
}

resource! {
    /// The address a user is sent to.
    Authorize {
        /// The address.
        redirect_to: String => secret,
    }
}

accessor! {
    /// OAuth; see [`TwilioClient::oauth`].
    Oauth
}

impl TwilioClient {
    /// OAuth tokens.
    #[must_use]
    pub fn oauth(&self) -> Oauth<'_> {
        Oauth::new(self)
    }
}

impl Oauth<'_> {
    /// Gets a token.
    ///
    /// # Errors
    /// [`ErrorKind::InvalidInput`] and [`ErrorKind::Authentication`] for a refused app; a throttled one is rate limited.
    pub async fn token(&self, request: &TokenRequest) -> Result<Response<Token>, Error> {
        let token = self
            .client
            .at(Product::Oauth, &TOKEN)
            .form(request.form(&TOKEN)?);
        guarded(token, request).send().await
    }

    /// Gets a token that acts for an account.
    ///
    /// # Errors
    /// As for [`token`](Self::token).
    pub async fn token_for(
        &self,
        account: AccountSid,
        request: &TokenRequest,
    ) -> Result<Response<Token>, Error> {
        let token = self
            .client
            .at(Product::Oauth, &TOKEN)
            .query("account_sid", account);
        guarded(token.form(request.form(&TOKEN)?), request)
            .send()
            .await
    }

    /// Gets a token from the first version.
    ///
    /// # Errors
    /// As for [`token`](Self::token).
    pub async fn token_v1(&self, request: &TokenRequest) -> Result<Response<Token>, Error> {
        let token = self
            .client
            .at(Product::Oauth, &TOKEN_V1)
            .form(request.pascal());
        guarded(token, request).send().await
    }

    /// Gets a token from the host of API keys.
    ///
    /// # Errors
    /// As for [`token`](Self::token).
    pub async fn iam_token(&self, request: &TokenRequest) -> Result<Response<Token>, Error> {
        let token = self
            .client
            .at(Product::Iam, &TOKEN_IAM)
            .form(request.form(&TOKEN_IAM)?);
        guarded(token, request).send().await
    }

    /// Asks where the app's user is to be sent. The answer is a redirect, which is given, not followed.
    ///
    /// # Errors
    /// Twilio's refusal; [`ErrorKind::Decode`] when the answer names no address.
    pub async fn authorize(
        &self,
        request: &AuthorizeRequest,
    ) -> Result<Response<Authorize>, Error> {
        let mut ask = self.client.at(Product::Oauth, &AUTHORIZE);
        for (name, value) in request.query(&AUTHORIZE)? {
            ask = ask.query(&name, value);
        }
        redirect(ask, &AUTHORIZE).await
    }

    /// The same of the first version.
    ///
    /// # Errors
    /// As for [`authorize`](Self::authorize).
    pub async fn authorize_v1(
        &self,
        request: &AuthorizeRequest,
    ) -> Result<Response<Authorize>, Error> {
        let mut ask = self.client.at(Product::Oauth, &AUTHORIZE_V1);
        for (name, value) in request.query(&AUTHORIZE_V1)? {
            ask = ask.query(&pascal(&name), value);
        }
        redirect(ask, &AUTHORIZE_V1).await
    }
}

/// What the request holds must not come back in an error.
fn guarded<'r>(builder: RequestBuilder<'r>, request: &TokenRequest) -> RequestBuilder<'r> {
    [
        &request.client_secret,
        &request.code,
        &request.refresh_token,
    ]
    .into_iter()
    .flatten()
    .fold(builder, RequestBuilder::secret)
}

/// The address stands in `Location`, and in the body.
async fn redirect(
    ask: RequestBuilder<'_>,
    operation: &Operation,
) -> Result<Response<Authorize>, Error> {
    let answer = ask.send_raw().await?;
    let location = answer.headers().get(http::header::LOCATION);
    let location = location
        .and_then(|value| value.to_str().ok())
        .map(str::to_owned);
    let mut read: Authorize = serde_json::from_slice(&answer).unwrap_or_default();
    read.redirect_to = read.redirect_to.or(location);
    if read.redirect_to.is_none() {
        return Err(
            Error::new(ErrorKind::Decode, "the answer names no address to go to")
                .with_operation(PROVIDER, operation.name())
                .with_delivery(Delivery::Answered)
                .with_status(answer.status()),
        );
    }
    Ok(answer.map(|_| read))
}

fn pascal(name: &str) -> String {
    let mut out = String::with_capacity(name.len());
    for part in name.split('_') {
        let mut letters = part.chars();
        out.extend(letters.next().map(|first| first.to_ascii_uppercase()));
        out.push_str(letters.as_str());
    }
    out
}
