//! The shared traits, for applications that swap providers.

mod agent;
mod health;
