//! Fields that this version does not know.

use std::fmt;
use std::ops::Deref;

use serde_json::{Map, Value};

/// Fields of an answer that this version does not know, or could not read as what they should be, by their wire names.
///
/// It dereferences to [`serde_json::Map`]. `Debug` shows the names only: values may be personal.
#[derive(Clone, Default, PartialEq)]
pub struct Extra(Map<String, Value>);

impl Extra {
    pub(crate) fn keep(&mut self, name: String, value: Value) {
        self.0.insert(name, value);
    }
}

impl From<Map<String, Value>> for Extra {
    fn from(map: Map<String, Value>) -> Self {
        Self(map)
    }
}

impl Deref for Extra {
    type Target = Map<String, Value>;

    fn deref(&self) -> &Self::Target {
        &self.0
    }
}

impl fmt::Debug for Extra {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.0.keys()).finish()
    }
}
