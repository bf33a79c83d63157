//! The account's API keys.
//!
//! **The API documents none of this.** The operations stand in its schema only, without a word on authentication; most
//! likely they are meant for the console and answer an API key with 401 or 403.

use voice_core::client::{Client, Operation, Page, Pager, Response};
use voice_core::error::Error;
use voice_core::retry::Repeat;

use crate::check::Problems;
use crate::types::{Secret, UvTime};

/// `GET /api/api_keys`; undocumented.
pub static LIST: Operation = Operation::get("api_keys.list", "/api/api_keys");
/// `POST /api/api_keys`; undocumented. A second one makes a second key.
pub static CREATE: Operation = Operation::post("api_keys.create", "/api/api_keys", Repeat::Once);
/// `GET /api/api_keys/{api_key_prefix}`; undocumented.
pub static GET: Operation = Operation::get("api_keys.get", "/api/api_keys/{api_key_prefix}");
/// `PUT /api/api_keys/{api_key_prefix}`; undocumented.
pub static REPLACE: Operation =
    Operation::put("api_keys.replace", "/api/api_keys/{api_key_prefix}");
/// `PATCH /api/api_keys/{api_key_prefix}`; undocumented.
pub static UPDATE: Operation =
    Operation::patch("api_keys.update", "/api/api_keys/{api_key_prefix}");
/// `DELETE /api/api_keys/{api_key_prefix}`; undocumented.
pub static DELETE: Operation =
    Operation::delete("api_keys.delete", "/api/api_keys/{api_key_prefix}");

/// The account's API keys, named by their prefixes: the first 8 characters. All of it is undocumented; see
/// [`api_keys`](self). From [`UltravoxClient::api_keys`](crate::UltravoxClient::api_keys).
#[derive(Debug, Clone, Copy)]
pub struct ApiKeys<'a> {
    client: &'a Client,
}

impl<'a> ApiKeys<'a> {
    pub(crate) fn new(client: &'a Client) -> Self {
        Self { client }
    }

    /// Creates a key. **Its secret is in this answer and in no other.** Undocumented.
    ///
    /// Sent once: after an unknown outcome list the keys, and delete one whose secret was lost.
    ///
    /// # Errors
    /// [`ErrorKind::InvalidInput`](voice_core::error::ErrorKind::InvalidInput) before anything is sent if a rule is
    /// broken; otherwise the API's.
    pub async fn create(&self, key: &NewApiKey) -> Result<Response<CreatedApiKey>, Error> {
        key.check(&CREATE)?;
        self.client.request(&CREATE).json(key).send().await
    }

    /// Reads a key's description. Undocumented.
    ///
    /// # Errors
    /// [`ErrorKind::NotFound`](voice_core::error::ErrorKind::NotFound) when there is none.
    pub async fn get(&self, prefix: &str) -> Result<Response<ApiKey>, Error> {
        self.client
            .request(&GET)
            .path("api_key_prefix", prefix)
            .send()
            .await
    }

    /// All keys, as a stream that fetches page after page. Undocumented.
    pub fn list(&self, filter: &ListApiKeys) -> Pager<'static, ApiKey> {
        filter.list(self.client, &LIST).pager()
    }

    /// One page of them: the first, or the one at the filter's cursor. Undocumented.
    ///
    /// # Errors
    /// The API's.
    pub async fn page(&self, filter: &ListApiKeys) -> Result<Response<Page<ApiKey>>, Error> {
        filter.list(self.client, &LIST).page().await
    }

    /// Replaces what can be changed of a key, which is whether it is revoked. Undocumented.
    ///
    /// # Errors
    /// The API's.
    pub async fn replace(
        &self,
        prefix: &str,
        change: &ApiKeyUpdate,
    ) -> Result<Response<ApiKey>, Error> {
        self.client
            .request(&REPLACE)
            .path("api_key_prefix", prefix)
            .json(change)
            .send()
            .await
    }

    /// Changes a key. Undocumented.
    ///
    /// # Errors
    /// The API's; a change of nothing is refused before anything is sent.
    pub async fn update(
        &self,
        prefix: &str,
        change: &ApiKeyUpdate,
    ) -> Result<Response<ApiKey>, Error> {
        let mut problems = Problems::default();
        problems.no_change(change == &ApiKeyUpdate::new());
        problems.finish(&UPDATE)?;
        self.client
            .request(&UPDATE)
            .path("api_key_prefix", prefix)
            .json(change)
            .send()
            .await
    }

    /// Revokes a key, for good. Undocumented.
    ///
    /// # Errors
    /// As [`update`](Self::update).
    pub async fn revoke(&self, prefix: &str) -> Result<Response<ApiKey>, Error> {
        self.update(prefix, &ApiKeyUpdate::new().revoked(true))
            .await
    }

    /// Deletes a key. Undocumented.
    ///
    /// # Errors
    /// [`ErrorKind::NotFound`](voice_core::error::ErrorKind::NotFound) when there is none.
    pub async fn delete(&self, prefix: &str) -> Result<Response<()>, Error> {
        self.client
            .request(&DELETE)
            .path("api_key_prefix", prefix)
            .send_empty()
            .await
    }
}

request! {
    /// A key to be created.
    NewApiKey(
        /// What to call it: 1 to 50 characters; names need not be unique.
        name: String => "name",
    ) {
        /// When it stops working; never unless set.
        expiry_date: UvTime => "expiryDate",
    }
}

impl NewApiKey {
    fn check(&self, operation: &Operation) -> Result<(), Error> {
        let mut problems = Problems::default();
        problems.text("name", Some(&self.name), 50);
        problems.finish(operation)
    }
}

request! {
    /// What to change of a key.
    ApiKeyUpdate() {
        /// Whether it is revoked. This cannot be undone.
        revoked: bool => "revoked",
    }
}

model! {
    /// A key that was just created, with its secret.
    response CreatedApiKey {
        /// Its first characters, which name it.
        prefix: String => "prefix",
        /// When it was created.
        created: UvTime => "created",
        /// Who created it.
        creator: String => "creator" quiet,
        /// **The key itself.** No other answer has it.
        secret: Secret => "secret",
        /// Whether it is revoked.
        revoked: bool => "revoked",
        /// What it is called.
        name: String => "name",
        /// When it stops working.
        expiry_date: UvTime => "expiryDate",
    }
}

model! {
    /// A key as Ultravox describes it; the key itself is not given out.
    response ApiKey {
        /// Its first characters, which name it.
        prefix: String => "prefix",
        /// When it was created.
        created: UvTime => "created",
        /// Who created it.
        creator: String => "creator" quiet,
        /// What it is called.
        name: String => "name",
        /// When it stops working.
        expiry_date: UvTime => "expiryDate",
        /// Whether it is revoked.
        revoked: bool => "revoked",
    }
}

filter! {
    /// Where in the list of keys to begin, and how many to a page.
    ListApiKeys {}
}
