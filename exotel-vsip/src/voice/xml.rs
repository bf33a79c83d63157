//! XML answers, turned into the shape that the JSON ones have.
//!
//! Voice v1 answers XML wherever `.json` is missing from the path, which a proxy or an older link may do. An element with
//! elements in it becomes an object, one without becomes a text or null, and elements of one name become an array. The
//! root's name is dropped, as JSON has none.

use serde_json::{Map, Value};

use crate::xml::XmlElement;

/// Whether a body looks like XML rather than JSON.
pub(crate) fn looks_like_xml(body: &[u8]) -> bool {
    body.trim_ascii_start().first() == Some(&b'<')
}

/// Reads a document; `None` when it is not one element of well-formed XML.
pub(crate) fn read(body: &[u8]) -> Option<Value> {
    let root = XmlElement::parse(std::str::from_utf8(body).ok()?)?;
    Some(value(root))
}

fn value(element: XmlElement) -> Value {
    if element.children.is_empty() {
        return match element.text.trim() {
            "" => Value::Null,
            text => Value::from(text),
        };
    }
    let mut object = Map::new();
    for mut child in element.children {
        let name = std::mem::take(&mut child.name);
        let value = value(child);
        match object.get_mut(&name) {
            None => {
                object.insert(name, value);
            }
            Some(Value::Array(items)) => items.push(value),
            Some(one) => *one = Value::Array(vec![one.take(), value]),
        }
    }
    Value::Object(object)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn elements_become_what_json_would_be() {
        let xml = b"<?xml version=\"1.0\"?>\n<TwilioResponse><Call><Sid> a&amp;b </Sid><To/><Price></Price>\
            <Legs><Leg><Id>1</Id></Leg><Leg><Id>2</Id></Leg><Leg><Id>3</Id></Leg></Legs></Call></TwilioResponse>";
        assert_eq!(
            read(xml).unwrap(),
            json!({"Call": {
                "Sid": "a&b", "To": null, "Price": null,
                "Legs": {"Leg": [{"Id": "1"}, {"Id": "2"}, {"Id": "3"}]},
            }})
        );
        assert_eq!((read(b"<A>\xff</A>"), read(b"{}")), (None, None));
        assert!(looks_like_xml(b" \n<a/>") && !looks_like_xml(b"{}") && !looks_like_xml(b""));
    }
}
