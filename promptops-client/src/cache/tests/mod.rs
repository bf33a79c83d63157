mod edges;
mod faults;
mod levels;
mod load;
mod refresh;
mod rules;
mod snapshot;
mod support;
