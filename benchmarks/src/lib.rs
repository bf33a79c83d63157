//! What the benchmarks share: options, the harness that measures contenders in turn, an allocator that counts, and a server
//! on loopback that does as little as a server can; and one module for each section of the table.

#![deny(unsafe_code)]

pub mod clients;
pub mod counting;
pub mod goodput;
pub mod harness;
mod options;
pub mod report;
pub mod requests;
mod row;
mod server;
pub mod values;

pub use options::Options;
pub use row::{Bar, Row, Unit};
pub use server::{BODY, server, server_thread};
