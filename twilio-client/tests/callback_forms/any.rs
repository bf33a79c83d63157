//! Bodies nobody thought of.

use proptest::prelude::*;
use twilio_client::webhook::Params;
use twilio_client::webhook::forms::{Callback, FORMS, TranscriptionCallback, VoiceRequest};

use crate::common::CALL;
use crate::sid;

fn names() -> impl Strategy<Value = String> {
    let all: Vec<String> = FORMS
        .iter()
        .flat_map(|form| form.parameters())
        .map(str::to_owned)
        .collect();
    prop_oneof![
        4 => proptest::sample::select(all),
        1 => "[A-Za-z_]{0,12}",
    ]
}

fn values() -> impl Strategy<Value = String> {
    prop_oneof![
        Just(sid("CA")),
        Just(sid("CF")),
        Just(sid("MZ")),
        Just(sid("KX")),
        Just("99999999999999999999999".to_owned()),
        Just("-1".to_owned()),
        Just("{\"transcript\":null}".to_owned()),
        "\\PC{0,12}",
        "[0-9]{1,20}",
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 512, ..ProptestConfig::default() })]

    #[test]
    fn no_body_panics_and_nothing_that_came_is_lost(pairs in proptest::collection::vec((names(), values()), 0..16), call in any::<bool>()) {
        let mut pairs = pairs;
        if call {
            pairs.insert(0, ("CallSid".to_owned(), CALL.to_owned()));
            pairs.push(("CallStatus".to_owned(), "ringing".to_owned()));
        }
        let params: Params = pairs.iter().cloned().collect();
        let callback = Callback::classify(params.clone());
        prop_assert_eq!(callback.params(), &params);
        let _ = format!("{callback:?} {} {:?} {:?}", callback.name(), callback.call_sid(), callback.account_sid());
        for form in FORMS {
            if let Ok(read) = form.read(&params) {
                for name in read {
                    prop_assert!(form.documents(name), "{} of {}", name, form.name());
                }
            }
            prop_assert!(form.unknown(&params).count() <= pairs.len());
        }
        if let Ok(voice) = VoiceRequest::new(params.clone()) {
            for (name, value) in voice.custom_parameters() {
                prop_assert!(params.iter().any(|pair| pair == (name, value)));
            }
        }
        if let Ok(transcription) = TranscriptionCallback::new(params.clone()) {
            let _ = transcription.data().map(|data| (data.confidence(), format!("{data:?}")));
        }
        let headers = http::HeaderMap::new();
        prop_assert_eq!(
            twilio_client::webhook::dedup_key(&headers, &params),
            twilio_client::webhook::sequence_key(&params)
        );
    }

    #[test]
    fn no_bytes_panic(body in proptest::collection::vec(any::<u8>(), 0..200)) {
        let params = Params::parse(&body);
        let callback = Callback::classify(params.clone());
        prop_assert_eq!(callback.params(), &params);
    }
}
