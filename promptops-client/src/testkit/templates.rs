//! Templates the server renders, with single braces, and the aliases they are asked for by.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};
use sha2::{Digest, Sha256};

use super::answer::{Good, Refusal, Said};
use super::fields::Check;
use super::world::{Call, State};
use crate::models::Alias;
use crate::render::{PromptTemplate, PromptVariables, RenderOptions};
use crate::signing::hex;

/// One version of a template.
#[derive(Debug, Clone)]
pub(super) struct Template {
    pub(super) id: String,
    pub(super) version: String,
    pub(super) content: String,
}

pub(super) fn act(call: &Call<'_>, state: &mut State) -> Said {
    match call.route.name {
        "templates.render" => render(call, state),
        "aliases.list" => Ok(Good::ok(json!(state.aliases))),
        "aliases.weights" => weights(call, state),
        "aliases.promote" => {
            let version = call.query("target_version").map(str::to_owned);
            let version = version.ok_or_else(|| {
                Refusal::fields(vec![super::answer::Problem {
                    loc: vec!["query".to_owned(), "target_version".to_owned()],
                    message: "Field required".to_owned(),
                    kind: "missing",
                }])
            })?;
            let alias = alias(state, call.route.param("alias"))?;
            alias.target_version = Some(version);
            alias.weights = None;
            Ok(Good::ok(json!(alias)))
        }
        _ => Ok(Good::ok(json!(alias(state, call.route.param("alias"))?))),
    }
}

fn alias<'s>(state: &'s mut State, name: &str) -> Result<&'s mut Alias, Refusal> {
    let found = state.aliases.iter_mut().find(|alias| alias.alias == name);
    found.ok_or_else(|| Refusal::not_found("Alias not found"))
}

fn weights(call: &Call<'_>, state: &mut State) -> Said {
    Check::of(&call.body)
        .required(&["weights"])
        .object("weights")
        .done()?;
    let given = call.body.get("weights").and_then(Value::as_object);
    let weights: BTreeMap<String, f64> = given
        .into_iter()
        .flatten()
        .filter_map(|(version, weight)| Some((version.clone(), weight.as_f64()?)))
        .collect();
    let sum: f64 = weights.values().sum();
    // Sums of decimal fractions are not exact; the border itself is allowed.
    if (sum - 1.0).abs() > 0.001 + 1e-9 {
        return Err(Refusal::bad("Weights must sum to 1.0"));
    }
    let alias = alias(state, call.route.param("alias"))?;
    alias.weights = Some(weights);
    Ok(Good::ok(json!(alias)))
}

/// The version an alias stands for this time.
fn pick(alias: &Alias, roll: f64) -> Option<String> {
    let Some(weights) = alias.weights.as_ref().filter(|weights| !weights.is_empty()) else {
        return alias.target_version.clone();
    };
    let mut sum = 0.0;
    let hit = weights.iter().find(|(_, weight)| {
        sum += **weight;
        roll < sum
    });
    let hit = hit.or_else(|| weights.iter().next_back());
    hit.map(|(version, _)| version.clone())
}

fn render(call: &Call<'_>, state: &mut State) -> Said {
    Check::of(&call.body)
        .required(&["id", "alias", "inputs"])
        .object("inputs")
        .object("overrides")
        .done()?;
    let (id, name) = (
        call.text("id").unwrap_or_default(),
        call.text("alias").unwrap_or_default(),
    );
    let roll = state.roll();
    let alias = alias(state, name)?.clone();
    let version = pick(&alias, roll);
    let template = state
        .templates
        .iter()
        .find(|one| one.id == id && Some(&one.version) == version.as_ref());
    let template = template.ok_or_else(|| Refusal::not_found("Template not found"))?;
    let inputs = call.body.get("inputs").and_then(Value::as_object);
    let mut variables = PromptVariables::new();
    for (name, value) in inputs.into_iter().flatten() {
        variables.set(name, value.clone());
    }
    let parsed = PromptTemplate::parse_legacy(&template.content);
    let text = parsed
        .render(&variables, &RenderOptions::default())
        .map_err(|error| Refusal::bad(error.to_string()))?;
    let used: Map<String, Value> = inputs
        .into_iter()
        .flatten()
        .filter(|(name, _)| parsed.variables().contains(name))
        .map(|(name, value)| (name.clone(), value.clone()))
        .collect();
    Ok(Good::ok(json!({
        "messages": [{"role": "user", "content": text.as_str()}],
        "hash": hex(&Sha256::digest(text.as_str().as_bytes())),
        "template_id": template.id,
        "version": template.version,
        "inputs_used": used,
        "applied_policies": [],
    })))
}
