//! The client against the simulator: that the simulator is what it says, and that the client keeps its promises against it.

#[cfg(test)]
mod assigned;
#[cfg(test)]
mod available;
#[cfg(test)]
mod coalesced;
#[cfg(test)]
mod credentials;
#[cfg(test)]
mod faithful;
#[cfg(test)]
mod faults;
#[cfg(test)]
mod fixtures;
#[cfg(test)]
mod refreshed;
#[cfg(test)]
mod reported;
#[cfg(test)]
mod sockets;
#[cfg(test)]
mod support;
