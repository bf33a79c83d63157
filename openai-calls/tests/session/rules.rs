//! The ranges that are checked before a session is sent.

use openai_calls::session::{
    AnySession, AudioFormat, AudioInput, AudioOutput, Connector, FunctionTool, MaxOutputTokens,
    McpTool, PcmFormat, RetentionRatio, ServerVad, Session, Setting, Transcription,
    TranscriptionSession, TranslationSession, TurnDetection,
};
use serde_json::json;

use super::fields;

#[test]
fn ranges_are_checked_at_their_ends() {
    let vad = |vad: ServerVad| Session::changes().input(AudioInput::new().turn_detection(vad));
    let pcm = AudioFormat::Pcm(PcmFormat::new().rate(8000_u32));
    let tunnel = format!("tunnel_{}", "a1".repeat(16));
    for (session, broken) in [
        (Session::changes().speed(0.25), vec![]),
        (Session::changes().speed(1.5), vec![]),
        (Session::changes().speed(0.24), vec!["audio.output.speed"]),
        (Session::changes().speed(1.51), vec!["audio.output.speed"]),
        (
            Session::changes().speed(f64::NAN),
            vec!["audio.output.speed"],
        ),
        (Session::changes().max_output_tokens(1), vec![]),
        (Session::changes().max_output_tokens(4096), vec![]),
        (
            Session::changes().max_output_tokens(MaxOutputTokens::Unlimited),
            vec![],
        ),
        (
            Session::changes().max_output_tokens(0),
            vec!["max_output_tokens"],
        ),
        (
            Session::changes().max_output_tokens(4097),
            vec!["max_output_tokens"],
        ),
        (
            vad(ServerVad::new().threshold(0.0).idle_timeout_ms(5000)),
            vec![],
        ),
        (
            vad(ServerVad::new().threshold(1.0).idle_timeout_ms(30_000)),
            vec![],
        ),
        (vad(ServerVad::new().idle_timeout_ms(Setting::Null)), vec![]),
        (
            vad(ServerVad::new().threshold(1.1).idle_timeout_ms(4999)),
            vec![
                "audio.input.turn_detection.threshold",
                "audio.input.turn_detection.idle_timeout_ms",
            ],
        ),
        (
            vad(ServerVad::new().threshold(-0.1).idle_timeout_ms(30_001)),
            vec![
                "audio.input.turn_detection.threshold",
                "audio.input.turn_detection.idle_timeout_ms",
            ],
        ),
        (
            Session::changes().truncation(RetentionRatio::new(0.0)),
            vec![],
        ),
        (
            Session::changes().truncation(RetentionRatio::new(1.0)),
            vec![],
        ),
        (
            Session::changes().truncation(RetentionRatio::new(1.01)),
            vec!["truncation.retention_ratio"],
        ),
        (
            Session::changes().truncation(RetentionRatio::default()),
            vec!["truncation.retention_ratio"],
        ),
        (
            Session::changes()
                .input(AudioInput::new().format(pcm.clone()))
                .output(AudioOutput::new().format(pcm)),
            vec!["audio.input.format.rate", "audio.output.format.rate"],
        ),
        (
            Session::changes()
                .input(AudioInput::new().transcription(Transcription::new().languages([]))),
            vec!["audio.input.transcription.languages"],
        ),
        (
            Session::changes()
                .tool(FunctionTool::new("x".repeat(64), "", json!({})))
                .tool(FunctionTool::new("x".repeat(65), "", json!([])))
                .tool(FunctionTool::new("a b", "", json!({})))
                .tool(FunctionTool::default()),
            vec![
                "tools.1.name",
                "tools.1.parameters",
                "tools.2.name",
                "tools.3.name",
            ],
        ),
        (
            Session::changes()
                .tool(McpTool::connector("mail", Connector::Gmail))
                .tool(McpTool::tunnel("t", tunnel))
                .tool(McpTool::tunnel("t", "tunnel_X"))
                .tool(McpTool::default())
                .tool(
                    McpTool::at_url("a", "b")
                        .tunnel_id("c")
                        .allowed_callers(vec![]),
                ),
            vec![
                "tools.2.tunnel_id",
                "tools.3.server_label",
                "tools.3",
                "tools.4",
                "tools.4.tunnel_id",
                "tools.4.allowed_callers",
            ],
        ),
        (
            Session::changes().with_extra("type", "transcription"),
            vec!["type"],
        ),
    ] {
        assert_eq!(fields(session.check()), broken, "{session:?}");
        assert_eq!(fields(AnySession::from(session).check()), broken);
    }
}

#[test]
fn other_sessions_are_checked_as_well() {
    let vad = TurnDetection::from(ServerVad::new().threshold(2.0));
    let listening = TranscriptionSession::with_model("whisper-1");
    assert!(fields(listening.check()).is_empty());
    assert_eq!(
        serde_json::to_value(&listening).unwrap(),
        json!({"type": "transcription", "audio": {"input": {"transcription": {"model": "whisper-1"}}}})
    );
    let broken = listening.input(AudioInput::new().turn_detection(vad));
    assert_eq!(
        fields(broken.check()),
        ["audio.input.turn_detection.threshold"]
    );

    let interpreter = TranslationSession::new("gpt-realtime-translate").language("es");
    assert!(fields(interpreter.check()).is_empty());
    assert_eq!(
        serde_json::to_value(&interpreter).unwrap(),
        json!({"model": "gpt-realtime-translate", "audio": {"output": {"language": "es"}}})
    );
    let broken: TranslationSession = serde_json::from_value(json!({
        "model": "",
        "audio": {"input": {"transcription": {}, "noise_reduction": {}}},
    }))
    .unwrap();
    assert_eq!(
        fields(broken.check()),
        [
            "model",
            "audio.input.transcription.model",
            "audio.input.noise_reduction.type"
        ]
    );
}
