use proptest::prelude::*;
use serde_json::json;

use super::*;
use crate::variables;

fn render(source: &str, values: &PromptVariables) -> Result<String, PromptRenderError> {
    EngineTemplate::parse(source)?.render(values, &RenderOptions::new())
}

fn fault(result: Result<String, PromptRenderError>) -> EngineError {
    match result {
        Err(PromptRenderError::Engine(error)) => error,
        other => panic!("{other:?}"),
    }
}

#[test]
fn values_are_written_as_in_plain_templates() {
    let values = variables! {
        text: "<b> & {{x}}", yes: true, int: -7, big: u64::MAX, float: 1.5, whole: 1.0, none: json!(null),
        list: json!([1, "x", null]), object: json!({"a": {"b": "c d"}}),
    };
    let plain = "{{text}}|{{yes}}|{{int}}|{{big}}|{{float}}|{{whole}}|{{list}}|{{object}}|";
    let expected = super::super::PromptTemplate::parse(plain)
        .render(&values, &RenderOptions::new())
        .unwrap();
    assert_eq!(render(plain, &values).unwrap(), expected.as_str());
    assert_eq!(
        render("<{{ none }}>\n", &variables! { none: json!(null) }).unwrap(),
        "<>\n"
    );
}

#[test]
fn conditions_loops_and_filters_work() {
    let values = variables! { name: "ana", tags: ["a", "b"].as_slice() };
    let source = "{% if name %}{{ name|upper }}{% endif %}:{% for t in tags %}{{ t }}{{ ',' if not loop.last }}{% endfor %}";
    assert_eq!(render(source, &values).unwrap(), "ANA:a,b");
    assert_eq!(
        EngineTemplate::parse(source).unwrap().variables(),
        ["name", "tags"]
    );
    assert!(
        EngineTemplate::parse("{{ range(3) }}")
            .unwrap()
            .variables()
            .is_empty()
    );
}

#[test]
fn missing_values_are_named_or_left_out() {
    let error = fault(render("\n{{ b }} {{ a }}", &variables! {}));
    assert_eq!(
        (error.fault(), error.line()),
        (EngineFault::Missing, Some(2))
    );
    assert_eq!(error.missing(), ["a", "b"]);
    assert_eq!(
        error.to_string(),
        "the template uses a value that is missing (line 2): a, b"
    );
    assert_eq!(
        render("{{ a is defined }}", &variables! {}).unwrap(),
        "false"
    );

    let template = EngineTemplate::parse("<{{ a.b }}>").unwrap();
    let empty = RenderOptions::new().missing(Missing::Empty);
    assert_eq!(template.render(&variables! {}, &empty).unwrap(), "<>");
    let keep = RenderOptions::new().missing(Missing::Keep);
    assert_eq!(
        fault(template.render(&variables! {}, &keep)).fault(),
        EngineFault::KeepUnsupported
    );
    let template = EngineTemplate::parse("<{{ a }}>").unwrap();
    let strict = RenderOptions::new().null(NullValue::Missing);
    let null = variables! { a: json!(null) };
    assert_eq!(fault(template.render(&null, &strict)).missing(), ["a"]);
}

#[test]
fn errors_name_the_line_and_no_value() {
    let values = variables! { secret: "hunter2", map: json!({"k": "hunter2"}) };
    for source in [
        "\n{{ secret + 1 }}",
        "\n{{ map.k.x.y }}",
        "\n{{ secret() }}",
        "\n{{ secret|int }}",
        "\n{{ map[secret].x }}",
    ] {
        let error = fault(render(source, &values));
        assert_eq!(error.line(), Some(2), "{source}");
        let shown = format!(
            "{error} {error:?} {:?}",
            std::error::Error::source(&error).is_some()
        );
        assert!(!shown.contains("hunter2"), "{shown}");
    }
    for source in [
        "\n{% if %}",
        "\n{{ a|no_such_filter }}",
        "\n{% include 'x' %}",
        "\n{% import 'x' as y %}",
        "\n{% extends 'x' %}",
    ] {
        let error = fault(render(source, &variables! { a: 1 }));
        assert_eq!(
            (error.fault(), error.line()),
            (EngineFault::Template, Some(2)),
            "{source}"
        );
    }
}

#[test]
fn steps_depth_output_and_source_are_bounded() {
    let none = variables! {};
    let deep = "{% macro f(n) %}{{ f(n + 1) }}{% endmacro %}{{ f(0) }}";
    assert!(render(deep, &none).is_err());
    let nested = "{% for a in range(99999) %}{% for b in range(99999) %}{% endfor %}{% endfor %}";
    assert_eq!(
        fault(render(nested, &none)).fault(),
        EngineFault::TooManySteps
    );
    for long in [
        "{{ 'x' * 2000000 }}",
        "{{ ['x' * 2000000] }}",
        "{% set a = 'x' * 600000 %}{{ a }}{{ a }}",
        "{% set a %}{{ 'x' * 2000000 }}{% endset %}",
    ] {
        assert_eq!(
            fault(render(long, &none)).fault(),
            EngineFault::OutputTooLong,
            "{long}"
        );
    }
    let long = "x".repeat(256 * 1024 + 1);
    assert_eq!(
        fault(render(&long, &none)).fault(),
        EngineFault::SourceTooLong
    );
    assert!(render(&long[1..], &none).is_ok());
    assert!(render("{% set ns = namespace(a=1) %}", &none).is_err());
    let braces = format!("{{{{ {}1{} }}}}", "(".repeat(5000), ")".repeat(5000));
    assert!(render(&braces, &none).is_err());
}

proptest! {
    #[test]
    fn any_template_renders_or_says_why(source in "(\\{\\{|\\}\\}|\\{%|%\\}|[a-c |.()\\[\\]'~+*0-9]| if | for | in | endif | endfor | set ){0,24}") {
        if let Ok(template) = EngineTemplate::parse(&source) {
            for missing in [Missing::Error, Missing::Empty] {
                let options = RenderOptions::new().missing(missing);
                if let Err(error) = template.render(&variables! { a: 1, b: "x" }, &options) {
                    prop_assert!(!error.to_string().contains('\n'));
                }
            }
        }
    }

    #[test]
    fn values_are_data(hostile in "[{}%#a-c\\\\ ]{0,30}|\\PC{0,20}") {
        let values = variables! { a: hostile.as_str() };
        prop_assert_eq!(render("<{{ a }}>", &values).unwrap(), format!("<{hostile}>"));
    }
}
