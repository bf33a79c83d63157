//! The users that may send calls to a trunk, in a credential list of its own.

use secrecy::SecretString;
use voice_core::error::Error;
use voice_core::ident::{CredentialListSid, CredentialSid, TrunkSid};
use voice_core::provider::SipCredential;

use super::made::made_or_found;
use super::numbers::gone;
use super::{PAGE, ambiguous, exists, own_list, without_sid};
use crate::client::TwilioClient;
use crate::sip::{
    CreateCredential, ListCredentialLists, ListCredentials, NameCredentialList, UpdateCredential,
};
use crate::trunks::{CredentialList, ListTrunkLists};

const CREATE: &str = "sip.credentials.create";

/// Adds a user. It is in the list before the trunk uses it.
pub(super) async fn add(
    client: &TwilioClient,
    trunk: TrunkSid,
    user: &str,
    password: &SecretString,
) -> Result<SipCredential, Error> {
    let used = lists(client, trunk).await?;
    for list in used.iter().filter_map(|list| list.sid) {
        if let Some(there) = entries(client, list, user).await?.into_iter().next() {
            return Err(
                exists(CREATE, "a user of this name").with_context("credential", there.as_str())
            );
        }
    }
    let name = own_list(trunk);
    let mut own = used
        .iter()
        .filter(|list| list.friendly_name.as_deref() == Some(&name));
    let mapped = own.next().and_then(|list| list.sid);
    let list = match mapped {
        Some(list) => list,
        None => {
            // Nothing is made for a trunk that is not there.
            client.trunks().get(trunk).await?;
            list_named(client, &name).await?
        }
    };
    // From an attempt that broke off before the trunk used the list.
    let there = match mapped {
        Some(_) => Vec::new(),
        None => entries(client, list, user).await?,
    };
    let made = match there.into_iter().next() {
        // Perhaps with another password.
        Some(there) => {
            let users = client.sip().credential_lists().credentials(list);
            let update = UpdateCredential::new(password.clone());
            users.update(there, &update).await?;
            there
        }
        None => {
            let users = client.sip().credential_lists().credentials(list);
            let new = CreateCredential::new(user, password.clone());
            let create = async {
                let made = users.create(&new).await?;
                made.sid.ok_or_else(|| without_sid(CREATE))
            };
            made_or_found(client, create, || entries(client, list, user)).await?
        }
    };
    if mapped.is_none() {
        let lists = client.trunks().credential_lists(trunk);
        let create = async { lists.create(list).await.map(drop) };
        let look = || async {
            match lists.get(list).await {
                Ok(_) => Ok(vec![()]),
                Err(error) if error.is_not_found() => Ok(Vec::new()),
                Err(error) => Err(error),
            }
        };
        made_or_found(client, create, look).await?;
    }
    Ok(SipCredential::new(made.as_str()))
}

/// The lists that are the trunk's alone.
pub(super) async fn own(
    client: &TwilioClient,
    trunk: TrunkSid,
) -> Result<Vec<CredentialListSid>, Error> {
    let name = own_list(trunk);
    let used = lists(client, trunk).await?;
    let own = used
        .into_iter()
        .filter(|list| list.friendly_name.as_deref() == Some(&name));
    Ok(own.filter_map(|list| list.sid).collect())
}

/// Deletes lists.
pub(super) async fn delete(
    client: &TwilioClient,
    lists: &[CredentialListSid],
) -> Result<(), Error> {
    for list in lists {
        let lists = client.sip().credential_lists();
        gone(lists.delete(*list).await.map(drop))?;
    }
    Ok(())
}

/// The lists a trunk uses.
async fn lists(client: &TwilioClient, trunk: TrunkSid) -> Result<Vec<CredentialList>, Error> {
    let lists = client.trunks().credential_lists(trunk);
    let lists = lists.list(&ListTrunkLists::new().page_size(PAGE));
    lists.collect().await
}

/// The list of this name; made when there is none.
async fn list_named(client: &TwilioClient, name: &str) -> Result<CredentialListSid, Error> {
    const CREATE_LIST: &str = "sip.credential_lists.create";
    let look = || async {
        let lists = client.sip().credential_lists();
        let lists = lists.list(&ListCredentialLists::new().page_size(PAGE));
        let all = lists.collect().await?;
        let same = all
            .iter()
            .filter(|list| list.friendly_name.as_deref() == Some(name));
        Ok::<Vec<_>, Error>(same.filter_map(|list| list.sid).collect())
    };
    match look().await?.as_slice() {
        [] => {}
        [one] => return Ok(*one),
        _ => return Err(ambiguous(CREATE_LIST, name)),
    }
    let create = async {
        let named = NameCredentialList::new(name);
        let made = client.sip().credential_lists().create(&named).await?;
        made.sid.ok_or_else(|| without_sid(CREATE_LIST))
    };
    made_or_found(client, create, look).await
}

/// The user of this name in a list.
async fn entries(
    client: &TwilioClient,
    list: CredentialListSid,
    user: &str,
) -> Result<Vec<CredentialSid>, Error> {
    let users = client.sip().credential_lists().credentials(list);
    let all = users.list(&ListCredentials::new().page_size(PAGE));
    let all = all.collect().await?;
    let same = all
        .iter()
        .filter(|own| own.username.as_deref() == Some(user));
    Ok(same.filter_map(|own| own.sid).collect())
}
