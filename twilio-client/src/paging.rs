//! Lists of v2010: pages that name the next one by a relative link.

use serde::de::DeserializeOwned;
use voice_core::client::{Cursor, Operation, Page, Pager, RequestBuilder};
use voice_core::error::Error;

use crate::client::TwilioClient;

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
/// error (see [`RequestBuilder::link`]).
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
    let client = client.raw().clone();
    Pager::new(from, move |cursor: Option<Cursor>| {
        let (client, first) = (client.clone(), first.clone());
        async move {
            let request = client.request(operation);
            let request = match cursor {
                Some(cursor) => request.link(cursor.as_str()),
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
