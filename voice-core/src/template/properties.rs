//! What must hold of every template and every value.

use proptest::prelude::*;
use serde_json::{Map, Value};

use super::*;

/// Text made of the characters that matter to the parser.
fn templates() -> impl Strategy<Value = String> {
    prop_oneof![
        "[{}\\\\ ab._\\n$é1-]{0,40}",
        "(\\{\\{ ?[ab.]{0,3} ?\\}\\}|[{}\\\\a ]){0,12}",
        ".{0,60}",
    ]
}

fn without(mut text: String, part: &str) -> String {
    while text.contains(part) {
        text = text.replace(part, "{");
    }
    text
}

fn values() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        templates().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<bool>().prop_map(Value::from),
        Just(Value::Null),
    ];
    leaf.prop_recursive(2, 8, 3, |inner| {
        prop::collection::btree_map("[ab]", inner, 0..3)
            .prop_map(|map| Value::Object(map.into_iter().collect()))
    })
}

fn written(value: &Value) -> String {
    match value {
        Value::Null => String::new(),
        Value::String(text) => text.clone(),
        other => serde_json::to_string(other).unwrap(),
    }
}

proptest! {
    #[test]
    fn any_template_with_any_values_renders_or_says_why(
        source in templates(),
        context in prop::collection::btree_map("[ab]", values(), 0..3),
    ) {
        let context: Map<String, Value> = context.into_iter().collect();
        for template in [Template::parse(&source), Template::parse_legacy(&source)] {
            for missing in [Missing::Error, Missing::Keep, Missing::Empty] {
                for extra in [ExtraValues::Ignore, ExtraValues::Refuse] {
                    let options = RenderOptions::new().missing(missing).extra(extra);
                    if let Err(error) = template.render_with(&context, &options) {
                        prop_assert!(missing == Missing::Error || error.missing().is_empty());
                        prop_assert!(extra == ExtraValues::Refuse || error.extra().is_empty());
                        prop_assert!(!error.to_string().contains('\n'));
                    }
                }
            }
        }
    }

    #[test]
    fn without_an_opening_the_text_stays_as_it_is(source in templates()) {
        let source = without(source, "{{");
        let template = Template::parse(&source);
        prop_assert!(template.variables().is_empty());
        prop_assert_eq!(template.render(&()).unwrap(), source);
    }

    #[test]
    fn kept_variables_give_the_source_back(source in templates()) {
        let source = without(source, "\\{{");
        let options = RenderOptions::new().missing(Missing::Keep);
        let template = Template::parse(&source);
        prop_assert_eq!(template.render_with(&(), &options).unwrap(), source.as_str());
        prop_assert_eq!(template.source(), source);
    }

    #[test]
    fn variables_are_unique_and_well_formed(source in templates()) {
        for template in [Template::parse(&source), Template::parse_legacy(&source)] {
            let mut seen = std::collections::HashSet::new();
            for name in template.variables() {
                prop_assert!(seen.insert(name));
                let mut characters = name.chars();
                prop_assert!(characters.next().is_some_and(|c| c.is_alphabetic() || c == '_'));
                prop_assert!(characters.all(|c| c.is_alphanumeric() || "_.-".contains(c)));
            }
            let mut next = 0;
            for segment in template.segments.iter() {
                if let Segment::Variable { index, written } = segment {
                    prop_assert!(*index <= next && source[written.clone()].contains(&template.variables()[*index]));
                    next = next.max(index + 1);
                }
            }
            prop_assert_eq!(next, template.variables().len());
        }
    }

    /// A template put together from known parts renders to the parts: no value is expanded, no text is lost.
    #[test]
    fn the_result_is_the_sum_of_the_parts(
        parts in prop::collection::vec(("[a-z }$\n]{0,6}", "[a-c]", "[ \t]{0,2}"), 0..8),
        tail in "[a-z }$\n]{0,6}",
        a in values(),
        b in values(),
        c in templates(),
    ) {
        let context = Map::from_iter([("a".to_owned(), a), ("b".to_owned(), b), ("c".to_owned(), c.into())]);
        let (mut source, mut expected, mut names) = (String::new(), String::new(), Vec::new());
        for (text, name, blank) in &parts {
            source += &format!("{text}{{{{{blank}{name}{blank}}}}}");
            expected += text;
            expected += &written(&context[name]);
            if !names.contains(name) {
                names.push(name.clone());
            }
        }
        source += &tail;
        expected += &tail;
        let template = Template::parse(&source);
        prop_assert_eq!(template.variables(), names);
        prop_assert_eq!(template.render(&context).unwrap(), expected);
    }
}
