//! The scenes of `inbound_calls`.

use openai_calls::testkit::{Phase, SimCall, Turn};
use voice_core::intake::figures::{Figure, FiguresSnapshot};
use voice_core::intake::instructions::{DOWNTIME_GREETING, StoreTrouble};
use voice_core::intake::tenant::{TenantConfig, TenantDirectory, TenantId};

use super::{
    Answer, BLUEBELL, Failure, HARBOUR, NOBODY, OAKFIELD, Setup, Stage, Stores, Story, TenantFile,
    mended, shop_tools, table,
};

/// What is played.
#[derive(Debug)]
pub struct CallScenes {
    /// Calls that Bluebell takes at once, 1 or more.
    pub calls: u32,
    /// Claims and places.
    pub stores: Stores,
    /// The file that the tenants are kept in; in memory when unset.
    pub file: Option<TenantFile>,
    /// Change the file meanwhile.
    pub reload: bool,
}

/// Plays all scenes; gives the counters after the last.
///
/// # Errors
/// When something broke that no scene is about.
pub async fn play_calls(scenes: CallScenes, story: &Story) -> Result<FiguresSnapshot, Failure> {
    let directory: std::sync::Arc<dyn TenantDirectory> = match &scenes.file {
        Some(file) => file.directory(),
        None => std::sync::Arc::new(super::memory_directory(&super::tenants())?),
    };
    let setup = Setup {
        directory,
        tools: shop_tools(),
        stores: scenes.stores,
        // Room for the scenes beside the calls that go on.
        max_calls: scenes.calls.saturating_add(8),
    };
    let stage = Stage::start(setup, story).await?;
    story.say(&format!("The service listens at {}.", stage.url()));
    let mut open = bluebell(&stage, story, scenes.calls).await?;
    harbour(&stage, story).await?;
    oakfield(&stage, story).await?;
    nobody(&stage, story).await?;
    open.extend(repeats(&stage, story).await?);
    forgeries(&stage, story).await?;
    open.extend(outage(&stage, story).await?);
    gone(&stage, story).await?;
    no_session(&stage, story).await?;
    if let Some(file) = scenes.file.filter(|_| scenes.reload) {
        open.extend(reload(&stage, story, &file).await?);
    }
    end(&stage, story, &open).await;
    Ok(stage.intake.snapshot())
}

fn refused(call: &SimCall, answer: &Answer, word: &str, status: u16) -> bool {
    answer.status == 200
        && answer.text("rejected") == word
        && call.phase() == Phase::Rejected(status)
}

async fn bluebell(stage: &Stage, story: &Story, calls: u32) -> Result<Vec<SimCall>, Failure> {
    story.title(&format!("{calls} people call Bluebell Flowers:"));
    let mut open = Vec::new();
    for _ in 0..calls {
        let (call, answer) = stage.call(BLUEBELL).await?;
        story.check(
            &format!("200 {}", answer.body),
            answer.has("accepted") && answer.text("tenant_id") == "bluebell",
        );
        open.push(call);
    }
    if let Some(call) = open.first() {
        call.then(Turn::Say("On Sundays from ten to two.".to_owned()));
        call.caller_says("Are you open on Sunday?");
        let session = call.session();
        let voice = session
            .pointer("/audio/output/voice")
            .and_then(|v| v.as_str());
        story.check(
            &format!(
                "the agent speaks with the voice {}",
                voice.unwrap_or_default()
            ),
            voice == Some("marin"),
        );
    }
    Ok(open)
}

async fn harbour(stage: &Stage, story: &Story) -> Result<(), Failure> {
    story.title("Harbour Dental has one line, and two people call:");
    let (first, answer) = stage.call(HARBOUR).await?;
    story.check(&format!("200 {}", answer.body), answer.has("accepted"));
    let (second, answer) = stage.call(HARBOUR).await?;
    story.check(
        &format!(
            "200 {}; the caller hears {:?}",
            answer.body,
            second.counts().rejects
        ),
        refused(&second, &answer, "capacity", 486),
    );
    first.caller_hangs_up();
    let is_free = stage
        .settled(u32::try_from(stage.sim.active_calls())?)
        .await;
    story.check("the first hangs up, and the line is free", is_free);
    let (third, answer) = stage.call(HARBOUR).await?;
    story.check(&format!("200 {}", answer.body), answer.has("accepted"));
    third.caller_hangs_up();
    stage
        .settled(u32::try_from(stage.sim.active_calls())?)
        .await;
    Ok(())
}

async fn oakfield(stage: &Stage, story: &Story) -> Result<(), Failure> {
    story.title("Oakfield Garage's document breaks its schema:");
    let (call, answer) = stage.call(OAKFIELD).await?;
    story.check(
        &format!("200 {}", answer.body),
        refused(&call, &answer, "tenant_config_parse_error", 603),
    );
    // What whoever provisions tenants would check before a document is stored.
    let tenant = TenantId::parse("oakfield")?;
    let document = stage.directory.document(&tenant).await?.unwrap_or_default();
    let Err(error) = TenantConfig::from_document(&tenant, &document) else {
        story.check("the document has problems", false);
        return Ok(());
    };
    for problem in error.problems() {
        story.say(&format!("- {problem}"));
    }
    Ok(())
}

async fn nobody(stage: &Stage, story: &Story) -> Result<(), Failure> {
    story.title("Somebody dials a number that is nobody's:");
    let (call, answer) = stage.call(NOBODY).await?;
    story.check(
        &format!("200 {}", answer.body),
        refused(&call, &answer, "tenant_resolve_failed", 404),
    );
    Ok(())
}

async fn repeats(stage: &Stage, story: &Story) -> Result<Vec<SimCall>, Failure> {
    story.title("A webhook comes five times at once, again later, and under another id:");
    let call = stage.ring(BLUEBELL);
    let webhook = stage.sim.webhook_for(&call);
    let mut answers = stage.deliver_copies(&webhook, 5).await?;
    answers.push(stage.deliver(&webhook.again()).await?);
    answers.push(stage.deliver(&webhook.with_id("wh_another")).await?);
    let deduped = answers
        .iter()
        .filter(|answer| answer.has("deduped"))
        .count();
    let accepts = call.counts().accept_requests;
    story.check(
        &format!(
            "{} deliveries, {deduped} were known, and OpenAI was asked to accept {accepts} time(s)",
            answers.len()
        ),
        deduped == 6 && accepts == 1,
    );
    Ok(vec![call])
}

async fn forgeries(stage: &Stage, story: &Story) -> Result<(), Failure> {
    story.title("Somebody without the secret tries:");
    let call = stage.ring(BLUEBELL);
    let webhook = stage.sim.webhook_for(&call);
    let other = webhook.signed_with("whsec_Z3Vlc3NlZC1zZWNyZXQtMDEyMzQ1Njc4OQ==")?;
    let late = webhook.sent_ago(std::time::Duration::from_secs(301));
    for (what, webhook) in [
        ("an invented signature", webhook.forged()),
        ("another secret", other),
        ("a changed body", webhook.with_body("{}")),
        ("no signature", webhook.without("webhook-signature")),
        ("a genuine one, 301 s old", late),
    ] {
        let answer = stage.deliver(&webhook).await?;
        story.check(
            &format!("{what}: {}", answer.status),
            answer.status == 401 && call.phase() == Phase::Ringing,
        );
    }
    call.caller_hangs_up();
    Ok(())
}

async fn outage(stage: &Stage, story: &Story) -> Result<Vec<SimCall>, Failure> {
    story.title("The store of texts is down:");
    stage.texts.trouble(StoreTrouble::Down);
    let (safe, answer) = stage.call(BLUEBELL).await?;
    story.check(
        &format!("200 {}: its safe texts", answer.body),
        answer.has("accepted") && answer.has("fallback") && has_prompt(&safe, "promise to call"),
    );
    let (downtime, answer) = stage.call(HARBOUR).await?;
    story.check(
        &format!(
            "200 {}: it has none, so \"{DOWNTIME_GREETING}\"",
            answer.body
        ),
        answer.has("accepted") && answer.has("fallback") && has_prompt(&downtime, "Apologise"),
    );
    stage.texts.trouble(StoreTrouble::None);
    let totals = stage.intake.snapshot().totals;
    let count = |figure| totals.get(figure);
    story.check(
        &format!(
            "counted: {} times down, {} with safe texts, {} with those for an outage",
            count(Figure::InstructionsDbErrors),
            count(Figure::FallbackSafe),
            count(Figure::FallbackDowntime)
        ),
        count(Figure::InstructionsDbErrors) == 2
            && count(Figure::FallbackSafe) == 1
            && count(Figure::FallbackDowntime) == 1,
    );
    Ok(vec![safe, downtime])
}

fn has_prompt(call: &SimCall, words: &str) -> bool {
    let session = call.session();
    let prompt = session.get("instructions").and_then(|text| text.as_str());
    prompt.is_some_and(|prompt| prompt.contains(words))
}

async fn gone(stage: &Stage, story: &Story) -> Result<(), Failure> {
    story.title("A caller has hung up before the webhook arrives:");
    let call = stage.ring(BLUEBELL);
    let webhook = stage.sim.webhook_for(&call);
    call.caller_hangs_up();
    let answer = stage.deliver(&webhook).await?;
    story.check(
        &format!("200 {}", answer.body),
        answer.text("reason") == "call_already_gone" && call.counts().accepts == 0,
    );
    Ok(())
}

async fn no_session(stage: &Stage, story: &Story) -> Result<(), Failure> {
    story.title("A call is accepted, and its session does not start:");
    let call = stage.ring(BLUEBELL);
    call.refuse_attaches(10, 403);
    let answer = stage.deliver(&stage.sim.webhook_for(&call)).await?;
    story.check(
        &format!("200 {}: the caller is not left with nobody", answer.body),
        answer.text("reason") == "call_session_start_failed" && call.phase() == Phase::HungUp,
    );
    story.say(&format!("because: {}", answer.cause));
    Ok(())
}

async fn reload(stage: &Stage, story: &Story, file: &TenantFile) -> Result<Vec<SimCall>, Failure> {
    story.title("Oakfield's document is mended in the file:");
    let before = file.text()?;
    file.put(&mended().to_string()).await?;
    let (first, answer) = stage.call(OAKFIELD).await?;
    story.check(&format!("200 {}", answer.body), answer.has("accepted"));
    file.put("{\"tenants\": [").await?;
    let (second, answer) = stage.call(OAKFIELD).await?;
    let stats = file.directory().stats();
    file.put(&before).await?;
    story.check(
        &format!(
            "then half a file is written, and what was good serves on: 200 {} ({} loads, {} failures)",
            answer.body, stats.loads, stats.failures
        ),
        answer.has("accepted") && stats.failures > 0,
    );
    Ok(vec![first, second])
}

async fn end(stage: &Stage, story: &Story, open: &[SimCall]) {
    story.title("Everybody hangs up:");
    for call in open {
        call.caller_hangs_up();
    }
    let is_over = stage.settled(0).await;
    // Hooks run once the places are free.
    let patience = std::time::Duration::from_secs(5);
    let drained = stage
        .intake
        .drain(patience, voice_core::intake::WhenOver::HangUp)
        .await;
    story.check(
        "no call goes on, and every place is free",
        is_over && drained.left == 0 && stage.sim.active_calls() == 0,
    );
    story.title("The counters:");
    for line in table(&stage.intake.snapshot()) {
        story.say(&line);
    }
}
