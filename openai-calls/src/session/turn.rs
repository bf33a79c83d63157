//! How the end of the caller's turn is found.

use super::Setting;
use crate::wire::{from_variants, model, tagged, words};

tagged! {
    /// How the end of the caller's turn is found.
    TurnDetection {
        /// By silence.
        ServerVad(ServerVad) => "server_vad",
        /// By what is said.
        SemanticVad(SemanticVad) => "semantic_vad",
    }
}

from_variants!(TurnDetection: ServerVad(ServerVad), SemanticVad(SemanticVad));

impl From<ServerVad> for Setting<TurnDetection> {
    fn from(vad: ServerVad) -> Self {
        Self::Value(vad.into())
    }
}

impl From<SemanticVad> for Setting<TurnDetection> {
    fn from(vad: SemanticVad) -> Self {
        Self::Value(vad.into())
    }
}

impl TurnDetection {
    /// By silence, with the API's defaults.
    #[must_use]
    pub fn server() -> Self {
        Self::ServerVad(ServerVad::new())
    }

    /// By what is said, with the API's defaults.
    #[must_use]
    pub fn semantic() -> Self {
        Self::SemanticVad(SemanticVad::new())
    }
}

model! {
    /// Finds the end of a turn by silence.
    plain ServerVad {
        /// How loud speech must be: 0 to 1, 0.5 by default. Higher is better in noise.
        threshold: f64 => "threshold",
        /// How much of what came before the speech is kept, in ms; 300 by default.
        prefix_padding_ms: u32 => "prefix_padding_ms",
        /// How much silence ends a turn, in ms; 500 by default.
        silence_duration_ms: u32 => "silence_duration_ms",
        /// Whether the end of a turn starts an answer; yes by default.
        create_response: bool => "create_response",
        /// Whether speech cuts off the answer under way; yes by default.
        interrupt_response: bool => "interrupt_response",
        /// How long the caller may be silent after an answer before the agent speaks again: 5000 to 30000 ms. `null`, and
        /// unset: for ever.
        idle_timeout_ms: u32 => "idle_timeout_ms" null,
    }
}

model! {
    /// Finds the end of a turn by what is said: it waits longer when a sentence trails off.
    plain SemanticVad {
        /// How soon it answers; auto by default.
        eagerness: Eagerness => "eagerness",
        /// Whether the end of a turn starts an answer; yes by default.
        create_response: bool => "create_response",
        /// Whether speech cuts off the answer under way; yes by default.
        interrupt_response: bool => "interrupt_response",
    }
}

words! {
    /// How soon an agent answers.
    pub enum Eagerness {
        /// Waits for up to 8 s.
        Low = "low",
        /// Waits for up to 4 s.
        Medium = "medium",
        /// Waits for up to 2 s.
        High = "high",
        /// As medium at present; the default.
        Auto = "auto",
    }
}
