//! How a plain resource of the API is declared: a [`Table`], and the [`Parameter`]s it takes.
//!
//! A declaration is a `static`: what differs from [`Table::PLAIN`] is named, and [`crud`](super::crud) does the rest. Declare
//! resources in [`tables`](super::tables).

use serde_json::{Map, Value};

use super::answer::Refused;
use super::world::{Row, World};
use crate::Product;

pub(super) type Object = Map<String, Value>;

/// What is done with a resource.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Verb {
    List,
    Create,
    Get,
    Update,
    Delete,
}

impl Verb {
    pub(super) const ALL: &'static [Self] = &[
        Self::List,
        Self::Create,
        Self::Get,
        Self::Update,
        Self::Delete,
    ];

    /// The last part of an operation's name.
    pub(super) fn word(self) -> &'static str {
        match self {
            Self::List => "list",
            Self::Create => "create",
            Self::Get => "get",
            Self::Update => "update",
            Self::Delete => "delete",
        }
    }
}

/// Where the SID of a row comes from.
#[derive(Debug, Clone, Copy)]
pub(super) enum Identity {
    /// A new one with these two letters.
    New(&'static str),
    /// That of a row of another table, which this parameter names: a mapping.
    Of(&'static str, &'static str),
    /// None: there is always exactly one, without a SID in its path.
    Singleton,
}

/// A resource.
pub(super) struct Table {
    /// The name of its operations in this crate, without the verb: `sip.domains`.
    pub(super) name: &'static str,
    pub(super) product: Product,
    /// `v1` or `v2`; resources of [`Product::Api`] are below their account.
    pub(super) version: &'static str,
    /// The path of the list without version and account, `{}` for the SID of what it belongs to.
    pub(super) path: &'static str,
    /// The property of a page that holds the items.
    pub(super) items: &'static str,
    pub(super) identity: Identity,
    /// The table of what it belongs to.
    pub(super) parent: Option<&'static str>,
    /// The property that shows what it belongs to.
    pub(super) parent_property: Option<&'static str>,
    pub(super) verbs: &'static [Verb],
    pub(super) parameters: &'static [Parameter],
    /// Filters of the list: the query's name, and the property that must be equal.
    pub(super) filters: &'static [(&'static str, &'static str)],
    /// What belongs to it: the name of the link, and the last part of its path.
    pub(super) links: &'static [(&'static str, &'static str)],
    /// Whether it shows its own address.
    pub(super) addressed: bool,
    /// The code of whatever is wrong with a parameter.
    pub(super) fault: u32,
    /// How many one parent may have, and the code for one more.
    pub(super) most: Option<(usize, u32)>,
    /// A property that no two rows may share, within one parent, and the code for a second.
    pub(super) unique: Option<(&'static str, u32)>,
    /// The code for deleting it while a mapping uses it.
    pub(super) in_use: Option<u32>,
    /// Refuses a deletion for other reasons.
    pub(super) keeps: fn(&World, &Row) -> Result<(), Refused>,
    /// Adds what is computed to what is shown.
    pub(super) show: fn(&World, &Row, &mut Object),
    /// Is told of a new row.
    pub(super) created: fn(&mut World, &Row),
    /// Is told of a row that is gone.
    pub(super) deleted: fn(&mut World, &Row),
}

impl Table {
    /// A resource of v2010 below the account, with all five verbs; name, path, items and SID are still to be said.
    pub(super) const PLAIN: Self = Self {
        name: "",
        product: Product::Api,
        version: "2010-04-01",
        path: "",
        items: "",
        identity: Identity::Singleton,
        parent: None,
        parent_property: None,
        verbs: Verb::ALL,
        parameters: &[],
        filters: &[],
        links: &[],
        addressed: true,
        fault: 20001,
        most: None,
        unique: None,
        in_use: None,
        keeps: |_, _| Ok(()),
        show: |_, _, _| {},
        created: |_, _| {},
        deleted: |_, _| {},
    };

    /// Whether dates are RFC 2822, links relative and paths end in `.json`.
    pub(super) fn is_v2010(&self) -> bool {
        self.product == Product::Api
    }
}

/// When a parameter must be there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Need {
    Optional,
    OnCreate,
    Always,
}

/// What a parameter's value must be.
#[derive(Debug, Clone, Copy)]
pub(super) enum Kind {
    /// At most so many characters.
    Text(usize),
    /// Kept, and never shown: a password of at least 12 characters with a digit, a capital and a small letter.
    Password,
    Toggle,
    /// A whole number between two, both taken in.
    Number(u32, u32),
    Url,
    Method,
    /// One of these.
    Word(&'static [&'static str]),
    Ipv4,
    /// A `sip:` address.
    SipUri,
    /// A name that ends in a dot and this.
    Zone(&'static str),
    /// A SID with these letters.
    Sid(&'static str),
}

/// What a property is that nobody has set.
#[derive(Debug, Clone, Copy)]
pub(super) enum Unset {
    Null,
    Text(&'static str),
    Toggle(bool),
    Number(u32),
}

impl Unset {
    pub(super) fn value(self) -> Value {
        match self {
            Self::Null => Value::Null,
            Self::Text(text) => text.into(),
            Self::Toggle(toggle) => toggle.into(),
            Self::Number(number) => number.into(),
        }
    }
}

/// A parameter, kept as the property of the same name in snake case.
#[derive(Debug, Clone, Copy)]
pub(super) struct Parameter {
    pub(super) name: &'static str,
    pub(super) kind: Kind,
    pub(super) need: Need,
    pub(super) unset: Unset,
    /// Whether it is taken only when a row is created.
    pub(super) fixed: bool,
    /// The code of what is wrong with it, where it is not the table's.
    pub(super) fault: Option<u32>,
}

impl Parameter {
    /// An optional one.
    pub(super) const fn new(name: &'static str, kind: Kind) -> Self {
        let unset = match kind {
            Kind::Toggle => Unset::Toggle(false),
            Kind::Method => Unset::Text("POST"),
            _ => Unset::Null,
        };
        Self {
            name,
            kind,
            need: Need::Optional,
            unset,
            fixed: false,
            fault: None,
        }
    }

    pub(super) const fn text(name: &'static str, most: usize) -> Self {
        Self::new(name, Kind::Text(most))
    }

    /// It must be there, when a row is created or always.
    pub(super) const fn needed(mut self, need: Need) -> Self {
        self.need = need;
        self
    }

    /// What the property is when nobody has set it.
    pub(super) const fn or(mut self, unset: Unset) -> Self {
        self.unset = unset;
        self
    }

    /// It cannot be changed later.
    pub(super) const fn fixed(mut self) -> Self {
        self.fixed = true;
        self
    }

    /// Its own code for what is wrong with it.
    pub(super) const fn fault(mut self, code: u32) -> Self {
        self.fault = Some(code);
        self
    }

    /// `FriendlyName` as `friendly_name`.
    pub(super) fn property(&self) -> String {
        let mut property = String::with_capacity(self.name.len() + 4);
        for letter in self.name.chars() {
            if letter.is_ascii_uppercase() && !property.is_empty() {
                property.push('_');
            }
            property.push(letter.to_ascii_lowercase());
        }
        property
    }

    /// Reads a value.
    pub(super) fn read(&self, text: &str) -> Result<Value, String> {
        let name = self.name;
        let good = |good: bool, rule: &str| {
            good.then(|| Value::from(text))
                .ok_or_else(|| format!("{name} {rule}"))
        };
        match self.kind {
            Kind::Text(most) => good(
                text.chars().count() <= most,
                &format!("must have at most {most} characters"),
            ),
            Kind::Password => good(
                text.chars().count() >= 12
                    && text.contains(|c: char| c.is_ascii_digit())
                    && text.contains(char::is_uppercase)
                    && text.contains(char::is_lowercase),
                "is too weak",
            ),
            Kind::Toggle => match text {
                _ if text.eq_ignore_ascii_case("true") => Ok(true.into()),
                _ if text.eq_ignore_ascii_case("false") => Ok(false.into()),
                _ => Err(format!("{name} must be true or false")),
            },
            Kind::Number(least, most) => text
                .parse::<u32>()
                .ok()
                .filter(|number| (least..=most).contains(number))
                .map(Value::from)
                .ok_or_else(|| format!("{name} must be {least} to {most}")),
            Kind::Url => good(super::create::is_url(text), "is not a valid URL"),
            Kind::Method => good(matches!(text, "GET" | "POST"), "must be GET or POST"),
            Kind::Word(words) => good(words.contains(&text), "is not one of its words"),
            Kind::Ipv4 => good(
                text.parse::<std::net::Ipv4Addr>().is_ok(),
                "is not an IPv4 address",
            ),
            Kind::SipUri => good(
                voice_core::ident::SipUri::parse(text).is_ok_and(|uri| !uri.is_sips()),
                "is not a sip: address",
            ),
            Kind::Zone(zone) => good(
                text.strip_suffix(zone)
                    .is_some_and(|own| own.len() > 1 && own.ends_with('.')),
                &format!("must end in .{zone}"),
            ),
            Kind::Sid(prefix) => good(is_sid(text, prefix), "is not a SID of its kind"),
        }
    }
}

/// Two letters and 32 hexadecimal digits.
pub(super) fn is_sid(text: &str, prefix: &str) -> bool {
    text.strip_prefix(prefix).is_some_and(|digits| {
        digits.len() == 32 && digits.bytes().all(|digit| digit.is_ascii_hexdigit())
    })
}
