//! From text to segments, in one pass from left to right.

use std::collections::HashMap;
use std::ops::Range;

/// How a variable is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Syntax {
    /// `{{ name }}`
    Double,
    /// `{name}`
    Single,
}

/// A piece of a template. Ranges are bytes of the source.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Segment {
    /// Text that is copied.
    Text(Range<usize>),
    /// A variable: its number in the list of names, and how it was written.
    Variable { index: usize, written: Range<usize> },
}

/// What parsing yields.
#[derive(Debug, Default)]
pub(super) struct Parsed {
    pub(super) segments: Vec<Segment>,
    /// Each name once, in order of appearance.
    pub(super) variables: Vec<String>,
}

impl Parsed {
    fn push_text(&mut self, range: Range<usize>) {
        if !range.is_empty() {
            self.segments.push(Segment::Text(range));
        }
    }
}

pub(super) fn parse(source: &str, syntax: Syntax) -> Parsed {
    let width = match syntax {
        Syntax::Double => 2,
        Syntax::Single => 1,
    };
    let mut parsed = Parsed::default();
    let mut numbers = HashMap::new();
    // Text before `kept` is in segments; braces before `seen` have been looked at.
    let (mut kept, mut seen) = (0, 0);
    while let Some(open) = source.get(seen..).and_then(|rest| rest.find('{')) {
        let open = seen + open;
        let rest = source.get(open..).unwrap_or_default();
        let run = rest.bytes().take_while(|byte| *byte == b'{').count();
        seen = open + run;

        let variable = if run == width {
            variable(rest.get(run..).unwrap_or_default(), syntax)
        } else {
            None
        };
        let opens = match syntax {
            Syntax::Double => run >= width,
            Syntax::Single => variable.is_some(),
        };
        let backslash = open > kept && source.get(kept..open).is_some_and(|t| t.ends_with('\\'));
        if opens && backslash {
            parsed.push_text(kept..open - 1);
            kept = open;
        } else if let Some((name, len)) = variable {
            let end = seen + len;
            parsed.push_text(kept..open);
            let index = *numbers.entry(name).or_insert_with(|| {
                parsed.variables.push(name.to_owned());
                parsed.variables.len() - 1
            });
            let written = open..end;
            parsed.segments.push(Segment::Variable { index, written });
            (kept, seen) = (end, end);
        }
    }
    parsed.push_text(kept..source.len());
    parsed
}

/// Reads a variable after its opening braces: the name, and the length up to and with the closing braces.
fn variable(text: &str, syntax: Syntax) -> Option<(&str, usize)> {
    let (blank_free, close) = match syntax {
        Syntax::Double => (text.trim_start(), "}}"),
        Syntax::Single => (text, "}"),
    };
    let first = blank_free.chars().next()?;
    if !(first.is_alphabetic() || first == '_') {
        return None;
    }
    let len = blank_free
        .find(|c: char| !(c.is_alphanumeric() || matches!(c, '_' | '.' | '-')))
        .unwrap_or(blank_free.len());
    let (name, rest) = blank_free.split_at_checked(len)?;
    let rest = match syntax {
        Syntax::Double => rest.trim_start(),
        Syntax::Single => rest,
    };
    let rest = rest.strip_prefix(close)?;
    Some((name, text.len() - rest.len()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(source: &str, syntax: Syntax) -> Vec<String> {
        parse(source, syntax).variables
    }

    #[test]
    fn names_are_found_once_and_in_order() {
        for (source, expected) in [
            ("{{a}}", vec!["a"]),
            ("{{ a }}{{\tb\n}}{{a}}", vec!["a", "b"]),
            (
                "{{_x1}} {{user.name}} {{a-b}}",
                vec!["_x1", "user.name", "a-b"],
            ),
            (
                "{{größe}} {{名前}} {{A}} {{a}}",
                vec!["größe", "名前", "A", "a"],
            ),
            ("{{a}}}}", vec!["a"]),
            ("{\"k\":{{a}}}", vec!["a"]),
            ("{{x {{y}}", vec!["y"]),
            ("{ {{a}}", vec!["a"]),
        ] {
            assert_eq!(names(source, Syntax::Double), expected, "{source:?}");
        }
    }

    #[test]
    fn the_rest_is_text() {
        for source in [
            "",
            "{a}",
            "${a}",
            "{{}}",
            "{{ }}",
            "{{#if a}}{{/if}}",
            "{{a b}}",
            "{{1a}}",
            "{{.a}}",
            "{{-a}}",
            "{{a$}}",
            "{{a",
            "{{a}",
            "{{a} }",
            "a}}",
            "{{{a}}}",
            "{{{{a}}}}",
            "\\{{a}}",
            "\\{{{a}}}",
            "{\"a\": {\"b\": 1}}",
        ] {
            assert_eq!(
                names(source, Syntax::Double),
                Vec::<String>::new(),
                "{source:?}"
            );
        }
    }

    #[test]
    fn one_brace_is_enough_in_the_legacy_form() {
        assert_eq!(
            names("{a} {b.c}{a} {{\"k\": {d}}", Syntax::Single),
            ["a", "b.c", "d"]
        );
        for source in [
            "{{a}}",
            "{ a }",
            "{}",
            "{1}",
            "{a b}",
            "{\"a\": 1}",
            "{a",
            "\\{a}",
        ] {
            assert_eq!(
                names(source, Syntax::Single),
                Vec::<String>::new(),
                "{source:?}"
            );
        }
    }
}
