//! A number, which is mapped to one trunk at most.

use voice_core::client::{Operation, Response};
use voice_core::error::Error;

use super::ensure::{Before, Kind, Seen, ensure};
use super::explain::{CreateError, explain};
use super::look::{Asked, find};
use super::{Ensured, Mismatch};
use crate::client::ExotelClient;
use crate::list::List;
use crate::numbers::{self, MapNumber, PhoneNumber, PhoneNumbers};
use crate::types::{NumberMode, TrunkSid};

/// A number of a trunk.
pub(crate) struct NumberOf<'a> {
    pub(crate) client: &'a ExotelClient,
    pub(crate) trunk: &'a TrunkSid,
    pub(crate) number: &'a MapNumber,
}

impl NumberOf<'_> {
    /// The trunk of this account that holds the number.
    pub(crate) async fn holder(&self, asked: &Asked) -> Result<Option<TrunkSid>, Error> {
        let maps = self.client.trunk_maps();
        let answer = maps.lookup(&self.number.phone_number).await;
        match asked.counted(answer) {
            Ok(map) => Ok(map.trunk_sid),
            Err(error) if error.is_not_found() => Ok(None),
            Err(error) => Err(error),
        }
    }
}

impl Kind for NumberOf<'_> {
    type Item = PhoneNumber;

    const SERVER_REFUSES_A_SECOND: bool = true;

    fn operation(&self) -> &'static Operation {
        &numbers::MAP
    }

    fn client(&self) -> &ExotelClient {
        self.client
    }

    async fn create(&self) -> Result<Response<PhoneNumber>, Error> {
        let numbers = self.client.trunk(self.trunk).phone_numbers();
        numbers.map(self.number).await
    }

    async fn look(&self, asked: &Asked) -> Result<Seen<PhoneNumber>, Error> {
        let list = List::new(self.client, &numbers::LIST).of(self.trunk);
        let wanted = &self.number.phone_number;
        let found = find(list, asked, |mapped: &PhoneNumber| {
            mapped.number().as_ref() == Some(wanted)
        });
        Ok(found.await?.map_or(Seen::Absent, |mapped| {
            let wanted = self.number.mode.clone().unwrap_or(NumberMode::Pstn);
            let existing = mapped.effective_mode();
            let mismatches = if wanted == existing {
                Vec::new()
            } else {
                vec![Mismatch::Mode { wanted, existing }]
            };
            Seen::Here(mapped, mismatches)
        }))
    }

    /// When it is not on this trunk it is on another.
    async fn look_further(&self, asked: &Asked) -> Result<Seen<PhoneNumber>, Error> {
        let seen = self.look(asked).await?;
        if !matches!(seen, Seen::Absent) {
            return Ok(seen);
        }
        let holder = self.holder(asked).await?;
        Ok(match holder {
            Some(trunk) if trunk != *self.trunk => Seen::Elsewhere(trunk),
            _ => Seen::Absent,
        })
    }
}

impl PhoneNumbers<'_> {
    fn kind<'s>(&'s self, number: &'s MapNumber) -> NumberOf<'s> {
        NumberOf {
            client: self.client,
            trunk: self.trunk,
            number,
        }
    }

    /// Maps a number, or finds its mapping to this trunk. See [`create_or_get`](crate::create_or_get).
    ///
    /// # Errors
    /// [`ErrorKind::Conflict`](voice_core::error::ErrorKind::Conflict) when another trunk holds it: the error names that
    /// trunk, in its `trunk_sid` too. [`ErrorKind::AlreadyExists`](voice_core::error::ErrorKind::AlreadyExists) when
    /// nothing that this account sees does. Otherwise the API's.
    pub async fn create_or_get(&self, number: &MapNumber) -> Result<Ensured<PhoneNumber>, Error> {
        let before = Before::of::<NumberOf<'_>>();
        ensure(&self.kind(number), before, &Asked::default()).await
    }

    /// Maps a number by one request; when it is mapped already, the error carries the mapping, or names the trunk.
    ///
    /// # Errors
    /// [`CreateError`] with the API's error. It is sent once, as by [`map`](Self::map).
    pub async fn create_or_explain(
        &self,
        number: &MapNumber,
    ) -> Result<Response<PhoneNumber>, CreateError<PhoneNumber>> {
        let id = |mapped: &PhoneNumber| Some(mapped.id.as_ref()?.to_string());
        explain(&self.kind(number), id).await
    }
}
