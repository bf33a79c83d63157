//! Webhooks.

use crate::table::table;

pub(crate) static TO_COME: &[&str] = &[
    "EventsEnum",
    "PatchedWebhook",
    "Webhook",
    "WebhookFailure",
    "WebhookStatusEnum",
];

table! {}
