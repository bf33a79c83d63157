//! Handshakes with a server on this machine whose certificate is wrong in every way there is.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, DnType, IsCa, KeyPair};
use rustls::ServerConfig;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use tokio::io::AsyncWriteExt;
use tokio::net::TcpListener;
use tokio_rustls::TlsAcceptor;

use super::handshake::provider;
use super::*;
use crate::clock::{Clock, SystemClock};
use crate::doctor::Status;

/// A private authority.
fn authority() -> CertifiedIssuer<'static, KeyPair> {
    let mut params = CertificateParams::new(Vec::<String>::new()).unwrap();
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    params
        .distinguished_name
        .push(DnType::CommonName, "Test Authority");
    CertifiedIssuer::self_signed(params, KeyPair::generate().unwrap()).unwrap()
}

/// From so many days from now until so many.
fn params(name: &str, from: i64, until: i64) -> CertificateParams {
    let mut params = CertificateParams::new(vec![name.to_owned()]).unwrap();
    params
        .distinguished_name
        .push(DnType::CommonName, "api.test");
    let now = SystemClock::default().wall();
    let day = |days: i64| -> SystemTime {
        let by = Duration::from_secs(days.unsigned_abs() * 86_400 + 3_600);
        if days < 0 { now - by } else { now + by }
    };
    params.not_before = day(from).into();
    params.not_after = day(until).into();
    params
}

/// Answers one handshake after the other.
async fn serve(chain: Vec<CertificateDer<'static>>, key: &KeyPair) -> SocketAddr {
    let key = PrivateKeyDer::try_from(key.serialize_der()).unwrap();
    let config = ServerConfig::builder_with_provider(provider())
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(chain, key)
        .unwrap();
    let acceptor = TlsAcceptor::from(Arc::new(config));
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            if let Ok(mut stream) = acceptor.accept(stream).await {
                let _ = stream.shutdown().await;
            }
        }
    });
    address
}

async fn look(authority: &CertifiedIssuer<'static, KeyPair>, at: SocketAddr) -> Finding {
    let context = CheckContext::builder()
        .root_certificate_pem(authority.pem())
        .build()
        .unwrap();
    let check = TlsCheck::new(at.ip().to_string(), at.port());
    let mut findings = check.check(&context).await;
    assert_eq!(findings.len(), 1);
    findings.remove(0)
}

/// The finding about a certificate for `name` that the trusted authority has signed.
async fn signed(name: &str, from: i64, until: i64) -> Finding {
    let authority = authority();
    let key = KeyPair::generate().unwrap();
    let leaf = params(name, from, until)
        .signed_by(&key, &authority)
        .unwrap();
    let at = serve(vec![leaf.der().clone()], &key).await;
    look(&authority, at).await
}

#[tokio::test]
async fn a_good_certificate_passes_with_everything_about_it() {
    let finding = signed("127.0.0.1", -1, 90).await;
    assert_eq!(finding.status(), Status::Pass, "{finding:?}");
    assert_eq!(
        finding.seen(),
        "the certificate is valid for another 90 days"
    );
    assert_eq!(finding.detail_value("protocol"), Some("TLSv1.3"));
    assert_eq!(finding.detail_value("subject"), Some("CN=api.test"));
    assert_eq!(finding.detail_value("issuer"), Some("CN=Test Authority"));
    assert_eq!(finding.detail_value("days left"), Some("90"));
    assert_eq!(finding.detail_value("names"), Some("127.0.0.1"));
}

#[tokio::test]
async fn less_than_fourteen_days_are_warned_of() {
    for (days, status) in [(14, Status::Pass), (13, Status::Warn), (0, Status::Warn)] {
        let finding = signed("127.0.0.1", -1, days).await;
        assert_eq!(finding.status(), status, "{finding:?}");
    }
}

#[tokio::test]
async fn what_is_wrong_is_said_in_words() {
    for (name, from, until, text) in [
        ("127.0.0.1", -90, -3, "the certificate expired 3 days ago"),
        ("127.0.0.1", 2, 90, "the certificate is not valid before "),
        (
            "other.example",
            -1,
            90,
            "the certificate is for other.example, not for 127.0.0.1",
        ),
    ] {
        let finding = signed(name, from, until).await;
        assert_eq!(finding.status(), Status::Fail);
        assert!(finding.seen().starts_with(text), "{finding:?}");
        assert!(finding.cause().is_some() && finding.remedy().is_some());
        assert_eq!(finding.detail_value("issuer"), Some("CN=Test Authority"));
    }
}

#[tokio::test]
async fn self_signed_and_unknown_issuers_are_told_apart() {
    let trusted = authority();
    let key = KeyPair::generate().unwrap();
    let own = params("127.0.0.1", -1, 90).self_signed(&key).unwrap();
    let at = serve(vec![own.der().clone()], &key).await;
    let finding = look(&trusted, at).await;
    assert!(
        finding.seen().starts_with("the certificate is self-signed"),
        "{finding:?}"
    );

    let mut stranger = CertificateParams::new(Vec::<String>::new()).unwrap();
    stranger.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    stranger
        .distinguished_name
        .push(DnType::CommonName, "A Stranger");
    let stranger = CertifiedIssuer::self_signed(stranger, KeyPair::generate().unwrap()).unwrap();
    let leaf = params("127.0.0.1", -1, 90)
        .signed_by(&key, &stranger)
        .unwrap();
    let at = serve(vec![leaf.der().clone()], &key).await;
    let finding = look(&trusted, at).await;
    assert_eq!(
        finding.seen(),
        "the certificate's issuer is not trusted: CN=A Stranger"
    );
}

#[tokio::test]
async fn what_is_not_tls_is_not_taken_for_it() {
    for (answer, text) in [
        (
            &b"HTTP/1.1 400 Bad Request\r\n\r\n"[..],
            "the answer is not TLS",
        ),
        (
            &b"\x00\xff\x17 garbage that goes on for a while"[..],
            "the answer is not TLS",
        ),
        (&b""[..], "the connection was closed within the handshake"),
    ] {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let at = listener.local_addr().unwrap();
        tokio::spawn(async move {
            let (mut stream, _) = listener.accept().await.unwrap();
            // The hello is read first, so that closing does not reset what was written.
            let mut hello = [0; 4096];
            let _ = tokio::io::AsyncReadExt::read(&mut stream, &mut hello).await;
            let _ = stream.write_all(answer).await;
            let _ = stream.shutdown().await;
        });
        let finding = look(&authority(), at).await;
        assert_eq!(
            (finding.status(), finding.seen()),
            (Status::Fail, text),
            "{finding:?}"
        );
    }
}

#[tokio::test]
async fn a_server_that_says_nothing_is_given_up() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let at = listener.local_addr().unwrap();
    let context = CheckContext::builder()
        .step_limit(Duration::from_millis(300))
        .build()
        .unwrap();
    let findings = TlsCheck::new(at.ip().to_string(), at.port())
        .check(&context)
        .await;
    assert_eq!(findings[0].seen(), "no TLS handshake within 300 ms");
    drop(listener);
}

#[tokio::test]
async fn an_inspecting_proxy_is_named_whether_it_is_trusted_or_not() {
    let mut of_proxy = CertificateParams::new(Vec::<String>::new()).unwrap();
    of_proxy.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    of_proxy
        .distinguished_name
        .push(DnType::CommonName, "Zscaler Root CA");
    let proxy = CertifiedIssuer::self_signed(of_proxy, KeyPair::generate().unwrap()).unwrap();
    let key = KeyPair::generate().unwrap();
    let leaf = params("127.0.0.1", -1, 90).signed_by(&key, &proxy).unwrap();
    let at = serve(vec![leaf.der().clone()], &key).await;
    for (trusted, status) in [(&proxy, Status::Warn), (&authority(), Status::Fail)] {
        let finding = look(trusted, at).await;
        assert_eq!(finding.status(), status, "{finding:?}");
        assert!(finding.cause().unwrap().contains("inspecting proxy"));
        assert!(finding.remedy().unwrap().contains("root certificate"));
    }
}
