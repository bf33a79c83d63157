//! What no form shows.

use twilio_client::webhook::Params;
use twilio_client::webhook::forms::{Callback, FORMS, PayAction};

use crate::common::CALL;
use crate::documented::{expected, sample};
use crate::values::read;

/// A value planted into every parameter is seen in no `Debug`.
#[test]
fn no_form_shows_a_number_a_name_or_a_secret() {
    for secret in [
        "+14155550199",
        "4155550199",
        "se-cret 55550199",
        "alice-55550199@example.com",
    ] {
        for form in FORMS {
            let params: Params = expected(form.name())
                .into_iter()
                // With it, every request for TwiML is one for a trunk.
                .filter(|name| *name != "TrunkSid" || form.name() == "trunk disaster recovery")
                .map(|name| {
                    let value = if name.ends_with("Sid") || name.ends_with("Conference") {
                        sample(form.name(), name)
                    } else if matches!(
                        name,
                        "SequenceNumber" | "SequenceId" | "QueuePosition" | "CurrentQueueSize"
                    ) || name.ends_with("Duration")
                        || name.ends_with("Time")
                        || name.ends_with("Size")
                        || name.ends_with("Channels")
                    {
                        // Counts are shown; nobody's number stands there.
                        "3".to_owned()
                    } else {
                        secret.to_owned()
                    };
                    (name, value)
                })
                .collect();
            assert!(form.read(&params).is_ok());
            let callback = Callback::classify(params.clone());
            assert_eq!(callback.name(), form.name());
            let shown = format!("{callback:?} {params:?}");
            assert!(!shown.contains("55550199"), "{}: {shown}", form.name());
        }
    }
    let paid = read(
        PayAction::new,
        "Result=success&PaymentCardNumber=xxxx1881&ExpirationDate=1230&PaymentToken=tok9&PaymentCardPostalCode=94105&From=%2B14155550199",
    );
    let shown = format!("{paid:?}");
    for hidden in ["1881", "1230", "tok9", "94105", "55550199", "Success"] {
        assert!(!shown.contains(hidden), "{shown}");
    }
    assert!(
        shown.contains(CALL) && shown.contains("PaymentToken"),
        "{shown}"
    );
}
