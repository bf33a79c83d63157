//! Calls older than 13 months, which can only be deleted here.

use voice_core::client::Response;
use voice_core::error::Error;
use voice_core::ident::CallSid;

use crate::calls::Calls;
use crate::operation::operations;
use crate::types::{DateFilter, Problems};

operations! { Voice "voice_v1":
    DELETE = delete "calls.archive.delete" DeleteArchivedCall "/v1/Archives/{Date}/Calls/{Sid}";
}

impl Calls<'_> {
    /// Deletes a call's record from the archive, by the day (UTC) it was created on.
    ///
    /// # Errors
    /// [`ErrorKind::InvalidInput`](voice_core::error::ErrorKind::InvalidInput) for a moment instead of a day,
    /// [`ErrorKind::NotFound`](voice_core::error::ErrorKind::NotFound) (code 20404) when there is none.
    pub async fn delete_archived(
        &self,
        day: &DateFilter,
        sid: CallSid,
    ) -> Result<Response<()>, Error> {
        let day = day.to_string();
        let mut problems = Problems::default();
        problems.unless(day.len() == 10, "Date", "must be a day, such as 2025-01-31");
        problems.into_result(&DELETE)?;
        let delete = self.client().at(ON, &DELETE).path("Date", day);
        delete.path("Sid", sid).send_empty().await
    }
}
