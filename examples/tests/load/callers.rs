//! What callers do once their call was taken.

use std::sync::Arc;
use std::time::Duration;

use openai_calls::testkit::{OpenAiSim, Phase, SimCall};
use voice_core::intake::Intake;
use voice_core::intake::tools::{HangUpTool, TransferTool};
use voice_examples::{DESTINATION, LOOKUP};

use super::plan::{Behaviour, Caller};

/// The answer of the tool that looks things up.
pub const OPEN: &str = "From nine to five.";
const MS: Duration = Duration::from_millis(1);

/// Talks to the agent, and sees to it that the call is over at last.
pub async fn talk(sim: Arc<OpenAiSim>, intake: Intake, call: SimCall, caller: Caller) {
    let greeted = wait(&call, || call.seen().of("response.create").next().is_some()).await;
    pause(caller.talk).await;
    if greeted {
        behave(&sim, &intake, &call, &caller).await;
    }
    pause(caller.talk).await;
    call.caller_hangs_up();
}

async fn behave(sim: &OpenAiSim, intake: &Intake, call: &SimCall, caller: &Caller) {
    match caller.behaviour {
        Behaviour::HangsUp => {}
        Behaviour::Speaks => call.caller_says("When are you open?"),
        Behaviour::Asks => {
            let output = ask(call, LOOKUP, r#"{"day":"Monday"}"#).await;
            assert!(output.is_none_or(|output| output.contains(OPEN)));
        }
        Behaviour::Confuses => {
            let output = ask(call, LOOKUP, r#"{"day":7}"#).await;
            assert!(output.is_none_or(|output| !output.contains(OPEN)));
        }
        Behaviour::Invents => {
            let output = ask(call, "launch", "{}").await;
            assert!(output.is_none_or(|output| !output.is_empty()));
        }
        Behaviour::WantsSomebody | Behaviour::WantsSomebodyInVain => {
            if caller.behaviour == Behaviour::WantsSomebodyInVain {
                sim.lose_next_refer();
            }
            let arguments = format!(r#"{{"destination_id":"{DESTINATION}"}}"#);
            call.call_function(TransferTool::NAME, &arguments);
            wait(call, || false).await;
        }
        Behaviour::IsDone => {
            call.call_function(HangUpTool::NAME, "{}");
            wait(call, || false).await;
        }
        Behaviour::IsCutOff => break_and_wait(call, SimCall::drop_sockets).await,
        Behaviour::IsRestarted => {
            break_and_wait(call, |call| call.close_sockets(1012, "restart")).await;
        }
        Behaviour::IsLeftAlone => {
            call.refuse_attaches(10, 503);
            call.drop_sockets();
            // The service gives up, and hangs up.
            wait(call, || false).await;
        }
        Behaviour::IsAnnounced => {
            let webhook = sim.ended_webhook_for(call);
            call.caller_hangs_up();
            intake.handle(&webhook.request()).await;
        }
    }
}

/// Has the agent call a tool, and gives what it is told; `None` when the call ended over it. There is one answer, whatever
/// happens.
async fn ask(call: &SimCall, tool: &str, arguments: &str) -> Option<String> {
    let id = call.call_function(tool, arguments);
    let answered = wait(call, || !call.seen().outputs_of(&id).is_empty()).await;
    let outputs = call.seen().outputs_of(&id);
    assert!(
        !answered || outputs.len() == 1,
        "{id} was answered {} times",
        outputs.len()
    );
    assert!(
        answered || call.phase().is_over() || call.attached() == 0,
        "nobody answers {tool}"
    );
    outputs.into_iter().next()
}

async fn break_and_wait(call: &SimCall, break_it: impl Fn(&SimCall)) {
    let before = call.counts().attaches;
    break_it(call);
    wait(call, || call.counts().attaches > before).await;
}

/// Waits until something is so, for 2 s at most or until the call is over; says whether it is.
async fn wait(call: &SimCall, is_so: impl Fn() -> bool) -> bool {
    for _ in 0..200 {
        if is_so() {
            return true;
        }
        if call.phase() != Phase::Accepted {
            return false;
        }
        pause(10 * MS).await;
    }
    false
}

pub async fn pause(length: Duration) {
    tokio::time::sleep(length).await;
}
