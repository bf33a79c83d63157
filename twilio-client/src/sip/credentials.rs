//! Users with passwords, in a credential list.

use std::fmt;

use secrecy::{ExposeSecret, SecretString};
use voice_core::client::Response;
use voice_core::error::Error;
use voice_core::ident::{AccountSid, CredentialListSid, CredentialSid};

use crate::operation::{accessor, crud, operations};
use crate::types::{
    ApiTime, Encode, Masked, Parameters, Problems, Sink, list_request, request, resource,
};

operations! { Api "api_v2010":
    LIST = get "sip.credentials.list" ListSipCredential "/2010-04-01/Accounts/{AccountSid}/SIP/CredentialLists/{CredentialListSid}/Credentials.json";
    CREATE = once "sip.credentials.create" CreateSipCredential "/2010-04-01/Accounts/{AccountSid}/SIP/CredentialLists/{CredentialListSid}/Credentials.json";
    GET = get "sip.credentials.get" FetchSipCredential "/2010-04-01/Accounts/{AccountSid}/SIP/CredentialLists/{CredentialListSid}/Credentials/{Sid}.json";
    UPDATE = idempotent "sip.credentials.update" UpdateSipCredential "/2010-04-01/Accounts/{AccountSid}/SIP/CredentialLists/{CredentialListSid}/Credentials/{Sid}.json";
    DELETE = delete "sip.credentials.delete" DeleteSipCredential "/2010-04-01/Accounts/{AccountSid}/SIP/CredentialLists/{CredentialListSid}/Credentials/{Sid}.json";
}

list_request! {
    /// Which credentials to list: all of the list, at most 1,000.
    ListCredentials {}
}

/// A user of SIP, often a phone number.
#[derive(Clone)]
struct User(String);

impl fmt::Debug for User {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        Masked(&self.0).fmt(f)
    }
}

impl Encode for User {
    fn encode(&self, name: &str, sink: Sink<'_>) {
        sink(name, &self.0);
    }
}

request! {
    /// A user to be added.
    CreateCredential {
        username = "Username": User,
        password = "Password": SecretString,
        ..
    } rules |credential, problems| {
        problems.unless(
            (1..=32).contains(&credential.username.0.chars().count()),
            "Username",
            "must have 1 to 32 characters",
        );
        password_rule(&credential.password, problems);
    }
}

impl CreateCredential {
    /// A user, 1 to 32 characters, with a password of at least 12 characters, among them a digit, a capital and a small
    /// letter.
    pub fn new(username: impl Into<String>, password: SecretString) -> Self {
        Self::required(User(username.into()), password)
    }
}

request! {
    /// Another password.
    UpdateCredential {
        password = "Password": SecretString,
        ..
    } rules |credential, problems| password_rule(&credential.password, problems)
}

impl UpdateCredential {
    /// This password: at least 12 characters, among them a digit, a capital and a small letter.
    pub fn new(password: SecretString) -> Self {
        Self::required(password)
    }
}

fn password_rule(password: &SecretString, problems: &mut Problems) {
    let text = password.expose_secret();
    problems.unless(
        text.chars().count() >= 12
            && text.contains(|c: char| c.is_ascii_digit())
            && text.contains(char::is_uppercase)
            && text.contains(char::is_lowercase),
        "Password",
        "must have at least 12 characters, among them a digit, a capital and a small letter",
    );
}

resource! {
    /// A user of SIP. The password is never shown.
    Credential {
        /// Its SID.
        sid: CredentialSid,
        /// The account it belongs to.
        account_sid: AccountSid,
        /// The list it is in.
        credential_list_sid: CredentialListSid,
        /// The user.
        username: String => personal,
        /// When it was created.
        date_created: ApiTime,
        /// When it was last changed.
        date_updated: ApiTime,
        /// Its own address, relative to the API's host.
        uri: String,
    }
}

accessor! {
    /// The users in a list; see [`CredentialLists::credentials`](super::CredentialLists::credentials).
    Credentials { list: CredentialListSid }
}

crud! {
    Credentials of Credential, id CredentialSid, items "credentials", parent [list "CredentialListSid"];
    /// Lists users, page by page.
    list LIST (ListCredentials);
    /// Reads a user.
    get GET;
    /// Takes a user away.
    delete DELETE;
}

impl Credentials<'_> {
    /// Adds a user.
    ///
    /// # Errors
    /// [`ErrorKind::InvalidInput`](voice_core::error::ErrorKind::InvalidInput) for a user or password that breaks the rules,
    /// before anything is sent; code 21243 for one that Twilio refuses, 21242 when the list is full. It is never sent again by
    /// itself: after an unknown outcome look for the user in the list.
    pub async fn create(&self, request: &CreateCredential) -> Result<Response<Credential>, Error> {
        let form = request.form(&CREATE)?;
        let create = self.client.at(ON, &CREATE);
        let create = create.path("CredentialListSid", self.list);
        create.secret(&request.password).form(form).send().await
    }

    /// Gives a user another password.
    ///
    /// # Errors
    /// As for [`get`](Self::get), and [`ErrorKind::InvalidInput`](voice_core::error::ErrorKind::InvalidInput) for a password
    /// that breaks the rules.
    pub async fn update(
        &self,
        sid: CredentialSid,
        request: &UpdateCredential,
    ) -> Result<Response<Credential>, Error> {
        let form = request.form(&UPDATE)?;
        let update = self.client.at(ON, &UPDATE);
        let update = update.path("CredentialListSid", self.list).path("Sid", sid);
        update.secret(&request.password).form(form).send().await
    }
}
