//! [`Entry`]: one person on the list.

use std::fmt;
use std::future::Future;
use std::pin::Pin;

use crate::error::Error;
use crate::ident::E164;
use crate::provider::{CallKey, PlaceCall};

type Made = Pin<Box<dyn Future<Output = Result<PlaceCall, Error>> + Send>>;
type Make = Box<dyn FnOnce(CallKey) -> Made + Send>;

/// One person to be rung.
///
/// Its key is the campaign's own name for it: the same after every restart, unlike that of any other entry of any campaign on
/// the account (`spring/row-17`), and without the number. It is also the key the call carries at the provider.
pub struct Entry {
    pub(super) key: CallKey,
    pub(super) to: E164,
    pub(super) from: E164,
    pub(super) order: Order,
}

/// The call to be placed.
pub(super) enum Order {
    Ready(Box<PlaceCall>),
    Later(Make),
}

impl Entry {
    /// A call that is made when its turn has come, by opening an agent's session for instance. `make` gets the key, and is not
    /// asked when the entry is skipped or its call is found. When it fails, the entry is refused and nobody was rung.
    ///
    /// What it makes must have this key and these numbers.
    pub fn later<F>(
        key: CallKey,
        to: E164,
        from: E164,
        make: impl FnOnce(CallKey) -> F + Send + 'static,
    ) -> Self
    where
        F: Future<Output = Result<PlaceCall, Error>> + Send + 'static,
    {
        Self {
            key,
            to,
            from,
            order: Order::Later(Box::new(move |key| Box::pin(make(key)))),
        }
    }

    /// The key.
    #[must_use]
    pub fn key(&self) -> &CallKey {
        &self.key
    }
}

impl From<PlaceCall> for Entry {
    fn from(call: PlaceCall) -> Self {
        Self {
            key: call.key.clone(),
            to: call.to,
            from: call.from,
            order: Order::Ready(Box::new(call)),
        }
    }
}

impl Order {
    /// The call, made now if it was not yet.
    pub(super) async fn make(
        self,
        key: &CallKey,
        to: E164,
        from: E164,
    ) -> Result<Box<PlaceCall>, Error> {
        let call = match self {
            Self::Ready(call) => return Ok(call),
            Self::Later(make) => make(key.clone()).await?,
        };
        match call.key == *key && call.to == to && call.from == from {
            true => Ok(Box::new(call)),
            false => Err(Error::invalid_input(
                "entry",
                "the call that was made for it has another key or other numbers",
            )),
        }
    }
}

impl fmt::Debug for Entry {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Entry")
            .field("key", &self.key)
            .field("to", &self.to)
            .field("from", &self.from)
            .finish_non_exhaustive()
    }
}
