//! Audio: frames of PCM, the queue that paces them to the server, the buffer they wait in to be played.

mod pace;
mod pcm;
mod playback;
mod queue;

pub use pcm::{PcmError, PcmFormat, PcmFrame};
pub use playback::PlaybackBuffer;
pub use queue::{TrySendAudioError, Underflow};

pub(crate) use pace::Pace;
pub(crate) use queue::{AudioQueue, Outgoing};

use std::time::Duration;

/// How much audio one frame to the server holds, and how often one is sent.
pub const FRAME: Duration = Duration::from_millis(20);
