//! The three forms a callback comes in, read into one.

use std::collections::BTreeMap;

use serde_json::{Map, Value};

use super::error::CallbackError;
use super::multipart;

/// Most bytes of a callback.
pub(super) const MAX_BODY: usize = 64 << 10;

/// Reads a body by its content type; without one, by how it begins.
pub(super) fn read(
    content_type: Option<&str>,
    body: &[u8],
) -> Result<Map<String, Value>, CallbackError> {
    if body.len() > MAX_BODY {
        return Err(CallbackError::TooLarge);
    }
    let essence = content_type.map(|text| {
        let essence = text.split(';').next().unwrap_or_default();
        essence.trim().to_ascii_lowercase()
    });
    match (essence.as_deref(), content_type) {
        (Some("application/json"), _) => json(body),
        (Some("application/x-www-form-urlencoded"), _) => Ok(form(body)),
        (Some("multipart/form-data"), Some(text)) => {
            let boundary = multipart::boundary(text).ok_or(CallbackError::Malformed)?;
            let parts = multipart::parts(body, &boundary).ok_or(CallbackError::Malformed)?;
            Ok(nested(parts))
        }
        (None | Some(""), _) if body.trim_ascii_start().first() == Some(&b'{') => json(body),
        (None | Some(""), _) => Ok(form(body)),
        (Some(_), _) => Err(CallbackError::ContentType),
    }
}

fn json(body: &[u8]) -> Result<Map<String, Value>, CallbackError> {
    serde_json::from_slice(body).map_err(|_| CallbackError::Malformed)
}

fn form(body: &[u8]) -> Map<String, Value> {
    nested(form_urlencoded::parse(body).into_owned())
}

/// Puts `Legs[0][Status]` into an array of legs; everything else is a text. The first of several values counts.
fn nested(pairs: impl IntoIterator<Item = (String, String)>) -> Map<String, Value> {
    let mut map = Map::new();
    let mut legs: BTreeMap<u64, Map<String, Value>> = BTreeMap::new();
    for (name, value) in pairs {
        match leg(&name) {
            Some((index, property)) => {
                let leg = legs.entry(index).or_default();
                leg.entry(property).or_insert_with(|| value.into());
            }
            None => {
                map.entry(name).or_insert_with(|| value.into());
            }
        }
    }
    if !legs.is_empty() {
        let legs = legs.into_values().map(Value::Object).collect();
        map.insert("Legs".to_owned(), Value::Array(legs));
    } else if let Some(text) = map.get("Legs").and_then(Value::as_str)
        && let Ok(legs @ Value::Array(_)) = serde_json::from_str(text)
    {
        map.insert("Legs".to_owned(), legs);
    }
    map
}

/// `Legs[0][Status]` as index and property.
fn leg(name: &str) -> Option<(u64, &str)> {
    let (index, property) = name
        .strip_prefix("Legs[")?
        .strip_suffix(']')?
        .split_once("][")?;
    Some((index.parse().ok()?, property))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;

    #[test]
    fn the_three_forms_are_one() {
        let expected = json!({
            "CallSid": "a1", "Status": "completed",
            "Legs": [{"OnCallDuration": "4", "Status": "completed"}, {"Status": "busy"}],
        });
        let form = "CallSid=a1&Legs%5B1%5D%5BStatus%5D=busy&Status=completed&Legs[0][OnCallDuration]=4&Legs[0][Status]=completed&Status=late";
        let multipart = "--x\r\nContent-Disposition: form-data; name=\"CallSid\"\r\n\r\na1\r\n\
            --x\r\nContent-Disposition: form-data; name=\"Status\"\r\n\r\ncompleted\r\n\
            --x\r\nContent-Disposition: form-data; name=\"Legs\"\r\n\r\n[{\"OnCallDuration\":\"4\",\"Status\":\"completed\"},{\"Status\":\"busy\"}]\r\n--x--";
        for (content_type, body) in [
            (
                Some("application/json; charset=utf-8"),
                expected.to_string(),
            ),
            (None, format!(" {expected}")),
            (Some("Application/X-WWW-Form-Urlencoded"), form.to_owned()),
            (None, form.to_owned()),
            (
                Some("multipart/form-data; boundary=x"),
                multipart.to_owned(),
            ),
        ] {
            let read = read(content_type, body.as_bytes()).unwrap();
            assert_eq!(Value::Object(read), expected, "{content_type:?}");
        }
    }

    #[test]
    fn what_cannot_be_read_says_why() {
        for (content_type, body, error) in [
            (Some("text/xml"), "<a/>", CallbackError::ContentType),
            (Some("application/json"), "[]", CallbackError::Malformed),
            (Some("application/json"), "{", CallbackError::Malformed),
            (
                Some("multipart/form-data"),
                "--x--",
                CallbackError::Malformed,
            ),
            (
                Some("multipart/form-data; boundary=x"),
                "",
                CallbackError::Malformed,
            ),
        ] {
            assert_eq!(read(content_type, body.as_bytes()), Err(error), "{body}");
        }
        let most = "a".repeat(MAX_BODY);
        assert!(read(None, most.as_bytes()).is_ok());
        assert_eq!(
            read(None, format!("{most}a").as_bytes()),
            Err(CallbackError::TooLarge)
        );
    }

    #[test]
    fn an_index_is_a_place_in_the_order_and_allocates_nothing() {
        let body = "Legs[18446744073709551615][Id]=b&Legs[7][Id]=a&Legs[x][Id]=c&Legs[1]=d";
        let map = read(None, body.as_bytes()).unwrap();
        assert_eq!(map["Legs"], json!([{"Id": "a"}, {"Id": "b"}]));
        assert_eq!(
            (&map["Legs[x][Id]"], &map["Legs[1]"]),
            (&json!("c"), &json!("d"))
        );
    }

    proptest! {
        #[test]
        fn no_body_panics(body in proptest::collection::vec(any::<u8>(), 0..200), text in "[-xL\\[\\]0-9={}&:\",\\r\\n]{0,120}", header in ".{0,40}") {
            for content_type in [None, Some("application/json"), Some("application/x-www-form-urlencoded"), Some("multipart/form-data; boundary=x"), Some(header.as_str())] {
                let _ = (read(content_type, &body), read(content_type, text.as_bytes()));
            }
        }
    }
}
