//! What was used up, and what is left.

use crate::wire::{from_variants, model, tagged, words};

model! {
    /// The tokens of a response.
    plain ResponseUsage {
        /// All of them.
        total_tokens: u64 => "total_tokens",
        /// Those the model read.
        input_tokens: u64 => "input_tokens",
        /// Those it wrote.
        output_tokens: u64 => "output_tokens",
        /// Those it read, by kind.
        input_token_details: InputTokens => "input_token_details",
        /// Those it wrote, by kind.
        output_token_details: TokensByKind => "output_token_details",
    }
}

model! {
    /// Tokens that a model read.
    plain InputTokens {
        /// Those that came from the cache.
        cached_tokens: u64 => "cached_tokens",
        /// Text.
        text_tokens: u64 => "text_tokens",
        /// Pictures.
        image_tokens: u64 => "image_tokens",
        /// Audio.
        audio_tokens: u64 => "audio_tokens",
        /// Those from the cache, by kind.
        cached_tokens_details: TokensByKind => "cached_tokens_details",
    }
}

model! {
    /// Tokens by kind.
    plain TokensByKind {
        /// Text.
        text_tokens: u64 => "text_tokens",
        /// Pictures.
        image_tokens: u64 => "image_tokens",
        /// Audio.
        audio_tokens: u64 => "audio_tokens",
    }
}

tagged! {
    /// What a transcription is charged by.
    TranscriptionUsage {
        /// By tokens.
        Tokens(TranscriptionTokens) => "tokens",
        /// By time.
        Duration(TranscriptionDuration) => "duration",
    }
}

from_variants!(TranscriptionUsage:
    Tokens(TranscriptionTokens),
    Duration(TranscriptionDuration),
);

model! {
    /// The tokens of a transcription.
    plain TranscriptionTokens {
        /// Those the model read.
        input_tokens: u64 => "input_tokens",
        /// Those it read, by kind.
        input_token_details: TokensByKind => "input_token_details",
        /// Those it wrote.
        output_tokens: u64 => "output_tokens",
        /// All of them.
        total_tokens: u64 => "total_tokens",
    }
}

model! {
    /// The time of a transcription.
    plain TranscriptionDuration {
        /// How long the audio is, in s.
        seconds: f64 => "seconds",
    }
}

model! {
    /// What is left of a limit.
    plain RateLimit {
        /// Of what.
        name: RateLimitName => "name",
        /// The whole.
        limit: i64 => "limit",
        /// What is left.
        remaining: i64 => "remaining",
        /// When it is whole again, in s from now.
        reset_seconds: f64 => "reset_seconds",
    }
}

words! {
    /// What a limit counts.
    pub enum RateLimitName {
        /// Requests.
        Requests = "requests",
        /// Tokens.
        Tokens = "tokens",
    }
}
