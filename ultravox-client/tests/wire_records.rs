//! What goes over the wire for what is recorded of calls, and how answers of both dialects are read.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test fails by panicking"
)]

mod common;

use std::time::Duration;

use common::{AGENT, CALL, agent_id, call_id, only, scripted};
use serde_json::{Value, json};
use ultravox_client::agents::TelephonyRequest;
use ultravox_client::calls::{
    CallFilter, ListEvents, ListMessages, ListStageMessages, ListStages, MessageMode,
};
use ultravox_client::deleted_calls::ListDeletedCalls;
use ultravox_client::types::{
    AgentReaction, EndReason, JsonMap, MessageMedium, MessageRole, Severity, StageId,
};
use voice_core::client::{Cursor, Form};
use voice_core::error::{Delivery, ErrorKind};
use voice_core::testkit::Reply;

const STAGE: &str = "57a9e000-0d44-4b50-8888-8dd25736052a";

fn stage() -> StageId {
    StageId::new(STAGE).unwrap()
}

fn list(items: &Value) -> Reply {
    Reply::json(&json!({"next": null, "previous": null, "results": items}))
}

#[tokio::test]
async fn events() {
    let id = call_id();
    let (client, transport) = scripted([list(&json!([{
        "callId": CALL, "callStageId": STAGE, "callTimestamp": "1.5s", "wallClockTimestamp": "0:00:02.25",
        "severity": "fatal", "type": "tool_error", "text": "planted", "extras": {"tool": "planted"},
    }, {"severity": "warning", "wallClockTimestamp": null, "extras": null}]))]);
    let filter = ListEvents::new()
        .minimum_severity(Severity::Debug)
        .kind("tool_error")
        .page_size(5)
        .cursor(Cursor::new("c="));
    let page = client.calls().events(&id).page(&filter).await.unwrap();
    assert_eq!(
        only(&transport),
        (
            "GET".to_owned(),
            format!(
                "/api/calls/{CALL}/events?minimum_severity=debug&type=tool_error&pageSize=5&cursor=c%3D"
            ),
            Value::Null
        )
    );
    let event = &page.items[0];
    let times = [&event.call_timestamp, &event.wall_clock_timestamp];
    let seconds = times.map(|time| time.as_ref().unwrap().duration().unwrap().as_secs_f64());
    assert_eq!(seconds, [1.5, 2.25], "both from the start of the call");
    assert_eq!(event.severity, Some(Severity::Other("fatal".to_owned())));
    assert_eq!(event.call_stage_id, Some(stage()));
    assert!(!format!("{page:?}").contains("planted"), "{page:?}");
    assert_eq!(page.items[1].severity, Some(Severity::Warning));

    let (client, transport) = scripted([list(&json!([]))]);
    let unset = ListEvents::new().kind("");
    client.calls().events(&id).page(&unset).await.unwrap();
    assert_eq!(
        only(&transport).1,
        format!("/api/calls/{CALL}/events"),
        "an empty type is refused there"
    );
}

#[tokio::test]
async fn messages_of_the_last_stage_or_of_all() {
    let id = call_id();
    for (filter, query) in [
        (ListMessages::new(), ""),
        (
            ListMessages::new().mode(MessageMode::InCall),
            "?mode=in_call",
        ),
        (
            ListMessages::new().mode(MessageMode::LastStage),
            "?mode=last_stage",
        ),
    ] {
        // The protobuf dialect: defaults may be there, or not, and may be spelled out.
        let (client, transport) = scripted([list(&json!([
            {},
            {"role": "MESSAGE_ROLE_TOOL_CALL", "text": "", "callStageId": "", "callStageMessageIndex": 0},
            {
                "role": "MESSAGE_ROLE_AGENT", "text": "Hello.", "medium": "MESSAGE_MEDIUM_VOICE",
                "callStageId": STAGE, "callStageMessageIndex": 3, "timespan": {"start": "0.5s", "end": "1s"},
            },
        ]))]);
        let page = client.calls().messages(&id).page(&filter).await.unwrap();
        assert_eq!(
            only(&transport).1,
            format!("/api/calls/{CALL}/messages{query}")
        );
        assert_eq!(page.items[0].role, None);
        assert_eq!(page.items[1].role, Some(MessageRole::ToolCall));
        let last = &page.items[2];
        assert_eq!(
            (last.medium.as_ref(), last.call_stage_message_index),
            (Some(&MessageMedium::Voice), Some(3))
        );
        let start = last.timespan.as_ref().unwrap().start.as_ref().unwrap();
        assert_eq!(start.duration(), Some(Duration::from_millis(500)));
    }
}

#[tokio::test]
async fn stages_their_messages_and_tools() {
    let id = call_id();
    let one = json!({
        "callId": CALL, "callStageId": STAGE, "initialTokenCount": null, "latestTokenCount": 12,
        "temperature": 0.5, "errorCount": 1, "systemPrompt": "planted", "experimentalSettings": null,
    });
    let (client, transport) = scripted([list(&json!([one])), Reply::json(&one)]);
    let calls = client.calls();
    let stages = calls.stages(&id);
    let page = stages.page(&ListStages::new().page_size(1)).await.unwrap();
    assert_eq!(page.items[0].id().unwrap(), &stage());
    let read = stages.get(&stage()).await.unwrap();
    assert_eq!(
        (
            read.latest_token_count,
            read.initial_token_count,
            read.error_count
        ),
        (Some(12), None, Some(1))
    );
    assert!(!format!("{read:?}").contains("planted"));
    let sent = transport.sent();
    assert_eq!(
        sent[0].uri.path_and_query().unwrap().as_str(),
        format!("/api/calls/{CALL}/stages?pageSize=1")
    );
    assert_eq!(
        sent[1].uri.path(),
        format!("/api/calls/{CALL}/stages/{STAGE}")
    );

    let (client, transport) = scripted([list(&json!([{"text": "Hi."}]))]);
    let calls = client.calls();
    let filter = ListStageMessages::new().page_size(2);
    let page = calls
        .stages(&id)
        .messages_page(&stage(), &filter)
        .await
        .unwrap();
    assert_eq!(page.items[0].text.as_deref(), Some("Hi."));
    assert_eq!(
        only(&transport).1,
        format!("/api/calls/{CALL}/stages/{STAGE}/messages?pageSize=2")
    );

    let tools = json!([{
        "callToolId": "x", "toolId": null, "name": "lookUp",
        "definition": {"http": {"baseUrlPattern": "https://me.example", "authHeaders": ["X-Key"]},
            "defaultReaction": "AGENT_REACTION_SPEAKS", "staticParameters": [{"name": "k", "value": "planted"}]},
    }]);
    let (client, transport) = scripted([Reply::json(&tools), Reply::json(&tools)]);
    let calls = client.calls();
    let all = [
        calls.stages(&id).tools(&stage()).await.unwrap(),
        calls.tools(&id).await.unwrap(),
    ];
    for tools in all {
        let definition = tools[0].definition.as_ref().unwrap();
        assert_eq!(definition.default_reaction, Some(AgentReaction::Speaks));
        let http = definition.http.as_ref().unwrap();
        assert_eq!(
            http.auth_headers.as_deref(),
            Some(&["X-Key".to_owned()][..])
        );
        assert!(!format!("{tools:?}").contains("planted"));
    }
    let paths: Vec<String> = transport
        .sent()
        .iter()
        .map(|sent| sent.uri.path().to_owned())
        .collect();
    assert_eq!(
        paths,
        [
            format!("/api/calls/{CALL}/stages/{STAGE}/tools"),
            format!("/api/calls/{CALL}/tools")
        ]
    );
}

#[tokio::test]
async fn a_stage_without_an_id_is_none() {
    let id = call_id();
    let (client, _) = scripted([Reply::json(&json!({}))]);
    let calls = client.calls();
    let stage = calls.stages(&id).get(&stage()).await.unwrap();
    assert_eq!(stage.id().unwrap_err().kind(), ErrorKind::Decode);
}

/// The filters that calls, deleted calls and usage figures share.
fn filter() -> CallFilter {
    CallFilter::new()
        .agent(agent_id())
        .metadata("tier", "gold")
        .created_from(
            "2026-01-01"
                .parse::<ultravox_client::types::UvTime>()
                .unwrap(),
        )
        .time_of_day("09:00:00".parse().unwrap(), "17:30:00".parse().unwrap())
        .longer_than(Duration::from_secs(1))
        .voice_id("v")
        .search("refund")
}

const FILTER: &str = "metadata.tier=gold&fromDate=2026-01-01&timeOfDayStart=09%3A00%3A00&timeOfDayEnd=17%3A30%3A00\
    &durationMin=1s&voiceId=v&search=refund";

#[tokio::test]
async fn deleted_calls() {
    let stone = json!({
        "callId": CALL, "accountId": "a", "created": "2026-01-01T00:00:00Z", "deletionTime": "2026-01-02T00:00:00Z",
        "joined": null, "ended": "2026-01-01T00:00:30Z", "maxDuration": "3600s", "endReason": "unjoined",
        "recordingEnabled": true, "hadSummary": false,
    });
    let (client, transport) = scripted([Reply::json(&stone)]);
    let read = client.deleted_calls().get(&call_id()).await.unwrap();
    assert_eq!(
        (read.end_reason.as_ref(), read.had_summary),
        (Some(&EndReason::Unjoined), Some(false))
    );
    assert_eq!(only(&transport).1, format!("/api/deleted_calls/{CALL}"));

    let (client, transport) = scripted([list(&json!([stone]))]);
    let wanted = ListDeletedCalls::from(filter()).page_size(9);
    let page = client.deleted_calls().page(&wanted).await.unwrap();
    assert_eq!(page.items.len(), 1);
    assert_eq!(
        only(&transport).1,
        format!("/api/deleted_calls?agentIds={AGENT}&{FILTER}&pageSize=9")
    );
    let same = ListDeletedCalls::new()
        .agent(agent_id())
        .metadata("tier", "gold");
    assert_eq!(
        (same.filter.agents.len(), same.filter.metadata.len()),
        (1, 1)
    );

    let (client, transport) = scripted([]);
    let unnamed = ListDeletedCalls::new().metadata("", "x");
    let error = client.deleted_calls().page(&unnamed).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::InvalidInput);
    let first = client.deleted_calls().list(&unnamed).next().await.unwrap();
    assert_eq!(first.unwrap_err().kind(), ErrorKind::InvalidInput);
    assert!(transport.sent().is_empty());
}

#[tokio::test]
async fn usage_of_agents() {
    let (client, transport) = scripted([Reply::json(&json!([{
        "agent": {"agentId": AGENT, "name": "Front desk"},
        "usage": [{"date": "2026-01-02", "billedMinutes": 1.5, "calls": 3}],
    }]))]);
    let usage = client.agents().usage(&filter()).await.unwrap();
    let day = &usage[0].usage.as_ref().unwrap()[0];
    assert_eq!((day.billed_minutes, day.calls), (Some(1.5), Some(3)));
    assert_eq!(day.date.as_ref().unwrap().as_str(), "2026-01-02");
    assert_eq!(
        only(&transport).1,
        format!("/api/agents/usage?agentIds={AGENT}&{FILTER}")
    );

    let (client, transport) = scripted([]);
    let bad = CallFilter::new().metadata("", "x");
    let error = client.agents().usage(&bad).await.unwrap_err();
    assert_eq!(
        (error.kind(), error.operation()),
        (ErrorKind::InvalidInput, "agents.usage")
    );
    assert!(transport.sent().is_empty());
}

#[tokio::test]
async fn telephony_xml_as_a_form_or_json() {
    const XML: &str =
        "<Response><Connect><Stream url=\"wss://x.example/planted\"/></Connect></Response>";
    let form = Form::new()
        .with("CallSid", "CA1")
        .with("From", "+14155550123");
    let json = JsonMap::from([("CallSid", "CA1")]);
    for (request, content_type, body) in [
        (
            TelephonyRequest::from(form),
            "application/x-www-form-urlencoded",
            "CallSid=CA1&From=%2B14155550123",
        ),
        (
            TelephonyRequest::from(json),
            "application/json",
            r#"{"CallSid":"CA1"}"#,
        ),
    ] {
        assert!(!format!("{request:?}").contains("5550123"));
        let reply = Reply::status(200, XML).header("content-type", "text/xml");
        let (client, transport) = scripted([reply]);
        let answer = client
            .agents()
            .telephony_xml(&agent_id(), request)
            .await
            .unwrap();
        assert_eq!(answer.expose(), XML);
        assert!(
            !format!("{answer:?}").contains("planted"),
            "the join URL is a secret"
        );
        let sent = &transport.sent()[0];
        assert_eq!(sent.method, "POST");
        assert_eq!(
            sent.uri.path(),
            format!("/api/agents/{AGENT}/telephony_xml")
        );
        assert_eq!(
            (sent.header("content-type"), sent.header("accept")),
            (content_type, "text/xml")
        );
        assert_eq!(sent.text(), body);
    }
}

#[tokio::test(start_paused = true)]
async fn telephony_xml_creates_a_call_and_is_sent_once() {
    let (client, transport) = scripted([Reply::status(502, ""), Reply::status(200, "<Response/>")]);
    let error = client
        .agents()
        .telephony_xml(&agent_id(), Form::new())
        .await
        .unwrap_err();
    assert_eq!(
        (error.delivery(), transport.sent().len()),
        (Delivery::Unknown, 1)
    );
    let (client, _) = scripted([Reply::status(200, vec![0xff, 0xfe])]);
    let error = client
        .agents()
        .telephony_xml(&agent_id(), Form::new())
        .await
        .unwrap_err();
    assert_eq!(
        (error.kind(), error.delivery()),
        (ErrorKind::Decode, Delivery::Answered)
    );
}

#[tokio::test(start_paused = true)]
async fn reads_are_repeated_and_a_missing_call_is_not_found() {
    let id = call_id();
    let (client, transport) = scripted([Reply::status(502, ""), list(&json!([]))]);
    client
        .calls()
        .messages(&id)
        .page(&ListMessages::new())
        .await
        .unwrap();
    assert_eq!(transport.sent().len(), 2);
    let (client, _) = scripted([Reply::status(404, "")]);
    let error = client
        .calls()
        .events(&id)
        .page(&ListEvents::new())
        .await
        .unwrap_err();
    assert!(error.is_not_found(), "{error}");
    assert_eq!(error.operation(), "calls.events.list");
}
