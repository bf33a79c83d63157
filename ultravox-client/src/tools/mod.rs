//! Tools that agents share: defined once, picked by id or name.
//!
//! A tool an agent alone needs can be defined with the agent, see
//! [`SelectedTool::temporary`](crate::types::SelectedTool::temporary). Tools have no PATCH: a change replaces the whole.

mod tool;

use bytes::Bytes;
use serde::Serialize;
use voice_core::client::{Client, Multipart, Operation, Page, Pager, Response};
use voice_core::error::Error;
use voice_core::retry::Repeat;
use voice_core::transport::UploadProgress;
use voice_core::wire::open_enum;

pub use tool::{NewTool, Tool, ToolCallHistory};

use crate::check::Problems;
use crate::types::{MOST_BYTES, Ownership, ToolId, UploadFile};

/// `GET /api/tools`
pub static LIST: Operation = Operation::get("tools.list", "/api/tools");
/// `POST /api/tools`: a second one makes a second tool, or is refused for its name.
pub static CREATE: Operation = Operation::post("tools.create", "/api/tools", Repeat::Once);
/// `GET /api/tools/{tool_id}`
pub static GET: Operation = Operation::get("tools.get", "/api/tools/{tool_id}");
/// `PUT /api/tools/{tool_id}`
pub static REPLACE: Operation = Operation::put("tools.replace", "/api/tools/{tool_id}");
/// `DELETE /api/tools/{tool_id}`
pub static DELETE: Operation = Operation::delete("tools.delete", "/api/tools/{tool_id}");
/// `GET /api/tools/{tool_id}/history`
pub static HISTORY: Operation = Operation::get("tools.history", "/api/tools/{tool_id}/history");
/// `POST /api/tools/{tool_id}/test`: it runs the tool, whatever that does.
pub static TEST: Operation =
    Operation::post("tools.test", "/api/tools/{tool_id}/test", Repeat::Once);

/// The account's tools, and those of everybody; from [`UltravoxClient::tools`](crate::UltravoxClient::tools).
#[derive(Debug, Clone, Copy)]
pub struct Tools<'a> {
    client: &'a Client,
}

impl<'a> Tools<'a> {
    pub(crate) fn new(client: &'a Client) -> Self {
        Self { client }
    }

    /// Creates a tool. Sent once: after an unknown outcome list the tools before creating it again.
    ///
    /// # Errors
    /// [`ErrorKind::InvalidInput`](voice_core::error::ErrorKind::InvalidInput) before anything is sent, with every rule
    /// that is broken; otherwise the API's.
    pub async fn create(&self, tool: &NewTool) -> Result<Response<Tool>, Error> {
        tool.check(&CREATE)?;
        self.client.request(&CREATE).json(tool).send().await
    }

    /// Creates a tool from an OpenAPI description, JSON or YAML. Sent once, as [`create`](Self::create) is.
    ///
    /// The API answers with one tool, though a description may have several: list the tools to see what came of it.
    ///
    /// # Errors
    /// [`ErrorKind::InvalidInput`](voice_core::error::ErrorKind::InvalidInput) before anything is sent for an empty file
    /// or one of more than [10 MiB](MOST_BYTES); otherwise the API's.
    pub async fn create_from_openapi(&self, file: &UploadFile) -> Result<Response<Tool>, Error> {
        self.create_from_openapi_with_progress(file, |_| {}).await
    }

    /// The same, and hears how the upload goes.
    ///
    /// # Errors
    /// As [`create_from_openapi`](Self::create_from_openapi).
    pub async fn create_from_openapi_with_progress(
        &self,
        file: &UploadFile,
        listener: impl Fn(UploadProgress) + Send + Sync + 'static,
    ) -> Result<Response<Tool>, Error> {
        let mut problems = Problems::default();
        problems.rule(file.is_empty(), "file", "must not be empty");
        problems.rule(file.len() > MOST_BYTES, "file", "must have at most 10 MiB");
        problems.finish(&CREATE)?;
        let form = Multipart::new();
        let form = form.file(
            "file",
            file.name(),
            file.content_type(),
            file.bytes().clone(),
        );
        self.client
            .request(&CREATE)
            .multipart(form)
            .on_progress(listener)
            .send()
            .await
    }

    /// Reads a tool.
    ///
    /// # Errors
    /// [`ErrorKind::NotFound`](voice_core::error::ErrorKind::NotFound) when there is none.
    pub async fn get(&self, id: &ToolId) -> Result<Response<Tool>, Error> {
        self.client.request(&GET).path("tool_id", id).send().await
    }

    /// All tools that `filter` lets through, as a stream that fetches page after page.
    pub fn list(&self, filter: &ListTools) -> Pager<'static, Tool> {
        filter.list(self.client, &LIST).pager()
    }

    /// One page of them: the first, or the one at the filter's cursor.
    ///
    /// # Errors
    /// The API's.
    pub async fn page(&self, filter: &ListTools) -> Result<Response<Page<Tool>>, Error> {
        filter.list(self.client, &LIST).page().await
    }

    /// Replaces a tool of the account. Agents that picked it use the new one from their next call on.
    ///
    /// # Errors
    /// As [`create`](Self::create), and [`ErrorKind::NotFound`](voice_core::error::ErrorKind::NotFound).
    pub async fn replace(&self, id: &ToolId, tool: &NewTool) -> Result<Response<Tool>, Error> {
        tool.check(&REPLACE)?;
        self.client
            .request(&REPLACE)
            .path("tool_id", id)
            .json(tool)
            .send()
            .await
    }

    /// Deletes a tool of the account.
    ///
    /// # Errors
    /// [`ErrorKind::NotFound`](voice_core::error::ErrorKind::NotFound) when there is none.
    pub async fn delete(&self, id: &ToolId) -> Result<Response<()>, Error> {
        self.client
            .request(&DELETE)
            .path("tool_id", id)
            .send_empty()
            .await
    }

    /// The calls in which a tool was used, as a stream that fetches page after page.
    pub fn history(
        &self,
        id: &ToolId,
        filter: &ListToolHistory,
    ) -> Pager<'static, ToolCallHistory> {
        let list = filter.list(self.client, &HISTORY);
        list.path("tool_id", id.as_str()).pager()
    }

    /// One page of them: the first, or the one at the filter's cursor.
    ///
    /// # Errors
    /// The API's.
    pub async fn history_page(
        &self,
        id: &ToolId,
        filter: &ListToolHistory,
    ) -> Result<Response<Page<ToolCallHistory>>, Error> {
        let list = filter.list(self.client, &HISTORY);
        list.path("tool_id", id.as_str()).page().await
    }

    /// Runs a tool with these parameters, and gives what it answered as it came. **It really runs**: a tool that books a
    /// table books one. Sent once.
    ///
    /// The API declares neither the form of the parameters nor that of the answer.
    ///
    /// # Errors
    /// The API's.
    pub async fn test(
        &self,
        id: &ToolId,
        parameters: &impl Serialize,
    ) -> Result<Response<Bytes>, Error> {
        self.client
            .request(&TEST)
            .path("tool_id", id)
            .json(parameters)
            .accept(http::HeaderValue::from_static("*/*"))
            .send_raw()
            .await
    }
}

open_enum! {
    /// In which order tools are listed.
    pub enum ToolOrder {
        /// As the vendor's console shows them.
        Display = "display",
        /// By name.
        Alphabetic = "alphabetic",
        /// By name, from the end.
        ReverseAlphabetic = "reverseAlphabetic",
        /// Oldest first.
        Chronologic = "chronologic",
        /// Newest first.
        ReverseChronologic = "reverseChronologic",
        /// The API's own.
        Default = "default",
    }
}

filter! {
    /// Which tools to list, and in which order.
    ListTools {
        /// Only the account's own, or only everybody's.
        ownership: Ownership => "ownership",
        /// Only those the API finds by this text. An empty one, which the API refuses, is not sent.
        search: String => "search",
        /// In which order.
        sort_order: ToolOrder => "sortOrder",
    }
}

filter! {
    /// Where in the history of a tool to begin, and how many to a page.
    ListToolHistory {}
}
