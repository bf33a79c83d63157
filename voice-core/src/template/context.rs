//! Where values come from: JSON objects, maps, lists of pairs, or the application's own type.

use std::borrow::{Borrow, Cow};
use std::collections::{BTreeMap, HashMap};
use std::hash::{BuildHasher, Hash};
use std::sync::Arc;

use serde_json::{Map, Value};

/// A value to put into a template. Borrowed: rendering copies it once, into the result.
#[derive(Debug, Clone, Copy, PartialEq)]
#[non_exhaustive]
pub enum ContextValue<'a> {
    /// Text, written as it is.
    Text(&'a str),
    /// A JSON value. Its text is written as it is, `null` as the options say, anything else as JSON.
    Json(&'a Value),
}

/// The values a template is rendered with, by key.
///
/// Implemented for JSON objects, for `HashMap` and `BTreeMap`, and for slices, arrays and `Vec`s of pairs, with values of
/// text or JSON. `()` holds nothing; neither does a JSON value that is no object. Where a key occurs twice in a list of
/// pairs, the first one counts.
///
/// ```
/// use std::collections::BTreeMap;
/// use voice_core::template::Template;
///
/// let hello = Template::parse("Hello {{name}}");
/// assert_eq!(hello.render(&[("name", "Ana")])?, "Hello Ana");
/// assert_eq!(hello.render(&BTreeMap::from([("name", 7.into())]) as &BTreeMap<&str, serde_json::Value>)?, "Hello 7");
/// # Ok::<(), voice_core::template::RenderError>(())
/// ```
pub trait Context {
    /// The value under exactly this key. Paths into nested objects are followed by the template.
    fn value(&self, key: &str) -> Option<ContextValue<'_>>;

    /// All keys, in any order. Asked for only with [`ExtraValues::Refuse`](super::ExtraValues::Refuse).
    fn keys(&self) -> Vec<&str>;
}

/// What can stand as a value in a map or list that serves as a [`Context`].
pub trait ToContextValue {
    /// The value, borrowed.
    fn to_context_value(&self) -> ContextValue<'_>;
}

impl ToContextValue for Value {
    fn to_context_value(&self) -> ContextValue<'_> {
        ContextValue::Json(self)
    }
}

impl ToContextValue for str {
    fn to_context_value(&self) -> ContextValue<'_> {
        ContextValue::Text(self)
    }
}

macro_rules! text_value {
    ($($text:ty),*) => {$(
        impl ToContextValue for $text {
            fn to_context_value(&self) -> ContextValue<'_> {
                ContextValue::Text(self)
            }
        }
    )*};
}
text_value!(String, Box<str>, Arc<str>, Cow<'_, str>);

impl<T: ToContextValue + ?Sized> ToContextValue for &T {
    fn to_context_value(&self) -> ContextValue<'_> {
        (**self).to_context_value()
    }
}

impl<C: Context + ?Sized> Context for &C {
    fn value(&self, key: &str) -> Option<ContextValue<'_>> {
        (**self).value(key)
    }

    fn keys(&self) -> Vec<&str> {
        (**self).keys()
    }
}

impl Context for () {
    fn value(&self, _: &str) -> Option<ContextValue<'_>> {
        None
    }

    fn keys(&self) -> Vec<&str> {
        Vec::new()
    }
}

impl Context for Map<String, Value> {
    fn value(&self, key: &str) -> Option<ContextValue<'_>> {
        self.get(key).map(ContextValue::Json)
    }

    fn keys(&self) -> Vec<&str> {
        Self::keys(self).map(String::as_str).collect()
    }
}

impl Context for Value {
    fn value(&self, key: &str) -> Option<ContextValue<'_>> {
        self.as_object()?.value(key)
    }

    fn keys(&self) -> Vec<&str> {
        self.as_object().map(Context::keys).unwrap_or_default()
    }
}

impl<K, V, S> Context for HashMap<K, V, S>
where
    K: Borrow<str> + Eq + Hash,
    V: ToContextValue,
    S: BuildHasher,
{
    fn value(&self, key: &str) -> Option<ContextValue<'_>> {
        self.get(key).map(V::to_context_value)
    }

    fn keys(&self) -> Vec<&str> {
        Self::keys(self).map(K::borrow).collect()
    }
}

impl<K: Borrow<str> + Ord, V: ToContextValue> Context for BTreeMap<K, V> {
    fn value(&self, key: &str) -> Option<ContextValue<'_>> {
        self.get(key).map(V::to_context_value)
    }

    fn keys(&self) -> Vec<&str> {
        Self::keys(self).map(K::borrow).collect()
    }
}

impl<K: Borrow<str>, V: ToContextValue> Context for [(K, V)] {
    fn value(&self, key: &str) -> Option<ContextValue<'_>> {
        self.iter()
            .find(|(known, _)| known.borrow() == key)
            .map(|(_, value)| value.to_context_value())
    }

    fn keys(&self) -> Vec<&str> {
        self.iter().map(|(key, _)| key.borrow()).collect()
    }
}

impl<K: Borrow<str>, V: ToContextValue, const N: usize> Context for [(K, V); N] {
    fn value(&self, key: &str) -> Option<ContextValue<'_>> {
        self.as_slice().value(key)
    }

    fn keys(&self) -> Vec<&str> {
        self.as_slice().keys()
    }
}

impl<K: Borrow<str>, V: ToContextValue> Context for Vec<(K, V)> {
    fn value(&self, key: &str) -> Option<ContextValue<'_>> {
        self.as_slice().value(key)
    }

    fn keys(&self) -> Vec<&str> {
        self.as_slice().keys()
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::super::Template;
    use super::*;

    fn holds_one(context: &dyn Context) {
        assert_eq!(context.keys(), ["name"]);
        assert_eq!(context.value("other"), None);
        assert_eq!(
            Template::parse("<{{name}}>").render(context).unwrap(),
            "<Ana>"
        );
    }

    #[test]
    fn maps_objects_and_pairs_are_contexts() {
        let object = json!({"name": "Ana"});
        holds_one(&object);
        holds_one(object.as_object().unwrap());
        holds_one(&HashMap::from([("name", "Ana")]));
        holds_one(&HashMap::from([("name".to_owned(), json!("Ana"))]));
        holds_one(&BTreeMap::from([(
            "name".to_owned(),
            Arc::<str>::from("Ana"),
        )]));
        holds_one(&[("name", Cow::Borrowed("Ana"))]);
        holds_one(&vec![("name".to_owned(), "Ana".to_owned())]);
        holds_one(&&[("name", Box::<str>::from("Ana"))]);
    }

    #[test]
    fn nothing_and_no_object_hold_nothing() {
        let contexts: [&dyn Context; 3] = [&(), &json!("name"), &json!(["name"])];
        for context in contexts {
            assert_eq!((context.value("name"), context.keys().len()), (None, 0));
        }
    }

    #[test]
    fn the_first_of_two_equal_keys_counts() {
        let pairs = [("a", "1"), ("a", "2")];
        assert_eq!(pairs.value("a"), Some(ContextValue::Text("1")));
    }
}
