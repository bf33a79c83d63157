//! Rules of the API that are checked before anything is sent.
//!
//! Only rules the schema or the vendor's pages state are here; what they leave open is left to the server. All broken
//! rules are reported at once.

mod text;
mod voice;

use std::collections::BTreeMap;
use std::ops::RangeInclusive;

use voice_core::client::Operation;
use voice_core::error::{Error, ErrorKind, FieldError};

pub(crate) use voice::{external_voice, voices};

use crate::PROVIDER;
use crate::types::{
    CallMedium, FirstSpeaker, Secret, SelectedTool, SipMedium, TelephonyMedium, TimedMessage,
    ToolDefinition, ToolOverrides, UvDuration, VadSettings,
};

/// The rules a request breaks, by the wire names of its fields.
#[derive(Debug, Clone, Default)]
pub(crate) struct Problems(Vec<FieldError>);

impl Problems {
    pub(crate) fn add(&mut self, field: impl AsRef<str>, message: impl AsRef<str>) {
        self.0.push(FieldError::new(field, message));
    }

    /// Adds a problem if `broken`.
    pub(crate) fn rule(&mut self, broken: bool, field: &str, message: &str) {
        if broken {
            self.add(field, message);
        }
    }

    pub(crate) fn range(&mut self, field: &str, value: Option<f64>, range: RangeInclusive<f64>) {
        // Written so that NaN is out of range.
        if value.is_some_and(|value| !range.contains(&value)) {
            let (low, high) = (range.start(), range.end());
            self.add(field, format!("must be between {low} and {high}"));
        }
    }

    pub(crate) fn duration(&mut self, field: &str, value: Option<&UvDuration>, least: Least) {
        let Some(value) = value else { return };
        let message = match (value.is_well_formed(), value.duration()) {
            (false, _) => "must be seconds followed by s, such as 30s or 0.384s",
            (true, None) => "must not be negative",
            (true, Some(length)) if length.is_zero() && least == Least::Positive => {
                "must be more than 0s"
            }
            (true, Some(_)) => return,
        };
        self.add(field, message);
    }

    /// Adds everything that is wrong with a part, by the part's name.
    pub(crate) fn within(&mut self, part: &str, inner: Self) {
        self.0.extend(
            inner.0.into_iter().map(|problem| {
                FieldError::new(format!("{part}.{}", problem.field), problem.message)
            }),
        );
    }

    /// Fails with everything that was added.
    pub(crate) fn finish(self, operation: &Operation) -> Result<(), Error> {
        self.finish_as(operation.name())
    }

    /// The same where there is no operation of the API's.
    pub(crate) fn finish_as(self, operation: &'static str) -> Result<(), Error> {
        if self.0.is_empty() {
            return Ok(());
        }
        let lines: Vec<String> = self
            .0
            .iter()
            .map(|problem| format!("{}: {}", problem.field, problem.message))
            .collect();
        let error = Error::new(ErrorKind::InvalidInput, lines.join("; "))
            .with_operation(PROVIDER, operation);
        Err(self.0.into_iter().fold(error, Error::with_field))
    }
}

/// The least a duration may be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Least {
    Zero,
    Positive,
}

/// Some keys are the API's own.
pub(crate) fn metadata(problems: &mut Problems, metadata: Option<&BTreeMap<String, String>>) {
    for key in metadata.into_iter().flat_map(BTreeMap::keys) {
        problems.rule(
            key.starts_with("ultravox."),
            "metadata",
            "keys starting with ultravox. are reserved",
        );
    }
}

/// 16 to 127 characters each.
pub(crate) fn shared_secrets(problems: &mut Problems, secrets: Option<&Vec<Secret>>) {
    for (at, secret) in secrets.into_iter().flatten().enumerate() {
        let length = secret.expose().chars().count();
        if !(16..=127).contains(&length) {
            problems.add(
                format!("sharedSecrets.{at}"),
                "must have 16 to 127 characters",
            );
        }
    }
}

pub(crate) fn vad(problems: &mut Problems, vad: Option<&VadSettings>) {
    let Some(vad) = vad else { return };
    for (field, value) in [
        ("turnEndpointDelay", &vad.turn_endpoint_delay),
        ("minimumTurnDuration", &vad.minimum_turn_duration),
        (
            "minimumInterruptionDuration",
            &vad.minimum_interruption_duration,
        ),
    ] {
        problems.duration(&format!("vadSettings.{field}"), value.as_ref(), Least::Zero);
    }
    problems.range(
        "vadSettings.frameActivationThreshold",
        vad.frame_activation_threshold,
        0.1..=1.0,
    );
}

pub(crate) fn inactivity(problems: &mut Problems, messages: Option<&Vec<TimedMessage>>) {
    for (at, message) in messages.into_iter().flatten().enumerate() {
        problems.duration(
            &format!("inactivityMessages.{at}.duration"),
            message.duration.as_ref(),
            Least::Positive,
        );
    }
}

pub(crate) fn first_speaker(problems: &mut Problems, first: Option<&FirstSpeaker>) {
    let (field, delay) = match first {
        Some(FirstSpeaker::Agent(greeting)) => ("agent.delay", greeting.delay.as_ref()),
        Some(FirstSpeaker::User(greeting)) => (
            "user.fallback.delay",
            greeting
                .fallback
                .as_ref()
                .and_then(|fallback| fallback.delay.as_ref()),
        ),
        Some(FirstSpeaker::Other(_)) | None => return,
    };
    problems.duration(&format!("firstSpeakerSettings.{field}"), delay, Least::Zero);
}

pub(crate) fn medium(problems: &mut Problems, medium: Option<&CallMedium>) {
    match medium {
        Some(CallMedium::ServerWebSocket(socket)) => {
            problems.rule(
                socket.input_sample_rate.is_none_or(|rate| rate <= 0),
                "medium.serverWebSocket.inputSampleRate",
                "is required, in Hz",
            );
            problems.rule(
                socket.output_sample_rate.is_some_and(|rate| rate <= 0),
                "medium.serverWebSocket.outputSampleRate",
                "must be more than 0 Hz",
            );
            problems.duration(
                "medium.serverWebSocket.mediaIdleTimeout",
                socket.media_idle_timeout.as_ref(),
                Least::Positive,
            );
        }
        Some(CallMedium::Twilio(telephony)) => outgoing(problems, "twilio", telephony),
        Some(CallMedium::Telnyx(telephony)) => outgoing(problems, "telnyx", telephony),
        Some(CallMedium::Plivo(telephony)) => outgoing(problems, "plivo", telephony),
        Some(CallMedium::Sip(SipMedium::Outgoing(outgoing))) => {
            let is_uri = outgoing.to.as_ref().is_some_and(|to| {
                to.get(..4)
                    .is_some_and(|scheme| scheme.eq_ignore_ascii_case("sip:"))
                    || to
                        .get(..5)
                        .is_some_and(|scheme| scheme.eq_ignore_ascii_case("sips:"))
            });
            problems.rule(
                !is_uri,
                "medium.sip.outgoing.to",
                "must be a SIP URI; a phone number is not taken",
            );
        }
        Some(
            CallMedium::WebRtc(_)
            | CallMedium::Exotel(_)
            | CallMedium::Sip(_)
            | CallMedium::Other(_),
        )
        | None => {}
    }
}

fn outgoing(problems: &mut Problems, provider: &str, medium: &TelephonyMedium) {
    let Some(call) = &medium.outgoing else { return };
    for (field, number, message) in [
        ("to", &call.to, "says who is rung"),
        ("from", &call.from, "says which number is shown"),
    ] {
        problems.rule(
            number.as_ref().is_none_or(String::is_empty),
            &format!("medium.{provider}.outgoing.{field}"),
            message,
        );
    }
}

/// Names as the model sees them.
fn is_model_name(name: &str) -> bool {
    (1..=64).contains(&name.len())
        && name
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-'))
}

const MODEL_NAME: &str = "must be 1 to 64 letters, digits, _ and -";

pub(crate) fn tools(problems: &mut Problems, field: &str, tools: Option<&Vec<SelectedTool>>) {
    for (at, tool) in tools.into_iter().flatten().enumerate() {
        let at = format!("{field}.{at}");
        let chosen = [
            tool.tool_id.is_some(),
            tool.tool_name.is_some(),
            tool.temporary_tool.is_some(),
        ];
        problems.rule(
            chosen.into_iter().filter(|is| *is).count() != 1,
            &at,
            "must have exactly one of toolId, toolName, temporaryTool",
        );
        problems.rule(
            tool.name_override
                .as_ref()
                .is_some_and(|name| !is_model_name(name)),
            &format!("{at}.nameOverride"),
            MODEL_NAME,
        );
        if let Some(definition) = &tool.temporary_tool {
            tool_definition(problems, &format!("{at}.temporaryTool"), definition);
        }
    }
}

pub(crate) fn tool_definition(problems: &mut Problems, at: &str, tool: &ToolDefinition) {
    let ways = [
        tool.http.is_some(),
        tool.client.is_some(),
        tool.data_connection.is_some(),
    ];
    problems.rule(
        ways.into_iter().filter(|is| *is).count() != 1,
        at,
        "must have exactly one of http, client, dataConnection",
    );
    problems.rule(
        tool.model_tool_name
            .as_ref()
            .is_some_and(|name| !is_model_name(name)),
        &format!("{at}.modelToolName"),
        MODEL_NAME,
    );
    let field = format!("{at}.timeout");
    problems.duration(&field, tool.timeout.as_ref(), Least::Positive);
    let timeout = tool.timeout.as_ref().and_then(UvDuration::duration);
    problems.rule(
        timeout.is_some_and(|timeout| timeout.as_secs_f64() > 40.0),
        &field,
        "must be at most 40s",
    );
}

pub(crate) fn tool_overrides(problems: &mut Problems, overrides: Option<&ToolOverrides>) {
    let Some(overrides) = overrides else { return };
    problems.rule(
        overrides.remove.is_some() && overrides.remove_all.is_some(),
        "toolOverrides",
        "must not have both remove and removeAll",
    );
    tools(problems, "toolOverrides.add", overrides.add.as_ref());
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::types::{OutgoingCall, SipOutgoing, WebSocketMedium};
    use std::time::Duration;

    fn broken(check: impl FnOnce(&mut Problems)) -> Vec<String> {
        let mut problems = Problems::default();
        check(&mut problems);
        problems
            .0
            .into_iter()
            .map(|problem| problem.field)
            .collect()
    }

    #[test]
    fn everything_wrong_comes_at_once() {
        let mut problems = Problems::default();
        problems.range("temperature", Some(f64::NAN), 0.0..=1.0);
        problems.range("temperature", Some(1.0), 0.0..=1.0);
        problems.duration("maxDuration", "0s".parse().ok().as_ref(), Least::Positive);
        problems.duration("joinTimeout", "-1s".parse().ok().as_ref(), Least::Zero);
        let error = problems.finish(&crate::agents::CREATE).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::InvalidInput);
        assert_eq!(
            error.to_string(),
            "ultravox agents.create: temperature: must be between 0 and 1; maxDuration: must be more than 0s; \
             joinTimeout: must not be negative (not sent)"
        );
        assert_eq!(error.fields().len(), 3);
    }

    #[test]
    fn media() {
        let fields = |value: CallMedium| broken(|problems| medium(problems, Some(&value)));
        assert!(fields(CallMedium::twilio()).is_empty());
        assert!(fields(CallMedium::server_web_socket(8000)).is_empty());
        assert_eq!(
            fields(CallMedium::ServerWebSocket(WebSocketMedium::default())),
            ["medium.serverWebSocket.inputSampleRate"]
        );
        let empty = TelephonyMedium::new().outgoing(OutgoingCall::default().to(""));
        assert_eq!(
            fields(CallMedium::Plivo(empty)),
            ["medium.plivo.outgoing.to", "medium.plivo.outgoing.from"]
        );
        for (to, is_bad) in [
            ("+14155550123", true),
            ("é", true),
            ("SIP:a@example.com", false),
        ] {
            let sip = CallMedium::Sip(SipMedium::Outgoing(SipOutgoing::new(
                to,
                "sip:b@example.com",
            )));
            assert_eq!(!fields(sip).is_empty(), is_bad, "{to}");
        }
    }

    #[test]
    fn secrets_have_a_length() {
        let secrets = [
            "x".repeat(15),
            "x".repeat(16),
            "x".repeat(127),
            "x".repeat(128),
        ];
        let secrets: Vec<Secret> = secrets.into_iter().map(Secret::from).collect();
        let fields = broken(|problems| shared_secrets(problems, Some(&secrets)));
        assert_eq!(fields, ["sharedSecrets.0", "sharedSecrets.3"]);
    }

    #[test]
    fn tools_are_chosen_one_way_and_run_one_way() {
        let all = vec![
            SelectedTool::by_name("hangUp"),
            SelectedTool::default(),
            SelectedTool::by_id("x")
                .tool_name("y")
                .name_override("no spaces"),
            SelectedTool::temporary(
                ToolDefinition::client_tool("ok").timeout(Duration::from_secs(41)),
            ),
            SelectedTool::temporary(ToolDefinition::default().model_tool_name("ä")),
        ];
        assert_eq!(
            broken(|problems| tools(problems, "selectedTools", Some(&all))),
            [
                "selectedTools.1",
                "selectedTools.2",
                "selectedTools.2.nameOverride",
                "selectedTools.3.temporaryTool.timeout",
                "selectedTools.4.temporaryTool",
                "selectedTools.4.temporaryTool.modelToolName",
            ]
        );
        let both = ToolOverrides::new()
            .remove(["a".to_owned()])
            .remove_all(true);
        assert_eq!(
            broken(|problems| tool_overrides(problems, Some(&both))),
            ["toolOverrides"]
        );
    }
}
