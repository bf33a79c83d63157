//! Takes an order for a call, or says what is wrong with it. No refusal of v1 was ever recorded: the texts are made up.

use std::sync::Arc;
use std::time::Duration;

use serde_json::{Value, json};
use voice_core::ident::E164;
use voice_core::testkit::SimRequest;

use super::record::{Order, ReportForm, Reports, digits};
use super::{Exception, drive};
use crate::testkit::world::Shared;

pub(super) fn connect(
    shared: &Arc<Shared>,
    account: usize,
    request: &SimRequest,
) -> Result<Value, Exception> {
    let form = Form(if request.is_type("application/x-www-form-urlencoded") {
        request.form()
    } else {
        Vec::new()
    });
    let order = order(shared, account, &form)?;
    let sid = drive::place(shared, account, order);
    let wall = shared.settings.clock.wall();
    let state = shared.lock();
    let record = state.calls.iter().find(|record| record.sid == sid);
    let record = record.ok_or_else(|| Exception::new(500, "the call is gone"))?;
    Ok(json!({"Call": record.to_json(&shared.settings, state.pace.settle, wall)}))
}

/// The parameters of an order. One that is empty is as good as none.
struct Form(Vec<(String, String)>);

impl Form {
    fn get(&self, name: &str) -> Option<&str> {
        let mut pairs = self.0.iter();
        let found = pairs.find(|(own, value)| own == name && !value.is_empty());
        found.map(|(_, value)| value.as_str())
    }

    fn need(&self, name: &str) -> Result<&str, Exception> {
        self.get(name)
            .ok_or_else(|| Exception::bad(format!("{name} is required")))
    }

    fn url(&self, name: &str, schemes: &[&str]) -> Result<Option<&str>, Exception> {
        let Some(url) = self.get(name) else {
            return Ok(None);
        };
        let rest = schemes.iter().find_map(|scheme| url.strip_prefix(scheme));
        let host = rest.map(|rest| rest.split(['/', '?', '#']).next().unwrap_or_default());
        match host {
            Some(host) if !host.is_empty() && !host.contains(' ') => Ok(Some(url)),
            _ => Err(Exception::bad(format!("{name} is not a valid URL"))),
        }
    }

    fn seconds(&self, name: &str, most: u64) -> Result<Option<Duration>, Exception> {
        match self.get(name).map(str::parse::<u64>) {
            None => Ok(None),
            Some(Ok(seconds)) if (1..=most).contains(&seconds) => {
                Ok(Some(Duration::from_secs(seconds)))
            }
            Some(_) => Err(Exception::bad(format!("{name} must be 1 to {most}"))),
        }
    }

    fn word(&self, name: &str, words: &[&str]) -> Result<Option<&str>, Exception> {
        match self.get(name) {
            Some(word) if !words.contains(&word) => Err(Exception::bad(format!(
                "{name} must be one of {}",
                words.join(", ")
            ))),
            word => Ok(word),
        }
    }

    fn number(&self, name: &str) -> Result<String, Exception> {
        let number = self.need(name)?;
        let local = number.strip_prefix('0').is_some_and(|rest| {
            (6..=14).contains(&rest.len()) && rest.bytes().all(|b| b.is_ascii_digit())
        });
        if local || E164::parse(number).is_ok() {
            Ok(number.to_owned())
        } else {
            Err(Exception::bad(format!(
                "{name} is not a valid phone number"
            )))
        }
    }
}

const WEB: [&str; 2] = ["https://", "http://"];

fn order(shared: &Shared, account: usize, form: &Form) -> Result<Order, Exception> {
    let from = form.number("From")?;
    let caller_id = form.number("CallerId")?;
    let known = &shared.settings.exophones;
    if !known.is_empty() && !known.iter().any(|own| digits(own) == digits(&caller_id)) {
        return Err(Exception::bad(
            "CallerId is not an ExoPhone of this account",
        ));
    }
    let stream = form.url("StreamUrl", &["wss://", "ws://"])?;
    let streamed = form.word("StreamType", &["bidirectional"])?.is_some();
    let flow = form.url("Url", &WEB)?;
    let to = match (form.get("To"), flow) {
        (Some(_), Some(_)) => return Err(Exception::bad("To and Url exclude each other")),
        (None, None) if streamed && stream.is_some() => None,
        (None, None) => return Err(Exception::bad("To or Url is required")),
        (None, Some(_)) => None,
        (Some(_), None) => Some(form.number("To")?),
    };
    let flow = flow.map(|url| app(shared, account, url)).transpose()?;

    form.word("CallType", &["trans"])?;
    form.word("StreamBegin", &["at Leg1Connect", "at Leg2Connect"])?;
    form.word("RecordingChannels", &["single", "dual"])?;
    form.word("StartPlaybackToNew", &["Callee", "Both"])?;
    form.url("WaitUrl", &WEB)?;
    form.url("StartPlaybackValueNew", &WEB)?;
    let format = form.word("RecordingFormat", &["mp3", "mp3-hq"])?;
    let recorded = form.word("Record", &["true", "false"])? == Some("true");
    let custom_field = form.get("CustomField");
    if custom_field.is_some_and(|text| text.chars().count() > 128) {
        return Err(Exception::bad(
            "CustomField must have at most 128 characters",
        ));
    }
    Ok(Order {
        time_limit: form.seconds("TimeLimit", 14_400)?,
        ring_timeout: form.seconds("TimeOut", u64::MAX)?,
        reports: reports(form, flow.is_some())?,
        recorded: recorded.then_some(if format == Some("mp3-hq") {
            "hq.mp3"
        } else {
            "mp3"
        }),
        custom_field: custom_field.map(str::to_owned),
        stream: stream.map(str::to_owned),
        from,
        to,
        caller_id,
        flow,
    })
}

/// The id in `http://my.exotel.com/{account}/exoml/start_voice/{id}`.
fn app(shared: &Shared, account: usize, url: &str) -> Result<String, Exception> {
    let state = shared.lock();
    let own = state
        .accounts
        .get(account)
        .map_or("", |account| account.name.as_str());
    let path = WEB.iter().find_map(|scheme| url.strip_prefix(scheme));
    let parts: Vec<&str> = path.unwrap_or_default().split('/').collect();
    match parts.as_slice() {
        [
            "my.exotel.com" | "my.in.exotel.com",
            name,
            "exoml",
            "start_voice" | "start",
            id,
        ] if *name == own && !id.is_empty() => Ok((*id).to_owned()),
        _ => Err(Exception::bad("Url is no flow of this account")),
    }
}

/// Without events the end alone is reported, in short. With a flow events are not heeded.
fn reports(form: &Form, is_flow: bool) -> Result<Option<Reports>, Exception> {
    let Some(url) = form.url("StatusCallback", &WEB)? else {
        return Ok(None);
    };
    let kinds = [
        "multipart/form-data",
        "application/json",
        "application/x-www-form-urlencoded",
    ];
    let kind = match form.word("StatusCallbackContentType", &kinds)? {
        Some("application/json") => ReportForm::Json,
        Some("application/x-www-form-urlencoded") => ReportForm::Form,
        _ => ReportForm::Multipart,
    };
    let mut events = Vec::new();
    for (name, event) in &form.0 {
        if name.starts_with("StatusCallbackEvents[") {
            if !matches!(event.as_str(), "terminal" | "answered") {
                return Err(Exception::bad(
                    "StatusCallbackEvents must be terminal or answered",
                ));
            }
            events.push(event.as_str());
        }
    }
    let extended = !events.is_empty() && !is_flow;
    Ok(Some(Reports {
        url: url.to_owned(),
        form: kind,
        extended,
        answered: extended && events.contains(&"answered"),
        terminal: !extended || events.contains(&"terminal"),
    }))
}
