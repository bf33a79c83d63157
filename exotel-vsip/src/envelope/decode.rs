//! Takes the envelope off: one object, a list, a batch, or what a deletion gives.

use serde::{Deserialize, Deserializer};
use serde_json::{Map, Value};
use voice_core::client::Cursor;

use super::{Bare, Content, Envelope, Item};
use crate::batch::{BatchOutcome, ItemError};

/// An object of an answer.
pub(crate) trait Resource: Sized + Send + 'static {
    /// Under which name a list without an envelope has its items.
    const LIST: &'static str;

    /// Reads it; the error never quotes the object.
    fn from_object(object: Map<String, Value>) -> Result<Self, &'static str>;
}

/// The object as it came.
#[cfg(test)]
impl Resource for Map<String, Value> {
    const LIST: &'static str = "items";

    fn from_object(object: Map<String, Value>) -> Result<Self, &'static str> {
        Ok(object)
    }
}

fn resource<T: Resource>(data: Value) -> Result<T, &'static str> {
    match data {
        Value::Object(object) => T::from_object(object),
        Value::Null => Err("the answer has no data"),
        _ => Err("the data is no object"),
    }
}

/// The answer of an operation on one object.
#[derive(Debug)]
pub(crate) struct Single<T>(pub(crate) T);

impl<T: Resource> Single<T> {
    fn read(envelope: Envelope) -> Result<Self, &'static str> {
        let data = match envelope.content {
            Content::One(item) => item.data,
            Content::Bare(Bare(body)) => body,
            Content::Many(items) => only(items)?.data,
        };
        let data = match data {
            Value::Array(mut list) if list.len() == 1 => list.pop().unwrap_or_default(),
            data => data,
        };
        resource(data).map(Self)
    }
}

fn only(mut items: Vec<Item>) -> Result<Item, &'static str> {
    match (items.pop(), items.is_empty()) {
        (Some(item), true) => Ok(item),
        (Some(_), false) => Err("several items where there should be one"),
        (None, _) => Err("no item where there should be one"),
    }
}

/// The answer of a list.
#[derive(Debug)]
pub(crate) struct Listed<T> {
    pub(crate) items: Vec<T>,
    pub(crate) next: Option<Cursor>,
    pub(crate) total: Option<u64>,
}

impl<T: Resource> Listed<T> {
    fn read(envelope: Envelope) -> Result<Self, &'static str> {
        let metadata = envelope.metadata.unwrap_or_default();
        let data: Vec<Value> = match envelope.content {
            Content::Many(items) => items.into_iter().map(|item| item.data).collect(),
            // A list that answers one object, or the whole list as the data of one item.
            Content::One(item) => match item.data {
                Value::Array(list) => list,
                Value::Null => Vec::new(),
                one => vec![one],
            },
            Content::Bare(Bare(body)) => bare_list(body, T::LIST),
        };
        let items: Result<Vec<T>, _> = data.into_iter().map(resource).collect();
        Ok(Self {
            items: items?,
            next: metadata
                .next_page_uri
                .filter(|link| !link.is_empty())
                .map(Cursor::new),
            total: metadata.total,
        })
    }
}

/// `[…]`, `{"trunks": […]}`, or one object.
fn bare_list(body: Value, name: &str) -> Vec<Value> {
    match body {
        Value::Array(list) => list
            .into_iter()
            .map(|value| Item::from_value(value).data)
            .collect(),
        Value::Object(mut map) if map.get(name).is_some_and(Value::is_array) => {
            match map.remove(name) {
                Some(Value::Array(list)) => list,
                _ => Vec::new(),
            }
        }
        one => vec![one],
    }
}

/// The answer of a batch.
#[derive(Debug)]
pub(crate) struct BatchBody<T>(pub(crate) BatchOutcome<T>);

impl<T: Resource> BatchBody<T> {
    fn read(envelope: Envelope) -> Result<Self, &'static str> {
        let (items, in_a_list) = match envelope.content {
            Content::Many(items) => (items, true),
            Content::One(item) => (vec![item], false),
            Content::Bare(Bare(body)) => (vec![Item::from_value(body)], false),
        };
        let results: Result<Vec<_>, &'static str> = items
            .into_iter()
            .map(|item| {
                if item.failed() {
                    return Ok(Err(ItemError::of(item)));
                }
                match resource(item.data) {
                    Ok(object) => Ok(Ok(object)),
                    // One that cannot be read takes nothing from the others.
                    Err(reason) if in_a_list => Ok(Err(ItemError::unreadable(reason))),
                    Err(reason) => Err(reason),
                }
            })
            .collect();
        let metadata = envelope.metadata.unwrap_or_default();
        Ok(Self(BatchOutcome::new(results?, &metadata)))
    }
}

/// The answer of a deletion: the deleted object where there is one. What else the answer holds says nothing against the
/// deletion.
#[derive(Debug)]
pub(crate) struct Deleted<T>(pub(crate) Option<T>);

impl<T: Resource> Deleted<T> {
    pub(crate) fn read(body: &[u8]) -> Self {
        let deleted = serde_json::from_slice::<Envelope>(body)
            .ok()
            .and_then(|envelope| Single::read(envelope).ok());
        Self(deleted.map(|Single(object)| object))
    }
}

macro_rules! decode {
    ($($name:ident)*) => {$(
        impl<'de, T: Resource> Deserialize<'de> for $name<T> {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                Self::read(Envelope::deserialize(deserializer)?).map_err(serde::de::Error::custom)
            }
        }
    )*};
}

decode!(Single Listed BatchBody);

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::numbers::PhoneNumber;

    fn single(body: Value) -> Result<String, String> {
        serde_json::from_value::<Single<PhoneNumber>>(body)
            .map(|read| read.0.id.map(|id| id.to_string()).unwrap_or_default())
            .map_err(|error| error.to_string())
    }

    fn list(body: Value) -> Result<Vec<String>, String> {
        serde_json::from_value::<Listed<PhoneNumber>>(body)
            .map(|read| {
                let ids = read.items.into_iter();
                ids.map(|item| item.id.map(|id| id.to_string()).unwrap_or_default())
                    .collect()
            })
            .map_err(|error| error.to_string())
    }

    #[test]
    fn one_object_in_every_wrapping() {
        let object = json!({"id": 7, "phone_number": "+918000000001"});
        let item = json!({"code": 200, "status": "success", "data": object});
        for body in [
            json!({"response": item}),
            json!({"response": [item]}),
            json!({"response": {"data": [object]}}),
            json!({"response": [object]}),
            item.clone(),
            object,
        ] {
            assert_eq!(single(body.clone()).as_deref(), Ok("7"), "{body}");
        }
        for (body, part) in [
            (json!({"response": {"code": 200}}), "no data"),
            (json!({"response": []}), "no item"),
            (json!({"response": [item, item]}), "several items"),
            (json!({"response": {"data": "text"}}), "no object"),
            (json!({"hello": "world"}), "is no PhoneNumber"),
            (json!(null), "no data"),
        ] {
            assert!(single(body.clone()).unwrap_err().contains(part), "{body}");
        }
    }

    #[test]
    fn a_list_in_every_wrapping() {
        let (a, b) = (json!({"id": "a"}), json!({"id": "b"}));
        for (body, ids) in [
            (
                json!({"response": [{"code": 200, "data": a}, {"data": b, "status": "success"}]}),
                &["a", "b"][..],
            ),
            (json!({"response": [a, b], "metadata": {}}), &["a", "b"]),
            (
                json!({"response": {"code": 200, "data": [a, b]}}),
                &["a", "b"],
            ),
            (json!({"phone_numbers": [a, b]}), &["a", "b"]),
            (json!([a, b]), &["a", "b"]),
            (json!({"response": {"code": 200, "data": a}}), &["a"]),
            (json!(a), &["a"]),
            (json!({"response": []}), &[]),
            (json!({"response": {"code": 200, "data": null}}), &[]),
            (json!([]), &[]),
        ] {
            assert_eq!(list(body.clone()).unwrap(), ids, "{body}");
        }
        assert!(list(json!({"hello": "world"})).is_err());
        assert!(list(json!({"response": [{"code": 200, "data": 5}]})).is_err());
    }

    #[test]
    fn a_deletion_gives_what_it_can() {
        let id = |body: &str| {
            Deleted::<PhoneNumber>::read(body.as_bytes())
                .0
                .and_then(|number| number.id)
                .map(|id| id.to_string())
        };
        assert_eq!(
            id(r#"{"response": {"code": 200, "data": {"id": "7"}}}"#).as_deref(),
            Some("7")
        );
        for body in [
            "",
            "{}",
            "ok",
            r#"{"response": {"code": 200, "data": null}}"#,
            r#"{"response": {"data": "gone"}}"#,
        ] {
            assert_eq!(id(body), None, "{body}");
        }
    }

    #[test]
    fn the_object_itself_can_be_had() {
        let body = json!({"response": {"data": {"anything": 1}}});
        let read: Single<Map<String, Value>> = serde_json::from_value(body).unwrap();
        assert_eq!(read.0["anything"], 1);
    }
}
