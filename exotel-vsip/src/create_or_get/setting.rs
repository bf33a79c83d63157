//! A setting, by its name.

use voice_core::client::{Operation, Response};
use voice_core::error::Error;

use super::ensure::{Before, Kind, Seen, ensure};
use super::explain::{CreateError, explain};
use super::look::{Asked, find};
use super::{Ensured, Mismatch};
use crate::client::ExotelClient;
use crate::list::List;
use crate::settings::{self, NewSetting, Setting, Settings};
use crate::types::TrunkSid;

/// A setting of a trunk.
pub(crate) struct SettingOf<'a> {
    pub(crate) client: &'a ExotelClient,
    pub(crate) trunk: &'a TrunkSid,
    pub(crate) setting: &'a NewSetting,
}

impl Kind for SettingOf<'_> {
    type Item = Setting;

    const SERVER_REFUSES_A_SECOND: bool = false;

    fn operation(&self) -> &'static Operation {
        &settings::SET
    }

    fn client(&self) -> &ExotelClient {
        self.client
    }

    async fn create(&self) -> Result<Response<Setting>, Error> {
        let settings = self.client.trunk(self.trunk).settings();
        settings.set_one(self.setting).await
    }

    async fn look(&self, asked: &Asked) -> Result<Seen<Setting>, Error> {
        let list = List::new(self.client, &settings::LIST).of(self.trunk);
        let wanted = self.setting;
        let found = find(list, asked, |entry: &Setting| {
            entry.name.as_ref() == Some(&wanted.name)
        });
        Ok(found.await?.map_or(Seen::Absent, |entry| {
            let same = entry.value.as_deref() == Some(wanted.value.as_str());
            let mismatches = if same {
                Vec::new()
            } else {
                vec![Mismatch::Value]
            };
            Seen::Here(entry, mismatches)
        }))
    }
}

impl Settings<'_> {
    fn kind<'s>(&'s self, setting: &'s NewSetting) -> SettingOf<'s> {
        SettingOf {
            client: self.client,
            trunk: self.trunk,
            setting,
        }
    }

    /// Sets a setting unless it is set; one with another value is [`Ensured::Differs`] and stays as it is
    /// ([`set_one`](Self::set_one) changes it). The list is read first. See [`create_or_get`](crate::create_or_get).
    ///
    /// # Errors
    /// As for [`set_one`](Self::set_one).
    pub async fn create_or_get(&self, setting: &NewSetting) -> Result<Ensured<Setting>, Error> {
        let before = Before::of::<SettingOf<'_>>();
        ensure(&self.kind(setting), before, &Asked::default()).await
    }

    /// Sets a setting by one request; when the server refuses it as a duplicate, the error carries the one that is there.
    ///
    /// # Errors
    /// [`CreateError`] with the API's error. It is sent once, as by [`set_one`](Self::set_one).
    pub async fn create_or_explain(
        &self,
        setting: &NewSetting,
    ) -> Result<Response<Setting>, CreateError<Setting>> {
        let id = |entry: &Setting| Some(entry.name.as_ref()?.to_string());
        explain(&self.kind(setting), id).await
    }
}
