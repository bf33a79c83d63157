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
