//! Numbers: searched, bought and given back, and the caller's own, which are verified by a call.
//!
//! The market is small and always the same: of every area of North America the hundred numbers that are reserved for fiction.

use std::sync::Arc;

use serde_json::{Value, json};
use voice_core::ident::{CallSid, E164};
use voice_core::testkit::SimAnswer;

use super::TwilioSimulator;
use super::answer::{Refused, named, ok};
use super::courier::Report;
use super::crud::{shown, usual};
use super::desk::{Asked, Line};
use super::pages::listed;
use super::record::Order;
use super::state::Shared;
use super::table::Table;
use super::tables::{CALLER_IDS, NUMBERS, named_table, seed_number};
use super::world::{Row, World};
use crate::calls::CallStatus;

pub(super) static LINES: &[Line] = &[
    Line::post(
        "IncomingPhoneNumbers.json",
        "incoming_phone_numbers.buy",
        |asked| buy(asked, None),
    ),
    Line::delete(
        "IncomingPhoneNumbers/*.json",
        "incoming_phone_numbers.delete",
        give_back,
    ),
    Line::get(
        "IncomingPhoneNumbers/Local.json",
        "incoming_phone_numbers.local.list",
        |asked| own(asked, Type::Local),
    ),
    Line::post(
        "IncomingPhoneNumbers/Local.json",
        "incoming_phone_numbers.local.buy",
        |asked| buy(asked, Some(Type::Local)),
    ),
    Line::get(
        "IncomingPhoneNumbers/Mobile.json",
        "incoming_phone_numbers.mobile.list",
        |asked| own(asked, Type::Mobile),
    ),
    Line::post(
        "IncomingPhoneNumbers/Mobile.json",
        "incoming_phone_numbers.mobile.buy",
        |asked| buy(asked, Some(Type::Mobile)),
    ),
    Line::get(
        "IncomingPhoneNumbers/TollFree.json",
        "incoming_phone_numbers.toll_free.list",
        |asked| own(asked, Type::TollFree),
    ),
    Line::post(
        "IncomingPhoneNumbers/TollFree.json",
        "incoming_phone_numbers.toll_free.buy",
        |asked| buy(asked, Some(Type::TollFree)),
    ),
    Line::get(
        "AvailablePhoneNumbers.json",
        "available_phone_numbers.countries",
        |asked| {
            let uri = &asked.request.path;
            Ok(ok(200, &json!({"countries": [country()], "uri": uri})))
        },
    ),
    Line::get(
        "AvailablePhoneNumbers/*.json",
        "available_phone_numbers.country",
        |asked| match asked.part(0) {
            "US" => Ok(ok(200, &country())),
            _ => Err(asked.not_found()),
        },
    ),
    Line::get(
        "AvailablePhoneNumbers/*/Local.json",
        "available_phone_numbers.local",
        |asked| search(asked, &["415", "212", "312"]),
    ),
    Line::get(
        "AvailablePhoneNumbers/*/TollFree.json",
        "available_phone_numbers.toll_free",
        |asked| search(asked, &["800", "888"]),
    ),
    Line::get(
        "AvailablePhoneNumbers/*/Mobile.json",
        "available_phone_numbers.mobile",
        |asked| search(asked, &[]),
    ),
    Line::post(
        "OutgoingCallerIds.json",
        "outgoing_caller_ids.validate",
        validate,
    ),
];

/// What kind of number it is, as far as the number itself says.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Type {
    Local,
    Mobile,
    TollFree,
}

const TOLL_FREE: [&str; 7] = ["800", "833", "844", "855", "866", "877", "888"];

fn type_of(number: &str) -> Type {
    let rest = number.strip_prefix("+1").unwrap_or_default();
    if TOLL_FREE.iter().any(|area| rest.starts_with(area)) {
        Type::TollFree
    } else if number.starts_with("+447") {
        Type::Mobile
    } else {
        Type::Local
    }
}

fn phone(row: &Row) -> &str {
    row.fields
        .get("phone_number")
        .and_then(Value::as_str)
        .unwrap_or_default()
}

fn owned(world: &World, number: &str) -> bool {
    world.rows(NUMBERS).any(|row| phone(row) == number)
}

/// The numbers of an area that nobody has.
fn free<'w>(world: &'w World, area: &'w str) -> impl Iterator<Item = String> + 'w {
    (0..100)
        .map(move |last| format!("+1{area}55501{last:02}"))
        .filter(|number| !owned(world, number))
}

fn table(asked: &Asked<'_>) -> Result<&'static Table, Refused> {
    named_table(NUMBERS).ok_or_else(|| asked.not_found())
}

fn own(asked: &Asked<'_>, kind: Type) -> Result<SimAnswer, Refused> {
    let table = table(asked)?;
    let (number, name) = (asked.query("PhoneNumber"), asked.query("FriendlyName"));
    let world = asked.shared.world();
    let found = world
        .rows(NUMBERS)
        .rev()
        .filter(|row| type_of(phone(row)) == kind)
        .filter(|row| number.as_deref().is_none_or(|own| own == phone(row)))
        .filter(|row| {
            let own = row.fields.get("friendly_name").and_then(Value::as_str);
            name.is_none() || own == name.as_deref()
        })
        .map(|row| (row.sid.clone(), shown(&world, table, row)))
        .collect();
    listed(asked.request, "incoming_phone_numbers", found)
}

fn buy(asked: &Asked<'_>, kind: Option<Type>) -> Result<SimAnswer, Refused> {
    let table = table(asked)?;
    let form = asked.form();
    let now = asked.shared.clock.wall();
    let mut world = asked.shared.world();
    let number = match (form.filled("PhoneNumber"), form.filled("AreaCode")) {
        (Some(number), _) => number.to_owned(),
        (None, Some(area)) if area.len() == 3 && area.bytes().all(|c| c.is_ascii_digit()) => {
            let exists = matches!(area.as_bytes().first(), Some(b'2'..=b'8'));
            let found = free(&world, area).next().filter(|_| exists);
            found.ok_or_else(|| Refused::bad(21452, named(21452)))?
        }
        (None, Some(_)) => return Err(Refused::bad(21451, named(21451))),
        (None, None) => {
            return Err(Refused::bad(21421, "PhoneNumber or AreaCode is required"));
        }
    };
    let good = E164::parse(&number)
        .ok()
        .filter(|_| number != "+15005550001");
    let good = good.ok_or_else(|| Refused::bad(21421, named(21421)))?;
    if number == "+15005550000" || owned(&world, &number) {
        return Err(Refused::bad(21422, named(21422)));
    }
    if kind.is_some_and(|kind| kind != type_of(&number)) {
        return Err(Refused::bad(21458, named(21458)));
    }
    let mut values = Vec::new();
    for parameter in table.parameters {
        if let Some(text) = form.filled(parameter.name) {
            let code = parameter.fault.unwrap_or(table.fault);
            let value = parameter
                .read(text)
                .map_err(|rule| Refused::bad(code, rule))?;
            values.push((parameter.property(), value));
        }
    }
    seed_number(&mut world, &good, now);
    let sid = world
        .rows(NUMBERS)
        .next_back()
        .map(|row| row.sid.clone())
        .unwrap_or_default();
    for (property, value) in values {
        world.set(NUMBERS, &sid, &property, value);
    }
    let row = world.find(NUMBERS, &sid).ok_or_else(|| asked.not_found())?;
    Ok(ok(201, &shown(&world, table, row)))
}

fn give_back(asked: &Asked<'_>) -> Result<SimAnswer, Refused> {
    let table = table(asked)?;
    let mut world = asked.shared.world();
    let row = world
        .find(NUMBERS, asked.part(0))
        .cloned()
        .ok_or_else(|| asked.not_found())?;
    world.remove(table, &row);
    Ok(SimAnswer::empty(204))
}

fn country() -> Value {
    let account = TwilioSimulator::ACCOUNT_SID;
    let uri = format!("/2010-04-01/Accounts/{account}/AvailablePhoneNumbers/US");
    json!({
        "country_code": "US",
        "country": "United States",
        "uri": format!("{uri}.json"),
        "beta": false,
        "subresource_uris": {
            "local": format!("{uri}/Local.json"),
            "toll_free": format!("{uri}/TollFree.json"),
        },
    })
}

/// A search answers the numbers and its own address, and never a link. `*` in `Contains` is one digit.
fn search(asked: &Asked<'_>, areas: &[&str]) -> Result<SimAnswer, Refused> {
    if asked.part(0) != "US" {
        return Err(asked.not_found());
    }
    let given = asked.query("AreaCode");
    let areas: Vec<&str> = match &given {
        Some(area) if area.len() != 3 || !area.bytes().all(|c| c.is_ascii_digit()) => {
            return Err(Refused::bad(21451, named(21451)));
        }
        Some(area) if areas.is_empty() || area.starts_with(['0', '1', '9']) => Vec::new(),
        Some(area) => vec![area.as_str()],
        None => areas.to_vec(),
    };
    let contains = asked.query("Contains").unwrap_or_default();
    let size = match asked.query("PageSize").as_deref().map(str::parse) {
        None => 50,
        Some(Ok(size @ 1..=1000)) => size,
        Some(_) => return Err(Refused::bad(20007, named(20007))),
    };
    let world = asked.shared.world();
    let found: Vec<Value> = areas
        .iter()
        .flat_map(|area| free(&world, area))
        .filter(|number| has(number, &contains))
        .take(size)
        .map(|number| {
            json!({
                "friendly_name": number,
                "phone_number": number,
                "lata": null,
                "locality": null,
                "rate_center": null,
                "latitude": null,
                "longitude": null,
                "region": null,
                "postal_code": null,
                "iso_country": "US",
                "address_requirements": "none",
                "beta": false,
                "capabilities": {"voice": true, "SMS": true, "MMS": false},
            })
        })
        .collect();
    Ok(ok(
        200,
        &json!({"available_phone_numbers": found, "uri": asked.request.path}),
    ))
}

/// Whether a pattern fits somewhere.
fn has(number: &str, pattern: &str) -> bool {
    let (number, pattern) = (number.as_bytes(), pattern.as_bytes());
    pattern.is_empty()
        || number.windows(pattern.len()).any(|part| {
            part.iter()
                .zip(pattern)
                .all(|(digit, wanted)| *wanted == b'*' || digit == wanted)
        })
}

/// A number somebody wants to show, and whom the outcome is reported to.
pub(super) struct Validation {
    call: CallSid,
    number: String,
    name: String,
    report: Option<(String, bool)>,
}

/// Rings the number. It is verified when somebody answers and, one supposes, types the code.
fn validate(asked: &Asked<'_>) -> Result<SimAnswer, Refused> {
    let form = asked.form();
    let number = form
        .filled("PhoneNumber")
        .and_then(|number| E164::parse(number).ok())
        .ok_or_else(|| Refused::bad(21421, named(21421)))?;
    if asked
        .shared
        .world()
        .rows(CALLER_IDS)
        .any(|row| phone(row) == number.as_str())
    {
        return Err(Refused::bad(21450, named(21450)));
    }
    let name = form.filled("FriendlyName").unwrap_or(number.as_str());
    if name.chars().count() > 64 {
        return Err(Refused::bad(20002, named(20002)));
    }
    let report = form.filled("StatusCallback").map(|url| {
        (
            url.to_owned(),
            form.get("StatusCallbackMethod") == Some("GET"),
        )
    });
    let order = Order::between(number.as_str(), "+14157234000");
    let sid = asked.shared.place_with(order, |state, call| {
        state.validations.push(Validation {
            call,
            number: number.as_str().to_owned(),
            name: name.to_owned(),
            report,
        });
    });
    Ok(ok(
        200,
        &json!({
            "account_sid": TwilioSimulator::ACCOUNT_SID,
            "call_sid": sid,
            "friendly_name": name,
            "phone_number": number,
            "validation_code": "123456",
        }),
    ))
}

/// A call is over: if it was to verify a number, it has or has not.
pub(super) fn ended(shared: &Arc<Shared>, call: &CallSid, status: &CallStatus) {
    let validation = {
        let mut state = shared.lock();
        let at = state.validations.iter().position(|it| it.call == *call);
        let Some(validation) = at.map(|at| state.validations.swap_remove(at)) else {
            return;
        };
        validation
    };
    let mut params = vec![
        ("AccountSid", TwilioSimulator::ACCOUNT_SID.to_owned()),
        ("CallSid", call.to_string()),
        ("To", validation.number.clone()),
    ];
    if *status == CallStatus::Completed {
        let mut world = shared.world();
        let sid = world.sid("PN");
        let mut fields = named_table(CALLER_IDS).map(usual).unwrap_or_default();
        fields.insert("phone_number".to_owned(), validation.number.into());
        fields.insert("friendly_name".to_owned(), validation.name.into());
        let now = shared.clock.wall();
        world.push(Row {
            table: CALLER_IDS,
            sid: sid.clone(),
            parent: String::new(),
            fields,
            created: now,
            updated: now,
        });
        params.push(("VerificationStatus", "success".to_owned()));
        params.push(("OutgoingCallerIdSid", sid));
    } else {
        params.push(("VerificationStatus", "failed".to_owned()));
    }
    if let Some((url, get)) = validation.report {
        shared.lock().outbox.send(Report {
            subject: call.to_string(),
            url,
            get,
            params: params.into_iter().collect(),
            token: format!("{call}-validation"),
        });
    }
}
