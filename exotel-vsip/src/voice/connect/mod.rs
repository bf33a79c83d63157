//! The requests that ring a phone: two numbers, a number and a flow, a number and an agent's WebSocket.
//!
//! | request | the number called first is connected to | sent |
//! |---|---|---|
//! | [`ConnectNumbers`] | a second number | `To` |
//! | [`ConnectFlow`] | a flow made in the dashboard | `Url` |
//! | [`ConnectStream`] | your WebSocket, both ways, without a flow | `StreamUrl`, `StreamType` |
//!
//! Each has a constructor for what is required, so that none can be sent with two of these or with none; values are
//! checked, all of them, before anything is sent.

mod common;
mod flow;
mod numbers;
mod stream;

use voice_core::client::{Form, Operation};
use voice_core::error::Error;
use voice_core::provider::CallKey;
use voice_core::secret::SecretString;

use crate::account::AccountName;
use crate::region::Region;

pub use common::{MAX_CUSTOM_FIELD, MAX_TIME_LIMIT};
pub use flow::ConnectFlow;
pub use numbers::ConnectNumbers;
pub use stream::{ConnectStream, MAX_STREAM_URL};

use common::{Common, common_setters};

/// A request that rings a phone, whatever it connects it to.
pub(crate) trait Dial {
    /// Which operation it is.
    fn operation(&self) -> &'static Operation;

    /// What all of them share.
    fn common(&self) -> &Common;

    /// Checks every value.
    fn check(&self) -> Result<(), Error>;

    /// What must not be shown even when the server quotes it: where an agent's stream is joined.
    fn secrets(&self) -> Vec<SecretString>;

    /// Every pair that is sent, in a stable order.
    fn form(&self, account: &AccountName, region: &Region, key: &CallKey) -> Form;
}
