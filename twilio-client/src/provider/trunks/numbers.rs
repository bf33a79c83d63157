//! The numbers of a trunk: those the account has, by their text.

use serde::Deserialize;
use voice_core::client::Operation;
use voice_core::error::{Delivery, Error, ErrorKind};
use voice_core::ident::{E164, PhoneNumberSid, TrunkSid};
use voice_core::provider::MappedNumber;

use super::made::made_or_found;
use super::{PAGE, exists};
use crate::client::{PROVIDER, TwilioClient};
use crate::host::Product;
use crate::trunks::ListPhoneNumbers;

static FIND: Operation = Operation::get(
    "incoming_phone_numbers.list",
    "/2010-04-01/Accounts/{AccountSid}/IncomingPhoneNumbers.json",
);

#[derive(Deserialize)]
struct Page {
    incoming_phone_numbers: Vec<Number>,
}

#[derive(Deserialize)]
struct Number {
    sid: PhoneNumberSid,
    phone_number: String,
    #[serde(default)]
    trunk_sid: Option<String>,
}

/// The number of the account. The filter may match more than the whole number.
async fn find(client: &TwilioClient, number: &E164) -> Result<Option<Number>, Error> {
    let find = client.at(Product::Api, &FIND);
    let find = find.query("PhoneNumber", number.as_str());
    let page = find.send::<Page>().await?.into_inner();
    let mut numbers = page.incoming_phone_numbers.into_iter();
    Ok(numbers.find(|own| own.phone_number == number.as_str()))
}

pub(super) async fn map(
    client: &TwilioClient,
    trunk: TrunkSid,
    number: &E164,
) -> Result<MappedNumber, Error> {
    const CREATE: &str = "trunks.phone_numbers.create";
    let answered = |kind, message: &str| {
        Error::new(kind, message)
            .with_operation(PROVIDER, CREATE)
            .with_delivery(Delivery::Answered)
    };
    let Some(found) = find(client, number).await? else {
        return Err(
            answered(ErrorKind::NotFound, "the account has no such number")
                .with_hint("Buy the number first, or use the account that has it"),
        );
    };
    match found.trunk_sid.as_deref() {
        Some(own) if own == trunk.as_str() => {
            return Err(exists(CREATE, "the number"));
        }
        Some(other) if !other.is_empty() => {
            return Err(
                answered(ErrorKind::Conflict, "the number is on another trunk")
                    .with_context("trunk", other)
                    .with_hint("Take it from that trunk first"),
            );
        }
        _ => {}
    }
    let mapped = MappedNumber::new(found.sid.as_str());
    let create = async {
        let numbers = client.trunks().phone_numbers(trunk);
        numbers.create(found.sid).await?;
        Ok(mapped.clone())
    };
    let look = || async {
        let now = find(client, number).await?;
        let is_here = now.is_some_and(|number| number.trunk_sid.as_deref() == Some(trunk.as_str()));
        Ok(is_here.then(|| mapped.clone()).into_iter().collect())
    };
    made_or_found(client, create, look).await
}

/// Takes every number from a trunk.
pub(super) async fn unmap_all(client: &TwilioClient, trunk: TrunkSid) -> Result<(), Error> {
    let numbers = client.trunks().phone_numbers(trunk);
    let all = numbers.list(&ListPhoneNumbers::new().page_size(PAGE));
    for number in all.collect().await? {
        if let Some(sid) = number.sid {
            gone(numbers.delete(sid).await.map(drop))?;
        }
    }
    Ok(())
}

/// What is gone already need not be deleted.
pub(super) fn gone(outcome: Result<(), Error>) -> Result<(), Error> {
    match outcome {
        Err(error) if !error.is_not_found() => Err(error),
        _ => Ok(()),
    }
}
