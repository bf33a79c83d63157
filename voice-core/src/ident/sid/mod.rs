//! Twilio SIDs: one type per kind, so that a call cannot be mistaken for a conference.
//!
//! A SID is two upper-case letters that name the kind and 32 hexadecimal digits, 34 characters together. Twilio writes
//! the digits in lower case and its own pattern takes either (`^XX[0-9a-fA-F]{32}$` in its OpenAPI files), so either is
//! accepted and kept as written; two spellings of one SID are different values.
//!
//! SIDs are names, not secrets: they are shown in full.

mod prefix;

use super::error::{Grammar, IdentError};
use super::inline::Inline;
use super::surface::{plain_debug, text_surface};

pub(super) use prefix::{LENGTH, describe_prefix, known_prefix};

macro_rules! sids {
    ($($(#[$doc:meta])* $name:ident $prefix:literal $kind:literal)*) => {
        /// The two letters of each kind, and the kind with its article.
        const KINDS: &[(&str, &str)] = &[$(($prefix, $kind)),*];

        $(
            $(#[$doc])*
            ///
            #[doc = concat!("A `Copy` value: `", $prefix, "` and 32 hexadecimal digits of either case, kept as written.")]
            #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
            pub struct $name(Inline<LENGTH>);

            impl $name {
                /// The two letters this kind of SID starts with.
                pub const PREFIX: &'static str = $prefix;

                pub(super) const GRAMMAR: Grammar = Grammar {
                    what: stringify!($name),
                    form: concat!($prefix, " and 32 hexadecimal digits"),
                    example: concat!($prefix, "0123456789abcdef0123456789abcdef"),
                    unit: "characters",
                };

                /// Takes a SID of this kind, exactly 34 characters; nothing is trimmed.
                ///
                /// # Errors
                /// [`SidPrefix`](super::IdentRule::SidPrefix), which says so when it is a SID of another kind;
                /// [`Empty`](super::IdentRule::Empty), [`Character`](super::IdentRule::Character),
                /// [`TooShort`](super::IdentRule::TooShort), [`TooLong`](super::IdentRule::TooLong).
                pub const fn parse(text: &str) -> Result<Self, IdentError> {
                    match prefix::parse(text, Self::PREFIX, &Self::GRAMMAR) {
                        Ok(text) => Ok(Self(text)),
                        Err(error) => Err(error),
                    }
                }

                /// The SID as text.
                #[must_use]
                pub const fn as_str(&self) -> &str {
                    self.0.as_str()
                }
            }

            text_surface!($name);
            plain_debug!($name);
        )*

        /// Each kind with what its parser makes of a text, for tests that must hold for all of them.
        #[cfg(test)]
        pub(super) const PARSERS: &[(&str, fn(&str) -> Result<String, IdentError>)] = &[$(
            ($prefix, |text| $name::parse(text).map(|sid| sid.to_string()))
        ),*];
    };
}

sids! {
    /// An account or subaccount.
    AccountSid "AC" "an account"
    /// A call.
    CallSid "CA" "a call"
    /// An API key, which is also the issuer of an access token. The key's secret is another thing.
    ApiKeySid "SK" "an API key"
    /// A conference.
    ConferenceSid "CF" "a conference"
    /// A recording of a call or conference.
    RecordingSid "RE" "a recording"
    /// A call queue.
    QueueSid "QU" "a queue"
    /// A phone number of the account, or a verified outgoing caller id.
    PhoneNumberSid "PN" "a phone number"
    /// A TwiML application.
    ApplicationSid "AP" "an application"
    /// A postal address.
    AddressSid "AD" "an address"
    /// A credential: a SIP credential, a public key, or one for push notifications.
    CredentialSid "CR" "a credential"
    /// A notification (an alert of the debugger).
    NotificationSid "NO" "a notification"
    /// A transcription of a recording.
    TranscriptionSid "TR" "a transcription"
    /// A real-time transcription of a running call.
    RealtimeTranscriptionSid "GT" "a real-time transcription"
    /// A media stream.
    StreamSid "MZ" "a media stream"
    /// A SIPREC session.
    SiprecSid "SR" "a SIPREC session"
    /// A payment taken during a call.
    PaymentSid "PK" "a payment"
    /// A message the application sent into a call.
    UserDefinedMessageSid "KX" "a user-defined message"
    /// A subscription to the messages of a call.
    UserDefinedMessageSubscriptionSid "ZY" "a user-defined message subscription"
    /// A SIP domain.
    SipDomainSid "SD" "a SIP domain"
    /// A list of SIP credentials.
    CredentialListSid "CL" "a credential list"
    /// A list of IP addresses that may place calls.
    IpAccessControlListSid "AL" "an IP access control list"
    /// An address in an IP access control list.
    IpAddressSid "IP" "an IP address"
    /// An elastic SIP trunk.
    TrunkSid "TK" "a trunk"
    /// An origination URL of a trunk.
    OriginationUrlSid "OU" "an origination URL"
    /// A BYOC trunk (one's own carrier).
    ByocTrunkSid "BY" "a BYOC trunk"
    /// A connection policy of a BYOC trunk.
    ConnectionPolicySid "NY" "a connection policy"
    /// A target of a connection policy.
    ConnectionPolicyTargetSid "NE" "a connection policy target"
    /// An IP record.
    IpRecordSid "IL" "an IP record"
    /// A mapping of a source IP record to a SIP domain.
    SourceIpMappingSid "IB" "a source IP mapping"
    /// A usage trigger.
    UsageTriggerSid "UT" "a usage trigger"
    /// An OAuth application.
    OauthAppSid "OQ" "an OAuth app"
    /// A ConversationRelay session.
    RelaySessionSid "VX" "a relay session"
    /// A result of an add-on.
    AddOnResultSid "XR" "an add-on result"
    /// A payload of an add-on's result.
    AddOnPayloadSid "XH" "an add-on payload"
    /// An add-on.
    AddOnSid "XB" "an add-on"
    /// An add-on that is installed in the account.
    InstalledAddOnSid "XE" "an installed add-on"
    /// An extension of an add-on.
    AddOnExtensionSid "XF" "an add-on extension"
}

#[cfg(test)]
mod tests {
    use super::super::IdentRule;
    use super::*;

    const LOWER: &str = "0123456789abcdef0123456789abcdef";

    #[test]
    fn each_kind_takes_its_own_prefix_and_no_other() {
        for (prefix, parse) in PARSERS {
            for (other, _) in PARSERS {
                let text = format!("{other}{LOWER}");
                match parse(&text) {
                    Ok(kept) => assert!(prefix == other && kept == text),
                    Err(error) => {
                        assert_ne!(prefix, other);
                        assert_eq!(error.position(), Some(0));
                        let shown = error.to_string();
                        assert!(shown.contains(&format!("SID ({other}…)")), "{shown}");
                        assert!(shown.contains(&format!("starts with {prefix};")), "{shown}");
                    }
                }
            }
        }
        let mut prefixes: Vec<_> = KINDS
            .iter()
            .chain(&prefix::OTHER_KINDS)
            .map(|kind| kind.0)
            .collect();
        prefixes.sort_unstable();
        prefixes.dedup();
        assert_eq!(prefixes.len(), 33 + 5, "no prefix stands for two kinds");
    }

    #[test]
    fn either_case_is_kept_as_written() {
        let upper = format!("CA{}", LOWER.to_uppercase());
        assert_eq!(CallSid::parse(&upper).unwrap(), upper.as_str());
        assert_eq!(
            format!("{:?}", CallSid::parse(&upper).unwrap()),
            format!("CallSid({upper})")
        );
    }

    #[test]
    fn a_mix_up_is_explained() {
        let error = AccountSid::parse(&format!("SK{LOWER}")).unwrap_err();
        assert!(error.to_string().starts_with(
            "invalid AccountSid at byte 0: this is an API key SID (SK…), an account SID starts with AC; \
             expected AC and 32 hexadecimal digits, such as AC0123"
        ));
        let error = AccountSid::parse(&format!("XE{LOWER}")).unwrap_err();
        assert!(
            error
                .to_string()
                .contains("this is an installed add-on SID (XE…)")
        );
        let error = AccountSid::parse(&format!("ac{LOWER}")).unwrap_err();
        assert!(
            error
                .to_string()
                .contains("byte 0: an account SID starts with AC;")
        );
    }

    #[test]
    fn says_which_rule_broke_and_where() {
        let at = |text: &str| {
            let error = CallSid::parse(text).unwrap_err();
            (error.rule(), error.position())
        };
        assert_eq!(at(""), (IdentRule::Empty, None));
        assert!(matches!(
            at("C"),
            (IdentRule::SidPrefix { found: None, .. }, Some(0))
        ));
        assert_eq!(at("CA"), (IdentRule::TooShort { min: 34 }, None));
        assert_eq!(
            at(&format!("CA{}", &LOWER[1..])),
            (IdentRule::TooShort { min: 34 }, None)
        );
        assert_eq!(
            at(&format!("CA{LOWER}0")),
            (IdentRule::TooLong { max: 34 }, Some(34))
        );
        assert_eq!(
            at(&format!("CA{LOWER}\n")),
            (IdentRule::Character, Some(34))
        );
        assert_eq!(
            at(&format!("CAg{}", &LOWER[1..])),
            (IdentRule::Character, Some(2))
        );
        assert_eq!(
            at(&format!("CA{}é", &LOWER[2..])),
            (IdentRule::Character, Some(32))
        );
    }
}
