//! One request and its answer, within the limit of a step, with a body of bounded length.

use std::time::{Duration, SystemTime};

use futures_util::StreamExt;
use http::{HeaderMap, HeaderValue, StatusCode};
use secrecy::SecretString;

use super::HttpCheck;
use crate::clock::timeout;
use crate::doctor::CheckContext;
use crate::error::ErrorKind;
use crate::secret::Redactor;
use crate::transport::{Body, TransportError};

/// Most bytes of a body that are read.
const BODY: usize = 16 << 10;

/// An answer, of which at least the head came.
pub(in crate::doctor) struct Answer {
    pub(in crate::doctor) status: StatusCode,
    pub(in crate::doctor) headers: HeaderMap,
    pub(in crate::doctor) body: Vec<u8>,
    /// Knows what the request held: some servers repeat it.
    pub(in crate::doctor) redactor: Redactor,
    pub(in crate::doctor) ending: Ending,
    /// Until the head was there.
    pub(in crate::doctor) first_byte: Duration,
    /// Until the body was there, or as much of it as is read.
    pub(in crate::doctor) total: Duration,
    /// By the calendar: when it was sent, and when the head came.
    pub(in crate::doctor) between: (SystemTime, SystemTime),
}

/// How the body ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::doctor) enum Ending {
    Whole,
    /// There was more than is read.
    Capped,
    /// The connection broke.
    Broken,
    /// The time was up.
    Late,
}

/// Why there is no answer.
pub(in crate::doctor) enum NoAnswer {
    /// Not even a request could be made of it.
    Malformed,
    Late(Duration),
    Failed(TransportError, Duration),
}

impl NoAnswer {
    pub(in crate::doctor) fn elapsed(&self) -> Duration {
        match self {
            Self::Malformed => Duration::ZERO,
            Self::Late(elapsed) | Self::Failed(_, elapsed) => *elapsed,
        }
    }

    pub(in crate::doctor) fn kind(&self) -> ErrorKind {
        match self {
            Self::Malformed => ErrorKind::InvalidInput,
            Self::Late(_) => ErrorKind::Timeout,
            Self::Failed(error, _) => error.kind(),
        }
    }
}

impl HttpCheck {
    pub(in crate::doctor) async fn exchange(
        &self,
        context: &CheckContext,
    ) -> Result<Answer, NoAnswer> {
        let uri = self.url.to_uri().map_err(|_| NoAnswer::Malformed)?;
        let mut request = http::Request::new(self.body.clone());
        *request.method_mut() = self.method.clone();
        *request.uri_mut() = uri;
        *request.headers_mut() = self.headers.clone();
        let agent =
            HeaderValue::from_static(concat!("voice-core-doctor/", env!("CARGO_PKG_VERSION")));
        request
            .headers_mut()
            .insert(http::header::USER_AGENT, agent);

        let clock = context.clock();
        let (start, sent) = (clock.now(), clock.wall());
        let passed = || clock.now().saturating_duration_since(start);
        let answer = context.step(context.transport().send(request)).await;
        let (parts, body) = match answer {
            Ok(Ok(answer)) => answer.into_parts(),
            Ok(Err(error)) => return Err(NoAnswer::Failed(error, passed())),
            Err(_) => return Err(NoAnswer::Late(passed())),
        };
        let (first_byte, received) = (passed(), clock.wall());
        let mut read = Vec::new();
        let left = context.step_limit().saturating_sub(first_byte);
        let ending = timeout(clock.as_ref(), left, collect(body, &mut read)).await;
        Ok(Answer {
            status: parts.status,
            headers: parts.headers,
            body: read,
            redactor: self.redactor(),
            ending: ending.unwrap_or(Ending::Late),
            first_byte,
            total: passed(),
            between: (sent, received),
        })
    }
}

/// What arrived stays in `read`, also when this is given up.
impl HttpCheck {
    /// Hides the values of the URL's query and of the headers.
    fn redactor(&self) -> Redactor {
        let headers = self.headers.values().filter(|value| value.is_sensitive());
        let texts = headers.filter_map(|value| value.to_str().ok());
        // `Bearer TOKEN`: the token by itself as well.
        let words = texts.flat_map(|text| [text, text.rsplit(' ').next().unwrap_or_default()]);
        let words = words.map(str::to_owned).chain(self.url.query_values());
        Redactor::new(words.map(SecretString::from))
    }
}

async fn collect(mut body: Body, read: &mut Vec<u8>) -> Ending {
    while let Some(chunk) = body.next().await {
        let Ok(chunk) = chunk else {
            return Ending::Broken;
        };
        let room = BODY.saturating_sub(read.len());
        read.extend_from_slice(chunk.get(..room).unwrap_or(&chunk));
        if chunk.len() > room {
            return Ending::Capped;
        }
    }
    Ending::Whole
}
