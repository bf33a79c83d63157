//! [`LogLevels`]: which events are worth a line.

use std::borrow::Cow;
use std::str::FromStr;

use tracing::subscriber::Interest;
use tracing::{Level, Metadata};
use tracing_subscriber::layer::{Context, Filter};

use super::ids::Ids;
use crate::config::Environment;
use crate::error::Error;

/// Libraries below this family, or beside it in most services, that say much at INFO and DEBUG.
const THIRD_PARTY: [&str; 22] = [
    "actix_http",
    "actix_server",
    "actix_web",
    "axum",
    "h2",
    "hyper",
    "hyper_util",
    "mio",
    "mongodb",
    "quinn",
    "redis",
    "reqwest",
    "rustls",
    "sqlx",
    "tokio",
    "tokio_postgres",
    "tokio_tungstenite",
    "tonic",
    "tower",
    "tower_http",
    "tungstenite",
    "want",
];

/// How loud an event must be to be written.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum LogLevel {
    /// Everything but TRACE.
    Debug,
    /// The usual course of things, and what is louder.
    Info,
    /// What is worth a look, and what is broken.
    #[default]
    Warning,
    /// What is broken.
    Error,
}

/// A word that is none of `DEBUG`, `INFO`, `WARNING`, `ERROR`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a log level is one of DEBUG, INFO, WARNING, ERROR")]
pub struct LevelError;

/// In any case; `WARN` and `CRITICAL` are understood as `WARNING` and `ERROR`.
impl FromStr for LogLevel {
    type Err = LevelError;
    fn from_str(word: &str) -> Result<Self, LevelError> {
        let words = [
            ("debug", Self::Debug),
            ("info", Self::Info),
            ("warning", Self::Warning),
            ("warn", Self::Warning),
            ("error", Self::Error),
            ("critical", Self::Error),
        ];
        words
            .into_iter()
            .find(|(known, _)| word.eq_ignore_ascii_case(known))
            .map(|(_, level)| level)
            .ok_or(LevelError)
    }
}

impl LogLevel {
    fn passes(self, level: Level) -> bool {
        let most = match self {
            Self::Debug => Level::DEBUG,
            Self::Info => Level::INFO,
            Self::Warning => Level::WARN,
            Self::Error => Level::ERROR,
        };
        level <= most
    }
}

/// Which events are worth a line: those at least as loud as a level, and of other libraries only warnings and errors.
///
/// A filter for any layer. Spans with a field `tenant_id` or `call_id` always pass, since the lines within are to carry
/// them.
///
/// ```
/// use voice_core::observe::json_log::{LogLevel, LogLevels};
///
/// let levels: LogLevels = "debug".parse()?;
/// assert_eq!(levels, LogLevels::new(LogLevel::Debug));
/// let levels = levels.quiet("my_service::noisy");
/// # let _ = levels;
/// # Ok::<(), voice_core::observe::json_log::LevelError>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LogLevels {
    level: LogLevel,
    quiet: Vec<Cow<'static, str>>,
}

/// [`LogLevel::Warning`].
impl Default for LogLevels {
    fn default() -> Self {
        Self::new(LogLevel::default())
    }
}

impl From<LogLevel> for LogLevels {
    fn from(level: LogLevel) -> Self {
        Self::new(level)
    }
}

impl FromStr for LogLevels {
    type Err = LevelError;
    fn from_str(word: &str) -> Result<Self, LevelError> {
        word.parse().map(Self::new)
    }
}

impl LogLevels {
    /// Events from `level` on; of common libraries for HTTP, TLS, WebSockets and databases only from WARNING on.
    #[must_use]
    pub fn new(level: LogLevel) -> Self {
        Self {
            level,
            quiet: THIRD_PARTY.map(Cow::Borrowed).to_vec(),
        }
    }

    /// Of `target` and what lies below it, too, only events from WARNING on.
    #[must_use]
    pub fn quiet(mut self, target: impl Into<Cow<'static, str>>) -> Self {
        self.quiet.push(target.into());
        self
    }

    /// The level that the process's environment names in `LOG_LEVEL`; WARNING when it is not set.
    ///
    /// # Errors
    /// [`ErrorKind::Config`](crate::error::ErrorKind::Config) when it is no level.
    pub fn from_env() -> Result<Self, Error> {
        Self::from_environment(&Environment::process())
    }

    /// The same from any environment.
    ///
    /// # Errors
    /// As for [`from_env`](Self::from_env).
    pub fn from_environment(environment: &Environment) -> Result<Self, Error> {
        let mut reader = environment.reader("json-log");
        let level = reader.optional::<LogLevel>(&["LOG_LEVEL"]);
        reader.finish()?;
        Ok(Self::new(level.unwrap_or_default()))
    }

    /// Whether an event of `target` at `level` is worth a line.
    #[must_use]
    pub fn passes(&self, target: &str, level: Level) -> bool {
        let is_quiet = self.quiet.iter().any(|quiet| {
            let rest = target.strip_prefix(quiet.as_ref());
            rest.is_some_and(|rest| rest.is_empty() || rest.starts_with("::"))
        });
        self.level.passes(level) && (!is_quiet || LogLevel::Warning.passes(level))
    }

    fn wants(&self, metadata: &Metadata<'_>) -> bool {
        metadata.is_span() && Ids::may_be_in(metadata)
            || self.passes(metadata.target(), *metadata.level())
    }
}

impl<S> Filter<S> for LogLevels {
    fn enabled(&self, metadata: &Metadata<'_>, _: &Context<'_, S>) -> bool {
        self.wants(metadata)
    }

    fn callsite_enabled(&self, metadata: &'static Metadata<'static>) -> Interest {
        match self.wants(metadata) {
            true => Interest::always(),
            false => Interest::never(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_understood_and_others_refused() {
        for (word, level) in [
            ("DEBUG", LogLevel::Debug),
            ("info", LogLevel::Info),
            ("Warn", LogLevel::Warning),
            ("WARNING", LogLevel::Warning),
            ("ERROR", LogLevel::Error),
            ("critical", LogLevel::Error),
        ] {
            assert_eq!(word.parse(), Ok(level), "{word}");
        }
        for bad in ["", "TRACE", " info", "20"] {
            assert_eq!(bad.parse::<LogLevel>(), Err(LevelError), "{bad}");
        }
    }

    #[test]
    fn the_environment_names_the_level() {
        let read = |pairs: &[(&'static str, &'static str)]| {
            LogLevels::from_environment(&Environment::from_pairs(pairs.iter().copied()))
        };
        assert_eq!(read(&[]).unwrap(), LogLevels::new(LogLevel::Warning));
        let debug = read(&[("LOG_LEVEL", "debug")]).unwrap();
        assert_eq!(debug, LogLevels::new(LogLevel::Debug));
        let error = read(&[("LOG_LEVEL", "loud")]).unwrap_err();
        assert!(error.to_string().contains("DEBUG, INFO"), "{error}");
    }

    #[test]
    fn other_libraries_are_held_to_warnings_and_never_raised() {
        let debug = LogLevels::new(LogLevel::Debug).quiet("mine::noisy");
        for (target, level, passes) in [
            ("mine", Level::DEBUG, true),
            ("mine", Level::TRACE, false),
            ("mine::noisy", Level::INFO, false),
            ("mine::noisy::deep", Level::WARN, true),
            ("hyper", Level::INFO, false),
            ("hyper_util::client", Level::INFO, false),
            ("hyper::proto", Level::WARN, true),
            ("hyperloop", Level::INFO, true),
            ("redis", Level::ERROR, true),
        ] {
            assert_eq!(debug.passes(target, level), passes, "{target} {level}");
        }
        let error = LogLevels::new(LogLevel::Error);
        assert!(!error.passes("hyper", Level::WARN));
        assert!(!error.passes("mine", Level::WARN));
    }
}
