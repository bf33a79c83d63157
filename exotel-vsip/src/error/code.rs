//! The error codes, with what they mean and what to do.

use voice_core::error::{Error, ErrorKind};
use voice_core::wire::open_enum;

open_enum! {
    /// A code of Exotel's. The numbers are those of API v2; the words are those of older guides and of servers that
    /// imitate Exotel. Voice v1 has numbers of its own, which are kept in `Other` unless they happen to be one of these.
    ///
    /// ```
    /// use exotel_vsip::error::{ErrorClass, ErrorCode};
    ///
    /// let code = ErrorCode::from("1008");
    /// assert_eq!((code.name(), code.class()), ("Duplicate", ErrorClass::Exists));
    /// assert_eq!(ErrorCode::from("4711").as_str(), "4711");
    /// ```
    pub enum ErrorCode {
        /// No such path, trunk or id; also a number of more than 30 digits (404).
        NotFound = "1000",
        /// A field is missing (400).
        MissingParameter = "1001",
        /// A field breaks a rule (400, or the status of one item of a batch).
        InvalidParameter = "1002",
        /// The trunk is unknown or of another account (403).
        TrunkForbidden = "1003",
        /// The body is no JSON, or of another form than expected (400).
        MalformedBody = "1007",
        /// It is there already (409, on the wire often 200).
        Duplicate = "1008",
        /// Key or token are wrong, or of another region (401).
        Authentication = "1010",
        /// The body is not `application/json` (415).
        UnsupportedContentType = "1011",
        /// A rule was broken (422); in drafts of the vendor's pages only.
        Validation = "1020",
        /// Too many requests (429); in drafts of the vendor's pages only.
        RateLimited = "1030",
        /// Key or token are wrong; older guides.
        AuthFailed = "AUTH_FAILED",
        /// vSIP is not enabled for the account; older guides.
        FeatureNotEnabled = "FEATURE_NOT_ENABLED",
        /// A rule was broken; older guides.
        ValidationError = "VALIDATION_ERROR",
        /// It is there already; older guides.
        DuplicateResource = "DUPLICATE_RESOURCE",
        /// No such resource; older guides.
        ResourceNotFound = "RESOURCE_NOT_FOUND",
        /// Too many requests; v1 and older guides.
        RateLimitExceeded = "RATE_LIMIT_EXCEEDED",
    }
}

/// Who has to act on an error code.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ErrorClass {
    /// The caller: a field is missing or breaks a rule.
    Input,
    /// The operator: credentials, region, plan.
    Account,
    /// The caller: there is no such thing, or it belongs to somebody else.
    Missing,
    /// Nobody, often: the thing to be created is there.
    Exists,
    /// Time: wait and try again.
    Retry,
    /// This crate, or what stands between: the request itself was malformed.
    Request,
    /// Not known.
    Unknown,
}

impl ErrorCode {
    /// The code of an error; `None` when it has none.
    #[must_use]
    pub fn of(error: &Error) -> Option<Self> {
        error.code().map(Self::from)
    }

    /// A stable name; for a code that is not known, the code itself.
    #[must_use]
    pub fn name(&self) -> &str {
        match self {
            Self::NotFound => "NotFound",
            Self::MissingParameter => "MissingParameter",
            Self::InvalidParameter => "InvalidParameter",
            Self::TrunkForbidden => "TrunkForbidden",
            Self::MalformedBody => "MalformedBody",
            Self::Duplicate => "Duplicate",
            Self::Authentication => "Authentication",
            Self::UnsupportedContentType => "UnsupportedContentType",
            Self::Validation => "Validation",
            Self::RateLimited => "RateLimited",
            Self::AuthFailed => "AuthFailed",
            Self::FeatureNotEnabled => "FeatureNotEnabled",
            Self::ValidationError => "ValidationError",
            Self::DuplicateResource => "DuplicateResource",
            Self::ResourceNotFound => "ResourceNotFound",
            Self::RateLimitExceeded => "RateLimitExceeded",
            Self::Other(code) => code,
        }
    }

    /// Who has to act.
    #[must_use]
    pub const fn class(&self) -> ErrorClass {
        match self {
            Self::NotFound | Self::TrunkForbidden | Self::ResourceNotFound => ErrorClass::Missing,
            Self::MissingParameter
            | Self::InvalidParameter
            | Self::Validation
            | Self::ValidationError => ErrorClass::Input,
            Self::Duplicate | Self::DuplicateResource => ErrorClass::Exists,
            Self::Authentication | Self::AuthFailed | Self::FeatureNotEnabled => {
                ErrorClass::Account
            }
            Self::RateLimited | Self::RateLimitExceeded => ErrorClass::Retry,
            Self::MalformedBody | Self::UnsupportedContentType => ErrorClass::Request,
            Self::Other(_) => ErrorClass::Unknown,
        }
    }

    /// Why it comes, where known.
    #[must_use]
    pub const fn cause(&self) -> Option<&'static str> {
        Some(match self {
            Self::NotFound | Self::ResourceNotFound => {
                "The path, the trunk SID or the id does not exist, or a number is far too long"
            }
            Self::MissingParameter => "A field that the operation needs was not sent",
            Self::InvalidParameter | Self::Validation | Self::ValidationError => {
                "A field was sent with a value the server does not take"
            }
            Self::TrunkForbidden => {
                "The trunk does not exist or belongs to another account; the server does not say which"
            }
            Self::MalformedBody => {
                "The body is no JSON, was cut off, or has a field of another type"
            }
            Self::Duplicate | Self::DuplicateResource => {
                "A trunk of this name, a mapping of this number or an entry of this address exists"
            }
            Self::Authentication | Self::AuthFailed => {
                "Key or token are wrong, rotated, surrounded by blanks, or of another region"
            }
            Self::UnsupportedContentType => "The content type is not application/json",
            Self::FeatureNotEnabled => {
                "vSIP is not enabled for the account, or not within the key's scope"
            }
            Self::RateLimited | Self::RateLimitExceeded => {
                "More requests came than the account may send: 200 a minute over all its keys"
            }
            Self::Other(_) => return None,
        })
    }

    /// What to do about it, where known.
    #[must_use]
    pub const fn remedy(&self) -> Option<&'static str> {
        Some(match self {
            Self::NotFound | Self::ResourceNotFound => {
                "The trunk SID or the id is wrong, deleted, or of another account: list the trunks"
            }
            Self::MissingParameter => "Set the field that fields() names",
            Self::InvalidParameter | Self::Validation | Self::ValidationError => {
                "Correct the field that fields() names; the crate's table of rules states each with an example"
            }
            Self::TrunkForbidden => {
                "The trunk SID is of another account or of none: list the trunks. Otherwise vSIP may not be enabled: ask support"
            }
            Self::MalformedBody => {
                "The request was built or changed wrongly on its way: report it with the request id, and look at proxies"
            }
            Self::Duplicate | Self::DuplicateResource => {
                "It is there already: use another name, or look for the existing one and go on with it (create or get)"
            }
            Self::Authentication | Self::AuthFailed => {
                "Compare key, token and region with the dashboard of the account, without blanks around them"
            }
            Self::UnsupportedContentType => {
                "v2 takes application/json only: something between has changed or dropped the content type"
            }
            Self::FeatureNotEnabled => {
                "vSIP must be enabled by support; check the account's plan and the key's scope"
            }
            Self::RateLimited | Self::RateLimitExceeded => {
                "Wait the stated time, lower the client's requests_per_minute, and move bulk work outside 9 to 18 h Indian time"
            }
            Self::Other(_) => return None,
        })
    }

    /// The kind it stands for when no status says otherwise.
    #[must_use]
    pub const fn kind(&self) -> Option<ErrorKind> {
        Some(match self {
            Self::NotFound | Self::TrunkForbidden | Self::ResourceNotFound => ErrorKind::NotFound,
            Self::MissingParameter
            | Self::InvalidParameter
            | Self::MalformedBody
            | Self::UnsupportedContentType
            | Self::Validation
            | Self::ValidationError => ErrorKind::InvalidInput,
            Self::Duplicate | Self::DuplicateResource => ErrorKind::AlreadyExists,
            Self::Authentication | Self::AuthFailed => ErrorKind::Authentication,
            Self::FeatureNotEnabled => ErrorKind::Permission,
            Self::RateLimited | Self::RateLimitExceeded => ErrorKind::RateLimited,
            Self::Other(_) => return None,
        })
    }
}
