//! What happened, as the bodies the API takes.
//!
//! The API asks every event for a session. It is the subject's session, else its unit; a subject that has neither can be
//! assigned, by its country or attributes, and not be reported.

use std::time::SystemTime;

use crate::models::{EventType, JsonMap, NewAssignment, NewEvent, PoTime};

use super::{Assignment, Enrolled, Subject};

/// The name of the event that says somebody saw a variant.
pub(super) const EXPOSURE: &str = "exposure";

/// The event that says the subject saw its variant: of the type `custom`, with the name `exposure`.
///
/// `None` for who takes no part, and for a subject without any id. Send it when the variant is used, not when it is
/// assigned, and once: an [`ExposureRecorder`](super::ExposureRecorder) sees to that.
#[must_use]
pub fn exposure(assignment: &Assignment, subject: &Subject, at: SystemTime) -> Option<NewEvent> {
    event(assignment, subject, EventType::Custom, EXPOSURE, at)
}

/// The event that says the subject did what the experiment is for. What it was worth can be added to it.
///
/// `None` for who takes no part, and for a subject without any id.
///
/// ```
/// use std::time::UNIX_EPOCH;
/// use promptops_client::experiments::{ExperimentPlan, Segments, Subject, conversion};
/// use promptops_client::models::{Experiment, ExperimentStatus, Variant};
///
/// let experiment = Experiment::new("exp1")
///     .status(ExperimentStatus::Running)
///     .traffic_percentage(100_u32)
///     .control_variant(Variant::new("plain"))
///     .treatment_variants([Variant::new("friendly")]);
/// let ana = Subject::user("user-1").with_session("s-1");
/// let answer = ExperimentPlan::from_experiment(&experiment)?.assign(&ana, &Segments::new(), UNIX_EPOCH);
///
/// let event = conversion(&answer, &ana, "ordered", UNIX_EPOCH).map(|event| event.conversion_value(20));
/// assert_eq!(event.map(|event| event.session_id), Some("s-1".to_owned()));
/// # Ok::<(), promptops_client::experiments::PlanError>(())
/// ```
#[must_use]
pub fn conversion(
    assignment: &Assignment,
    subject: &Subject,
    name: &str,
    at: SystemTime,
) -> Option<NewEvent> {
    event(assignment, subject, EventType::Conversion, name, at)
}

/// The assignment, as the API stores it.
///
/// `None` for who takes no part, and for a subject without any id.
#[must_use]
pub fn stored_assignment(assignment: &Assignment, subject: &Subject) -> Option<NewAssignment> {
    let Enrolled {
        experiment_id,
        variant,
        basis,
    } = assignment.enrolled()?;
    let name = variant.name.as_deref().unwrap_or(&variant.id);
    let config = variant.prompt_config.clone().unwrap_or_default();
    let mut out = NewAssignment::new(
        experiment_id.as_str(),
        session(subject)?,
        variant.id.as_str(),
        name,
        config,
    )
    .assignment_reason(basis.as_str());
    out.user_id = subject.user_id().map(str::to_owned);
    out.device_id = subject.device_id().map(str::to_owned);
    Some(out)
}

fn event(
    assignment: &Assignment,
    subject: &Subject,
    kind: EventType,
    name: &str,
    at: SystemTime,
) -> Option<NewEvent> {
    let Enrolled {
        experiment_id,
        variant,
        ..
    } = assignment.enrolled()?;
    let mut data = JsonMap::new();
    data.insert("variant_id".to_owned(), variant.id.as_str().into());
    data.insert("is_control".to_owned(), assignment.is_control().into());
    let mut out = NewEvent::new(experiment_id.as_str(), session(subject)?, kind, name)
        .event_data(data)
        .occurred_at(PoTime::from(at));
    out.user_id = subject.user_id().map(str::to_owned);
    out.device_id = subject.device_id().map(str::to_owned);
    Some(out)
}

fn session(subject: &Subject) -> Option<&str> {
    subject.session_id().or_else(|| subject.unit())
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;
    use std::time::UNIX_EPOCH;

    use serde_json::json;

    use crate::models::Variant;

    use super::super::{Basis, NotEnrolled};
    use super::*;

    fn assignment() -> Assignment {
        let config = JsonMap::from([("model_name", "m")]);
        Assignment::Enrolled(Enrolled {
            experiment_id: "e".into(),
            variant: Arc::new(
                Variant::new("t")
                    .name("Treat")
                    .is_control(false)
                    .prompt_config(config),
            ),
            basis: Basis::Stored,
        })
    }

    #[test]
    fn events_are_bodies_of_the_api() {
        let ana = Subject::user("u").with_device("d").with_session("s");
        let event = exposure(&assignment(), &ana, UNIX_EPOCH).unwrap();
        assert_eq!(
            serde_json::to_value(event).unwrap(),
            json!({
                "experiment_id": "e", "session_id": "s", "event_type": "custom", "event_name": "exposure",
                "event_data": {"variant_id": "t", "is_control": false}, "user_id": "u", "device_id": "d",
                "occurred_at": "1970-01-01T00:00:00Z",
            })
        );
        let stored = stored_assignment(&assignment(), &Subject::user("u")).unwrap();
        assert_eq!(
            serde_json::to_value(stored).unwrap(),
            json!({
                "experiment_id": "e", "session_id": "u", "variant_id": "t", "variant_name": "Treat",
                "variant_config": {"model_name": "m"}, "user_id": "u", "assignment_reason": "stored",
            })
        );
        let event = conversion(&assignment(), &ana, "ordered", UNIX_EPOCH).unwrap();
        assert_eq!(
            (event.event_type, &*event.event_name),
            (EventType::Conversion, "ordered")
        );
    }

    #[test]
    fn who_takes_no_part_or_has_no_id_has_no_events() {
        let out = Assignment::NotEnrolled(NotEnrolled::OutOfTraffic);
        let ana = Subject::user("u");
        assert_eq!(exposure(&out, &ana, UNIX_EPOCH), None);
        assert_eq!(conversion(&out, &ana, "x", UNIX_EPOCH), None);
        assert_eq!(stored_assignment(&out, &ana), None);
        let nobody = Subject::new().with_country("IN");
        assert_eq!(exposure(&assignment(), &nobody, UNIX_EPOCH), None);
    }
}
