//! The addresses that may send calls to a trunk, in an IP access control list of its own.

use voice_core::error::Error;
use voice_core::ident::{IpAccessControlListSid, Ipv4Cidr, TrunkSid};
use voice_core::provider::AllowedIp;

use super::made::made_or_found;
use super::numbers::gone;
use super::{PAGE, ambiguous, exists, own_list, without_sid};
use crate::client::TwilioClient;
use crate::sip::{
    CreateIpAddress, ListIpAccessControlLists, ListIpAddresses, NameIpAccessControlList,
};
use crate::trunks::{IpAccessControlList, ListTrunkLists};

const CREATE: &str = "sip.ip_addresses.create";

/// Lets addresses in. They are in the list before the trunk uses it.
pub(super) async fn allow(
    client: &TwilioClient,
    trunk: TrunkSid,
    range: Ipv4Cidr,
) -> Result<AllowedIp, Error> {
    let used = lists(client, trunk).await?;
    for list in used.iter().filter_map(|list| list.sid) {
        if let Some(there) = entries(client, list, range).await?.into_iter().next() {
            return Err(
                exists(CREATE, "an entry for these addresses").with_context("entry", there.id)
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
        None => entries(client, list, range).await?,
    };
    let made = match there.into_iter().next() {
        Some(there) => there,
        None => {
            let addresses = client.sip().ip_access_control_lists().addresses(list);
            let new = CreateIpAddress::new(range.to_string(), range);
            let create = async {
                let made = addresses.create(&new).await?;
                let sid = made.sid.ok_or_else(|| without_sid(CREATE))?;
                Ok(AllowedIp::new(sid.as_str()))
            };
            made_or_found(client, create, || entries(client, list, range)).await?
        }
    };
    if mapped.is_none() {
        let lists = client.trunks().ip_access_control_lists(trunk);
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
    Ok(made)
}

/// The lists that are the trunk's alone.
pub(super) async fn own(
    client: &TwilioClient,
    trunk: TrunkSid,
) -> Result<Vec<IpAccessControlListSid>, Error> {
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
    lists: &[IpAccessControlListSid],
) -> Result<(), Error> {
    for list in lists {
        let lists = client.sip().ip_access_control_lists();
        gone(lists.delete(*list).await.map(drop))?;
    }
    Ok(())
}

/// The lists a trunk uses.
async fn lists(client: &TwilioClient, trunk: TrunkSid) -> Result<Vec<IpAccessControlList>, Error> {
    let lists = client.trunks().ip_access_control_lists(trunk);
    let lists = lists.list(&ListTrunkLists::new().page_size(PAGE));
    lists.collect().await
}

/// The list of this name; made when there is none.
async fn list_named(client: &TwilioClient, name: &str) -> Result<IpAccessControlListSid, Error> {
    const CREATE_LIST: &str = "sip.ip_access_control_lists.create";
    let look = || async {
        let lists = client.sip().ip_access_control_lists();
        let lists = lists.list(&ListIpAccessControlLists::new().page_size(PAGE));
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
        let named = NameIpAccessControlList::new(name);
        let made = client
            .sip()
            .ip_access_control_lists()
            .create(&named)
            .await?;
        made.sid.ok_or_else(|| without_sid(CREATE_LIST))
    };
    made_or_found(client, create, look).await
}

/// The entries of a list for exactly these addresses.
async fn entries(
    client: &TwilioClient,
    list: IpAccessControlListSid,
    range: Ipv4Cidr,
) -> Result<Vec<AllowedIp>, Error> {
    let addresses = client.sip().ip_access_control_lists().addresses(list);
    let all = addresses.list(&ListIpAddresses::new().page_size(PAGE));
    let all = all.collect().await?;
    let same = all.iter().filter(|entry| {
        entry
            .range()
            .is_some_and(|own| (own.network(), own.mask()) == (range.network(), range.mask()))
    });
    Ok(same
        .filter_map(|entry| Some(AllowedIp::new(entry.sid?.as_str())))
        .collect())
}
