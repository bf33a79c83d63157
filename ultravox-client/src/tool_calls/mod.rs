//! The server side of HTTP tools: reading what Ultravox asks, answering as it expects.
//!
//! A [tool](crate::types::ToolDefinition) with `http` is an endpoint of yours. [`ToolRequest`] reads the parameters that
//! Ultravox put into the query, the headers or the JSON body; [`ToolAccess`] checks the key it was given for the tool;
//! [`ToolReply`] builds the answer, with the headers that say what becomes of the call. All of it works on the types of
//! the `http` crate, so that it fits any web framework.
//!
//! Tool requests are not signed. What protects a tool is a key of its own, which the tool's `httpSecurityOptions` ask for
//! and a call's or agent's `authTokens` give ([`ToolAccess::requirement`]).
//!
//! ```
//! use http::{HeaderMap, HeaderValue, Response};
//! use ultravox_client::tool_calls::{ToolAccess, ToolReply, ToolRequest};
//!
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let access = ToolAccess::header("X-Tool-Key", ["a-key-of-this-tool"])?;
//!
//! let answer = |query: &str, headers: &HeaderMap, body: &[u8]| -> Response<String> {
//!     let asked = ToolRequest::read(query, headers, body).and_then(|request| {
//!         access.check(&request)?;
//!         let order: u32 = request.field_as("order")?;
//!         Ok(order)
//!     });
//!     match asked {
//!         Ok(order) => ToolReply::text(format!("Order {order} leaves today.")).into_response(),
//!         Err(refused) => refused.into_response(),
//!     }
//! };
//!
//! let mut headers = HeaderMap::new();
//! assert_eq!(answer("", &headers, br#"{"order": 7}"#).status(), 401);
//! headers.insert("x-tool-key", HeaderValue::from_static("a-key-of-this-tool"));
//! assert_eq!(answer("", &headers, br#"{"order": 7}"#).body(), "Order 7 leaves today.");
//! assert_eq!(answer("", &headers, br#"{"order": "seven"}"#).status(), 400);
//! # Ok(()) }
//! ```
//!
//! Be quick: a tool has 2.5 s unless its definition says otherwise, 40 s at most, and the conversation stands still
//! meanwhile.

mod access;
mod error;
mod reply;
mod request;
mod stage;

pub use access::ToolAccess;
pub use error::{ParameterPlace, ToolRequestError};
pub use reply::{
    AGENT_REACTION_HEADER, RESPONSE_TYPE_HEADER, ToolReply, ToolResponseType, UPDATE_STATE_HEADER,
};
pub use request::{CALL_TOKEN_HEADER, ToolRequest};
pub use stage::NewStage;
