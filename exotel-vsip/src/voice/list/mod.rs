//! Lists of calls: filters, pages, and a stream that goes through all months of a range.

mod filter;
mod page;
mod range;

pub use filter::{CallQuery, ListCalls, SortBy};
pub use page::{CallPage, PageInfo};
pub(crate) use page::{page, stream};
pub use range::{DurationRange, PriceRange, RangeError, TimeRange};
