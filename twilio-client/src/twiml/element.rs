//! The generic element every verb is made of.

use std::borrow::Cow;
use std::fmt;

use super::Link;

/// Any element: a name, attributes in the order they were set, and text, elements and comments in it.
///
/// ```
/// use twilio_client::twiml::{Element, Response};
///
/// let tomorrow = Element::new("Juggle").attribute("balls", "3").text("hop").comment("since 2027");
/// let document = Response::new().with(tomorrow).to_twiml()?;
/// assert!(document.as_str().contains(r#"<Juggle balls="3">hop<!--since 2027--></Juggle>"#));
/// # Ok::<(), twilio_client::twiml::TwimlError>(())
/// ```
#[derive(Clone, PartialEq, Eq)]
pub struct Element {
    pub(super) name: Cow<'static, str>,
    pub(super) attributes: Vec<(Cow<'static, str>, Cow<'static, str>)>,
    pub(super) content: Vec<Node>,
    /// What of it is relative to the document: the names of attributes, and for the text an empty one.
    pub(super) relative: Vec<Cow<'static, str>>,
}

#[derive(Clone, PartialEq, Eq)]
pub(super) enum Node {
    Element(Element),
    Text(Cow<'static, str>),
    Comment(String),
}

impl Element {
    /// An empty element. The name is checked when the document is written.
    pub fn new(name: impl Into<Cow<'static, str>>) -> Self {
        Self {
            name: name.into(),
            attributes: Vec::new(),
            content: Vec::new(),
            relative: Vec::new(),
        }
    }

    /// Sets an attribute; a name given twice keeps the newer value.
    #[must_use]
    pub fn attribute(self, name: impl Into<Cow<'static, str>>, value: impl Into<String>) -> Self {
        self.set(name.into(), Cow::Owned(value.into()))
    }

    pub(super) fn set(mut self, name: Cow<'static, str>, value: Cow<'static, str>) -> Self {
        self.relative.retain(|own| *own != name);
        match self.attributes.iter_mut().find(|(own, _)| *own == name) {
            Some((_, own)) => *own = value,
            None => self.attributes.push((name, value)),
        }
        self
    }

    /// Adds text.
    #[must_use]
    pub fn text(mut self, text: impl Into<String>) -> Self {
        self.content.push(Node::Text(Cow::Owned(text.into())));
        self
    }

    /// Adds a link as text.
    pub(super) fn link(mut self, link: &Link) -> Self {
        if link.is_relative() {
            self.relative.push(Cow::Borrowed(""));
        }
        self.text(link.as_str())
    }

    /// Adds an element.
    #[must_use]
    pub fn child(mut self, child: impl Into<Self>) -> Self {
        self.content.push(Node::Element(child.into()));
        self
    }

    /// Adds a comment; `--`, which a comment cannot hold, is written `- -`.
    #[must_use]
    pub fn comment(mut self, text: impl Into<String>) -> Self {
        self.content.push(Node::Comment(text.into()));
        self
    }

    /// The value of an attribute.
    pub(super) fn get(&self, name: &str) -> Option<&str> {
        self.attributes
            .iter()
            .find(|(own, _)| own == name)
            .map(|(_, value)| value.as_ref())
    }

    /// The elements directly in it.
    pub(super) fn elements(&self) -> impl Iterator<Item = &Self> {
        self.content.iter().filter_map(|node| match node {
            Node::Element(element) => Some(element),
            Node::Text(_) | Node::Comment(_) => None,
        })
    }

    /// The bytes of text in it and in what it holds.
    pub(super) fn spoken(&self) -> usize {
        self.content
            .iter()
            .map(|node| match node {
                Node::Element(element) => element.spoken(),
                Node::Text(text) => text.len(),
                Node::Comment(_) => 0,
            })
            .fold(0, usize::saturating_add)
    }
}

/// Values are personal or secret (numbers, join URLs): only names are shown.
impl fmt::Debug for Element {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "<{}", self.name)?;
        for (name, _) in &self.attributes {
            write!(f, " {name}")?;
        }
        f.write_str(">")?;
        f.debug_list().entries(self.elements()).finish()
    }
}
