//! A telephone menu in TwiML: keys or speech, a queue, a person with a whisper, a payment, and a mailbox.
//!
//! [`Menu::answer`] is the whole application: a path and a form in, a document out, with no web framework. Here six
//! simulated callers go through it, who do what the documents say; each document and each step is printed. It needs no
//! account and ends by itself; the exit code says whether every caller came where they should.
//!
//! ```sh
//! cargo run --example twiml_menu
//! ```
#![allow(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a program for a terminal"
)]

use std::process::ExitCode;
use std::time::Duration;

use twilio_client::twiml::{
    CardType, Dial, Enqueue, Gather, GatherInput, Hangup, LanguageTag, Link, Number, Pause, Pay,
    Play, Prompt, PromptFor, Record, Redirect, Response, Say, Voice, XmlTree,
};
use twilio_client::types::Toggle;
use twilio_client::webhook::Params;
use voice_core::ident::E164;

type Failure = Box<dyn std::error::Error>;

/// The application: what it says, and whom it rings.
struct Menu {
    sales: E164,
}

impl Menu {
    /// The answer to one of Twilio's requests. In a server of yours, check the signature before.
    fn answer(&self, path: &str, form: &Params) -> Result<Response, Failure> {
        let response = Response::new();
        Ok(match path {
            "/menu" => response.with(choice()?).with(say("Goodbye.")),
            "/chosen" => self.chosen(form)?,
            // Heard by the person who is rung, before the caller is put through.
            "/whisper" => response
                .with(
                    Gather::new()
                        .num_digits(1u32)
                        .action(Link::parse("/accepted")?)
                        .with(say("A caller for sales. Press 1 to accept.")),
                )
                .with(Hangup::new()),
            "/accepted" => match form.get("Digits") {
                Some("1") => response,
                _ => response.with(Hangup::new()),
            },
            // The status would be `completed` for somebody who picked up and declined, too.
            "/dialled" => match form.get("DialBridged") {
                Some("true") => response.with(Hangup::new()),
                _ => response.with(Redirect::new(Link::parse("/mailbox")?)),
            },
            "/waiting" => response
                .with(say(&format!(
                    "You are number {} in the queue.",
                    form.get("QueuePosition").unwrap_or("one")
                )))
                .with(Play::new(Link::parse(
                    "https://media.example.com/waltz.mp3",
                )?)),
            "/waited" => response.with(say("Thank you for your call.")),
            "/paid" => response.with(say(match form.get("Result") {
                Some("success") => "Thank you, it is paid.",
                _ => "Nothing was paid.",
            })),
            "/mailbox" => response
                .with(say("Please leave a message after the tone."))
                .with(
                    Record::new()
                        .max_length(Duration::from_secs(120))
                        .finish_on_key("#")
                        .action(Link::parse("/recorded")?),
                ),
            "/recorded" => response
                .with(say("Thank you, we will call you back."))
                .with(Hangup::new()),
            // Whatever is asked for: an error page would be read as "an application error has occurred".
            _ => response.with(say("Sorry, something went wrong.")),
        })
    }

    fn chosen(&self, form: &Params) -> Result<Response, Failure> {
        let speech = form.get("SpeechResult").unwrap_or_default().to_lowercase();
        let said = |word: &str| speech.contains(word);
        let response = Response::new();
        Ok(match form.get("Digits") {
            Some("1") => response.with(self.person()?),
            Some("2") => response.with(queue()?),
            Some("3") => response.with(payment()?),
            Some("0") => response.with(Redirect::new(Link::parse("/mailbox")?)),
            _ if said("sales") => response.with(self.person()?),
            _ if said("support") => response.with(queue()?),
            _ => response
                .with(say("Sorry, I did not get that."))
                .with(Redirect::new(Link::parse("/menu")?)),
        })
    }

    /// Rings sales, tells them who is there, and goes to the mailbox when they do not come.
    fn person(&self) -> Result<Dial, Failure> {
        Ok(Dial::new()
            .with(Number::new(self.sales).url(Link::parse("/whisper")?))
            .timeout(Duration::from_secs(15))
            .answer_on_bridge(Toggle::On)
            .action(Link::parse("/dialled")?))
    }
}

fn say(text: &str) -> Say {
    Say::new(text)
        .voice(Voice::POLLY_AMY_NEURAL)
        .language(LanguageTag::EN_GB)
}

fn choice() -> Result<Gather, Failure> {
    Ok(Gather::new()
        .input([GatherInput::Dtmf, GatherInput::Speech])
        .hints(["sales", "support"])
        .language(LanguageTag::EN_GB)
        .num_digits(1u32)
        .action(Link::parse("/chosen")?)
        .with(say("Welcome to Smith & Sons."))
        .with(Pause::new(Duration::from_secs(1)))
        .with(say("Say sales or press 1, say support or press 2. To pay, press 3. For a message, press 0.")))
}

fn queue() -> Result<Enqueue, Failure> {
    Ok(Enqueue::queue("support")
        .wait_url(Link::parse("/waiting")?)
        .action(Link::parse("/waited")?))
}

fn payment() -> Result<Pay, Failure> {
    let number = Prompt::new(PromptFor::PaymentCardNumber)
        .with(say("Please enter the number of your card."));
    Ok(Pay::new()
        .charge_amount("19.90")
        .currency("gbp")
        .valid_card_types([CardType::Visa, CardType::Mastercard])
        .action(Link::parse("/paid")?)
        .with(number))
}

/// What a caller does when they are asked to press or say something.
#[derive(Debug, Clone, Copy)]
enum Input {
    Press(&'static str),
    Speak(&'static str),
    Nothing,
}

/// A caller, what they do, how it goes on, and which documents they should come by.
struct Caller {
    about: &'static str,
    inputs: &'static [Input],
    /// Whether sales accept the call.
    accepted: bool,
    path: &'static [&'static str],
}

const CALLERS: [Caller; 6] = [
    Caller {
        about: "presses 1, and sales accept",
        inputs: &[Input::Press("1")],
        accepted: true,
        path: &["/menu", "/chosen", "/whisper", "/accepted", "/dialled"],
    },
    Caller {
        about: "asks for sales, who do not accept, and leaves a message",
        inputs: &[Input::Speak("Sales, please")],
        accepted: false,
        path: &[
            "/menu",
            "/chosen",
            "/whisper",
            "/accepted",
            "/dialled",
            "/mailbox",
            "/recorded",
        ],
    },
    Caller {
        about: "mistypes, and then waits for support",
        inputs: &[Input::Press("9"), Input::Press("2")],
        accepted: true,
        path: &[
            "/menu", "/chosen", "/menu", "/chosen", "/waiting", "/waited",
        ],
    },
    Caller {
        about: "pays",
        inputs: &[Input::Press("3")],
        accepted: true,
        path: &["/menu", "/chosen", "/paid"],
    },
    Caller {
        about: "leaves a message",
        inputs: &[Input::Press("0")],
        accepted: true,
        path: &["/menu", "/chosen", "/mailbox", "/recorded"],
    },
    Caller {
        about: "says nothing",
        inputs: &[Input::Nothing],
        accepted: true,
        path: &["/menu"],
    },
];

/// One call: it asks the application as Twilio would, and does what the documents say.
struct Call<'a> {
    menu: &'a Menu,
    caller: &'a Caller,
    inputs: std::slice::Iter<'a, Input>,
    path: Vec<String>,
}

impl Call<'_> {
    /// Asks for a document, prints it and reads it.
    fn ask(&mut self, path: &str, form: &str) -> Result<XmlTree, Failure> {
        if self.path.len() > 20 {
            return Err("the caller goes round in circles".into());
        }
        self.path.push(path.to_owned());
        let response = self.menu.answer(path, &Params::parse(form.as_bytes()))?;
        if let Some(warning) = response.warnings().first() {
            return Err(format!("{path}: {warning}").into());
        }
        let document = response.to_twiml()?;
        println!("  POST {path} {form}\n    {}", document.as_str());
        Ok(XmlTree::parse(document.as_str())?)
    }

    fn run(&mut self) -> Result<(), Failure> {
        let mut next = Some(("/menu".to_owned(), "CallStatus=ringing".to_owned()));
        while let Some((path, form)) = next {
            let document = self.ask(&path, &form)?;
            next = None;
            for verb in &document.children {
                next = self.perform(verb)?;
                if next.is_some() || verb.name == "Hangup" {
                    break;
                }
            }
        }
        Ok(())
    }

    /// Does a verb; some lead to another document.
    fn perform(&mut self, verb: &XmlTree) -> Result<Option<(String, String)>, Failure> {
        let form = match verb.name.as_str() {
            "Gather" => match self.inputs.next() {
                Some(Input::Press(keys)) => format!("Digits={keys}"),
                Some(Input::Speak(words)) => {
                    format!("SpeechResult={}&Confidence=0.92", words.replace(' ', "+"))
                }
                Some(Input::Nothing) | None => return Ok(None),
            },
            "Redirect" => return Ok(Some((verb.text.clone(), String::new()))),
            "Dial" => {
                let whisper = verb
                    .child("Number")
                    .and_then(|number| number.attribute("url"));
                let document = self.ask(whisper.ok_or("no whisper")?, "CallStatus=in-progress")?;
                let gather = document.child("Gather").ok_or("nobody is asked")?;
                let key = if self.caller.accepted { "1" } else { "2" };
                let action = gather.attribute("action").ok_or("no action")?;
                let document = self.ask(action, &format!("Digits={key}"))?;
                match document.children.is_empty() {
                    true => "DialCallStatus=completed&DialBridged=true".to_owned(),
                    false => "DialCallStatus=completed&DialBridged=false".to_owned(),
                }
            }
            "Enqueue" => {
                let wait = verb.attribute("waitUrl").ok_or("no music")?;
                self.ask(wait, "QueuePosition=3")?;
                "QueueResult=bridged".to_owned()
            }
            "Record" => "RecordingDuration=12".to_owned(),
            "Pay" => "Result=success".to_owned(),
            _ => return Ok(None),
        };
        let action = verb.attribute("action").ok_or("no action")?;
        Ok(Some((action.to_owned(), form)))
    }
}

fn calls(menu: &Menu) -> Result<bool, Failure> {
    let mut good = true;
    for caller in &CALLERS {
        println!("A caller {}:", caller.about);
        let mut call = Call {
            menu,
            caller,
            inputs: caller.inputs.iter(),
            path: Vec::new(),
        };
        call.run()?;
        let expected = call.path == caller.path;
        good &= expected;
        println!(
            "  {}: {}\n",
            if expected {
                "as expected"
            } else {
                "NOT AS EXPECTED"
            },
            call.path.join(" > ")
        );
    }
    Ok(good)
}

fn main() -> ExitCode {
    let outcome = E164::parse("+14155550123")
        .map_err(Failure::from)
        .and_then(|sales| calls(&Menu { sales }));
    match outcome {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(failure) => {
            eprintln!("{failure}");
            ExitCode::FAILURE
        }
    }
}
