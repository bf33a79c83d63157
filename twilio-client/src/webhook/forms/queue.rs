//! Queues: waiting, being taken, leaving.

use voice_core::ident::{CallSid, QueueSid};

use super::VoiceRequest;
use super::macros::form;
use super::words::QueueResult;

form! {
    /// The request for TwiML after `<Enqueue>`: the call left its queue.
    EnqueueAction("enqueue action") on VoiceRequest as voice {
        /// How it left.
        result: word(QueueResult) = "QueueResult", shown;
        /// The queue.
        queue_sid: parse(QueueSid) = "QueueSid", shown;
        /// How long it waited.
        queue_time: seconds = "QueueTime", shown;
    }
}

form! {
    /// The request for what a waiting caller hears (`waitUrl`).
    QueueWait("queue wait") on VoiceRequest as voice {
        /// Its place; 1 is the next.
        position: number = "QueuePosition", shown;
        /// The queue.
        queue_sid: parse(QueueSid) = "QueueSid", shown;
        /// How long it has waited.
        queue_time: seconds = "QueueTime", shown;
        /// How long callers of this queue wait on average.
        average_queue_time: seconds = "AvgQueueTime", shown;
        /// How many wait.
        current_size: number = "CurrentQueueSize", shown;
        /// How many may wait.
        max_size: number = "MaxQueueSize", shown;
    }
}

form! {
    /// The request for what a caller hears who is taken out of the queue, before the two are connected
    /// (`<Dial><Queue url>`).
    QueueConnect("queue connect") on VoiceRequest as voice {
        /// The queue.
        queue_sid: parse(QueueSid) = "QueueSid", shown;
        /// How long the caller waited.
        queue_time: seconds = "QueueTime", shown;
        /// The call that takes it (Twilio writes `Dequeing`).
        dequeuing_call_sid: parse(CallSid) = "DequeingCallSid", shown;
    }
}
