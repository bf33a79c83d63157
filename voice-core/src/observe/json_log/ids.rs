//! Whose call a line is about.

use std::fmt;

use tracing::Metadata;
use tracing::field::{Field, Visit};

const TENANT: &str = "tenant_id";
const CALL: &str = "call_id";

/// The two ids, as far as known; kept with each span that has fields for them.
#[derive(Debug, Default, Clone)]
pub(super) struct Ids {
    pub(super) tenant: Option<String>,
    pub(super) call: Option<String>,
}

impl Ids {
    /// Whether a span or event of this kind has a field for one of them.
    pub(super) fn may_be_in(metadata: &Metadata<'_>) -> bool {
        let fields = metadata.fields();
        fields.field(TENANT).is_some() || fields.field(CALL).is_some()
    }

    pub(super) const fn are_known(&self) -> bool {
        self.tenant.is_some() && self.call.is_some()
    }

    /// Takes what is not known yet from a span further out.
    pub(super) fn fill_from(&mut self, outer: &Self) {
        for (mine, outer) in [
            (&mut self.tenant, &outer.tenant),
            (&mut self.call, &outer.call),
        ] {
            if mine.is_none() {
                mine.clone_from(outer);
            }
        }
    }

    /// Takes what was recorded later.
    pub(super) fn update(&mut self, new: Self) {
        if new.tenant.is_some() {
            self.tenant = new.tenant;
        }
        if new.call.is_some() {
            self.call = new.call;
        }
    }

    /// Takes a field, if it is one of them.
    pub(super) fn take(&mut self, name: &str, text: impl FnOnce() -> String) -> bool {
        let slot = match name {
            TENANT => &mut self.tenant,
            CALL => &mut self.call,
            _ => return false,
        };
        *slot = Some(text());
        true
    }
}

impl Visit for Ids {
    fn record_str(&mut self, field: &Field, value: &str) {
        self.take(field.name(), || value.to_owned());
    }

    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        self.take(field.name(), || format!("{value:?}"));
    }
}
