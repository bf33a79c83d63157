//! Validated values: parse once, then the type is the proof.
//!
//! A phone number that was mistyped, a call SID where an account SID belongs, a webhook base that only the office
//! network can reach: each costs a failed call hours later. Here it costs an error where the value enters the program.
//! Requests of the provider crates take these types, so that a wrong value never reaches the network.
//!
//! | type | what it holds |
//! |---|---|
//! | [`E164`] | a phone number; strict and lenient parsers, masked form; region and type with the feature `phone-metadata` |
//! | [`AccountSid`], [`CallSid`], [`ApiKeySid`], … | the SIDs of Twilio, one type per kind |
//! | [`AuthToken`] | the Auth Token of a Twilio account, a secret |
//! | [`TrunkName`], [`LongTrunkName`], [`NsoCode`] | trunks of Exotel |
//! | [`SipUri`], [`SipDestination`] | SIP addresses |
//! | [`Ipv4Cidr`], [`HostClass`] | address blocks, and who can reach a host |
//! | [`PublicHttpsUrl`] | a base URL that a provider can call back |
//! | [`AgentName`], [`TemplateKey`], [`PromptId`] | agents, their template values, prompts |
//!
//! # One surface
//! Every type has `parse(&str)`, `FromStr`, `TryFrom<&str>` and `TryFrom<String>`, all of them the same check; `Display`
//! and `Serialize` write what `parse` reads; `Deserialize` validates. They compare, order and hash as their text does,
//! so a map keyed by one can be asked with a `&str`. Nothing is trimmed or repaired on the way in unless the type says
//! so. ([`AuthToken`], a secret, has only what reveals nothing; [`Ipv4Cidr`] is a number and lends no text.)
//!
//! # One error
//! [`IdentError`] says which type, which [rule](IdentRule) and at which byte, and **never repeats the value**: it may be
//! somebody's number, or a secret pasted into the wrong field. That holds for errors of serde as well.
//!
//! # What may be logged
//! [`E164`] and [`SipUri`] print a masked form with `Debug` and by `masked()`, and the full text with `Display`, for an
//! API needs it. [`AuthToken`] shows its text by [`expose`](AuthToken::expose) only.
//!
//! ```
//! use voice_core::ident::{AccountSid, CallSid, E164};
//!
//! let caller: E164 = "+14155550123".parse()?;
//! assert_eq!(format!("{caller:?}"), "E164(+14*******23)");
//!
//! let account = AccountSid::parse(concat!("AC", "0123456789abcdef0123456789abcdef"))?;
//! let Err(mixed_up) = CallSid::parse(account.as_str()) else { unreachable!() };
//! assert!(mixed_up.to_string().contains("this is an account SID (AC…), a call SID starts with CA"));
//! # Ok::<(), voice_core::ident::IdentError>(())
//! ```

mod agent;
mod cidr;
mod class;
mod destination;
mod error;
mod host;
mod https;
mod inline;
mod lenient;
#[cfg(feature = "phone-metadata")]
#[cfg_attr(docsrs, doc(cfg(feature = "phone-metadata")))]
pub mod metadata;
mod phone;
mod prompt;
#[cfg(test)]
mod properties;
mod sid;
mod sip;
mod surface;
mod token;
mod trunk;
mod variation;

pub use agent::{AgentName, TemplateKey};
pub use cidr::Ipv4Cidr;
pub use class::HostClass;
pub use destination::{SipDestination, SipTransport};
pub use error::{IdentError, IdentRule};
pub use https::PublicHttpsUrl;
pub use phone::{E164, MaskedE164};
pub use prompt::PromptId;
pub use sid::{
    AccountSid, AddOnExtensionSid, AddOnPayloadSid, AddOnResultSid, AddOnSid, AddressSid,
    ApiKeySid, ApplicationSid, ByocTrunkSid, CallSid, ConferenceSid, ConnectionPolicySid,
    ConnectionPolicyTargetSid, CredentialListSid, CredentialSid, InstalledAddOnSid,
    IpAccessControlListSid, IpAddressSid, IpRecordSid, NotificationSid, OauthAppSid,
    OriginationUrlSid, PaymentSid, PhoneNumberSid, QueueSid, RealtimeTranscriptionSid,
    RecordingSid, RelaySessionSid, SipDomainSid, SiprecSid, SourceIpMappingSid, StreamSid,
    TranscriptionSid, TrunkSid, UsageTriggerSid, UserDefinedMessageSid,
    UserDefinedMessageSubscriptionSid,
};
pub use sip::{MaskedSipUri, SipUri};
pub use token::AuthToken;
pub use trunk::{LongTrunkName, NsoCode, TrunkName};
pub use variation::TrunkNameVariations;
