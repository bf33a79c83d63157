//! Rules that are checked before anything is sent. All that are broken are reported at once.

use voice_core::client::Operation;
use voice_core::error::{Error, ErrorKind, FieldError};
use voice_core::ident::{HostClass, Ipv4Cidr, SipDestination};

use crate::PROVIDER;
use crate::builder::AddressCheck;

/// The rules a request breaks, by the wire names of its fields.
#[derive(Debug, Clone, Default)]
pub(crate) struct Problems(Vec<FieldError>);

/// The masks an access list takes.
pub(crate) const MASKS: std::ops::RangeInclusive<u8> = 16..=32;

impl Problems {
    pub(crate) fn add(&mut self, field: impl AsRef<str>, message: impl AsRef<str>) {
        self.0.push(FieldError::new(field, message));
    }

    /// Adds a problem if `broken`.
    pub(crate) fn rule(&mut self, broken: bool, field: &str, message: &str) {
        if broken {
            self.add(field, message);
        }
    }

    /// Adds a problem unless `good`.
    pub(crate) fn require(&mut self, good: bool, field: &str, message: &str) {
        self.rule(!good, field, message);
    }

    /// The mask of an entry of an access list.
    pub(crate) fn mask(&mut self, range: Ipv4Cidr) {
        if range.with_mask_range(MASKS).is_err() {
            let (low, high) = (MASKS.start(), MASKS.end());
            self.add("mask", format!("must be {low} to {high}"));
        }
    }

    /// An entry of an access list.
    pub(crate) fn range(&mut self, range: Ipv4Cidr, check: AddressCheck, operation: &Operation) {
        self.mask(range);
        if !range.is_public() {
            let class = HostClass::of_ip(range.address().into());
            self.not_public("ip", class, check, operation);
        }
    }

    /// Where a trunk sends its calls.
    pub(crate) fn destination(
        &mut self,
        field: &str,
        destination: &SipDestination,
        check: AddressCheck,
        operation: &Operation,
    ) {
        let class = match destination.host_address() {
            Some(address) => HostClass::of_ip(address.into()),
            None => HostClass::of_name(destination.host()),
        };
        if !class.is_public() {
            self.not_public(field, class, check, operation);
        }
    }

    fn not_public(
        &mut self,
        field: &str,
        class: HostClass,
        check: AddressCheck,
        operation: &Operation,
    ) {
        match check {
            AddressCheck::Refuse => {
                self.add(field, "must be reachable from the public internet");
            }
            AddressCheck::Warn => tracing::warn!(
                target: "exotel_vsip",
                operation = operation.name(),
                field,
                class = %class,
                "not reachable from the public internet; calls will not get there"
            ),
        }
    }

    /// Fails with everything that was added.
    pub(crate) fn finish(self, operation: &Operation) -> Result<(), Error> {
        if self.0.is_empty() {
            return Ok(());
        }
        let lines: Vec<String> = self
            .0
            .iter()
            .map(|problem| format!("{}: {}", problem.field, problem.message))
            .collect();
        let error = Error::new(ErrorKind::InvalidInput, lines.join("; "))
            .with_operation(PROVIDER, operation.name());
        Err(self.0.into_iter().fold(error, Error::with_field))
    }
}
