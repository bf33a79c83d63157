//! Scheduled batches of calls.

use ultravox_client::agents as a;

use crate::table::table;

table! {
    answer "ScheduledCallBatch" => a::ScheduledBatch, without ["calls"];
    request "ScheduledCallBatch" => a::NewBatch, without ["batchId", "created", "totalCount", "completedCount", "endedAt"];
    request "PatchedScheduledCallBatch" => a::BatchUpdate, without ["batchId", "created", "totalCount", "completedCount", "endedAt"];
    answer "PatchedScheduledCallBatch" => a::ScheduledBatch, without ["calls"];
    answer "ScheduledCall" => a::ScheduledCall;
    request "ScheduledCall" => a::BatchCall, without ["status", "batchId", "callId", "error"];
    words "ScheduledCallStatusEnum" => a::ScheduledCallStatus;
}
