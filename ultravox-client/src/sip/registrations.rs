//! Registrations: Ultravox registers as a user of somebody's SIP server, and takes the calls that come there.

use voice_core::client::{Client, Operation, Page, Pager, Response};
use voice_core::error::Error;
use voice_core::retry::Repeat;

use crate::check::Problems;
use crate::types::{Clearable, Secret, SipRegistrationId, UvTime};

/// `GET /api/sip/registrations`
pub static LIST_REGISTRATIONS: Operation =
    Operation::get("sip.registrations.list", "/api/sip/registrations");
/// `POST /api/sip/registrations`: a second one makes a second registration.
pub static CREATE_REGISTRATION: Operation = Operation::post(
    "sip.registrations.create",
    "/api/sip/registrations",
    Repeat::Once,
);
/// `GET /api/sip/registrations/{registration_id}`
pub static GET_REGISTRATION: Operation = Operation::get(
    "sip.registrations.get",
    "/api/sip/registrations/{registration_id}",
);
/// `PATCH /api/sip/registrations/{registration_id}`
pub static UPDATE_REGISTRATION: Operation = Operation::patch(
    "sip.registrations.update",
    "/api/sip/registrations/{registration_id}",
);
/// `DELETE /api/sip/registrations/{registration_id}`
pub static DELETE_REGISTRATION: Operation = Operation::delete(
    "sip.registrations.delete",
    "/api/sip/registrations/{registration_id}",
);

/// The longest user name, in characters.
const USER: usize = 60;
/// The longest server name, in characters.
const SERVER: usize = 100;

/// The account's SIP registrations; from [`Sip::registrations`](super::Sip::registrations). They have no PUT.
#[derive(Debug, Clone, Copy)]
pub struct SipRegistrations<'a> {
    client: &'a Client,
}

impl<'a> SipRegistrations<'a> {
    pub(super) fn new(client: &'a Client) -> Self {
        Self { client }
    }

    /// Registers with a SIP server. Whether that worked is not known at once: read it again until
    /// [`successful`](SipRegistration::successful) is set.
    ///
    /// Sent once: after an unknown outcome list the registrations before creating it again.
    ///
    /// # Errors
    /// [`ErrorKind::InvalidInput`](voice_core::error::ErrorKind::InvalidInput) before anything is sent if a rule is
    /// broken; otherwise the API's.
    pub async fn create(
        &self,
        registration: &NewSipRegistration,
    ) -> Result<Response<SipRegistration>, Error> {
        registration.check(&CREATE_REGISTRATION)?;
        self.client
            .request(&CREATE_REGISTRATION)
            .json(registration)
            .carries([&registration.password])
            .send()
            .await
    }

    /// Reads a registration.
    ///
    /// # Errors
    /// [`ErrorKind::NotFound`](voice_core::error::ErrorKind::NotFound) when there is none.
    pub async fn get(&self, id: &SipRegistrationId) -> Result<Response<SipRegistration>, Error> {
        self.client
            .request(&GET_REGISTRATION)
            .path("registration_id", id)
            .send()
            .await
    }

    /// All registrations, as a stream that fetches page after page.
    pub fn list(&self, filter: &ListRegistrations) -> Pager<'static, SipRegistration> {
        filter.list(self.client, &LIST_REGISTRATIONS).pager()
    }

    /// One page of them: the first, or the one at the filter's cursor.
    ///
    /// # Errors
    /// The API's.
    pub async fn page(
        &self,
        filter: &ListRegistrations,
    ) -> Result<Response<Page<SipRegistration>>, Error> {
        filter.list(self.client, &LIST_REGISTRATIONS).page().await
    }

    /// Changes a registration, which then has to succeed anew.
    ///
    /// # Errors
    /// As [`create`](Self::create), and [`ErrorKind::NotFound`](voice_core::error::ErrorKind::NotFound); a change of
    /// nothing is refused before anything is sent.
    pub async fn update(
        &self,
        id: &SipRegistrationId,
        change: &SipRegistrationUpdate,
    ) -> Result<Response<SipRegistration>, Error> {
        change.check(&UPDATE_REGISTRATION)?;
        self.client
            .request(&UPDATE_REGISTRATION)
            .path("registration_id", id)
            .json(change)
            .carries(&change.password)
            .send()
            .await
    }

    /// Deletes a registration: no more calls come by it.
    ///
    /// # Errors
    /// [`ErrorKind::NotFound`](voice_core::error::ErrorKind::NotFound) when there is none.
    pub async fn delete(&self, id: &SipRegistrationId) -> Result<Response<()>, Error> {
        self.client
            .request(&DELETE_REGISTRATION)
            .path("registration_id", id)
            .send_empty()
            .await
    }
}

request! {
    /// A registration to be made.
    NewSipRegistration(
        /// The user to register as: 1 to 60 characters.
        username: String => "username",
        /// That user's password. Write-only: no answer has it.
        password: Secret => "password",
        /// The SIP server: 1 to 100 characters.
        proxy: String => "proxy",
    ) {
        /// A proxy on the way to the server, at most 100 characters; rarely needed.
        outbound_proxy: String => "outboundProxy",
        /// The name to authenticate with if it is not the user's, at most 60 characters; rarely needed.
        auth_user: String => "authUser",
    }
}

impl NewSipRegistration {
    fn check(&self, operation: &Operation) -> Result<(), Error> {
        let mut problems = Problems::default();
        problems.text("username", Some(&self.username), USER);
        problems.secret("password", Some(&self.password), usize::MAX);
        problems.text("proxy", Some(&self.proxy), SERVER);
        problems.text("outboundProxy", self.outbound_proxy.as_ref(), SERVER);
        problems.text("authUser", self.auth_user.as_ref(), USER);
        problems.finish(operation)
    }
}

request! {
    /// What to change of a registration; what is not set stays.
    SipRegistrationUpdate() {
        /// Another user.
        username: String => "username",
        /// Another password.
        password: Secret => "password",
        /// Another server.
        proxy: String => "proxy",
        /// Another proxy on the way; cleared, none.
        outbound_proxy: Clearable<String> => "outboundProxy",
        /// Another name to authenticate with; cleared, the user's.
        auth_user: Clearable<String> => "authUser",
    }
}

impl SipRegistrationUpdate {
    fn check(&self, operation: &Operation) -> Result<(), Error> {
        let mut problems = Problems::default();
        problems.no_change(self == &Self::new());
        problems.text("username", self.username.as_ref(), USER);
        problems.secret("password", self.password.as_ref(), usize::MAX);
        problems.text("proxy", self.proxy.as_ref(), SERVER);
        problems.clearable("outboundProxy", self.outbound_proxy.as_ref(), SERVER);
        problems.clearable("authUser", self.auth_user.as_ref(), USER);
        problems.finish(operation)
    }
}

model! {
    /// A registration as Ultravox knows it. Its password is not given out.
    response SipRegistration {
        /// Its id.
        registration_id: SipRegistrationId => "registrationId",
        /// When it was created.
        created: UvTime => "created",
        /// The user it registers as.
        username: String => "username",
        /// The SIP server.
        proxy: String => "proxy",
        /// A proxy on the way.
        outbound_proxy: String => "outboundProxy",
        /// The name it authenticates with.
        auth_user: String => "authUser",
        /// Whether the server has taken it; unset while that is not known.
        successful: bool => "successful",
    }
}

impl SipRegistration {
    /// Its id.
    ///
    /// # Errors
    /// [`ErrorKind::Decode`](voice_core::error::ErrorKind::Decode) for an answer without one, which the API does not give.
    pub fn id(&self) -> Result<&SipRegistrationId, Error> {
        self.registration_id
            .as_ref()
            .ok_or_else(|| crate::missing("sip.registrations", "registrationId"))
    }
}

filter! {
    /// Where in the list of registrations to begin, and how many to a page.
    ListRegistrations {}
}
