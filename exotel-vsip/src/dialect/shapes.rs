//! The forms of error bodies, one function each.
//!
//! | body | where |
//! |---|---|
//! | `{request_id, http_code, response: {code, status, error_data: {code, message, description}}}`, also with a list | v2 |
//! | the item or its `error_data` alone | v2, in excerpts |
//! | `{"RestException": {Status, Message, Code}}` and the same in XML | v1 |
//! | `{error, message, code, details: {field: [text]}, …}` | older guides and servers that imitate Exotel; gateways |
//! | HTML, plain text, nothing | gateways and outages |

use serde_json::{Map, Value};
use voice_core::error::FieldError;

use super::body::Said;
use crate::xml::XmlElement;

/// The longest message that is taken, in characters.
const MESSAGE: usize = 300;
/// The most field messages that are taken.
const FIELDS: usize = 50;

/// What else a body may tell, and under which name it is kept.
const CONTEXT: [(&str, &str); 4] = [
    ("existing_resource_id", "existing_resource_id"),
    ("resource_type", "resource_type"),
    ("resource_id", "resource_id"),
    ("timestamp", "timestamp"),
];

/// A status of failure, as a number or a text.
pub(super) fn status(value: &Value) -> Option<u16> {
    let status: u16 = match value {
        Value::Number(number) => number.as_u64()?.try_into().ok()?,
        Value::String(text) => text.trim().parse().ok()?,
        _ => return None,
    };
    (400..=599).contains(&status).then_some(status)
}

pub(super) fn json(value: &Value) -> Said {
    let Value::Object(map) = value else {
        return match value {
            Value::Array(items) => first_failure(items),
            _ => Said::default(),
        };
    };
    if let Some(exception) = map.get("RestException").and_then(Value::as_object) {
        return rest_exception(exception);
    }
    let outer = map.get("http_code").and_then(status);
    let said = match map.get("response") {
        Some(Value::Object(item)) => self::item(item),
        Some(Value::Array(items)) => first_failure(items),
        _ if map.get("error_data").is_some_and(Value::is_object) => item(map),
        _ => bare(map),
    };
    Said {
        status: said.status.or(outer),
        ..said
    }
}

fn first_failure(items: &[Value]) -> Said {
    let mut items = items.iter().filter_map(Value::as_object).map(item);
    items
        .find(|said| said.status.is_some() || said.code.is_some())
        .unwrap_or_default()
}

pub(super) fn item(map: &Map<String, Value>) -> Said {
    let said = match map.get("error_data") {
        Some(Value::Object(data)) => bare(data),
        _ => Said::default(),
    };
    Said {
        status: map.get("code").and_then(status).or(said.status),
        ..said
    }
}

/// `error_data`, and the flat form of older guides: both say `code` and `message`.
fn bare(map: &Map<String, Value>) -> Said {
    // Some gateways nest it once more.
    if let Some(Value::Object(inner)) = map.get("error") {
        return bare(inner);
    }
    let title = line(map, &["error", "title"]);
    let message = line(map, &["message", "detail"]);
    let (message, description) = match (message.is_empty(), title.is_empty()) {
        (true, _) => (title, String::new()),
        (false, true) => (message, String::new()),
        (false, false) => (title, message),
    };
    let own = line(map, &["description"]);
    let numeric = map.get("code").and_then(status);
    Said {
        status: map.get("status").and_then(status).or(numeric),
        code: map.get("code").filter(|_| numeric.is_none()).and_then(code),
        description: if own.is_empty() { description } else { own },
        message,
        fields: map.get("details").map(details).unwrap_or_default(),
        context: CONTEXT
            .iter()
            .filter_map(|(wire, name)| Some((*name, word(map.get(*wire)?)?)))
            .collect(),
    }
}

fn rest_exception(map: &Map<String, Value>) -> Said {
    Said {
        status: map.get("Status").and_then(status),
        code: map.get("Code").and_then(code),
        message: line(map, &["Message"]),
        description: line(map, &["Detail", "MoreInfo"]),
        ..Said::default()
    }
}

/// `<TwilioResponse><RestException>…`, or the exception alone.
pub(super) fn xml(body: &str) -> Option<Said> {
    let tree = XmlElement::parse(body.trim_start_matches('\u{feff}'))?;
    let exception = match tree.name.as_str() {
        "RestException" => &tree,
        _ => tree.child("RestException")?,
    };
    let value = |name| exception.child_text(name).map(Value::from);
    Some(Said {
        status: value("Status").as_ref().and_then(status),
        code: value("Code").as_ref().and_then(code),
        message: shorten(exception.child_text("Message").unwrap_or_default()),
        ..Said::default()
    })
}

/// No JSON and no known XML: the title of a page, or the beginning of the text.
pub(super) fn text(body: &str) -> Said {
    let body = body.trim();
    let message = if body.starts_with('<') {
        page_title(body)
    } else {
        shorten(body)
    };
    Said {
        message,
        ..Said::default()
    }
}

fn page_title(page: &str) -> String {
    // ASCII case does not move bytes.
    let lower = page.to_ascii_lowercase();
    let title = lower.find("<title>").and_then(|start| {
        let start = start + "<title>".len();
        let length = lower.get(start..)?.find("</title>")?;
        page.get(start..start + length)
    });
    match title.map(str::trim) {
        Some(title) if !title.is_empty() => shorten(&format!("an HTML page: {title}")),
        _ => "a page that is no answer of the API".to_owned(),
    }
}

/// A code: a short word, or a number other than zero.
fn code(value: &Value) -> Option<String> {
    word(value).filter(|code| code != "0")
}

fn word(value: &Value) -> Option<String> {
    match value {
        Value::String(word) if (1..=64).contains(&word.trim().len()) => {
            Some(word.trim().to_owned())
        }
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    }
}

/// Messages by field: every text of every field.
fn details(value: &Value) -> Vec<FieldError> {
    let Value::Object(map) = value else {
        return texts(value)
            .map(|text| FieldError::new("", shorten(text)))
            .collect();
    };
    map.iter()
        .flat_map(|(field, value)| {
            texts(value).map(move |text| FieldError::new(field, shorten(text)))
        })
        .take(FIELDS)
        .collect()
}

fn texts(value: &Value) -> impl Iterator<Item = &str> {
    let (one, many) = match value {
        Value::Array(items) => (None, items.as_slice()),
        other => (other.as_str(), [].as_slice()),
    };
    one.into_iter()
        .chain(many.iter().filter_map(Value::as_str))
        .take(FIELDS)
}

fn line(map: &Map<String, Value>, names: &[&str]) -> String {
    let found = names
        .iter()
        .filter_map(|name| map.get(*name)?.as_str())
        .find(|text| !text.trim().is_empty());
    shorten(found.unwrap_or_default())
}

/// On one line, and not too long.
fn shorten(text: &str) -> String {
    let mut words = String::new();
    for word in text.split_whitespace() {
        if !words.is_empty() {
            words.push(' ');
        }
        words.push_str(word);
        if words.len() > 4 * MESSAGE {
            break;
        }
    }
    match words.char_indices().nth(MESSAGE) {
        Some((end, _)) => format!("{}…", words.get(..end).unwrap_or_default()),
        None => words,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn read(value: &Value) -> (Option<u16>, Option<String>, String, String) {
        let said = json(value);
        (said.status, said.code, said.message, said.description)
    }

    fn said(
        status: Option<u16>,
        code: Option<&str>,
        message: &str,
        description: &str,
    ) -> (Option<u16>, Option<String>, String, String) {
        (
            status,
            code.map(str::to_owned),
            message.to_owned(),
            description.to_owned(),
        )
    }

    #[test]
    fn an_envelope_an_item_and_its_error_data_say_the_same() {
        let data =
            json!({"code": 1008, "message": "Duplicate resource", "description": "Unable to …"});
        let item = json!({"code": 409, "status": "failure", "error_data": data});
        let full = said(Some(409), Some("1008"), "Duplicate resource", "Unable to …");
        assert_eq!(read(&json!({"http_code": 200, "response": item})), full);
        assert_eq!(read(&json!({"response": [{"code": 200}, item]})), full);
        assert_eq!(read(&item), full);
        assert_eq!(
            read(&data),
            said(None, Some("1008"), "Duplicate resource", "Unable to …")
        );
    }

    #[test]
    fn the_items_status_goes_before_the_envelopes() {
        let item = json!({"code": 404, "error_data": {"code": 1000}});
        assert_eq!(
            json(&json!({"http_code": 500, "response": item})).status,
            Some(404)
        );
        let item = json!({"status": "failure"});
        assert_eq!(
            json(&json!({"http_code": 409, "response": item})).status,
            Some(409)
        );
        assert_eq!(
            json(&json!({"http_code": 200, "response": item})).status,
            None
        );
    }

    #[test]
    fn a_code_may_be_a_number_a_text_or_missing() {
        for (code, expected) in [
            (json!(20003), Some("20003")),
            (json!("RATE_LIMIT_EXCEEDED"), Some("RATE_LIMIT_EXCEEDED")),
            (json!(0), None),
            (json!(""), None),
            (json!(null), None),
        ] {
            let exception =
                json!({"RestException": {"Status": 401, "Message": "no", "Code": code}});
            assert_eq!(read(&exception), said(Some(401), expected, "no", ""));
        }
        assert_eq!(
            json(&json!({"code": 503, "message": "x"})),
            Said {
                status: Some(503),
                message: "x".to_owned(),
                ..Said::default()
            }
        );
    }

    #[test]
    fn xml_of_v1_is_read_and_other_pages_give_their_title() {
        let said = xml(
            "<?xml version=\"1.0\"?><TwilioResponse><RestException><Status>403</Status>\
             <Message>Not &amp; allowed</Message><Code>1012</Code></RestException></TwilioResponse>",
        );
        let said = said.unwrap();
        assert_eq!(
            (said.status, said.code.as_deref()),
            (Some(403), Some("1012"))
        );
        assert_eq!(said.message, "Not & allowed");
        assert!(xml("<html><head><title>502</title></head></html>").is_none());
        assert_eq!(
            text("<html><Title> 502 Bad\nGateway </title>").message,
            "an HTML page: 502 Bad Gateway"
        );
        assert_eq!(
            text("<html>").message,
            "a page that is no answer of the API"
        );
        assert_eq!(text(" upstream\n gone ").message, "upstream gone");
        assert_eq!(text(&"x".repeat(400)).message.chars().count(), 301);
    }

    #[test]
    fn details_name_their_fields_and_every_text_counts() {
        let said = json(&json!({
            "error": "Validation failed",
            "details": {"trunk_name": ["taken", "too long"], "nso_code": "odd", "n": 5},
        }));
        let fields: Vec<(&str, &str)> = said
            .fields
            .iter()
            .map(|field| (field.field.as_str(), field.message.as_str()))
            .collect();
        assert_eq!(fields.len(), 3);
        for field in [
            ("trunk_name", "taken"),
            ("trunk_name", "too long"),
            ("nso_code", "odd"),
        ] {
            assert!(fields.contains(&field), "{fields:?}");
        }
        assert_eq!(said.message, "Validation failed");
    }
}
