//! Every operation of the API: where it is, whether the reference server has it, what it takes for credentials, what it sends.
//!
//! Starting, pausing and completing an experiment set a state, and a second time is refused without harm; so are a rollback
//! and an invalidation of the server's cache. What creates or counts is sent once.

use voice_core::client::Operation;
use voice_core::retry::Repeat;

/// Where an operation is known from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Evidence {
    /// The reference server has it.
    Server,
    /// Only the documentation has it: a service without it answers
    /// [`Unsupported`](voice_core::error::ErrorKind::Unsupported).
    Documented,
}

/// What an operation takes for credentials.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Auth {
    /// The API key, signed as the client's [`Signer`](crate::Signer) says.
    Key,
    /// A bearer token; see [`TokenSource`](crate::TokenSource).
    Token,
    /// Nothing.
    None,
}

/// One operation of the API.
#[derive(Debug, Clone, Copy)]
#[non_exhaustive]
pub struct Endpoint {
    /// Its name, method and path.
    pub operation: &'static Operation,
    /// Where it is known from.
    pub evidence: Evidence,
    /// What it takes for credentials.
    pub auth: Auth,
}

/// Where a health check may be besides the two places of the operations below: some documents have it here.
pub(crate) static OTHER_HEALTH: Operation = Operation::get("service.health", "/v1/health");

/// Where the operation is known from. A request of the caller's own counts as known to the server.
pub(crate) fn evidence_of(operation: &Operation) -> Evidence {
    if *operation == OTHER_HEALTH {
        return Evidence::Documented;
    }
    find(operation).map_or(Evidence::Server, |endpoint| endpoint.evidence)
}

/// What it takes for credentials. For a request of the caller's own the path tells.
pub(crate) fn auth_of(operation: &Operation) -> Auth {
    if *operation == OTHER_HEALTH {
        return Auth::None;
    }
    match find(operation) {
        Some(endpoint) => endpoint.auth,
        None if operation.path().starts_with("/v1/client/") => Auth::Key,
        None if operation.path().starts_with("/v1/") => Auth::Token,
        None => Auth::Key,
    }
}

fn find(operation: &Operation) -> Option<&'static Endpoint> {
    OPERATIONS
        .iter()
        .find(|endpoint| endpoint.operation == operation)
}

macro_rules! operations {
    ($( $name:ident = $verb:ident $label:literal $path:literal $repeat:ident $auth:ident $evidence:ident; )*) => {
        $(
            pub(crate) static $name: Operation =
                Operation::new($label, http::Method::$verb, $path, Repeat::$repeat);
        )*

        /// Every operation of the API, in the order of the documentation.
        pub static OPERATIONS: &[Endpoint] = &[
            $( Endpoint {
                operation: &$name,
                evidence: Evidence::$evidence,
                auth: Auth::$auth,
            }, )*
        ];
    };
}

operations! {
    GET_PROMPT = GET "prompts.get" "/v1/client/prompts/{prompt_id}" Safe Key Server;
    LIST_VERSIONS = GET "prompts.versions" "/v1/client/prompts/{prompt_id}/versions" Safe Key Server;
    GET_PROMPT_VERSION = GET "prompts.version" "/v1/client/prompts/{prompt_id}/versions/{version}" Safe Key Server;
    SEARCH_PROMPTS = GET "prompts.search" "/v1/client/prompts" Safe Key Server;
    GET_MODEL_PROMPT = GET "prompts.for_model" "/v1/client/prompts/{prompt_id}/model/{provider}/{name}" Safe Key Server;
    BATCH_GET_PROMPTS = POST "prompts.batch" "/v1/client/prompts/batch" Safe Key Server;
    CREATE_PROMPT = POST "prompts.create" "/v1/client/prompts" Once Key Documented;
    UPDATE_PROMPT = PUT "prompts.update" "/v1/client/prompts/{prompt_id}" Idempotent Key Documented;
    DELETE_PROMPT = DELETE "prompts.delete" "/v1/client/prompts/{prompt_id}" Idempotent Key Documented;
    RENDER_PROMPT_REMOTE = POST "prompts.render" "/v1/client/prompts/{prompt_id}/render" Safe Key Documented;
    LIST_MODELS = GET "models.list" "/v1/client/models" Safe Key Documented;
    MODEL_COMPATIBILITY = POST "models.compatibility" "/v1/client/models/compatibility" Safe Key Documented;
    LOG_USAGE = POST "usage.log" "/v1/client/usage/log" Once Key Server;
    USAGE_STATS = GET "usage.stats" "/v1/client/usage/stats" Safe Key Server;
    USAGE_LIMITS = GET "usage.limits" "/v1/client/usage/limits" Safe Key Server;
    VALIDATE_KEY = POST "keys.validate" "/v1/client/auth/validate" Safe None Server;
    CREATE_API_KEY = POST "keys.create" "/v1/client/auth/api-keys" Once Token Server;
    LIST_API_KEYS = GET "keys.list" "/v1/client/auth/api-keys" Safe Token Server;
    REVOKE_API_KEY = DELETE "keys.revoke" "/v1/client/auth/api-keys/{api_key_id}" Idempotent Token Server;
    CLIENT_HEALTH = GET "service.client_health" "/v1/client/health" Safe Key Documented;
    HEALTH = GET "service.health" "/health" Safe None Server;
    RUNTIME_HEALTH = GET "service.runtime_health" "/v1/runtime/health" Safe None Server;
    RUNTIME_GET = GET "runtime.get" "/v1/runtime/{prompt_id}/{version}" Safe Token Server;
    RUNTIME_ROLLBACK = POST "runtime.rollback" "/v1/runtime/{prompt_id}/{version}/rollback" Idempotent Token Server;
    RUNTIME_INVALIDATE = POST "runtime.invalidate" "/v1/runtime/{prompt_id}/cache/invalidate" Idempotent Token Server;
    TEMPLATE_RENDER = POST "templates.render" "/v1/render" Safe Token Server;
    ALIAS_LIST = GET "aliases.list" "/v1/aliases" Safe Token Server;
    ALIAS_GET = GET "aliases.get" "/v1/aliases/{alias}" Safe Token Server;
    ALIAS_WEIGHTS = PATCH "aliases.weights" "/v1/aliases/{alias}/weights" Idempotent Token Server;
    ALIAS_PROMOTE = POST "aliases.promote" "/v1/aliases/{alias}/promote" Idempotent Token Server;
    EXPERIMENT_CREATE = POST "experiments.create" "/v1/ab-testing/experiments" Once Token Server;
    EXPERIMENT_LIST = GET "experiments.list" "/v1/ab-testing/experiments" Safe Token Server;
    EXPERIMENT_GET = GET "experiments.get" "/v1/ab-testing/experiments/{id}" Safe Token Server;
    EXPERIMENT_UPDATE = PUT "experiments.update" "/v1/ab-testing/experiments/{id}" Idempotent Token Server;
    EXPERIMENT_DELETE = DELETE "experiments.delete" "/v1/ab-testing/experiments/{id}" Idempotent Token Server;
    EXPERIMENT_START = POST "experiments.start" "/v1/ab-testing/experiments/{id}/start" Idempotent Token Server;
    EXPERIMENT_PAUSE = POST "experiments.pause" "/v1/ab-testing/experiments/{id}/pause" Idempotent Token Server;
    EXPERIMENT_COMPLETE = POST "experiments.complete" "/v1/ab-testing/experiments/{id}/complete" Idempotent Token Server;
    EXPERIMENT_RESULTS = GET "experiments.results" "/v1/ab-testing/experiments/{id}/results" Safe Token Server;
    EXPERIMENT_PERFORMANCE = GET "experiments.performance" "/v1/ab-testing/experiments/{id}/performance" Safe Token Server;
    ASSIGNMENT_CREATE = POST "assignments.create" "/v1/ab-testing/assignments" Once None Server;
    ASSIGNMENT_LIST = GET "assignments.list" "/v1/ab-testing/assignments/{session_id}" Safe None Server;
    EVENT_CREATE = POST "events.create" "/v1/ab-testing/events" Once None Server;
    EVENT_LIST = GET "events.list" "/v1/ab-testing/events" Safe Token Server;
    AB_STATS = GET "experiments.stats" "/v1/ab-testing/stats" Safe Token Server;
    FLAG_CREATE = POST "flags.create" "/v1/ab-testing/feature-flags" Once Token Server;
    FLAG_LIST = GET "flags.list" "/v1/ab-testing/feature-flags" Safe Token Server;
    FLAG_GET = GET "flags.get" "/v1/ab-testing/feature-flags/{id}" Safe Token Server;
    FLAG_UPDATE = PUT "flags.update" "/v1/ab-testing/feature-flags/{id}" Idempotent Token Server;
    SEGMENT_CREATE = POST "segments.create" "/v1/ab-testing/user-segments" Once Token Server;
    SEGMENT_LIST = GET "segments.list" "/v1/ab-testing/user-segments" Safe Token Server;
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashSet;

    #[test]
    fn names_and_places_are_unique() {
        let names: HashSet<&str> = OPERATIONS.iter().map(|e| e.operation.name()).collect();
        let places: HashSet<(&str, &str)> = OPERATIONS
            .iter()
            .map(|e| (e.operation.method().as_str(), e.operation.path()))
            .collect();
        assert_eq!(
            (names.len(), places.len()),
            (OPERATIONS.len(), OPERATIONS.len())
        );
        assert_eq!(OPERATIONS.len(), 51);
    }

    #[test]
    fn requests_of_the_callers_own_are_signed_by_their_path() {
        static CLIENT: Operation = Operation::get("x.y", "/v1/client/x");
        static ELSEWHERE: Operation = Operation::get("x.y", "/v1/x");
        static OLD: Operation = Operation::get("x.y", "/api/prompts/{id}");
        assert_eq!(auth_of(&CLIENT), Auth::Key);
        assert_eq!(auth_of(&ELSEWHERE), Auth::Token);
        assert_eq!(auth_of(&OLD), Auth::Key);
        assert_eq!(evidence_of(&CLIENT), Evidence::Server);
        assert_eq!(auth_of(&OTHER_HEALTH), Auth::None);
    }
}
