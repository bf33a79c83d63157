//! The health of each host a client speaks to: its retry budget and its breaker.

use std::collections::HashMap;
use std::sync::{Arc, PoisonError, RwLock};

use crate::breaker::Breaker;
use crate::retry::RetryBudget;

use super::ClientOptions;

/// Budget and breaker of one provider, account and host.
#[derive(Debug)]
pub(super) struct Scope {
    pub(super) budget: Option<Arc<RetryBudget>>,
    pub(super) breaker: Option<Breaker>,
}

/// One scope per host, made on first use. Hosts come from base URLs, so there are few.
#[derive(Debug, Default)]
pub(super) struct Scopes(RwLock<HashMap<String, Arc<Scope>>>);

impl Scopes {
    pub(super) fn of(&self, host: &str, options: &ClientOptions) -> Arc<Scope> {
        let known = self.0.read().unwrap_or_else(PoisonError::into_inner);
        if let Some(scope) = known.get(host) {
            return Arc::clone(scope);
        }
        drop(known);
        let mut scopes = self.0.write().unwrap_or_else(PoisonError::into_inner);
        let scope = scopes.entry(host.to_owned()).or_insert_with(|| {
            Arc::new(Scope {
                budget: options
                    .budget
                    .map(|(tokens, refill)| Arc::new(RetryBudget::new(tokens, refill))),
                breaker: options
                    .breaker
                    .map(|settings| Breaker::new(settings, Arc::clone(&options.clock))),
            })
        });
        Arc::clone(scope)
    }
}
