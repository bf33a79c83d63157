//! Whole documents: put together, and written once.

use std::borrow::Cow;
use std::fmt;

use super::element::{Element, Node};
use super::{
    Connect, Dial, Echo, ElementSpec, Enqueue, Gather, Hangup, Leave, Pause, Pay, Play, Prompt,
    Queue, Record, Redirect, Refer, Reject, Say, Sms, Start, Stop, TwimlError, Warning, Within,
    lint, write,
};
use crate::xml::XmlTree;

const DECLARATION: &str = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>";

/// `<Response>`: verbs, done one after the other.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Response {
    root: Element,
    /// Comments around the root, which an element cannot hold itself.
    before: Vec<String>,
    after: Vec<String>,
}

/// What may stand in a response.
macro_rules! verbs {
    ($($verb:ident),* $(,)?) => {
        $(impl Within<Response> for $verb {})*

        impl Response {
            pub(super) const SPEC: ElementSpec = ElementSpec {
                class: "Response",
                tag: "Response",
                attributes: &[],
                children: &[$($verb::CLASS),*],
            };
        }
    };
}

verbs! {
    Connect, Dial, Echo, Enqueue, Gather, Hangup, Leave, Pause, Pay, Play, Prompt, Queue, Record, Redirect, Refer, Reject,
    Say, Sms, Start, Stop,
}

impl Default for Response {
    fn default() -> Self {
        Self::new()
    }
}

impl Response {
    /// A response that does nothing yet; as it is, it ends the call.
    #[must_use]
    pub fn new() -> Self {
        Self {
            root: Element::new("Response"),
            before: Vec::new(),
            after: Vec::new(),
        }
    }

    /// Adds a verb.
    #[must_use]
    pub fn with(mut self, verb: impl Within<Self>) -> Self {
        self.root = self.root.child(verb);
        self
    }

    /// Adds a comment between the verbs.
    #[must_use]
    pub fn comment(mut self, text: impl Into<String>) -> Self {
        self.root = self.root.comment(text);
        self
    }

    /// Adds a comment before the response.
    #[must_use]
    pub fn comment_before(mut self, text: impl Into<String>) -> Self {
        self.before.push(text.into());
        self
    }

    /// Adds a comment after the response.
    #[must_use]
    pub fn comment_after(mut self, text: impl Into<String>) -> Self {
        self.after.push(text.into());
        self
    }

    /// Adds text between the verbs, which Twilio ignores today.
    #[must_use]
    pub fn text(mut self, text: impl Into<String>) -> Self {
        self.root = self.root.text(text);
        self
    }

    /// Any attribute; Twilio documents none.
    #[must_use]
    pub fn attribute(
        mut self,
        name: impl Into<Cow<'static, str>>,
        value: impl Into<String>,
    ) -> Self {
        self.root = self.root.attribute(name, value);
        self
    }

    /// What is well-formed and yet likely to be a mistake, in the order of the document.
    ///
    /// ```
    /// use twilio_client::twiml::{Link, Redirect, Response, Say, Warning};
    ///
    /// let response = Response::new()
    ///     .with(Redirect::new(Link::parse("/next")?))
    ///     .with(Say::new("Nobody hears this."));
    /// assert!(matches!(response.warnings()[..], [Warning::Unreachable { .. }]));
    /// # Ok::<(), twilio_client::twiml::LinkError>(())
    /// ```
    #[must_use]
    pub fn warnings(&self) -> Vec<Warning> {
        lint::warnings(&self.root)
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
        if let Some(name) = relative(&self.root) {
            return Err(TwimlError::RelativeInline(name.to_owned()));
        }
        InlineTwiml::sized(text)
    }

    fn write(&self) -> Result<String, TwimlError> {
        let mut out = String::with_capacity(512);
        out.push_str(DECLARATION);
        for text in &self.before {
            write::comment(&mut out, text);
        }
        write::element(&mut out, &self.root, None, 0)?;
        for text in &self.after {
            write::comment(&mut out, text);
        }
        Ok(out)
    }
}

/// The first element with a relative link.
fn relative(element: &Element) -> Option<&str> {
    if !element.relative.is_empty() {
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
