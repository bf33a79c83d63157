//! Both legs through the simulator, over real HTTP.

use std::time::Duration;

use http::{HeaderMap, HeaderName, HeaderValue, Method};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use twilio_client::calls::AnsweredBy;
use twilio_client::click_to_call::{ClickToCall, ClickToCallBuilder};
use twilio_client::testkit::{Outcome as Ends, Pace, TwilioSimulator};
use twilio_client::types::HttpMethod;
use twilio_client::webhook::Params;
use voice_core::clock::{Clock, SystemClock};
use voice_core::flow::click_to_call::{
    AgentFailure, ClickRecord, Clicked, ContactRef, LeadFailure, Outcome, Refusal, Turn,
};
use voice_core::ident::{AuthToken, PublicHttpsUrl};
use voice_core::testkit::Mishap;

use crate::support::{BASE, Crm, Does, agent, from, key, lead};

/// A simulator, and the handler behind a tunnel.
struct Stage {
    simulator: TwilioSimulator,
    clicks: ClickToCall,
    server: tokio::task::JoinHandle<()>,
}

impl Drop for Stage {
    fn drop(&mut self) {
        self.server.abort();
    }
}

async fn answer(clicks: &ClickToCall, mut stream: TcpStream) -> Option<()> {
    let mut read = Vec::new();
    let head_end = loop {
        if let Some(at) = read.windows(4).position(|four| four == b"\r\n\r\n") {
            break at + 4;
        }
        if stream.read_buf(&mut read).await.ok()? == 0 {
            return None;
        }
    };
    let head = String::from_utf8_lossy(&read[..head_end]).into_owned();
    let mut lines = head.split("\r\n");
    let mut first = lines.next()?.split(' ');
    let (method, target) = (first.next()?.parse::<Method>().ok()?, first.next()?);
    let mut headers = HeaderMap::new();
    for line in lines {
        if let Some((name, value)) = line.split_once(": ") {
            let name: HeaderName = name.parse().ok()?;
            headers.append(name, HeaderValue::from_str(value).ok()?);
        }
    }
    let length = headers
        .get("content-length")
        .and_then(|value| value.to_str().ok()?.parse().ok())
        .unwrap_or(0);
    while read.len() < head_end + length {
        if stream.read_buf(&mut read).await.ok()? == 0 {
            return None;
        }
    }
    let body = &read[head_end..head_end + length];
    let answer = clicks.handle(&method, target, &headers, body).await;
    let head = format!(
        "HTTP/1.1 {} X\r\ncontent-type: {}\r\ncontent-length: {}\r\nconnection: close\r\n\r\n",
        answer.status,
        answer.content_type,
        answer.body.len()
    );
    stream.write_all(head.as_bytes()).await.ok()?;
    stream.write_all(answer.body.as_bytes()).await.ok()
}

impl Stage {
    async fn start(does: Does) -> Self {
        Self::with(does, |builder| builder).await
    }

    async fn with(
        does: Does,
        change: impl FnOnce(ClickToCallBuilder) -> ClickToCallBuilder,
    ) -> Self {
        let simulator = TwilioSimulator::builder()
            .calls_per_second(1000.0)
            .start()
            .await;
        let base = PublicHttpsUrl::parse(BASE).unwrap();
        let builder = ClickToCall::builder(
            &simulator.client().unwrap(),
            from(),
            base.clone(),
            &AuthToken::parse(TwilioSimulator::AUTH_TOKEN).unwrap(),
            Crm::that(does),
        )
        .unwrap();
        let clicks = change(builder).build().unwrap();
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        simulator.tunnel(&base, format!("http://{}", listener.local_addr().unwrap()));
        simulator.press_keys(&agent(), "1");
        let handler = clicks.clone();
        let server = tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let handler = handler.clone();
                tokio::spawn(async move { answer(&handler, stream).await });
            }
        });
        Self {
            simulator,
            clicks,
            server,
        }
    }

    async fn click(&self, name: &str) -> Clicked {
        let contact = ContactRef::new("lead-4711").unwrap();
        let request = self.clicks.request(agent(), contact, key(name));
        self.clicks.call(&request).await.unwrap()
    }

    /// Waits until a record is as wanted.
    async fn until(&self, name: &str, wanted: impl Fn(&ClickRecord) -> bool) -> ClickRecord {
        for _ in 0..2000 {
            let record = self.clicks.record(&key(name)).await.unwrap().unwrap();
            if wanted(&record) {
                return record;
            }
            SystemClock::default().sleep(Duration::from_millis(5)).await;
        }
        panic!("{:?}", self.clicks.record(&key(name)).await)
    }

    async fn ends_as(&self, name: &str, outcome: &Outcome) -> ClickRecord {
        self.until(name, |record| {
            record.agent_is_gone() && record.outcome.as_ref() == Some(outcome)
        })
        .await
    }

    fn all_answers_were_good(&self) {
        let fetched = self.simulator.fetched();
        assert!(
            fetched.iter().all(|one| one.status == Some(200)),
            "{fetched:?}"
        );
        let delivered = self.simulator.delivered();
        assert!(
            delivered.iter().all(|one| one.answered == Some(200)),
            "{delivered:?}"
        );
    }
}

#[tokio::test]
async fn agent_and_lead_speak() {
    let stage = Stage::start(Does::Connects).await;
    let clicked = stage.click("a").await;
    assert_eq!(clicked.turn, Turn::First);
    // A tenth of a second, counted as a whole one.
    let connected = Outcome::Connected {
        length: Some(Duration::from_secs(1)),
    };
    let record = stage.ends_as("a", &connected).await;
    let sid = record.call.unwrap().as_str().parse().unwrap();
    let legs = stage.simulator.legs_of(&sid);
    assert_eq!(legs.len(), 1);
    assert_eq!(
        (legs[0].to.as_str(), legs[0].from.as_str()),
        (lead().as_str(), from().as_str())
    );
    assert_eq!(
        (
            stage.simulator.dialled(&agent()),
            stage.simulator.dialled(&lead())
        ),
        (1, 1)
    );
    stage.all_answers_were_good();

    // Everything late, in the wrong order, and twice.
    stage.simulator.redeliver().await;
    let after = stage.clicks.record(&key("a")).await.unwrap().unwrap();
    assert_eq!(after.outcome, Some(connected));
}

#[tokio::test]
async fn the_lead_is_not_reached() {
    for (ends, why) in [
        (Ends::Busy, LeadFailure::Busy),
        (Ends::NoAnswer, LeadFailure::NoAnswer),
        (Ends::Failed, LeadFailure::Failed),
    ] {
        let stage = Stage::start(Does::Connects).await;
        stage.simulator.set_outcome(&lead(), ends);
        stage.click("a").await;
        stage.ends_as("a", &Outcome::LeadUnreachable(why)).await;
        assert_eq!(stage.simulator.dialled(&lead()), 1);
        stage.all_answers_were_good();
    }
}

#[tokio::test]
async fn the_agent_is_not_reached_and_the_lead_is_not_rung() {
    for (ends, why) in [
        (Ends::Busy, AgentFailure::Busy),
        (Ends::NoAnswer, AgentFailure::NoAnswer),
        (Ends::Failed, AgentFailure::Failed),
    ] {
        let stage = Stage::start(Does::Connects).await;
        stage.simulator.set_outcome(&agent(), ends);
        stage.click("a").await;
        stage.ends_as("a", &Outcome::AgentUnreachable(why)).await;
        assert_eq!(stage.simulator.dialled(&lead()), 0);
        assert!(stage.simulator.fetched().is_empty());
        stage.all_answers_were_good();
    }
}

#[tokio::test]
async fn a_mailbox_presses_no_key_and_a_machine_is_hung_up_on() {
    let stage = Stage::start(Does::Connects).await;
    stage.simulator.press_keys(&agent(), "");
    stage.click("a").await;
    stage.ends_as("a", &Outcome::AgentGaveUp).await;
    stage
        .simulator
        .set_answered_by(&agent(), AnsweredBy::MachineStart);
    stage.click("b").await;
    stage.ends_as("b", &Outcome::AgentMachine).await;
    assert_eq!(stage.simulator.dialled(&lead()), 0);
    stage.all_answers_were_good();
}

#[tokio::test]
async fn the_agent_hangs_up_while_the_lead_rings() {
    let stage = Stage::start(Does::Connects).await;
    stage
        .simulator
        .set_pace(Pace::FAST.with_answer(Duration::from_millis(300)));
    let clicked = stage.click("a").await;
    let sid = clicked.record.call.unwrap().as_str().parse().unwrap();
    for _ in 0..2000 {
        if !stage.simulator.legs_of(&sid).is_empty() {
            break;
        }
        SystemClock::default().sleep(Duration::from_millis(5)).await;
    }
    stage.simulator.end_call(&sid);
    stage.ends_as("a", &Outcome::AgentGaveUp).await;
    let legs = stage.simulator.legs_of(&sid);
    assert_eq!(legs.len(), 1);
    stage
        .until("a", |_| stage.simulator.legs_of(&sid)[0].status.is_final())
        .await;
    stage.all_answers_were_good();
}

#[tokio::test]
async fn the_application_says_no() {
    let stage = Stage::start(Does::Declines).await;
    stage.click("a").await;
    stage
        .ends_as("a", &Outcome::NotConnected(Refusal::Declined))
        .await;
    assert_eq!(stage.simulator.dialled(&lead()), 0);
    stage.all_answers_were_good();
}

#[tokio::test]
async fn a_lost_answer_and_a_click_that_comes_twice_ring_the_agent_once() {
    let stage = Stage::start(Does::Connects).await;
    stage
        .simulator
        .mishaps()
        .next_of("calls.create", Mishap::ServerErrorAfterActing);
    let first = stage.click("a").await;
    assert!(first.record.call.is_some());
    let again = stage.click("a").await;
    assert_eq!(again.turn, Turn::Repeated);
    assert_eq!(again.record.call, first.record.call);
    // A tenth of a second, counted as a whole one.
    let connected = Outcome::Connected {
        length: Some(Duration::from_secs(1)),
    };
    stage.ends_as("a", &connected).await;
    assert_eq!(stage.simulator.dialled(&agent()), 1);
    assert_eq!(stage.simulator.dialled(&lead()), 1);
}

#[tokio::test]
async fn a_captured_connect_request_is_worth_nothing() {
    let stage = Stage::start(Does::Connects).await;
    stage.click("a").await;
    // A tenth of a second, counted as a whole one.
    let connected = Outcome::Connected {
        length: Some(Duration::from_secs(1)),
    };
    stage.ends_as("a", &connected).await;
    let connect = stage.simulator.fetched().remove(0);
    for method in [HttpMethod::Post, HttpMethod::Get] {
        let replayed = stage
            .simulator
            .ask(&connect.url, &method, &connect.params)
            .await;
        assert_eq!(replayed.status, Some(200));
        assert!(replayed.body.contains("used already"), "{}", replayed.body);
    }
    let probe = format!("{BASE}/api/v1/twilio/voice/connect?token=test");
    let params = Params::parse(b"CallSid=CA123&From=%2B15551234567&To=%2B15559876543");
    let probed = stage
        .simulator
        .ask(&probe, &HttpMethod::Post, &params)
        .await;
    assert_eq!(probed.status, Some(200));
    assert!(probed.body.contains("not valid"));
    assert_eq!(stage.simulator.dialled(&lead()), 1);
}

#[tokio::test]
async fn a_refused_dial_is_an_error_and_rings_nobody() {
    let stage = Stage::start(Does::Connects).await;
    stage
        .simulator
        .mishaps()
        .next_of("calls.create", Mishap::Unauthorized);
    let contact = ContactRef::new("lead-4711").unwrap();
    let request = stage.clicks.request(agent(), contact, key("a"));
    let error = stage.clicks.call(&request).await.unwrap_err();
    assert!(!error.may_have_happened());
    let record = stage.clicks.record(&key("a")).await.unwrap().unwrap();
    assert_eq!(
        record.outcome,
        Some(Outcome::AgentUnreachable(AgentFailure::NotDialled))
    );
    assert_eq!(stage.simulator.dialled(&agent()), 0);
    // Known for certain: nothing is looked for.
    let asked = stage.simulator.requests();
    let same = stage.clicks.reconcile(&key("a")).await.unwrap();
    assert_eq!(same, Some(record));
    assert_eq!(stage.simulator.requests(), asked);
}
