//! Who calls whom, in the many ways SIP has of writing it.

use std::time::Duration;

use voice_core::provider::SipHeader;

/// How `To` and `From` are written. All of them mean the same number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub enum SipForm {
    /// `"Front, \"Desk\"" <sip:+15550100@sip.api.openai.com;user=phone>;tag=…`. The default.
    #[default]
    NameAddr,
    /// `sip:+15550100@sip.api.openai.com;tag=…`, without angle brackets.
    AddrSpec,
    /// `<tel:+1-555-0100>`, with visual separators.
    Tel,
    /// As `NameAddr`, under the short names `t` and `f`.
    Compact,
    /// `<sips:%2B15550100@sip.api.openai.com:5061>`, percent-encoded and with a port.
    Sips,
    /// The project stands in `To`, as the SIP address of the API does; the number only in `Diversion`.
    Diverted,
}

/// Each form, for tests that go through all of them.
pub const SIP_FORMS: [SipForm; 6] = [
    SipForm::NameAddr,
    SipForm::AddrSpec,
    SipForm::Tel,
    SipForm::Compact,
    SipForm::Sips,
    SipForm::Diverted,
];

/// A call that comes in.
///
/// ```
/// use openai_calls::testkit::{CallSpec, SipForm};
///
/// let call = CallSpec::new("+15550100", "+15550199").form(SipForm::Tel).header("X-Tenant", "acme");
/// assert!(call.sip_headers().iter().any(|header| header.value == "<tel:+1-5550-100>"));
/// ```
#[derive(Debug, Clone)]
#[must_use]
pub struct CallSpec {
    to: String,
    from: String,
    form: SipForm,
    headers: Vec<SipHeader>,
    only: Option<Vec<SipHeader>>,
    pub(super) id: Option<String>,
    pub(super) patience: Option<Duration>,
    pub(super) media_security: Option<String>,
}

impl CallSpec {
    /// `from` calls `to`, both in E.164.
    pub fn new(to: impl Into<String>, from: impl Into<String>) -> Self {
        Self {
            to: to.into(),
            from: from.into(),
            form: SipForm::default(),
            headers: Vec::new(),
            only: None,
            id: None,
            patience: None,
            media_security: None,
        }
    }

    /// Writes the numbers another way.
    pub fn form(mut self, form: SipForm) -> Self {
        self.form = form;
        self
    }

    /// One header more; names may repeat.
    pub fn header(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.headers.push(SipHeader::new(name, value));
        self
    }

    /// These headers and no others, whatever is in them.
    pub fn only_headers(mut self, headers: impl IntoIterator<Item = SipHeader>) -> Self {
        self.only = Some(headers.into_iter().collect());
        self
    }

    /// An id of one's own.
    pub fn id(mut self, id: impl Into<String>) -> Self {
        self.id = Some(id.into());
        self
    }

    /// This caller waits so long, whatever the others do.
    pub fn ring_time(mut self, patience: Duration) -> Self {
        self.patience = Some(patience);
        self
    }

    /// What the webhook says of the media (`rtp`, `srtp` …).
    pub fn media_security(mut self, word: impl Into<String>) -> Self {
        self.media_security = Some(word.into());
        self
    }

    /// The headers the INVITE has.
    #[must_use]
    pub fn sip_headers(&self) -> Vec<SipHeader> {
        if let Some(only) = &self.only {
            return only.clone();
        }
        let (to, from) = match self.form {
            SipForm::Compact => ("t", "f"),
            _ => ("To", "From"),
        };
        let dialled = match self.form {
            SipForm::Diverted => "<sip:proj_simulated@sip.api.openai.com;transport=tls>".to_owned(),
            form => written(form, &self.to, "Front, \\\"Desk\\\""),
        };
        let caller = format!("{};tag=8f2c1", written(self.form, &self.from, "Ada"));
        let mut headers = vec![
            SipHeader::new("Via", "SIP/2.0/TLS 192.0.2.1:5061;branch=z9hG4bK1"),
            SipHeader::new("Via", "SIP/2.0/UDP 192.0.2.9;branch=z9hG4bK0"),
            SipHeader::new("Max-Forwards", "63"),
            SipHeader::new(from, caller),
            SipHeader::new(to, dialled),
            SipHeader::new("Call-ID", "03782086-4ce9-44bf-8b0d-4e303d2cc590"),
            SipHeader::new("CSeq", "851287 INVITE"),
            SipHeader::new("Contact", "<sip:192.0.2.1:5061;transport=tls>"),
            SipHeader::new("Content-Type", "application/sdp"),
        ];
        if self.form == SipForm::Diverted {
            let value = format!("<sip:{}@trunk.example.com>;reason=unconditional", self.to);
            headers.push(SipHeader::new("Diversion", value));
        }
        headers.extend(self.headers.iter().cloned());
        headers
    }
}

fn written(form: SipForm, number: &str, name: &str) -> String {
    const HOST: &str = "sip.api.openai.com";
    match form {
        SipForm::AddrSpec => format!("sip:{number}@{HOST}"),
        SipForm::Tel => {
            let (country, rest) = number.split_at_checked(2).unwrap_or((number, ""));
            match rest.split_at_checked(4) {
                Some((area, rest)) if !rest.is_empty() => format!("<tel:{country}-{area}-{rest}>"),
                _ => format!("<tel:{number}>"),
            }
        }
        SipForm::Sips => format!("<sips:{}@{HOST}:5061>", number.replace('+', "%2B")),
        _ => format!("\"{name}\" <sip:{number}@{HOST};user=phone>"),
    }
}
