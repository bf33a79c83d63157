//! Rules of the API that are checked before anything is sent: those that the schema or the vendor's pages state. All that
//! are broken are reported at once, by the fields' names on the wire.

use std::fmt;
use std::ops::RangeInclusive;

use voice_core::error::{Error, ErrorKind, FieldError};
use voice_core::wire::Secret;

use super::{
    AudioFormat, AudioInput, AudioOutput, JsonMap, MaxOutputTokens, McpTool, Session, Tool,
    Transcription, Truncation, TurnDetection,
};

/// The rules an object breaks.
#[derive(Debug, Default)]
pub(crate) struct Problems(Vec<FieldError>);

impl Problems {
    pub(crate) fn add(&mut self, field: impl AsRef<str>, message: impl AsRef<str>) {
        self.0.push(FieldError::new(field, message));
    }

    /// Adds a problem if `broken`.
    pub(crate) fn rule(&mut self, broken: bool, field: impl AsRef<str>, message: impl AsRef<str>) {
        if broken {
            self.add(field, message);
        }
    }

    pub(crate) fn range<T: PartialOrd + fmt::Display>(
        &mut self,
        field: impl AsRef<str>,
        value: Option<T>,
        range: RangeInclusive<T>,
    ) {
        // Written so that NaN is out of range.
        if value.is_some_and(|value| !range.contains(&value)) {
            let (low, high) = (range.start(), range.end());
            self.add(field, format!("must be between {low} and {high}"));
        }
    }

    /// A field that must be there and is not, unless it was set by its name.
    pub(crate) fn missing(&mut self, extra: &JsonMap, field: &str) {
        self.rule(!extra.contains_key(field), field, "must be set");
    }

    /// Adds what another check found.
    pub(crate) fn merge(&mut self, checked: Result<(), Error>) {
        if let Err(error) = checked {
            self.0.extend(error.fields().iter().cloned());
        }
    }

    /// Fails with everything that was added.
    pub(crate) fn finish(self) -> Result<(), Error> {
        if self.0.is_empty() {
            return Ok(());
        }
        let lines: Vec<String> = self
            .0
            .iter()
            .map(|problem| format!("{}: {}", problem.field, problem.message))
            .collect();
        let error = Error::new(ErrorKind::InvalidInput, lines.join("; "));
        Err(self.0.into_iter().fold(error, Error::with_field))
    }

    /// A session's type cannot be another's.
    pub(crate) fn tag(&mut self, extra: &JsonMap, tag: &str) {
        self.rule(extra.contains_key("type"), "type", format!("must be {tag}"));
    }

    pub(crate) fn session(&mut self, session: &Session) {
        self.tag(&session.extra, "realtime");
        if let Some(audio) = &session.audio {
            if let Some(input) = &audio.input {
                self.input(input);
            }
            if let Some(output) = &audio.output {
                self.output(output);
            }
        }
        self.tools(session.tools.as_deref());
        self.max_output_tokens(session.max_output_tokens);
        if let Some(Truncation::RetentionRatio(ratio)) = &session.truncation {
            let field = "truncation.retention_ratio";
            self.rule(
                ratio.retention_ratio.is_none() && !ratio.extra.contains_key("retention_ratio"),
                field,
                "must be set",
            );
            self.range(field, ratio.retention_ratio, 0.0..=1.0);
        }
    }

    pub(crate) fn max_output_tokens(&mut self, most: Option<MaxOutputTokens>) {
        if let Some(MaxOutputTokens::Tokens(tokens)) = most {
            self.range("max_output_tokens", Some(tokens), 1..=4096);
        }
    }

    pub(crate) fn input(&mut self, input: &AudioInput) {
        self.format("audio.input.format.rate", input.format.as_ref());
        if let Some(transcription) = input.transcription.value() {
            self.transcription(transcription);
        }
        if let Some(TurnDetection::ServerVad(vad)) = input.turn_detection.value() {
            let at = "audio.input.turn_detection";
            self.range(format!("{at}.threshold"), vad.threshold, 0.0..=1.0);
            self.range(
                format!("{at}.idle_timeout_ms"),
                vad.idle_timeout_ms.value().copied(),
                5000..=30_000,
            );
        }
    }

    pub(crate) fn output(&mut self, output: &AudioOutput) {
        self.format("audio.output.format.rate", output.format.as_ref());
        self.range("audio.output.speed", output.speed, 0.25..=1.5);
    }

    pub(crate) fn format(&mut self, field: &str, format: Option<&AudioFormat>) {
        if let Some(AudioFormat::Pcm(pcm)) = format {
            self.rule(
                pcm.rate.is_some_and(|rate| rate != 24_000),
                field,
                "must be 24000",
            );
        }
    }

    pub(crate) fn transcription(&mut self, transcription: &Transcription) {
        self.rule(
            transcription.languages.as_ref().is_some_and(Vec::is_empty),
            "audio.input.transcription.languages",
            "must have at least one",
        );
    }

    pub(crate) fn tools(&mut self, tools: Option<&[Tool]>) {
        for (at, tool) in tools.into_iter().flatten().enumerate() {
            match tool {
                Tool::Function(function) => {
                    let has_name = function.name.as_deref().is_some_and(is_function_name);
                    self.rule(
                        !has_name && !function.extra.contains_key("name"),
                        format!("tools.{at}.name"),
                        "must have 1 to 64 letters, digits, _ or -",
                    );
                    self.rule(
                        function
                            .extra
                            .get("parameters")
                            .is_some_and(|parameters| !parameters.is_object()),
                        format!("tools.{at}.parameters"),
                        "must be a JSON Schema, an object",
                    );
                }
                Tool::Mcp(server) => self.mcp(&format!("tools.{at}"), server),
                Tool::Unknown { .. } => {}
            }
        }
    }

    fn mcp(&mut self, at: &str, server: &McpTool) {
        let extra = &server.extra;
        let has_label = server.server_label.as_ref().is_some_and(|l| !l.is_empty());
        self.rule(
            !has_label && !extra.contains_key("server_label"),
            format!("{at}.server_label"),
            "must not be empty",
        );
        let ways = [
            server.server_url.is_some() || extra.contains_key("server_url"),
            server.connector_id.is_some() || extra.contains_key("connector_id"),
            server.tunnel_id.is_some() || extra.contains_key("tunnel_id"),
        ];
        self.rule(
            ways.into_iter().filter(|is| *is).count() != 1,
            at,
            "must have exactly one of server_url, connector_id, tunnel_id",
        );
        self.rule(
            server.tunnel_id.as_deref().is_some_and(|id| !is_tunnel(id)),
            format!("{at}.tunnel_id"),
            "must be tunnel_ and 32 lower-case letters or digits",
        );
        self.rule(
            server.allowed_callers.value().is_some_and(Vec::is_empty),
            format!("{at}.allowed_callers"),
            "must have at least one",
        );
    }
}

fn is_function_name(name: &str) -> bool {
    (1..=64).contains(&name.len())
        && name
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || byte == b'_' || byte == b'-')
}

fn is_tunnel(id: &str) -> bool {
    id.strip_prefix("tunnel_").is_some_and(|rest| {
        rest.len() == 32
            && rest
                .bytes()
                .all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit())
    })
}

/// The secrets of MCP servers.
pub(crate) fn secrets(tools: Option<&[Tool]>) -> Vec<&Secret> {
    let tools = tools.into_iter().flatten();
    tools
        .filter_map(|tool| match tool {
            Tool::Mcp(server) => Some(server.secrets()),
            _ => None,
        })
        .flatten()
        .collect()
}
