//! Rules for agents.

use serde_json::{Map, Value};
use voice_core::ident::AgentName;
use voice_core::provider::{AgentChange, AgentSpec};

use crate::agents::{AgentUpdate, NewAgent, TemplateSpec};
use crate::check::Problems;

/// The most characters of a prompt.
const PROMPT: usize = 10_000;

pub(super) fn name(problems: &mut Problems, name: &str) {
    let is_plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, ' ' | '-' | '_');
    let message = if !(1..=AgentName::MAX_CHARS).contains(&name.chars().count()) {
        "Agent name must be between 1 and 64 characters"
    } else if !name.chars().all(is_plain) {
        "Agent name can only contain letters, numbers, spaces, hyphens, and underscores"
    } else if name.trim() != name {
        "Agent name must not begin or end with a space"
    } else {
        return;
    };
    problems.add("name", message);
}

pub(super) fn prompt(problems: &mut Problems, prompt: &str) {
    // Bytes first: to count the characters of a huge text takes longer than to see that it is one.
    let is_good =
        !prompt.is_empty() && prompt.len() <= 4 * PROMPT && prompt.chars().count() <= PROMPT;
    problems.rule(
        !is_good,
        "prompt",
        "Prompt must be between 1 and 10000 characters",
    );
}

fn language(problems: &mut Problems, language: Option<&String>) {
    let is_good = |text: &String| match text.as_bytes() {
        [a, b] => [a, b].into_iter().all(u8::is_ascii_lowercase),
        [a, b, b'-', c, d] => {
            [a, b].into_iter().all(u8::is_ascii_lowercase)
                && [c, d].into_iter().all(u8::is_ascii_uppercase)
        }
        _ => false,
    };
    problems.rule(
        !language.is_none_or(is_good),
        "language",
        "Language must be a code such as en or en-US",
    );
}

/// A field that was set by its wire name, which wins over the typed one.
fn set_by_name<'a>(extra: &'a Map<String, Value>, name: &str) -> Option<&'a str> {
    extra.get(name).and_then(Value::as_str)
}

pub(super) fn spec(problems: &mut Problems, spec: &AgentSpec) {
    name(problems, spec.name.as_str());
    let text = set_by_name(&spec.extra, "systemPrompt").unwrap_or(&spec.prompt);
    prompt(problems, text);
    language(problems, spec.language.as_ref());
}

pub(super) fn change(problems: &mut Problems, change: &AgentChange) {
    if let Some(new) = &change.name {
        name(problems, new.as_str());
    }
    let text = set_by_name(&change.extra, "systemPrompt").or(change.prompt.as_deref());
    if let Some(text) = text {
        prompt(problems, text);
    }
    language(problems, change.language.as_ref());
}

pub(super) fn new(problems: &mut Problems, agent: &NewAgent) {
    name(problems, agent.name.as_str());
    prompt(
        problems,
        prompt_of(&agent.call_template).unwrap_or_default(),
    );
    language(problems, agent.call_template.language_hint.as_ref());
}

pub(super) fn update(problems: &mut Problems, update: &AgentUpdate) {
    if let Some(new) = &update.name {
        name(problems, new.as_str());
    }
    let is_taken_away = update.unset.iter().any(|field| field == "systemPrompt");
    match prompt_of(&update.template) {
        Some(text) => prompt(problems, text),
        None if is_taken_away => prompt(problems, ""),
        None => {}
    }
    language(problems, update.template.language_hint.as_ref());
}

fn prompt_of(template: &TemplateSpec) -> Option<&str> {
    set_by_name(&template.extra, "systemPrompt").or(template.system_prompt.as_deref())
}
