//! The account's numbers of one kind.

use voice_core::client::{Cursor, Operation, Pager, Response};
use voice_core::error::Error;

use super::{
    BUY_LOCAL, BUY_MOBILE, BUY_TOLL_FREE, BuyNumber, IncomingPhoneNumber, LIST_LOCAL, LIST_MOBILE,
    LIST_TOLL_FREE, ListNumbers, ON, buy,
};
use crate::operation::accessor;
use crate::paging;

/// The two operations of a kind.
#[derive(Debug)]
pub(crate) struct Kind {
    list: &'static Operation,
    buy: &'static Operation,
}

pub(super) static LOCAL: Kind = Kind {
    list: &LIST_LOCAL,
    buy: &BUY_LOCAL,
};

pub(super) static MOBILE: Kind = Kind {
    list: &LIST_MOBILE,
    buy: &BUY_MOBILE,
};

pub(super) static TOLL_FREE: Kind = Kind {
    list: &LIST_TOLL_FREE,
    buy: &BUY_TOLL_FREE,
};

accessor! {
    /// The account's numbers of one kind; see [`local`](super::IncomingPhoneNumbers::local),
    /// [`mobile`](super::IncomingPhoneNumbers::mobile) and [`toll_free`](super::IncomingPhoneNumbers::toll_free).
    NumbersOfKind { kind: &'static Kind }
}

impl NumbersOfKind<'_> {
    /// Lists numbers of the kind, page by page.
    #[must_use]
    pub fn list(&self, request: &ListNumbers) -> Pager<'static, IncomingPhoneNumber> {
        let key = "incoming_phone_numbers";
        paging::items(self.client, ON, self.kind.list, key, &[], request)
    }

    /// Takes a list up again at a stored cursor, which holds its filters.
    #[must_use]
    pub fn resume(&self, cursor: Cursor) -> Pager<'static, IncomingPhoneNumber> {
        let key = "incoming_phone_numbers";
        paging::resumed(self.client, ON, self.kind.list, key, cursor)
    }

    /// Buys one named number of the kind. As for [`buy`](super::IncomingPhoneNumbers::buy), it is sent again after an unknown
    /// outcome, and looked for.
    ///
    /// # Errors
    /// As for [`buy`](super::IncomingPhoneNumbers::buy), and code 21458 for a number of another kind.
    pub async fn buy(&self, request: &BuyNumber) -> Result<Response<IncomingPhoneNumber>, Error> {
        buy::named(self.client, self.kind.buy, self.kind.list, request).await
    }
}
