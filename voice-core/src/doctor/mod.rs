//! Why does nothing work? Checks of everything between this process and a provider, each with cause and remedy.
//!
//! | check | looks at |
//! |---|---|
//! | [`EnvironmentCheck`] | settings: present, missing, malformed; no value is shown |
//! | [`EndpointCheck`] | one URL: DNS, TCP, TLS, latency by stage, HTTP, clock |
//! | [`DnsCheck`], [`TcpCheck`], [`TlsCheck`], [`HttpCheck`] | each of these alone |
//! | [`ProviderCheck`] | any provider's [`HealthCheck`](crate::provider::HealthCheck): credentials, latency |
//! | [`limits_left`] | what an answer said of rate limits |
//! | [`PublicUrlCheck`], [`click_to_call`] | a webhook's URL, as the provider would see it |
//! | [`ForgedWebhookCheck`] | a webhook of yours: reached in time, no redirect, a forged signature is refused |
//! | [`CompareCheck`], [`explain_status`], [`read_proxy_log`] | the proxy in front of a service |
//!
//! Each provider crate gives all its checks as one [`Examination`] (feature `doctor`): `TwilioDoctor`, `UltravoxDoctor`,
//! `ExotelDoctor`, `OpenAiDoctor`, `PromptDoctor`. Settings that are missing are findings there, not errors. A [`Doctor`] runs any number of them at once and gives a [`Report`]:
//! text, JSON, Markdown, an exit code. A check is also a library call of its own: build a [`CheckContext`] and call
//! [`check`](DoctorCheck::check).
//!
//! The exit code is 0 when nothing failed and 1 when something did; a program that could not even begin should end with
//! [`Report::COULD_NOT_RUN`], 2. No check dials, and none changes anything at a provider.
//!
//! Everything a finding says is redacted, and every step has a time limit on the injected clock. Nothing is retried, and
//! nothing but what a check names is sent.
//!
//! ```
//! use voice_core::config::Environment;
//! use voice_core::doctor::{CheckContext, Colour, Doctor, EnvironmentCheck};
//! use voice_core::ident::E164;
//!
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let environment = Environment::from_pairs([("TWILIO_PHONE_NUMBER", "555-1234")]);
//! let report = Doctor::new(CheckContext::builder().build()?)
//!     .check("twilio", EnvironmentCheck::new(environment).required::<E164>(&["TWILIO_PHONE_NUMBER"]))
//!     .run()
//!     .await;
//! assert_eq!(report.exit_code(), 1);
//! assert!(report.to_text(Colour::Plain).contains("FAIL  environment  TWILIO_PHONE_NUMBER is malformed"));
//! # Ok(())
//! # }
//! ```

mod compare;
mod context;
mod dns;
mod endpoint;
mod environment;
mod examination;
mod finding;
mod forged;
mod gateway;
mod health;
mod http;
mod latency;
mod limits_left;
mod markdown;
mod public_url;
mod report;
mod run;
mod skew;
mod target;
mod tcp;
mod text;
mod tls;
mod value;
mod webhook;

#[cfg(test)]
mod endpoint_tests;
#[cfg(test)]
mod examination_tests;
#[cfg(test)]
mod output_tests;

pub use compare::CompareCheck;
pub use context::{CheckContext, CheckContextBuilder, DoctorCheck};
pub use dns::{DnsCheck, Resolve, SystemResolver};
pub use endpoint::EndpointCheck;
pub use environment::{EnvironmentCheck, Remark};
pub use examination::{Examination, KnownFindings, failed_later, failed_request};
pub use finding::{Finding, Status};
pub use forged::{ForgedWebhookCheck, WebhookHabits};
pub use gateway::{Explanation, explain_phrase, explain_status, read_proxy_log};
pub use health::ProviderCheck;
pub use http::{Expected, HttpCheck};
pub use limits_left::limits_left;
pub use public_url::PublicUrlCheck;
pub use report::{Report, Section, Totals};
pub use run::Doctor;
pub use skew::ClockSkew;
pub use target::ProbeUrl;
pub use tcp::TcpCheck;
pub use text::Colour;
pub use tls::{Certificate, CertificateError, TlsCheck};
pub use webhook::click_to_call;
