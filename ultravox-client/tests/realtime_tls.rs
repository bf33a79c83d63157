//! The same over TLS: with a private CA that is trusted, and with one that is not.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test fails by panicking"
)]

mod common;

use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;

use common::live::{LIVE, all, options, within};
use rcgen::{BasicConstraints, CertificateParams, IsCa, Issuer, KeyPair};
use tokio::net::{TcpListener, TcpStream};
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::ServerConfig;
use tokio_rustls::rustls::crypto::aws_lc_rs;
use tokio_rustls::rustls::pki_types::PrivateKeyDer;
use ultravox_client::realtime::RealtimeSession;
use ultravox_client::testkit::realtime::{RealtimeSim, Script};
use voice_core::error::{Delivery, ErrorKind};
use voice_core::provider::JoinUrl;

/// Puts TLS in front of a server; gives the address and the CA's certificate.
async fn with_tls(plain: SocketAddr, names: &[&str]) -> (SocketAddr, String) {
    let ca_key = KeyPair::generate().unwrap();
    let mut ca = CertificateParams::new([]).unwrap();
    ca.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    let root = ca.self_signed(&ca_key).unwrap();
    let issuer = Issuer::new(ca, ca_key);

    let names: Vec<String> = names.iter().map(ToString::to_string).collect();
    let key = KeyPair::generate().unwrap();
    let leaf = CertificateParams::new(names)
        .unwrap()
        .signed_by(&key, &issuer)
        .unwrap();
    let config = ServerConfig::builder_with_provider(Arc::new(aws_lc_rs::default_provider()))
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(
            vec![leaf.der().clone()],
            PrivateKeyDer::try_from(key.serialize_der()).unwrap(),
        )
        .unwrap();
    let acceptor = TlsAcceptor::from(Arc::new(config));
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move {
        while let Ok((socket, _)) = listener.accept().await {
            let acceptor = acceptor.clone();
            tokio::spawn(async move {
                let Ok(mut outside) = acceptor.accept(socket).await else {
                    return;
                };
                let mut inside = TcpStream::connect(plain).await.unwrap();
                let _ = tokio::io::copy_bidirectional(&mut outside, &mut inside).await;
            });
        }
    });
    (address, root.pem())
}

/// A simulated call, and its join URL by way of TLS.
async fn secured(names: &[&str]) -> (RealtimeSim, JoinUrl, String) {
    let sim = RealtimeSim::start().await.unwrap();
    let plain = sim
        .call(LIVE, Script::new().say("Hello.").hang_up())
        .unwrap();
    let rest = plain.expose().strip_prefix("ws://").unwrap();
    let (address, path) = rest.split_once('/').unwrap();
    let (outside, root) = with_tls(address.parse().unwrap(), names).await;
    let url = JoinUrl::new(format!("wss://{outside}/{path}")).unwrap();
    (sim, url, root)
}

#[tokio::test]
async fn a_trusted_server_is_joined() {
    let (sim, url, root) = secured(&["127.0.0.1"]).await;
    let options = options().root_certificate_pem(root);
    let mut session = within(RealtimeSession::connect(&url, options))
        .await
        .unwrap();
    let (events, end) = all(&mut session).await;
    assert!(end.reason.is_expected(), "{end}");
    assert!(events.len() > 3);
    assert_eq!(sim.seen(LIVE).connections, 1);
}

#[tokio::test]
async fn an_unknown_ca_and_a_wrong_name_are_refused_before_anything_is_asked() {
    let (sim, url, _) = secured(&["127.0.0.1"]).await;
    let error = within(RealtimeSession::connect(&url, options()))
        .await
        .unwrap_err();
    assert_eq!(
        (error.kind(), error.delivery()),
        (ErrorKind::Tls, Delivery::NotSent)
    );
    assert!(error.hint().is_some());
    assert_eq!(sim.seen(LIVE).connections, 0);

    let (sim, url, root) = secured(&["voice.example"]).await;
    let options = options().root_certificate_pem(root);
    let error = within(RealtimeSession::connect(&url, options))
        .await
        .unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Tls);
    assert_eq!(sim.seen(LIVE).connections, 0);
}

#[tokio::test]
async fn a_root_certificate_that_cannot_be_read_is_a_setting_at_fault() {
    let (_sim, url, _) = secured(&["127.0.0.1"]).await;
    let broken = "-----BEGIN CERTIFICATE-----\n!\n-----END CERTIFICATE-----\n";
    let options = options().root_certificate_pem(broken);
    let error = within(RealtimeSession::connect(&url, options))
        .await
        .unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Config);
}
