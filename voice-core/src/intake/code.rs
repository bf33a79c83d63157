//! The events of the pipeline: stable codes, their levels, and what each means for the call.
//!
//! One table, [`EVENTS`], is what the log says, what errors carry, and what the documentation shows.

use std::fmt;

/// How loud an event is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Level {
    /// For whoever follows one call.
    Debug,
    /// The usual course of things.
    Info,
    /// Worth a look.
    Warning,
    /// Something is broken.
    Error,
}

impl Level {
    /// `DEBUG`, `INFO`, `WARNING`, `ERROR`.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Debug => "DEBUG",
            Self::Info => "INFO",
            Self::Warning => "WARNING",
            Self::Error => "ERROR",
        }
    }
}

/// What an event means for the call, or for the webhook.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Consequence {
    /// The webhook is answered with 401, and nothing else happens.
    Unauthorised,
    /// The webhook is acknowledged, and nothing else happens.
    Ignored,
    /// The caller is refused.
    Rejected,
    /// The call goes on with fallback texts.
    Fallback,
    /// The call goes on without the tools concerned.
    WithoutTools,
    /// The agent hears that the tool failed, and the call goes on.
    ToldToAgent,
    /// The call could not be taken.
    NotAccepted,
    /// The call is hung up.
    HungUp,
    /// The call is over.
    Over,
    /// Nothing changes for the call.
    None,
}

/// One row of [`EVENTS`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct EventRow {
    /// The event.
    pub code: EventCode,
    /// How loud it is.
    pub level: Level,
    /// What it means.
    pub consequence: Consequence,
    /// The words of the log line.
    pub message: &'static str,
    /// Likely cause and remedy; empty for the usual course of things.
    pub hint: &'static str,
}

macro_rules! events {
    ($($name:ident $code:literal $level:ident $consequence:ident $message:literal $hint:literal)*) => {
        /// A stable name of something that happened.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[non_exhaustive]
        pub enum EventCode {
            $(#[doc = concat!("`", $code, "`: ", $message, ".")] $name,)*
        }

        /// Every event of the pipeline: code, level, consequence, words, cause and remedy.
        pub static EVENTS: &[EventRow] = &[
            $(EventRow {
                code: EventCode::$name,
                level: Level::$level,
                consequence: Consequence::$consequence,
                message: $message,
                hint: $hint,
            },)*
        ];

        impl EventCode {
            /// The code as logs and answers spell it.
            #[must_use]
            pub const fn as_str(self) -> &'static str {
                match self {
                    $(Self::$name => $code,)*
                }
            }

            /// Its row in [`EVENTS`].
            #[must_use]
            pub const fn row(self) -> EventRow {
                match self {
                    $(Self::$name => EventRow {
                        code: Self::$name,
                        level: Level::$level,
                        consequence: Consequence::$consequence,
                        message: $message,
                        hint: $hint,
                    },)*
                }
            }
        }
    };
}

events! {
    WebhookReceived "webhook_received" Debug None
        "a webhook arrived" ""
    WebhookVerificationFailed "webhook_verification_failed" Error Unauthorised
        "the webhook is not proven to come from the provider"
        "Check the signing secret against the provider's console, that this machine's clock is synchronised (NTP), and that no proxy drops or changes headers or body"
    WebhookUnreadable "webhook_unreadable" Error Ignored
        "the webhook is signed but cannot be read"
        "The provider may have changed its format; keep the raw body and report it"
    WebhookIgnored "webhook_ignored" Info Ignored
        "the webhook has nothing to do with a ringing call" ""
    DuplicateWebhookId "duplicate_webhook_id" Warning Ignored
        "this webhook or this call was dealt with already, or is being dealt with"
        "Providers deliver a webhook again when the first answer was slow or lost: nothing to do, unless it happens often; then answer faster"
    DedupStoreError "dedup_store_error" Error None
        "the store of what was dealt with failed; the chosen policy decides"
        "Check the store's address, credentials and load"
    TenantResolutionFailed "tenant_resolution_failed" Error Rejected
        "no tenant belongs to the dialled number"
        "Add the number to the directory in E.164 form, or check which SIP header carries it"
    TenantNotConfigured "tenant_not_configured" Error Rejected
        "the tenant has no usable configuration"
        "Provision the tenant, check the number's mapping, or restore its state document; a disabled tenant takes no calls"
    CallRejected "call_rejected" Info Rejected
        "the caller was refused"
        "When the reason is capacity: raise the limit of calls, give each tenant a limit of its own, or look for calls that end without giving their place back"
    CapacityStoreError "capacity_store_error" Error None
        "the store of places failed; the chosen policy decides"
        "Check the store's address, credentials and load"
    LeaseLost "lease_lost" Warning None
        "the call's place ran out before it was renewed, and was taken anew or is missing"
        "The process was stalled, or the store unreachable, for longer than the lease"
    InstructionsMissing "instructions_missing" Error Rejected
        "the tenant is configured, but its texts cannot be resolved"
        "Add the text, check that the referenced id exists, or point the state at one that does"
    InstructionsDbError "instructions_db_error" Error Fallback
        "the store of texts failed; fallback texts are used"
        "Check the store's address, credentials, load and timeouts"
    TenantConfigParseError "tenant_config_parse_error" Error Rejected
        "the tenant's configuration breaks its schema"
        "Mend the problems that the error lists by path, and check schema_version"
    ToolBuildStarted "tool_build_started" Debug None
        "the tenant's tools are being built" ""
    ToolBuilderPhaseStarted "tool_builder_phase_started" Debug None
        "one builder begins" ""
    ToolBuilderPhaseBuiltTool "tool_builder_phase_built_tool" Debug None
        "one builder built its tool" ""
    ToolBuilderPhaseNoTool "tool_builder_phase_no_tool" Debug None
        "one builder had nothing to build" ""
    ToolBuildError "tool_build_error" Error WithoutTools
        "a tool could not be built; the call goes on without it"
        "Check the tool's settings in the tenant's configuration and what the tool depends on"
    ToolBuildFinished "tool_build_finished" Debug None
        "the tenant's tools are built" ""
    CallAccepted "call_accepted" Info None
        "the call was taken" ""
    CallAlreadyGone "call_already_gone" Info NotAccepted
        "the caller had gone before the call was taken" ""
    CallAcceptFailed "call_accept_failed" Error NotAccepted
        "the provider did not let us take the call"
        "The error has the provider's words and the request id: check the API key and the provider's state, and accept sooner; a caller waits for seconds only"
    CallRejectFailed "call_reject_failed" Error None
        "the provider did not let us refuse the caller; the outcome stands"
        "The error has the provider's words and the request id"
    CallSessionStarted "call_session_started" Info None
        "the agent's session stands" ""
    CallSessionStartFailed "call_session_start_failed" Error HungUp
        "the agent's session could not be started; the call is hung up"
        "The error says how far the connection got: check DNS, firewall and proxy for WebSockets, and that the call was still there"
    CallSessionLost "call_session_lost" Error HungUp
        "the agent's session broke and could not be restored; the call is hung up"
        "The error says how far the connection got"
    CallHangUpFailed "call_hang_up_failed" Error None
        "the provider did not hang the call up"
        "The error has the provider's words and the request id"
    ToolExecutionError "tool_execution_error" Error ToldToAgent
        "a tool failed, or took too long"
        "Check the tool's implementation and its time limit"
    ToolNotFoundError "tool_not_found" Error ToldToAgent
        "the agent called a tool that the call does not have"
        "Make the tool's name and the instructions agree"
    ToolArgsParseError "tool_args_parse_error" Error ToldToAgent
        "the agent's arguments are not JSON, or break the tool's schema"
        "Make the description and the schema of the tool clearer"
    ToolRoundsExceeded "tool_rounds_exceeded" Warning ToldToAgent
        "the agent called tools more often than the call allows"
        "Raise the limit, or look for instructions that send the agent in circles"
    RequestTransferStarted "request_transfer_started" Info None
        "the agent asked for a transfer" ""
    RequestTransferFailed "request_transfer_failed" Error ToldToAgent
        "the transfer did not happen"
        "Check the destination in the tenant's configuration"
    CallReferred "call_referred" Info Over
        "the provider took the order to hand the call on" ""
    CallEnded "call_ended" Info Over
        "the call is over" ""
    HookFailed "hook_failed" Error None
        "what follows a call failed"
        "Check the hook; the call itself was served"
}

impl fmt::Display for EventCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}
