//! What a test can choose where the API is known to differ, or is not known at all.

/// In whose words the simulator answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
#[non_exhaustive]
pub enum Shapes {
    /// As the live API was recorded.
    #[default]
    Live,
    /// As an older guide imagines it: errors as `{error, message, code, …}`, duplicates as 422, and, as a mock server of the
    /// vendor's samples answers, 201 with flat bodies and SIDs such as `TR00000001`. Voice v1 stays as it is, 429 apart.
    Guide,
}

/// The form of a 429, which was never recorded.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
#[non_exhaustive]
pub enum TooManyForm {
    /// Each API's own: [`Envelope`](Self::Envelope) in v2, [`RestException`](Self::RestException) in v1, and
    /// [`Hints`](Self::Hints) with [`Shapes::Guide`].
    #[default]
    OfTheApi,
    /// The envelope of v2 with code 1030.
    Envelope,
    /// The exception of v1 with the code `RATE_LIMIT_EXCEEDED`.
    RestException,
    /// `{error, message, retry_after, limit, remaining, reset_time}`.
    Hints,
}

/// Whether a 429 says in its header how long to wait.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
#[non_exhaustive]
pub enum RetryAfter {
    /// In seconds.
    #[default]
    Sent,
    /// Not at all.
    Absent,
}

/// What becomes of a destination without a transport, which means UDP.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
#[non_exhaustive]
pub enum UdpDestinations {
    /// It is taken, as was recorded in 2025.
    #[default]
    Taken,
    /// It is refused, as the pages since then read.
    Refused,
}

/// What becomes of a destination or a credential that is there already, which nobody knows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
#[non_exhaustive]
pub enum Duplicates {
    /// It is made a second time, and counted by
    /// [`duplicates`](super::ExotelSimulator::duplicates). The default: it is the harsher one.
    #[default]
    Made,
    /// It is refused with 1008, as trunks, numbers and addresses are.
    Refused,
}

/// How a trunk that does not exist, or is somebody else's, is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
#[non_exhaustive]
pub enum UnknownTrunk {
    /// 403 with 1003, as recorded.
    #[default]
    Forbidden,
    /// 404 with 1000, as the pages say.
    NotFound,
}

/// By which of two ways one trunk can be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
#[non_exhaustive]
pub enum TrunkReads {
    /// By either.
    #[default]
    Both,
    /// Only by the filter of the list, the documented way; the other is 404.
    Filter,
    /// Only by its own path, as a sample does; the filter is 400.
    Path,
}

/// What a DELETE answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
#[non_exhaustive]
pub enum DeleteAnswer {
    /// What was deleted; of a trunk without the paths of what belonged to it, as recorded.
    #[default]
    Short,
    /// What was deleted, of a trunk with those paths.
    Full,
    /// `data` is null, as older pages have it.
    Null,
}

/// The form of a trunk map.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
#[non_exhaustive]
pub enum MapForm {
    /// Without an envelope, as documented.
    #[default]
    Bare,
    /// In an envelope, as everything else.
    Enveloped,
}

/// Where a call's `CustomField` comes back.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
#[non_exhaustive]
pub enum CustomFieldEcho {
    /// In callbacks, details and lists.
    #[default]
    Everywhere,
    /// In callbacks alone, which is all that is documented.
    Callbacks,
}

/// How the numbers of a call are written in answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
#[non_exhaustive]
pub enum NumberSpelling {
    /// As they were sent.
    #[default]
    AsSent,
    /// Indian numbers in their local form, with a leading `0`.
    Local,
}

/// Whether the account may use vSIP.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
#[non_exhaustive]
pub enum Vsip {
    /// It may.
    #[default]
    Enabled,
    /// Everything of v2 is refused with 403, until support enables it.
    NotEnabled,
}
