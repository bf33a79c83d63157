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
use twilio_client::applications::{CreateApplication, ListApplications, UpdateApplication};
use twilio_client::available_phone_numbers::{ListNumberCountries, NumberKind, SearchNumbers};
use twilio_client::calls::CallStatus;
use twilio_client::incoming_phone_numbers::{BuyNumber, BuyNumberInArea, ListNumbers};
use twilio_client::outgoing_caller_ids::{ListOutgoingCallerIds, ValidateNumber};
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
