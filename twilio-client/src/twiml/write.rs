//! Writes elements as XML.

use std::borrow::Cow;

use quick_xml::escape::{escape, partial_escape};

use super::element::{Element, Node};
use super::{TwimlError, check};
use crate::xml::is_forbidden;

const DEEPEST: usize = 64;

/// Appends `element`. Empty elements close themselves; nothing is added around text, for blanks are spoken and dialled.
pub(super) fn element(
    out: &mut String,
    element: &Element,
    parent: Option<&str>,
    depth: usize,
) -> Result<(), TwimlError> {
    if depth >= DEEPEST {
        return Err(TwimlError::TooDeep);
    }
    check::element(element, parent)?;
    out.push('<');
    out.push_str(name(&element.name)?);
    for (own, value) in &element.attributes {
        out.push(' ');
        out.push_str(name(own)?);
        out.push_str("=\"");
        attribute(out, value);
        out.push('"');
    }
    if element.content.is_empty() {
        out.push_str("/>");
        return Ok(());
    }
    out.push('>');
    for node in &element.content {
        match node {
            Node::Element(child) => self::element(out, child, Some(&element.name), depth + 1)?,
            Node::Text(text) if is_plain(text) => out.push_str(text),
            Node::Text(text) => out.push_str(&partial_escape(allowed(text))),
            Node::Comment(text) => comment(out, text),
        }
    }
    out.push_str("</");
    out.push_str(&element.name);
    out.push('>');
    Ok(())
}

/// An XML name of the plain kind TwiML uses.
fn name(text: &str) -> Result<&str, TwimlError> {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b':');
    let good =
        text.starts_with(|first: char| first.is_ascii_alphabetic()) && text.bytes().all(plain);
    if good {
        Ok(text)
    } else {
        Err(TwimlError::Name)
    }
}

/// A parser turns line breaks and tabs in attributes into blanks unless they are written as references.
fn attribute(out: &mut String, value: &str) {
    if is_plain(value) {
        out.push_str(value);
        return;
    }
    let escaped = escape(allowed(value));
    for piece in escaped.split_inclusive(['\n', '\t']) {
        match piece.char_indices().next_back() {
            Some((at, '\n')) => {
                out.push_str(piece.get(..at).unwrap_or_default());
                out.push_str("&#10;");
            }
            Some((at, '\t')) => {
                out.push_str(piece.get(..at).unwrap_or_default());
                out.push_str("&#9;");
            }
            _ => out.push_str(piece),
        }
    }
}

/// Whether there is nothing to escape and nothing to drop, as mostly: one pass instead of three. 0xEF begins the two
/// forbidden characters that are no control characters.
fn is_plain(text: &str) -> bool {
    text.bytes()
        .all(|byte| byte >= b' ' && !matches!(byte, b'<' | b'>' | b'&' | b'"' | b'\'' | 0xef))
}

pub(super) fn comment(out: &mut String, text: &str) {
    out.push_str("<!--");
    let mut last = ' ';
    for character in allowed(text).chars() {
        if character == '-' && last == '-' {
            out.push(' ');
        }
        out.push(character);
        last = character;
    }
    if last == '-' {
        out.push(' ');
    }
    out.push_str("-->");
}

/// The text without characters that XML 1.0 forbids (section 2.2).
fn allowed(text: &str) -> Cow<'_, str> {
    if text.contains(is_forbidden) {
        Cow::Owned(text.replace(is_forbidden, ""))
    } else {
        Cow::Borrowed(text)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::xml::XmlTree;

    fn written(root: &Element) -> String {
        let mut out = String::new();
        element(&mut out, root, None, 0).unwrap();
        out
    }

    #[test]
    fn text_and_attributes_are_escaped_and_forbidden_characters_dropped() {
        let root = Element::new("A")
            .attribute("b", "1 & \"2\" <3>\n\t\r\u{0}'")
            .text("a\u{7} < b & c > \"d\"\u{ffff}\r\n é 😀");
        assert_eq!(
            written(&root),
            "<A b=\"1 &amp; &quot;2&quot; &lt;3&gt;&#10;&#9;&#13;&apos;\">a &lt; b &amp; c &gt; \"d\"&#13;\n é 😀</A>"
        );
    }

    #[test]
    fn names_that_are_none_are_refused() {
        for bad in ["", "1a", "a b", "a>", "a=\"", "é", "-a", "<"] {
            let mut out = String::new();
            assert_eq!(
                element(&mut out, &Element::new(bad), None, 0),
                Err(TwimlError::Name),
                "{bad}"
            );
            let attribute = Element::new("A").attribute(bad, "x");
            assert_eq!(
                element(&mut out, &attribute, None, 0),
                Err(TwimlError::Name),
                "{bad}"
            );
        }
        assert_eq!(
            written(&Element::new("say-as").attribute("xml:lang", "")),
            "<say-as xml:lang=\"\"/>"
        );
    }

    #[test]
    fn comments_and_depth_stay_within_xml() {
        assert_eq!(
            written(&Element::new("A").comment("a--->b-")),
            "<A><!--a- - ->b- --></A>"
        );
        let mut deep = Element::new("A");
        for _ in 0..70 {
            deep = Element::new("A").child(deep);
        }
        assert_eq!(
            element(&mut String::new(), &deep, None, 0),
            Err(TwimlError::TooDeep)
        );
    }

    proptest! {
        #[test]
        fn what_is_written_is_read_back_but_for_forbidden_characters(value in ".*", text in ".*", note in ".*") {
            let root = Element::new("A").attribute("b", value.clone()).text(text.clone()).comment(note).child(Element::new("C"));
            let tree = XmlTree::parse(&written(&root)).unwrap();
            let value = allowed(&value).into_owned();
            let text = allowed(&text).into_owned();
            prop_assert_eq!(tree.attribute("b"), Some(value.as_str()));
            prop_assert_eq!(tree.text, text);
            prop_assert_eq!(tree.children.len(), 1);
        }
    }
}
