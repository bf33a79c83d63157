//! One bad builder costs one tool.

use super::*;
use crate::provider::ToolChoice;

fn reasons(built: &BuiltTools) -> Vec<&Reason> {
    built.problems.iter().map(IntakeError::reason).collect()
}

#[test]
fn a_tenant_gets_the_tools_of_its_features_in_order() {
    let registry = ToolRegistry::new()
        .register(says_name("b"))
        .register(says_name("off"))
        .register(says_name("a"))
        .register(says_name("unknown"));
    let built = registry.build(&tenant(&["a", "b"]));
    let names: Vec<String> = built.tools.specs().into_iter().map(|s| s.name).collect();
    assert_eq!(names, ["b", "a"]);
    assert_eq!(built.tools.choice(), ToolChoice::Auto);
    assert!(built.problems.is_empty());

    let none = registry.build(&tenant(&[]));
    assert!(none.tools.is_empty() && none.tools.specs().is_empty());
    assert_eq!(none.tools.choice(), ToolChoice::None);
}

#[test]
fn each_bad_builder_costs_its_own_tool_only() {
    #[derive(Debug)]
    struct PanicsInSpec;
    #[async_trait]
    impl Tool for PanicsInSpec {
        fn spec(&self) -> &ToolSpec {
            panic!("told to")
        }
        async fn run(
            &self,
            _: &Map<String, Value>,
            _: &ToolContext,
        ) -> Result<ToolAnswer, ToolError> {
            Ok(ToolAnswer::new(""))
        }
    }
    #[derive(Debug)]
    struct PanicsAtOnce;
    impl ToolBuilder for PanicsAtOnce {
        fn feature(&self) -> &str {
            panic!("told to")
        }
        fn build(
            &self,
            _: &Arc<TenantConfig>,
            _: &Map<String, Value>,
        ) -> Result<Option<Arc<dyn Tool>>, ToolError> {
            Ok(None)
        }
    }
    let registry = ToolRegistry::new()
        .register(says_name("good"))
        .register(FnBuilder::new("fails", |_, _| {
            Err(ToolError::new("no key, token=abcdef123"))
        }))
        .register(FnBuilder::new("panics", |_, _| panic!("told to")))
        .register(FnBuilder::new("spec", |_, _| {
            Ok(Some(Arc::new(PanicsInSpec) as Arc<dyn Tool>))
        }))
        .register(PanicsAtOnce)
        .register(FnBuilder::new("twice", |_, _| {
            let run = |_: Map<String, Value>, _| async { Ok(ToolAnswer::new("")) };
            Ok(Some(FnTool::new(spec("good"), run).shared()))
        }))
        .register(FnBuilder::new("name", |_, _| {
            let run = |_: Map<String, Value>, _| async { Ok(ToolAnswer::new("")) };
            Ok(Some(FnTool::new(spec("a name"), run).shared()))
        }))
        .register(FnBuilder::new("none", |_, _| Ok(None)))
        .register(says_name("also_good"));
    let features = [
        "good",
        "fails",
        "panics",
        "spec",
        "twice",
        "name",
        "none",
        "also_good",
    ];
    let built = registry.build(&tenant(&features));
    assert_eq!(
        built.tools.names().collect::<Vec<_>>(),
        ["good", "also_good"]
    );
    assert_eq!(
        reasons(&built),
        [
            &Reason::BuilderFailed,
            &Reason::Panicked,
            &Reason::Panicked,
            &Reason::Panicked,
            &Reason::DuplicateName,
            &Reason::InvalidSpec,
        ]
    );
    for problem in &built.problems {
        assert_eq!(problem.code(), EventCode::ToolBuildError);
        assert_eq!(problem.tenant().map(TenantId::as_str), Some("acme"));
    }
    let text = format!("{:?}", built.problems);
    assert!(!text.contains("abcdef123"), "{text}");
    assert!(text.contains("fails") && text.contains("panics"), "{text}");
}

#[test]
fn ready_made_tools_take_their_words_from_the_settings() {
    let registry = ToolRegistry::new()
        .register(TransferTool::builder())
        .register(HangUpTool::builder());
    let mut config = TenantConfig::clone(&tenant(&["request_transfer", "end_call"]));
    let built = registry.build(&Arc::new(config.clone()));
    let specs = built.tools.specs();
    assert_eq!(specs[0].name, "request_transfer");
    let schema = &specs[0].parameters;
    assert_eq!(
        schema["properties"]["destination_id"]["enum"],
        json!(["sales"])
    );
    assert_eq!(schema["required"], json!(["destination_id"]));
    assert_eq!(specs[1].name, "end_call");
    let told = format!("{specs:?}");
    assert!(!told.contains("4155552671"), "{told}");

    for (text, problems) in [(json!("To sales."), 0), (json!(7), 1), (json!(" "), 1)] {
        let settings = Map::from_iter([("description".to_owned(), text)]);
        config
            .features
            .get_mut("request_transfer")
            .unwrap()
            .settings = settings;
        let built = registry.build(&Arc::new(config.clone()));
        assert_eq!(built.problems.len(), problems);
        if problems == 0 {
            assert_eq!(built.tools.specs()[0].description, "To sales.");
        }
    }
    config.destinations.clear();
    config.features.remove("end_call");
    config
        .features
        .get_mut("request_transfer")
        .unwrap()
        .settings = Map::new();
    let built = registry.build(&Arc::new(config));
    assert!(built.tools.is_empty() && built.problems.is_empty());
}
