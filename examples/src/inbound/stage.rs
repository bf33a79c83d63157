//! [`Stage`]: the service on loopback HTTP, and the simulator that rings.

use std::sync::Arc;
use std::time::Duration;

use openai_calls::testkit::{CallSpec, OpenAiSim, SignedWebhook, SimCall, WEBHOOK_SECRET};
use openai_calls::webhooks::OpenAiWebhooks;
use tokio::net::TcpListener;
use tokio::task::JoinHandle;
use voice_core::clock::{Clock, SystemClock};
use voice_core::intake::Intake;
use voice_core::intake::instructions::MemoryInstructions;
use voice_core::intake::tenant::TenantDirectory;
use voice_core::intake::tools::ToolRegistry;

use super::{
    Answer, Answers, CALLER, Failure, Finished, Service, Stores, Story, handle, memory_texts,
    service,
};
use crate::{Incoming, serve};

/// How a stage is set up.
#[derive(Debug)]
pub struct Setup {
    /// Whose number it is, and how they want calls answered.
    pub directory: Arc<dyn TenantDirectory>,
    /// What agents can do.
    pub tools: ToolRegistry,
    /// Claims and places.
    pub stores: Stores,
    /// Calls at once.
    pub max_calls: u32,
}

/// The service, served on loopback, and the simulator.
#[derive(Debug)]
pub struct Stage {
    /// OpenAI, simulated.
    pub sim: OpenAiSim,
    /// The service.
    pub intake: Intake,
    /// Its directory.
    pub directory: Arc<dyn TenantDirectory>,
    /// Its store of texts, to break.
    pub texts: Arc<MemoryInstructions>,
    /// What followed the calls.
    pub finished: Finished,
    url: String,
    answers: Answers,
    server: JoinHandle<()>,
}

impl Stage {
    /// Starts both.
    ///
    /// # Errors
    /// When no port is free, or a setting is wrong.
    pub async fn start(setup: Setup, story: &Story) -> Result<Self, Failure> {
        let sim = OpenAiSim::start().await?;
        let texts = Arc::new(memory_texts()?);
        let finished = Finished::new(story);
        let intake = service(
            &sim.client().build()?,
            OpenAiWebhooks::new(WEBHOOK_SECRET)?,
            Service {
                directory: Arc::clone(&setup.directory),
                texts: texts.clone(),
                tools: setup.tools,
                stores: setup.stores,
                max_calls: setup.max_calls,
                finished: finished.clone(),
            },
        )?;
        let answers = Answers::default();
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        let url = format!("http://{}/webhooks/openai", listener.local_addr()?);
        let served = (intake.clone(), answers.clone());
        let server = tokio::spawn(serve(listener, move |request: Incoming| {
            let (intake, answers) = served.clone();
            async move {
                let (answer, outcome) = handle(&intake, &request).await;
                answers.note(Answer::of(&outcome));
                answer
            }
        }));
        Ok(Self {
            sim,
            intake,
            directory: setup.directory,
            texts,
            finished,
            url,
            answers,
            server,
        })
    }

    /// Where webhooks are delivered.
    #[must_use]
    pub fn url(&self) -> &str {
        &self.url
    }

    /// Somebody calls a number.
    #[must_use]
    pub fn ring(&self, number: &str) -> SimCall {
        self.sim.ring(CallSpec::new(number, CALLER))
    }

    /// Delivers a webhook over HTTP; gives what it was answered with.
    ///
    /// # Errors
    /// When there was no answer.
    pub async fn deliver(&self, webhook: &SignedWebhook) -> Result<Answer, Failure> {
        let mut answers = self.deliver_copies(webhook, 1).await?;
        Ok(answers.pop().ok_or("nothing was answered")?)
    }

    /// Delivers so many copies of a webhook at once.
    ///
    /// # Errors
    /// When one got no answer.
    pub async fn deliver_copies(
        &self,
        webhook: &SignedWebhook,
        copies: usize,
    ) -> Result<Vec<Answer>, Failure> {
        let known = self.answers.count();
        for status in webhook.deliver_copies(&self.url, copies).await {
            status?;
        }
        Ok(self.answers.after(known))
    }

    /// Somebody calls a number, and the webhook is delivered.
    ///
    /// # Errors
    /// When there was no answer.
    pub async fn call(&self, number: &str) -> Result<(SimCall, Answer), Failure> {
        let call = self.ring(number);
        let answer = self.deliver(&self.sim.webhook_for(&call)).await?;
        Ok((call, answer))
    }

    /// Waits until so many calls go on and as many places are taken, for 10 s at most; says whether it is so.
    pub async fn settled(&self, calls: u32) -> bool {
        let clock = SystemClock::default();
        for _ in 0..500 {
            let places = self.intake.health().await.places;
            let active = self.intake.snapshot().totals.active_calls;
            if places.is_ok_and(|places| places == calls) && active == u64::from(calls) {
                return true;
            }
            clock.sleep(Duration::from_millis(20)).await;
        }
        false
    }
}

impl Drop for Stage {
    fn drop(&mut self) {
        self.server.abort();
    }
}
