//! Which voices to list.

use voice_core::client::{Client, Cursor, Operation};
use voice_core::wire::open_enum;

use crate::list::List;
use crate::types::{Ownership, VoiceBillingStyle};

open_enum! {
    /// A speech provider, as the list of voices spells it. Settings of voices spell ElevenLabs `elevenLabs`.
    pub enum VoiceProvider {
        /// LMNT.
        Lmnt = "lmnt",
        /// Cartesia.
        Cartesia = "cartesia",
        /// Google.
        Google = "google",
        /// Respeecher.
        Respeecher = "respeecher",
        /// ElevenLabs.
        ElevenLabs = "eleven_labs",
        /// Inworld.
        Inworld = "inworld",
    }
}

/// Which voices to list; a voice must pass all of the filters, and be of one of the providers.
#[derive(Debug, Clone, Default, PartialEq)]
#[non_exhaustive]
pub struct ListVoices {
    /// Only those of these providers.
    pub providers: Vec<VoiceProvider>,
    /// Only those billed like this.
    pub billing_style: Option<VoiceBillingStyle>,
    /// Only the account's own, or only everybody's.
    pub ownership: Option<Ownership>,
    /// Only those whose first language is this (BCP 47). An empty one, which the API refuses, is not sent.
    pub primary_language: Option<String>,
    /// Only those the API finds by this text. An empty one, which the API refuses, is not sent.
    pub search: Option<String>,
    /// How many to a page; the API decides unless set.
    pub page_size: Option<u32>,
    /// Where to begin.
    pub cursor: Option<Cursor>,
}

impl ListVoices {
    /// All of them.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Only those of this provider; may be said several times.
    #[must_use]
    pub fn provider(mut self, provider: VoiceProvider) -> Self {
        self.providers.push(provider);
        self
    }

    /// Only those billed like this.
    #[must_use]
    pub fn billing_style(mut self, style: VoiceBillingStyle) -> Self {
        self.billing_style = Some(style);
        self
    }

    /// Only the account's own, or only everybody's.
    #[must_use]
    pub fn ownership(mut self, ownership: Ownership) -> Self {
        self.ownership = Some(ownership);
        self
    }

    /// Only those whose first language is this (BCP 47).
    #[must_use]
    pub fn primary_language(mut self, language: impl Into<String>) -> Self {
        self.primary_language = Some(language.into());
        self
    }

    /// Only those the API finds by this text.
    #[must_use]
    pub fn search(mut self, text: impl Into<String>) -> Self {
        self.search = Some(text.into());
        self
    }

    /// So many to a page.
    #[must_use]
    pub fn page_size(mut self, items: u32) -> Self {
        self.page_size = Some(items);
        self
    }

    /// Goes on where an earlier list of the same filter stopped.
    #[must_use]
    pub fn cursor(mut self, cursor: Cursor) -> Self {
        self.cursor = Some(cursor);
        self
    }

    pub(super) fn list(&self, client: &Client, operation: &'static Operation) -> List {
        let language = self.primary_language.as_ref();
        let list = List::new(client, operation)
            .query_option("billingStyle", self.billing_style.as_ref())
            .query_option("ownership", self.ownership.as_ref())
            .query_option("primaryLanguage", language.filter(|text| !text.is_empty()));
        let providers = self.providers.iter();
        providers
            .fold(list, |list, provider| {
                list.query("provider", provider.as_str())
            })
            .query_option("search", self.search.as_ref())
            .query_option("pageSize", self.page_size.as_ref())
            .from(self.cursor.as_ref())
    }
}
