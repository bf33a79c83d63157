//! Twilio could not get or use an answer, and asks the fallback URL with `ErrorCode` and `ErrorUrl`.
//!
//! When it was the first answer that got lost, and nobody has told Twilio to dial the lead yet, the same answer is given once
//! more. In any other case the lead may have been rung, so that nothing is said that could ring them again.

use voice_core::flow::click_to_call::{ClickNews, Refusal, Stage, Step};

use super::connect::store_failed;
use super::handler::{Asked, Done, Refused};
use super::service::Inner;

impl Inner {
    pub(super) async fn fallback(&self, asked: &Asked) -> Result<Done, Refused> {
        let code = asked.params.parsed::<u32>("ErrorCode");
        let detail = code.map(|code| format!("error {code}"));
        let record = self
            .store
            .get(&asked.claims.id)
            .await
            .map_err(|error| store_failed(&error))?
            .ok_or((Refusal::UnknownClick, None))?;
        if record.call.as_ref().is_some_and(|own| *own != asked.call) {
            return Err((Refusal::WrongCall, None));
        }
        let failed_at_connect = asked
            .params
            .filled("ErrorUrl")
            .is_some_and(|url| self.step_of_url(url) == Some(Step::Connect));
        if !failed_at_connect || record.stage >= Stage::LeadDialled {
            return Err((Refusal::Fallback, detail));
        }
        let done = self.connect(asked).await?;
        Ok(match done.news {
            ClickNews::Asked | ClickNews::LeadDialled | ClickNews::Repeated => Done {
                news: ClickNews::Recovered,
                ..done
            },
            _ => done,
        })
    }

    /// The step a URL of ours belongs to.
    fn step_of_url(&self, url: &str) -> Option<Step> {
        let rest = url.strip_prefix(self.routes.base().as_str())?;
        let path = rest.split(['?', '#']).next().unwrap_or_default();
        self.routes.step_of(path)
    }
}
