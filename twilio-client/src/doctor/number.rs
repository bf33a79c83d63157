//! The number to call from, and the countries to call.

use async_trait::async_trait;
use voice_core::doctor::{CheckContext, DoctorCheck, Finding, failed_later};
use voice_core::error::{Error, ErrorKind};
use voice_core::ident::{E164, PublicHttpsUrl};

use crate::client::TwilioClient;
use crate::incoming_phone_numbers::{IncomingPhoneNumber, ListNumbers};
use crate::outgoing_caller_ids::ListCallerIds;

/// Whether calls can be made from a number: it is the account's own and has voice, or it is a verified caller id. Of an own number
/// the webhook for incoming calls is looked at too, without a request to it.
#[derive(Debug, Clone)]
pub struct NumberCheck {
    client: TwilioClient,
    number: E164,
}

impl NumberCheck {
    const NAME: &'static str = "from number";
    const WEBHOOK: &'static str = "number webhook";

    /// Looks for `number` in the client's account.
    #[must_use]
    pub fn new(client: TwilioClient, number: E164) -> Self {
        Self { client, number }
    }

    async fn own(&self) -> Result<Option<IncomingPhoneNumber>, Error> {
        let filter = ListNumbers::new().phone_number(self.number.as_str());
        let mut found = self.client.incoming_phone_numbers().list(&filter).limit(1);
        found.next().await.transpose()
    }

    async fn is_verified(&self) -> Result<bool, Error> {
        let filter = ListCallerIds::new().phone_number(self.number);
        let mut found = self.client.outgoing_caller_ids().list(&filter).limit(1);
        Ok(found.next().await.transpose()?.is_some())
    }

    async fn look(&self, context: &CheckContext) -> Vec<Finding> {
        let (name, number) = (Self::NAME, &self.number);
        match Box::pin(context.step(self.own())).await {
            Ok(Ok(Some(owned))) => return vec![voice(&owned), webhook(&owned)],
            Ok(Ok(None)) => {}
            Ok(Err(error)) => return vec![failed_later(name, &error)],
            Err(late) => return vec![super::late(name, &late.to_string())],
        }
        vec![match Box::pin(context.step(self.is_verified())).await {
            Ok(Ok(true)) => Finding::pass(name, format!("{number} is a verified caller id")),
            Ok(Ok(false)) => Finding::fail(
                name,
                format!("{number} is neither a number of this account nor verified"),
            )
            .with_cause("It was released, belongs to another account or subaccount, or was never verified (21210, 21212)")
            .with_remedy("Set TWILIO_PHONE_NUMBER to a number of this account, or verify it under Verified Caller IDs"),
            Ok(Err(error)) => failed_later(name, &error),
            Err(late) => super::late(name, &late.to_string()),
        }]
    }
}

fn voice(owned: &IncomingPhoneNumber) -> Finding {
    match owned.capabilities.as_ref().and_then(|can| can.voice) {
        Some(false) => Finding::fail(
            NumberCheck::NAME,
            "the number is the account's, but has no voice",
        )
        .with_cause("It was bought for messages only")
        .with_remedy("Buy a number with the capability voice, and set that one"),
        Some(true) => Finding::pass(
            NumberCheck::NAME,
            "the account's own, able to make and take calls",
        ),
        None => Finding::pass(NumberCheck::NAME, "the account's own"),
    }
}

fn webhook(owned: &IncomingPhoneNumber) -> Finding {
    let name = NumberCheck::WEBHOOK;
    if owned.trunk_sid.is_some() || owned.voice_application_sid.is_some() {
        return Finding::pass(name, "incoming calls go to a trunk or an application");
    }
    match owned.voice_url.as_deref().filter(|url| !url.is_empty()) {
        None => Finding::skipped(name, "the number has no webhook: incoming calls hear an error"),
        Some(url) => match PublicHttpsUrl::parse(url) {
            Ok(_) => Finding::pass(name, "public and https, by its form"),
            Err(rule) => Finding::warn(name, rule.to_string())
                .with_cause("Twilio fetches TwiML from this URL over the internet; from there it cannot be reached, or not safely (11200)")
                .with_remedy("Set the public https address of the service as the number's voice URL"),
        },
    }
}

#[async_trait]
impl DoctorCheck for NumberCheck {
    fn name(&self) -> &str {
        Self::NAME
    }

    async fn check(&self, context: &CheckContext) -> Vec<Finding> {
        self.look(context).await
    }
}

/// Whether ordinary numbers of a country may be called.
#[derive(Debug, Clone)]
pub struct CountryCheck {
    client: TwilioClient,
    name: String,
    country: String,
}

impl CountryCheck {
    /// Looks at `country` (ISO 3166-1, two letters).
    #[must_use]
    pub fn new(client: TwilioClient, country: impl Into<String>) -> Self {
        let country = country.into();
        Self {
            client,
            name: format!("geo permission {country}"),
            country,
        }
    }

    async fn look(&self, context: &CheckContext) -> Finding {
        let name = &self.name;
        let permissions = self.client.dialing_permissions();
        let asked = permissions.country(&self.country);
        let country = match Box::pin(context.step(asked)).await {
            Ok(Ok(country)) => country,
            Ok(Err(error)) if error.kind() == ErrorKind::NotFound => {
                return Finding::skipped(name, "Twilio knows no such country, or does not tell");
            }
            Ok(Err(error)) => return failed_later(name, &error),
            Err(late) => return super::late(name, &late.to_string()),
        };
        match country.low_risk_numbers_enabled {
            Some(false) => Finding::fail(name, "calls to this country are switched off")
                .with_cause("Voice geographic permissions do not allow it, which is how most accounts begin (21215, 13227)")
                .with_remedy("Switch the country on in the console under Voice, Settings, Geo permissions"),
            Some(true) => Finding::pass(name, "ordinary numbers may be called"),
            None => Finding::skipped(name, "Twilio does not say"),
        }
    }
}

#[async_trait]
impl DoctorCheck for CountryCheck {
    fn name(&self) -> &str {
        &self.name
    }

    async fn check(&self, context: &CheckContext) -> Vec<Finding> {
        vec![self.look(context).await]
    }
}
