//! One line of the table: what was measured, of this family and of what stands beside it.

/// What a figure counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Unit {
    /// Nanoseconds of one operation.
    Nanoseconds,
    /// Allocations of one operation.
    Allocations,
    /// Bytes allocated in one operation, or bytes of a file.
    Bytes,
    /// Seconds.
    Seconds,
    /// A plain number.
    Count,
    /// Percent.
    Percent,
}

/// What the promise says of a row.
#[derive(Debug, Clone, Copy, PartialEq)]
#[non_exhaustive]
pub enum Bar {
    /// This family's figure is at most this, in the row's unit.
    AtMost(f64),
    /// This family's figure divided by the peer's is at most this.
    Ratio(f64),
    /// At most this ratio, and at most this much more than the peer, in the row's unit.
    RatioAndExtra(f64, f64),
}

/// One line of the table.
#[derive(Debug, Clone, PartialEq)]
pub struct Row {
    /// The group the row stands in, such as `webhooks`.
    pub section: &'static str,
    /// What was done, such as `Twilio signature, 1 KB`.
    pub what: String,
    /// What the figures count.
    pub unit: Unit,
    /// The median of this family.
    pub ours: f64,
    /// The peer's name and its median, where there is one.
    pub peer: Option<(String, f64)>,
    /// The promise, where there is one.
    pub bar: Option<Bar>,
}

impl Row {
    /// A figure of this family alone.
    #[must_use]
    pub fn new(section: &'static str, what: impl Into<String>, unit: Unit, ours: f64) -> Self {
        Self {
            section,
            what: what.into(),
            unit,
            ours,
            peer: None,
            bar: None,
        }
    }

    /// The same beside a peer.
    #[must_use]
    pub fn beside(mut self, peer: impl Into<String>, figure: f64) -> Self {
        self.peer = Some((peer.into(), figure));
        self
    }

    /// The same with what is promised.
    #[must_use]
    pub fn promised(mut self, bar: Bar) -> Self {
        self.bar = Some(bar);
        self
    }

    /// This family's figure divided by the peer's.
    #[must_use]
    pub fn ratio(&self) -> Option<f64> {
        let (_, peer) = self.peer.as_ref()?;
        (*peer > 0.0).then(|| self.ours / peer)
    }

    /// Whether the promise is kept; `None` where there is none, or no peer to hold it against.
    #[must_use]
    pub fn is_met(&self) -> Option<bool> {
        match self.bar? {
            Bar::AtMost(most) => Some(self.ours <= most),
            Bar::Ratio(most) => Some(self.ratio()? <= most),
            Bar::RatioAndExtra(most, extra) => {
                let (_, peer) = self.peer.as_ref()?;
                Some(self.ratio()? <= most && self.ours - peer <= extra)
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn promises_are_held_against_figures() {
        let alone = Row::new("values", "x", Unit::Nanoseconds, 20.0);
        assert_eq!((alone.ratio(), alone.is_met()), (None, None));
        let beside = alone.clone().beside("y", 16.0);
        for (row, bar, met) in [
            (&alone, Bar::AtMost(20.0), Some(true)),
            (&alone, Bar::AtMost(19.0), Some(false)),
            (&alone, Bar::Ratio(2.0), None),
            (&beside, Bar::Ratio(1.25), Some(true)),
            (&beside, Bar::Ratio(1.2), Some(false)),
            (&beside, Bar::RatioAndExtra(1.25, 4.0), Some(true)),
            (&beside, Bar::RatioAndExtra(1.25, 3.0), Some(false)),
            (&beside, Bar::RatioAndExtra(1.2, 4.0), Some(false)),
        ] {
            assert_eq!(row.clone().promised(bar).is_met(), met, "{bar:?}");
        }
    }
}
