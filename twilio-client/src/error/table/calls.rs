//! Creating and changing calls, numbers and SIP settings.

use super::{Class, Group};

pub(super) const GROUPS: &[Group] = &[
    Group {
        class: Class::Caller,
        hint: "Call creation needs To: a phone number, SIP address or client",
        codes: &[(21201, "No Called number specified")],
    },
    Group {
        class: Class::Caller,
        hint: "Call creation needs From: a number of the account or a verified caller id",
        codes: &[(21213, "Caller phone number is required")],
    },
    Group {
        class: Class::Caller,
        hint: "Give exactly one absolute http or https Url, TwiML, or ApplicationSid",
        codes: &[
            (21205, "Invalid URL"),
            (21218, "Invalid ApplicationSid"),
            (32019, "Twiml and Voice URL are both set. Using Voice URL."),
        ],
    },
    Group {
        class: Class::Caller,
        hint: "A value is malformed: SendDigits of 0-9 A-D # * w W (32 at most), Timeout up to 600 s, Method GET or POST",
        codes: &[
            (21200, "Calls Resource"),
            (21206, "Invalid SendDigits"),
            (21207, "Invalid IfMachine"),
            (21208, "Invalid Timeout"),
            (21209, "Invalid Method"),
        ],
    },
    Group {
        class: Class::Caller,
        hint: "A value of answering-machine detection is out of range, or asynchronous detection has no callback",
        codes: &[
            (21234, "Invalid Machine Detection configuration value"),
            (21262, "No AMD status callback URL provided"),
            (21263, "Invalid Answering Machine Detection Parameters"),
        ],
    },
    Group {
        class: Class::Number,
        hint: "From is neither a number of this account nor a verified caller id",
        codes: &[
            (21210, "'From' phone number not verified"),
            (32204, "SIP: 'From' phone number not verified"),
        ],
    },
    Group {
        class: Class::Number,
        hint: "A premium-rate or unreachable number",
        codes: &[
            (21202, "Called number is a premium number"),
            (21214, "'To' phone number cannot be reached"),
        ],
    },
    Group {
        class: Class::Caller,
        hint: "The call has started or ended already and the change came too late: read its status",
        codes: &[
            (21204, "Call already initiated"),
            (21220, "Invalid call state"),
        ],
    },
    Group {
        class: Class::Caller,
        hint: "SIP user, password or header: over 256 characters (1,024 for headers), illegal characters, or a user without a password",
        codes: &[
            (
                21221,
                "Invalid SipAuthUsername. Must be fewer than 256 chars",
            ),
            (21222, "Invalid SipAuthUsername. Illegal chars"),
            (
                21223,
                "Invalid SipAuthPassword. Must be fewer than 256 chars",
            ),
            (21224, "Invalid SipAuthPassword. Illegal chars"),
            (
                21225,
                "SipAuthPassword is required when providing SipAuthUsername",
            ),
            (21226, "SIP calling not enabled for this account"),
            (
                21227,
                "Headers portion of SIP URI must be fewer than 1024 chars",
            ),
            (21228, "Invalid SIP Header. Illegal chars in header name"),
            (21229, "Invalid SIP Header. Illegal chars in header value"),
        ],
    },
    Group {
        class: Class::Caller,
        hint: "SIP domains, lists, trunks: the name is taken, mappings must be removed first, a count limit is reached, or a value is malformed",
        codes: &[
            (21102, "Reached maximum number of Services"),
            (21230, "Maximum Domains Reached"),
            (21231, "Domain Validation Error"),
            (21232, "Invalid Domain"),
            (21233, "Domain still has subdomains"),
            (21235, "IP Access Control List Validation Error"),
            (21236, "IP Access Control List Dependencies Violation"),
            (21237, "Maximum IP Addresses Reached for List"),
            (21238, "Address Validation Error"),
            (21239, "Maximum Credential Lists Reached"),
            (21240, "Credential List Validation Error"),
            (21241, "Credential List Dependencies Violation"),
            (21242, "Maximum Credentials Reached for List"),
            (21243, "Credential Validation Error"),
            (21244, "Maximum Number of Trunks reached"),
            (21245, "Trunk Validation Error"),
            (21247, "Trunk Dependencies"),
            (21248, "Trunk Domain already taken"),
            (21249, "Maximum Origination URIs reached"),
            (21251, "Trunking CPS change not allowed"),
            (21252, "Invalid Region"),
            (21253, "Max Connection Policies Reached"),
            (21254, "Max Connection Policy Entries Reached"),
            (21255, "Maximum IP Access Control Lists reached"),
            (21256, "Invalid ruleset"),
            (21257, "Invalid SIP Manipulation Policy SID"),
            (21258, "Invalid SIP Manipulation Policy"),
            (
                21259,
                "Maximum number of SIP Manipulation Polies per account reached",
            ),
            (21260, "Maximum number of actions per rule reached"),
            (21261, "Maximum number of conditions per rule reached"),
            (21300, "Invalid BYOC trunk SID"),
            (21634, "SIP Trunk is in use for emergency calling"),
        ],
    },
    Group {
        class: Class::Caller,
        hint: "Settings of a number: a URL or method is malformed, a fallback stands without its URL, or the application is another account's",
        codes: &[
            (21401, "Invalid Phone Number"),
            (21402, "Invalid Url"),
            (21403, "Invalid Method"),
            (21404, "Inbound Phone number not available to trial account"),
            (21405, "Cannot set VoiceFallbackUrl without setting Url"),
            (21406, "Cannot set SmsFallbackUrl without setting SmsUrl"),
            (21407, "This Phone Number type does not support SMS"),
            (
                21409,
                "VoiceCallerIdLookup cannot be set for this phone number",
            ),
            (21420, "ApplicationSid is not accessible"),
        ],
    },
    Group {
        class: Class::Number,
        hint: "The number or area code is invalid, taken, sold out, or not offered in this country",
        codes: &[
            (21421, "Phone Number is invalid"),
            (21422, "PhoneNumber is not available"),
            (21451, "Invalid area code"),
            (21452, "No phone numbers found in area code"),
            (21457, "AreaCode Parameter not Supported"),
            (21458, "PhoneNumber Provisioning Type Mismatch"),
            (22200, "Invalid End-User Type or Number Type"),
        ],
    },
    Group {
        class: Class::Number,
        hint: "The caller id can be used or was validated already, here or in another account",
        codes: &[
            (
                21449,
                "Number already can be used for outgoing calls and messages",
            ),
            (21450, "Phone number already validated on your account"),
            (21453, "Phone number already validated on another account"),
        ],
    },
    Group {
        class: Class::Caller,
        hint: "Caller id validation: a value is malformed",
        codes: &[
            (21454, "Invalid CallDelay"),
            (21455, "Invalid PlayUrl"),
            (21456, "Invalid CallbackUrl"),
        ],
    },
    Group {
        class: Class::Account,
        hint: "The call reached its longest duration, or timed out",
        codes: &[
            (22001, "Call timed out"),
            (
                32015,
                "Call is terminated due to exceeding maximum call duration",
            ),
        ],
    },
];
