//! A collector on loopback that takes OTLP over HTTP, and a way to send to it without a second HTTP client.

use std::io::{self, BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use async_trait::async_trait;
use opentelemetry::trace::TracerProvider;
use opentelemetry_http::{Bytes, HttpClient, HttpError, Request, Response};
use opentelemetry_otlp::{Protocol, SpanExporter, WithExportConfig, WithHttpConfig};
use opentelemetry_proto::tonic::collector::trace::v1::ExportTraceServiceRequest;
use opentelemetry_proto::tonic::trace::v1::Span;
use opentelemetry_sdk::trace::{
    BatchConfigBuilder, BatchSpanProcessor, Sampler, SdkTracerProvider,
};
use prost::Message;
use tracing::subscriber::DefaultGuard;
use tracing_subscriber::Layer;
use tracing_subscriber::filter::filter_fn;
use tracing_subscriber::layer::SubscriberExt;

type Received = Arc<Mutex<Vec<Span>>>;

/// Everything this thread traces goes to a collector of its own, until it is collected.
pub(crate) struct Telemetry {
    provider: SdkTracerProvider,
    received: Received,
    _guard: DefaultGuard,
}

impl Telemetry {
    pub(crate) fn start() -> Self {
        let received = Received::default();
        let address = collector(Arc::clone(&received));
        let exporter = SpanExporter::builder()
            .with_http()
            .with_http_client(Plain)
            .with_protocol(Protocol::HttpBinary)
            .with_endpoint(format!("http://{address}/v1/traces"))
            .build()
            .unwrap();
        // Nothing may be lost between two flushes.
        let batches = BatchConfigBuilder::default()
            .with_max_queue_size(1 << 16)
            .with_max_export_batch_size(1 << 12)
            .build();
        let processor = BatchSpanProcessor::builder(exporter)
            .with_batch_config(batches)
            .build();
        let provider = SdkTracerProvider::builder()
            .with_sampler(Sampler::AlwaysOn)
            .with_span_processor(processor)
            .build();
        let layer = tracing_opentelemetry::layer()
            .with_tracer(provider.tracer("voice"))
            .with_filter(filter_fn(|metadata| {
                let target = metadata.target();
                !target.starts_with("hyper") && !target.starts_with("opentelemetry")
            }));
        let guard = tracing::subscriber::set_default(tracing_subscriber::registry().with(layer));
        Self {
            provider,
            received,
            _guard: guard,
        }
    }

    /// Everything that has ended so far, as the collector got it.
    pub(crate) fn collect(&self) -> Vec<Span> {
        self.provider.force_flush().unwrap();
        self.received.lock().unwrap().clone()
    }
}

/// Takes requests for as long as the process lives.
fn collector(received: Received) -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    std::thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            let Ok(body) = take(&stream) else { continue };
            let request = ExportTraceServiceRequest::decode(&body[..]).unwrap();
            let scopes = request
                .resource_spans
                .into_iter()
                .flat_map(|r| r.scope_spans);
            let spans = scopes.flat_map(|scope| scope.spans);
            received.lock().unwrap().extend(spans);
            let _ = (&stream).write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n");
        }
    });
    address
}

/// Reads one HTTP message; its body.
fn take(stream: &TcpStream) -> io::Result<Vec<u8>> {
    let mut reader = BufReader::new(stream);
    let (mut line, mut length) = (String::new(), 0);
    while reader.read_line(&mut line)? > 2 {
        let lower = line.to_ascii_lowercase();
        if let Some(value) = lower.strip_prefix("content-length:") {
            length = value.trim().parse().unwrap_or(0);
        }
        line.clear();
    }
    let mut body = vec![0; length];
    reader.read_exact(&mut body)?;
    Ok(body)
}

/// One request, one connection, in the exporter's own thread.
#[derive(Debug)]
struct Plain;

#[async_trait]
impl HttpClient for Plain {
    async fn send_bytes(&self, request: Request<Bytes>) -> Result<Response<Bytes>, HttpError> {
        let authority = request.uri().authority().ok_or("no authority")?;
        let mut stream = TcpStream::connect(authority.as_str())?;
        stream.set_read_timeout(Some(Duration::from_secs(30)))?;
        assert_eq!(request.headers()["content-type"], "application/x-protobuf");
        let head = format!(
            "POST {} HTTP/1.1\r\nhost: {authority}\r\ncontent-length: {}\r\n\r\n",
            request.uri().path(),
            request.body().len()
        );
        stream.write_all(head.as_bytes())?;
        stream.write_all(request.body())?;
        take(&stream)?;
        Ok(Response::new(Bytes::new()))
    }
}

/// Answers each connection's one request with the next of these answers.
pub(crate) fn answers(answers: Vec<String>) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    std::thread::spawn(move || {
        for answer in answers {
            let Ok((stream, _)) = listener.accept() else {
                return;
            };
            let _ = take(&stream);
            let _ = (&stream).write_all(answer.as_bytes());
        }
    });
    url
}
