//! A trunk under a name that is free: other names are tried when the wanted one is taken.

use std::collections::HashSet;
use std::time::Duration;

use voice_core::error::{Error, ErrorKind};
use voice_core::ident::TrunkName;

use super::ensure::{Kind, Seen};
use super::look::{Asked, items};
use super::trunk::TrunkOf;
use crate::PROVIDER;
use crate::client::ExotelClient;
use crate::list::List;
use crate::trunks::{self, NewTrunk, Trunk, Trunks};

/// What other names look like. The name is cut where it must be, so that all fit into 16 characters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
#[non_exhaustive]
pub enum NameStyle {
    /// `…_2`, `…_3` and so on.
    #[default]
    Counter,
    /// `…_HHMMSS`, the time of day in UTC by the client's clock; each further name is a second later.
    TimeOfDay,
}

/// How a free name is found.
///
/// ```
/// use exotel_vsip::create_or_get::{NameStyle, UniqueName};
///
/// let names = UniqueName::new(10, NameStyle::Counter).without_looking();
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct UniqueName {
    /// At most so many names are tried, the wanted one included if it is not known to be taken; 1 to 1,000.
    pub max_tries: u32,
    /// What other names look like.
    pub style: NameStyle,
    looks: Looks,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Looks {
    First,
    Never,
}

impl UniqueName {
    /// At most so many names, 1 to 1,000. The list of trunks is read first, so that names known to be taken are not tried.
    #[must_use]
    pub fn new(max_tries: u32, style: NameStyle) -> Self {
        Self {
            max_tries,
            style,
            looks: Looks::First,
        }
    }

    /// Without reading the list of trunks first: cheaper in an account with many trunks, and dearer when names are taken.
    /// An unknown outcome is then an error whenever a trunk of the tried name is found, since nobody knows whose it is.
    #[must_use]
    pub fn without_looking(mut self) -> Self {
        self.looks = Looks::Never;
        self
    }

    /// The names to be tried, in order, without an end.
    fn names(
        self,
        wanted: TrunkName,
        client: &ExotelClient,
    ) -> Box<dyn Iterator<Item = TrunkName> + Send> {
        let others: Box<dyn Iterator<Item = TrunkName> + Send> = match self.style {
            NameStyle::Counter => Box::new(wanted.variations()),
            NameStyle::TimeOfDay => {
                let wall = client.raw().clock().wall();
                // A day has so many different names.
                Box::new(
                    (0..86_400)
                        .map(move |second| wanted.at_time(wall + Duration::from_secs(second))),
                )
            }
        };
        Box::new(std::iter::once(wanted).chain(others))
    }
}

impl Default for UniqueName {
    /// 10 names by [`NameStyle::Counter`].
    fn default() -> Self {
        Self::new(10, NameStyle::default())
    }
}

impl Trunks<'_> {
    /// Creates a trunk under its name or, while that is taken, under another one. It is always a new trunk: do not repeat
    /// this call after it has failed without looking what it made; for that there is
    /// [`create_or_get`](Self::create_or_get) with a fixed name.
    ///
    /// Only a refusal with 1008 leads to the next name. After an unknown outcome the trunk is looked for by the name that
    /// was tried, and created once more under the same name when it is not there.
    ///
    /// ```no_run
    /// # async fn example(client: exotel_vsip::ExotelClient) -> Result<(), Box<dyn std::error::Error>> {
    /// use exotel_vsip::create_or_get::{NameStyle, UniqueName};
    /// use exotel_vsip::trunks::NewTrunk;
    /// use voice_core::ident::TrunkName;
    ///
    /// let wanted = NewTrunk::new(TrunkName::parse("production_trunk")?);
    /// let trunk = client.trunks().create_with_unique_name(&wanted, UniqueName::new(5, NameStyle::Counter)).await?;
    /// println!("{:?}", trunk.trunk_name); // production_trunk, or production_tru_2, …
    /// # Ok(()) }
    /// ```
    ///
    /// # Errors
    /// [`ErrorKind::InvalidInput`] before anything is sent for another number of tries than 1 to 1,000;
    /// [`ErrorKind::AlreadyExists`] when all names are taken; otherwise the API's.
    pub async fn create_with_unique_name(
        &self,
        trunk: &NewTrunk,
        names: UniqueName,
    ) -> Result<Trunk, Error> {
        if !(1..=1_000).contains(&names.max_tries) {
            return Err(Error::invalid_input("max_tries", "must be 1 to 1000")
                .with_operation(PROVIDER, trunks::CREATE.name()));
        }
        let asked = Asked::default();
        let taken = match names.looks {
            Looks::Never => None,
            Looks::First => Some(self.taken_names(&asked).await?),
        };
        let mut refusal = None;
        let is_free = |name: &TrunkName| {
            let taken = taken.as_ref();
            !taken.is_some_and(|taken| taken.contains(name.as_str()))
        };
        let free = names.names(trunk.trunk_name, self.client).filter(is_free);
        for name in free.take(names.max_tries as usize) {
            let mut attempt = trunk.clone();
            attempt.trunk_name = name;
            let kind = TrunkOf {
                client: self.client,
                trunk: &attempt,
            };
            match create_new(&kind, names.looks, &asked).await {
                Err(error) if error.kind() == ErrorKind::AlreadyExists => refusal = Some(error),
                outcome => return outcome,
            }
        }
        let tries = names.max_tries;
        Err(refusal
            .unwrap_or_else(|| {
                Error::new(ErrorKind::AlreadyExists, "every name is taken")
                    .with_operation(PROVIDER, trunks::CREATE.name())
            })
            .with_context("names_tried", tries.to_string()))
    }

    async fn taken_names(&self, asked: &Asked) -> Result<HashSet<String>, Error> {
        let mut taken = HashSet::new();
        let mut list = items::<Trunk>(List::new(self.client, &trunks::LIST), asked);
        while let Some(trunk) = list.next().await {
            taken.extend(trunk?.trunk_name);
        }
        Ok(taken)
    }
}

/// A new trunk of one name, and never one that somebody else made.
async fn create_new(kind: &TrunkOf<'_>, looks: Looks, asked: &Asked) -> Result<Trunk, Error> {
    let lost = match asked.counted(kind.create().await) {
        Err(error) if error.may_have_happened() => error,
        outcome => return outcome,
    };
    match (kind.look(asked).await, looks) {
        // It was not there before.
        (Ok(Seen::Here(trunk, _)), Looks::First) => Ok(trunk),
        (Ok(Seen::Here(trunk, _)), Looks::Never) => Err(match trunk.trunk_sid {
            Some(sid) => lost.with_context("existing_resource_id", sid.to_string()),
            None => lost,
        }),
        (Ok(_), _) => match asked.counted(kind.create().await) {
            // Refused now, absent a moment ago: the first request was late.
            Err(error) if error.kind() == ErrorKind::AlreadyExists => match kind.look(asked).await?
            {
                Seen::Here(trunk, _) => Ok(trunk),
                _ => Err(error),
            },
            outcome => outcome,
        },
        (Err(look), _) => Err(lost.with_context("look", look.message().to_owned())),
    }
}
