//! TwiML: what a call does.
//!
//! A document is a [`Response`] of verbs, built from typed values and written once, checked:
//!
//! ```
//! use twilio_client::twiml::{Dial, Response, Say};
//! use voice_core::ident::E164;
//!
//! let response = Response::new()
//!     .with(Say::new("Connecting you to Smith & Sons."))
//!     .with(Dial::number(E164::parse("+14155550123")?));
//! assert_eq!(
//!     response.to_twiml()?.as_str(),
//!     "<?xml version=\"1.0\" encoding=\"UTF-8\"?><Response>\
//!      <Say>Connecting you to Smith &amp; Sons.</Say><Dial>+14155550123</Dial></Response>"
//! );
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! # What is checked
//! - Text and attributes are escaped. Characters XML forbids (most control characters) are **dropped**, so that a name
//!   from a database never makes a caller hear "an application error has occurred".
//! - [`Response::to_twiml`] is for webhook answers: at most 64 kB (error 11750). [`Response::to_inline`] is for call
//!   creation and updates: at most 4,000 characters (32018), and no relative URLs, which have nothing to be relative to
//!   (15004).
//! - [`Stream`] URLs are `wss://` without a query (31920, 31922); values travel as [`Stream::parameter`]. An agent's
//!   [`JoinUrl`](voice_core::provider::JoinUrl) is taken as it is.
//!
//! In tests compare [`XmlTree`]s, not bytes: the order of attributes means nothing.
//!
//! # Escape hatch
//! Every verb takes any attribute by [`attribute`](Say::attribute), and [`Element`] stands for any element, with any
//! children, text and comments: what Twilio adds tomorrow can be written today.

mod connect;
mod dial;
mod document;
mod element;
mod error;
mod link;
mod verbs;
mod write;

pub use crate::xml::{XmlError, XmlTree};
pub use connect::{Connect, Stream};
pub use dial::{Dial, Number};
pub use document::{InlineTwiml, Response, Twiml};
pub use element::{AttributeText, Element};
pub use error::TwimlError;
pub use link::{Link, LinkError};
pub use verbs::{Hangup, Pause, Play, Redirect, Reject, RejectReason, Say};

/// Declares an element with typed attributes: each setter takes anything that becomes the attribute's type.
macro_rules! twiml_element {
    (
        $(#[$doc:meta])*
        $name:ident = $tag:literal {
            $($(#[$attribute_doc:meta])* $setter:ident = $attribute:literal : $type:ty,)*
        }
    ) => {
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Eq)]
        pub struct $name($crate::twiml::Element);

        impl $name {
            $(
                $(#[$attribute_doc])*
                #[must_use]
                pub fn $setter(self, value: impl Into<$type>) -> Self {
                    let value: $type = value.into();
                    Self($crate::twiml::AttributeText::put(&value, self.0, $attribute))
                }
            )*

            /// Any attribute, by its name in TwiML; a name given twice keeps the newer value.
            #[must_use]
            pub fn attribute(self, name: impl Into<std::borrow::Cow<'static, str>>, value: impl Into<String>) -> Self {
                Self(self.0.attribute(name, value))
            }

            #[allow(dead_code, reason = "verbs that always have content begin with it")]
            fn empty() -> Self {
                Self($crate::twiml::Element::new($tag))
            }
        }

        impl From<$name> for $crate::twiml::Element {
            fn from(value: $name) -> Self {
                value.0
            }
        }
    };
}

use twiml_element;
