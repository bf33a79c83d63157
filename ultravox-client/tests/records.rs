//! What is recorded of calls, told by the simulator to the typed client.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test fails by panicking"
)]

mod common;

use std::sync::Arc;
use std::time::Duration;

use common::hand::Hand;
use common::new_agent;
use serde_json::{Value, json};
use ultravox_client::UltravoxClient;
use ultravox_client::agents::TemplateSpec;
use ultravox_client::calls::{
    CallFilter, CreateOptions, DataMessage, ListCalls, ListEvents, ListMessages, ListStageMessages,
    ListStages, MessageMode, StartAgentCall, StartCall,
};
use ultravox_client::deleted_calls::ListDeletedCalls;
use ultravox_client::testkit::{Overload, SimSettings, UltravoxSimulator};
use ultravox_client::types::{
    EndReason, FirstSpeakerWord, Message, MessageRole, SelectedTool, Severity, ToolDefinition,
};
use voice_core::client::Form;
use voice_core::error::ErrorKind;
use voice_core::provider::{AgentId, CallId};
use voice_core::testkit::TestClock;

struct Scene {
    simulator: UltravoxSimulator,
    client: UltravoxClient,
    clock: Arc<TestClock>,
}

async fn scene(settings: SimSettings) -> Scene {
    let clock = Arc::new(TestClock::at(1_800_000_000));
    let simulator = UltravoxSimulator::start_with(settings.clock(clock.clone())).await;
    let client = simulator.client().build().unwrap();
    Scene {
        simulator,
        client,
        clock,
    }
}

impl Scene {
    async fn agent(&self, name: &str) -> AgentId {
        let agent = self
            .client
            .agents()
            .create(&new_agent(name, "Be brief."))
            .await
            .unwrap();
        agent.id().unwrap().clone()
    }

    async fn call(&self, agent: &AgentId, order: &StartAgentCall) -> CallId {
        let agents = self.client.agents();
        let call = agents.calls(agent).create(order).await.unwrap();
        call.id().unwrap().clone()
    }

    /// A call that lasted so many seconds.
    async fn spoken(&self, agent: &AgentId, tier: &str, seconds: u64) -> CallId {
        let id = self
            .call(agent, &StartAgentCall::new().tag("tier", tier))
            .await;
        assert!(self.simulator.join(&id));
        self.clock.step(Ok(Duration::from_secs(seconds)));
        assert!(self.simulator.end(&id, &EndReason::Hangup));
        id
    }
}

fn texts(messages: &[Message]) -> Vec<&str> {
    messages
        .iter()
        .map(|message| message.text.as_deref().unwrap())
        .collect()
}

#[tokio::test]
async fn messages_of_a_call_with_two_stages() {
    let scene = scene(SimSettings::new().page_size(2)).await;
    let (simulator, calls) = (&scene.simulator, scene.client.calls());
    let order = StartCall::new("Ask for the name.").initial_messages([Message::agent("Earlier.")]);
    let call = calls.create(&order).await.unwrap();
    let id = call.id().unwrap();
    assert!(!simulator.say(id, &MessageRole::User, "too early"));
    assert!(simulator.join(id));
    scene.clock.step(Ok(Duration::from_millis(1_500)));
    assert!(simulator.say(id, &MessageRole::Agent, "Your name?"));
    calls
        .send_data_message(id, &DataMessage::text("Ada."))
        .await
        .unwrap();
    let second = simulator
        .new_stage(id, [("systemPrompt", "Say goodbye."), ("voice", "Jessica")])
        .unwrap();
    assert!(simulator.say(id, &MessageRole::Agent, "Goodbye."));

    let all = |mode: Option<MessageMode>| {
        let mut filter = ListMessages::new();
        filter.mode = mode;
        calls.messages(id).list(&filter).collect()
    };
    let last = all(None).await.unwrap();
    assert_eq!(texts(&last), ["Earlier.", "Your name?", "Ada.", "Goodbye."]);
    assert!(
        last.iter()
            .all(|message| message.call_stage_id.as_deref() == Some(second.as_str()))
    );
    assert_eq!(last[3].call_stage_message_index, Some(3));
    assert!(last[1].timespan.is_none(), "it was said before this stage");
    let in_call = all(Some(MessageMode::InCall)).await.unwrap();
    assert_eq!(texts(&in_call), ["Your name?", "Ada.", "Goodbye."]);
    let span = in_call[0].wall_clock_timespan.as_ref().unwrap();
    let start = span.start.as_ref().unwrap().duration().unwrap();
    assert!((1_500..1_900).contains(&start.as_millis()), "{start:?}");
    let error = all(Some("all".into())).await.unwrap_err();
    assert_eq!(
        (error.kind(), error.fields()[0].field.as_str()),
        (ErrorKind::InvalidInput, "mode")
    );

    let stages = calls.stages(id);
    let both = stages.list(&ListStages::new()).collect().await.unwrap();
    assert_eq!(both.len(), 2);
    let prompts: Vec<_> = both
        .iter()
        .map(|stage| stage.system_prompt.as_deref().unwrap())
        .collect();
    assert_eq!(prompts, ["Ask for the name.", "Say goodbye."]);
    let read = stages.get(&second).await.unwrap();
    assert_eq!(
        (read.voice.as_deref(), read.call_id.as_ref()),
        (Some("Jessica"), Some(id))
    );
    assert!(read.latest_token_count > read.initial_token_count);
    let first = both[0].id().unwrap();
    let said = stages
        .messages(first, &ListStageMessages::new())
        .collect()
        .await
        .unwrap();
    assert_eq!(texts(&said), ["Earlier.", "Your name?", "Ada."]);
    assert!(
        stages
            .get(&"none".parse().unwrap())
            .await
            .unwrap_err()
            .is_not_found()
    );
    assert!(scene.simulator.end(id, &EndReason::Hangup));
    assert!(
        simulator.new_stage(id, [("voice", "x")]).is_none(),
        "it is over"
    );
}

#[tokio::test]
async fn tools_of_a_call_show_names_of_credentials_only() {
    let scene = scene(SimSettings::new()).await;
    let tool: ToolDefinition = serde_json::from_value(json!({
        "modelToolName": "lookUp", "description": "Looks up.",
        "http": {"httpMethod": "GET", "baseUrlPattern": "https://me.example/x"},
        "requirements": {"httpSecurityOptions": {"options": [{"requirements": {
            "k": {"headerApiKey": {"name": "X-Key"}}, "q": {"queryApiKey": {"name": "key"}},
            "a": {"httpAuth": {"scheme": "Bearer"}},
        }}]}},
    }))
    .unwrap();
    let order = StartCall::new("Hi.").selected_tools([
        SelectedTool::temporary(tool),
        SelectedTool::by_name("hangUp").name_override("bye"),
    ]);
    let calls = scene.client.calls();
    let call = calls.create(&order).await.unwrap();
    let id = call.id().unwrap();
    let tools = calls.tools(id).await.unwrap();
    let names: Vec<_> = tools
        .iter()
        .map(|tool| tool.name.as_deref().unwrap())
        .collect();
    assert_eq!(names, ["lookUp", "bye"]);
    let http = tools[0].definition.as_ref().unwrap().http.as_ref().unwrap();
    let mut headers = http.auth_headers.clone().unwrap();
    headers.sort();
    assert_eq!(headers, ["Authorization", "X-Key"]);
    assert_eq!(
        http.auth_query_params.as_deref(),
        Some(&["key".to_owned()][..])
    );
    let stage = calls
        .stages(id)
        .list(&ListStages::new())
        .next()
        .await
        .unwrap()
        .unwrap();
    let same = calls.stages(id).tools(stage.id().unwrap()).await.unwrap();
    assert_eq!(*same, *tools);
}

#[tokio::test]
async fn events_by_severity_and_type() {
    let scene = scene(SimSettings::new()).await;
    let agent = scene.agent("A").await;
    let id = scene.call(&agent, &StartAgentCall::new()).await;
    let simulator = &scene.simulator;
    assert!(simulator.join(&id));
    for (severity, kind) in [
        (Severity::Debug, "audio"),
        (Severity::Info, "audio"),
        (Severity::Warning, "tool"),
        (Severity::Error, "tool"),
    ] {
        scene.clock.step(Ok(Duration::from_millis(250)));
        assert!(simulator.log(&id, &severity, kind, "Something."));
    }
    let calls = scene.client.calls();
    let count = async |filter: ListEvents| {
        calls
            .events(&id)
            .list(&filter)
            .collect()
            .await
            .unwrap()
            .len()
    };
    assert_eq!(
        count(ListEvents::new()).await,
        3,
        "debugging only when asked for"
    );
    assert_eq!(
        count(ListEvents::new().minimum_severity(Severity::Debug)).await,
        4
    );
    assert_eq!(
        count(ListEvents::new().minimum_severity(Severity::Warning)).await,
        2
    );
    assert_eq!(count(ListEvents::new().kind("audio")).await, 1);
    let event = calls
        .events(&id)
        .list(&ListEvents::new())
        .next()
        .await
        .unwrap()
        .unwrap();
    let at = event.wall_clock_timestamp.unwrap().duration().unwrap();
    assert!((500..1_000).contains(&at.as_millis()), "{at:?}");
    let fatal = ListEvents::new().minimum_severity("fatal");
    let error = calls.events(&id).page(&fatal).await.unwrap_err();
    assert_eq!(error.fields()[0].field, "minimum_severity");
}

#[tokio::test]
async fn deleted_calls_leave_tombstones_that_the_filters_of_calls_find() {
    let scene = scene(SimSettings::new()).await;
    let agent = scene.agent("A").await;
    let gold = scene.spoken(&agent, "gold", 30).await;
    let plain = scene.spoken(&agent, "plain", 5).await;
    let calls = scene.client.calls();
    let deleted = scene.client.deleted_calls();
    assert!(
        deleted.get(&gold).await.unwrap_err().is_not_found(),
        "it is not deleted"
    );
    for id in [&gold, &plain] {
        scene.clock.step(Ok(Duration::from_secs(10)));
        calls.delete(id).await.unwrap();
        assert!(calls.get(id).await.unwrap_err().is_not_found());
    }
    let stone = deleted.get(&gold).await.unwrap();
    assert_eq!(stone.end_reason, Some(EndReason::Hangup));
    let time =
        |time: &Option<ultravox_client::types::UvTime>| time.as_ref().unwrap().time().unwrap();
    let spoken = time(&stone.ended)
        .duration_since(time(&stone.joined))
        .unwrap();
    assert_eq!(spoken.as_secs(), 30);
    assert!(time(&stone.deletion_time) > time(&stone.ended));
    assert!(stone.extra.is_empty(), "{stone:?}");

    let found = async |filter: CallFilter| {
        let stones = deleted
            .list(&ListDeletedCalls::from(filter))
            .collect()
            .await
            .unwrap();
        let names = stones.into_iter().map(|stone| match stone.call_id {
            Some(id) if id == gold => "gold",
            Some(id) if id == plain => "plain",
            other => panic!("{other:?}"),
        });
        names.collect::<Vec<_>>()
    };
    assert_eq!(
        found(CallFilter::new()).await,
        ["plain", "gold"],
        "newest first"
    );
    assert_eq!(
        found(CallFilter::new().metadata("tier", "gold")).await,
        ["gold"]
    );
    assert_eq!(
        found(CallFilter::new().longer_than(Duration::from_secs(10))).await,
        ["gold"]
    );
    assert_eq!(found(CallFilter::new().search("lai")).await, ["plain"]);
    assert!(
        found(CallFilter::new().agent("other".parse().unwrap()))
            .await
            .is_empty()
    );
    // 1,800,000,000 is 08:00:00 UTC.
    let morning = |from: &str, until: &str| {
        CallFilter::new().time_of_day(from.parse().unwrap(), until.parse().unwrap())
    };
    assert_eq!(found(morning("08:00:00", "08:00:20")).await, ["gold"]);
    assert!(found(morning("09:00:00", "17:00:00")).await.is_empty());
}

#[tokio::test]
async fn usage_counts_calls_by_agent_and_day() {
    let scene = scene(SimSettings::new()).await;
    let (one, two) = (scene.agent("One").await, scene.agent("Two").await);
    scene.spoken(&one, "gold", 50).await;
    scene.spoken(&one, "plain", 30).await;
    scene.spoken(&two, "plain", 30).await;
    scene.agent("Never used").await;
    let agents = scene.client.agents();
    let usage = agents.usage(&CallFilter::new()).await.unwrap();
    assert_eq!(usage.len(), 2);
    let first = &usage[0];
    assert_eq!(first.agent.as_ref().unwrap().agent_id.as_ref(), Some(&one));
    let days = first.usage.as_ref().unwrap();
    assert_eq!((days.len(), days[0].calls), (1, Some(2)));
    assert_eq!(days[0].billed_minutes, Some(2.0), "minutes begun");
    assert_eq!(days[0].date.as_ref().unwrap().as_str(), "2027-01-15");
    let gold = agents
        .usage(&CallFilter::new().metadata("tier", "gold"))
        .await
        .unwrap();
    assert_eq!(gold.len(), 1);
    assert_eq!(gold[0].usage.as_ref().unwrap()[0].calls, Some(1));
}

#[tokio::test]
async fn a_call_goes_on_from_a_prior_one() {
    let scene = scene(SimSettings::new()).await;
    let calls = scene.client.calls();
    let order = StartCall::new("Be brief.")
        .voice("Mark")
        .temperature(0.5)
        .first_speaker(FirstSpeakerWord::User);
    let first = calls.create(&order).await.unwrap();
    let id = first.id().unwrap();
    assert_eq!(
        (first.agent_id.as_ref(), first.first_speaker.as_ref()),
        (None, Some(&FirstSpeakerWord::User))
    );
    assert!(scene.simulator.join(id));
    assert!(
        scene
            .simulator
            .say(id, &MessageRole::User, "My name is Ada.")
    );
    assert!(scene.simulator.end(id, &EndReason::Hangup));

    let options = CreateOptions::new().prior_call(id.clone());
    let second = calls
        .create_with(&StartCall::default().temperature(0.0), &options)
        .await
        .unwrap();
    assert_eq!(
        (second.voice.as_deref(), second.temperature),
        (Some("Mark"), Some(0.0))
    );
    assert_eq!(second.system_prompt.as_deref(), Some("Be brief."));
    let messages = calls.messages(second.id().unwrap());
    let before = messages.list(&ListMessages::new()).collect().await.unwrap();
    assert_eq!(texts(&before), ["My name is Ada."]);
    let options = CreateOptions::new().prior_call("none".parse().unwrap());
    let error = calls
        .create_with(&StartCall::default(), &options)
        .await
        .unwrap_err();
    assert_eq!(error.fields()[0].field, "priorCallId");
}

#[tokio::test]
async fn calls_without_an_agent_are_listed_limited_and_throttled_like_others() {
    let settings = SimSettings::new()
        .concurrency(2, Overload::TooManyRequests)
        .throttle("slow", 1, Duration::from_secs(60));
    let scene = scene(settings).await;
    let agent = scene.agent("A").await;
    let once = scene
        .client
        .with(voice_core::client::RequestOptions::new().retries(0));
    let calls = once.calls();
    let slow = CreateOptions::new().throttled_by("slow");
    let order = StartCall::new("Hi.");
    calls.create_with(&order, &slow).await.unwrap();
    let throttled = calls.create_with(&order, &slow).await.unwrap_err();
    assert_eq!(throttled.kind(), ErrorKind::RateLimited);
    scene.call(&agent, &StartAgentCall::new()).await;
    let full = calls.create(&order).await.unwrap_err();
    assert_eq!(full.kind(), ErrorKind::RateLimited, "both kinds count");
    assert_eq!(calls.page(&ListCalls::new()).await.unwrap().total, Some(2));
    assert_eq!(
        calls
            .page(&ListCalls::new().agent(agent))
            .await
            .unwrap()
            .total,
        Some(1)
    );
    let unknown = CreateOptions::new().throttled_by("none");
    assert_eq!(
        calls
            .create_with(&order, &unknown)
            .await
            .unwrap_err()
            .fields()[0]
            .field,
        "throttle"
    );
}

#[tokio::test]
async fn direct_calls_are_checked_field_by_field() {
    let hand = Hand::new(SimSettings::new()).await;
    for (query, body, field) in [
        ("", json!({"temperature": 2}), "temperature"),
        (
            "",
            json!({"voice": "a", "externalVoice": {"lmnt": {}}}),
            "externalVoice",
        ),
        (
            "",
            json!({"voiceOverrides": {"lmnt": {}}}),
            "voiceOverrides",
        ),
        (
            "",
            json!({"firstSpeaker": "FIRST_SPEAKER_USER", "firstSpeakerSettings": {"agent": {}}}),
            "firstSpeaker",
        ),
        ("", json!({"selectedTools": [{}]}), "selectedTools"),
        ("", json!({"templateContext": {"a": 1}}), "templateContext"),
        (
            "",
            json!({"medium": {"twilio": {"outgoing": {"to": "+1", "from": "+2"}}}}),
            "medium",
        ),
        (
            "",
            json!({"medium": {"sip": {"outgoing": {"to": "+1"}}}}),
            "medium",
        ),
        (
            "?enableGreetingPrompt=no",
            json!({}),
            "enableGreetingPrompt",
        ),
        ("?priorCallId=none", json!({}), "priorCallId"),
    ] {
        let got = hand.ask("POST", &format!("/api/calls{query}"), &body).await;
        assert_eq!(got.status, 400, "{body}");
        assert_eq!(
            got.json().as_object().unwrap().keys().collect::<Vec<_>>(),
            [field],
            "{body}"
        );
    }
    for path in [
        "/api/calls?enableGreetingPrompt=false",
        "/api/calls?enableGreetingPrompt=true",
    ] {
        assert_eq!(
            hand.ask("POST", path, &json!({"systemPrompt": "{{x}}"}))
                .await
                .status,
            201
        );
    }
    assert_eq!(hand.simulator.created_calls(), 2);
    assert_eq!(
        hand.ask("GET", "/api/calls/none/events", &Value::Null)
            .await
            .status,
        404
    );
}

#[tokio::test]
async fn a_telephone_provider_gets_the_xml_of_its_kind() {
    let scene = scene(SimSettings::new()).await;
    let agents = scene.client.agents();
    let spec = TemplateSpec::new("Hi.");
    let agent = ultravox_client::agents::NewAgent::new("Desk".parse().unwrap(), spec);
    let agent = agents.create(&agent).await.unwrap();
    let id = agent.id().unwrap();
    for (form, part, medium) in [
        (
            Form::new().with("CallSid", "CA1"),
            "<Connect><Stream url=\"ws://",
            "twilio",
        ),
        (
            Form::new().with("CallSid", "1").with("CallControlId", "2"),
            "bidirectionalMode=\"rtp\"",
            "telnyx",
        ),
        (
            Form::new().with("CallUUID", "1"),
            "contentType=\"audio/x-l16;rate=16000\">ws://",
            "plivo",
        ),
    ] {
        let before = scene.simulator.created_calls();
        let xml = agents.telephony_xml(id, form).await.unwrap();
        assert!(xml.expose().contains(part), "{}", xml.expose());
        assert_eq!(scene.simulator.created_calls(), before + 1);
        let calls = scene.client.calls();
        let newest = calls.list(&ListCalls::new()).next().await.unwrap().unwrap();
        assert_eq!(newest.agent_id.as_ref(), Some(id));
        let wire = serde_json::to_value(newest.medium.as_ref().unwrap()).unwrap();
        assert_eq!(wire, json!({medium: {}}));
        assert!(newest.request_context.is_some());
    }
    assert_eq!(
        agents
            .telephony_xml(id, Form::new())
            .await
            .unwrap_err()
            .kind(),
        ErrorKind::InvalidInput
    );
    let nobody = "none".parse().unwrap();
    assert!(
        agents
            .telephony_xml(&nobody, Form::new().with("CallSid", "1"))
            .await
            .unwrap_err()
            .is_not_found()
    );
}
