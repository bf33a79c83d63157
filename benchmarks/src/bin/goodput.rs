//! Prints how much of a provider's limit each kind of client uses: the tables of `GOODPUT.md`.
//!
//! `goodput [requests per window [part of a client's name]]` prints a part of them.

fn main() {
    let mut args = std::env::args().skip(1);
    let only = args.next().and_then(|only| only.parse().ok());
    voice_benchmarks::goodput::print_tables(only, &args.next().unwrap_or_default());
}
