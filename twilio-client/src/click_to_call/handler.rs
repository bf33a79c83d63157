//! One request: is it Twilio's, which step is it, and what is answered.

use std::panic::{AssertUnwindSafe, catch_unwind};

use http::{HeaderMap, Method};
use voice_core::flow::click_to_call::{
    Claims, ClickEvent, ClickNews, GuardError, Refusal, Step, guarded,
};
use voice_core::provider::CallId;
use voice_core::webhook::WebhookRequest;

use super::answer::HandlerAnswer;
use super::documents;
use super::options::BadSignature;
use super::phrases::Line;
use super::service::{ClickToCall, Inner};
use crate::webhook::{Params, external_url};

/// Twilio's forms have a few kilobytes; more is not read.
const LARGEST_BODY: usize = 256 << 10;

/// A request whose signature and token are good.
pub(super) struct Asked {
    pub(super) claims: Claims,
    pub(super) call: CallId,
    pub(super) params: Params,
}

/// What is answered, and what it means.
pub(super) struct Done {
    pub(super) body: String,
    pub(super) news: ClickNews,
}

/// What is known of a request, for the log.
#[derive(Default)]
struct Known {
    claims: Option<Claims>,
    call: Option<CallId>,
}

impl ClickToCall {
    /// Answers one HTTP request.
    ///
    /// `url` is the request line's target as the server received it, path and raw query (`/api/…/connect?token=…`); an
    /// absolute URL is taken as well, but its scheme and host count for nothing: signatures are checked against the
    /// configured base. The base's own path may be there or cut off by a proxy.
    ///
    /// | route | answer |
    /// |---|---|
    /// | connect, connect-gather, dial-action, fallback | 200 with TwiML, always (403 for a bad signature only if so [chosen](BadSignature::Forbidden)) |
    /// | status | 200 with an empty document; 403 as above |
    /// | health | 200, `ok`; no signature is asked for |
    /// | any other path | 404 |
    pub async fn handle(
        &self,
        method: &Method,
        url: &str,
        headers: &HeaderMap,
        body: &[u8],
    ) -> HandlerAnswer {
        let inner = &*self.inner;
        let target = target_of(url);
        let path = target.split('?').next().unwrap_or_default();
        let relative = inner.routes.below_base(path);
        if relative == inner.routes.health() {
            return HandlerAnswer::text(200, "ok");
        }
        let Some(step) = inner.routes.step_of(relative) else {
            return HandlerAnswer::text(404, "not found");
        };
        let query = target.get(path.len()..).unwrap_or_default();
        let public = external_url(inner.routes.base().as_str(), &format!("{relative}{query}"));

        let request = WebhookRequest::new(method, &public, headers, body);
        if body.len() > LARGEST_BODY || inner.validator.check(&request).is_err() {
            inner.tell(
                step,
                Known::default(),
                ClickNews::Refused(Refusal::BadSignature, None),
            );
            return match inner.options.bad_signature {
                BadSignature::Forbidden => HandlerAnswer::text(403, "forbidden"),
                BadSignature::Goodbye if step == Step::Status => {
                    HandlerAnswer::twiml(documents::nothing())
                }
                BadSignature::Goodbye => {
                    HandlerAnswer::twiml(documents::line(&inner.phrases, Line::Goodbye))
                }
            };
        }

        let mut known = Known::default();
        let served = inner.serve(step, &request, query, &mut known);
        let served = guarded(&*inner.clock, inner.options.handler_limit, served).await;
        let done = served.unwrap_or_else(|error| {
            let detail = match error {
                GuardError::Slow => "the handler's time was over",
                _ => "the handler panicked",
            };
            Err((Refusal::Internal, Some(detail.to_owned())))
        });
        let done = done.unwrap_or_else(|(refusal, detail)| Done {
            body: inner.spoken(step, refusal),
            news: ClickNews::Refused(refusal, detail),
        });
        inner.tell(step, known, done.news);
        HandlerAnswer::twiml(done.body)
    }
}

/// Path and query of a request line's target.
fn target_of(url: &str) -> &str {
    let url = url.split('#').next().unwrap_or_default();
    match url.split_once("://") {
        // Only a scheme stands before it; a token or path has no business there.
        Some((scheme, rest)) if scheme.bytes().all(|byte| byte.is_ascii_alphabetic()) => rest
            .find(['/', '?'])
            .and_then(|at| rest.get(at..))
            .unwrap_or_default(),
        _ => url,
    }
}

pub(super) type Refused = (Refusal, Option<String>);

impl Inner {
    async fn serve(
        &self,
        step: Step,
        request: &WebhookRequest<'_>,
        query: &str,
        known: &mut Known,
    ) -> Result<Done, Refused> {
        let refused = |refusal| (refusal, None);
        let params = Params::from_request(request);
        known.call = params.filled("CallSid").and_then(|sid| {
            sid.parse::<voice_core::ident::CallSid>()
                .ok()
                .and_then(|sid| CallId::new(sid.as_str()).ok())
        });
        let query = Params::parse(query.trim_start_matches('?').as_bytes());
        let token = query.get(self.routes.token_parameter()).unwrap_or_default();
        let claims = self
            .tokens
            .read(token)
            .map_err(|error| refused(error.into()))?;
        known.claims = Some(claims);
        let call = known
            .call
            .clone()
            .ok_or_else(|| refused(Refusal::Malformed))?;
        let asked = Asked {
            claims,
            call,
            params,
        };
        if let Err(error) = claims.check(step, self.clock.wall()) {
            let refusal = error.into();
            if refusal == Refusal::Expired {
                self.note_expired(&asked).await;
            }
            return Err(refused(refusal));
        }
        match step {
            Step::Connect => self.connect(&asked).await,
            Step::Gather => self.gathered(&asked).await,
            Step::DialAction => self.dialled(&asked).await,
            Step::Status => self.status(&asked).await,
            Step::Fallback => self.fallback(&asked).await,
            _ => Err(refused(Refusal::Internal)),
        }
    }

    pub(super) fn spoken(&self, step: Step, refusal: Refusal) -> String {
        if step == Step::Status {
            documents::nothing()
        } else {
            documents::line(&self.phrases, Line::of(refusal))
        }
    }

    /// Says what was decided, once for each request.
    fn tell(&self, step: Step, known: Known, news: ClickNews) {
        let event = ClickEvent::new(step, known.claims.map(|claims| claims.id), known.call, news);
        event.log();
        let Some(listener) = &self.listener else {
            return;
        };
        // It is the application's code, and the answer must not depend on it. The panic hook has said what happened.
        let _ = catch_unwind(AssertUnwindSafe(|| listener(&event)));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_path_and_query_count() {
        for (url, target) in [
            ("/a?token=x", "/a?token=x"),
            ("https://evil.example/a?b=https://x/y", "/a?b=https://x/y"),
            ("http://host", ""),
            ("https://host?x=1", "?x=1"),
            ("/a#b", "/a"),
            ("/a?u=http://b/c", "/a?u=http://b/c"),
            ("", ""),
        ] {
            assert_eq!(target_of(url), target, "{url}");
        }
    }
}
