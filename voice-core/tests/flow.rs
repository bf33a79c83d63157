//! The outbound flow over providers written here, outside the crate, under paused time.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::disallowed_methods,
    reason = "a test fails by panicking, and may look at the clock"
)]

use std::collections::VecDeque;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use async_trait::async_trait;
use voice_core::client::Page;
use voice_core::clock::Clock;
use voice_core::error::{Delivery, Error, ErrorKind};
use voice_core::flow::{AgentRef, OutboundAgentCall, outbound_agent_call, start_agent_call};
use voice_core::ident::{AgentName, E164};
use voice_core::provider::{
    Agent, AgentChange, AgentId, AgentProvider, AgentSession, AgentSpec, Call, CallId, CallKey,
    CallProvider, CallStatus, Connect, FindCall, Found, JoinUrl, ListAgents, MediaKind, PlaceCall,
    SessionId, SessionRequest,
};
use voice_core::testkit::TestClock;

type Log = Arc<Mutex<Vec<String>>>;
const JOIN: &str = "wss://voice.example/calls/s1?token=very-secret";

#[derive(Debug, Default)]
struct Agents {
    log: Log,
    open_fails: Option<(Delivery, bool)>,
}

fn failure(delivery: Delivery) -> Error {
    Error::new(ErrorKind::Timeout, "scripted")
        .with_operation("fake", "op")
        .with_delivery(delivery)
}

fn session() -> AgentSession {
    AgentSession::new(SessionId::new("s1").unwrap(), JoinUrl::new(JOIN).unwrap())
}

#[async_trait]
impl AgentProvider for Agents {
    async fn create_agent(&self, spec: &AgentSpec) -> Result<Agent, Error> {
        Ok(Agent::new(AgentId::new("a9")?, spec.name.to_string()))
    }
    async fn get_agent(&self, id: &AgentId) -> Result<Agent, Error> {
        Ok(Agent::new(id.clone(), "Support Agent"))
    }
    async fn list_agents(&self, request: &ListAgents) -> Result<Page<Agent>, Error> {
        let agent = |id, name| Agent::new(AgentId::new(id).unwrap(), name);
        // Two pages, and a search that finds by part of a name, as services do.
        Ok(match &request.cursor {
            None => Page::new(
                vec![agent("a0", "Support Agent (old)")],
                Some(voice_core::client::Cursor::new("2")),
            ),
            Some(_) => Page::new(
                vec![
                    agent("a1", "Support Agent"),
                    agent("a2", "Twin"),
                    agent("a3", "Twin"),
                ],
                None,
            ),
        })
    }
    async fn update_agent(&self, id: &AgentId, _: &AgentChange) -> Result<Agent, Error> {
        self.get_agent(id).await
    }
    async fn open_session(&self, request: &SessionRequest) -> Result<AgentSession, Error> {
        self.log.lock().unwrap().push(format!(
            "open {} wait {}s {:?}",
            request.agent,
            request.join_timeout.as_secs(),
            request.context.get("customer_name")
        ));
        match self.open_fails {
            Some((delivery, _)) => Err(failure(delivery)),
            None => Ok(session()),
        }
    }
    async fn find_session(&self, _: &CallKey) -> Result<Option<AgentSession>, Error> {
        self.log.lock().unwrap().push("find session".into());
        Ok(self
            .open_fails
            .is_some_and(|(_, exists)| exists)
            .then(session))
    }
    async fn end_session(&self, id: &SessionId) -> Result<(), Error> {
        self.log.lock().unwrap().push(format!("end {id}"));
        Ok(())
    }
}

#[derive(Debug)]
struct Phone {
    log: Log,
    place: Result<(), Delivery>,
    kind: ErrorKind,
    looks: Mutex<VecDeque<Result<Found, Error>>>,
    statuses: Mutex<VecDeque<Result<&'static str, Delivery>>>,
}

#[async_trait]
impl CallProvider for Phone {
    fn media(&self) -> MediaKind {
        MediaKind::Twilio
    }
    async fn place_call(&self, request: &PlaceCall) -> Result<Call, Error> {
        let Connect::Session(url) = &request.connect else {
            panic!("an agent call connects to a session");
        };
        assert_eq!(url.expose(), JOIN);
        self.log.lock().unwrap().push("dial".into());
        match self.place {
            Ok(()) => Ok(Call::new(CallId::new("CA1")?, CallStatus::Queued)),
            Err(delivery) => Err(failure(delivery).with_kind(self.kind)),
        }
    }
    async fn get_call(&self, id: &CallId) -> Result<Call, Error> {
        match self
            .statuses
            .lock()
            .unwrap()
            .pop_front()
            .unwrap_or(Ok("completed"))
        {
            Ok(word) => Ok(Call::new(id.clone(), CallStatus::from_word(word))),
            Err(delivery) => Err(failure(delivery)),
        }
    }
    async fn hang_up(&self, _: &CallId) -> Result<(), Error> {
        Ok(())
    }
    async fn find_call(&self, _: &FindCall) -> Result<Found, Error> {
        self.log.lock().unwrap().push("look".into());
        self.looks
            .lock()
            .unwrap()
            .pop_front()
            .unwrap_or(Ok(Found::Nothing))
    }
}

struct Scene {
    agents: Agents,
    phone: Phone,
    clock: Arc<TestClock>,
}

fn scene() -> Scene {
    let log = Log::default();
    Scene {
        agents: Agents {
            log: Arc::clone(&log),
            open_fails: None,
        },
        phone: Phone {
            log,
            place: Ok(()),
            kind: ErrorKind::Timeout,
            looks: Mutex::default(),
            statuses: Mutex::new(
                ["ringing", "in-progress", "in-progress", "completed"]
                    .map(Ok)
                    .into(),
            ),
        },
        clock: Arc::new(TestClock::at(1_000_000_000)),
    }
}

impl Scene {
    fn request(&self) -> OutboundAgentCall {
        let clock: Arc<dyn Clock> = Arc::clone(&self.clock) as _;
        OutboundAgentCall::new(
            AgentName::parse("Support Agent").unwrap(),
            E164::parse("+15551234567").unwrap(),
            E164::parse("+15557654321").unwrap(),
        )
        .variable("customer_name", "Ada Lovelace")
        .clock(clock)
    }

    fn log(&self) -> Vec<String> {
        self.phone.log.lock().unwrap().clone()
    }

    async fn run(&self) -> Result<voice_core::flow::CallReport, Error> {
        outbound_agent_call(&self.agents, &self.phone, &self.request()).await
    }
}

#[tokio::test(start_paused = true)]
async fn a_call_runs_from_the_agent_to_the_end() {
    let scene = scene();
    let report = scene.run().await.unwrap();
    assert_eq!(report.call.status, CallStatus::Completed);
    assert_eq!(
        scene.log(),
        ["open a1 wait 60s Some(String(\"Ada Lovelace\"))", "dial"],
        "the session waits through the ringing, and ends with the call"
    );
    let text = report.timeline.to_string();
    for line in [
        "agent found",
        "session opened",
        "dialling +15*******67",
        "call queued",
        "call ringing",
        "call in-progress",
        "call completed",
    ] {
        assert!(text.contains(line), "{line} in\n{text}");
    }
    for secret in ["5551234567", "very-secret", "Ada"] {
        assert!(
            !text.contains(secret) && !format!("{report:?} {:?}", scene.request()).contains(secret)
        );
    }
}

#[tokio::test(start_paused = true)]
async fn a_call_nobody_answers_ends_the_session() {
    let scene = scene();
    *scene.phone.statuses.lock().unwrap() = ["ringing", "no-answer"].map(Ok).into();
    let report = scene.run().await.unwrap();
    assert_eq!(report.call.status, CallStatus::NoAnswer);
    assert_eq!(scene.log().last().unwrap(), "end s1");
}

#[tokio::test(start_paused = true)]
async fn a_started_call_is_followed_only_when_asked() {
    let scene = scene();
    let request = scene.request();
    let started = start_agent_call(&scene.agents, &scene.phone, &request)
        .await
        .unwrap();
    assert_eq!(started.call.status, CallStatus::Queued);
    assert_eq!(started.session.as_str(), "s1");
    assert_eq!(scene.phone.statuses.lock().unwrap().len(), 4, "no look yet");
    assert!(started.timeline().to_string().contains("call queued"));
    assert!(!format!("{started:?}").contains("5551234567"));
    let report = started.follow(&scene.agents, &scene.phone).await.unwrap();
    assert_eq!(report.call.status, CallStatus::Completed);
    assert!(report.timeline.to_string().contains("call ringing"));
}

#[tokio::test(start_paused = true)]
async fn a_failed_dial_ends_the_session() {
    for delivery in [Delivery::NotSent, Delivery::Refused, Delivery::Answered] {
        let mut scene = scene();
        scene.phone.place = Err(delivery);
        let error = scene.run().await.unwrap_err();
        assert_eq!(error.delivery(), delivery);
        assert_eq!(error.context_value("session"), Some("s1"));
        assert_eq!(scene.log()[1..], ["dial", "end s1"]);
    }
}

#[tokio::test(start_paused = true)]
async fn an_unclear_dial_is_looked_for_and_adopted() {
    let mut scene = scene();
    scene.phone.place = Err(Delivery::Unknown);
    let call = Call::new(CallId::new("CA7").unwrap(), CallStatus::Ringing);
    *scene.phone.looks.lock().unwrap() = VecDeque::from([
        Ok(Found::Nothing),
        Err(failure(Delivery::Unknown)),
        Ok(Found::One(Box::new(call))),
    ]);
    let report = scene.run().await.unwrap();
    assert_eq!(report.call.id.as_str(), "CA7");
    assert_eq!(
        scene.log()[1..],
        ["dial", "look", "look", "look"],
        "dialled once"
    );
}

/// The provider said yes, but not in a way that can be read: the call exists.
#[tokio::test(start_paused = true)]
async fn a_dial_whose_success_cannot_be_read_is_looked_for_like_an_unclear_one() {
    let mut scene = scene();
    scene.phone.place = Err(Delivery::Answered);
    scene.phone.kind = ErrorKind::Decode;
    let call = Call::new(CallId::new("CA7").unwrap(), CallStatus::Ringing);
    *scene.phone.looks.lock().unwrap() = VecDeque::from([Ok(Found::One(Box::new(call)))]);
    let report = scene.run().await.unwrap();
    assert_eq!(report.call.id.as_str(), "CA7");
    assert_eq!(scene.log()[1..], ["dial", "look"]);
}

#[tokio::test(start_paused = true)]
async fn an_unclear_dial_that_left_no_call_is_reported_after_the_window_and_never_repeated() {
    let mut scene = scene();
    scene.phone.place = Err(Delivery::Unknown);
    let error = scene.run().await.unwrap_err();
    let waited = scene.clock.elapsed();
    assert!(
        waited >= FindCall::SETTLE && waited < FindCall::SETTLE + Duration::from_secs(2),
        "{waited:?}"
    );
    assert!(error.may_have_happened());
    assert_eq!(
        error.context_value("reconcile"),
        Some("no such call was found")
    );
    let log = scene.log();
    assert_eq!(log.iter().filter(|line| *line == "dial").count(), 1);
    assert_eq!(log.last().unwrap(), "end s1");
}

#[tokio::test(start_paused = true)]
async fn calls_that_cannot_be_told_apart_leave_the_session_for_whoever_picks_up() {
    let mut scene = scene();
    scene.phone.place = Err(Delivery::Unknown);
    let ids = || vec![CallId::new("CA1").unwrap(), CallId::new("CA2").unwrap()];
    *scene.phone.looks.lock().unwrap() = (0..20).map(|_| Ok(Found::Several(ids()))).collect();
    let error = scene.run().await.unwrap_err();
    assert_eq!(error.context_value("calls"), Some("CA1 CA2"));
    assert!(!scene.log().contains(&"end s1".to_owned()));

    let mut scene = self::scene();
    scene.phone.place = Err(Delivery::Unknown);
    *scene.phone.looks.lock().unwrap() = (0..20).map(|_| Err(failure(Delivery::NotSent))).collect();
    let error = scene.run().await.unwrap_err();
    assert_eq!(
        error.context_value("reconcile"),
        Some("the provider could not be asked")
    );
    assert!(error.may_have_happened());
    assert!(!scene.log().contains(&"end s1".to_owned()));
}

#[tokio::test(start_paused = true)]
async fn an_unclear_session_is_found_by_its_key_or_nobody_is_rung() {
    let mut scene = scene();
    scene.agents.open_fails = Some((Delivery::Unknown, true));
    assert!(scene.run().await.is_ok());
    assert_eq!(scene.log()[1..], ["find session", "dial"]);

    let mut scene = self::scene();
    scene.agents.open_fails = Some((Delivery::Unknown, false));
    let error = scene.run().await.unwrap_err();
    assert_eq!(error.context_value("dialled"), Some("nobody was rung"));
    assert!(!scene.log().contains(&"dial".to_owned()));

    let mut scene = self::scene();
    scene.agents.open_fails = Some((Delivery::Answered, false));
    let error = scene.run().await.unwrap_err();
    assert_eq!(error.context_value("dialled"), Some("nobody was rung"));
    assert_eq!(scene.log().len(), 1, "nothing to look for");
}

/// Reads of agents fail without a clear outcome as well; none of that has to do with the phone.
#[derive(Debug)]
struct Unreachable(Agents);

#[async_trait]
impl AgentProvider for Unreachable {
    async fn create_agent(&self, spec: &AgentSpec) -> Result<Agent, Error> {
        self.0.create_agent(spec).await
    }
    async fn get_agent(&self, id: &AgentId) -> Result<Agent, Error> {
        self.0.get_agent(id).await
    }
    async fn list_agents(&self, _: &ListAgents) -> Result<Page<Agent>, Error> {
        Err(failure(Delivery::Unknown))
    }
    async fn update_agent(&self, id: &AgentId, change: &AgentChange) -> Result<Agent, Error> {
        self.0.update_agent(id, change).await
    }
    async fn open_session(&self, request: &SessionRequest) -> Result<AgentSession, Error> {
        self.0.open_session(request).await
    }
    async fn find_session(&self, key: &CallKey) -> Result<Option<AgentSession>, Error> {
        self.0.find_session(key).await
    }
    async fn end_session(&self, id: &SessionId) -> Result<(), Error> {
        self.0.end_session(id).await
    }
}

#[tokio::test(start_paused = true)]
async fn what_fails_before_the_dial_never_reads_as_if_somebody_had_been_rung() {
    for delivery in [
        Delivery::NotSent,
        Delivery::Refused,
        Delivery::Answered,
        Delivery::Unknown,
    ] {
        let mut scene = scene();
        scene.agents.open_fails = Some((delivery, false));
        let error = scene.run().await.unwrap_err();
        assert!(!error.may_have_happened(), "{delivery}: {error}");
        assert_eq!(error.context_value("dialled"), Some("nobody was rung"));
    }
    let scene = scene();
    let agents = Unreachable(Agents::default());
    let error = outbound_agent_call(&agents, &scene.phone, &scene.request())
        .await
        .unwrap_err();
    assert!(!error.may_have_happened(), "{error}");
    assert_eq!(error.context_value("dialled"), Some("nobody was rung"));
    assert!(scene.log().is_empty());
}

#[tokio::test(start_paused = true)]
async fn agents_are_found_by_exact_name_only() {
    let scene = scene();
    let named = |name: &str| {
        OutboundAgentCall::new(
            AgentName::parse(name).unwrap(),
            E164::parse("+15551234567").unwrap(),
            E164::parse("+15557654321").unwrap(),
        )
    };
    let run = async |name: &str| {
        outbound_agent_call(&scene.agents, &scene.phone, &named(name))
            .await
            .unwrap_err()
    };
    assert_eq!(run("Support").await.kind(), ErrorKind::NotFound);
    assert_eq!(run("Twin").await.kind(), ErrorKind::Conflict);
    assert!(scene.log().is_empty(), "nothing was opened or dialled");
    let by_id = AgentRef::from(AgentId::new("a5").unwrap());
    assert!(matches!(by_id, AgentRef::Id(_)));
}

#[tokio::test(start_paused = true)]
async fn looking_away_for_a_moment_does_not_end_it_and_for_long_does() {
    let scene = scene();
    *scene.phone.statuses.lock().unwrap() = VecDeque::from([
        Ok("ringing"),
        Err(Delivery::Unknown),
        Err(Delivery::NotSent),
        Ok("completed"),
    ]);
    assert!(scene.run().await.is_ok());

    let scene = self::scene();
    *scene.phone.statuses.lock().unwrap() = (0..50).map(|_| Err(Delivery::Unknown)).collect();
    let error = scene.run().await.unwrap_err();
    assert_eq!(error.context_value("call"), Some("CA1"));
    assert!(error.hint().unwrap().contains("was placed"));

    // Whatever became of the last look: the person was rung, and the error may not read as if nothing had been sent.
    for delivery in [Delivery::NotSent, Delivery::Refused, Delivery::Answered] {
        let scene = self::scene();
        *scene.phone.statuses.lock().unwrap() = (0..50).map(|_| Err(delivery)).collect();
        let error = scene.run().await.unwrap_err();
        assert!(error.may_have_happened(), "{error}");
        assert!(!error.to_string().contains("not sent"), "{error}");
    }
}

#[tokio::test(start_paused = true)]
async fn no_duration_is_too_long_for_it() {
    let scene = scene();
    let request = scene
        .request()
        .ring_timeout(Duration::MAX)
        .max_duration(Duration::MAX)
        .look_every(Duration::MAX);
    let endless = outbound_agent_call(&scene.agents, &scene.phone, &request);
    let outcome = tokio::time::timeout(Duration::from_secs(3600), endless).await;
    assert!(
        outcome.is_err(),
        "it waits as long as it was told to: {outcome:?}"
    );
    let request = scene.request().look_every(Duration::MAX / 2);
    let error = outbound_agent_call(&scene.agents, &scene.phone, &request).await;
    assert_eq!(error.unwrap_err().kind(), ErrorKind::Timeout);
}

/// A service whose list leads from one page to another and back.
#[derive(Debug)]
struct Carousel;

#[async_trait]
impl AgentProvider for Carousel {
    async fn create_agent(&self, _: &AgentSpec) -> Result<Agent, Error> {
        Err(failure(Delivery::NotSent))
    }
    async fn get_agent(&self, _: &AgentId) -> Result<Agent, Error> {
        Err(failure(Delivery::NotSent))
    }
    async fn list_agents(&self, request: &ListAgents) -> Result<Page<Agent>, Error> {
        tokio::task::yield_now().await;
        let next = match request.cursor.as_ref().map(|cursor| cursor.as_str()) {
            Some("a") => "b",
            _ => "a",
        };
        Ok(Page::new(
            Vec::new(),
            Some(voice_core::client::Cursor::new(next)),
        ))
    }
    async fn update_agent(&self, _: &AgentId, _: &AgentChange) -> Result<Agent, Error> {
        Err(failure(Delivery::NotSent))
    }
    async fn open_session(&self, _: &SessionRequest) -> Result<AgentSession, Error> {
        Err(failure(Delivery::NotSent))
    }
    async fn find_session(&self, _: &CallKey) -> Result<Option<AgentSession>, Error> {
        Ok(None)
    }
    async fn end_session(&self, _: &SessionId) -> Result<(), Error> {
        Ok(())
    }
}

#[tokio::test(start_paused = true)]
async fn a_list_of_agents_that_goes_round_is_an_error() {
    let name = AgentName::parse("Support Agent").unwrap();
    let look = Carousel.find_agent(&name);
    let found = tokio::time::timeout(Duration::from_secs(1), async {
        tokio::select! {
            found = look => found,
            () = async { for _ in 0..10_000 { tokio::task::yield_now().await } } => panic!("it goes round for ever"),
        }
    });
    assert_eq!(
        found.await.unwrap().unwrap_err().kind(),
        ErrorKind::Protocol
    );
}

#[tokio::test(start_paused = true)]
async fn a_call_without_end_is_given_up_but_not_forgotten() {
    let scene = scene();
    *scene.phone.statuses.lock().unwrap() = (0..10_000).map(|_| Ok("in-progress")).collect();
    let request = scene
        .request()
        .max_duration(Duration::from_secs(60))
        .look_every(Duration::from_secs(5));
    let error = outbound_agent_call(&scene.agents, &scene.phone, &request)
        .await
        .unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Timeout);
    assert!(error.may_have_happened(), "{error}");
    assert_eq!(error.context_value("session"), Some("s1"));
    assert_eq!(error.context_value("call"), Some("CA1"));
    assert!(scene.clock.elapsed() >= Duration::from_secs(690));
}
