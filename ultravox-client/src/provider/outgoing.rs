//! By which way Ultravox dials.

use std::fmt;

use voice_core::error::Error;
use voice_core::ident::{E164, SipUri};
use voice_core::provider::{MediaKind, PlaceCall};

use crate::types::{
    CallMedium, DtmfHandling, JsonMap, OutgoingCall, Secret, SipMedium, SipOutgoing,
    TelephonyMedium,
};

/// By which way Ultravox dials.
///
/// With Twilio, Telnyx and Plivo it uses the account's own credentials there, which must have been given to Ultravox
/// (`telephony_configs`). Over SIP it dials a trunk of yours. **Exotel is not among them**: its medium has no outgoing
/// side, so calls through Exotel are dialled at Exotel and connected to a session.
///
/// ```
/// use ultravox_client::Outgoing;
/// use voice_core::ident::SipUri;
/// use voice_core::provider::MediaKind;
///
/// let trunk = SipUri::parse("sip:trunk.example.com:5061;transport=tls")?;
/// let outgoing = Outgoing::sip(trunk).credentials("ada", "pencil-and-paper");
/// assert_eq!(outgoing.media(), MediaKind::Sip);
/// # Ok::<(), voice_core::ident::IdentError>(())
/// ```
#[derive(Clone)]
pub struct Outgoing {
    way: Way,
    params: JsonMap,
    dtmf: Option<DtmfHandling>,
}

#[derive(Clone)]
enum Way {
    Telephony(Provider),
    Sip(Box<Trunk>),
}

#[derive(Debug, Clone, Copy)]
enum Provider {
    Twilio,
    Telnyx,
    Plivo,
}

#[derive(Clone)]
struct Trunk {
    to: SipUri,
    from: Option<SipUri>,
    credentials: Option<(String, Secret)>,
}

impl Outgoing {
    fn telephony(provider: Provider) -> Self {
        Self {
            way: Way::Telephony(provider),
            params: JsonMap::new(),
            dtmf: None,
        }
    }

    /// Through Twilio.
    #[must_use]
    pub fn twilio() -> Self {
        Self::telephony(Provider::Twilio)
    }

    /// Through Telnyx.
    #[must_use]
    pub fn telnyx() -> Self {
        Self::telephony(Provider::Telnyx)
    }

    /// Through Plivo.
    #[must_use]
    pub fn plivo() -> Self {
        Self::telephony(Provider::Plivo)
    }

    /// Over SIP: the number is dialled at this trunk, as `sip:+14155550123@trunk.example.com`, with the trunk's port and
    /// parameters. A user in the URI is replaced by the number.
    #[must_use]
    pub fn sip(trunk: SipUri) -> Self {
        Self {
            way: Way::Sip(Box::new(Trunk {
                to: trunk,
                from: None,
                credentials: None,
            })),
            params: JsonMap::new(),
            dtmf: None,
        }
    }

    /// Over SIP: the host in the address that is shown; the trunk's own unless set. Of no effect for the other ways.
    #[must_use]
    pub fn shown_at(mut self, host: SipUri) -> Self {
        if let Way::Sip(trunk) = &mut self.way {
            trunk.from = Some(host);
        }
        self
    }

    /// Over SIP: as whom to authenticate at the trunk. Of no effect for the other ways.
    #[must_use]
    pub fn credentials(mut self, username: impl Into<String>, password: impl Into<Secret>) -> Self {
        if let Way::Sip(trunk) = &mut self.way {
            trunk.credentials = Some((username.into(), password.into()));
        }
        self
    }

    /// Through Twilio, Telnyx and Plivo: one more parameter of the provider's call, in its own spelling. It goes before
    /// what is set here. Of no effect over SIP.
    #[must_use]
    pub fn param(mut self, name: impl Into<String>, value: impl Into<serde_json::Value>) -> Self {
        self.params.insert(name.into(), value.into());
        self
    }

    /// Through Twilio, Telnyx and Plivo: what happens to digits that are pressed. Of no effect over SIP.
    #[must_use]
    pub fn dtmf(mut self, handling: DtmfHandling) -> Self {
        self.dtmf = Some(handling);
        self
    }

    /// In what form the audio travels.
    #[must_use]
    pub fn media(&self) -> MediaKind {
        match &self.way {
            Way::Telephony(Provider::Twilio) => MediaKind::Twilio,
            Way::Telephony(Provider::Telnyx) => MediaKind::Telnyx,
            Way::Telephony(Provider::Plivo) => MediaKind::Plivo,
            Way::Sip(_) => MediaKind::Sip,
        }
    }

    /// The medium of one call.
    pub(super) fn medium(&self, request: &PlaceCall) -> Result<CallMedium, Error> {
        let (to, from) = (request.to, request.from);
        let provider = match &self.way {
            Way::Sip(trunk) => {
                let host = trunk.from.as_ref().unwrap_or(&trunk.to);
                let mut call = SipOutgoing::new(at(to, &trunk.to)?, at(from, host)?);
                if let Some((username, password)) = &trunk.credentials {
                    call = call.username(username).password(password.clone());
                }
                return Ok(CallMedium::Sip(SipMedium::Outgoing(call)));
            }
            Way::Telephony(provider) => *provider,
        };
        // How long it rings, in whole seconds, as each of them calls it.
        let (ring, seconds) = match provider {
            Provider::Twilio | Provider::Telnyx => ("Timeout", 5..=600),
            Provider::Plivo => ("ring_timeout", 1..=120),
        };
        let wanted = request.ring_timeout.as_secs();
        let wanted = wanted.clamp(*seconds.start(), *seconds.end());
        let mut params = JsonMap::from([(ring, wanted)]);
        params.extend(self.params.iter().map(|(k, v)| (k.clone(), v.clone())));
        let call = OutgoingCall::new(to.as_str(), from.as_str()).additional_params(params);
        let mut medium = TelephonyMedium::new().outgoing(call);
        medium.dtmf_handling.clone_from(&self.dtmf);
        Ok(match provider {
            Provider::Twilio => CallMedium::Twilio(medium),
            Provider::Telnyx => CallMedium::Telnyx(medium),
            Provider::Plivo => CallMedium::Plivo(medium),
        })
    }
}

/// A number at a host.
fn at(number: E164, host: &SipUri) -> Result<String, Error> {
    let (scheme, rest) = host.as_str().split_once(':').unwrap_or_default();
    // A user is before the host; what follows it has no such sign unescaped.
    let rest = rest.rsplit_once('@').map_or(rest, |(_, host)| host);
    let uri = format!("{scheme}:{}@{rest}", number.as_str());
    SipUri::parse(&uri)?;
    Ok(uri)
}

/// Credentials and parameters are not shown.
impl fmt::Debug for Outgoing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let params: Vec<&String> = self.params.keys().collect();
        f.debug_struct("Outgoing")
            .field("media", &self.media())
            .field("params", &params)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::{Value, json};
    use std::time::Duration;
    use voice_core::provider::{AgentId, Connect, OwnAgent};

    fn order() -> PlaceCall {
        let agent = Connect::Agent(OwnAgent::new(AgentId::new("a").unwrap()));
        let number = |text: &str| text.parse().unwrap();
        PlaceCall::new(
            number("+14155550123"),
            number("+14155550100"),
            agent,
            "k".parse().unwrap(),
        )
    }

    fn wire(outgoing: &Outgoing, order: &PlaceCall) -> Value {
        let medium = outgoing.medium(order).unwrap();
        assert!(medium.dials());
        serde_json::to_value(medium).unwrap()
    }

    #[test]
    fn each_way_has_its_medium_and_its_word_for_ringing() {
        let mut order = order();
        order.ring_timeout = Duration::from_secs(20);
        for (outgoing, name, ring) in [
            (Outgoing::twilio(), "twilio", "Timeout"),
            (Outgoing::telnyx(), "telnyx", "Timeout"),
            (Outgoing::plivo(), "plivo", "ring_timeout"),
        ] {
            let expected = json!({name: {"outgoing": {
                "to": "+14155550123", "from": "+14155550100", "additionalParams": {ring: 20},
            }}});
            assert_eq!(wire(&outgoing, &order), expected);
        }
        order.ring_timeout = Duration::from_secs(1);
        let own = Outgoing::twilio()
            .param("Timeout", 7)
            .param("Record", true)
            .dtmf(DtmfHandling::dropped());
        assert_eq!(
            wire(&own, &order)["twilio"],
            json!({
                "outgoing": {
                    "to": "+14155550123", "from": "+14155550100",
                    "additionalParams": {"Timeout": 7, "Record": true},
                },
                "dtmfHandling": {"ignore": true},
            })
        );
        let short = wire(&Outgoing::twilio(), &order);
        assert_eq!(
            short["twilio"]["outgoing"]["additionalParams"]["Timeout"],
            5
        );
    }

    #[test]
    fn a_number_is_dialled_at_the_trunk() {
        let uri = |text: &str| SipUri::parse(text).unwrap();
        let sip = Outgoing::sip(uri("sips:old@trunk.example.com:5061;transport=tls"))
            .credentials("ada", "planted");
        assert_eq!(
            wire(&sip, &order())["sip"]["outgoing"],
            json!({
                "to": "sips:+14155550123@trunk.example.com:5061;transport=tls",
                "from": "sips:+14155550100@trunk.example.com:5061;transport=tls",
                "username": "ada",
                "password": "planted",
            })
        );
        let shown = Outgoing::sip(uri("sip:10.0.0.1")).shown_at(uri("sip:pbx.example.com"));
        let wire = wire(&shown, &order());
        assert_eq!(wire["sip"]["outgoing"]["to"], "sip:+14155550123@10.0.0.1");
        assert_eq!(
            wire["sip"]["outgoing"]["from"],
            "sip:+14155550100@pbx.example.com"
        );
        assert!(!format!("{sip:?}").contains("planted"));
    }
}
