//! The suite for prompt providers lets a sound one pass and catches those that break a promise.
#![cfg(feature = "testkit")]
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test fails by panicking"
)]

use std::panic::AssertUnwindSafe;

use async_trait::async_trait;
use futures_util::FutureExt;
use serde_json::{Map, Value};
use voice_core::client::{Cursor, Page};
use voice_core::error::{Delivery, Error, ErrorKind, FieldError};
use voice_core::ident::PromptId;
use voice_core::provider::{Prompt, PromptProvider, PromptRequest, PromptSummary, RenderedPrompt};
use voice_core::template::{RenderOptions, Template};
use voice_core::testkit::conformance::{PromptFixture, prompt_provider};

/// What a provider does wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Flaw {
    None,
    /// Reads what it inserted again.
    Rescans,
    /// Names the first missing variable only.
    NamesOne,
    /// Gives an empty prompt for one that is not there.
    InventsPrompts,
    /// Gives the latest for any version.
    IgnoresVersions,
    /// Escapes values as if a prompt were HTML.
    Escapes,
    /// Gives the same page for ever.
    NeverEnds,
    /// Gives the first text of any model.
    AnyModel,
    /// Quotes the values in its errors.
    Quotes,
}

#[derive(Debug)]
struct Provider(Flaw);

const MODEL_TEXT: &str = "Short.";

fn fixture() -> PromptFixture {
    PromptFixture::new(
        "greet".parse().unwrap(),
        "1.9.0",
        "1.10.0",
        "nowhere".parse().unwrap(),
    )
    .with_model("openai", "gpt-4o", MODEL_TEXT)
}

fn not_found() -> Error {
    Error::new(ErrorKind::NotFound, "Prompt not found")
        .with_operation("memory", "prompts.get")
        .with_delivery(Delivery::Answered)
}

#[async_trait]
impl PromptProvider for Provider {
    async fn fetch_prompt(&self, request: &PromptRequest) -> Result<Prompt, Error> {
        let fixture = fixture();
        let invents = self.0 == Flaw::InventsPrompts;
        if request.id != fixture.id {
            return match invents {
                true => Ok(Prompt::new(request.id.clone(), "0", "")),
                false => Err(not_found()),
            };
        }
        let latest = fixture.latest.as_str();
        let version = match &request.version {
            Some(version) if self.0 != Flaw::IgnoresVersions => version.as_str(),
            _ => latest,
        };
        let text = match version {
            "1.10.0" => PromptFixture::TEXT.to_owned(),
            "1.9.0" => format!("Old: {}", PromptFixture::TEXT),
            _ => return Err(not_found()),
        };
        let wants = request.model.as_ref();
        let is_own = wants.is_some_and(|(maker, _)| maker == "openai")
            || (wants.is_some() && self.0 == Flaw::AnyModel);
        let text = if is_own { MODEL_TEXT.to_owned() } else { text };
        Ok(Prompt::new(request.id.clone(), version, text))
    }

    async fn render_prompt(
        &self,
        request: &PromptRequest,
        variables: &Map<String, Value>,
    ) -> Result<RenderedPrompt, Error> {
        let prompt = self.fetch_prompt(request).await?;
        let mut values = variables.clone();
        if self.0 == Flaw::Escapes {
            for value in values.values_mut() {
                *value = value.as_str().unwrap().replace('<', "&lt;").into();
            }
        }
        let render = |text: &str| Template::parse(text).render_with(&values, &RenderOptions::new());
        let mut text = render(&prompt.text).map_err(|error| {
            let mut missing = error.missing().to_vec();
            if self.0 == Flaw::NamesOne {
                missing.truncate(1);
            }
            let words = match self.0 {
                Flaw::Quotes => format!("{variables:?}"),
                _ => error.to_string(),
            };
            let out = Error::new(ErrorKind::InvalidInput, words);
            missing.iter().fold(out, |out, name| {
                out.with_field(FieldError::new(format!("variables.{name}"), "has no value"))
            })
        })?;
        if self.0 == Flaw::Rescans {
            text = render(&text).unwrap_or(text);
        }
        Ok(RenderedPrompt::new(prompt.id, prompt.version, text))
    }

    async fn list_prompts(&self, from: Option<Cursor>) -> Result<Page<PromptSummary>, Error> {
        let line = |id: &str| PromptSummary::new(PromptId::parse(id).unwrap());
        let next = Some(Cursor::new("2"));
        Ok(match (from, self.0) {
            (None, _) | (_, Flaw::NeverEnds) => Page::new(vec![line("other")], next),
            (Some(_), _) => Page::new(vec![line("greet"), line("greet")], None),
        })
    }
}

/// What the suite says; nothing when it passes.
async fn complaint(flaw: Flaw) -> Option<String> {
    let provider = Provider(flaw);
    let fixture = fixture();
    let suite = AssertUnwindSafe(prompt_provider(&provider, &fixture)).catch_unwind();
    let panic = suite.await.err()?;
    let text = panic.downcast_ref::<String>().cloned();
    Some(text.unwrap_or_else(|| (*panic.downcast_ref::<&str>().unwrap()).to_owned()))
}

#[tokio::test]
async fn a_sound_provider_passes() {
    assert_eq!(complaint(Flaw::None).await, None);
}

#[tokio::test]
async fn every_flaw_is_caught_and_named() {
    for (flaw, words) in [
        (Flaw::Rescans, "never read again"),
        (Flaw::NamesOne, "names every variable"),
        (Flaw::InventsPrompts, "not there is an error"),
        (Flaw::IgnoresVersions, "version"),
        (Flaw::Escapes, "nothing is escaped"),
        (Flaw::NeverEnds, "leads back"),
        (Flaw::AnyModel, "gets the main text"),
        (Flaw::Quotes, "no value shows"),
    ] {
        let said = complaint(flaw).await.unwrap_or_default();
        assert!(said.contains(words), "{flaw:?}: {said}");
    }
}
