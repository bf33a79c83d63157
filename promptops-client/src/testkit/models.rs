//! Models the service knows: documented only.

use serde_json::{Value, json};

use super::answer::{Good, Refusal, Said};
use super::fields::Check;
use super::prompts::rows;
use super::world::{Call, State};
use crate::models::{ModelCost, ModelInfo, Provider};

/// What every simulator knows.
pub(super) fn known() -> Vec<ModelInfo> {
    let model = |provider, name: &str, title: &str, about: &str| {
        ModelInfo::new(name)
            .provider(provider)
            .display_name(title)
            .description(about)
            .supports_streaming(true)
            .supports_json(true)
    };
    vec![
        model(Provider::OpenAi, "gpt-4", "GPT-4", "first model")
            .capabilities(["chat", "completion", "embedding"])
            .max_tokens(8192_u64)
            .cost_per_1k_tokens(ModelCost::new().input(0.03).output(0.06)),
        model(
            Provider::Anthropic,
            "claude-3-sonnet",
            "Claude 3 Sonnet",
            "second model",
        )
        .capabilities(["chat", "completion"])
        .max_tokens(200_000_u64)
        .cost_per_1k_tokens(ModelCost::new().input(0.015).output(0.075)),
    ]
}

pub(super) fn list(call: &Call<'_>, state: &State) -> Said {
    let (provider, capability) = (call.query("provider"), call.query("capability"));
    let models: Vec<&ModelInfo> = state
        .models
        .iter()
        .filter(|model| {
            let maker = model.provider.as_ref().map(Provider::as_str);
            provider.is_none() || maker == provider
        })
        .filter(|model| {
            capability.is_none_or(|wanted| model.capabilities.iter().any(|one| one == wanted))
        })
        .collect();
    Ok(Good::ok(json!({"models": models})))
}

/// A text suits a model it knows when it fits; four characters count as a token.
pub(super) fn compatibility(call: &Call<'_>, state: &State) -> Said {
    Check::of(&call.body)
        .required(&["models"])
        .list("models", 1..=usize::MAX)
        .done()?;
    let stored = match call.text("prompt_id") {
        Some(id) => rows(call, state, id).first().map(|row| row.content.clone()),
        None => None,
    };
    let text = call.text("prompt_content").map(str::to_owned).or(stored);
    let text = text.ok_or_else(Refusal::no_prompt)?;
    let tokens = u64::try_from(text.len()).unwrap_or(u64::MAX).div_ceil(4);
    let asked = call.body.get("models").and_then(Value::as_array);
    let verdicts: Vec<Value> = asked
        .into_iter()
        .flatten()
        .map(|asked| {
            let word = |name| asked.get(name).and_then(Value::as_str).unwrap_or_default();
            let (provider, name) = (word("provider"), word("name"));
            let known = state.models.iter().find(|model| {
                model.name == name
                    && model.provider.as_ref().map(Provider::as_str) == Some(provider)
            });
            let most = known.map(|model| model.max_tokens.unwrap_or(u64::MAX));
            let (issue, advice) = match most {
                None => (Some("The model is not known"), None),
                Some(most) if tokens > most => (
                    Some("The prompt is longer than the model takes"),
                    Some("Shorten the prompt"),
                ),
                Some(_) => (None, None),
            };
            json!({
                "provider": provider,
                "name": name,
                "compatible": issue.is_none(),
                "score": if issue.is_none() { 1.0 } else { 0.0 },
                "issues": Vec::from_iter(issue),
                "recommendations": Vec::from_iter(advice),
            })
        })
        .collect();
    Ok(Good::ok(json!({"compatibility": verdicts})))
}
