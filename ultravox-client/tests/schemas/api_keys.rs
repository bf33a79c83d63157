//! API keys.

use ultravox_client::api_keys as k;

use crate::table::table;

table! {
    answer "APIKey" => k::ApiKey;
    answer "APIKeyCreate" => k::CreatedApiKey;
    request "APIKeyCreate" => k::NewApiKey, without ["prefix", "created", "creator", "secret", "revoked"];
    request "APIKey" => k::ApiKeyUpdate, without ["prefix", "created", "creator", "name", "expiryDate"];
    request "PatchedAPIKey" => k::ApiKeyUpdate, without ["prefix", "created", "creator", "name", "expiryDate"];
    answer "PatchedAPIKey" => k::ApiKey;
}
