//! Prompts: rendering beside two template engines, a cache hit beside bare moka, and both together.
//!
//! The engines get what suits them best: the template is parsed, the values are in the engine's own form, and nothing is
//! escaped. They can do more (loops, conditions, helpers). moka is keyed by text and keeps for as long; our cache is keyed by
//! origin, account, project, id, version and model, and judges the age by the terms of each read.

use std::hint::black_box;
use std::sync::Arc;
use std::time::Duration;

use handlebars::Handlebars;
use promptops_client::cache::{CacheScope, GetOptions, PromptCache, PromptKey, PromptLoader};
use promptops_client::models::Prompt;
use promptops_client::render::PromptVariables;
use promptops_client::{PromptOps, PromptOpsClient, variables};
use serde_json::{Value, json};
use tokio::runtime::Runtime;
use voice_core::client::ClientOptions;
use voice_core::error::Error;
use voice_core::template::Template;
use voice_core::transport::{Body, Transport, TransportError};

use super::rows;
use crate::harness::{each, each_async, in_turn, pair};
use crate::{Bar, Options, Row};

const SECTION: &str = "prompts";
const TOGETHER: Option<Bar> = Some(Bar::AtMost(2_000.0));

/// The section `prompts`.
///
/// # Panics
/// When a contender cannot be set up.
#[must_use]
pub fn section(options: &Options) -> Vec<Row> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .expect("a runtime");
    let mut all = render(options);
    all.extend(hit(options, &runtime));
    all.extend(together(options, &runtime));
    all
}

/// 1 KB with five variables, one of them twice.
fn text() -> String {
    let rules =
        "Answer in one or two short sentences, and never read out a whole list. ".repeat(11);
    format!(
        "You are {{{{agent}}}}, who answers the phone for {{{{company}}}} in {{{{city}}}}. The caller is {{{{name}}}}, who has \
         {{{{orders}}}} open orders. {rules}Begin with the name: {{{{name}}}}."
    )
}

fn values() -> Value {
    json!({"agent": "Priya", "company": "Acme & Sons", "city": "Pune", "name": "Ana Kapoor", "orders": 3})
}

fn own_values() -> PromptVariables {
    variables! { agent: "Priya", company: "Acme & Sons", city: "Pune", name: "Ana Kapoor", orders: 3 }
}

struct Engines {
    jinja: minijinja::Environment<'static>,
    jinja_values: minijinja::Value,
    bars: Handlebars<'static>,
    bars_values: handlebars::Context,
}

fn engines() -> Engines {
    let mut jinja = minijinja::Environment::new();
    jinja
        .add_template_owned("prompt", text())
        .expect("a template");
    let mut bars = Handlebars::new();
    bars.register_escape_fn(handlebars::no_escape);
    bars.register_template_string("prompt", text())
        .expect("a template");
    Engines {
        jinja,
        jinja_values: minijinja::Value::from(minijinja::value::Serde(&values())),
        bars,
        bars_values: handlebars::Context::wraps(values()).expect("values"),
    }
}

impl Engines {
    fn minijinja(&self) -> String {
        let template = self.jinja.get_template("prompt").expect("it is there");
        template
            .render(black_box(&self.jinja_values))
            .expect("it renders")
    }

    fn handlebars(&self) -> String {
        let values = black_box(&self.bars_values);
        self.bars
            .render_with_context("prompt", values)
            .expect("it renders")
    }
}

fn render(options: &Options) -> Vec<Row> {
    let (template, values, engines) = (Template::parse(&text()), own_values(), engines());
    let figures = in_turn(
        options,
        vec![
            each(|| template.render(black_box(&values))),
            each(|| engines.minijinja()),
            each(|| engines.handlebars()),
        ],
    );
    let peers = [
        ("minijinja", figures[1], None),
        ("handlebars", figures[2], None),
    ];
    rows(
        SECTION,
        "render 1 KB, 5 variables",
        figures[0],
        None,
        &peers,
    )
}

#[derive(Debug)]
struct Fixed;

#[async_trait::async_trait]
impl PromptLoader<Prompt> for Fixed {
    async fn load(&self, key: &PromptKey) -> Result<Arc<Prompt>, Error> {
        Ok(Arc::new(Prompt::new(key.id().as_str(), "1.0.0", text())))
    }
}

fn hit(options: &Options, runtime: &Runtime) -> Vec<Row> {
    let scope = CacheScope::new("https://api.promptops.com", "po_abc123def456");
    let cache = PromptCache::builder(scope, Arc::new(Fixed))
        .build()
        .expect("a cache");
    let key = cache.key("greeting".parse().expect("an id"));
    runtime.block_on(cache.get(&key)).expect("it is loaded");
    let terms = GetOptions::new();

    let prompt: Arc<Prompt> = Arc::new(Prompt::new("greeting", "1.0.0", text()));
    let ttl = Duration::from_secs(300);
    let plain = moka::sync::Cache::builder()
        .max_capacity(1_000)
        .time_to_live(ttl)
        .build();
    plain.insert("greeting".to_owned(), Arc::clone(&prompt));
    let future = moka::future::Cache::builder()
        .max_capacity(1_000)
        .time_to_live(ttl)
        .build();
    runtime.block_on(future.insert("greeting".to_owned(), prompt));

    let (ours, moka) = pair(
        options,
        each(|| cache.get_now(black_box(&key), &terms)),
        each(|| plain.get(black_box("greeting"))),
    );
    let mut all = rows(SECTION, "cache hit", ours, None, &[("moka", moka, None)]);
    let (ours, moka) = pair(
        options,
        each_async(runtime, || cache.get(black_box(&key))),
        each_async(runtime, || future.get(black_box("greeting"))),
    );
    all.extend(rows(
        SECTION,
        "cache hit, awaited",
        ours,
        None,
        &[("moka (future)", moka, None)],
    ));
    all
}

/// Answers every request with the prompt.
#[derive(Debug)]
struct Canned;

#[async_trait::async_trait]
impl Transport for Canned {
    async fn send(
        &self,
        _request: http::Request<bytes::Bytes>,
    ) -> Result<http::Response<Body>, TransportError> {
        let prompt = json!({"id": "greeting", "version": "1.0.0", "content": text()});
        let answer = http::Response::new(Body::from_bytes(prompt.to_string()));
        Ok(answer)
    }
}

fn service(runtime: &Runtime) -> PromptOps {
    let client = PromptOpsClient::builder()
        .api_key("po_abc123def456")
        .options(ClientOptions::new().transport(Arc::new(Canned)))
        .build()
        .expect("a client");
    let service = PromptOps::new(client).expect("a service");
    runtime
        .block_on(service.get("greeting"))
        .expect("it is loaded");
    service
}

fn together(options: &Options, runtime: &Runtime) -> Vec<Row> {
    let (service, values) = (service(runtime), own_values());
    let figures = in_turn(
        options,
        vec![
            each(|| {
                let found = service.prompt(black_box("greeting")).get_now();
                found.expect("it is in memory").render(&values)
            }),
            each_async(runtime, || service.render(black_box("greeting"), &values)),
            each_async(runtime, || async {
                service.render(black_box("greeting"), &own_values()).await
            }),
        ],
    );
    let mut all = rows(
        SECTION,
        "cached fetch and render, at once",
        figures[0],
        TOGETHER,
        &[],
    );
    all.extend(rows(
        SECTION,
        "cached fetch and render, awaited",
        figures[1],
        TOGETHER,
        &[],
    ));
    let what = "the same, with its 5 variables built anew";
    all.extend(rows(SECTION, what, figures[2], TOGETHER, &[]));
    all
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn everybody_renders_the_same_text_and_a_hit_asks_nobody() {
        let expected = Template::parse(&text()).render(&own_values()).unwrap();
        assert!((950..1_100).contains(&expected.len()), "{}", expected.len());
        assert!(expected.ends_with("Begin with the name: Ana Kapoor."));
        assert_eq!(Template::parse(&text()).variables().len(), 5);
        let engines = engines();
        assert_eq!(engines.minijinja(), expected);
        assert_eq!(engines.handlebars(), expected);

        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .unwrap();
        let service = service(&runtime);
        let rendered = runtime
            .block_on(service.render("greeting", &own_values()))
            .unwrap();
        assert_eq!(rendered.text, expected);
        let now = service.prompt("greeting").get_now().unwrap();
        assert_eq!(now.render(&own_values()).unwrap().text, expected);
        assert_eq!(service.cache_stats().stats.loads, 1);
    }
}
