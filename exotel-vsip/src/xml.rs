//! A small reader of XML into a tree, for what voice v1 answers when the path has no `.json`.
//!
//! It reads elements and text, leaves attributes and comments out, and refuses everything else; entities that XML does not
//! define, and documents nested deeper than 32 elements, are errors.

use quick_xml::Reader;
use quick_xml::events::Event;

const DEEPEST: usize = 32;

/// An element with what is in it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct XmlElement {
    /// Its name.
    pub(crate) name: String,
    /// The text directly in it, in one piece, not trimmed.
    pub(crate) text: String,
    /// The elements in it, in order.
    pub(crate) children: Vec<XmlElement>,
}

impl XmlElement {
    /// Reads a document; `None` when it is not one element of well-formed XML.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        let mut reader = Reader::from_str(text);
        let mut open: Vec<Self> = Vec::new();
        let mut root: Option<Self> = None;
        loop {
            let closed = match reader.read_event().ok()? {
                Event::Eof => break,
                Event::Start(start) => {
                    if open.len() >= DEEPEST {
                        return None;
                    }
                    open.push(Self::named(start.name().as_ref()));
                    continue;
                }
                Event::Empty(start) => Self::named(start.name().as_ref()),
                Event::End(_) => open.pop()?,
                Event::Text(text) => {
                    add(&mut open, &text)?;
                    continue;
                }
                Event::CData(text) => {
                    add(&mut open, &text)?;
                    continue;
                }
                Event::GeneralRef(reference) => {
                    let name: &str = &reference;
                    let entity = format!("&{name};");
                    let plain = quick_xml::escape::unescape(&entity).ok()?;
                    add(&mut open, &plain)?;
                    continue;
                }
                Event::Decl(_) | Event::Comment(_) | Event::PI(_) => continue,
                Event::DocType(_) => return None,
            };
            match open.last_mut() {
                Some(parent) => parent.children.push(closed),
                None if root.is_none() => root = Some(closed),
                None => return None,
            }
        }
        root.filter(|_| open.is_empty())
    }

    fn named(name: &str) -> Self {
        Self {
            name: name.to_owned(),
            ..Self::default()
        }
    }

    /// The first element of a name directly in this one.
    pub(crate) fn child(&self, name: &str) -> Option<&Self> {
        self.children.iter().find(|child| child.name == name)
    }

    /// The trimmed text of such an element; `None` when there is none or it is blank.
    pub(crate) fn child_text(&self, name: &str) -> Option<&str> {
        let text = self.child(name)?.text.trim();
        (!text.is_empty()).then_some(text)
    }
}

/// Text outside the root may only be blank.
fn add(open: &mut [XmlElement], text: &str) -> Option<()> {
    match open.last_mut() {
        Some(element) => element.text.push_str(text),
        None if text.trim().is_empty() => {}
        None => return None,
    }
    Some(())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_document_becomes_a_tree() {
        let tree = XmlElement::parse(
            "<?xml version=\"1.0\"?>\n<!-- x --><A b=\"1\">x &lt; <![CDATA[y&]]><B> z&#x41; </B><C/></A>\n",
        )
        .unwrap();
        assert_eq!((tree.name.as_str(), tree.text.as_str()), ("A", "x < y&"));
        assert_eq!(tree.child_text("B"), Some("zA"));
        assert_eq!((tree.child_text("C"), tree.child_text("D")), (None, None));
    }

    #[test]
    fn anything_else_is_refused() {
        for bad in [
            "",
            "x",
            "<A>",
            "<A></B>",
            "<A/><B/>",
            "<A>&nbsp;</A>",
            "<!DOCTYPE a><A/>",
            "<A/>x",
        ] {
            assert_eq!(XmlElement::parse(bad), None, "{bad}");
        }
        assert_eq!(XmlElement::parse(&"<A>".repeat(DEEPEST + 1)), None);
    }

    proptest! {
        #[test]
        fn no_text_panics(text in ".*", inside in "[<>/&;a\"'=! -]{0,40}") {
            let _ = XmlElement::parse(&text);
            let _ = XmlElement::parse(&format!("<A>{inside}</A>"));
        }
    }
}
