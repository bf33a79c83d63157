//! Warnings: documents that Twilio takes, and that hardly do what was meant.

use super::Element;

/// Something in a document that is likely to be a mistake.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Warning {
    /// A verb that is not reached: after a Redirect, Hangup, Reject or Leave, or after a verb that goes on elsewhere.
    Unreachable {
        /// The verb that is not reached.
        verb: String,
        /// The verb before it at which the document ends.
        after: String,
    },
    /// A Reject that is not the first verb: the call has been answered by then.
    LateReject,
    /// A Say without a text (error 13520 at Twilio).
    EmptySay,
    /// A Gather that finds the end of speech by itself, with the default speech model (error 13335 at Twilio).
    AutoSpeechTimeout,
}

impl std::fmt::Display for Warning {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Unreachable { verb, after } => write!(
                f,
                "<{verb}> is never reached, since the document ends at <{after}>"
            ),
            Self::LateReject => f.write_str("<Reject> only refuses a call as the first verb"),
            Self::EmptySay => f.write_str("<Say> has nothing to say"),
            Self::AutoSpeechTimeout => {
                f.write_str("<Gather> with speechTimeout=\"auto\" needs a speechModel")
            }
        }
    }
}

pub(super) fn warnings(root: &Element) -> Vec<Warning> {
    let mut found = Vec::new();
    let mut end: Option<&str> = None;
    for (at, verb) in root.elements().enumerate() {
        if let Some(after) = end {
            found.push(Warning::Unreachable {
                verb: verb.name.clone().into_owned(),
                after: after.to_owned(),
            });
        } else if ends(verb) {
            end = Some(&verb.name);
        }
        if verb.name == "Reject" && at > 0 {
            found.push(Warning::LateReject);
        }
        single(verb, &mut found);
        for inner in verb.elements() {
            single(inner, &mut found);
        }
    }
    found
}

/// Whether the next verb is never reached. A Connect's action is left out: the facts are not certain.
fn ends(verb: &Element) -> bool {
    match &*verb.name {
        "Redirect" | "Hangup" | "Reject" | "Leave" => true,
        "Dial" | "Record" | "Enqueue" | "Pay" | "Refer" | "Sms" => verb.get("action").is_some(),
        "Gather" => verb.get("action").is_some() && verb.get("actionOnEmptyResult") == Some("true"),
        _ => false,
    }
}

fn single(element: &Element, found: &mut Vec<Warning>) {
    match &*element.name {
        "Say" if element.spoken() == 0 => found.push(Warning::EmptySay),
        "Gather" if element.get("speechTimeout") == Some("auto") => {
            if matches!(element.get("speechModel"), None | Some("default")) {
                found.push(Warning::AutoSpeechTimeout);
            }
        }
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::super::{
        Dial, Gather, Hangup, Link, Redirect, Reject, Response, Say, SpeechModel, SpeechTimeout,
    };
    use super::*;
    use crate::types::Toggle;

    fn link() -> Link {
        Link::parse("/x").unwrap()
    }

    fn unreachable(verb: &str, after: &str) -> Warning {
        Warning::Unreachable {
            verb: verb.to_owned(),
            after: after.to_owned(),
        }
    }

    #[test]
    fn verbs_after_the_end_are_named() {
        let say = || Say::new("x");
        let gather = Gather::new().action(link());
        for (response, expected) in [
            (
                Response::new().with(say()).with(Redirect::new(link())),
                vec![],
            ),
            (
                Response::new()
                    .with(Redirect::new(link()))
                    .with(say())
                    .with(Hangup::new()),
                vec![
                    unreachable("Say", "Redirect"),
                    unreachable("Hangup", "Redirect"),
                ],
            ),
            (Response::new().with(Dial::new()).with(say()), vec![]),
            (
                Response::new().with(Dial::new().action(link())).with(say()),
                vec![unreachable("Say", "Dial")],
            ),
            (Response::new().with(gather.clone()).with(say()), vec![]),
            (
                Response::new()
                    .with(gather.action_on_empty_result(Toggle::On))
                    .with(say()),
                vec![unreachable("Say", "Gather")],
            ),
        ] {
            assert_eq!(response.warnings(), expected);
        }
    }

    #[test]
    fn single_verbs_that_do_nothing_are_named() {
        let auto = Gather::new().speech_timeout(SpeechTimeout::Auto);
        for (response, expected) in [
            (
                Response::new().with(Gather::new().with(Say::new(""))),
                Warning::EmptySay,
            ),
            (
                Response::new().with(Say::new("x")).with(Reject::new()),
                Warning::LateReject,
            ),
            (
                Response::new().with(auto.clone()),
                Warning::AutoSpeechTimeout,
            ),
        ] {
            assert!(expected.to_string().contains('<'));
            assert_eq!(response.warnings(), vec![expected]);
        }
        let model = auto.speech_model(SpeechModel::PhoneCall);
        assert!(Response::new().with(model).warnings().is_empty());
        assert!(Response::new().with(Reject::new()).warnings().is_empty());
    }
}
