//! [`PromptDoctor`]: everything at once.

use std::sync::Arc;

use voice_core::config::Environment;
use voice_core::doctor::{CheckContext, Doctor, Examination, ProbeUrl, Report};
use voice_core::error::Error;
use voice_core::secret::Redactor;

use super::{
    FurtherHost, HealthChecks, LimitsCheck, SelfTestCheck, environment, further_hosts, network,
};
use crate::PROVIDER;
use crate::client::PromptOpsClient;
use crate::preset::DEFAULT_ORIGIN;
use crate::render::PromptVariables;
use crate::service::PromptOps;

/// Looks at everything between an application and its prompts.
#[derive(Debug, Clone)]
#[must_use = "a doctor does nothing until it is run"]
pub struct PromptDoctor {
    built: Arc<Result<PromptOps, Error>>,
    checks: HealthChecks,
    environment: Option<Environment>,
    hosts: Option<Vec<String>>,
    base: Option<String>,
}

impl PromptDoctor {
    /// For what building gave: a service, or the error that names what is wrong with the settings.
    pub fn new(built: Result<PromptOps, Error>) -> Self {
        let built = Arc::new(built);
        Self {
            checks: HealthChecks::new(Arc::clone(&built)),
            built,
            environment: None,
            hosts: None,
            base: None,
        }
    }

    /// For the environment of this process, through the proxy it names, if any.
    pub fn from_env() -> Self {
        Self::new(PromptOps::from_env()).environment(Environment::process())
    }

    /// For given settings, without a proxy.
    pub fn from_environment(environment: &Environment) -> Self {
        let client = PromptOpsClient::from_environment(environment);
        Self::new(client.and_then(PromptOps::new)).environment(environment.clone())
    }

    /// The prompt to try with; `hello-world` unless set. An absent prompt is a warning.
    pub fn prompt_id(mut self, id: impl Into<String>) -> Self {
        self.checks = self.checks.prompt_id(id);
        self
    }

    /// Values to render it with; what is missing is `test`.
    pub fn values(mut self, values: PromptVariables) -> Self {
        self.checks = self.checks.values(values);
        self
    }

    /// Where the service is, for the case that there is no client that knows; its own address unless set. For
    /// [`examination`](Self::examination).
    pub fn base_url(mut self, url: impl Into<String>) -> Self {
        self.base = Some(url.into());
        self
    }

    /// Also looks at the variables of this environment.
    pub fn environment(mut self, environment: Environment) -> Self {
        self.environment = Some(environment);
        self
    }

    /// Hosts to look up beside the service's own; the documented ones unless set. That one is not found is a warning.
    pub fn further_hosts(mut self, hosts: impl IntoIterator<Item = impl Into<String>>) -> Self {
        self.hosts = Some(hosts.into_iter().map(Into::into).collect());
        self
    }

    /// The five health checks alone, as the health script has them.
    pub async fn health(&self, context: CheckContext) -> Report {
        let doctor = self.doctor(context);
        doctor.check("health", self.checks.clone()).run().await
    }

    /// Everything: environment, health, credentials, limits, network, further hosts. Use [`Report::to_text`],
    /// [`Report::to_json`] and [`Report::exit_code`].
    pub async fn full(&self, context: CheckContext) -> Report {
        let mut doctor = self.doctor(context);
        if let Some(variables) = &self.environment {
            doctor = doctor.check("settings", environment(variables.clone()));
        }
        doctor = doctor.check("health", self.checks.clone());
        let Ok(prompts) = &*self.built else {
            return doctor.run().await;
        };
        doctor = doctor
            .check("credentials", SelfTestCheck::new(prompts.clone()))
            .check("credentials", LimitsCheck::new(prompts.clone()));
        if let Ok(origin) = ProbeUrl::parse(prompts.client().raw().base_url().as_str()) {
            for (path, check) in network(&origin) {
                doctor = doctor.check(format!("network {path}"), check);
            }
            let hosts = self.hosts.clone();
            let hosts = hosts.unwrap_or_else(|| further_hosts(&origin));
            doctor = doctor.checks("further hosts", hosts.into_iter().map(FurtherHost::new));
        }
        doctor.run().await
    }

    /// Everything as one section, to stand beside other providers: `environment`, the way to the service (`dns`, `tcp`, `tls`,
    /// `latency`, `http`, `clock`), `credentials`, signature, limits, and the five health checks.
    pub fn examination(&self) -> Examination {
        let mut all = Examination::new(PROVIDER);
        if let Some(variables) = &self.environment {
            let secret = ["PROMPTOPS_API_KEY", "PROMPTOPS_SECRET_KEY", "REDIS_URL"];
            all = all
                .check(environment(variables.clone()))
                .hide(variables, &secret);
        }
        let base = match &*self.built {
            Ok(prompts) => prompts.client().raw().base_url().as_str(),
            Err(_) => self.base.as_deref().unwrap_or(DEFAULT_ORIGIN),
        };
        let base = base.trim_end_matches('/');
        all = all.endpoint(&format!("{base}/v1/client/prompts"));
        let Ok(prompts) = &*self.built else {
            return all.check(self.checks.clone());
        };
        let secrets = prompts.client().dialect().secrets.iter().cloned();
        all = secrets.fold(all, Examination::secret);
        all.credentials(&Ok(prompts.client().clone()))
            .check(SelfTestCheck::new(prompts.clone()))
            .check(LimitsCheck::new(prompts.clone()))
            .check(self.checks.clone())
    }

    fn doctor(&self, context: CheckContext) -> Doctor {
        let secrets = match &*self.built {
            Ok(prompts) => prompts.client().dialect().secrets.clone(),
            Err(_) => Vec::new(),
        };
        Doctor::new(context).redactor(Redactor::new(secrets))
    }
}

impl From<PromptDoctor> for Examination {
    fn from(doctor: PromptDoctor) -> Self {
        doctor.examination()
    }
}
