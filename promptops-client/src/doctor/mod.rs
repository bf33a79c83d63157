//! Why are there no prompts? The troubleshooting tools of PromptOps as checks of [`voice_core::doctor`].
//!
//! | check | looks at |
//! |---|---|
//! | [`InitialisationCheck`] | whether there is a client: the settings were taken |
//! | [`ConnectivityCheck`] | whether the service answers, and how it says it feels |
//! | [`RetrievalCheck`] | whether a prompt can be had; one that is absent is a warning |
//! | [`CachingCheck`] | whether it comes from memory the second time; the hit rate |
//! | [`SubstitutionCheck`] | whether its variables are filled in |
//! | [`HealthChecks`] | these five, one after another |
//! | [`SelfTestCheck`] | the signature this client makes, as the service judges it; the credentials |
//! | [`LimitsCheck`] | what is left of the key's limits of a minute, an hour and a day |
//! | [`environment`] | the variables of the environment: present, missing, malformed |
//! | [`network`] | three addresses of the service, stage by stage: DNS, TCP, TLS, latency, HTTP, clock; further hosts |
//!
//! [`PromptDoctor`] runs all of them and reports: text, JSON, an exit code. Nothing secret and no prompt's text is shown.
//!
//! ```
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! # #[cfg(feature = "testkit")] {
//! use promptops_client::PromptOps;
//! use promptops_client::doctor::PromptDoctor;
//! use promptops_client::testkit::PromptOpsSimulator;
//! use voice_core::doctor::{CheckContext, Colour};
//!
//! let service = PromptOpsSimulator::start().await;
//! service.add("hello-world", "1.0.0", "Hello {{name}}");
//! let prompts = PromptOps::new(service.client()?);
//!
//! let report = PromptDoctor::new(prompts).health(CheckContext::builder().build()?).await;
//! assert_eq!(report.exit_code(), 0, "{}", report.to_text(Colour::Plain));
//! # }
//! # Ok(())
//! # }
//! ```

mod all;
mod credentials;
mod health;
mod network;
mod settings;

pub use all::PromptDoctor;
pub use credentials::{LimitsCheck, SelfTestCheck};
pub use health::{
    CachingCheck, ConnectivityCheck, HealthChecks, InitialisationCheck, RetrievalCheck,
    SubstitutionCheck,
};
pub use network::{ENDPOINTS, FurtherHost, further_hosts, network};
pub use settings::environment;

use voice_core::doctor::Finding;
use voice_core::error::Error;

/// A failure as a finding: what was said, and what to do about it.
fn failed(name: &str, error: &Error) -> Finding {
    voice_core::doctor::failed_request(name, error)
}
