//! The scenes of `tools`.

use std::sync::Arc;
use std::time::Instant;

use openai_calls::testkit::{Phase, SimCall, Turn};
use serde_json::Value;
use voice_core::clock::{Clock, SystemClock};
use voice_core::intake::WhenOver;
use voice_core::intake::figures::{Figure, FiguresSnapshot};

use super::{
    BLUEBELL, Failure, SALES, Setup, Stage, Stores, Story, memory_directory, shop_tools, toolbox,
};

/// What came of the scenes.
#[derive(Debug)]
#[non_exhaustive]
pub struct ToolsPlayed {
    /// The tools the agent was given.
    pub offered: Vec<String>,
    /// What it was told of each function call, in order.
    pub outputs: Vec<String>,
    /// Where the call was handed on to, each time.
    pub refers: Vec<String>,
    /// What followed the call.
    pub finished: Vec<String>,
    /// The counters.
    pub snapshot: FiguresSnapshot,
}

/// A function call, what the agent hears of it, and what it then says.
struct Step {
    name: &'static str,
    arguments: &'static str,
    hears: &'static str,
    says: &'static str,
}

const STEPS: [Step; 8] = [
    Step {
        name: "order_status",
        arguments: r#"{"number": 4711}"#,
        hears: "Order 4711 left the shop at nine.",
        says: "It left at nine, so it will be with you soon.",
    },
    Step {
        name: "order_status",
        arguments: r#"{"number": "the red ones"}"#,
        hears: "The arguments do not fit: at /number",
        says: "Could you tell me the number?",
    },
    Step {
        name: "order_status",
        arguments: r#"{"number": 47"#,
        hears: "The arguments are not valid JSON.",
        says: "One moment.",
    },
    Step {
        name: "weather",
        arguments: "{}",
        hears: "There is no such tool. There are: order_status",
        says: "I cannot tell you about the weather.",
    },
    Step {
        name: "stock",
        arguments: "{}",
        hears: "The tool took too long.",
        says: "I cannot see that at the moment.",
    },
    Step {
        name: "loyalty_points",
        arguments: "{}",
        hears: "The tool failed.",
        says: "That does not work today.",
    },
    Step {
        name: "request_transfer",
        arguments: r#"{"destination_id": "warehouse"}"#,
        hears: "The arguments do not fit: at /destination_id",
        says: "I can put you through to sales.",
    },
    Step {
        name: "call_somebody",
        arguments: r#"{"whom": "+14155550666"}"#,
        hears: "Nobody can be reached there.",
        says: "I cannot call other numbers.",
    },
];

/// Plays all scenes.
///
/// # Errors
/// When something broke that no scene is about.
pub async fn play_tools(story: &Story) -> Result<ToolsPlayed, Failure> {
    let setup = Setup {
        directory: Arc::new(memory_directory(&toolbox())?),
        tools: shop_tools(),
        stores: Stores::memory(),
        max_calls: 10,
    };
    let stage = Stage::start(setup, story).await?;
    let call = stage.ring(BLUEBELL);
    call.then(Turn::Say("Bluebell Flowers, good morning!".to_owned()));
    stage.deliver(&stage.sim.webhook_for(&call)).await?;

    story.title("A call for Bluebell Flowers is accepted:");
    let offered = offered(&call);
    story.say(&format!("the agent has {}", offered.join(", ")));
    let totals = stage.intake.snapshot().totals;
    story.check(
        "one builder refused its settings, and that tool alone is missing",
        !offered.iter().any(|name| name == "delivery_slots")
            && totals.get(Figure::ToolBuildErrors) == 1
            && offered.len() == 5,
    );

    story.title("They speak:");
    let mut timeline = Timeline::new(story, &call);
    timeline.spoken(1).await;
    timeline.line("agent", "Bluebell Flowers, good morning!");
    let mut outputs = Vec::new();
    for step in &STEPS {
        outputs.push(timeline.step(step).await);
    }

    story.title("The caller wants to speak with sales:");
    timeline.line("agent", "request_transfer({\"destination_id\": \"sales\"})");
    call.call_function("request_transfer", r#"{"destination_id": "sales"}"#);
    call.wait_phase(Phase::is_over).await;
    let refers = call.counts().refers;
    timeline.check(
        "openai",
        &format!("handed on to {refers:?}"),
        refers == [format!("tel:{SALES}")],
    );
    stage.settled(0).await;
    let patience = std::time::Duration::from_secs(5);
    stage.intake.drain(patience, WhenOver::HangUp).await;

    let snapshot = stage.intake.snapshot();
    story.title("The counters:");
    story.check(
        &format!(
            "{} function calls, {} failed, {} call(s) handed on",
            snapshot.totals.get(Figure::ToolRuns),
            snapshot.totals.get(Figure::ToolFailures),
            snapshot.totals.get(Figure::ReferredCalls),
        ),
        snapshot.totals.get(Figure::ToolRuns) == 9
            && snapshot.totals.get(Figure::ToolFailures) == 7
            && snapshot.totals.get(Figure::ReferredCalls) == 1,
    );
    Ok(ToolsPlayed {
        offered,
        outputs,
        refers,
        finished: stage.finished.lines(),
        snapshot,
    })
}

/// The names of the tools that the call was accepted with.
fn offered(call: &SimCall) -> Vec<String> {
    let session = call.session();
    let tools = session.get("tools").and_then(Value::as_array);
    let names = tools.into_iter().flatten();
    names
        .filter_map(|tool| Some(tool.get("name")?.as_str()?.to_owned()))
        .collect()
}

/// Lines with the time since the call was accepted.
struct Timeline<'a> {
    story: &'a Story,
    call: &'a SimCall,
    start: Instant,
}

impl<'a> Timeline<'a> {
    fn new(story: &'a Story, call: &'a SimCall) -> Self {
        Self {
            story,
            call,
            start: SystemClock::default().now(),
        }
    }

    fn stamped(&self, who: &str, what: &str) -> String {
        let since = SystemClock::default().now() - self.start;
        format!("{:>6.3} s  {who:<6} {what}", since.as_secs_f64())
    }

    fn line(&self, who: &str, what: &str) {
        self.story.say(&self.stamped(who, what));
    }

    fn check(&self, who: &str, what: &str, is_so: bool) {
        self.story.check(&self.stamped(who, what), is_so);
    }

    /// Waits until the agent was asked to speak so many times.
    async fn spoken(&self, times: usize) -> bool {
        let asked = |seen: &openai_calls::testkit::Seen| seen.of("response.create").count();
        let seen = self.call.wait_seen(|seen| asked(seen) >= times).await;
        asked(&seen) == times
    }

    /// The agent calls a function, hears what came of it, and speaks.
    async fn step(&mut self, step: &Step) -> String {
        let Step {
            name,
            arguments,
            hears,
            says,
        } = step;
        let before = self.call.seen().of("response.create").count();
        self.call.then(Turn::Say((*says).to_owned()));
        self.line("agent", &format!("{name}({arguments})"));
        let id = self.call.call_function(name, arguments);
        let seen = self.call.wait_seen(|seen| !seen.outputs_of(&id).is_empty());
        let outputs = seen.await.outputs_of(&id);
        let output = outputs.join(" / ");
        self.check(
            "tool",
            &output,
            outputs.len() == 1 && output.starts_with(hears),
        );
        if self.spoken(before + 1).await {
            self.line("agent", says);
        } else {
            self.check("agent", "says nothing", false);
        }
        output
    }
}
