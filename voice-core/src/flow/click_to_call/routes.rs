//! Where the handler is reached.

use std::fmt;

use url::Url;

use super::{ConnectToken, Step};
use crate::error::Error;
use crate::ident::PublicHttpsUrl;
use crate::webhook::WebhookUrl;

/// The public base URL, the paths below it, and the name of the token's parameter.
///
/// | route | path unless set |
/// |---|---|
/// | the agent has answered | `/api/v1/twilio/voice/connect` |
/// | the agent has pressed a key | `/api/v1/twilio/voice/connect-gather` |
/// | the lead's leg is over | `/api/v1/twilio/voice/dial-action` |
/// | progress of the agent's leg | `/api/v1/twilio/voice/status` |
/// | an answer could not be got or used | `/api/v1/twilio/voice/fallback` |
/// | health | `/health` |
///
/// ```
/// use voice_core::flow::click_to_call::ClickRoutes;
/// use voice_core::ident::PublicHttpsUrl;
///
/// let routes = ClickRoutes::new(PublicHttpsUrl::parse("https://crm.example.com/")?).below("/hooks/voice")?;
/// assert_eq!(routes.health(), "/health");
/// assert!(PublicHttpsUrl::parse("http://localhost:3001").is_err());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, PartialEq, Eq)]
pub struct ClickRoutes {
    base: PublicHttpsUrl,
    paths: [String; 5],
    health: String,
    parameter: String,
}

impl ClickRoutes {
    /// The default paths below a base.
    #[must_use]
    pub fn new(base: PublicHttpsUrl) -> Self {
        Self {
            base,
            paths: paths_below("/api/v1/twilio/voice"),
            health: "/health".to_owned(),
            parameter: "token".to_owned(),
        }
    }

    /// All routes but health below another path.
    ///
    /// # Errors
    /// [`ErrorKind::InvalidInput`](crate::error::ErrorKind::InvalidInput) for a path that is not plain: `/` and segments of
    /// letters, digits and `-._~`; and when the health route would be one of them.
    pub fn below(mut self, path: &str) -> Result<Self, Error> {
        check_path(path)?;
        let paths = paths_below(path.trim_end_matches('/'));
        if paths.contains(&self.health) {
            return Err(taken());
        }
        self.paths = paths;
        Ok(self)
    }

    /// Another path for one step.
    ///
    /// # Errors
    /// As for [`below`](Self::below), and when another route has that path.
    pub fn path(mut self, step: Step, path: &str) -> Result<Self, Error> {
        check_path(path)?;
        if self.health == path || self.step_of(path).is_some_and(|other| other != step) {
            return Err(taken());
        }
        if let Some(own) = self.paths.get_mut(place(step)) {
            path.clone_into(own);
        }
        Ok(self)
    }

    /// Another path for the health route.
    ///
    /// # Errors
    /// As for [`path`](Self::path).
    pub fn health_path(mut self, path: &str) -> Result<Self, Error> {
        check_path(path)?;
        if self.step_of(path).is_some() {
            return Err(taken());
        }
        path.clone_into(&mut self.health);
        Ok(self)
    }

    /// Another name for the token's parameter.
    ///
    /// # Errors
    /// [`ErrorKind::InvalidInput`](crate::error::ErrorKind::InvalidInput) unless it is 1 to 64 letters, digits, `-` and `_`.
    pub fn parameter(mut self, name: &str) -> Result<Self, Error> {
        let plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_');
        if !(1..=64).contains(&name.len()) || !name.bytes().all(plain) {
            return Err(Error::invalid_input(
                "parameter",
                "must be 1 to 64 letters, digits, '-' and '_'",
            ));
        }
        name.clone_into(&mut self.parameter);
        Ok(self)
    }

    /// The public base URL.
    #[must_use]
    pub fn base(&self) -> &PublicHttpsUrl {
        &self.base
    }

    /// The path of the health route.
    #[must_use]
    pub fn health(&self) -> &str {
        &self.health
    }

    /// The name of the token's parameter.
    #[must_use]
    pub fn token_parameter(&self) -> &str {
        &self.parameter
    }

    /// The path of a step, below the base.
    #[must_use]
    pub fn path_of(&self, step: Step) -> &str {
        self.paths.get(place(step)).map_or("", String::as_str)
    }

    /// The step a path belongs to.
    #[must_use]
    pub fn step_of(&self, path: &str) -> Option<Step> {
        [
            Step::Connect,
            Step::Gather,
            Step::DialAction,
            Step::Status,
            Step::Fallback,
        ]
        .into_iter()
        .find(|step| self.path_of(*step) == path)
    }

    /// A path as a request came with it, without the base's own path where the proxy keeps that.
    #[must_use]
    pub fn below_base<'p>(&self, path: &'p str) -> &'p str {
        // A route may begin like the base.
        if path == self.health || self.step_of(path).is_some() {
            return path;
        }
        let prefix = Url::parse(self.base.as_str()).map(|url| url.path().to_owned());
        let prefix = prefix.as_deref().unwrap_or("/").trim_end_matches('/');
        match path.strip_prefix(prefix) {
            Some(rest) if !prefix.is_empty() && rest.starts_with('/') => rest,
            _ => path,
        }
    }

    /// The URL of a step with its token.
    ///
    /// # Errors
    /// Never in practice: base, paths and token were checked.
    pub fn link(&self, step: Step, token: &ConnectToken) -> Result<WebhookUrl, Error> {
        let mut url = self.base.join(self.path_of(step))?;
        url.query_pairs_mut()
            .append_pair(&self.parameter, token.as_str());
        Ok(WebhookUrl::parse(url.as_str())?)
    }
}

impl fmt::Debug for ClickRoutes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ClickRoutes")
            .field("base", &self.base)
            .field("connect", &self.path_of(Step::Connect))
            .field("parameter", &self.parameter)
            .finish_non_exhaustive()
    }
}

fn taken() -> Error {
    Error::invalid_input("path", "another route has this path")
}

fn paths_below(path: &str) -> [String; 5] {
    [
        Step::Connect,
        Step::Gather,
        Step::DialAction,
        Step::Status,
        Step::Fallback,
    ]
    .map(|step| format!("{path}/{step}"))
}

const fn place(step: Step) -> usize {
    match step {
        Step::Connect => 0,
        Step::Gather => 1,
        Step::DialAction => 2,
        Step::Status => 3,
        Step::Fallback => 4,
    }
}

/// Paths are compared as they arrive, so that only such as have one spelling are taken.
fn check_path(path: &str) -> Result<(), Error> {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~/".contains(&byte);
    let dots = path.split('/').any(|segment| matches!(segment, "." | ".."));
    if !path.starts_with('/') || path.contains("//") || dots || !path.bytes().all(plain) {
        return Err(Error::invalid_input(
            "path",
            "must begin with '/' and have segments of letters, digits and -._~ only",
        ));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::super::record::tests::{record, tokens};
    use super::*;

    fn routes(base: &str) -> ClickRoutes {
        ClickRoutes::new(PublicHttpsUrl::parse(base).unwrap())
    }

    #[test]
    fn links_are_the_documented_ones_unless_set() {
        let token = tokens().issue(record("a").id, Step::Connect, std::time::UNIX_EPOCH);
        let default = routes("https://crm.example.com/").link(Step::Connect, &token);
        assert_eq!(
            default.unwrap().as_str(),
            format!(
                "https://crm.example.com/api/v1/twilio/voice/connect?token={}",
                token.as_str()
            )
        );
        let own = routes("https://crm.example.com/crm")
            .below("/v")
            .and_then(|routes| routes.path(Step::Connect, "/go"))
            .and_then(|routes| routes.parameter("t"))
            .unwrap();
        assert!(
            own.link(Step::Connect, &token)
                .unwrap()
                .as_str()
                .starts_with("https://crm.example.com/crm/go?t=")
        );
        assert_eq!(own.step_of("/v/status"), Some(Step::Status));
        assert_eq!(own.step_of("/v/connect"), None);
    }

    #[test]
    fn the_base_path_may_be_kept_by_the_proxy_or_cut_off() {
        let own = routes("https://crm.example.com/crm");
        assert_eq!(own.below_base("/crm/health"), "/health");
        assert_eq!(own.below_base("/health"), "/health");
        assert_eq!(own.below_base("/crmhealth"), "/crmhealth");
        assert_eq!(routes("https://crm.example.com").below_base("/x"), "/x");
    }

    #[test]
    fn paths_and_names_that_could_be_spelled_twice_are_refused() {
        for path in ["", "x", "/a//b", "/a/../b", "/a?b", "/a%20b", "/ä", "//a"] {
            assert!(
                routes("https://a.example.com").below(path).is_err(),
                "{path}"
            );
        }
        let taken = routes("https://a.example.com").path(Step::Gather, "/health");
        assert!(taken.is_err());
        for name in ["", "a b", "a=b", &"x".repeat(65)] {
            assert!(
                routes("https://a.example.com").parameter(name).is_err(),
                "{name}"
            );
        }
    }

    #[test]
    fn no_two_routes_have_one_path() {
        let base = || routes("https://a.example.com");
        let health = base().health_path("/v/connect").unwrap();
        assert!(health.below("/v").is_err());
        // What a route has already is its own.
        let own = base().path_of(Step::Gather).to_owned();
        assert!(base().path(Step::Gather, &own).is_ok());
        assert!(base().path(Step::Connect, &own).is_err());
        assert!(base().health_path("/health").is_ok());
    }

    #[test]
    fn a_path_that_begins_like_the_base_is_found() {
        let own = routes("https://a.example.com/crm").below("/crm").unwrap();
        for path in ["/crm/connect", "/crm/crm/connect"] {
            assert_eq!(
                own.step_of(own.below_base(path)),
                Some(Step::Connect),
                "{path}"
            );
        }
    }
}
