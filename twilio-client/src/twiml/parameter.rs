//! Names with values, in nouns that hand them on.

use super::macros::twiml_element;

twiml_element! {
    /// `<Parameter>`: a value handed on, to a stream's server, a client of the Voice SDK, a connector.
    ///
    /// Name and value together stay below 500 characters, or the document is refused.
    Parameter = "Parameter" [] {
        /// The name.
        name = "name": String,
        /// The value.
        value = "value": String,
    }
}

impl Parameter {
    /// A value by its name.
    #[must_use]
    pub fn new(name: &str, value: &str) -> Self {
        Self::empty().name(name).value(value)
    }
}

twiml_element! {
    /// `<Config>`: a setting of a transcription engine or virtual agent (errors 32603 and 32652 where it knows none such).
    Config = "Config" [] {
        /// The setting's name.
        name = "name": String,
        /// What it is set to.
        value = "value": String,
    }
}

impl Config {
    /// A setting by its name.
    #[must_use]
    pub fn new(name: &str, value: &str) -> Self {
        Self::empty().name(name).value(value)
    }
}
