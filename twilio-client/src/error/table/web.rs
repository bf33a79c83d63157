//! Your web server: webhooks, their TLS, and the TwiML documents they answer with.

use super::{Class, Group};

pub(super) const GROUPS: &[Group] = &[
    Group {
        class: Class::Web,
        hint: "Twilio got no usable answer from your URL: it must be reachable from the internet, answer 200 within 15 s, with XML",
        codes: &[(11200, "HTTP retrieval failure")],
    },
    Group {
        class: Class::Web,
        hint: "No TCP connection to your server: check DNS, firewall and port, and that the host is not private or localhost",
        codes: &[
            (11201, "TCP connection timed out"),
            (11202, "TCP connection refused"),
            (11205, "HTTP connection failure"),
            (11210, "HTTP bad host name"),
        ],
    },
    Group {
        class: Class::Web,
        hint: "Your server took more than 15 s in all: answer first, work later",
        codes: &[(11203, "HTTP communication total time out triggered")],
    },
    Group {
        class: Class::Web,
        hint: "A redirect loop, a bad Location, no HTTP at all, or an empty body where TwiML is due: send at least <Response/>",
        codes: &[
            (11215, "HTTP too many redirects"),
            (11216, "HTTP invalid redirect"),
            (11251, "Fatal protocol violation"),
            (11770, "Empty response body"),
        ],
    },
    Group {
        class: Class::Web,
        hint: "Your server or a proxy before it answered 4xx or 5xx: always answer 200 with TwiML; for 502, 503 and 504 look at the proxy",
        codes: &[(11217, "HTTP error response code")],
    },
    Group {
        class: Class::Web,
        hint: "TLS to your server failed: install the full certificate chain for the right name, not expired, with TLS 1.2 or later",
        codes: &[
            (11220, "SSL/TLS Handshake Error"),
            (11235, "Certificate Invalid - Domain Mismatch"),
            (11236, "Certificate Invalid - Certificate Expired"),
            (
                11237,
                "Certificate Invalid - Could not find path to certificate",
            ),
        ],
    },
    Group {
        class: Class::Caller,
        hint: "The fragment of the webhook URL names an edge or retry policy that does not exist, or a URL template is malformed",
        codes: &[
            (11240, "HTTP connection edge location is invalid"),
            (11241, "HTTP connection edge location is not supported"),
            (
                11242,
                "HTTP connection over Twilio Interconnect is not allowed",
            ),
            (11243, "HTTP retry policy is invalid"),
            (11300, "Invalid template URL"),
            (11310, "Invalid template token"),
            (11320, "Invalid template unclosed brackets"),
        ],
    },
    Group {
        class: Class::Caller,
        hint: "TwiML may have 64 kB, and 4,000 characters when it is given inline: use a URL, or Redirect in steps",
        codes: &[
            (11750, "TwiML response body too large"),
            (32018, "Twiml size exceeded maximum allowed value"),
        ],
    },
    Group {
        class: Class::Caller,
        hint: "The TwiML is not well-formed: nothing may stand before <?xml, the root is Response, and text must be escaped",
        codes: &[
            (12100, "Document parse failure"),
            (12101, "Invalid Twilio Markup XML version"),
            (12102, "The root element must be Response"),
        ],
    },
    Group {
        class: Class::Caller,
        hint: "An element or attribute is unknown or misspelt (names are case-sensitive); it was ignored and the call went on",
        codes: &[(12200, "Schema validation warning")],
    },
    Group {
        class: Class::Web,
        hint: "Send TwiML with Content-Type text/xml or application/xml",
        codes: &[
            (12300, "Invalid Content-Type"),
            (12301, "Invalid Upload Content-Type"),
        ],
    },
    Group {
        class: Class::Web,
        hint: "Your status callback answered 4xx or 5xx, or too late: answer 2xx at once",
        codes: &[
            (15003, "Call Progress: Warning Response to Callback URL"),
            (16011, "Conference Event: Error Response to Callback URL"),
            (95200, "Status callback response error"),
            (95201, "Status callback response timed out"),
        ],
    },
    Group {
        class: Class::Retry,
        hint: "The call waited longer in the queue than allowed and was dropped: dial more slowly, or ask for more calls per second",
        codes: &[(15002, "Call Progress: Queue Timeout")],
    },
];
