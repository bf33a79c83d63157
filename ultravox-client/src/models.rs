//! The models agents can use.

use voice_core::client::{Client, Operation, Page, Pager, Response};
use voice_core::error::Error;

/// `GET /api/models`
pub static LIST: Operation = Operation::get("models.list", "/api/models");

/// The models agents can use; from [`UltravoxClient::models`](crate::UltravoxClient::models).
#[derive(Debug, Clone, Copy)]
pub struct Models<'a> {
    client: &'a Client,
}

impl<'a> Models<'a> {
    pub(crate) fn new(client: &'a Client) -> Self {
        Self { client }
    }

    /// All models, as a stream that fetches page after page.
    pub fn list(&self, filter: &ListModels) -> Pager<'static, Model> {
        filter.list(self.client, &LIST).pager()
    }

    /// One page of them: the first, or the one at the filter's cursor.
    ///
    /// # Errors
    /// The API's.
    pub async fn page(&self, filter: &ListModels) -> Result<Response<Page<Model>>, Error> {
        filter.list(self.client, &LIST).page().await
    }
}

model! {
    /// A model, by the name that [`TemplateSpec::model`](crate::agents::TemplateSpec::model) takes.
    response Model {
        /// Its name.
        name: String => "name",
    }
}

filter! {
    /// Where in the list of models to begin, and how many to a page.
    ListModels {}
}
