//! Looking values up and writing them down, once each.

use std::fmt::Write;

use serde_json::Value;

use super::parse::Segment;
use super::{
    Context, ContextValue, ExtraValues, Missing, NullValue, RenderError, RenderOptions, Template,
};

pub(super) fn render<C: Context + ?Sized>(
    template: &Template,
    context: &C,
    options: &RenderOptions,
) -> Result<String, RenderError> {
    let values: Vec<_> = template
        .variables()
        .iter()
        .map(|name| find(context, name, options.null))
        .collect();
    check(template, context, &values, options)?;

    let mut out = String::with_capacity(capacity(template, &values));
    for segment in template.segments.iter() {
        let (range, value) = match segment {
            Segment::Text(range) => (range, None),
            Segment::Variable { index, written } => match values.get(*index).copied().flatten() {
                Some(value) => (written, Some(value)),
                None if options.missing == Missing::Keep => (written, None),
                None => continue,
            },
        };
        match value {
            Some(value) => push(&mut out, value),
            None => out.push_str(template.source().get(range.clone()).unwrap_or_default()),
        }
    }
    Ok(out)
}

/// The value of a variable: the whole name as a key, else as a path into nested objects.
fn find<'c, C: Context + ?Sized>(
    context: &'c C,
    name: &str,
    null: NullValue,
) -> Option<ContextValue<'c>> {
    let value = context.value(name).or_else(|| {
        let mut keys = name.split('.');
        let ContextValue::Json(mut value) = context.value(keys.next()?)? else {
            return None;
        };
        for key in keys {
            value = value.as_object()?.get(key)?;
        }
        Some(ContextValue::Json(value))
    })?;
    let is_null = matches!(value, ContextValue::Json(Value::Null));
    (!is_null || null == NullValue::Empty).then_some(value)
}

fn check<C: Context + ?Sized>(
    template: &Template,
    context: &C,
    values: &[Option<ContextValue<'_>>],
    options: &RenderOptions,
) -> Result<(), RenderError> {
    let mut missing = Vec::new();
    if options.missing == Missing::Error {
        let found = template.variables().iter().zip(values);
        missing.extend(
            found
                .filter(|(_, value)| value.is_none())
                .map(|(name, _)| name.clone()),
        );
    }
    let mut extra = Vec::new();
    if options.extra == ExtraValues::Refuse {
        // The keys that were asked for: a path asks for its first part only when the whole name is no key.
        let mut asked: Vec<_> = template
            .variables()
            .iter()
            .map(|name| match context.value(name) {
                Some(_) => name.as_str(),
                None => name.split('.').next().unwrap_or_default(),
            })
            .collect();
        asked.sort_unstable();
        let keys = context.keys().into_iter();
        extra.extend(
            keys.filter(|key| asked.binary_search(key).is_err())
                .map(str::to_owned),
        );
        extra.sort_unstable();
        extra.dedup();
    }
    RenderError::check(missing, extra)
}

/// Enough for the result, unless large JSON values are written.
fn capacity(template: &Template, values: &[Option<ContextValue<'_>>]) -> usize {
    let length = |value: &ContextValue<'_>| match value {
        ContextValue::Text(text) => text.len(),
        ContextValue::Json(Value::String(text)) => text.len(),
        ContextValue::Json(_) => 24,
    };
    let segments = template.segments.iter();
    segments
        .map(|segment| match segment {
            Segment::Text(range) => range.len(),
            Segment::Variable { index, written } => match values.get(*index) {
                Some(Some(value)) => length(value),
                _ => written.len(),
            },
        })
        .sum()
}

fn push(out: &mut String, value: ContextValue<'_>) {
    match value {
        ContextValue::Text(text) => out.push_str(text),
        ContextValue::Json(Value::String(text)) => out.push_str(text),
        ContextValue::Json(Value::Null) => {}
        ContextValue::Json(value) => {
            // Writing to a String does not fail, and the values of serde_json all have a text.
            let _ = write!(out, "{value}");
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn render(source: &str, context: &Value) -> String {
        Template::parse(source).render(context).unwrap()
    }

    #[test]
    fn values_are_written_by_their_kind() {
        let context = json!({
            "text": "a \"b\" <c> & é\n", "yes": true, "no": false, "int": -7, "big": u64::MAX, "float": 1.5,
            "list": [1, "x", null], "object": {"a": {"b": "c d"}}, "null": null, "empty": "",
        });
        for (source, expected) in [
            ("{{text}}", "a \"b\" <c> & é\n"),
            ("{{yes}} {{no}}", "true false"),
            ("{{int}} {{big}} {{float}}", "-7 18446744073709551615 1.5"),
            ("{{list}}", "[1,\"x\",null]"),
            ("{{object}}", "{\"a\":{\"b\":\"c d\"}}"),
            ("<{{null}}{{empty}}>", "<>"),
        ] {
            assert_eq!(render(source, &context), expected);
        }
    }

    #[test]
    fn a_whole_key_comes_before_a_path() {
        let context = json!({
            "user.name": "whole", "user": {"name": "path", "city": "Pune", "a": {"b": 1}}, "text": "t", "list": [{"a": 1}],
        });
        assert_eq!(
            render("{{user.name}} {{user.city}} {{user.a.b}}", &context),
            "whole Pune 1"
        );
        for absent in [
            "user.x",
            "user.city.x",
            "text.a",
            "list.0",
            "user.",
            "user..a",
            "x.y",
        ] {
            let error = Template::parse(&format!("{{{{{absent}}}}}"))
                .render(&context)
                .unwrap_err();
            assert_eq!(error.missing(), [absent]);
        }
        let shadowed = json!({"a.b": null, "a": {"b": "path"}});
        assert_eq!(render("<{{a.b}}>", &shadowed), "<>");
    }

    #[test]
    fn values_are_never_scanned_again() {
        let context =
            json!({"a": "{{b}} ${b} {b} \\{{b}}", "b": "B", "open": "{{", "close": "b}}"});
        assert_eq!(render("{{a}}", &context), "{{b}} ${b} {b} \\{{b}}");
        assert_eq!(render("{{open}}{{close}}", &context), "{{b}}");
        assert_eq!(render("{{open}}b}}", &context), "{{b}}");
    }

    #[test]
    fn text_and_escapes_come_through() {
        let context = json!({"x": "X"});
        for (source, expected) in [
            ("", ""),
            ("no braces, \\ a backslash", "no braces, \\ a backslash"),
            (
                "{x} ${x} {{}} {{#if x}} {{/if}} {{x y}} x}}",
                "{x} ${x} {{}} {{#if x}} {{/if}} {{x y}} x}}",
            ),
            ("{{{x}}} {{{{x}}}}", "{{{x}}} {{{{x}}}}"),
            ("{{x}}} {{{x}}", "X} {{{x}}"),
            ("\\{{x}} {{x}}", "{{x}} X"),
            ("\\\\{{x}}", "\\{{x}}"),
            ("\\{{{x}}}", "{{{x}}}"),
            ("\\{x} \\{{", "\\{x} {{"),
            ("{{x}}\\{{x}}{{x}}", "X{{x}}X"),
            ("{{x", "{{x"),
        ] {
            assert_eq!(render(source, &context), expected, "{source:?}");
        }
    }

    #[test]
    fn legacy_templates_use_one_brace() {
        let legacy = |source: &str| {
            Template::parse_legacy(source)
                .render(&[("x", "{x}")])
                .unwrap()
        };
        for (source, expected) in [
            ("{x}!", "{x}!"),
            ("{\"a\": \"{x}\", \"b\": {}}", "{\"a\": \"{x}\", \"b\": {}}"),
            ("{{x}} { x }", "{{x}} { x }"),
            ("\\{x} \\{ \\d{2}", "{x} \\{ \\d{2}"),
        ] {
            assert_eq!(legacy(source), expected, "{source:?}");
        }
        assert_eq!(
            Template::parse_legacy("{x}{y}")
                .render(&())
                .unwrap_err()
                .missing(),
            ["x", "y"]
        );
    }

    #[test]
    fn what_is_missing_is_told_kept_or_left_out() {
        let template = Template::parse("{{ b }}-{{a}}-{{ b }}-{{c}}-{{n}}");
        let context = json!({"c": "C", "n": null});
        assert_eq!(template.render(&context).unwrap_err().missing(), ["b", "a"]);
        let with = |options: RenderOptions| template.render_with(&context, &options);
        let options = RenderOptions::new();
        assert_eq!(
            with(options.missing(Missing::Keep)).unwrap(),
            "{{ b }}-{{a}}-{{ b }}-C-"
        );
        assert_eq!(with(options.missing(Missing::Empty)).unwrap(), "---C-");

        let strict = options.null(NullValue::Missing);
        assert_eq!(with(strict).unwrap_err().missing(), ["b", "a", "n"]);
        let kept = with(strict.missing(Missing::Keep)).unwrap();
        assert_eq!(kept, "{{ b }}-{{a}}-{{ b }}-C-{{n}}");
    }

    #[test]
    fn extra_values_are_named_when_asked_for() {
        let template = Template::parse("{{a}} {{user.name}} {{x.y}}");
        let context = json!({"a": 1, "user": {"name": 2, "age": 3}, "x.y": 4, "x": 5, "z": 6});
        assert_eq!(template.render(&context).unwrap(), "1 2 4");
        let options = RenderOptions::new().extra(ExtraValues::Refuse);
        let error = template.render_with(&context, &options).unwrap_err();
        assert_eq!(
            (error.missing().len(), error.extra()),
            (0, ["x", "z"].map(String::from).as_slice())
        );

        let error = template
            .render_with(&[("q", ""), ("q", "")], &options)
            .unwrap_err();
        assert_eq!(error.missing(), ["a", "user.name", "x.y"]);
        assert_eq!(error.extra(), ["q"]);
        let lenient = options.missing(Missing::Empty);
        assert_eq!(
            template.render_with(&[("a", "1")], &lenient).unwrap(),
            "1  "
        );
    }

    #[test]
    fn debug_does_not_show_the_prompt() {
        let shown = format!("{:?}", Template::parse("confidential {{a}}"));
        assert_eq!(shown, "Template { bytes: 18, variables: [\"a\"] }");
    }
}
