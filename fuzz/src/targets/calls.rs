//! Inbound calls: SIP headers, tenants.

use serde_json::Value;
use voice_core::intake::dialled::{Caller, DialledNumber, Region};
use voice_core::intake::tenant::{JsonFileDirectory, TenantConfig, TenantDirectory, TenantId};
use voice_core::provider::SipHeader;

use crate::support::hold::no_number_shown;
use crate::support::input::text;
use crate::support::place::Place;
use crate::support::wait;

/// SIP headers, one a line: name-addr, `sip:`, `tel:`, whatever a caller writes. What is found names a header that is
/// there, and no number shows in results, reports and errors.
pub fn sip_headers(data: &[u8]) {
    let all = text(data);
    let headers: Vec<SipHeader> = all
        .split('\n')
        .take(64)
        .filter_map(|line| line.split_once(':'))
        .map(|(name, value)| SipHeader::new(name.trim(), value))
        .collect();
    let finder = DialledNumber::new().header("X-Did").expect("a name");
    for finder in [finder.clone(), finder.region(Region::GERMANY)] {
        let shown = match finder.find(&headers) {
            Ok(dialled) => {
                let named = |header: &SipHeader| {
                    let name = header.name.trim();
                    let compact = name.eq_ignore_ascii_case("t");
                    name.eq_ignore_ascii_case(dialled.source.name()) || compact
                };
                assert!(headers.iter().any(named));
                format!("{dialled:?} {}", dialled.report())
            }
            Err(error) => format!("{error} {error:?} {}", error.report()),
        };
        for header in &headers {
            no_number_shown(&header.value, &shown);
        }
        let caller = finder.caller(&headers);
        if let Caller::Number(number) = caller {
            no_number_shown(number.digits(), &format!("{caller:?}"));
        }
    }
    assert_eq!(Caller::read(&headers, None), Caller::read(&headers, None));
}

/// A tenant's document: what is read is written and read again the same; a refusal names its problems.
pub fn tenant_document(data: &[u8]) {
    let _ = TenantId::parse(&text(data)).map(|id| assert_eq!(TenantId::parse(id.as_str()), Ok(id)));
    let Ok(document) = serde_json::from_slice::<Value>(data) else {
        return;
    };
    let tenant = TenantId::parse("acme").expect("an id");
    match TenantConfig::from_document(&tenant, &document) {
        Ok(config) => {
            let written = config.to_document();
            assert_eq!(
                TenantConfig::from_document(&tenant, &written).as_ref(),
                Ok(&config)
            );
            let _ = format!("{config:?}");
        }
        Err(error) => {
            assert!(!error.problems().is_empty());
            no_number_shown(&text(data), &format!("{error}"));
        }
    }
}

/// A file of tenants: opened or refused in words; numbers it routes are those of the file.
pub fn tenant_file(data: &[u8]) {
    let place = Place::new();
    let path = place.file("tenants.json", data);
    match wait(JsonFileDirectory::open(&path)) {
        Ok(directory) => {
            let number = voice_core::ident::E164::parse("+14155550123").expect("a number");
            let _ = wait(directory.route(&number));
        }
        Err(error) => assert!(format!("{error}").len() < 20_000),
    }
}
