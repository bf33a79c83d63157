//! SIP trunks, domains and endpoints.

use super::{Class, Group};

pub(super) const GROUPS: &[Group] = &[
    Group {
        class: Class::Retry,
        hint: "Calls per second of a trunk, a registration or a pool are exceeded: dial more slowly, or ask for more",
        codes: &[
            (32001, "SIP: Trunk CPS limit exceeded"),
            (32008, "SIP: Registration per second limit reached"),
            (
                32012,
                "SIP: Parent account pooled Trunking CPS limit exceeded",
            ),
            (
                32013,
                "SIP: Parent account SIP Interface CPS limit exceeded",
            ),
        ],
    },
    Group {
        class: Class::Sip,
        hint: "The SIP domain is unknown, the user is not registered (there), or the trunk has no active origination URL",
        codes: &[
            (32002, "SIP: Dial failure - Twilio SIP Domain not found"),
            (
                32009,
                "The user you tried to dial is not registered with the corresponding SIP Domain",
            ),
            (32010, "SIP: No valid Origination URIs configured"),
            (
                32220,
                "Specifying an edge is not allowed when dialing SIP registered endpoints",
            ),
            (
                32221,
                "Dialing SIP Endpoint failure - No devices registered in specified edge",
            ),
            (
                32223,
                "There is no username in the SIP URI when calling a SIP registered endpoint",
            ),
        ],
    },
    Group {
        class: Class::Sip,
        hint: "Your SIP side is unreachable or sent no ACK: check firewall and NAT, and allow Twilio's addresses",
        codes: &[
            (
                32011,
                "Error communicating with your SIP communications infrastructure",
            ),
            (32022, "ACK not received from your SIP endpoint"),
            (
                32400,
                "BYOC Trunk routing failure - failover routing disabled.",
            ),
            (
                32401,
                "BYOC Trunk routing failure - failover to Twilio default routing.",
            ),
        ],
    },
    Group {
        class: Class::Number,
        hint: "Carrier: no answer to the setup within 60 s, the caller id is blocked for its low answer rate, or SHAKEN/STIR failed",
        codes: &[
            (32016, "PSTN PDD timeout"),
            (
                32017,
                "PSTN: Carrier blocked call due to calling number (caller ID)",
            ),
            (
                32020,
                "SHAKEN/STIR call verification failed due to invalid passport from customer",
            ),
            (32021, "SHAKEN/STIR call verification failed"),
        ],
    },
    Group {
        class: Class::Sip,
        hint: "SIP authentication: the source address is in no list, or user and password are wrong",
        codes: &[
            (32106, "SIP: Authentication Error"),
            (32200, "SIP: Insufficient permissions"),
            (32201, "SIP: Source IP address not in ACL"),
            (32202, "SIP: Bad user credentials"),
            (32212, "SIP: Registration Authentication problem"),
        ],
    },
    Group {
        class: Class::Sip,
        hint: "Malformed SIP, URI, header or parameter; name the region for SIP domains",
        codes: &[
            (32006, "SIP: Too many hops"),
            (
                32007,
                "SIP: Too many endpoints/bindings for the Address-of-record (AOR)",
            ),
            (32102, "SIP: Bad SDP"),
            (32103, "SIP: Empty body"),
            (32105, "SIP: Invalid contact header"),
            (32110, "SIP: URI is formatted incorrectly"),
            (32111, "SIP: Invalid header name"),
            (32112, "SIP: Invalid header value"),
            (32113, "SIP: Header name is not allowed"),
            (32114, "SIP: Unsupported parameter value"),
            (
                32115,
                "X-Branded-CallReason header contains an invalid value.",
            ),
            (32214, "SIP: Invalid <Dial><Sip>"),
            (
                32215,
                "Dial failure calling a SIP Domain without specifying a region",
            ),
        ],
    },
    Group {
        class: Class::Sip,
        hint: "Secure media or transport do not match, TLS is too old, or register, transfer or redirect is not allowed",
        codes: &[
            (32207, "SIP: Secure media not accepted"),
            (32208, "SIP: Secure media required"),
            (32209, "SIP: Secure transport required"),
            (32210, "SIP: Register not supported"),
            (32218, "SIP: Transfer not allowed"),
            (32219, "SIP: Redirect failed"),
            (32222, "TLS version not allowed"),
        ],
    },
    Group {
        class: Class::Caller,
        hint: "Virtual agent, transcription or user-defined message: attributes, configuration, content type, JSON or size; 32604, 32653, 32700: on Twilio's side; 32605, 32654: callback URL under PCI",
        codes: &[
            (32500, "Voice Conversation: Generic error."),
            (
                32501,
                "Voice Conversation: TwiML attributes validation error.",
            ),
            (32502, "Voice Conversation: Callback event internal error."),
            (32503, "Voice Conversation: Callback event response error."),
            (32504, "Voice Conversation: Incomplete Conversation."),
            (
                32505,
                "Voice Conversation: Invalid data inside existing conversation.",
            ),
            (
                32506,
                "Voice Conversation: Failed to get worker assigned to a newly created Conversation.",
            ),
            (32600, "Virtual Agent: Configuration Error"),
            (32601, "Virtual Agent: Provider Error"),
            (32602, "Virtual Agent: Invalid Connector"),
            (
                32603,
                "Virtual Agent: Unsupported <Config> attribute(s) in TwiML",
            ),
            (32604, "Virtual Agent: Internal Error"),
            (32605, "Virtual Agent: PCI Error"),
            (32606, "Virtual Agent: Resume Error"),
            (32650, "Real-time Transcriptions: Configuration Error"),
            (32651, "Real-time Transcriptions: Provider Error"),
            (
                32652,
                "Real-time Transcriptions: Unsupported <Config> attribute(s) in TwiML",
            ),
            (32653, "Real-time Transcriptions: Internal Error"),
            (32654, "Real-time Transcriptions: PCI Error"),
            (
                32655,
                "Real-time Transcriptions: Intelligence Service Unreachable",
            ),
            (32700, "Voice User-Defined Message: Internal Twilio Error"),
            (32701, "Voice User-Defined Message: Invalid Content-Type"),
            (32702, "Voice User-Defined Message: Invalid Content"),
            (
                32703,
                "Voice User-Defined Message: Content body exceeded max length",
            ),
            (
                32710,
                "Voice User-Defined Message: Subscription Callback Internal Error",
            ),
            (
                32711,
                "Voice User-Defined Message: Request to subscription callback URL encountered error",
            ),
        ],
    },
    Group {
        class: Class::Sip,
        hint: "Interconnect: the connection SID is wrong, missing or not active",
        codes: &[
            (32301, "Interconnect: Invalid Connection (TNX) SID"),
            (32302, "Interconnect: Connection (TNX) SID not found"),
            (
                32303,
                "Interconnect: Multiple SIP Dials with Interconnect Connection (TNX) SID",
            ),
            (32304, "Interconnect: Connection (TNX) SID is not Active"),
        ],
    },
];
