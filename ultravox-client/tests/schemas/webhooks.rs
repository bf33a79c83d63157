//! Webhooks.

use ultravox_client::webhook_endpoints as w;

use crate::table::table;

table! {
    answer "Webhook" => w::Webhook;
    request "Webhook" => w::NewWebhook, without ["webhookId", "created", "status", "lastStatusChange", "recentFailures"];
    request "PatchedWebhook" => w::WebhookUpdate, without ["webhookId", "created", "status", "lastStatusChange", "recentFailures"];
    answer "PatchedWebhook" => w::Webhook;
    answer "WebhookFailure" => w::WebhookFailure;
    words "EventsEnum" => ultravox_client::webhooks::EventKind;
    words "WebhookStatusEnum" => w::WebhookStatus;
}
