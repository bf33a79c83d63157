//! Rendering on this side: from a stored prompt and values to the text or the messages a model gets.
//!
//! Nothing here talks to anybody. A template is parsed once, may be kept for as long as one likes, and is rendered any
//! number of times. The rules of `{{ name }}` stand in [`voice_core::template`]; this module adds what a prompt needs
//! around them:
//!
//! | | |
//! |---|---|
//! | [`PromptVariables`], [`variables!`](crate::variables) | values by name, in the order they were given |
//! | [`PromptTemplate`] | one text, in one of the [`Syntax`]es |
//! | [`ChatTemplate`] | a list of messages with roles, and placeholders that take whole lists of messages |
//! | [`choose`] | which of several texts is for this model |
//! | [`VariableReport`] | declared variables beside those the text has |
//! | `engine` (feature `engine`) | loops and conditions, bounded |
//!
//! Three promises hold for all of it. A value is **never read again** as a template, so that a caller named
//! `{{system_prompt}}` stays a caller with an odd name. Nothing is **escaped**, since a prompt is not HTML. And nothing
//! rendered shows in `Debug`, nor any value in an error: prompts and values are often confidential.
//!
//! ```
//! use promptops_client::render::{PromptTemplate, RenderOptions};
//! use promptops_client::variables;
//!
//! let template = PromptTemplate::parse("Greet {{ user.name }}. Answer as {\"say\": \"…\"}.");
//! assert_eq!(template.variables(), ["user.name"]);
//!
//! let text = template.render(&variables! { "user.name": "Ana {{secret}}" }, &RenderOptions::new())?;
//! assert_eq!(text.as_str(), "Greet Ana {{secret}}. Answer as {\"say\": \"…\"}.");
//!
//! let Err(error) = template.render(&variables! {}, &RenderOptions::new()) else { unreachable!() };
//! assert_eq!(error.missing(), ["user.name"]);
//! # Ok::<(), promptops_client::render::PromptRenderError>(())
//! ```
//!
//! A chat prompt:
//!
//! ```
//! use promptops_client::render::{ChatTemplate, Message, RenderOptions, Role};
//! use promptops_client::variables;
//!
//! let chat = ChatTemplate::new()
//!     .message(Role::System, "You help the customers of {{shop}}.")
//!     .placeholder("history")
//!     .message(Role::User, "{{question}}");
//!
//! let values = variables! { "shop": "Acme", "question": "Where is it?" }
//!     .with_messages("history", [Message::new(Role::User, "Hello"), Message::new(Role::Assistant, "Hi!")]);
//! let messages = chat.render(&values, &RenderOptions::new())?;
//! assert_eq!(messages.len(), 4);
//! assert_eq!(messages[0].content(), "You help the customers of Acme.");
//! # Ok::<(), promptops_client::render::PromptRenderError>(())
//! ```

mod chat;
mod check;
#[cfg(feature = "engine")]
#[cfg_attr(docsrs, doc(cfg(feature = "engine")))]
pub mod engine;
mod error;
mod message;
#[cfg(test)]
mod regressions;
mod select;
mod template;
mod variables;

pub use chat::ChatTemplate;
pub use check::VariableReport;
pub use error::{ChatFormatError, PromptRenderError};
pub use message::{Message, Role};
pub use select::{Chosen, ForModel, ModelFallback, choose};
pub use template::{PromptTemplate, RenderedText, Syntax};
pub use variables::{PromptVariables, VariablesError};
pub use voice_core::template::{ExtraValues, Missing, NullValue, RenderOptions};
