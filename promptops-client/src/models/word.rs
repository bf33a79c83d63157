//! The words of the API: open sets, in which a word unknown to this version is kept.

use voice_core::open_enum;

open_enum! {
    /// Who makes a model.
    pub enum Provider {
        /// OpenAI.
        OpenAi = "openai",
        /// Anthropic.
        Anthropic = "anthropic",
        /// Google.
        Google = "google",
        /// Cohere.
        Cohere = "cohere",
        /// Hugging Face.
        HuggingFace = "huggingface",
        /// A model of one's own.
        Local = "local",
    }
}

open_enum! {
    /// How risky a prompt's author thinks it is.
    pub enum RiskLevel {
        /// Low.
        Low = "low",
        /// Medium.
        Medium = "medium",
        /// High.
        High = "high",
    }
}

open_enum! {
    /// What a search is sorted by. The server leaves results unsorted for a word it does not know.
    pub enum SortBy {
        /// When it was made.
        CreatedAt = "created_at",
        /// When it was changed.
        UpdatedAt = "updated_at",
        /// Its name.
        Name = "name",
    }
}

open_enum! {
    /// The direction of a sort.
    pub enum SortOrder {
        /// Least first.
        Ascending = "asc",
        /// Most first.
        Descending = "desc",
    }
}

open_enum! {
    /// The steps of a usage statistic (documented only).
    pub enum Granularity {
        /// By hour.
        Hour = "hour",
        /// By day.
        Day = "day",
        /// By week.
        Week = "week",
        /// By month.
        Month = "month",
    }
}

open_enum! {
    /// What an API key may do.
    pub enum Scope {
        /// Read prompts, statistics and limits.
        Read = "read",
        /// Create, change and delete prompts, and log usage.
        Write = "write",
    }
}

open_enum! {
    /// Whether an API key works.
    pub enum KeyStatus {
        /// It works.
        Active = "active",
        /// It was revoked.
        Revoked = "revoked",
        /// Its time is over.
        Expired = "expired",
    }
}

open_enum! {
    /// How the service says it feels.
    pub enum HealthState {
        /// Everything works.
        Healthy = "healthy",
        /// It works in part.
        Degraded = "degraded",
        /// It does not work.
        Unhealthy = "unhealthy",
    }
}

open_enum! {
    /// Where the runtime found a prompt.
    pub enum PromptSource {
        /// In the server's cache.
        Cache = "cache",
        /// In its database.
        Database = "database",
    }
}

open_enum! {
    /// Where an experiment stands.
    pub enum ExperimentStatus {
        /// Not begun; every experiment begins here.
        Draft = "draft",
        /// Assigning.
        Running = "running",
        /// Stopped for a while.
        Paused = "paused",
        /// Over; nothing leads out of it.
        Completed = "completed",
        /// Given up.
        Cancelled = "cancelled",
    }
}

open_enum! {
    /// How an experiment, or the rollout of a flag, chooses.
    pub enum AllocationStrategy {
        /// Every variant alike, whatever its weight.
        Uniform = "uniform",
        /// By weight.
        Weighted = "weighted",
        /// A stored assignment first, then by weight.
        Sticky = "sticky",
        /// By country and region.
        Geographic = "geographic",
        /// By the attributes of the user.
        UserAttribute = "user_attribute",
    }
}

open_enum! {
    /// What happened in an experiment.
    pub enum EventType {
        /// A prompt was asked for.
        PromptRequest = "prompt_request",
        /// A prompt was rendered.
        PromptRender = "prompt_render",
        /// A model answered.
        ModelResponse = "model_response",
        /// What the experiment is for happened.
        Conversion = "conversion",
        /// Something failed.
        Error = "error",
        /// Anything else.
        Custom = "custom",
    }
}

impl EventType {
    /// Reads the word also as a Python enumeration prints itself, `EventType.CONVERSION`, which is how the reference server
    /// may write the keys of [`ExperimentStats::events_by_type`](super::ExperimentStats).
    #[must_use]
    pub fn from_stats_key(key: &str) -> Self {
        match key.strip_prefix("EventType.") {
            Some(name) => Self::from(name.to_ascii_lowercase()),
            None => Self::from_word(key),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_of_statistics_are_read_in_both_spellings() {
        for key in ["conversion", "EventType.CONVERSION"] {
            assert_eq!(EventType::from_stats_key(key), EventType::Conversion);
        }
        assert_eq!(
            EventType::from_stats_key("EventType.PROMPT_RENDER"),
            EventType::PromptRender
        );
        assert_eq!(
            EventType::from_stats_key("visit"),
            EventType::Other("visit".to_owned())
        );
    }
}
