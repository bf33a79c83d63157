//! Every parameter of every form.

use std::collections::BTreeSet;

use twilio_client::webhook::forms::FORMS;
use twilio_client::webhook::{FormError, Params};

use crate::documented::{EXPECTED, expected, full, sample};

#[test]
fn every_documented_parameter_of_every_form_has_an_accessor_that_reads_it() {
    let names: BTreeSet<&str> = FORMS.iter().map(|form| form.name()).collect();
    let documented: BTreeSet<&str> = EXPECTED.iter().map(|(name, ..)| *name).collect();
    assert_eq!(names, documented);
    assert_eq!((names.len(), EXPECTED.len()), (FORMS.len(), FORMS.len()));
    let mut count = 0;
    for form in FORMS {
        let expected = expected(form.name());
        let table: BTreeSet<&str> = form.parameters().collect();
        assert_eq!(table, expected, "{}", form.name());
        let params = full(form);
        let read: BTreeSet<&str> = form.read(&params).unwrap().into_iter().collect();
        assert_eq!(read, expected, "{}", form.name());
        assert_eq!(form.unknown(&params).count(), 0);
        count += expected.len();

        // Taken away one by one, none is taken for another, and only the naming SIDs are missed.
        for missing in &expected {
            let fewer: Params = params
                .iter()
                .filter(|(name, _)| {
                    !name.starts_with(missing)
                        || name.len() > missing.len() && !missing.ends_with('_')
                })
                .collect();
            match form.read(&fewer) {
                Ok(read) => assert!(
                    !read.contains(missing) && read.len() + 1 >= expected.len(),
                    "{} without {missing}",
                    form.name()
                ),
                Err(FormError(named)) => {
                    assert_eq!(named, *missing, "{}", form.name());
                    assert!(missing.ends_with("Sid"));
                }
            }
        }
    }
    println!("{} forms, {count} parameters", FORMS.len());
}

#[test]
fn only_the_sid_that_names_a_form_is_required() {
    for form in FORMS {
        let mut required = Vec::new();
        for name in expected(form.name()) {
            let fewer: Params = full(form).iter().filter(|(own, _)| *own != name).collect();
            if form.read(&fewer).is_err() {
                required.push(name);
            }
        }
        let one: &[&str] = match form.name() {
            "trunk disaster recovery" => &["CallSid", "TrunkSid"],
            "recording transcription" | "real-time transcription" => &["TranscriptionSid"],
            "recording status" => &["RecordingSid"],
            "conference event" => &["ConferenceSid"],
            "stream status" => &["StreamSid"],
            "SIPREC status" => &["SiprecSid"],
            "usage trigger" => &["UsageTriggerSid"],
            "user-defined message" | "debugger event" => &["Sid"],
            "text status" => &["MessageSid"],
            _ => &["CallSid"],
        };
        assert_eq!(required, one, "{}", form.name());
        let alone: Params = one
            .iter()
            .map(|name| (*name, sample(form.name(), name)))
            .collect();
        assert!(form.read(&alone).is_ok(), "{}", form.name());
        assert!(form.read(&Params::default()).is_err(), "{}", form.name());
    }
}
