//! Experiments, as the server keeps them.

use serde_json::{Map, Value, json};

use super::answer::{Good, Refusal, Said};
use super::choice::Speaks;
use super::fields::{Check, number, page};
use super::prompts::shown;
use super::world::{Call, State};
use crate::models::{Event, EventType, Experiment, ExperimentStatus};

pub(super) const STRATEGIES: [&str; 5] = [
    "uniform",
    "weighted",
    "sticky",
    "geographic",
    "user_attribute",
];
const STATUSES: [&str; 5] = ["draft", "running", "paused", "completed", "cancelled"];

pub(super) fn act(call: &Call<'_>, state: &mut State) -> Said {
    match call.route.name {
        "experiments.create" => create(call, state),
        "experiments.list" => list(call, state),
        "experiments.stats" => stats(call, state),
        "experiments.results" => {
            // The server never fills them.
            find(state, call)?;
            Ok(Good::ok(Vec::<Value>::new()))
        }
        "experiments.performance" => performance(call, state),
        "experiments.update" => update(call, state),
        "experiments.delete" => delete(call, state),
        "experiments.start" => turn(
            call,
            state,
            &[ExperimentStatus::Draft],
            ExperimentStatus::Running,
            "started",
        ),
        "experiments.pause" => turn(
            call,
            state,
            &[ExperimentStatus::Running],
            ExperimentStatus::Paused,
            "paused",
        ),
        "experiments.complete" => {
            let from = [ExperimentStatus::Running, ExperimentStatus::Paused];
            let mut good = turn(call, state, &from, ExperimentStatus::Completed, "completed")?;
            if let Some(body) = good.body.as_object_mut() {
                body.insert("results".to_owned(), json!({}));
            }
            Ok(good)
        }
        _ => {
            let index = find(state, call)?;
            let experiment = state.experiments.get(index).ok_or_else(missing)?;
            Ok(Good::ok(shown(call, experiment, Experiment::FIELDS)))
        }
    }
}

fn missing() -> Refusal {
    Refusal::not_found("Experiment not found")
}

fn find(state: &State, call: &Call<'_>) -> Result<usize, Refusal> {
    let id = call.route.param("id");
    let found = state.experiments.iter().position(|one| one.id == id);
    found.ok_or_else(missing)
}

fn checked(body: &Value) -> Check<'_> {
    Check::of(body)
        .text("name", 1..=200)
        .text("description", 0..=1000)
        .number("traffic_percentage", 1..=100)
        .number("min_sample_size", 100..=i64::MAX)
        .number("statistical_significance", 80..=99)
        .text("primary_metric", 1..=usize::MAX)
        .list("secondary_metrics", 0..=usize::MAX)
        .object("target_audience")
        .object("geographic_targeting")
        .object("user_attributes")
}

/// What a body leaves unset.
pub(super) fn with_defaults(body: &Value, defaults: Value) -> Map<String, Value> {
    let mut object = match defaults {
        Value::Object(object) => object,
        _ => Map::new(),
    };
    let given = body.as_object().into_iter().flatten();
    for (name, value) in given.filter(|(_, value)| !value.is_null()) {
        object.insert(name.clone(), value.clone());
    }
    object
}

fn create(call: &Call<'_>, state: &mut State) -> Said {
    let names = [
        "name",
        "project_id",
        "prompt_id",
        "primary_metric",
        "control_variant",
        "treatment_variants",
    ];
    checked(&call.body)
        .required(&names)
        .word("allocation_strategy", &STRATEGIES)
        .object("control_variant")
        .list("treatment_variants", 1..=usize::MAX)
        .done()?;
    if !call.settings.creates_work() {
        return Err(Refusal::broken());
    }
    let id = state.mint();
    let mut object = with_defaults(
        &call.body,
        json!({
            "traffic_percentage": 50, "allocation_strategy": "uniform", "min_sample_size": 1000,
            "statistical_significance": 95, "winner_determined": false,
        }),
    );
    object.insert("id".to_owned(), id.into());
    object.insert("status".to_owned(), "draft".into());
    let experiment = serde_json::from_value::<Experiment>(object.into());
    let mut experiment = experiment.map_err(|_| Refusal::broken())?;
    experiment.created_at = Some(call.wall.into());
    experiment.updated_at = Some(call.wall.into());
    let answer = shown(call, &experiment, Experiment::FIELDS);
    state.experiments.push(experiment);
    Ok(Good::created(answer))
}

fn list(call: &Call<'_>, state: &State) -> Said {
    let limit = number(call.query("limit"), "limit", 100, 1..=1000)?;
    let offset = number(call.query("offset"), "offset", 0, 0..=usize::MAX)?;
    let is = |wanted: Option<&str>, given: Option<&str>| wanted.is_none() || wanted == given;
    let found: Vec<Value> = state
        .experiments
        .iter()
        .filter(|one| is(call.query("project_id"), one.project_id.as_deref()))
        .filter(|one| is(call.query("prompt_id"), one.prompt_id.as_deref()))
        .filter(|one| {
            let status = one.status.as_ref().map(ExperimentStatus::as_str);
            is(call.query("status"), status)
        })
        .map(|one| shown(call, one, Experiment::FIELDS))
        .collect();
    Ok(Good::ok(page(found, offset, limit)))
}

fn update(call: &Call<'_>, state: &mut State) -> Said {
    checked(&call.body).word("status", &STATUSES).done()?;
    let index = find(state, call)?;
    let experiment = state.experiments.get_mut(index).ok_or_else(missing)?;
    let wanted = call.text("status").map(ExperimentStatus::from_word);
    match (&experiment.status, &wanted) {
        (Some(ExperimentStatus::Completed), Some(status))
            if *status != ExperimentStatus::Completed =>
        {
            return Err(Refusal::bad("Cannot change status of completed experiment"));
        }
        (Some(ExperimentStatus::Running), Some(ExperimentStatus::Draft)) => {
            return Err(Refusal::bad(
                "Cannot change running experiment back to draft",
            ));
        }
        _ => {}
    }
    let before = serde_json::to_value(&*experiment).unwrap_or_default();
    let merged = with_defaults(&call.body, before);
    let merged = serde_json::from_value::<Experiment>(merged.into());
    *experiment = merged.map_err(|_| Refusal::broken())?;
    experiment.updated_at = Some(call.wall.into());
    Ok(Good::ok(shown(call, experiment, Experiment::FIELDS)))
}

fn delete(call: &Call<'_>, state: &mut State) -> Said {
    let index = find(state, call)?;
    let is_running = state
        .experiments
        .get(index)
        .is_some_and(|one| one.status == Some(ExperimentStatus::Running));
    if is_running {
        return Err(Refusal::bad("Cannot delete running experiment"));
    }
    state.experiments.remove(index);
    Ok(Good::message("Experiment deleted successfully"))
}

fn turn(
    call: &Call<'_>,
    state: &mut State,
    from: &[ExperimentStatus],
    to: ExperimentStatus,
    word: &str,
) -> Said {
    let index = find(state, call)?;
    let experiment = state.experiments.get_mut(index).ok_or_else(missing)?;
    let now = experiment.status.clone().unwrap_or(ExperimentStatus::Draft);
    if !from.contains(&now) {
        let now = now.as_str();
        return Err(Refusal::bad(format!(
            "An experiment that is {now} cannot be {word}"
        )));
    }
    if to == ExperimentStatus::Running && experiment.start_time.is_none() {
        experiment.start_time = Some(call.wall.into());
    }
    experiment.status = Some(to);
    experiment.updated_at = Some(call.wall.into());
    Ok(Good::message(&format!("Experiment {word} successfully")))
}

fn performance(call: &Call<'_>, state: &State) -> Said {
    let index = find(state, call)?;
    let experiment = state.experiments.get(index).ok_or_else(missing)?;
    let rows = experiment.variants().map(|variant| {
        let assigned: Vec<&str> = state
            .assignments
            .iter()
            .filter(|one| one.variant_id.as_ref() == Some(&variant.id))
            .filter(|one| one.experiment_id.as_ref() == Some(&experiment.id))
            .map(|one| one.id.as_str())
            .collect();
        let belongs = |event: &&Event| {
            let of = event.assignment_id.as_deref();
            of.is_some_and(|of| assigned.contains(&of))
        };
        let events: Vec<&Event> = state.events.iter().filter(belongs).collect();
        let conversions = events
            .iter()
            .filter(|event| event.event_type == Some(EventType::Conversion))
            .count();
        #[allow(clippy::cast_precision_loss, reason = "a share needs no 64 bits")]
        let rate = match assigned.len() {
            0 => 0.0,
            all => conversions as f64 / all as f64,
        };
        json!({
            "variant_id": variant.id,
            "variant_name": variant.name,
            "total_assignments": assigned.len(),
            "total_events": events.len(),
            "conversions": conversions,
            "conversion_rate": rate,
            "average_response_time_ms": 0.0,
            // Placeholders, as the server has them.
            "confidence_interval": [0.0, 0.0],
            "p_value": 0.5,
            "is_winner": false,
        })
    });
    Ok(Good::ok(rows.collect::<Vec<Value>>()))
}

fn stats(call: &Call<'_>, state: &State) -> Said {
    let project = call.query("project_id");
    let meant: Vec<&Experiment> = state
        .experiments
        .iter()
        .filter(|one| project.is_none() || one.project_id.as_deref() == project)
        .collect();
    let in_status = |status: ExperimentStatus| {
        let same = meant
            .iter()
            .filter(|one| one.status.as_ref() == Some(&status));
        same.count()
    };
    let is_meant = |id: &Option<String>| meant.iter().any(|one| Some(&one.id) == id.as_ref());
    let events: Vec<&Event> = state
        .events
        .iter()
        .filter(|event| is_meant(&event.experiment_id))
        .collect();
    let mut by_type: Map<String, Value> = Map::new();
    for event in &events {
        let word = event
            .event_type
            .as_ref()
            .map_or("custom", EventType::as_str);
        let key = match call.speaks() {
            Speaks::Server => format!("EventType.{}", word.to_ascii_uppercase()),
            Speaks::Docs => word.to_owned(),
        };
        let count = by_type.get(&key).and_then(Value::as_u64).unwrap_or(0);
        by_type.insert(key, (count + 1).into());
    }
    let assignments = state.assignments.iter();
    Ok(Good::ok(json!({
        "total_experiments": meant.len(),
        "running_experiments": in_status(ExperimentStatus::Running),
        "completed_experiments": in_status(ExperimentStatus::Completed),
        "total_assignments": assignments.filter(|one| is_meant(&one.experiment_id)).count(),
        "total_events": events.len(),
        "events_by_type": by_type,
    })))
}
