//! The same answer in XML: the same names, `<TwilioResponse>` around them.

use serde_json::Value;

/// What `body`, an object, is in XML.
pub(super) fn document(body: &Value) -> String {
    let mut out = String::from("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<TwilioResponse>");
    content(&mut out, body, "");
    out.push_str("</TwilioResponse>\n");
    out
}

/// Items of a list become elements one after the other: named as the object in each says, or in the singular.
fn content(out: &mut String, value: &Value, name: &str) {
    match value {
        Value::Null => {}
        Value::Object(map) => {
            for (name, value) in map {
                element(out, name, value);
            }
        }
        Value::Array(items) => {
            let singular = name.strip_suffix('s').unwrap_or(name);
            for item in items {
                match item.as_object() {
                    Some(map) if map.len() == 1 => content(out, item, name),
                    _ => element(out, singular, item),
                }
            }
        }
        Value::String(text) => out.push_str(&quick_xml::escape::escape(text.as_str())),
        other => out.push_str(&other.to_string()),
    }
}

fn element(out: &mut String, name: &str, value: &Value) {
    out.push('<');
    out.push_str(name);
    out.push('>');
    content(out, value, name);
    out.push_str("</");
    out.push_str(name);
    out.push('>');
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::xml::XmlElement;

    #[test]
    fn what_is_written_can_be_read() {
        let body = json!({"Calls": [{"Sid": "a", "To": null}, {"Sid": "b<&", "Duration": 3}], "Details": {"Legs": [{"Leg": {"Id": 1}}, {"Leg": {"Id": 2}}]}});
        let tree = XmlElement::parse(&document(&body)).unwrap();
        assert_eq!(tree.name, "TwilioResponse");
        let calls = tree.child("Calls").unwrap();
        assert_eq!(
            (calls.children.len(), calls.children[0].name.as_str()),
            (2, "Call")
        );
        assert_eq!(calls.children[1].child_text("Sid"), Some("b<&"));
        let legs = tree.child("Details").unwrap().child("Legs").unwrap();
        assert_eq!(
            legs.children.iter().filter(|leg| leg.name == "Leg").count(),
            2
        );
    }
}
