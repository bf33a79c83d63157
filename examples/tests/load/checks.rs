//! What must hold in the end: for each call, for the counters, and for the run as a whole.

use std::collections::BTreeMap;

use openai_calls::testkit::Phase;
use serde_json::Value;
use voice_core::intake::figures::Figure;

use super::parts::Deed;
use super::plan::Behaviour;
use crate::{Bench, GLOBAL, Tally};

/// Every call was taken once, or refused with its reason, or was over before it was either.
pub fn check_calls(bench: &Bench, tally: &Tally) {
    assert_eq!(*bench.phone.faults.lock().unwrap(), Vec::<String>::new());
    let (accepts, rejects) = (
        bench.phone.accepts.lock().unwrap().clone(),
        bench.phone.rejects.lock().unwrap().clone(),
    );
    let records = bench.records.all();
    let mut ends: BTreeMap<String, usize> = BTreeMap::new();
    for (index, call) in bench.calls.iter().enumerate() {
        let (call, _) = call.as_ref().unwrap();
        let (id, counts, phase, seen) =
            (call.id().as_str(), call.counts(), call.phase(), call.seen());
        let deeds = accepts.get(id).map_or(&[][..], Vec::as_slice);
        let caller = &bench.plan.callers[index];
        let what = format!("{index} {id} {caller:?} {phase:?} {counts:?} {deeds:?}");
        let word = format!("{phase:?}");
        *ends
            .entry(word.split('(').next().unwrap().to_owned())
            .or_default() += 1;

        // Where the provider would not let us refuse, the caller goes on ringing until the ring time is over.
        let rings_in_vain = phase == Phase::Ringing && rejects.contains_key(id);
        assert!(
            phase.is_over() || rings_in_vain,
            "it stands for ever: {what}"
        );
        assert!(
            counts.accepts <= 1 && counts.accepts + counts.rejects.len() <= 1,
            "{what}"
        );
        assert_eq!(call.attached(), 0, "{what}");
        let taken = tally.taken.get(&index).copied().unwrap_or(0);
        assert!(taken <= 1, "{what}");
        assert!(taken == 0 || counts.accepts == 1, "{what}");
        assert!(taken == 0 || !tally.refused.contains_key(&index), "{what}");
        if deeds.contains(&Deed::Taken) {
            assert_eq!(counts.accepts, 1, "{what}");
        }
        if let Some(status) = counts.rejects.first() {
            let ordered = &rejects[id];
            assert!(
                ordered.iter().any(|how| how.sip_status() == *status),
                "{what}"
            );
        }
        // Nobody is greeted twice, and no function has two outputs.
        let greetings = seen.of("response.create").filter(|event| {
            let instructions = event
                .pointer("/response/instructions")
                .and_then(Value::as_str);
            instructions.is_some_and(|text| text.contains("Greet the caller"))
        });
        let greetings = greetings.count();
        assert!(greetings <= 1, "greeted {greetings} times: {what}");
        assert_eq!(seen.repeated_outputs, 0, "{what}");
        assert_eq!(seen.unreadable, 0, "{what}");

        // What a session was, the hook was told of, once.
        let told = records.get(id).map_or(0, Vec::len);
        assert!(told <= 1 && told >= taken, "{told} records: {what}");
        if told == 1
            && !matches!(
                caller.behaviour,
                Behaviour::IsCutOff | Behaviour::IsRestarted | Behaviour::IsLeftAlone
            )
        {
            assert!(counts.attaches == 1, "{what}");
        }
        // A call that nobody took or refused was over by itself, or the provider would not have it refused.
        if counts.accepts == 0 && counts.rejects.is_empty() {
            let is_tried = rejects.contains_key(id);
            assert!(
                phase == Phase::Abandoned
                    || phase == Phase::HungUp && !deeds.is_empty()
                    || is_tried,
                "{what}"
            );
        }
    }
    println!("{ends:?}");
    for phase in ["Abandoned", "Rejected", "Referred", "HungUp", "CallerGone"] {
        assert!(
            ends.get(phase).is_some_and(|count| *count >= 5),
            "{phase}: {ends:?}"
        );
    }
}

/// The counters say the same.
pub fn check_figures(bench: &Bench, tally: &Tally) {
    let totals = bench.intake.snapshot().totals;
    let count = |figure| usize::try_from(totals.get(figure)).unwrap();
    let outcome = |word: &str| tally.outcomes.get(word).copied().unwrap_or(0);
    let dropped = outcome("dropped");
    let is_about = |figure, seen: usize| {
        let counted = count(figure);
        assert!(
            (seen..=seen + dropped).contains(&counted),
            "{figure:?}: {counted}, and {seen} were seen"
        );
    };
    assert_eq!(totals.active_calls, 0);
    assert_eq!(count(Figure::WebhooksRefused), outcome("unauthorised"));
    is_about(Figure::DedupHits, outcome("deduped"));
    is_about(Figure::CallersGone, outcome("alreadygone"));
    for word in [
        "capacity",
        "tenant_resolve_failed",
        "tenant_not_configured",
        "instructions_missing",
        "tenant_config_parse_error",
    ] {
        is_about(Figure::rejected(word), outcome(&format!("rejected {word}")));
    }
    let records = bench.records.all();
    let (accepted, started) = (count(Figure::AcceptedCalls), count(Figure::StartedCalls));
    assert_eq!(started, records.len());
    is_about(Figure::StartedCalls, outcome("accepted"));
    assert_eq!(
        accepted,
        count(Figure::EndedCalls) + count(Figure::FailedCalls)
    );
    let carried_out: usize = bench
        .calls
        .iter()
        .flatten()
        .map(|(call, _)| call.counts().accepts)
        .sum();
    let unknown = carried_out
        .checked_sub(accepted)
        .expect("no more calls are ours than were accepted");
    assert!(unknown <= count(Figure::AcceptFailures));
    let handed_on = records
        .values()
        .flatten()
        .filter(|record| record.is_handed_on)
        .count();
    // The answer to the order may come after the session's end, which looks like any other then.
    let referred = count(Figure::ReferredCalls);
    assert!(
        handed_on <= referred && handed_on > referred / 2,
        "{handed_on} of {referred}"
    );
    let of = |tenant: &str| bench.intake.snapshot().tenants[tenant].get(Figure::StartedCalls);
    println!(
        "{started} sessions, {handed_on} handed on, {unknown} taken without a session, {} by beta",
        of("beta")
    );
    assert!(started >= 300, "{started} calls got as far as a session");
    assert!(of("acme") > of("beta") && of("beta") > 0);
    let spoken = records
        .values()
        .flatten()
        .filter(|record| record.turns > 0 && record.responses > 0);
    assert!(spoken.count() > started / 2);
}

/// What must have happened for the run to mean anything.
pub fn check_tally(tally: &Tally) {
    for word in [
        "accepted",
        "alreadygone",
        "deduped",
        "dropped",
        "unauthorised",
        "ended",
        "ignored(unsupportedeventtype)",
        "rejected capacity",
        "rejected tenant_resolve_failed",
        "rejected tenant_not_configured",
        "rejected instructions_missing",
        "rejected tenant_config_parse_error",
        "failed call_accept_failed",
        "failed call_session_start_failed",
    ] {
        let has_it = tally.outcomes.contains_key(word) || word == "ended";
        assert!(has_it, "{word}: {:#?}", tally.outcomes);
    }
    assert!(tally.with_fallback > 0, "the texts were away");
    assert!(
        tally.peak >= GLOBAL as usize / 2,
        "the run never came near its limit: {}",
        tally.peak
    );
}
