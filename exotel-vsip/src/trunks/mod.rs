//! Trunks: create, read, list, change, delete.

mod delete;
mod model;
mod request;

use voice_core::client::{Operation, Page, Pager, Response};
use voice_core::error::{Delivery, Error, ErrorKind};
use voice_core::ident::TrunkName;
use voice_core::retry::Repeat;

use crate::PROVIDER;
use crate::client::ExotelClient;
use crate::envelope::{Deleted, Resource, Single};
use crate::list::{List, Paging};
use crate::types::TrunkSid;

pub use delete::ConfirmDeletion;
pub use model::Trunk;
pub use request::{ListTrunks, NewTrunk, TrunkUpdate};

/// `POST /trunks`: a second one of the same name is refused with 1008.
pub static CREATE: Operation = Operation::post(
    "trunks.create",
    "/v2/accounts/{account_sid}/trunks",
    Repeat::Once,
);
/// `GET /trunks`
pub static LIST: Operation = Operation::get("trunks.list", "/v2/accounts/{account_sid}/trunks");
/// `GET /trunks/{trunk_sid}`; not in the vendor's index of operations.
pub static GET: Operation = Operation::get(
    "trunks.get",
    "/v2/accounts/{account_sid}/trunks/{trunk_sid}",
);
/// `PUT /trunks/{trunk_sid}`
pub static UPDATE: Operation = Operation::put(
    "trunks.update",
    "/v2/accounts/{account_sid}/trunks/{trunk_sid}",
);
/// `DELETE /trunks?trunk_sid=…`: the SID stands in the query.
pub static DELETE: Operation =
    Operation::delete("trunks.delete", "/v2/accounts/{account_sid}/trunks");

/// The account's trunks; from [`ExotelClient::trunks`].
#[derive(Debug, Clone, Copy)]
pub struct Trunks<'a> {
    pub(crate) client: &'a ExotelClient,
}

impl<'a> Trunks<'a> {
    pub(crate) fn new(client: &'a ExotelClient) -> Self {
        Self { client }
    }

    /// Creates a trunk. It is sent once: after an unknown outcome look for it by its name
    /// ([`find_by_name`](Self::find_by_name)) before creating it again.
    ///
    /// # Errors
    /// [`ErrorKind::AlreadyExists`] (code 1008) when the name is taken; it may be taken by a trunk that this account does
    /// not see. Otherwise the API's.
    pub async fn create(&self, trunk: &NewTrunk) -> Result<Response<Trunk>, Error> {
        self.create_as(trunk).await
    }

    /// All trunks that `filter` lets through, as a stream that fetches page after page.
    pub fn list(&self, filter: &ListTrunks) -> Pager<'static, Trunk> {
        filter.list(self.client).pager()
    }

    /// One page of them: the first, or the one at the filter's cursor.
    ///
    /// # Errors
    /// [`ErrorKind::InvalidInput`] before anything is sent for a page size of 0; otherwise the API's.
    pub async fn page(&self, filter: &ListTrunks) -> Result<Response<Page<Trunk>>, Error> {
        self.page_as(filter).await
    }

    /// Reads a trunk: by the list with `trunk_sid` as the vendor documents it, and by its own path when the server refuses
    /// or ignores that filter. Two requests at most, each with its own deadline.
    ///
    /// # Errors
    /// [`ErrorKind::NotFound`] when there is none, or none that this account may see.
    pub async fn get(&self, sid: &TrunkSid) -> Result<Response<Trunk>, Error> {
        let filter = ListTrunks::new().trunk_sid(sid.clone());
        let answer = match self.page(&filter).await {
            Ok(answer) => answer,
            Err(error) if is_about_the_form(&error) => return self.get_by_path(sid).await,
            Err(error) => return Err(error),
        };
        let is_it = |trunk: &Trunk| trunk.trunk_sid.as_ref() == Some(sid);
        if answer.items.is_empty() {
            return Err(not_found(&answer));
        }
        match answer.items.iter().position(is_it) {
            Some(at) => Ok(answer.map(|mut page| page.items.swap_remove(at))),
            // A server that does not know the filter.
            None => self.get_by_path(sid).await,
        }
    }

    /// Reads a trunk by its own path, which the vendor's index does not list.
    ///
    /// # Errors
    /// [`ErrorKind::NotFound`] when there is none, or none that this account may see.
    pub async fn get_by_path(&self, sid: &TrunkSid) -> Result<Response<Trunk>, Error> {
        let request = self.client.request(&GET).path("trunk_sid", sid);
        Ok(request.send::<Single<Trunk>>().await?.map(|read| read.0))
    }

    /// The trunk of exactly this name, if the account has one; reads the list until it is found.
    ///
    /// # Errors
    /// The API's.
    pub async fn find_by_name(&self, name: &TrunkName) -> Result<Option<Trunk>, Error> {
        let mut trunks = self.list(&ListTrunks::new());
        while let Some(trunk) = trunks.next().await {
            let trunk = trunk?;
            if trunk.trunk_name.as_deref() == Some(name.as_str()) {
                return Ok(Some(trunk));
            }
        }
        Ok(None)
    }

    /// Changes what `change` sets, and nothing else.
    ///
    /// # Errors
    /// [`ErrorKind::InvalidInput`] before anything is sent when it sets nothing; otherwise the API's.
    pub async fn update(
        &self,
        sid: &TrunkSid,
        change: &TrunkUpdate,
    ) -> Result<Response<Trunk>, Error> {
        change.check(&UPDATE)?;
        let request = self.client.request(&UPDATE).path("trunk_sid", sid);
        let answer = request.json(change).send::<Single<Trunk>>().await?;
        Ok(answer.map(|read| read.0))
    }

    /// Deletes a trunk **and every number mapping, access list entry, destination and credential of it**. This cannot be
    /// undone, so the SID is said twice.
    ///
    /// Gives the deleted trunk as far as the answer holds it.
    ///
    /// ```no_run
    /// # async fn example(client: exotel_vsip::ExotelClient) -> Result<(), Box<dyn std::error::Error>> {
    /// use exotel_vsip::trunks::ConfirmDeletion;
    /// use exotel_vsip::types::TrunkSid;
    ///
    /// let sid = TrunkSid::parse("trmum1000000000000000001aa1n")?;
    /// client.trunks().delete(&sid, &ConfirmDeletion::of("trmum1000000000000000001aa1n")).await?;
    /// # Ok(()) }
    /// ```
    ///
    /// # Errors
    /// [`ErrorKind::InvalidInput`] before anything is sent when the confirmation names another SID;
    /// [`ErrorKind::NotFound`] when there is no such trunk, unless an earlier try of the same call may have deleted it.
    pub async fn delete(
        &self,
        sid: &TrunkSid,
        confirmation: &ConfirmDeletion,
    ) -> Result<Response<Option<Trunk>>, Error> {
        confirmation.check(sid, &DELETE)?;
        let request = self.client.request(&DELETE).query("trunk_sid", sid);
        let answer = request.send_raw().await?;
        Ok(answer.map(|body| Deleted::read(&body).0))
    }

    pub(crate) async fn create_as<T: Resource>(
        &self,
        trunk: &NewTrunk,
    ) -> Result<Response<T>, Error> {
        let body = trunk.body(self.client.account());
        let request = self.client.request(&CREATE).json(&body);
        Ok(request.send::<Single<T>>().await?.map(|read| read.0))
    }

    pub(crate) async fn page_as<T: Resource>(
        &self,
        filter: &ListTrunks,
    ) -> Result<Response<Page<T>>, Error> {
        filter.list(self.client).page().await
    }
}

impl ListTrunks {
    fn list(&self, client: &ExotelClient) -> List {
        let sid = self.trunk_sid.as_ref().map(ToString::to_string);
        let paging: &Paging = &self.paging;
        List::new(client, &LIST)
            .paging(paging)
            .query("trunk_sid", sid)
    }
}

/// Whether the server refused the way of asking, and not the one who asks.
fn is_about_the_form(error: &Error) -> bool {
    error.delivery() == Delivery::Answered
        && matches!(
            error.kind(),
            ErrorKind::InvalidInput
                | ErrorKind::NotFound
                | ErrorKind::Unsupported
                | ErrorKind::Permission
        )
}

fn not_found<T>(answer: &Response<T>) -> Error {
    let error = Error::new(ErrorKind::NotFound, "the account has no such trunk")
        .with_operation(PROVIDER, GET.name())
        .with_delivery(Delivery::Answered)
        .with_status(answer.status())
        .with_attempts(answer.attempts(), answer.elapsed())
        .with_hint("The trunk SID is wrong, deleted, or of another account: list the trunks");
    match answer.request_id() {
        Some(id) => error.with_request_id(id),
        None => error,
    }
}
