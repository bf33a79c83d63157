//! [`NumberKind`]: what a number is for.

use phonenumber::Metadata;
use phonenumber::metadata::Descriptor;

use super::pattern;

/// What a number is for, as its numbering plan says.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum NumberKind {
    /// A fixed line.
    FixedLine,
    /// A mobile phone.
    Mobile,
    /// Either: the plan does not tell them apart, as in North America.
    FixedLineOrMobile,
    /// Free for the caller.
    TollFree,
    /// Premium rate: the callee earns on the call.
    PremiumRate,
    /// The caller pays a part.
    SharedCost,
    /// A number that follows a person, often at a high rate.
    Personal,
    /// A telephone on the Internet.
    Voip,
    /// A pager.
    Pager,
    /// A company's number for all its places.
    Uan,
    /// Access to voicemail.
    Voicemail,
    /// A satellite telephone: the calling codes 870 and 881, and 88213 and 88216 of the international networks, as ITU-T
    /// assigns them.
    Satellite,
    /// Another international network (882 and 883): ships, aeroplanes, private networks, at rates that vary widely.
    InternationalNetwork,
    /// Nothing is known of it.
    Unknown,
}

impl NumberKind {
    /// A stable, lower-case name.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::FixedLine => "fixed_line",
            Self::Mobile => "mobile",
            Self::FixedLineOrMobile => "fixed_line_or_mobile",
            Self::TollFree => "toll_free",
            Self::PremiumRate => "premium_rate",
            Self::SharedCost => "shared_cost",
            Self::Personal => "personal",
            Self::Voip => "voip",
            Self::Pager => "pager",
            Self::Uan => "uan",
            Self::Voicemail => "voicemail",
            Self::Satellite => "satellite",
            Self::InternationalNetwork => "international_network",
            Self::Unknown => "unknown",
        }
    }

    /// What a plan says of a national number, in the order in which libphonenumber asks.
    pub(super) fn in_plan(plan: &Metadata, national: &str) -> Self {
        let all = plan.descriptors();
        if !fits(all.general(), national) {
            return Self::Unknown;
        }
        let is = |descriptor: Option<&Descriptor>| {
            descriptor.is_some_and(|descriptor| fits(descriptor, national))
        };
        for (descriptor, kind) in [
            (all.premium_rate(), Self::PremiumRate),
            (all.toll_free(), Self::TollFree),
            (all.shared_cost(), Self::SharedCost),
            (all.voip(), Self::Voip),
            (all.personal_number(), Self::Personal),
            (all.pager(), Self::Pager),
            (all.uan(), Self::Uan),
            (all.voicemail(), Self::Voicemail),
        ] {
            if is(descriptor) {
                return kind;
            }
        }
        match (is(all.fixed_line()), is(all.mobile())) {
            (true, true) => Self::FixedLineOrMobile,
            (true, false) => Self::FixedLine,
            (false, true) => Self::Mobile,
            (false, false) => Self::Unknown,
        }
    }
}

/// Whether a number has one of a descriptor's lengths, if it names any, and matches its pattern as a whole.
fn fits(descriptor: &Descriptor, national: &str) -> bool {
    let lengths = descriptor.possible_length();
    (lengths.is_empty() || lengths.contains(&length(national)))
        && pattern::matches(descriptor.national_number().as_str(), national)
}

/// Whether any kind of number has this length; the data name lengths by kind alone.
pub(super) fn has_length(plan: &Metadata, national: &str) -> bool {
    let all = plan.descriptors();
    let kinds = [
        all.fixed_line(),
        all.mobile(),
        all.toll_free(),
        all.premium_rate(),
        all.shared_cost(),
        all.personal_number(),
        all.voip(),
        all.pager(),
        all.uan(),
        all.voicemail(),
    ];
    let mut kinds = kinds.into_iter().flatten();
    kinds.any(|kind| kind.possible_length().contains(&length(national)))
}

fn length(national: &str) -> u16 {
    u16::try_from(national.len()).unwrap_or(u16::MAX)
}
