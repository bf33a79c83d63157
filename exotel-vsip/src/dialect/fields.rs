//! Which field a message of the server's is about.

/// Parts of the server's descriptions, in lower case, and the field each is about. The first that fits counts.
const DESCRIPTIONS: [(&str, &str); 16] = [
    ("length for trunkname", "trunk_name"),
    ("characters for trunkname", "trunk_name"),
    ("trunk with name", "trunk_name"),
    ("create trunk with name", "trunk_name"),
    ("trunkname", "trunk_name"),
    ("invalid phonenumber", "phone_number"),
    ("didtrunkmapping", "phone_number"),
    ("phonenumber", "phone_number"),
    ("whitelist-ip with ip", "ip"),
    ("mask should be", "mask"),
    ("domain name should", "domain_name"),
    ("nso code", "nso_code"),
    ("destination not whitelisted", "destination"),
    ("destination is not a valid", "destination"),
    ("invalid ip", "ip"),
    ("ip is mandatory", "ip"),
];

/// The field that `description` is about, as the API spells it; `None` when it names none that is known.
pub(crate) fn field_of(description: &str) -> Option<String> {
    let text = description.trim().to_ascii_lowercase();
    let known = DESCRIPTIONS.iter().find(|(part, _)| text.contains(part));
    if let Some((_, field)) = known {
        return Some((*field).to_owned());
    }
    mandatory(description).or_else(|| go_field(description))
}

/// `FriendlyName is mandatory`: the field in Go's spelling.
fn mandatory(description: &str) -> Option<String> {
    let (name, rest) = description.trim().split_once(' ')?;
    if !rest.trim().eq_ignore_ascii_case("is mandatory") || !is_name(name) {
        return None;
    }
    let mut field = String::with_capacity(name.len() + 2);
    for (at, character) in name.char_indices() {
        if at > 0 && character.is_ascii_uppercase() {
            field.push('_');
        }
        field.push(character.to_ascii_lowercase());
    }
    Some(field)
}

/// `json: cannot unmarshal … into Go struct field Request.mask of type uint8`.
fn go_field(description: &str) -> Option<String> {
    let (_, rest) = description.split_once("Go struct field ")?;
    let path = rest.split_whitespace().next()?;
    let (_, field) = path.split_once('.')?;
    field.split('.').all(is_name).then(|| field.to_owned())
}

fn is_name(text: &str) -> bool {
    (1..=64).contains(&text.len())
        && text
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn every_known_description_names_its_field() {
        for (description, field) in [
            ("TrunkName is mandatory", "trunk_name"),
            ("Ip is mandatory", "ip"),
            ("PhoneNumber is mandatory", "phone_number"),
            ("DomainName is mandatory", "domain_name"),
            ("user_name is mandatory", "user_name"),
            ("Maximum allowed length for TrunkName is 16", "trunk_name"),
            (
                "Allowed characters for TrunkName is alphanumeric and _",
                "trunk_name",
            ),
            ("Invalid PhoneNumber", "phone_number"),
            ("Invalid ip", "ip"),
            ("INVALID IP", "ip"),
            ("mask should be in-between 16 and 32", "mask"),
            (
                "Domain name should end with .pstn.exotel.com",
                "domain_name",
            ),
            ("Nso code is invalid", "nso_code"),
            ("Destination not whitelisted", "destination"),
            ("Destination is not a valid Ip or Fqdn", "destination"),
            ("Unable to create trunk with name py_121523", "trunk_name"),
            (
                "Trunk with name 'outbound_trunk' already exists",
                "trunk_name",
            ),
            (
                "Unable to create DidTrunkMapping with TrunkSid trmum1",
                "phone_number",
            ),
            ("Unable to Whitelist-ip with ip 198.51.100.10", "ip"),
            (
                "json: cannot unmarshal number -1 into Go struct field CreateWhitelistipsRequest.mask of type uint8",
                "mask",
            ),
            (
                "json: cannot unmarshal string into Go struct field R.destinations.destination of type int",
                "destinations.destination",
            ),
        ] {
            assert_eq!(
                field_of(description).as_deref(),
                Some(field),
                "{description}"
            );
        }
    }

    #[test]
    fn others_name_none() {
        for description in [
            "",
            "Not Found",
            "unexpected EOF",
            "text/plain",
            "Too many requests",
            "a b is mandatory",
        ] {
            assert_eq!(field_of(description), None, "{description}");
        }
    }

    proptest! {
        #[test]
        fn no_text_panics(text in "\\PC{0,60}", name in "[A-Za-z]{0,12}") {
            let _ = field_of(&text);
            let _ = field_of(&format!("{name} is mandatory"));
        }
    }
}
