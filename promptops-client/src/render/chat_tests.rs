use serde_json::json;

use super::*;
use crate::variables;

fn chat() -> ChatTemplate {
    ChatTemplate::new()
        .message(Role::System, "{{b}} {{user.name}}")
        .placeholder("history")
        .message(Role::User, "{{a}} {{b}}")
}

fn told(messages: &[Message]) -> Vec<(&str, &str)> {
    messages
        .iter()
        .map(|message| (message.role().as_str(), message.content()))
        .collect()
}

#[test]
fn messages_render_and_lists_are_inserted_unread() {
    let values = variables! { a: "A", b: "{{a}}", user: json!({"name": "Ana"}) };
    let history = [
        Message::new(Role::User, "{{a}}"),
        Message::new(Role::Assistant, "x"),
    ];
    let expected = [
        ("system", "{{a}} Ana"),
        ("user", "{{a}}"),
        ("assistant", "x"),
        ("user", "A {{a}}"),
    ];
    let typed = values.clone().with_messages("history", history);
    assert_eq!(
        told(&chat().render(&typed, &RenderOptions::new()).unwrap()),
        expected
    );
    let json = values.with(
        "history",
        json!([{"role": "user", "content": "{{a}}"}, {"role": "assistant", "content": "x"}]),
    );
    assert_eq!(
        told(&chat().render(&json, &RenderOptions::new()).unwrap()),
        expected
    );
}

#[test]
fn everything_missing_is_told_at_once() {
    let error = chat().render(&variables! {}, &RenderOptions::new());
    assert_eq!(
        error.unwrap_err().missing(),
        ["b", "user.name", "history", "a"]
    );
    let empty = RenderOptions::new().missing(Missing::Empty);
    let messages = chat().render(&variables! {}, &empty).unwrap();
    assert_eq!(told(&messages), [("system", " "), ("user", " ")]);
    let null = variables! { history: Value::Null, a: 1, b: 2, "user.name": 3 };
    assert_eq!(
        chat().render(&null, &RenderOptions::new()).unwrap().len(),
        2
    );
    let strict = RenderOptions::new().null(NullValue::Missing);
    assert_eq!(
        chat().render(&null, &strict).unwrap_err().missing(),
        ["history"]
    );
}

#[test]
fn extra_values_and_lists_are_told_over_all_messages() {
    let strict = RenderOptions::new().extra(ExtraValues::Refuse);
    let values = variables! { a: 1, b: 2, user: json!({"name": 3, "age": 4}), history: json!([]) };
    assert!(chat().render(&values, &strict).is_ok());
    let more = values.with("z", 1).with_messages("other", []);
    assert_eq!(
        chat().render(&more, &strict).unwrap_err().extra(),
        ["other", "z"]
    );
    let error = chat().render(&variables! { q: 1 }, &strict).unwrap_err();
    assert_eq!((error.missing().len(), error.extra().len()), (4, 1));
}

#[test]
fn a_placeholder_takes_nothing_but_messages() {
    for wrong in [
        json!("text"),
        json!({}),
        json!([1]),
        json!([{"role": "user"}]),
        json!([{"role": 1, "content": ""}]),
    ] {
        let values = variables! { a: 1, b: 2, "user.name": 3, history: wrong };
        let error = chat().render(&values, &RenderOptions::new()).unwrap_err();
        assert_eq!(error, PromptRenderError::Messages("history".into()));
    }
}

#[test]
fn stored_lists_are_read_or_refused_with_the_place() {
    for (list, error) in [
        (json!({}), ChatFormatError::NoList),
        (
            json!([{"role": "user", "content": ""}, {}]),
            ChatFormatError::Entry(1),
        ),
        (json!([{"type": "placeholder"}]), ChatFormatError::Entry(0)),
        (
            json!([{"type": "image", "role": "user", "content": ""}]),
            ChatFormatError::Entry(0),
        ),
        (json!(["text"]), ChatFormatError::Entry(0)),
    ] {
        assert_eq!(ChatTemplate::from_json(&list).unwrap_err(), error);
    }
    let one = ChatTemplate::from_text(Role::User, PromptTemplate::parse("{{x}}"));
    assert_eq!(one.variables(), ["x"]);
}
