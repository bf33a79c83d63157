//! What is odd about the value of a setting, whatever it is for: quotes, placeholders, pasted lines. No value is shown.

/// Words of values nobody has filled in yet, in lower case.
const PLACEHOLDERS: [&str; 12] = [
    "your_",
    "your-",
    "yourcompany",
    "yourdomain",
    "yourapp",
    "changeme",
    "change_me",
    "change-me",
    "placeholder",
    "replace_me",
    "replace-me",
    "xxxxxx",
];

/// What is wrong with `value`, the text of the variable `name`, as the end of a sentence.
pub(super) fn trouble(name: &str, value: &str) -> Option<&'static str> {
    let text = value.trim();
    if is_quoted(text) {
        return Some(
            "is in quotes: some tools (docker --env-file, systemd) keep them, so leave them away",
        );
    }
    if text
        .strip_prefix(name)
        .is_some_and(|rest| rest.trim_start().starts_with('='))
        || text.starts_with("export ")
    {
        return Some("holds a whole line (NAME=value): keep the value alone");
    }
    let lower = text.to_ascii_lowercase();
    if ["bearer ", "basic ", "token "]
        .iter()
        .any(|scheme| lower.starts_with(scheme))
    {
        return Some("begins with the name of a scheme, such as Bearer: keep the key alone");
    }
    if text.contains("${") || text.contains("{{") || (text.starts_with("$(") && text.ends_with(')'))
    {
        return Some("holds a reference such as ${NAME} that nobody has filled in");
    }
    let bracketed = text.starts_with('<') && text.ends_with('>');
    let dots = text.ends_with("...") || text.ends_with('…');
    if bracketed || dots || PLACEHOLDERS.iter().any(|word| lower.contains(word)) {
        return Some("is a placeholder: put the real value in its place");
    }
    None
}

fn is_quoted(text: &str) -> bool {
    const QUOTES: [(char, char); 5] =
        [('"', '"'), ('\'', '\''), ('`', '`'), ('“', '”'), ('‘', '’')];
    QUOTES
        .iter()
        .any(|(open, close)| text.len() > 1 && text.starts_with(*open) && text.ends_with(*close))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn what_people_paste_is_told_apart() {
        for (value, word) in [
            (r#""abc""#, "quotes"),
            ("'abc'", "quotes"),
            ("“abc”", "quotes"),
            ("KEY=abc", "line"),
            ("export KEY=abc", "line"),
            ("Bearer abc", "scheme"),
            ("${SECRET}", "reference"),
            ("{{ secret }}", "reference"),
            ("your_api_key", "placeholder"),
            ("your-twilio-auth-token", "placeholder"),
            ("ACxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx", "placeholder"),
            ("https://api.yourcompany.com", "placeholder"),
            ("<api key>", "placeholder"),
            ("AC...", "placeholder"),
            ("changeme", "placeholder"),
        ] {
            let said = trouble("KEY", value).unwrap_or_else(|| panic!("{value}"));
            assert!(said.contains(word), "{value}: {said}");
        }
        for good in [
            "sk-proj-abc",
            "AC0123456789abcdef0123456789abcdef",
            "KEYS=1",
            "\"",
            "a$b",
            "https://example.org/a?b=c",
        ] {
            assert_eq!(trouble("KEY", good), None, "{good}");
        }
    }

    proptest! {
        #[test]
        fn no_value_panics(name in ".{0,10}", value in ".{0,60}") {
            let _ = trouble(&name, &value);
        }
    }
}
