//! Buying one named number: sent again freely, and looked for in the account when nobody knows how it went.

use std::time::{Duration, SystemTime};

use serde::Deserialize;
use voice_core::client::{Operation, Response};
use voice_core::error::Error;
use voice_core::ident::E164;

use super::{BuyNumber, IncomingPhoneNumber, ON};
use crate::client::TwilioClient;
use crate::types::Parameters;

/// How far apart the two clocks may be; the API's times are whole seconds.
const SKEW: Duration = Duration::from_secs(5);

#[derive(Deserialize)]
struct Numbers {
    incoming_phone_numbers: Vec<IncomingPhoneNumber>,
}

/// Buys the number by `buy`; `list` is where it must stand afterwards.
pub(super) async fn named(
    client: &TwilioClient,
    buy: &'static Operation,
    list: &'static Operation,
    request: &BuyNumber,
) -> Result<Response<IncomingPhoneNumber>, Error> {
    let form = request.form(buy)?;
    let begun = client.raw().clock().wall();
    let error = match client.at(ON, buy).form(form).send().await {
        Ok(bought) => return Ok(bought),
        Err(error) => error,
    };
    // A refusal of a single try says all there is to say. Where an earlier try may have been carried out, "not available" can
    // mean that it was.
    if !error.may_have_happened() {
        return Err(error);
    }
    let number = request.number();
    let looked = client
        .at(ON, list)
        .query("PhoneNumber", number.as_str())
        .send::<Numbers>()
        .await;
    // What the look met with says less than how the order ended.
    let Ok(found) = looked else {
        return Err(error);
    };
    let now = client.raw().clock().wall();
    let from = begun.checked_sub(SKEW).unwrap_or(begun);
    let until = now.checked_add(SKEW).unwrap_or(now);
    let mut ours = None;
    let found = found.map(|page| {
        ours = page
            .incoming_phone_numbers
            .into_iter()
            .find(|one| is(one, number) && came(one, from, until));
    });
    match ours {
        Some(bought) => Ok(found.map(|()| bought)),
        None => Err(error),
    }
}

fn is(one: &IncomingPhoneNumber, number: E164) -> bool {
    one.phone_number.as_deref() == Some(number.as_str())
}

/// Whether it came to the account between two times; a number that was here before was bought by another order.
fn came(one: &IncomingPhoneNumber, from: SystemTime, until: SystemTime) -> bool {
    one.date_created
        .as_ref()
        .and_then(|created| created.is_within(from, until))
        == Some(true)
}
