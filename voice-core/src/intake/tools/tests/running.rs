//! Every function call gets one answer, whatever the tool does.

use std::time::Duration;

use futures_util::FutureExt;
use futures_util::future::join_all;

use super::*;
use crate::clock::{Clock, SystemClock};
use crate::intake::figures::Figure;

impl Running {
    fn count(&self, figure: Figure) -> u64 {
        self.figures.snapshot().tenants["acme"].get(figure)
    }
}

#[tokio::test(start_paused = true)]
async fn what_goes_wrong_is_told_in_words_and_nothing_else() {
    let registry = ToolRegistry::new()
        .register(offers("fails", |_, _| async {
            Err(ToolError::new("db at 10.1.2.3 said no"))
        }))
        .register(offers("tells", |_, _| async {
            Err(ToolError::new("internal").tell_agent("Ask for the order number."))
        }))
        .register(offers("panics", |_, _| async { panic!("internal") }))
        .register(offers("panics_at_once", |_, _| -> std::future::Ready<_> {
            panic!("internal")
        }))
        .register(offers("hangs", |_, _| std::future::pending()))
        .register(says_name("good"));
    let features = [
        "fails",
        "tells",
        "panics",
        "panics_at_once",
        "hangs",
        "good",
    ];
    let it = running(&registry, &features, Control::default());
    for (id, (name, arguments, part)) in [
        ("fails", "{}", "The tool failed."),
        ("tells", "{}", "Ask for the order number."),
        ("panics", "{}", "The tool failed."),
        ("panics_at_once", "", "The tool failed."),
        ("hangs", "{}", "took too long"),
        ("good", "not json", "not valid JSON"),
        ("good", "[1]", "not a JSON object"),
        ("good", r#"{"n":"x"}"#, "at /n: "),
        ("nobody", "{}", "There are: fails, tells, panics"),
    ]
    .into_iter()
    .enumerate()
    {
        let answer = it.say(&id.to_string(), name, arguments).await;
        assert!(answer.output.contains(part), "{name}: {}", answer.output);
        assert!(!answer.output.contains("internal") && !answer.output.contains("10.1"));
        assert_eq!(answer.then, Then::Speak);
    }
    assert_eq!(it.say("x", "good", r#"{"n":1}"#).await.output, "good");
    assert_eq!(it.count(Figure::ToolRuns), 10);
    assert_eq!(it.count(Figure::ToolFailures), 9);
}

#[tokio::test(start_paused = true)]
async fn one_id_is_run_once_also_while_it_runs_and_after_its_caller_left() {
    let runs = Arc::new(AtomicU32::new(0));
    let counted = runs.clone();
    let slow = offers("slow", move |_, call| {
        let counted = counted.clone();
        async move {
            SystemClock::default().sleep(Duration::from_secs(5)).await;
            let run = counted.fetch_add(1, Ordering::Relaxed);
            Ok(ToolAnswer::new(format!("{} {run}", call.function_call)))
        }
    });
    let registry = ToolRegistry::new().register(slow);
    let it = running(&registry, &["slow"], Control::default());
    let all = join_all((0..20).map(|_| it.say("f1", "slow", "{}"))).await;
    assert!(all.iter().all(|answer| answer.output == "f1 0"));
    assert_eq!(it.say("f1", "other", "{}").await.output, "f1 0");
    assert_eq!(runs.load(Ordering::Relaxed), 1);

    let mut left = Box::pin(it.say("f2", "slow", "{}"));
    assert!(left.as_mut().now_or_never().is_none());
    drop(left);
    assert_eq!(it.say("f2", "slow", "{}").await.output, "f2 1");

    let (one, two) = tokio::join!(it.say("", "slow", "{}"), it.say("", "slow", "{}"));
    assert_ne!(one.output, two.output, "two without an id are two");
}

#[tokio::test(start_paused = true)]
async fn limits_hold() {
    let limits = ToolLimits {
        time: Duration::from_secs(1),
        rounds: 4,
        argument_bytes: 20,
        output_bytes: 30,
    };
    let own = FnBuilder::new("own", |_, _| {
        let run = |_: Map<String, Value>, _| async {
            SystemClock::default().sleep(Duration::from_secs(3)).await;
            Ok(ToolAnswer::new("é".repeat(40)).and_wait())
        };
        let tool = FnTool::new(spec("own"), run).time_limit(Duration::from_secs(4));
        Ok(Some(tool.shared()))
    });
    let registry = ToolRegistry::new()
        .limits(limits)
        .register(own)
        .register(offers("hangs", |_, _| std::future::pending()));
    let it = running(&registry, &["own", "hangs"], Control::default());
    let start = SystemClock::default().now();
    let answer = it.say("1", "own", "{}").await;
    assert_eq!(answer.output, format!("{} [cut off]", "é".repeat(10)));
    assert_eq!(answer.then, Then::Wait);
    let second = SystemClock::default().now();
    assert!(second - start >= Duration::from_secs(3));
    it.say("2", "hangs", "{}").await;
    assert!(SystemClock::default().now() - second < Duration::from_millis(1_100));
    let long = format!("{{{}}}", " ".repeat(20));
    assert!(it.say("3", "own", &long).await.output.contains("too long"));
    it.say("4", "nobody", "{}").await;
    let over = it.say("5", "own", "{}").await.output;
    assert!(over.starts_with("No more tools"), "{over}");
    assert_eq!(it.say("1", "own", "{}").await.then, Then::Wait, "as before");
    assert_eq!(it.count(Figure::ToolRuns), 5);
}

#[tokio::test(start_paused = true)]
async fn a_transfer_goes_to_the_destinations_of_the_configuration_only() {
    let registry = ToolRegistry::new()
        .register(TransferTool::builder())
        .register(HangUpTool::builder());
    let features = ["request_transfer", "end_call"];
    let it = running(&registry, &features, Control::default());
    for (id, bad) in [
        r#"{"destination_id":"+14155550000"}"#,
        r#"{"destination_id":"sip:x@evil.example"}"#,
        r#"{"destination_id":"sales","uri":"sip:x@evil.example"}"#,
        "{}",
    ]
    .into_iter()
    .enumerate()
    {
        let answer = it.say(&id.to_string(), "request_transfer", bad).await;
        assert!(answer.output.starts_with("The arguments do not fit"));
    }
    assert_eq!(it.control.transfers.load(Ordering::Relaxed), 0);
    let good = r#"{"destination_id":"sales","reason":"wants to buy"}"#;
    let answer = it.say("t", "request_transfer", good).await;
    assert_eq!(answer.then, Then::Wait);
    assert_eq!(it.say("h", "end_call", "").await.then, Then::Wait);
    assert_eq!(it.control.hang_ups.load(Ordering::Relaxed), 1);
    assert_eq!(it.control.transfers.load(Ordering::Relaxed), 1);

    let fails = |reason| Control {
        fails: Some(reason),
        ..Control::default()
    };
    let gone = Control {
        gone: true,
        ..Control::default()
    };
    for (control, part, then) in [
        (gone, "over", Then::Wait),
        (fails(Reason::CallGone), "over", Then::Wait),
        (fails(Reason::ProviderError), "did not work", Then::Speak),
        (fails(Reason::UnknownDestination), "no such", Then::Speak),
    ] {
        let it = running(&registry, &features, control);
        let answer = it.say("t", "request_transfer", good).await;
        assert!(answer.output.contains(part), "{}", answer.output);
        assert!(!answer.output.contains("10.0.0.1"), "{}", answer.output);
        assert_eq!(answer.then, then);
    }
    let it = running(&registry, &features, fails(Reason::ProviderError));
    let answer = it.say("h", "end_call", "{}").await;
    assert!(answer.output.contains("could not be ended"));
    let it = running(&registry, &features, fails(Reason::CallGone));
    assert_eq!(it.say("h", "end_call", "{}").await.then, Then::Wait);
}

#[tokio::test(start_paused = true)]
async fn nobody_is_rung_twice_by_a_transfer_whose_outcome_is_unknown() {
    let registry = ToolRegistry::new().register(TransferTool::builder());
    let good = r#"{"destination_id":"sales"}"#;
    let unsure = "It is not known whether";
    // The provider's answer was lost; then its time ran out.
    for control in [
        Control {
            unknown: true,
            ..Control::default()
        },
        Control {
            hangs: true,
            ..Control::default()
        },
    ] {
        let hangs = control.hangs;
        let it = running(&registry, &["request_transfer"], control);
        let first = it.say("1", "request_transfer", good).await;
        assert!(hangs || first.output.contains(unsure), "{}", first.output);
        for id in ["2", "3"] {
            let again = it.say(id, "request_transfer", good).await;
            assert!(again.output.contains(unsure), "{}", again.output);
        }
        assert_eq!(it.control.transfers.load(Ordering::Relaxed), 1);
    }
    // Asked for twice in one breath.
    let it = running(&registry, &["request_transfer"], Control::default());
    let (one, two) = tokio::join!(
        it.say("1", "request_transfer", good),
        it.say("2", "request_transfer", good)
    );
    assert_eq!((one.then, two.then), (Then::Wait, Then::Wait));
    assert_eq!(it.control.transfers.load(Ordering::Relaxed), 1);
    // What surely did not happen may be tried again.
    let refused = Control {
        fails: Some(Reason::ProviderError),
        ..Control::default()
    };
    let it = running(&registry, &["request_transfer"], refused);
    for id in ["1", "2"] {
        it.say(id, "request_transfer", good).await;
    }
    assert_eq!(it.control.transfers.load(Ordering::Relaxed), 2);
}

#[tokio::test]
async fn what_a_tool_is_told_shows_nothing_of_the_configuration() {
    #[derive(Debug)]
    struct Quiet;
    #[async_trait::async_trait]
    impl CallControl for Quiet {
        async fn transfer(&self, _: &str) -> Result<Transferred, IntakeError> {
            Ok(Transferred::CallGone)
        }
        async fn hang_up(&self) -> Result<(), IntakeError> {
            Ok(())
        }
    }
    let mut config = TenantConfig::clone(&tenant(&["orders"]));
    let settings = Map::from_iter([("api".to_owned(), "planted-key".into())]);
    config.features.get_mut("orders").unwrap().settings = settings;
    let tools = json!([{"type": "mcp", "authorization": "planted-token"}]);
    config.session.insert("tools".to_owned(), tools);
    config
        .summary_emails
        .push("planted@acme.example".to_owned());
    let call = CallId::new("rtc_1").unwrap();
    let context = ToolContext::new(call, "f1", Arc::new(config), Arc::new(Quiet));
    let text = format!("{context:?}");
    assert!(text.contains("acme") && text.contains("f1"), "{text}");
    assert!(
        !text.contains("planted") && !text.contains("4155552671"),
        "{text}"
    );
}

#[tokio::test]
async fn arguments_that_hold_the_schema_and_not_the_type_are_the_tools_fault() {
    #[derive(serde::Deserialize)]
    struct Strict {
        n: u8,
    }
    let strict = FnBuilder::new("strict", |_, _| {
        let run = |args: Strict, _| async move { Ok(ToolAnswer::new(args.n.to_string())) };
        Ok(Some(FnTool::new(spec("strict"), run).shared()))
    });
    let registry = ToolRegistry::new().register(strict);
    let it = running(&registry, &["strict"], Control::default());
    assert_eq!(it.say("1", "strict", r#"{"n":7}"#).await.output, "7");
    let answer = it.say("2", "strict", r#"{"n":4155552671}"#).await;
    assert!(answer.output.starts_with("The tool failed"));
    assert!(!format!("{:?}", it.tools).contains("415555"));
}
