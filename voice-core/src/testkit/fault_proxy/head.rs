//! Heads of requests and answers, as far as the proxy needs them: it passes bytes on and only has to know where a message
//! ends and whether its connection does.

use std::io;

use bytes::{Bytes, BytesMut};

use super::framing::Body;

/// A message's head, with the empty line that ends it.
#[derive(Debug, Clone)]
pub(super) struct Head {
    bytes: Bytes,
}

impl Head {
    /// Takes a head off the front of `buffer` once it is complete. The first `seen` bytes are known to hold no end.
    pub(super) fn take(buffer: &mut BytesMut, seen: usize) -> Option<Self> {
        let end = head_end(buffer, seen)?;
        Some(Self {
            bytes: buffer.split_to(end).freeze(),
        })
    }

    pub(super) fn len(&self) -> usize {
        self.bytes.len()
    }

    /// The same head without its headers of these names (in lower case), and without the empty line.
    pub(super) fn without(&self, names: &[&str]) -> Vec<u8> {
        let mut kept = Vec::with_capacity(self.bytes.len());
        for line in self.lines().take_while(|line| !line.is_empty()) {
            let name = line.split(|byte| *byte == b':').next().unwrap_or_default();
            if names
                .iter()
                .all(|other| !name.eq_ignore_ascii_case(other.as_bytes()))
            {
                kept.extend_from_slice(line);
                kept.extend_from_slice(b"\r\n");
            }
        }
        kept
    }

    /// Whether the body comes in chunks.
    pub(super) fn is_chunked(&self) -> bool {
        self.lists("transfer-encoding", "chunked")
    }

    /// The first line, without its end.
    pub(super) fn start_line(&self) -> String {
        String::from_utf8_lossy(self.lines().next().unwrap_or_default()).into_owned()
    }

    pub(super) fn headers(&self) -> impl Iterator<Item = (String, String)> {
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes.trim_ascii()).into_owned();
        self.lines().skip(1).filter_map(move |line| {
            let colon = line.iter().position(|byte| *byte == b':')?;
            let (name, value) = line.split_at_checked(colon)?;
            Some((text(name), text(value.get(1..)?)))
        })
    }

    /// All values of a header, joined by commas.
    fn values(&self, name: &str) -> Option<String> {
        let values: Vec<String> = self
            .headers()
            .filter(|(known, _)| known.eq_ignore_ascii_case(name))
            .map(|(_, value)| value)
            .collect();
        (!values.is_empty()).then(|| values.join(","))
    }

    /// Whether a header that holds a list has `item` in it.
    fn lists(&self, name: &str, item: &str) -> bool {
        self.values(name).is_some_and(|values| {
            values
                .split(',')
                .any(|value| value.trim().eq_ignore_ascii_case(item))
        })
    }

    pub(super) fn expects_continue(&self) -> bool {
        self.lists("expect", "100-continue")
    }

    /// Whether the connection ends after this message.
    pub(super) fn closes(&self) -> bool {
        let line = self.start_line();
        let is_old = line.starts_with("HTTP/1.0") || line.ends_with("HTTP/1.0");
        self.lists("connection", "close") || is_old && !self.lists("connection", "keep-alive")
    }

    /// The head as it is passed on: without `Expect`, which the proxy has answered.
    pub(super) fn without_expect(&self) -> Vec<u8> {
        let mut kept = Vec::with_capacity(self.bytes.len());
        for line in self.bytes.split_inclusive(|byte| *byte == b'\n') {
            let name = line.get(..7).unwrap_or_default();
            if !name.eq_ignore_ascii_case(b"expect:") {
                kept.extend_from_slice(line);
            }
        }
        kept
    }

    pub(super) fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// The status of an answer.
    pub(super) fn status(&self) -> io::Result<u16> {
        self.start_line()
            .split(' ')
            .nth(1)
            .and_then(|status| status.parse().ok())
            .ok_or_else(|| invalid("the upstream's answer has no status"))
    }

    /// The body that follows this request.
    pub(super) fn request_body(&self) -> io::Result<Body> {
        Ok(self.framed()?.unwrap_or(Body::Length(0)))
    }

    /// The body that follows this answer to a request of `method`.
    pub(super) fn answer_body(&self, method: &str) -> io::Result<Body> {
        let status = self.status()?;
        if method == "HEAD" || status < 200 || matches!(status, 204 | 304) {
            return Ok(Body::Length(0));
        }
        Ok(self.framed()?.unwrap_or(Body::UntilClose))
    }

    fn framed(&self) -> io::Result<Option<Body>> {
        if self.lists("transfer-encoding", "chunked") {
            return Ok(Some(Body::chunked()));
        }
        let Some(length) = self.values("content-length") else {
            return Ok(None);
        };
        // The same length may be given twice (RFC 9112, section 6.3).
        let mut lengths = length.split(',').map(|length| length.trim().parse());
        let first = lengths.next();
        match first {
            Some(Ok(length)) if lengths.all(|other| other == Ok(length)) => {
                Ok(Some(Body::Length(length)))
            }
            _ => Err(invalid("the content length is no number")),
        }
    }

    fn lines(&self) -> impl Iterator<Item = &[u8]> {
        self.bytes
            .split(|byte| *byte == b'\n')
            .map(|line| line.strip_suffix(b"\r").unwrap_or(line))
    }
}

/// Behind the empty line that ends a head, looked for from `from`.
fn head_end(bytes: &[u8], from: usize) -> Option<usize> {
    let rest = bytes.get(from..)?;
    rest.windows(4)
        .position(|window| window == b"\r\n\r\n")
        .map(|at| from + at + 4)
}

pub(super) fn invalid(message: &'static str) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, message)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::{prop_assert, proptest};

    fn head(text: &str) -> Head {
        Head {
            bytes: Bytes::copy_from_slice(text.as_bytes()),
        }
    }

    #[test]
    fn framing_is_read_off_the_head() {
        let length = head("POST / HTTP/1.1\r\nContent-Length: 5\r\ncontent-length: 5\r\n\r\n");
        assert_eq!(length.request_body().unwrap(), Body::Length(5));
        let chunked = head(
            "POST / HTTP/1.1\r\nTransfer-Encoding: gzip, Chunked\r\ncontent-length: 5\r\n\r\n",
        );
        assert_eq!(chunked.request_body().unwrap(), Body::chunked());
        assert_eq!(
            head("GET / HTTP/1.1\r\n\r\n").request_body().unwrap(),
            Body::Length(0)
        );
        for wrong in ["five", "-1", "5, 6", ""] {
            let wrong = head(&format!(
                "POST / HTTP/1.1\r\ncontent-length: {wrong}\r\n\r\n"
            ));
            assert!(wrong.request_body().is_err());
        }
    }

    #[test]
    fn an_answer_has_a_body_unless_its_status_or_method_says_no() {
        let with = |status| head(&format!("HTTP/1.1 {status} X\r\ncontent-length: 5\r\n\r\n"));
        assert_eq!(with(200).answer_body("GET").unwrap(), Body::Length(5));
        assert_eq!(with(200).answer_body("HEAD").unwrap(), Body::Length(0));
        for status in [100, 204, 304] {
            assert_eq!(with(status).answer_body("GET").unwrap(), Body::Length(0));
        }
        let open = head("HTTP/1.1 200\r\n\r\n");
        assert_eq!(open.answer_body("GET").unwrap(), Body::UntilClose);
        assert!(head("garbage\r\n\r\n").answer_body("GET").is_err());
    }

    #[test]
    fn connections_close_when_the_head_says_so() {
        assert!(head("GET / HTTP/1.1\r\nConnection: x, Close\r\n\r\n").closes());
        assert!(head("GET / HTTP/1.0\r\n\r\n").closes());
        assert!(head("HTTP/1.0 200 OK\r\n\r\n").closes());
        assert!(!head("GET / HTTP/1.0\r\nconnection: keep-alive\r\n\r\n").closes());
        assert!(!head("GET / HTTP/1.1\r\n\r\n").closes());
    }

    #[test]
    fn expect_is_answered_here_and_not_passed_on() {
        let head = head("PUT / HTTP/1.1\r\nA: b\r\nExpect: 100-Continue\r\nC: d\r\n\r\n");
        assert!(head.expects_continue());
        assert_eq!(
            head.without_expect(),
            b"PUT / HTTP/1.1\r\nA: b\r\nC: d\r\n\r\n"
        );
    }

    proptest! {
        #[test]
        fn no_head_does_harm(bytes: Vec<u8>, line in "[ -~]{0,40}") {
            for bytes in [bytes, format!("{line}\r\n{line}:{line}\r\n\r\n").into_bytes()] {
                let head = Head { bytes: bytes.into() };
                let _ = (head.request_body(), head.answer_body("GET"), head.closes());
                prop_assert!(head.without_expect().len() <= head.len());
                prop_assert!(head_end(head.bytes(), 0).is_none_or(|end| end <= head.len()));
            }
        }
    }
}
