//! One test for each fault of the reference clients that rendering here must not have.

use proptest::prelude::*;
use serde_json::{Value, json};

use super::{Missing, ModelFallback, PromptTemplate, RenderOptions, choose};
use crate::variables;

fn render(source: &str, values: &super::PromptVariables) -> String {
    let template = PromptTemplate::parse(source);
    template
        .render(values, &RenderOptions::new())
        .unwrap()
        .into_string()
}

#[test]
fn double_brace_templates_render_instead_of_raising() {
    assert_eq!(render("{{a}} {{ a }}", &variables! { a: "x" }), "x x");
}

#[test]
fn a_json_brace_is_no_missing_variable() {
    let source = r#"Answer {"a": {"b": [{}]}, "c": "{x}"} for {{name}}"#;
    assert_eq!(
        render(source, &variables! { name: "Ana" }),
        r#"Answer {"a": {"b": [{}]}, "c": "{x}"} for Ana"#
    );
}

#[test]
fn values_are_not_expanded_again_nor_in_a_second_dollar_pass() {
    let values = variables! { a: "{{b}} ${b} {b}", b: "SECRET" };
    assert_eq!(render("{{a}} ${b}", &values), "{{b}} ${b} {b} ${b}");
}

#[test]
fn html_is_not_escaped() {
    assert_eq!(
        render("{{a}}", &variables! { a: "<b> & \"c\" 'd'" }),
        "<b> & \"c\" 'd'"
    );
}

#[test]
fn a_text_of_another_provider_is_not_taken_silently() {
    let texts = [("openai", "gpt-4o")];
    assert_eq!(
        choose(&texts, "anthropic", "claude", ModelFallback::default()).specific(),
        None
    );
}

#[test]
fn all_missing_names_are_told_and_not_only_the_first() {
    let template = PromptTemplate::parse("{{c}} {{a}} {{c}} {{b}}");
    let error = template.render(&variables! { a: Value::Null }, &RenderOptions::new());
    assert_eq!(error.unwrap_err().missing(), ["c", "b"]);
}

proptest! {
    /// Whatever a caller is called, the text around it and the other values stay what they are.
    #[test]
    fn no_value_injects_anything(hostile in "[{}$%#a-c\\\\ ]{0,30}|\\PC{0,20}") {
        let values = variables! { a: hostile.as_str(), b: "B", c: json!([hostile.as_str()]) };
        let listed = serde_json::to_string(&json!([hostile.as_str()])).unwrap();
        prop_assert_eq!(render("<{{a}}|{{b}}|{{c}}>", &values), format!("<{hostile}|B|{listed}>"));
    }

    #[test]
    fn any_text_in_any_syntax_renders_or_says_why(source in "[{}%#\\\\ a-c.|_\n]{0,40}|\\PC{0,40}") {
        for template in [PromptTemplate::parse(&source), PromptTemplate::parse_legacy(&source)] {
            for missing in [Missing::Error, Missing::Keep, Missing::Empty] {
                let options = RenderOptions::new().missing(missing);
                if let Err(error) = template.render(&variables! { a: 1 }, &options) {
                    prop_assert!(missing == Missing::Error && !error.missing().is_empty());
                }
            }
        }
    }
}
