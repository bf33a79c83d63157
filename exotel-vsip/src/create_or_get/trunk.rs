//! A trunk, by its name.

use voice_core::client::{Operation, Response};
use voice_core::error::Error;

use super::ensure::{Before, Kind, Seen, ensure};
use super::explain::{CreateError, explain};
use super::look::{Asked, find};
use super::{Ensured, Mismatch};
use crate::client::ExotelClient;
use crate::list::List;
use crate::trunks::{self, NewTrunk, Trunk, Trunks};
use crate::types::DomainName;

/// A trunk of a name.
pub(crate) struct TrunkOf<'a> {
    pub(crate) client: &'a ExotelClient,
    pub(crate) trunk: &'a NewTrunk,
}

impl TrunkOf<'_> {
    /// Whether a trunk has this name. Whether the API tells cases apart is not known: they count.
    pub(crate) fn is(&self, existing: &Trunk) -> bool {
        existing.trunk_name.as_deref() == Some(self.trunk.trunk_name.as_str())
    }

    /// In what a trunk of this name differs. What the answer does not have cannot differ.
    pub(crate) fn mismatches(&self, existing: &Trunk) -> Vec<Mismatch> {
        let mut mismatches = Vec::new();
        let wanted = self.trunk.nso_code.as_str();
        if let Some(existing) = &existing.nso_code
            && existing != wanted
        {
            mismatches.push(Mismatch::NsoCode {
                wanted: wanted.to_owned(),
                existing: existing.clone(),
            });
        }
        let own;
        let wanted = match &self.trunk.domain_name {
            Some(domain) => domain,
            None => {
                own = DomainName::of_account(self.client.account());
                &own
            }
        };
        if let Some(existing) = &existing.domain_name
            && !existing.eq_ignore_ascii_case(wanted.as_str())
        {
            mismatches.push(Mismatch::DomainName {
                wanted: wanted.as_str().to_owned(),
                existing: existing.clone(),
            });
        }
        mismatches
    }
}

impl Kind for TrunkOf<'_> {
    type Item = Trunk;

    const SERVER_REFUSES_A_SECOND: bool = true;

    fn operation(&self) -> &'static Operation {
        &trunks::CREATE
    }

    fn client(&self) -> &ExotelClient {
        self.client
    }

    async fn create(&self) -> Result<Response<Trunk>, Error> {
        self.client.trunks().create(self.trunk).await
    }

    async fn look(&self, asked: &Asked) -> Result<Seen<Trunk>, Error> {
        let list = List::new(self.client, &trunks::LIST);
        let found = find(list, asked, |trunk: &Trunk| self.is(trunk)).await?;
        Ok(found.map_or(Seen::Absent, |trunk| {
            let mismatches = self.mismatches(&trunk);
            Seen::Here(trunk, mismatches)
        }))
    }
}

impl Trunks<'_> {
    /// Creates a trunk, or finds the one of its name. See [`create_or_get`](crate::create_or_get).
    ///
    /// One request when the name is free; the list is read only after 1008 or an unknown outcome.
    ///
    /// ```no_run
    /// # async fn example(client: exotel_vsip::ExotelClient) -> Result<(), Box<dyn std::error::Error>> {
    /// use exotel_vsip::create_or_get::Ensured;
    /// use exotel_vsip::trunks::NewTrunk;
    /// use voice_core::ident::TrunkName;
    ///
    /// let wanted = NewTrunk::new(TrunkName::parse("outbound_trunk")?);
    /// match client.trunks().create_or_get(&wanted).await? {
    ///     Ensured::Created(trunk) => println!("new: {}", trunk.sid()?),
    ///     other => println!("there already: {} {:?}", other.value().sid()?, other.mismatches()),
    /// }
    /// # Ok(()) }
    /// ```
    ///
    /// # Errors
    /// [`ErrorKind::AlreadyExists`](voice_core::error::ErrorKind::AlreadyExists) when the name is taken by a trunk that this
    /// account does not see; otherwise the API's.
    pub async fn create_or_get(&self, trunk: &NewTrunk) -> Result<Ensured<Trunk>, Error> {
        let kind = TrunkOf {
            client: self.client,
            trunk,
        };
        ensure(&kind, Before::of::<TrunkOf<'_>>(), &Asked::default()).await
    }

    /// Creates a trunk by one request; when its name is taken, the error carries the trunk that has it.
    ///
    /// # Errors
    /// [`CreateError`] with the API's error. It is sent once, as by [`create`](Self::create).
    pub async fn create_or_explain(
        &self,
        trunk: &NewTrunk,
    ) -> Result<Response<Trunk>, CreateError<Trunk>> {
        let kind = TrunkOf {
            client: self.client,
            trunk,
        };
        explain(&kind, |trunk| Some(trunk.trunk_sid.as_ref()?.to_string())).await
    }
}
