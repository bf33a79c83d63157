//! Takes an order for a call, or says what is wrong with it, with the documented codes.

use std::sync::Arc;
use std::time::Duration;

use voice_core::ident::{ApplicationSid, E164, SipUri};
use voice_core::testkit::{SimAnswer, SimRequest};

use super::answer::{Refused, ok};
use super::legs::LegOrder;
use super::record::{Order, Reports};
use super::state::Shared;
use crate::webhook::Params;

pub(super) fn create(shared: &Arc<Shared>, request: &SimRequest) -> Result<SimAnswer, Refused> {
    let form = params(request);
    let order = order(shared, &form)?;
    let sid = shared.place_with(order, |state, sid| {
        state.wishes.insert(sid, form);
    });
    match shared.lock().find(&sid) {
        Some(record) => Ok(ok(201, &record.to_json())),
        None => Err(Refused::new(500, 20500, "the call is gone")),
    }
}

/// A body of another type has no parameters.
pub(super) fn params(request: &SimRequest) -> Params {
    if request.is_type("application/x-www-form-urlencoded") {
        Params::parse(&request.body)
    } else {
        Params::default()
    }
}

/// Who is called, and who calls.
pub(super) fn whom<'f>(shared: &Shared, form: &'f Params) -> Result<(&'f str, &'f str), Refused> {
    let (to, from) = given(form)?;
    check_numbers(shared, to, from)?;
    Ok((to, from))
}

fn given(form: &Params) -> Result<(&str, &str), Refused> {
    let to = form
        .filled("To")
        .ok_or_else(|| Refused::bad(21201, "No 'To' number is specified"))?;
    let from = form
        .filled("From")
        .ok_or_else(|| Refused::bad(21213, "No 'From' number is specified"))?;
    Ok((to, from))
}

fn order(shared: &Shared, form: &Params) -> Result<Order, Refused> {
    let instructions = [
        form.filled("Url"),
        form.filled("Twiml"),
        form.filled("ApplicationSid"),
    ];
    if instructions.iter().all(Option::is_none) {
        let missing = Refused::bad(21205, "Url parameter is required.");
        // Who is missing is said first.
        return Err(given(form).err().unwrap_or(missing));
    }
    let (to, from) = whom(shared, form)?;
    check_values(form)?;
    let application = form.filled("ApplicationSid").is_some();
    Ok(Order {
        to: to.to_owned(),
        from: from.to_owned(),
        // When both are given, the URL wins.
        twiml: form
            .filled("Twiml")
            .filter(|_| form.filled("Url").is_none())
            .map(str::to_owned),
        url: form
            .filled("Url")
            .map(|url| (url.to_owned(), form.get("Method") == Some("GET"))),
        reports: reports(form).filter(|_| !application),
        time_limit: form.parsed("TimeLimit").map(Duration::from_secs),
        legs: LegOrder::of(form),
    })
}

/// Everything but who calls whom, and what is to be done.
pub(super) fn check_values(form: &Params) -> Result<(), Refused> {
    for name in [
        "Url",
        "FallbackUrl",
        "StatusCallback",
        "RecordingStatusCallback",
        "AsyncAmdStatusCallback",
    ] {
        if let Some(url) = form.filled(name)
            && !is_url(url)
        {
            return Err(Refused::bad(21205, format!("{name} is not a valid URL")));
        }
    }
    for name in [
        "Method",
        "FallbackMethod",
        "StatusCallbackMethod",
        "AsyncAmdStatusCallbackMethod",
    ] {
        if form
            .filled(name)
            .is_some_and(|method| !matches!(method, "GET" | "POST"))
        {
            return Err(Refused::bad(21209, format!("{name} must be GET or POST")));
        }
    }
    if form
        .get("Timeout")
        .is_some_and(|timeout| !timeout.parse().is_ok_and(|t: u32| (1..=600).contains(&t)))
    {
        return Err(Refused::bad(
            21208,
            "Timeout must be an integer of at most 600",
        ));
    }
    if form
        .get("SendDigits")
        .is_some_and(|keys| keys.len() > 32 || keys.contains(|c| !"0123456789ABCD#*wW".contains(c)))
    {
        return Err(Refused::bad(21206, "SendDigits is invalid"));
    }
    if form
        .filled("ApplicationSid")
        .is_some_and(|sid| ApplicationSid::parse(sid).is_err())
    {
        return Err(Refused::bad(21218, "ApplicationSid is invalid"));
    }
    if form
        .filled("Twiml")
        .is_some_and(|twiml| twiml.chars().count() > 4000)
    {
        return Err(Refused::bad(
            32018,
            "Twiml size exceeded maximum allowed value",
        ));
    }
    check_detection(form)
}

/// Where progress is reported: `completed` unless events are named.
pub(super) fn reports(form: &Params) -> Option<Reports> {
    let mut events: Vec<String> = form
        .iter()
        .filter(|(name, _)| *name == "StatusCallbackEvent")
        .map(|(_, event)| event.to_owned())
        .collect();
    if events.is_empty() {
        events.push("completed".to_owned());
    }
    Some(Reports {
        url: form.filled("StatusCallback")?.to_owned(),
        get: form.get("StatusCallbackMethod") == Some("GET"),
        events,
    })
}

/// Numbers, with the magic ones of Twilio's test credentials.
fn check_numbers(shared: &Shared, to: &str, from: &str) -> Result<(), Refused> {
    let other = |text: &str| {
        SipUri::parse(text).is_ok()
            || ["client:", "sim:", "app:"]
                .iter()
                .any(|scheme| text.starts_with(scheme))
    };
    let is_phone = E164::parse(to).is_ok();
    if !is_phone && !other(to) {
        return Err(Refused::bad(
            21211,
            "The 'To' number is not a valid phone number.",
        ));
    }
    let caller = E164::parse(from).ok();
    if caller.is_none() && (is_phone || !other(from)) || from == "+15005550001" {
        return Err(Refused::bad(
            21212,
            "The 'From' number is not a valid phone number.",
        ));
    }
    let numbers = &shared.settings.numbers;
    if caller.is_some_and(|caller| !numbers.is_empty() && !numbers.contains(&caller)) {
        return Err(Refused::bad(
            21210,
            "The source phone number provided is not yet verified for your account.",
        ));
    }
    match to {
        "+15005550001" => Err(Refused::bad(
            21217,
            "Phone number does not appear to be valid",
        )),
        "+15005550002" => Err(Refused::bad(21214, "'To' phone number cannot be reached")),
        "+15005550003" => Err(Refused::bad(
            21215,
            "Account not authorized to call this number. Enable international permissions",
        )),
        "+15005550004" => Err(Refused::bad(
            21216,
            "Account not allowed to call this number",
        )),
        _ => Ok(()),
    }
}

fn check_detection(form: &Params) -> Result<(), Refused> {
    if form
        .filled("MachineDetection")
        .is_some_and(|mode| !matches!(mode, "Enable" | "DetectMessageEnd"))
    {
        return Err(Refused::bad(
            21234,
            "Invalid Machine Detection configuration value",
        ));
    }
    for (name, range) in [
        ("MachineDetectionSpeechThreshold", 1000..=6000),
        ("MachineDetectionSpeechEndThreshold", 500..=5000),
        ("MachineDetectionSilenceTimeout", 2000..=10_000),
    ] {
        if form
            .get(name)
            .is_some_and(|value| !value.parse().is_ok_and(|value: u32| range.contains(&value)))
        {
            return Err(Refused::bad(21263, format!("{name} is out of range")));
        }
    }
    if form.get("AsyncAmd") == Some("true") && form.filled("AsyncAmdStatusCallback").is_none() {
        return Err(Refused::bad(21262, "No AMD status callback URL provided"));
    }
    Ok(())
}

/// Absolute, http or https, and a host without underscore.
pub(super) fn is_url(url: &str) -> bool {
    let rest = url
        .strip_prefix("https://")
        .or_else(|| url.strip_prefix("http://"));
    rest.is_some_and(|rest| {
        let host = rest.split(['/', '?', '#']).next().unwrap_or_default();
        let host = host.rsplit('@').next().unwrap_or_default();
        !host.is_empty() && !host.contains(['_', ' '])
    })
}
