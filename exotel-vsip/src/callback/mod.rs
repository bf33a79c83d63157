//! Status callbacks of calls: what Exotel posts to a `StatusCallback` URL.
