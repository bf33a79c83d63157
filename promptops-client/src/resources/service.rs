//! How the service says it feels.

use voice_core::client::{Operation, Response};
use voice_core::error::{Error, ErrorKind};

use super::resource;
use crate::envelope;
use crate::models::{RuntimeHealth, ServiceHealth};
use crate::operations::{CLIENT_HEALTH, HEALTH, OTHER_HEALTH, RUNTIME_HEALTH};

resource! {
    /// How the service says it feels.
    Service
}

impl Service<'_> {
    /// `/health`. Server; no credentials.
    ///
    /// # Errors
    /// Whatever went wrong.
    pub async fn health(&self) -> Result<Response<ServiceHealth>, Error> {
        self.at(&HEALTH).await
    }

    /// `/v1/client/health`. Documented only.
    ///
    /// # Errors
    /// Whatever went wrong; [`ErrorKind::Unsupported`] at a service without it.
    pub async fn client_health(&self) -> Result<Response<ServiceHealth>, Error> {
        self.at(&CLIENT_HEALTH).await
    }

    /// `/v1/runtime/health`: HTTP 200 in every state, so look at the state. Server; no credentials.
    ///
    /// # Errors
    /// Whatever went wrong.
    pub async fn runtime_health(&self) -> Result<Response<RuntimeHealth>, Error> {
        envelope::read(self.client.request(&RUNTIME_HEALTH)).await
    }

    /// The first of `/health`, `/v1/client/health` and `/v1/health` that is there; documents and server disagree where it is.
    ///
    /// # Errors
    /// Whatever went wrong; that of the last place when none of them is there.
    pub async fn any_health(&self) -> Result<Response<ServiceHealth>, Error> {
        for operation in [&HEALTH, &CLIENT_HEALTH] {
            match self.at(operation).await {
                Err(error) if is_elsewhere(&error) => {}
                answer => return answer,
            }
        }
        self.at(&OTHER_HEALTH).await
    }

    async fn at(&self, operation: &'static Operation) -> Result<Response<ServiceHealth>, Error> {
        envelope::read(self.client.request(operation)).await
    }
}

/// Whether there is no health check at this place.
pub(crate) fn is_elsewhere(error: &Error) -> bool {
    matches!(error.kind(), ErrorKind::NotFound | ErrorKind::Unsupported)
}
