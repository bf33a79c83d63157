//! A small reader of XML into a tree: for errors that come as XML, and for comparing TwiML in tests.
//!
//! It reads what TwiML and Twilio's XML answers consist of (elements, attributes, text, comments, CDATA) and refuses
//! everything else; entities that XML does not define, characters it forbids, and documents nested deeper than 64
//! elements, are errors.

use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};

const DEEPEST: usize = 64;

/// A character that XML 1.0 forbids (section 2.2), also as a reference.
pub(crate) fn is_forbidden(character: char) -> bool {
    matches!(character, '\0'..='\u{8}' | '\u{b}' | '\u{c}' | '\u{e}'..='\u{1f}' | '\u{fffe}' | '\u{ffff}')
}

/// An element with what is in it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct XmlTree {
    /// Its name.
    pub name: String,
    /// Its attributes, sorted by name: their order means nothing.
    pub attributes: Vec<(String, String)>,
    /// The text directly in it, in one piece.
    pub text: String,
    /// The elements in it, in order.
    pub children: Vec<XmlTree>,
}

/// Why a text is not read; it never quotes the text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum XmlError {
    /// Not well-formed, or cut off.
    #[error("the text is not well-formed XML")]
    Malformed,
    /// Nested too deeply.
    #[error("the document is nested deeper than 64 elements")]
    TooDeep,
}

impl XmlTree {
    /// Reads a document.
    ///
    /// # Errors
    /// [`XmlError`] when it is not one element of well-formed XML.
    pub fn parse(text: &str) -> Result<Self, XmlError> {
        if text.contains(is_forbidden) {
            return Err(XmlError::Malformed);
        }
        let mut reader = Reader::from_str(text);
        let mut open: Vec<Self> = Vec::new();
        let mut root: Option<Self> = None;
        loop {
            let closed = match reader.read_event().map_err(|_| XmlError::Malformed)? {
                Event::Eof => break,
                Event::Start(start) => {
                    if open.len() >= DEEPEST {
                        return Err(XmlError::TooDeep);
                    }
                    open.push(element(&start)?);
                    continue;
                }
                Event::Empty(start) => element(&start)?,
                Event::End(_) => open.pop().ok_or(XmlError::Malformed)?,
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
                    add(&mut open, &unescape(&format!("&{name};"))?)?;
                    continue;
                }
                Event::Decl(_) | Event::Comment(_) | Event::PI(_) => continue,
                Event::DocType(_) => return Err(XmlError::Malformed),
            };
            match open.last_mut() {
                Some(parent) => parent.children.push(closed),
                None if root.is_none() => root = Some(closed),
                None => return Err(XmlError::Malformed),
            }
        }
        match root {
            Some(root) if open.is_empty() => Ok(root),
            _ => Err(XmlError::Malformed),
        }
    }

    /// An attribute's value.
    #[must_use]
    pub fn attribute(&self, name: &str) -> Option<&str> {
        self.attributes
            .iter()
            .find(|(own, _)| own == name)
            .map(|(_, value)| value.as_str())
    }

    /// The first element of a name directly in this one.
    #[must_use]
    pub fn child(&self, name: &str) -> Option<&Self> {
        self.children.iter().find(|child| child.name == name)
    }
}

fn element(start: &BytesStart<'_>) -> Result<XmlTree, XmlError> {
    let mut attributes = Vec::new();
    for attribute in start.attributes() {
        let attribute = attribute.map_err(|_| XmlError::Malformed)?;
        let name = name(attribute.key.as_ref())?;
        attributes.push((name, unescape(&attribute.value)?));
    }
    attributes.sort();
    Ok(XmlTree {
        name: name(start.name().as_ref())?,
        attributes,
        ..XmlTree::default()
    })
}

/// A name (XML 1.0, section 2.3): the reader takes whatever stands there, such as the `a/` of `<a//>`. Of other scripts' letters
/// any is taken.
fn name(text: &str) -> Result<String, XmlError> {
    let begins = |c: char| c.is_ascii_alphabetic() || matches!(c, '_' | ':') || !c.is_ascii();
    let goes_on = |c: char| begins(c) || c.is_ascii_digit() || matches!(c, '-' | '.');
    if text.starts_with(begins) && text.chars().all(goes_on) {
        Ok(text.to_owned())
    } else {
        Err(XmlError::Malformed)
    }
}

fn unescape(text: &str) -> Result<String, XmlError> {
    let read = quick_xml::escape::unescape(text).map_err(|_| XmlError::Malformed)?;
    if read.contains(is_forbidden) {
        return Err(XmlError::Malformed);
    }
    Ok(read.into_owned())
}

/// Text outside the root may only be blank.
fn add(open: &mut [XmlTree], text: &str) -> Result<(), XmlError> {
    match open.last_mut() {
        Some(element) => element.text.push_str(text),
        None if text.trim().is_empty() => {}
        None => return Err(XmlError::Malformed),
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_document_becomes_a_tree() {
        let tree = XmlTree::parse(
            "<?xml version=\"1.0\"?>\n<!-- x --><A b=\"1 &amp; 2\" a='&#x41;'>x &lt; <![CDATA[y&]]><B/>\u{e9}</A>\n",
        )
        .unwrap();
        assert_eq!(
            (tree.name.as_str(), tree.text.as_str()),
            ("A", "x < y&\u{e9}")
        );
        assert_eq!(
            tree.attributes,
            [("a".into(), "A".into()), ("b".into(), "1 & 2".into())]
        );
        assert!(tree.child("B").is_some() && tree.attribute("b") == Some("1 & 2"));
    }

    #[test]
    fn anything_else_is_refused() {
        for bad in [
            "",
            "x",
            "<A>",
            "<A></B>",
            "<A//>",
            "<1/>",
            "<A b/c='1'/>",
            "<A -b='1'/>",
            "<A/><B/>",
            "<A>&nbsp;</A>",
            "<A a=1/>",
            "<!DOCTYPE a><A/>",
            "<A/>x",
            "<A>\u{1}</A>",
            "<A>&#1;</A>",
            "<A b='&#xFFFF;'/>",
        ] {
            assert_eq!(XmlTree::parse(bad), Err(XmlError::Malformed), "{bad}");
        }
        assert_eq!(XmlTree::parse(&"<A>".repeat(65)), Err(XmlError::TooDeep));
    }

    proptest! {
        #[test]
        fn no_text_panics(text in ".*", inside in "[<>/&;a\"'=! -]{0,40}") {
            let _ = XmlTree::parse(&text);
            let _ = XmlTree::parse(&format!("<A>{inside}</A>"));
        }
    }
}
