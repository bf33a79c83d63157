//! Prints how much of a provider's limit each kind of client uses: the tables of `GOODPUT.md`.

fn main() {
    voice_benchmarks::goodput::print_tables(
        std::env::args().nth(1).and_then(|only| only.parse().ok()),
    );
}
