//! Values by name, in the order they were given.

use std::fmt;

use serde::Serialize;
use serde_json::{Map, Value};
use voice_core::template::{Context, ContextValue};

use super::Message;

/// The values a prompt is rendered with.
///
/// An ordered map from names to JSON values, and beside it lists of messages for the placeholders of chat prompts. Setting
/// a name again replaces its value and keeps its place. `Debug` shows the names and never a value.
///
/// ```
/// use promptops_client::render::PromptVariables;
/// use promptops_client::variables;
///
/// let values = PromptVariables::new().with("name", "Ana").with("orders", 3);
/// assert_eq!(values, variables! { name: "Ana", orders: 3 });
/// assert_eq!(values.names().collect::<Vec<_>>(), ["name", "orders"]);
/// assert_eq!(format!("{values:?}"), r#"PromptVariables { names: ["name", "orders"], messages: [] }"#);
/// ```
#[derive(Clone, Default)]
pub struct PromptVariables {
    entries: Vec<(String, Value)>,
    /// Places in `entries`, sorted by name: looking up stays fast however many values there are.
    sorted: Vec<usize>,
    messages: Vec<(String, Vec<Message>)>,
}

/// The values cannot be used as variables.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum VariablesError {
    /// Only an object, a map or a struct has names.
    #[error("variables must be an object with a value for each name")]
    NoObject,
    /// The type's own serialisation failed, or a map's keys are no text.
    #[error("the values cannot be written as JSON")]
    NotJson,
}

impl PromptVariables {
    /// No values.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Takes the fields of a struct or the entries of a map.
    ///
    /// # Errors
    /// [`VariablesError`] when the value is not an object in JSON.
    ///
    /// ```
    /// use std::collections::BTreeMap;
    /// use promptops_client::render::PromptVariables;
    ///
    /// let values = PromptVariables::from_serialize(&BTreeMap::from([("city", "Pune")]))?;
    /// assert_eq!(values.get("city"), Some(&"Pune".into()));
    /// assert!(PromptVariables::from_serialize(&["Pune"]).is_err());
    /// # Ok::<(), promptops_client::render::VariablesError>(())
    /// ```
    pub fn from_serialize<T: Serialize + ?Sized>(values: &T) -> Result<Self, VariablesError> {
        match serde_json::to_value(values) {
            Ok(Value::Object(map)) => Ok(map.into()),
            Ok(_) => Err(VariablesError::NoObject),
            Err(_) => Err(VariablesError::NotJson),
        }
    }

    /// Sets a value and returns the one it replaces.
    pub fn set(&mut self, name: impl Into<String>, value: impl Into<Value>) -> Option<Value> {
        let (name, value) = (name.into(), value.into());
        match self.position(&name) {
            Ok(place) => {
                let (_, old) = self.entries.get_mut(place)?;
                Some(std::mem::replace(old, value))
            }
            Err(rank) => {
                self.sorted.insert(rank, self.entries.len());
                self.entries.push((name, value));
                None
            }
        }
    }

    /// The same with one more value.
    #[must_use]
    pub fn with(mut self, name: impl Into<String>, value: impl Into<Value>) -> Self {
        self.set(name, value);
        self
    }

    /// The same with a list of messages for the placeholder of this name. They are inserted as they are.
    #[must_use]
    pub fn with_messages(
        mut self,
        name: impl Into<String>,
        messages: impl IntoIterator<Item = Message>,
    ) -> Self {
        let (name, messages) = (name.into(), messages.into_iter().collect());
        match self.messages.iter_mut().find(|(known, _)| *known == name) {
            Some((_, old)) => *old = messages,
            None => self.messages.push((name, messages)),
        }
        self
    }

    /// The value under exactly this name.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&Value> {
        let place = self.position(name).ok()?;
        self.entries.get(place).map(|(_, value)| value)
    }

    /// The messages for this placeholder.
    #[must_use]
    pub fn messages(&self, name: &str) -> Option<&[Message]> {
        let mut lists = self.messages.iter();
        lists
            .find(|(known, _)| known == name)
            .map(|(_, list)| list.as_slice())
    }

    /// The names of the values, in the order they were first set.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.entries.iter().map(|(name, _)| name.as_str())
    }

    /// Names and values, in the order they were first set.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &Value)> {
        self.entries
            .iter()
            .map(|(name, value)| (name.as_str(), value))
    }

    /// The names of the lists of messages.
    pub fn message_names(&self) -> impl Iterator<Item = &str> {
        self.messages.iter().map(|(name, _)| name.as_str())
    }

    /// How many values there are; lists of messages do not count.
    #[must_use]
    pub fn len(&self) -> usize {
        self.entries.len()
    }

    /// Whether there is neither a value nor a list of messages.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty() && self.messages.is_empty()
    }

    /// The place of the name, or the rank it would have.
    fn position(&self, name: &str) -> Result<usize, usize> {
        let name_at = |place: &usize| self.entries.get(*place).map(|(name, _)| name.as_str());
        let rank = self
            .sorted
            .binary_search_by(|place| name_at(place).cmp(&Some(name)))?;
        self.sorted.get(rank).copied().ok_or(rank)
    }
}

impl Context for PromptVariables {
    fn value(&self, key: &str) -> Option<ContextValue<'_>> {
        self.get(key).map(ContextValue::Json)
    }

    fn keys(&self) -> Vec<&str> {
        self.names().collect()
    }
}

/// Equal when the same names have the same values, in the same order.
impl PartialEq for PromptVariables {
    fn eq(&self, other: &Self) -> bool {
        self.entries == other.entries && self.messages == other.messages
    }
}

impl fmt::Debug for PromptVariables {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PromptVariables")
            .field("names", &self.names().collect::<Vec<_>>())
            .field("messages", &self.message_names().collect::<Vec<_>>())
            .finish()
    }
}

impl From<Map<String, Value>> for PromptVariables {
    fn from(map: Map<String, Value>) -> Self {
        map.into_iter().collect()
    }
}

impl From<&Map<String, Value>> for PromptVariables {
    fn from(map: &Map<String, Value>) -> Self {
        map.clone().into()
    }
}

impl From<PromptVariables> for Map<String, Value> {
    /// Lists of messages stay behind.
    fn from(variables: PromptVariables) -> Self {
        variables.entries.into_iter().collect()
    }
}

impl<K: Into<String>, V: Into<Value>> FromIterator<(K, V)> for PromptVariables {
    fn from_iter<I: IntoIterator<Item = (K, V)>>(pairs: I) -> Self {
        let mut variables = Self::new();
        variables.extend(pairs);
        variables
    }
}

impl<K: Into<String>, V: Into<Value>> Extend<(K, V)> for PromptVariables {
    fn extend<I: IntoIterator<Item = (K, V)>>(&mut self, pairs: I) {
        for (name, value) in pairs {
            self.set(name, value);
        }
    }
}

impl<K: Into<String>, V: Into<Value>, const N: usize> From<[(K, V); N]> for PromptVariables {
    fn from(pairs: [(K, V); N]) -> Self {
        pairs.into_iter().collect()
    }
}

/// [`PromptVariables`](crate::render::PromptVariables) written down: names as text or plain words, values of anything that
/// becomes JSON.
///
/// ```
/// use promptops_client::variables;
/// use serde_json::json;
///
/// let values = variables! {
///     name: "Ana",
///     "user.city": "Pune",
///     orders: [1, 2].as_slice(),
///     address: json!({"street": "MG Road"}),
/// };
/// assert_eq!(values.len(), 4);
/// assert!(variables! {}.is_empty());
/// ```
#[macro_export]
macro_rules! variables {
    (@name $name:ident) => { ::std::stringify!($name) };
    (@name $name:literal) => { $name };
    ($($name:tt : $value:expr),* $(,)?) => {{
        #[allow(unused_mut, reason = "there may be no values")]
        let mut variables = $crate::render::PromptVariables::new();
        $( variables.set($crate::variables!(@name $name), $value); )*
        variables
    }};
}

#[cfg(test)]
#[path = "variables_tests.rs"]
mod tests;
