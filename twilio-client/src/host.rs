//! Which host answers: product, edge and region.
//!
//! `product[.edge][.region].twilio.com`. Credentials belong to one region, so a request to the wrong one is refused as if
//! the secret were wrong (401, code 20003).

use std::fmt;
use std::str::FromStr;

use voice_core::transport::{BaseUrl, BaseUrlError};

/// A host of Twilio's: each has a part of the API.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Product {
    /// Calls, conferences, recordings, numbers, SIP domains, usage: most of voice.
    Api,
    /// Public keys and secondary Auth Tokens.
    Accounts,
    /// API keys.
    Iam,
    /// Voice Insights.
    Insights,
    /// Facts about phone numbers.
    Lookups,
    /// Alerts, events and alarms.
    Monitor,
    /// OAuth tokens.
    Oauth,
    /// Prices.
    Pricing,
    /// In which region calls are processed.
    Routes,
    /// Elastic SIP trunks.
    Trunking,
    /// BYOC trunks, connection policies, dialling permissions.
    Voice,
}

impl Product {
    /// Every one.
    pub const ALL: [Self; 11] = [
        Self::Api,
        Self::Accounts,
        Self::Iam,
        Self::Insights,
        Self::Lookups,
        Self::Monitor,
        Self::Oauth,
        Self::Pricing,
        Self::Routes,
        Self::Trunking,
        Self::Voice,
    ];

    /// The first label of its host: `api`, `lookups`, …
    #[must_use]
    pub const fn label(self) -> &'static str {
        match self {
            Self::Api => "api",
            Self::Accounts => "accounts",
            Self::Iam => "iam",
            Self::Insights => "insights",
            Self::Lookups => "lookups",
            Self::Monitor => "monitor",
            Self::Oauth => "oauth",
            Self::Pricing => "pricing",
            Self::Routes => "routes",
            Self::Trunking => "trunking",
            Self::Voice => "voice",
        }
    }
}

/// The API most of voice lives on.
pub(crate) const API: &str = "api.twilio.com";

/// Where each product is asked.
#[derive(Debug)]
pub(crate) struct Bases([BaseUrl; Product::ALL.len()]);

impl Bases {
    /// From the base of [`Product::Api`]: of a host of Twilio's the first label changes with the product, any other place
    /// serves all of them. `own` says otherwise for some.
    pub(crate) fn new(
        api: &BaseUrl,
        own: &[(Product, BaseUrl)],
        localize: impl Fn(&BaseUrl) -> Result<BaseUrl, BaseUrlError>,
    ) -> Result<Self, BaseUrlError> {
        let mut bases = Product::ALL.map(|_| api.clone());
        for (base, product) in bases.iter_mut().zip(Product::ALL) {
            let given = own.iter().rev().find(|(name, _)| *name == product);
            *base = match (given, api.authority().strip_prefix("api.")) {
                (Some((_, given)), _) => localize(given)?,
                (None, Some(rest)) if rest == "twilio.com" || rest.ends_with(".twilio.com") => {
                    localize(&api.with_authority(&format!("{}.{rest}", product.label()))?)?
                }
                _ => localize(api)?,
            };
        }
        Ok(Self(bases))
    }

    pub(crate) fn of(&self, product: Product) -> &BaseUrl {
        let [api, ..] = &self.0;
        let at = Product::ALL.iter().position(|own| *own == product);
        at.and_then(|at| self.0.get(at)).unwrap_or(api)
    }
}

/// A link of a list, as this client may follow it: of an absolute link to the product's host at Twilio, whatever its edge
/// and region, the path and query; any other as it is.
pub(crate) fn own_link(product: Product, link: &str) -> &str {
    let Some(rest) = link.strip_prefix("https://") else {
        return link;
    };
    let end = rest.find(['/', '?', '#']).unwrap_or(rest.len());
    let (authority, path) = rest.split_at(end);
    let ours = authority
        .strip_suffix(".twilio.com")
        .and_then(|labels| labels.split('.').next())
        .is_some_and(|label| label == product.label())
        && authority
            .bytes()
            .all(|b| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'-'));
    if ours && path.starts_with('/') {
        path
    } else {
        link
    }
}

/// Why a text names no region or edge. It never quotes the text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum HostPartError {
    /// Not one label of a host name.
    #[error("expected one lower-case label such as ie1 or dublin")]
    Form,
    /// `roaming` picks an edge for Voice SDK clients; REST hosts of that name do not answer.
    #[error(
        "this edge serves Voice SDK clients, not REST requests; name one such as dublin, or none"
    )]
    Roaming,
}

/// Where data is processed: `us1`, `ie1`, `au1`, …
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct Region(Box<str>);

/// Where requests enter Twilio's network: `ashburn`, `dublin`, `sydney`, …
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct Edge(Box<str>);

fn check(text: &str) -> Result<(), HostPartError> {
    let good = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
    if text.is_empty()
        || text.len() > 40
        || !text.bytes().all(good)
        || text.starts_with('-')
        || text.ends_with('-')
    {
        return Err(HostPartError::Form);
    }
    Ok(())
}

impl Region {
    /// Takes a region's name.
    ///
    /// # Errors
    /// [`HostPartError::Form`] when it is not one lower-case label of a host name.
    pub fn parse(text: &str) -> Result<Self, HostPartError> {
        check(text)?;
        Ok(Self(text.into()))
    }

    /// The name.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether it is `us1`, the region of plain hosts.
    #[must_use]
    pub fn is_default(&self) -> bool {
        &*self.0 == "us1"
    }
}

impl Edge {
    /// Takes an edge's name.
    ///
    /// # Errors
    /// [`HostPartError::Form`] when it is not one lower-case label of a host name, [`HostPartError::Roaming`] for
    /// `roaming`.
    pub fn parse(text: &str) -> Result<Self, HostPartError> {
        check(text)?;
        if text == "roaming" {
            return Err(HostPartError::Roaming);
        }
        Ok(Self(text.into()))
    }

    /// The name.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for Region {
    type Err = HostPartError;

    fn from_str(text: &str) -> Result<Self, HostPartError> {
        Self::parse(text)
    }
}

impl FromStr for Edge {
    type Err = HostPartError;

    fn from_str(text: &str) -> Result<Self, HostPartError> {
        Self::parse(text)
    }
}

impl fmt::Debug for Region {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Region({})", self.0)
    }
}

impl fmt::Debug for Edge {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Edge({})", self.0)
    }
}

/// The host for `host` with edge and region applied. A host that carries a region or an edge already keeps it unless
/// another is set. Hosts of others than Twilio stay as they are.
pub(crate) fn localized(host: &str, edge: Option<&Edge>, region: Option<&Region>) -> String {
    let labels: Vec<&str> = host.split('.').collect();
    let (product, own_edge, own_region) = match labels.as_slice() {
        [product, "twilio", "com"] => (*product, None, None),
        [product, region, "twilio", "com"] => (*product, None, Some(*region)),
        [product, edge, region, "twilio", "com"] => (*product, Some(*edge), Some(*region)),
        _ => return host.to_owned(),
    };
    let edge = edge.map(Edge::as_str).or(own_edge);
    // An edge stands before a region, never alone.
    let region = region
        .map(Region::as_str)
        .or(own_region)
        .or(edge.map(|_| "us1"));
    [Some(product), edge, region, Some("twilio.com")]
        .into_iter()
        .flatten()
        .collect::<Vec<_>>()
        .join(".")
}

/// `base` with edge and region applied to its host.
pub(crate) fn localized_base(
    base: &BaseUrl,
    edge: Option<&Edge>,
    region: Option<&Region>,
) -> Result<BaseUrl, BaseUrlError> {
    base.with_authority(&localized(base.authority(), edge, region))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn every_row_of_the_host_table() {
        for (host, edge, region, expected) in [
            ("api.twilio.com", "", "", "api.twilio.com"),
            ("api.twilio.com", "dublin", "", "api.dublin.us1.twilio.com"),
            ("api.twilio.com", "", "ie1", "api.ie1.twilio.com"),
            (
                "api.twilio.com",
                "dublin",
                "ie1",
                "api.dublin.ie1.twilio.com",
            ),
            ("api.au1.twilio.com", "", "", "api.au1.twilio.com"),
            (
                "api.au1.twilio.com",
                "sydney",
                "",
                "api.sydney.au1.twilio.com",
            ),
            ("api.au1.twilio.com", "", "ie1", "api.ie1.twilio.com"),
            (
                "api.sydney.au1.twilio.com",
                "",
                "",
                "api.sydney.au1.twilio.com",
            ),
            (
                "api.sydney.au1.twilio.com",
                "dublin",
                "",
                "api.dublin.au1.twilio.com",
            ),
            (
                "api.sydney.au1.twilio.com",
                "",
                "ie1",
                "api.sydney.ie1.twilio.com",
            ),
            (
                "gateway.example.com:8443",
                "dublin",
                "ie1",
                "gateway.example.com:8443",
            ),
            ("127.0.0.1:8080", "dublin", "ie1", "127.0.0.1:8080"),
        ] {
            let (edge, region) = (Edge::parse(edge).ok(), Region::parse(region).ok());
            assert_eq!(localized(host, edge.as_ref(), region.as_ref()), expected);
        }
    }

    #[test]
    fn every_product_has_its_host_and_a_gateway_serves_all() {
        let same = |base: &BaseUrl| Ok(base.clone());
        let twilio = BaseUrl::parse("https://api.dublin.ie1.twilio.com").unwrap();
        let bases = Bases::new(&twilio, &[], same).unwrap();
        for product in Product::ALL {
            let expected = format!("{}.dublin.ie1.twilio.com", product.label());
            assert_eq!(bases.of(product).authority(), expected);
        }
        let look_alike = BaseUrl::parse("https://api.mytwilio.com").unwrap();
        let bases = Bases::new(&look_alike, &[], same).unwrap();
        for product in Product::ALL {
            assert_eq!(bases.of(product).authority(), "api.mytwilio.com");
        }
        let gateway = BaseUrl::parse("https://gateway.example.com/t").unwrap();
        let own = BaseUrl::parse("https://lookups.example.com").unwrap();
        let bases = Bases::new(&gateway, &[(Product::Lookups, own)], same).unwrap();
        assert_eq!(
            bases.of(Product::Voice).as_str(),
            "https://gateway.example.com/t"
        );
        assert_eq!(
            bases.of(Product::Lookups).as_str(),
            "https://lookups.example.com"
        );
    }

    #[test]
    fn only_links_to_the_products_own_host_are_cut() {
        for (link, expected) in [
            ("https://voice.twilio.com/v1/X?Page=1", "/v1/X?Page=1"),
            ("https://voice.dublin.ie1.twilio.com/v1/X", "/v1/X"),
            ("/v1/X?Page=1", "/v1/X?Page=1"),
            ("https://api.twilio.com/v1/X", "https://api.twilio.com/v1/X"),
            (
                "http://voice.twilio.com/v1/X",
                "http://voice.twilio.com/v1/X",
            ),
            (
                "https://voice.twilio.com.evil.test/v1",
                "https://voice.twilio.com.evil.test/v1",
            ),
            (
                "https://voice.evil.test/.twilio.com/v1",
                "https://voice.evil.test/.twilio.com/v1",
            ),
            (
                "https://voice.x@evil.test:1.twilio.com/v1",
                "https://voice.x@evil.test:1.twilio.com/v1",
            ),
            ("https://voice.twilio.com", "https://voice.twilio.com"),
        ] {
            assert_eq!(own_link(Product::Voice, link), expected);
        }
    }

    #[test]
    fn only_labels_are_taken() {
        for bad in [
            "",
            "IE1",
            "ie1.evil.test",
            "a/b",
            "-a",
            "a-",
            "ie 1",
            &"x".repeat(41),
        ] {
            assert_eq!(Region::parse(bad), Err(HostPartError::Form), "{bad}");
            assert_eq!(Edge::parse(bad), Err(HostPartError::Form), "{bad}");
        }
        assert_eq!(Edge::parse("roaming"), Err(HostPartError::Roaming));
        assert!(
            Region::parse("us1").unwrap().is_default()
                && !Region::parse("us2").unwrap().is_default()
        );
    }

    proptest! {
        #[test]
        fn a_localized_host_stays_twilios(edge in "[a-z0-9.@/:-]{0,12}", region in "[a-z0-9.@/:-]{0,12}") {
            let (edge, region) = (Edge::parse(&edge).ok(), Region::parse(&region).ok());
            let host = localized(API, edge.as_ref(), region.as_ref());
            let base = BaseUrl::parse(&format!("https://{host}")).unwrap();
            prop_assert!(base.authority().ends_with(".twilio.com"));
            prop_assert!(base.authority().starts_with("api."));
        }
    }
}
