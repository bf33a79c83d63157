//! Lists: pages that name the next one by a link, relative in v2010 and absolute in the newer APIs.

use std::fmt;
use std::marker::PhantomData;
use std::sync::Arc;

use serde::Deserializer;
use serde::de::{DeserializeOwned, DeserializeSeed, IgnoredAny, MapAccess, Visitor};
use voice_core::client::{Cursor, Operation, Page, Pager, RequestBuilder};
use voice_core::error::{Delivery, Error, ErrorKind};

use crate::client::{PROVIDER, TwilioClient};
use crate::host::{Product, own_link};
use crate::types::{Parameters, query};

/// The one list of the v2010 API that belongs to no account.
const ACCOUNTS: &str = "/2010-04-01/Accounts.json";

/// A page as the API answers it.
pub(crate) trait ListPage: DeserializeOwned + Send {
    /// What is listed.
    type Item: Send + 'static;

    /// The items, and the link to the next page if there is one.
    fn split(self) -> (Vec<Self::Item>, Option<String>);
}

/// Declares the page of a list: the property that holds the items, and their type.
macro_rules! list_page {
    ($visibility:vis $name:ident { $key:ident: $item:ty }) => {
        #[derive(serde::Deserialize)]
        $visibility struct $name {
            $key: Vec<$item>,
            #[serde(default)]
            next_page_uri: Option<String>,
        }

        impl $crate::paging::ListPage for $name {
            type Item = $item;

            fn split(self) -> (Vec<$item>, Option<String>) {
                (self.$key, self.next_page_uri)
            }
        }
    };
}

pub(crate) use list_page;

/// A list that begins with the request `first` makes, or at a stored cursor, and then follows the links.
///
/// Only the path and query of a link are followed, on this client's own origin; a link that names another origin is an
/// error (see [`RequestBuilder::link`]), and so is one to another account.
pub(crate) fn list<P: ListPage>(
    client: &TwilioClient,
    operation: &'static Operation,
    from: Option<Cursor>,
    first: impl for<'r> Fn(RequestBuilder<'r>) -> Result<RequestBuilder<'r>, Error>
    + Clone
    + Send
    + Sync
    + 'static,
) -> Pager<'static, P::Item> {
    let client = client.clone();
    Pager::new(from, move |cursor: Option<Cursor>| {
        let (client, first) = (client.clone(), first.clone());
        async move {
            let request = client.raw().request(operation);
            let request = match cursor {
                Some(cursor) => {
                    of_this_account(&client, operation, cursor.as_str())?;
                    request.link(cursor.as_str())
                }
                None => first(request)?,
            };
            let (items, next) = request.send::<P>().await?.into_inner().split();
            let next = next.filter(|link| !link.is_empty()).map(Cursor::new);
            Ok(Page::new(items, next))
        }
    })
}

/// Adds every pair of a query.
pub(crate) fn with_query<'r>(
    mut request: RequestBuilder<'r>,
    encode: impl FnOnce(crate::types::Sink<'_>),
) -> RequestBuilder<'r> {
    let mut pairs = Vec::new();
    encode(&mut |name, value| pairs.push((name.to_owned(), value.to_owned())));
    for (name, value) in pairs {
        request = request.query(&name, value);
    }
    request
}

/// A list of any product: `key` names the array of items, `path` fills what the path has beside the account.
pub(crate) fn items<T: DeserializeOwned + Send + 'static>(
    client: &TwilioClient,
    product: Product,
    operation: &'static Operation,
    key: &'static str,
    path: &[(&'static str, &str)],
    request: &(impl Parameters + Clone + Send + Sync + 'static),
) -> Pager<'static, T> {
    let filters = Box::new(request.clone());
    let list = List::new(client, product, operation, key, path, Some(filters));
    pages(list, None)
}

/// A list taken up again at a stored cursor, which holds path and filters.
pub(crate) fn resumed<T: DeserializeOwned + Send + 'static>(
    client: &TwilioClient,
    product: Product,
    operation: &'static Operation,
    key: &'static str,
    cursor: Cursor,
) -> Pager<'static, T> {
    let list = List::new(client, product, operation, key, &[], None);
    pages(list, Some(cursor))
}

fn pages<T: DeserializeOwned + Send + 'static>(
    list: Arc<List>,
    from: Option<Cursor>,
) -> Pager<'static, T> {
    Pager::new(from, move |cursor: Option<Cursor>| {
        let list = Arc::clone(&list);
        async move { list.page(cursor).await }
    })
}

type Filters = Box<dyn Parameters + Send + Sync>;

/// How a list's pages are asked for. It does not depend on what is listed, so that it is compiled once.
pub(crate) struct List {
    client: TwilioClient,
    product: Product,
    operation: &'static Operation,
    key: &'static str,
    path: Vec<(&'static str, String)>,
    filters: Option<Filters>,
}

impl List {
    pub(crate) fn new(
        client: &TwilioClient,
        product: Product,
        operation: &'static Operation,
        key: &'static str,
        path: &[(&'static str, &str)],
        filters: Option<Filters>,
    ) -> Arc<Self> {
        Arc::new(Self {
            client: client.clone(),
            product,
            operation,
            key,
            path: path
                .iter()
                .map(|(name, value)| (*name, (*value).to_owned()))
                .collect(),
            filters,
        })
    }

    /// The request for the first page, or for the one a cursor names, which holds path and query.
    fn request(&self, from: Option<Cursor>) -> Result<RequestBuilder<'_>, Error> {
        let mut request = self.client.at(self.product, self.operation);
        if let Some(cursor) = from {
            let link = own_link(self.product, cursor.as_str());
            if self.product == Product::Api {
                of_this_account(&self.client, self.operation, link)?;
            }
            return Ok(request.link(link));
        }
        for (name, value) in &self.path {
            request = request.path(name, value);
        }
        if let Some(filters) = &self.filters {
            for (name, value) in query(filters.as_ref(), self.operation)? {
                request = request.query(&name, value);
            }
        }
        Ok(request)
    }

    /// One page.
    pub(crate) async fn page<T: DeserializeOwned>(
        &self,
        from: Option<Cursor>,
    ) -> Result<Page<T>, Error> {
        let request = self.request(from)?;
        let page = request.send_seed(Listed(self.key, PhantomData)).await?;
        Ok(page.into_inner())
    }
}

/// Checks that a link of the v2010 API stays within the account the client acts on: credentials of a main account open its
/// subaccounts as well, so that a cursor that was stored for one of them would bring its data into the list of another.
fn of_this_account(
    client: &TwilioClient,
    operation: &'static Operation,
    link: &str,
) -> Result<(), Error> {
    // A link to another host is refused where it is followed.
    let Some(target) = client.raw().base_url().own_path(link) else {
        return Ok(());
    };
    let path = target.split('?').next().unwrap_or_default();
    let account = client.account_sid();
    let is_ours = path == ACCOUNTS
        || path
            .strip_prefix("/2010-04-01/Accounts/")
            .and_then(|rest| rest.strip_prefix(account.as_str()))
            .is_some_and(|rest| rest.starts_with('/'));
    if is_ours {
        return Ok(());
    }
    Err(Error::new(
        ErrorKind::Protocol,
        "the link leads to another account than the client's and is not followed",
    )
    .with_operation(PROVIDER, operation.name())
    .with_delivery(Delivery::NotSent)
    .with_hint("Take the list up again with a client for the account it was begun with"))
}

/// Reads a page of either envelope: the items under the key, the link under `next_page_uri` or `meta.next_page_url`.
struct Listed<T>(&'static str, PhantomData<fn() -> T>);

impl<T> Clone for Listed<T> {
    fn clone(&self) -> Self {
        Self(self.0, PhantomData)
    }
}

#[derive(Default, serde::Deserialize)]
struct Meta {
    #[serde(default)]
    next_page_url: Option<String>,
}

impl<'de, T: DeserializeOwned> DeserializeSeed<'de> for Listed<T> {
    type Value = Page<T>;

    fn deserialize<D: Deserializer<'de>>(self, source: D) -> Result<Page<T>, D::Error> {
        source.deserialize_map(self)
    }
}

impl<'de, T: DeserializeOwned> Visitor<'de> for Listed<T> {
    type Value = Page<T>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "a page with {}", self.0)
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Page<T>, A::Error> {
        let (mut items, mut next) = (None, None::<String>);
        while let Some(name) = map.next_key::<String>()? {
            match name.as_str() {
                name if name == self.0 => items = Some(map.next_value()?),
                "next_page_uri" => next = map.next_value()?,
                "meta" => {
                    let meta: Option<Meta> = map.next_value()?;
                    next = meta.unwrap_or_default().next_page_url;
                }
                _ => {
                    map.next_value::<IgnoredAny>()?;
                }
            }
        }
        let items: Vec<T> = items.ok_or_else(|| serde::de::Error::missing_field(self.0))?;
        let next = next.filter(|link| !link.is_empty()).map(Cursor::new);
        Ok(Page::new(items, next))
    }
}
