//! [`Figure`]: what is counted, and under which name.

macro_rules! figures {
    ($($(#[$docs:meta])* $name:ident $text:literal $family:literal $label:tt)*) => {
        /// One thing that is counted.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[non_exhaustive]
        pub enum Figure {
            $($(#[$docs])* $name,)*
        }

        impl Figure {
            /// All of them.
            pub const ALL: &'static [Self] = &[$(Self::$name),*];

            /// Its name in a snapshot.
            #[must_use]
            pub const fn as_str(self) -> &'static str {
                match self {
                    $(Self::$name => $text,)*
                }
            }

            /// Its name and its one label in Prometheus's text form.
            pub(super) const fn family(self) -> (&'static str, Option<(&'static str, &'static str)>) {
                match self {
                    $(Self::$name => ($family, figures!(@label $label)),)*
                }
            }
        }
    };
    (@label -) => { None };
    (@label ($key:literal $value:literal)) => { Some(($key, $value)) };
}

figures! {
    /// Webhooks that were proven to come from the provider.
    Webhooks "webhooks" "webhooks" -
    /// Webhooks that were not.
    WebhooksRefused "webhooks_refused" "webhooks_refused" -
    /// Webhooks or calls that were dealt with already.
    DedupHits "dedup_hits" "dedup_hits" -
    /// Calls that were taken.
    AcceptedCalls "accepted_calls" "accepted_calls" -
    /// Refused: all places were taken.
    RejectedCapacity "rejected_calls_capacity" "rejected_calls" ("reason" "capacity")
    /// Refused: the number is nobody's.
    RejectedTenantResolveFailed "rejected_calls_tenant_resolve_failed" "rejected_calls" ("reason" "tenant_resolve_failed")
    /// Refused: the tenant has no usable configuration.
    RejectedTenantNotConfigured "rejected_calls_tenant_not_configured" "rejected_calls" ("reason" "tenant_not_configured")
    /// Refused: the tenant's texts are missing.
    RejectedInstructionsMissing "rejected_calls_instructions_missing" "rejected_calls" ("reason" "instructions_missing")
    /// Refused: the tenant's configuration breaks its schema.
    RejectedTenantConfigParseError "rejected_calls_tenant_config_parse_error" "rejected_calls" ("reason" "tenant_config_parse_error")
    /// Refused for any other reason.
    RejectedOther "rejected_calls_other" "rejected_calls" ("reason" "other")
    /// Callers who had gone before they were answered.
    CallersGone "callers_gone" "callers_gone" -
    /// Calls the provider did not let us take.
    AcceptFailures "accept_failures" "accept_failures" -
    /// Calls whose agent's session stood.
    StartedCalls "started_calls" "started_calls" -
    /// Calls that came to their end.
    EndedCalls "ended_calls" "ended_calls" -
    /// Calls that were taken and then failed.
    FailedCalls "failed_calls" "failed_calls" -
    /// Calls that were handed on.
    ReferredCalls "referred_calls" "referred_calls" -
    /// Times the store of texts failed or was too slow.
    InstructionsDbErrors "instructions_db_errors" "instructions_db_errors" -
    /// Calls with texts from the cache, past their time.
    StaleInstructions "stale_instructions_used" "stale_instructions_used" -
    /// Calls with the tenant's safe texts.
    FallbackSafe "fallback_instructions_used_safe" "fallback_instructions_used" ("origin" "safe")
    /// Calls with the texts for an outage.
    FallbackDowntime "fallback_instructions_used_downtime" "fallback_instructions_used" ("origin" "downtime")
    /// Tools that could not be built.
    ToolBuildErrors "tool_build_errors" "tool_build_errors" -
    /// Function calls of agents.
    ToolRuns "tool_runs" "tool_runs" -
    /// Function calls that failed: no such tool, wrong arguments, an error, a panic, too slow, too many.
    ToolFailures "tool_failures" "tool_failures" -
    /// Questions to the shared store of what was dealt with that its guard answered without it; counted in
    /// [`Intake::snapshot`](crate::intake::Intake::snapshot).
    DedupStoreFallbacks "store_fallbacks_dedup" "store_fallbacks" ("store" "dedup")
    /// Questions to the shared store of places that its guard answered without it; counted in
    /// [`Intake::snapshot`](crate::intake::Intake::snapshot).
    CapacityStoreFallbacks "store_fallbacks_capacity" "store_fallbacks" ("store" "capacity")
}

impl Figure {
    /// The figure for a call refused with `word`, as the pipeline's answer spells it.
    #[must_use]
    pub fn rejected(word: &str) -> Self {
        match word {
            "capacity" => Self::RejectedCapacity,
            "tenant_resolve_failed" | "tenant_resolution_failed" => {
                Self::RejectedTenantResolveFailed
            }
            "tenant_not_configured" => Self::RejectedTenantNotConfigured,
            "instructions_missing" => Self::RejectedInstructionsMissing,
            "tenant_config_parse_error" => Self::RejectedTenantConfigParseError,
            _ => Self::RejectedOther,
        }
    }
}
