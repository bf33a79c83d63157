//! Credentials of a trunk: users for SIP digest authentication, for callers without a fixed address.

use serde::{Serialize, Serializer};
use voice_core::client::{Operation, Page, Pager, Response};
use voice_core::error::Error;
use voice_core::retry::Repeat;

use crate::check::Problems;
use crate::client::ExotelClient;
use crate::envelope::{Deleted, Single};
use crate::list::{List, Paging};
use crate::types::{ApiTime, CredentialId, FriendlyName, Password, TrunkSid};

/// `POST /trunks/{trunk_sid}/credentials`
pub static CREATE: Operation = Operation::post(
    "credentials.create",
    "/v2/accounts/{account_sid}/trunks/{trunk_sid}/credentials",
    Repeat::Once,
);
/// `GET /trunks/{trunk_sid}/credentials`
pub static LIST: Operation = Operation::get(
    "credentials.list",
    "/v2/accounts/{account_sid}/trunks/{trunk_sid}/credentials",
);
/// `PUT /trunks/{trunk_sid}/credentials/{id}`
pub static UPDATE: Operation = Operation::put(
    "credentials.update",
    "/v2/accounts/{account_sid}/trunks/{trunk_sid}/credentials/{id}",
);
/// `DELETE /trunks/{trunk_sid}/credentials?id=…`: the id stands in the query.
pub static DELETE: Operation = Operation::delete(
    "credentials.delete",
    "/v2/accounts/{account_sid}/trunks/{trunk_sid}/credentials",
);

resource! {
    /// A credential of a trunk. The API does not give its password back.
    Credential, "credentials", ["id" "user_name" "username"] {
        /// Its id; an old sample has none.
        id: CredentialId => "id" | "sid";
        /// The trunk.
        trunk_sid: TrunkSid => "trunk_sid";
        /// The user.
        user_name: String => "user_name" | "username";
        /// A name for people.
        friendly_name: String => "friendly_name";
        /// The password, which one old sample has. It is never serialised.
        password: Password => "password", secret;
        /// When it was made.
        date_created: ApiTime => "date_created" | "created_at";
        /// When it was changed last.
        date_updated: ApiTime => "date_updated" | "updated_at";
    }
}

impl Credential {
    /// Its id.
    ///
    /// # Errors
    /// [`ErrorKind::Decode`](voice_core::error::ErrorKind::Decode) when the answer had none.
    pub fn id(&self) -> Result<&CredentialId, Error> {
        self.id
            .as_ref()
            .ok_or_else(|| crate::missing("credentials", "id"))
    }
}

/// The one way a password leaves the process.
fn expose<S: Serializer>(password: &Password, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(password.expose())
}

fn expose_option<S: Serializer>(
    password: &Option<Password>,
    serializer: S,
) -> Result<S::Ok, S::Error> {
    match password {
        Some(password) => serializer.serialize_some(password.expose()),
        None => serializer.serialize_none(),
    }
}

/// A credential to be created. Serialising it gives the password, because that is how it gets to the API.
///
/// ```
/// use exotel_vsip::credentials::NewCredential;
///
/// let credential = NewCredential::new("voice_ai_user", "a-long-password");
/// assert!(!format!("{credential:?}").contains("a-long-password"));
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct NewCredential {
    /// The user; not empty.
    pub user_name: String,
    /// The password; not empty.
    #[serde(serialize_with = "expose")]
    pub password: Password,
    /// A name for people.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub friendly_name: Option<FriendlyName>,
}

impl NewCredential {
    /// This user with this password.
    #[must_use]
    pub fn new(user_name: impl Into<String>, password: impl Into<Password>) -> Self {
        Self {
            user_name: user_name.into(),
            password: password.into(),
            friendly_name: None,
        }
    }

    /// A name for people.
    #[must_use]
    pub fn friendly_name(mut self, name: FriendlyName) -> Self {
        self.friendly_name = Some(name);
        self
    }

    pub(crate) fn check(&self) -> Result<(), Error> {
        let mut problems = Problems::default();
        let user = Some(self.user_name.as_str());
        not_empty(&mut problems, user, Some(&self.password));
        problems.finish(&CREATE)
    }
}

fn not_empty(problems: &mut Problems, user: Option<&str>, password: Option<&Password>) {
    problems.rule(user == Some(""), "user_name", "must not be empty");
    let password = password.map(Password::expose);
    problems.rule(password == Some(""), "password", "must not be empty");
}

/// A change of a credential: what is not set stays. Serialising it gives the password.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct CredentialUpdate {
    /// The user; not empty.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub user_name: Option<String>,
    /// The password; not empty.
    #[serde(
        skip_serializing_if = "Option::is_none",
        serialize_with = "expose_option"
    )]
    pub password: Option<Password>,
    /// A name for people.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub friendly_name: Option<FriendlyName>,
}

impl CredentialUpdate {
    /// A change of nothing so far.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Another user.
    #[must_use]
    pub fn user_name(mut self, user: impl Into<String>) -> Self {
        self.user_name = Some(user.into());
        self
    }

    /// Another password.
    #[must_use]
    pub fn password(mut self, password: impl Into<Password>) -> Self {
        self.password = Some(password.into());
        self
    }

    /// Another name for people.
    #[must_use]
    pub fn friendly_name(mut self, name: FriendlyName) -> Self {
        self.friendly_name = Some(name);
        self
    }

    fn check(&self) -> Result<(), Error> {
        let mut problems = Problems::default();
        let sets_nothing = *self == Self::default();
        problems.rule(sets_nothing, "body", "the change sets nothing");
        not_empty(
            &mut problems,
            self.user_name.as_deref(),
            self.password.as_ref(),
        );
        problems.finish(&UPDATE)
    }
}

/// The credentials of one trunk; from [`TrunkParts::credentials`](crate::TrunkParts::credentials).
#[derive(Debug, Clone, Copy)]
pub struct Credentials<'a> {
    pub(crate) client: &'a ExotelClient,
    pub(crate) trunk: &'a TrunkSid,
}

impl<'a> Credentials<'a> {
    pub(crate) fn new(client: &'a ExotelClient, trunk: &'a TrunkSid) -> Self {
        Self { client, trunk }
    }

    /// Creates a credential. It is sent once: after an unknown outcome look for the user in the list before creating it
    /// again. Whether its password is the one that was sent cannot be read.
    ///
    /// # Errors
    /// [`ErrorKind::InvalidInput`](voice_core::error::ErrorKind::InvalidInput) before anything is sent when user or
    /// password is empty; otherwise the API's. No error shows the password, not even when the server quotes it.
    pub async fn create(&self, credential: &NewCredential) -> Result<Response<Credential>, Error> {
        credential.check()?;
        let request = self
            .client
            .request(&CREATE)
            .path("trunk_sid", self.trunk)
            .secret(credential.password.secret());
        let answer = request
            .json(credential)
            .send::<Single<Credential>>()
            .await?;
        Ok(answer.map(|read| read.0))
    }

    /// All credentials, as a stream that fetches page after page.
    pub fn list(&self, paging: &Paging) -> Pager<'static, Credential> {
        self.listed(paging).pager()
    }

    /// One page of them.
    ///
    /// # Errors
    /// [`ErrorKind::InvalidInput`](voice_core::error::ErrorKind::InvalidInput) before anything is sent for a page size of
    /// 0; otherwise the API's.
    pub async fn page(&self, paging: &Paging) -> Result<Response<Page<Credential>>, Error> {
        self.listed(paging).page().await
    }

    fn listed(&self, paging: &Paging) -> List {
        List::new(self.client, &LIST).of(self.trunk).paging(paging)
    }

    /// Changes a credential.
    ///
    /// # Errors
    /// [`ErrorKind::InvalidInput`](voice_core::error::ErrorKind::InvalidInput) before anything is sent when it sets nothing,
    /// or sets user or password to nothing; otherwise the API's.
    pub async fn update(
        &self,
        id: &CredentialId,
        change: &CredentialUpdate,
    ) -> Result<Response<Credential>, Error> {
        change.check()?;
        let mut request = self
            .client
            .request(&UPDATE)
            .path("trunk_sid", self.trunk)
            .path("id", id);
        if let Some(password) = &change.password {
            request = request.secret(password.secret());
        }
        let answer = request.json(change).send::<Single<Credential>>().await?;
        Ok(answer.map(|read| read.0))
    }

    /// Deletes a credential. Gives it as far as the answer holds it.
    ///
    /// # Errors
    /// [`ErrorKind::NotFound`](voice_core::error::ErrorKind::NotFound) when there is none, unless an earlier try of the
    /// same call may have deleted it.
    pub async fn delete(&self, id: &CredentialId) -> Result<Response<Option<Credential>>, Error> {
        let request = self.client.request(&DELETE).path("trunk_sid", self.trunk);
        let answer = request.query("id", id).send_raw().await?;
        Ok(answer.map(|body| Deleted::read(&body).0))
    }
}
