//! [`CallControl`]: what a tool can do with the call it serves; and the care that is taken with it.

use std::fmt;
use std::sync::Arc;

use async_trait::async_trait;
use tokio::sync::Mutex;

use crate::error::Error;
use crate::intake::{EventCode, IntakeError, Reason};

/// What a tool can do with the call it serves.
#[async_trait]
pub trait CallControl: fmt::Debug + Send + Sync {
    /// Hands the call on to a destination of the tenant's configuration, by its id.
    ///
    /// Tools are given one that orders no second transfer once one was taken or may have been carried out.
    ///
    /// # Errors
    /// [`IntakeError`] when there is no such destination, or the provider refused; with a
    /// [`cause`](IntakeError::cause) that says so when it may have happened.
    async fn transfer(&self, destination_id: &str) -> Result<Transferred, IntakeError>;

    /// Ends the call.
    ///
    /// # Errors
    /// [`IntakeError`] when the provider refused.
    async fn hang_up(&self) -> Result<(), IntakeError>;
}

/// What came of a transfer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Transferred {
    /// The provider took the order; that does not prove that the transfer happened.
    Ordered,
    /// The call was over.
    CallGone,
}

/// Sees to it that the tools of one call ring nobody twice, however often the agent asks.
///
/// One transfer is ordered at a time. What was ordered is not ordered again, nor what may have been: the provider's answer
/// was lost, or the tool's time ran out before it came. Only after a refusal can the agent try again.
pub(super) struct Careful {
    control: Arc<dyn CallControl>,
    order: Mutex<Order>,
}

#[derive(Clone, Copy)]
enum Order {
    None,
    Taken,
    /// It may have been carried out.
    Unknown,
}

impl Careful {
    pub(super) fn new(control: Arc<dyn CallControl>) -> Self {
        Self {
            control,
            order: Mutex::new(Order::None),
        }
    }
}

#[async_trait]
impl CallControl for Careful {
    async fn transfer(&self, destination_id: &str) -> Result<Transferred, IntakeError> {
        let mut order = self.order.lock().await;
        match *order {
            Order::None => {}
            Order::Taken => return Ok(Transferred::Ordered),
            Order::Unknown => {
                let reason = Reason::Other(UNKNOWN.to_owned());
                let error = IntakeError::new(EventCode::RequestTransferFailed, reason);
                return Err(error.with("destination_id", super::bounded(destination_id)));
            }
        }
        // Until it is known otherwise: this future may be dropped half-way.
        *order = Order::Unknown;
        let outcome = self.control.transfer(destination_id).await;
        *order = match &outcome {
            Ok(Transferred::Ordered) => Order::Taken,
            Ok(Transferred::CallGone) => Order::None,
            Err(error) if may_have_happened(error) => Order::Unknown,
            Err(_) => Order::None,
        };
        outcome
    }

    async fn hang_up(&self) -> Result<(), IntakeError> {
        self.control.hang_up().await
    }
}

impl fmt::Debug for Careful {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.control.fmt(f)
    }
}

/// The reason of a transfer that is not ordered since an earlier one may have been carried out.
const UNKNOWN: &str = "transfer_outcome_unknown";

/// Whether a transfer that failed may have been carried out all the same.
pub(super) fn may_have_happened(error: &IntakeError) -> bool {
    error.cause().is_some_and(Error::may_have_happened) || error.reason().as_str() == UNKNOWN
}
