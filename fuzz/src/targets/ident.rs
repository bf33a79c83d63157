//! Validated values of `voice_core::ident`.

use std::net::Ipv4Addr;

use voice_core::ident::*;

use crate::support::hold::{no_number_shown, sound_refusal, surface};
use crate::support::input::text;

/// Phone numbers: the whole surface, the strict parser beside the plain rule, the lenient one beside the strict one.
pub fn ident_phone(data: &[u8]) {
    let text = &*text(data);
    surface::<E164>(text);
    let plain = text.strip_prefix('+').filter(|digits| {
        (7..=15).contains(&digits.len())
            && digits.bytes().all(|byte| byte.is_ascii_digit())
            && !digits.starts_with('0')
    });
    let strict = E164::parse(text).ok();
    assert_eq!(strict.as_ref().map(E164::digits), plain);
    match E164::parse_lenient(text) {
        Ok(number) => {
            assert!(strict.is_none_or(|strict| strict == number));
            assert_eq!(E164::parse(&number.to_string()), Ok(number));
            let digits: String = text.chars().filter(char::is_ascii_digit).collect();
            assert_eq!(digits, number.digits(), "digits changed");
            let shown = format!("{number:?} {}", number.masked());
            no_number_shown(number.digits(), &shown);
        }
        Err(error) => {
            assert!(strict.is_none(), "strict is within lenient");
            sound_refusal(&error, text);
        }
    }
}

/// All SIDs: the whole surface of each, 34 characters, and no text is a SID of two kinds.
pub fn ident_sid(data: &[u8]) {
    let text = &*text(data);
    let mut kinds = 0;
    macro_rules! each {
        ($($name:ident)*) => { $(
            surface::<$name>(text);
            if let Ok(sid) = $name::parse(text) {
                assert_eq!(sid.as_str(), text);
                kinds += 1;
            }
        )* };
    }
    each!(AccountSid AddOnExtensionSid AddOnPayloadSid AddOnResultSid AddOnSid AddressSid ApiKeySid ApplicationSid
        ByocTrunkSid CallSid ConferenceSid ConnectionPolicySid ConnectionPolicyTargetSid CredentialListSid CredentialSid
        InstalledAddOnSid IpAccessControlListSid IpAddressSid IpRecordSid NotificationSid OauthAppSid OriginationUrlSid
        PaymentSid PhoneNumberSid QueueSid RealtimeTranscriptionSid RecordingSid RelaySessionSid SipDomainSid SiprecSid
        SourceIpMappingSid StreamSid TranscriptionSid TrunkSid UsageTriggerSid UserDefinedMessageSid
        UserDefinedMessageSubscriptionSid);
    assert!(kinds <= 1 || text.len() == 34, "{kinds} kinds");
    if let Err(error) = AuthToken::parse(text) {
        sound_refusal(&error, text);
    }
}

/// Names and codes: trunks, agents, template keys, prompts, NSO codes; and the variations of a trunk's name.
pub fn ident_names(data: &[u8]) {
    let text = &*text(data);
    surface::<TrunkName>(text);
    surface::<LongTrunkName>(text);
    surface::<NsoCode>(text);
    surface::<AgentName>(text);
    surface::<TemplateKey>(text);
    surface::<PromptId>(text);
    for refused in [
        AgentName::parse_strict(text).err(),
        TemplateKey::parse_unreserved(text).err(),
    ] {
        if let Some(error) = refused {
            sound_refusal(&error, text);
        }
    }
    if let Ok(name) = TrunkName::parse(text) {
        for variation in name.variations().take(20) {
            assert_eq!(TrunkName::parse(&variation.to_string()), Ok(variation));
        }
        let stamped = name.at_time(crate::support::now());
        assert_eq!(TrunkName::parse(&stamped.to_string()), Ok(stamped));
        if let Ok(with) = name.with_suffix(text) {
            assert_eq!(TrunkName::parse(&with.to_string()), Ok(with));
        }
    }
}

/// Address blocks, SIP destinations, classes of hosts: a block holds its own ends, public means public throughout.
pub fn ident_network(data: &[u8]) {
    let text = &*text(data);
    surface::<Ipv4Cidr>(text);
    surface::<SipDestination>(text);
    if let Ok(block) = Ipv4Cidr::parse(text) {
        let first = u32::from(block.network());
        let size = u32::MAX.checked_shr(block.mask().into()).unwrap_or(0);
        let last = first | size;
        assert!(block.mask() <= 32 && first & size == 0);
        assert!(block.contains(first.into()) && block.contains(last.into()));
        assert!(block.contains(block.address()));
        for outside in [first.checked_sub(1), last.checked_add(1)]
            .into_iter()
            .flatten()
        {
            assert!(!block.contains(outside.into()));
        }
        if block.is_public() {
            for inside in [first, last, first | (size >> 1)] {
                assert!(HostClass::of_ip(Ipv4Addr::from(inside).into()).is_public());
            }
        }
    }
    let class = HostClass::of_name(text);
    if let Ok(address) = text.parse::<std::net::IpAddr>() {
        assert_eq!(class.is_public(), HostClass::of_ip(address).is_public());
    }
    if let Ok(to) = SipDestination::parse(text) {
        assert!(to.wire().len() <= to.as_str().len() + 32);
        assert!(
            text.to_ascii_lowercase()
                .contains(&to.host().to_ascii_lowercase())
        );
    }
    for made in [
        SipDestination::tls(text, 5061),
        SipDestination::tcp(text, 5060),
        SipDestination::udp(text, 5060),
    ] {
        match made {
            Ok(to) => assert_eq!(SipDestination::parse(to.as_str()), Ok(to)),
            Err(error) => sound_refusal(&error, text),
        }
    }
}

/// SIP URIs: the whole surface; parts come from the text; numbers stay out of `Debug` and the masked form.
pub fn ident_sip_uri(data: &[u8]) {
    let text = &*text(data);
    surface::<SipUri>(text);
    let Ok(uri) = SipUri::parse(text) else {
        return;
    };
    assert!(matches!(
        uri.scheme().to_ascii_lowercase().as_str(),
        "sip" | "sips"
    ));
    assert!(!uri.host().is_empty() && uri.port() != Some(0));
    assert!(uri.as_str().contains(uri.host()));
    assert!(uri.user().is_none_or(|user| uri.as_str().contains(user)));
    assert!(uri.parameters().count() + uri.headers().count() <= text.len());
    let shown = format!("{uri:?} {}", uri.masked());
    assert!(shown.len() <= 4 * text.len() + 64);
    if let Some(number) = uri.phone_number() {
        no_number_shown(number.digits(), &shown);
    }
}
