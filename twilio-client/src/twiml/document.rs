//! Whole documents: put together, and written once.

use std::fmt;

use super::element::{Element, Node};
use super::{TwimlError, write};
use crate::xml::XmlTree;

const DECLARATION: &str = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>";

/// `<Response>`: verbs, done one after the other.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Response(Element);

impl Default for Response {
    fn default() -> Self {
        Self::new()
    }
}

impl Response {
    /// A response that does nothing yet; as it is, it ends the call.
    #[must_use]
    pub fn new() -> Self {
        Self(Element::new("Response"))
    }

    /// Adds a verb.
    #[must_use]
    pub fn with(self, verb: impl Into<Element>) -> Self {
        Self(self.0.child(verb))
    }

    /// Adds a comment.
    #[must_use]
    pub fn comment(self, text: impl Into<String>) -> Self {
        Self(self.0.comment(text))
    }

    /// Writes the document, for the answer to a webhook.
    ///
    /// # Errors
    /// [`TwimlError`]: above all [`TooLarge`](TwimlError::TooLarge) beyond 64 kB.
    pub fn to_twiml(&self) -> Result<Twiml, TwimlError> {
        let text = self.write()?;
        if text.len() > Twiml::MAX_BYTES {
            return Err(TwimlError::TooLarge(text.len()));
        }
        Ok(Twiml(text))
    }

    /// Writes the document to be given with a call's creation or update.
    ///
    /// # Errors
    /// [`TwimlError`]: above all [`TooLongInline`](TwimlError::TooLongInline) beyond 4,000 characters and
    /// [`RelativeInline`](TwimlError::RelativeInline).
    pub fn to_inline(&self) -> Result<InlineTwiml, TwimlError> {
        // Written first: that bounds the depth.
        let text = self.write()?;
        if let Some(name) = relative(&self.0) {
            return Err(TwimlError::RelativeInline(name.to_owned()));
        }
        InlineTwiml::sized(text)
    }

    fn write(&self) -> Result<String, TwimlError> {
        let mut out = String::with_capacity(256);
        out.push_str(DECLARATION);
        write::element(&mut out, &self.0, 0)?;
        Ok(out)
    }
}

/// The first element with a relative link.
fn relative(element: &Element) -> Option<&str> {
    if element.relative {
        return Some(&element.name);
    }
    element.content.iter().find_map(|node| match node {
        Node::Element(child) => relative(child),
        Node::Text(_) | Node::Comment(_) => None,
    })
}

/// A written document of at most 64 kB: the answer to a voice webhook.
#[derive(Clone, PartialEq, Eq)]
pub struct Twiml(String);

impl Twiml {
    /// The largest document Twilio takes, in bytes.
    pub const MAX_BYTES: usize = 64 << 10;
    /// The `Content-Type` to send it with.
    pub const CONTENT_TYPE: &'static str = "text/xml; charset=utf-8";

    /// The document.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The document, taken out.
    #[must_use]
    pub fn into_string(self) -> String {
        self.0
    }
}

/// A written document of at most 4,000 characters without relative URLs: what a call can be created or changed with.
#[derive(Clone, PartialEq, Eq)]
pub struct InlineTwiml(String);

impl InlineTwiml {
    /// The longest text Twilio takes, in characters.
    pub const MAX_CHARACTERS: usize = 4_000;

    /// Takes a document written elsewhere.
    ///
    /// # Errors
    /// [`TwimlError::NotAResponse`] when it is not one well-formed `<Response>`, and
    /// [`TwimlError::TooLongInline`]. Relative URLs in it are not found.
    pub fn parse(text: impl Into<String>) -> Result<Self, TwimlError> {
        let text = text.into();
        match XmlTree::parse(&text) {
            Ok(root) if root.name == "Response" && text.starts_with('<') => Self::sized(text),
            _ => Err(TwimlError::NotAResponse),
        }
    }

    fn sized(text: String) -> Result<Self, TwimlError> {
        let characters = text.chars().count();
        if characters > Self::MAX_CHARACTERS {
            return Err(TwimlError::TooLongInline(characters));
        }
        Ok(Self(text))
    }

    /// The document.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// Documents hold numbers and join URLs: only the size is shown.
impl fmt::Debug for Twiml {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Twiml({} bytes)", self.0.len())
    }
}

impl fmt::Debug for InlineTwiml {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "InlineTwiml({} bytes)", self.0.len())
    }
}
