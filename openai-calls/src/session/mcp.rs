//! Servers of the Model Context Protocol, which the API calls itself.

use std::collections::BTreeMap;
use std::fmt;

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::Value;
use voice_core::wire::Secret;

use crate::wire::{Fields, Lenient, model, words};

model! {
    /// An MCP server. It is found by exactly one of `server_url`, `connector_id` and `tunnel_id`.
    both McpTool as "mcp" {
        /// A name for it, that its calls carry.
        server_label: String => "server_label",
        /// Its URL.
        server_url: String => "server_url" quiet,
        /// A connector of the API's.
        connector_id: Connector => "connector_id",
        /// A tunnel: `tunnel_` and 32 lower-case letters or digits.
        tunnel_id: String => "tunnel_id",
        /// An OAuth access token for it. **A secret.**
        authorization: Secret => "authorization",
        /// What it is for, for the model.
        server_description: String => "server_description",
        /// HTTP headers for it. **Secrets.**
        headers: BTreeMap<String, Secret> => "headers" null,
        /// Which of its tools the model may use; all unless set.
        allowed_tools: AllowedTools => "allowed_tools" null,
        /// Who may call its tools, at least one.
        allowed_callers: Vec<ToolCaller> => "allowed_callers" null,
        /// Which of its tools wait for an approval; all unless set.
        require_approval: RequireApproval => "require_approval" null,
        /// Whether its tools are found by a search instead of being listed.
        defer_loading: bool => "defer_loading",
    }
}

impl McpTool {
    /// A server by its URL.
    #[must_use]
    pub fn at_url(label: impl Into<String>, url: impl Into<String>) -> Self {
        Self::default().server_label(label).server_url(url)
    }

    /// A connector of the API's.
    #[must_use]
    pub fn connector(label: impl Into<String>, connector: impl Into<Connector>) -> Self {
        Self::default().server_label(label).connector_id(connector)
    }

    /// A server behind a tunnel.
    #[must_use]
    pub fn tunnel(label: impl Into<String>, tunnel_id: impl Into<String>) -> Self {
        Self::default().server_label(label).tunnel_id(tunnel_id)
    }

    /// The secrets in it.
    pub(crate) fn secrets(&self) -> impl Iterator<Item = &Secret> {
        let headers = self.headers.value().into_iter().flat_map(BTreeMap::values);
        self.authorization.iter().chain(headers)
    }
}

words! {
    /// A connector of the API's.
    pub enum Connector {
        /// Dropbox.
        Dropbox = "connector_dropbox",
        /// Gmail.
        Gmail = "connector_gmail",
        /// Google Calendar.
        GoogleCalendar = "connector_googlecalendar",
        /// Google Drive.
        GoogleDrive = "connector_googledrive",
        /// Microsoft Teams.
        MicrosoftTeams = "connector_microsoftteams",
        /// Outlook's calendar.
        OutlookCalendar = "connector_outlookcalendar",
        /// Outlook's mail.
        OutlookEmail = "connector_outlookemail",
        /// SharePoint.
        SharePoint = "connector_sharepoint",
    }
}

words! {
    /// Who calls a tool.
    pub enum ToolCaller {
        /// The model itself.
        Direct = "direct",
        /// A program the model wrote.
        Programmatic = "programmatic",
    }
}

model! {
    /// Some of a server's tools.
    plain ToolFilter {
        /// Those of these names.
        tool_names: Vec<String> => "tool_names",
        /// Those that say of themselves that they change nothing.
        read_only: bool => "read_only",
    }
}

/// Which of a server's tools the model may use.
#[derive(Clone, PartialEq)]
#[non_exhaustive]
pub enum AllowedTools {
    /// Those of these names.
    Names(Vec<String>),
    /// Those a filter lets through.
    Filter(ToolFilter),
    /// One this version does not know, as it came.
    Other(Value),
}

impl AllowedTools {
    fn from_value(value: Value) -> Self {
        match value {
            Value::Object(map) => Self::Filter(ToolFilter::read_fields(map)),
            other => Vec::read(other).map_or_else(Self::Other, Self::Names),
        }
    }
}

/// Which of a server's tools wait for an approval.
#[derive(Clone, PartialEq)]
#[non_exhaustive]
pub enum RequireApproval {
    /// All of them.
    Always,
    /// None of them.
    Never,
    /// Some of them.
    Some(ApprovalFilter),
    /// One this version does not know, as it came.
    Other(Value),
}

impl RequireApproval {
    fn from_value(value: Value) -> Self {
        match value {
            Value::String(word) if word == "always" => Self::Always,
            Value::String(word) if word == "never" => Self::Never,
            Value::Object(map) => Self::Some(ApprovalFilter::read_fields(map)),
            other => Self::Other(other),
        }
    }
}

model! {
    /// Which tools wait for an approval and which do not.
    plain ApprovalFilter {
        /// These do.
        always: ToolFilter => "always",
        /// These do not.
        never: ToolFilter => "never",
    }
}

impl fmt::Debug for AllowedTools {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Names(names) => names.fmt(f),
            Self::Filter(filter) => filter.fmt(f),
            Self::Other(_) => f.write_str("Other"),
        }
    }
}

impl fmt::Debug for RequireApproval {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Always => f.write_str("Always"),
            Self::Never => f.write_str("Never"),
            Self::Some(filter) => filter.fmt(f),
            Self::Other(_) => f.write_str("Other"),
        }
    }
}

impl Serialize for AllowedTools {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Names(names) => names.serialize(serializer),
            Self::Filter(filter) => filter.serialize(serializer),
            Self::Other(value) => value.serialize(serializer),
        }
    }
}

impl Serialize for RequireApproval {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Always => serializer.serialize_str("always"),
            Self::Never => serializer.serialize_str("never"),
            Self::Some(filter) => filter.serialize(serializer),
            Self::Other(value) => value.serialize(serializer),
        }
    }
}

impl<'de> Deserialize<'de> for AllowedTools {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Value::deserialize(deserializer).map(Self::from_value)
    }
}

impl<'de> Deserialize<'de> for RequireApproval {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Value::deserialize(deserializer).map(Self::from_value)
    }
}

impl Lenient for AllowedTools {
    fn read(value: Value) -> Result<Self, Value> {
        Ok(Self::from_value(value))
    }
}

impl Lenient for RequireApproval {
    fn read(value: Value) -> Result<Self, Value> {
        Ok(Self::from_value(value))
    }
}
