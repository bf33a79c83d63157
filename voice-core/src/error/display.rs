//! The one line for a person, and the same for a debugger.

use std::fmt;

use super::{Delivery, Error, ErrorKind};

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let inner = &*self.0;
        if !inner.provider.is_empty() {
            write!(f, "{} {}: ", inner.provider, inner.operation)?;
        }
        if let Some(status) = inner.status {
            write!(f, "HTTP {}", status.as_u16())?;
            match &inner.code {
                Some(code) => write!(f, " code {code}: ")?,
                None => f.write_str(": ")?,
            }
        } else if let Some(code) = &inner.code {
            write!(f, "code {code}: ")?;
        }
        f.write_str(&inner.message)?;

        let mut notes = Notes { f, any: false };
        if let Some(id) = &inner.request_id {
            notes.add(format_args!("request {id}"))?;
        }
        // Settings are read before there is anything to send.
        let about_a_request = !inner.provider.is_empty() && inner.kind != ErrorKind::Config;
        if about_a_request && inner.delivery != Delivery::Answered {
            notes.add(format_args!("{}", inner.delivery.in_words()))?;
        }
        if inner.attempts > 1 {
            notes.add(format_args!("{} attempts", inner.attempts))?;
        }
        if let Some(wait) = inner.retry_after {
            notes.add(format_args!("retry after {wait:?}"))?;
        }
        notes.end()?;
        if let Some(hint) = &inner.hint {
            write!(f, ". {hint}")?;
        }
        Ok(())
    }
}

struct Notes<'a, 'b> {
    f: &'a mut fmt::Formatter<'b>,
    any: bool,
}

impl Notes<'_, '_> {
    fn add(&mut self, note: fmt::Arguments<'_>) -> fmt::Result {
        self.f.write_str(if self.any { "; " } else { " (" })?;
        self.any = true;
        self.f.write_fmt(note)
    }

    fn end(self) -> fmt::Result {
        if self.any {
            self.f.write_str(")")?;
        }
        Ok(())
    }
}

impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let inner = &*self.0;
        f.debug_struct("Error")
            .field("kind", &inner.kind)
            .field("delivery", &inner.delivery)
            .field("provider", &inner.provider)
            .field("operation", &inner.operation)
            .field("endpoint", &self.endpoint())
            .field("status", &inner.status.map(|s| s.as_u16()))
            .field("code", &inner.code)
            .field("message", &inner.message)
            .field("request_id", &inner.request_id)
            .field("retry_after", &inner.retry_after)
            .field("fields", &inner.fields)
            .field("attempts", &inner.attempts)
            .field("elapsed", &inner.elapsed)
            .field("hint", &inner.hint)
            .field("body", &inner.body)
            .field("context", &inner.context)
            .field("source", &inner.source)
            .finish_non_exhaustive()
    }
}
