//! The account, credentials, REST requests and access tokens.

use super::{Class, Group};

pub(super) const GROUPS: &[Group] = &[
    Group {
        class: Class::Account,
        hint: "The account is suspended, closed or out of credit: check its status and balance in the console",
        codes: &[
            (10001, "Account is not active"),
            (20005, "Account not active"),
            (21472, "Account is not active"),
        ],
    },
    Group {
        class: Class::Account,
        hint: "A limit of trial accounts: only verified numbers, calls of at most 10 minutes, some features off. Verify the number, or upgrade",
        codes: &[
            (
                10002,
                "Trial accounts do not support the feature you tried to use",
            ),
            (
                13805,
                "Trial account call duration exceeded 10 minute limit",
            ),
            (21219, "'To' phone number not verified"),
            (21264, "'From' phone number not verified"),
            (
                21608,
                "The 'to' phone number provided is not yet verified for this account",
            ),
            (
                32100,
                "SIP: Trial accounts can only call verified caller IDs",
            ),
        ],
    },
    Group {
        class: Class::Account,
        hint: "Calls are refused or voice is disabled for this account, often while it is under review: ask Twilio's support",
        codes: &[
            (10003, "Incoming call rejected due to inactive account"),
            (10005, "Voice calling has been disabled for this account"),
            (20010, "Action disabled for account"),
            (32005, "Voice calling has been disabled for this account"),
        ],
    },
    Group {
        class: Class::Account,
        hint: "More live calls or sessions than the account may have: wait for calls to end, or have the business profile approved",
        codes: &[
            (10004, "Call concurrency limit exceeded"),
            (
                16021,
                "Failed to join conference due to account concurrency limit exceeded",
            ),
            (64109, "ConversationRelay: Concurrency limit reached"),
        ],
    },
    Group {
        class: Class::Caller,
        hint: "A parameter is unknown or malformed: check its name (PascalCase), SIDs and values",
        codes: &[
            (20001, "Unknown parameters"),
            (20002, "Invalid FriendlyName"),
            (
                20020,
                "No update/state change is observed for the data entered",
            ),
            (
                20021,
                "Phone number rejected by T-Mobile SDG Service Provisioning API",
            ),
            (
                20023,
                "Phone number is not correct: it cannot be null or have non-decimal symbols",
            ),
            (20422, "Invalid Parameter"),
            (20423, "Invalid SID"),
        ],
    },
    Group {
        class: Class::Account,
        hint: "SID and secret are no pair, or belong to another account or region; a standard API key may not read the account itself; test credentials work on few endpoints. A region other than us1 needs TWILIO_REGION and TWILIO_EDGE",
        codes: &[(20003, "Permission Denied")],
    },
    Group {
        class: Class::Account,
        hint: "The credentials are valid but may not do this: a restricted key without the permission, test credentials, or a closed account",
        codes: &[
            (20006, "Access Denied"),
            (20008, "Test Credentials"),
            (20403, "403 Forbidden"),
        ],
    },
    Group {
        class: Class::Caller,
        hint: "The endpoint does not offer this: method not allowed, TLS below 1.2, or a body that is too large",
        codes: &[
            (20004, "Method not allowed"),
            (20011, "Invalid TLS version"),
            (20012, "Invalid TLSv1.2 Cipher Suite"),
            (20413, "Request Entity Too Large"),
            (20426, "Upgrade Required"),
        ],
    },
    Group {
        class: Class::Caller,
        hint: "PageSize is above 1000, or the page token is stale or altered: begin the list again",
        codes: &[(20007, "Page size too large"), (21481, "Invalid PageToken")],
    },
    Group {
        class: Class::Caller,
        hint: "No such resource for these credentials: wrong SID, another account or region, deleted, or created only a moment ago",
        codes: &[(20404, "Not Found")],
    },
    Group {
        class: Class::Retry,
        hint: "Somebody else is changing it, or it is not finished yet: read it again, then decide",
        codes: &[
            (20009, "Cannot delete this resource before it is complete"),
            (20162, "A conflicting resource update is in progress"),
            (20409, "Conflict"),
        ],
    },
    Group {
        class: Class::Retry,
        hint: "Too many REST requests at the same time; nothing was done. Send fewer at once. This is not the calls-per-second limit: calls above that are queued",
        codes: &[(20429, "Too Many Requests")],
    },
    Group {
        class: Class::Vendor,
        hint: "A failure on Twilio's side (see status.twilio.com). After a create the outcome is unknown: look for the call before dialling again",
        codes: &[
            (12400, "Internal Failure"),
            (15000, "Call Progress: Internal Twilio Error"),
            (15009, "Internal Server Error"),
            (16010, "Conference Event: Internal Twilio Error"),
            (17008, "Internal Server Error - Query Timeout"),
            (17009, "Internal Server Error"),
            (20500, "Internal Server Error"),
            (20503, "Service unavailable"),
        ],
    },
    Group {
        class: Class::Caller,
        hint: "The access token is malformed, expired, not valid yet, longer than 24 h, or signed with another secret: check key SID, secret and clock",
        codes: &[
            (20101, "Invalid Access Token"),
            (20102, "Invalid Access Token header"),
            (20103, "Invalid Access Token issuer/subject"),
            (20104, "Access Token expired or expiration date invalid"),
            (20105, "Access Token not yet valid"),
            (20106, "Invalid Access Token grants"),
            (20107, "Invalid Access Token signature"),
        ],
    },
    Group {
        class: Class::Caller,
        hint: "A signed token (public-key validation or another JWT) was refused: check its header, claims, lifetime, signature and the clock",
        codes: &[
            (20151, "Authentication Failed"),
            (20152, "Invalid Header"),
            (20153, "Invalid Issuer Or Subject"),
            (20154, "Invalid Claim Set"),
            (20155, "Expiration Time In The Future"),
            (20156, "Expired or Invalid Expiration in Token"),
            (20157, "Expiration Time Exceeds Maximum Time Allowed"),
            (20159, "Invalid Signature"),
            (20160, "Invalid Token"),
        ],
    },
    Group {
        class: Class::Account,
        hint: "Subaccount unknown, inactive or suspended, a transfer only the parent may order, or the number of subaccounts or applications exhausted",
        codes: &[
            (
                21301,
                "Cannot create application: application limit exceeded",
            ),
            (21302, "Approaching application creation limit"),
            (21470, "Invalid AccountSid"),
            (21471, "Account does not exist"),
            (
                21473,
                "AccountSid you are transferring to is not related to the originating owner of the phone number",
            ),
            (
                21474,
                "API User must be the parent account to transfer phone numbers.",
            ),
            (21475, "Unable to update Status, invalid Status."),
            (
                21476,
                "Unable to update Status for subaccount, parent account is suspended.",
            ),
            (21477, "Unable to update Status for parent accounts"),
            (
                21478,
                "Unable to update Status for subaccount, subaccount has been suspended by Twilio",
            ),
            (
                21479,
                "Unable to update Status for subaccount, subaccount has been closed.",
            ),
            (21480, "Reached maximum number of subaccounts"),
        ],
    },
    Group {
        class: Class::Account,
        hint: "Voice Insights: not enabled for the account, the summary is not ready yet, the call is older than 30 days, or a filter is malformed",
        codes: &[
            (17000, "Forbidden to access data"),
            (17001, "Completed summary for this call wasn't found"),
            (17002, "This call ended more than 30 days ago"),
            (17007, "Voice Insights Advanced Features not enabled"),
            (17400, "Invalid query parameter"),
        ],
    },
];
