//! What every prompt provider keeps.

use std::collections::HashSet;

use serde_json::{Map, Value};

use crate::error::{Delivery, Error, ErrorKind};
use crate::ident::PromptId;
use crate::provider::{PromptProvider, PromptRequest};

/// A prompt the provider has, and one it has not.
///
/// Its text is [`PromptFixture::TEXT`], stored under `id` in two versions: `older` begins with `Old: `, `latest` is the text
/// alone.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct PromptFixture {
    /// The prompt's id.
    pub id: PromptId,
    /// The version that is older.
    pub older: String,
    /// The version that is newest.
    pub latest: String,
    /// An id no prompt has.
    pub unknown: PromptId,
    /// A model the prompt has a text of its own for, provider and name, and that text. It has no variables.
    pub model: Option<(String, String, String)>,
}

impl PromptFixture {
    /// The text: two variables, one of them twice, and what is none.
    pub const TEXT: &'static str =
        "Hello {{name}} of {{ company }}, {{name}}! Say {\"a\": {\"b\": 1}} & <b>{x} ${x}</b>";

    /// Puts one together.
    pub fn new(
        id: PromptId,
        older: impl Into<String>,
        latest: impl Into<String>,
        unknown: PromptId,
    ) -> Self {
        Self {
            id,
            older: older.into(),
            latest: latest.into(),
            unknown,
            model: None,
        }
    }

    /// With a text of its own for a model.
    #[must_use]
    pub fn with_model(
        mut self,
        provider: impl Into<String>,
        model: impl Into<String>,
        text: impl Into<String>,
    ) -> Self {
        self.model = Some((provider.into(), model.into(), text.into()));
        self
    }
}

/// Fetches a prompt in both versions, renders it, and finds it in the list; misses the one that is not there.
pub async fn prompt_provider(provider: &dyn PromptProvider, fixture: &PromptFixture) {
    fetched(provider, fixture).await;
    for_models(provider, fixture).await;
    rendered(provider, fixture).await;
    incomplete(provider, fixture).await;
    missing(provider, fixture).await;
    listed(provider, fixture).await;
}

fn version(fixture: &PromptFixture, version: &str) -> PromptRequest {
    let mut request = PromptRequest::latest(fixture.id.clone());
    request.version = Some(version.to_owned());
    request
}

fn values(pairs: &[(&str, &str)]) -> Map<String, Value> {
    let pairs = pairs.iter();
    pairs
        .map(|(name, value)| ((*name).to_owned(), Value::from(*value)))
        .collect()
}

#[allow(clippy::expect_used, reason = "a conformance suite fails by panicking")]
async fn fetched(provider: &dyn PromptProvider, fixture: &PromptFixture) {
    let old_text = format!("Old: {}", PromptFixture::TEXT);
    let latest = PromptRequest::latest(fixture.id.clone());
    for (request, number, text) in [
        (&latest, &fixture.latest, PromptFixture::TEXT),
        (&version(fixture, &fixture.older), &fixture.older, &old_text),
        (
            &version(fixture, &fixture.latest),
            &fixture.latest,
            PromptFixture::TEXT,
        ),
        // A second time, when it may come from somewhere else.
        (&latest, &fixture.latest, PromptFixture::TEXT),
    ] {
        let prompt = provider
            .fetch_prompt(request)
            .await
            .expect("a prompt that is there can be fetched");
        assert_eq!(prompt.id, fixture.id, "the id is the one asked for");
        assert_eq!(&prompt.version, number, "the version is said");
        assert_eq!(prompt.text, text, "the text is given as it is stored");
        assert!(!prompt.source.is_empty(), "it is said where it came from");
        assert!(
            !format!("{prompt:?}").contains("Say"),
            "a prompt's text does not show"
        );
    }
}

#[allow(clippy::expect_used, reason = "a conformance suite fails by panicking")]
async fn for_models(provider: &dyn PromptProvider, fixture: &PromptFixture) {
    let mut request = PromptRequest::latest(fixture.id.clone());
    request.model = Some(("nobody".to_owned(), "nothing".to_owned()));
    let main = provider
        .fetch_prompt(&request)
        .await
        .expect("an unknown model is no error");
    assert_eq!(
        main.text,
        PromptFixture::TEXT,
        "an unknown model gets the main text"
    );
    let Some((maker, model, text)) = &fixture.model else {
        return;
    };
    request.model = Some((maker.clone(), model.clone()));
    let own = provider
        .fetch_prompt(&request)
        .await
        .expect("a text for a model can be fetched");
    assert_eq!(&own.text, text, "the model gets its own text");
    let own = provider
        .render_prompt(&request, &Map::new())
        .await
        .expect("a text for a model can be rendered");
    assert_eq!(&own.text, text, "the model's own text is rendered");
}

#[allow(clippy::expect_used, reason = "a conformance suite fails by panicking")]
async fn rendered(provider: &dyn PromptProvider, fixture: &PromptFixture) {
    let odd = "Ana {{company}} {{ name }} {name} ${x} <i>&\"'\\{{";
    let all = values(&[("name", odd), ("company", "Acme"), ("unused", "x")]);
    let rendered = provider
        .render_prompt(&PromptRequest::latest(fixture.id.clone()), &all)
        .await
        .expect("a prompt whose values are all there can be rendered");
    let text =
        format!("Hello {odd} of Acme, {odd}! Say {{\"a\": {{\"b\": 1}}}} & <b>{{x}} ${{x}}</b>");
    assert_eq!(
        rendered.text, text,
        "values are inserted as they are and never read again; nothing is escaped; what is no variable stays"
    );
    assert_eq!(
        (&rendered.id, &rendered.version),
        (&fixture.id, &fixture.latest),
        "it is said what was rendered"
    );
    assert!(
        !format!("{rendered:?}").contains("Ana"),
        "a rendered text does not show"
    );
    let old = provider
        .render_prompt(&version(fixture, &fixture.older), &all)
        .await
        .expect("an older version can be rendered");
    assert!(
        old.text.starts_with("Old: ") && old.version == fixture.older,
        "the version asked for is the one that is rendered"
    );
}

#[allow(clippy::expect_used, reason = "a conformance suite fails by panicking")]
async fn incomplete(provider: &dyn PromptProvider, fixture: &PromptFixture) {
    let latest = PromptRequest::latest(fixture.id.clone());
    for (given, absent) in [
        (values(&[]), &["name", "company"][..]),
        (values(&[("name", "SECRET-VALUE")]), &["company"][..]),
        (values(&[("company", "SECRET-VALUE")]), &["name"][..]),
        (values(&[("Name", "x"), ("company", "y")]), &["name"][..]),
    ] {
        let error = provider
            .render_prompt(&latest, &given)
            .await
            .expect_err("a variable without a value is an error");
        assert_eq!(error.kind(), ErrorKind::InvalidInput, "{error}");
        for name in ["name", "company"] {
            assert_eq!(
                names(&error, name),
                absent.contains(&name),
                "the error names every variable without a value, and no other: {name}, {error}"
            );
        }
        let shown = format!("{error} {error:?}");
        assert!(!shown.contains("SECRET-VALUE"), "no value shows: {shown}");
    }
}

/// Whether a field of the error is about this variable.
fn names(error: &Error, name: &str) -> bool {
    error
        .fields()
        .iter()
        .any(|field| field.field.rsplit('.').next() == Some(name))
}

#[allow(clippy::expect_used, reason = "a conformance suite fails by panicking")]
async fn missing(provider: &dyn PromptProvider, fixture: &PromptFixture) {
    let nowhere = PromptRequest::latest(fixture.unknown.clone());
    let never = version(fixture, "987.654.321");
    for request in [&nowhere, &never] {
        let fetched = provider
            .fetch_prompt(request)
            .await
            .expect_err("a prompt that is not there is an error");
        let rendered = provider
            .render_prompt(request, &Map::new())
            .await
            .expect_err("nothing can be rendered of nothing");
        for error in [fetched, rendered] {
            assert_eq!(error.kind(), ErrorKind::NotFound, "{error}");
            assert_eq!(error.delivery(), Delivery::Answered, "{error}");
            assert!(!error.provider().is_empty(), "{error:?}");
        }
    }
}

#[allow(clippy::expect_used, reason = "a conformance suite fails by panicking")]
async fn listed(provider: &dyn PromptProvider, fixture: &PromptFixture) {
    let mut from = None;
    let mut seen = HashSet::new();
    let mut ids = HashSet::new();
    for _ in 0..1000 {
        let page = provider
            .list_prompts(from)
            .await
            .expect("a page of prompts");
        ids.extend(page.items.into_iter().map(|line| line.id));
        from = page.next;
        let Some(next) = &from else {
            break;
        };
        assert!(
            seen.insert(next.as_str().to_owned()),
            "no page leads back to one that was there before"
        );
    }
    assert!(from.is_none(), "the list ends");
    assert!(ids.contains(&fixture.id), "the prompt is in the list");
    assert!(
        !ids.contains(&fixture.unknown),
        "what is not there is not in the list"
    );
}
