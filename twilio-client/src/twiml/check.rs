//! The limits of single elements, looked at while they are written: whatever set an attribute, it is checked.

use voice_core::ident::CallSid;

use super::{Element, Hints, TwimlError};

/// Name and value of a `<Parameter>` together stay below this.
const PARAMETER: usize = 500;
const LABEL: usize = 128;
const SIP_HEADER: usize = 1_024;
const TARGETS: usize = 10;

/// Refuses what Twilio would.
pub(super) fn element(element: &Element, parent: Option<&str>) -> Result<(), TwimlError> {
    match &*element.name {
        "Say" => say(element),
        "Parameter" => match size(element) {
            size if size >= PARAMETER => Err(TwimlError::Parameter(size)),
            _ => Ok(()),
        },
        "Dial" => dial(element),
        "Conference" => participant(element),
        "Number" => keys(element, "Number", "sendDigits", is_tone),
        "Play" => keys(element, "Play", "digits", is_tone),
        "Gather" => {
            hints(element)?;
            keys(element, "Gather", "finishOnKey", is_key)
        }
        "Record" => keys(element, "Record", "finishOnKey", is_key),
        "Sip" => targets("Sip", element),
        "Header" => header(element),
        "Stream"
            if element.get("track").is_some() && parent.is_some_and(|name| name != "Start") =>
        {
            Err(TwimlError::StreamTrack)
        }
        "Transcription" => {
            label(element, "inboundTrackLabel")?;
            label(element, "outboundTrackLabel")?;
            hints(element)
        }
        "ConversationRelay" => relay(element),
        "Language" => hints(element),
        "Pay" => {
            https(element, "action")?;
            https(element, "statusCallback")
        }
        _ => Ok(()),
    }
}

/// The limits are Twilio's for error 13521, in bytes; the default voice is the account's to choose.
fn say(element: &Element) -> Result<(), TwimlError> {
    let size = element.spoken();
    let limit = match element.get("voice") {
        Some(voice) if voice.starts_with("Polly.") => 3_000,
        Some("man" | "woman" | "alice") => 4_096,
        _ => 5_000,
    };
    if size > limit {
        return Err(TwimlError::SayTooLong { size, limit });
    }
    Ok(())
}

fn dial(element: &Element) -> Result<(), TwimlError> {
    let conferences = element.elements().filter(|noun| noun.name == "Conference");
    if conferences.count() > 0 && element.elements().nth(1).is_some() {
        return Err(TwimlError::ConferenceMixed);
    }
    targets("Dial", element)
}

/// `Headers` beside the addresses of a `Sip` is none.
fn targets(name: &'static str, element: &Element) -> Result<(), TwimlError> {
    let nouns = element.elements().filter(|noun| noun.name != "Headers");
    match nouns.count() {
        count if count > TARGETS => Err(TwimlError::TooManyTargets {
            element: name,
            count,
        }),
        _ => Ok(()),
    }
}

fn participant(element: &Element) -> Result<(), TwimlError> {
    const NAME: &str = "participantLabel";
    label(element, NAME)?;
    match element.get(NAME) {
        Some(text) if text.contains('/') || CallSid::parse(text).is_ok() => {
            Err(TwimlError::Label(NAME))
        }
        _ => Ok(()),
    }
}

fn label(element: &Element, name: &'static str) -> Result<(), TwimlError> {
    match element.get(name) {
        Some(text) if text.chars().count() > LABEL => Err(TwimlError::Label(name)),
        _ => Ok(()),
    }
}

fn hints(element: &Element) -> Result<(), TwimlError> {
    let entries = element
        .get("hints")
        .map_or(0, |text| text.split(',').count());
    if entries > Hints::MAX {
        return Err(TwimlError::Hints(entries));
    }
    Ok(())
}

fn is_key(character: char) -> bool {
    character.is_ascii_digit() || matches!(character, '*' | '#')
}

/// Keys, the four that telephones lack, and waits.
fn is_tone(character: char) -> bool {
    is_key(character) || matches!(character, 'a'..='d' | 'A'..='D' | 'w' | 'W' | ',')
}

fn keys(
    element: &Element,
    name: &'static str,
    attribute: &'static str,
    allowed: fn(char) -> bool,
) -> Result<(), TwimlError> {
    match element.get(attribute) {
        Some(text) if !text.chars().all(allowed) => Err(TwimlError::Keys {
            element: name,
            attribute,
        }),
        _ => Ok(()),
    }
}

fn header(element: &Element) -> Result<(), TwimlError> {
    let name = element.get("name").unwrap_or_default();
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-';
    if name.is_empty() || !name.bytes().all(plain) {
        return Err(TwimlError::SipHeaderName);
    }
    let value = element.get("value").unwrap_or_default();
    if value.chars().any(|c| c.is_control() && c != '\t') {
        return Err(TwimlError::SipHeaderValue);
    }
    match size(element) {
        size if size > SIP_HEADER => Err(TwimlError::SipHeaderTooLong(size)),
        _ => Ok(()),
    }
}

fn relay(element: &Element) -> Result<(), TwimlError> {
    hints(element)?;
    for (name, lowest, highest) in [
        ("speechTimeout", 600.0, 5_000.0),
        ("eotThreshold", 0.5, 0.9),
    ] {
        let Some(text) = element.get(name) else {
            continue;
        };
        let within = text
            .parse::<f64>()
            .is_ok_and(|value| (lowest..=highest).contains(&value));
        if !within && text != "auto" {
            return Err(TwimlError::RelayRange(name));
        }
    }
    Ok(())
}

fn https(element: &Element, name: &'static str) -> Result<(), TwimlError> {
    match element.get(name) {
        Some(text) if text.starts_with("http:") => Err(TwimlError::PayHttps(name)),
        _ => Ok(()),
    }
}

/// The characters of all values.
fn size(element: &Element) -> usize {
    element
        .attributes
        .iter()
        .map(|(_, value)| value.chars().count())
        .fold(0, usize::saturating_add)
}
