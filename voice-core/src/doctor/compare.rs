//! Directly and through the proxy: which of the two is broken?

use async_trait::async_trait;
use futures_util::future::join;

use super::http::{Answer, NoAnswer, failed};
use super::text::millis;
use super::{CheckContext, DoctorCheck, Explanation, Finding, HttpCheck, ProbeUrl, Status};
use super::{explain_phrase, explain_status};

/// Sends the same request to a service directly and through its proxy, and compares.
///
/// Run it on the machine of the service, with a URL such as `http://127.0.0.1:3001/…` and the public one: plain http is
/// allowed to this machine only.
///
/// ```
/// use voice_core::doctor::{CompareCheck, Expected, HttpCheck, ProbeUrl};
///
/// let request = HttpCheck::new("connect", ProbeUrl::parse("https://api.example.com/connect")?)
///     .expect(Expected::Status(vec![200]));
/// let check = CompareCheck::new("proxy", request, ProbeUrl::parse("http://127.0.0.1:3001/connect")?);
/// # Ok::<(), voice_core::transport::SecretUrlError>(())
/// ```
#[derive(Debug, Clone)]
pub struct CompareCheck {
    name: String,
    through: HttpCheck,
    direct: HttpCheck,
}

impl CompareCheck {
    /// Compares `through`, which goes to the public URL, with the same request to the URL `direct`.
    pub fn new(name: impl Into<String>, through: HttpCheck, direct: ProbeUrl) -> Self {
        Self {
            name: name.into(),
            direct: through.clone().at(direct),
            through,
        }
    }

    fn judge(
        &self,
        direct: &Result<Answer, NoAnswer>,
        through: &Result<Answer, NoAnswer>,
    ) -> Finding {
        let is_met = |answer: &Result<Answer, NoAnswer>| {
            let status = answer.as_ref().map(|answer| answer.status.as_u16());
            status.is_ok_and(|status| self.through.expected().is_met(status))
        };
        let (status, seen, explanation) = match (is_met(direct), is_met(through)) {
            (true, true) => (Status::Pass, "both ways answer as expected", None),
            (true, false) => (
                Status::Fail,
                "the service answers directly, but not through the proxy",
                Some(proxy(through)),
            ),
            (false, false) => (
                Status::Fail,
                "the service answers on neither way: it is the service itself",
                Some(service(direct)),
            ),
            (false, true) => (
                Status::Warn,
                "the proxy answers, but the direct URL does not",
                Some(Explanation {
                    cause: "The direct URL is not the one the proxy uses, or the proxy answers by itself or from a cache",
                    remedy: "Compare the direct URL's port and path with the proxy's upstream",
                }),
            ),
        };
        let finding = Finding::new(&self.name, status, seen)
            .with_detail("direct", in_words(direct))
            .with_detail("through the proxy", in_words(through));
        match explanation {
            Some(explanation) => finding.with_explanation(&explanation),
            None => finding,
        }
    }
}

/// The service is well; something in front of it is not.
fn proxy(through: &Result<Answer, NoAnswer>) -> Explanation {
    let known = through.as_ref().ok().and_then(|answer| {
        let text = String::from_utf8_lossy(&answer.body);
        explain_phrase(&text).or_else(|| explain_status(answer.status.as_u16()))
    });
    known.unwrap_or(Explanation {
        cause: "The proxy, a firewall or a CDN in front of the service does not pass the request on as it is",
        remedy: "Look at the proxy's error log, its upstream address and path, and that it forwards Host, X-Forwarded-For and X-Forwarded-Proto; let the provider's requests pass firewall and CDN",
    })
}

fn service(direct: &Result<Answer, NoAnswer>) -> Explanation {
    match direct {
        Ok(_) => Explanation {
            cause: "The service runs and answers with an error",
            remedy: "Read its own log at this very time; the proxy is not to blame",
        },
        Err(_) => Explanation {
            cause: "The service does not run, hangs, or listens on another port",
            remedy: "Start it, and compare its port with the direct URL",
        },
    }
}

fn in_words(outcome: &Result<Answer, NoAnswer>) -> String {
    match outcome {
        Ok(answer) => format!("{} in {}", answer.status, millis(answer.total)),
        Err(error) => format!(
            "no answer ({}) in {}",
            error.kind(),
            millis(error.elapsed())
        ),
    }
}

#[async_trait]
impl DoctorCheck for CompareCheck {
    fn name(&self) -> &str {
        &self.name
    }

    async fn check(&self, context: &CheckContext) -> Vec<Finding> {
        let (direct, through) = join(
            self.direct.exchange(context),
            self.through.exchange(context),
        )
        .await;
        let slower = [&direct, &through].map(|outcome| match outcome {
            Ok(answer) => answer.total,
            Err(error) => error.elapsed(),
        });
        let elapsed = slower.into_iter().max().unwrap_or_default();
        let mut finding = self.judge(&direct, &through).with_elapsed(elapsed);
        // The error of the way that has none says more than that there is none.
        for (way, check, outcome) in [
            ("direct", &self.direct, &direct),
            ("through the proxy", &self.through, &through),
        ] {
            if let Err(error) = outcome {
                let failure = failed(way, check.url(), error);
                finding = finding.with_detail(format!("{way}, why"), failure.seen());
            }
        }
        vec![finding]
    }
}
