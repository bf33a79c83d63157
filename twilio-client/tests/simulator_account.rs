//! Numbers, applications, addresses and verified caller ids of the simulator, driven by the client.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::print_stdout,
    reason = "a test fails by panicking"
)]

mod common;

use common::{from, quick, to, until};
use twilio_client::TwilioClient;
use twilio_client::applications::{ApplicationSettings, ListApplications};
use twilio_client::available_phone_numbers::{AreaCode, NumberKind, SearchNumbers};
use twilio_client::calls::CallStatus;
use twilio_client::incoming_phone_numbers::{BuyInArea, BuyNumber, ListNumbers};
use twilio_client::outgoing_caller_ids::{ListCallerIds, ValidateNumber};
use twilio_client::testkit::{Outcome, TwilioSimulator};
use voice_core::error::Error;
use voice_core::ident::E164;
use voice_core::webhook::WebhookUrl;

fn code(error: &Error) -> u32 {
    error.code().unwrap_or_default().parse().unwrap_or_default()
}

async fn start() -> (TwilioSimulator, TwilioClient) {
    let simulator = TwilioSimulator::start().await;
    let client = simulator.client_with(quick()).unwrap();
    (simulator, client)
}

#[tokio::test]
async fn numbers_are_found_bought_once_and_given_back() {
    let (_simulator, client) = start().await;
    let area = AreaCode::new(415).unwrap();
    let search = SearchNumbers::new().area_code(area);
    let found = client.available_phone_numbers();
    let found = found
        .search(NumberKind::Local, "US", &search)
        .await
        .unwrap();
    let again = client.available_phone_numbers();
    let again = again
        .search(NumberKind::Local, "US", &search)
        .await
        .unwrap();
    assert_eq!(*found, *again, "the market is always the same");
    let number = E164::parse(found[0].phone_number.as_deref().unwrap()).unwrap();

    let numbers = client.incoming_phone_numbers();
    let voice = WebhookUrl::parse("https://voice.example.com/answer").unwrap();
    let bought = numbers
        .buy(&BuyNumber::new(number).voice_url(voice))
        .await
        .unwrap();
    assert_eq!(
        bought.voice_url.as_deref(),
        Some("https://voice.example.com/answer")
    );
    let second = numbers.buy(&BuyNumber::new(number)).await.unwrap_err();
    assert_eq!(code(&second), 21422);
    let next = numbers.buy_in_area(&BuyInArea::new(area)).await.unwrap();
    assert_eq!(
        next.phone_number, found[1].phone_number,
        "the first that is free"
    );
    let nowhere = BuyInArea::new(AreaCode::new(999).unwrap());
    assert_eq!(
        code(&numbers.buy_in_area(&nowhere).await.unwrap_err()),
        21452
    );
    let wrong = client.incoming_phone_numbers().toll_free();
    let wrong = wrong
        .buy(&BuyNumber::new(E164::parse("+14155550150").unwrap()))
        .await;
    assert_eq!(code(&wrong.unwrap_err()), 21458);

    let own = numbers.list(&ListNumbers::new().phone_number(number.as_str()));
    assert_eq!(own.collect().await.unwrap().len(), 1);
    assert_eq!(
        numbers
            .list(&ListNumbers::new().page_size(1_u32))
            .collect()
            .await
            .unwrap()
            .len(),
        2
    );
    numbers.delete(bought.sid.unwrap()).await.unwrap();
    assert_eq!(
        code(&numbers.get(bought.sid.unwrap()).await.unwrap_err()),
        20404
    );
    assert!(
        numbers.buy(&BuyNumber::new(number)).await.is_ok(),
        "it is free again"
    );
}

#[tokio::test]
async fn a_caller_id_is_verified_by_the_call_that_rings() {
    let (simulator, client) = start().await;
    let caller_ids = client.outgoing_caller_ids();
    let asked = caller_ids
        .validate(&ValidateNumber::new(to()))
        .await
        .unwrap();
    assert!(asked.validation_code.is_some());
    assert_eq!(simulator.dialled(&to()), 1, "it rings");
    let call = asked.call_sid.unwrap();
    until(|| simulator.call(&call).unwrap().status == CallStatus::Completed).await;
    let own = caller_ids
        .list(&ListCallerIds::new())
        .collect()
        .await
        .unwrap();
    assert_eq!(own.len(), 1);
    let again = caller_ids
        .validate(&ValidateNumber::new(to()))
        .await
        .unwrap_err();
    assert_eq!(code(&again), 21450);

    simulator.set_outcome(&from(), Outcome::NoAnswer);
    let asked = caller_ids
        .validate(&ValidateNumber::new(from()))
        .await
        .unwrap();
    let call = asked.call_sid.unwrap();
    until(|| simulator.call(&call).unwrap().status == CallStatus::NoAnswer).await;
    let own = caller_ids
        .list(&ListCallerIds::new())
        .collect()
        .await
        .unwrap();
    assert_eq!(own.len(), 1, "who does not answer has not typed the code");
}

#[tokio::test]
async fn applications_are_kept() {
    let (_simulator, client) = start().await;
    let url = WebhookUrl::parse("https://voice.example.com/answer").unwrap();
    let settings = ApplicationSettings::new()
        .friendly_name("ivr")
        .voice_url(url);
    let made = client.applications().create(&settings).await.unwrap();
    let named = ListApplications::new().friendly_name("ivr");
    assert_eq!(
        client
            .applications()
            .list(&named)
            .collect()
            .await
            .unwrap()
            .len(),
        1
    );
    let changed = ApplicationSettings::new().friendly_name("menu");
    let changed = client
        .applications()
        .update(made.sid.unwrap(), &changed)
        .await
        .unwrap();
    assert_eq!(changed.voice_url, made.voice_url, "what is not sent stays");
    assert!(
        client
            .applications()
            .list(&named)
            .collect()
            .await
            .unwrap()
            .is_empty()
    );
    client
        .applications()
        .delete(made.sid.unwrap())
        .await
        .unwrap();
    assert_eq!(
        code(
            &client
                .applications()
                .get(made.sid.unwrap())
                .await
                .unwrap_err()
        ),
        20404
    );
}
