use super::*;
use futures_util::stream;
use proptest::prelude::*;

/// What an independent parser reads: name, file name, content type, bytes.
type Parsed = (String, Option<String>, Option<String>, Vec<u8>);

fn parse(boundary: String, body: &[u8]) -> Vec<Parsed> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .build()
        .unwrap();
    runtime.block_on(async {
        let pieces = body.chunks(7).map(Bytes::copy_from_slice);
        let pieces: Vec<Result<Bytes, std::convert::Infallible>> = pieces.map(Ok).collect();
        let mut form = multer::Multipart::new(stream::iter(pieces), boundary);
        let mut parsed = Vec::new();
        while let Some(field) = form.next_field().await.unwrap() {
            let name = field.name().unwrap().to_owned();
            let filename = field.file_name().map(str::to_owned);
            let content_type = field.content_type().map(ToString::to_string);
            let bytes = field.bytes().await.unwrap().to_vec();
            parsed.push((name, filename, content_type, bytes));
        }
        parsed
    })
}

fn round_trip(form: &Multipart) -> Vec<Parsed> {
    let (boundary, body) = form.encode().unwrap();
    parse(boundary, &body)
}

const PDF: HeaderValue = HeaderValue::from_static("application/pdf");

#[test]
fn quotes_and_breaks_in_names_cannot_begin_a_header() {
    let form = Multipart::new()
        .text("a\"; x=\"y", "1")
        .text("b\nX-Evil: 1", "line\nline\r")
        .file(
            "c",
            "r\u{e9}sum\u{e9}\r\n\"1\".pdf",
            PDF,
            vec![0, 255, 13, 10],
        );
    let parsed = round_trip(&form);
    let none = (None, None);
    assert_eq!(parsed.len(), 3);
    assert_eq!(parsed[0].0, "a%22; x=%22y");
    assert_eq!((&parsed[0].1, &parsed[0].2), (&none.0, &none.1));
    assert_eq!(parsed[1].0, "b%0D%0AX-Evil: 1");
    assert_eq!(parsed[1].3, b"line\nline\r");
    assert_eq!(
        parsed[2].1.as_deref(),
        Some("r\u{e9}sum\u{e9}%0D%0A%221%22.pdf")
    );
    assert_eq!(parsed[2].2.as_deref(), Some("application/pdf"));
    assert_eq!(parsed[2].3, [0, 255, 13, 10]);
}

#[test]
fn the_bytes_are_those_of_the_standard() {
    let form = Multipart::new()
        .text("t", "v")
        .typed("j", HeaderValue::from_static("application/json"), "{}")
        .file("f", "", PDF, Bytes::new());
    let (boundary, body) = form.encode().unwrap();
    assert_eq!(boundary.len(), BOUNDARY_LENGTH);
    let expected = format!(
        "--{boundary}\r\nContent-Disposition: form-data; name=\"t\"\r\n\r\nv\r\n\
         --{boundary}\r\nContent-Disposition: form-data; name=\"j\"\r\n\
         Content-Type: application/json\r\n\r\n{{}}\r\n\
         --{boundary}\r\nContent-Disposition: form-data; name=\"f\"; filename=\"\"\r\n\
         Content-Type: application/pdf\r\n\r\n\r\n--{boundary}--\r\n"
    );
    assert_eq!(String::from_utf8(body).unwrap(), expected);
}

#[test]
fn forms_that_say_nothing_or_break_lines_are_refused() {
    let refused = |form: Multipart| form.encode().unwrap_err();
    assert_eq!(refused(Multipart::new()), PartError::Empty);
    assert_eq!(refused(Multipart::new().text("", "x")), PartError::NoName);
    assert_eq!(
        refused(Multipart::new().text("a\0", "x")),
        PartError::Control
    );
    assert_eq!(
        refused(Multipart::new().file("a", "\u{7f}", PDF, "x")),
        PartError::Control
    );
}

#[test]
fn nothing_but_names_and_sizes_is_shown() {
    let form =
        Multipart::new()
            .text("note", "Ada Lovelace")
            .file("file", "Ada Lovelace.pdf", PDF, "Ada");
    let text = format!("{form:?}{form:#?}");
    assert!(text.contains("note") && text.contains("12 bytes"), "{text}");
    assert!(!text.contains("Ada"), "{text}");
}

#[test]
fn a_needle_is_found_wherever_it_stands() {
    let needle = b"abcabd";
    for at in 0..20 {
        let mut hay = vec![b'a'; at];
        hay.extend_from_slice(needle);
        for tail in 0..8 {
            hay.extend(std::iter::repeat_n(b'b', tail));
            assert!(occurs(needle, &hay), "{at} {tail}");
        }
        hay[at] = b'x';
        assert!(!occurs(needle, &hay), "{at}");
    }
    assert!(!occurs(needle, b"") && !occurs(needle, b"abcab"));
}

proptest! {
    #[test]
    fn the_search_agrees_with_the_plain_one(
        needle in proptest::collection::vec(0_u8..3, 1..5),
        hay in proptest::collection::vec(0_u8..3, 0..40),
    ) {
        let plain = hay.windows(needle.len()).any(|window| window == needle);
        prop_assert_eq!(occurs(&needle, &hay), plain);
    }

    #[test]
    fn what_is_written_is_read_back(
        parts in proptest::collection::vec(
            (
                // A parser's reading of a backslash is its own; the standard writes it as it is.
                "[^\\\\\\p{Cc}]{1,12}",
                proptest::option::of("[^\\\\\\p{Cc}]{0,12}"),
                proptest::collection::vec(any::<u8>(), 0..200),
            ),
            1..6,
        ),
    ) {
        let mut form = Multipart::new();
        let mut expected = Vec::new();
        for (name, filename, bytes) in parts {
            let escaped = |text: &str| text.replace('"', "%22");
            match filename {
                Some(filename) => {
                    let parsed = (
                        escaped(&name),
                        Some(escaped(&filename)),
                        Some("application/pdf".to_owned()),
                        bytes.clone(),
                    );
                    expected.push(parsed);
                    form = form.file(name, filename, PDF, bytes);
                }
                None => {
                    let text = String::from_utf8_lossy(&bytes).into_owned();
                    expected.push((escaped(&name), None, None, text.clone().into_bytes()));
                    form = form.text(name, text);
                }
            }
        }
        prop_assert_eq!(round_trip(&form), expected);
    }
}
