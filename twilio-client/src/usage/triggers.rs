//! Triggers: a request to your server when usage reaches a value.

use voice_core::ident::{AccountSid, UsageTriggerSid};
use voice_core::webhook::WebhookUrl;

use super::TriggerValue;
use crate::operation::{accessor, crud, operations};
use crate::types::{
    ApiTime, HttpMethod, Numeric, Problems, list_request, open_enum, request, resource, settings,
};

operations! { Api "api_v2010":
    LIST = get "usage.triggers.list" ListUsageTrigger "/2010-04-01/Accounts/{AccountSid}/Usage/Triggers.json";
    CREATE = once "usage.triggers.create" CreateUsageTrigger "/2010-04-01/Accounts/{AccountSid}/Usage/Triggers.json";
    GET = get "usage.triggers.get" FetchUsageTrigger "/2010-04-01/Accounts/{AccountSid}/Usage/Triggers/{Sid}.json";
    UPDATE = idempotent "usage.triggers.update" UpdateUsageTrigger "/2010-04-01/Accounts/{AccountSid}/Usage/Triggers/{Sid}.json";
    DELETE = delete "usage.triggers.delete" DeleteUsageTrigger "/2010-04-01/Accounts/{AccountSid}/Usage/Triggers/{Sid}.json";
}

open_enum! {
    /// How often a trigger may fire, each time counting from nothing.
    Recurring {
        /// Once a day.
        Daily = "daily",
        /// Once a month.
        Monthly = "monthly",
        /// Once a year.
        Yearly = "yearly",
        /// Once and for all.
        AllTime = "alltime",
    }
}

open_enum! {
    /// What a trigger watches.
    TriggerField {
        /// How often something was used.
        Count = "count",
        /// How much of it was used.
        Usage = "usage",
        /// What it cost.
        Price = "price",
    }
}

list_request! {
    /// Which triggers to list: all of them unless filtered.
    ListUsageTriggers {
        /// Only those that fire so often.
        recurring = "Recurring": Recurring,
        /// Only those that watch this.
        trigger_by = "TriggerBy": TriggerField,
        /// Only those of this category.
        usage_category = "UsageCategory": String,
    }
}

request! {
    /// A trigger to be created.
    CreateUsageTrigger {
        callback_url = "CallbackUrl": WebhookUrl,
        trigger_value = "TriggerValue": TriggerValue,
        usage_category = "UsageCategory": String,
        ..
        /// How the `CallbackUrl` is requested; POST unless set.
        callback_method = "CallbackMethod": HttpMethod,
        /// Its name, at most 64 characters.
        friendly_name = "FriendlyName": String,
        /// How often it may fire; once unless set.
        recurring = "Recurring": Recurring,
        /// What it watches.
        trigger_by = "TriggerBy": TriggerField,
    } rules |trigger, problems| {
        problems.unless(
            trigger.trigger_value.is_positive(),
            "TriggerValue",
            "must be positive",
        );
        problems.unless(
            !trigger.usage_category.is_empty(),
            "UsageCategory",
            "must not be empty",
        );
        name_rule(trigger.friendly_name.as_ref(), problems);
    }
}

impl CreateUsageTrigger {
    /// Requests `callback_url` when usage of a category, such as `calls` or `totalprice`, reaches a value.
    pub fn new(
        callback_url: WebhookUrl,
        trigger_value: TriggerValue,
        usage_category: impl Into<String>,
    ) -> Self {
        Self::required(callback_url, trigger_value, usage_category.into())
    }
}

settings! {
    /// Changes of a trigger. What it watches stays.
    UpdateUsageTrigger {
        /// How the `CallbackUrl` is requested.
        callback_method = "CallbackMethod": HttpMethod,
        /// What is requested when it fires.
        callback_url = "CallbackUrl": WebhookUrl,
        /// Another name, at most 64 characters.
        friendly_name = "FriendlyName": String,
    } rules |trigger, problems| name_rule(trigger.friendly_name.as_ref(), problems)
}

fn name_rule(name: Option<&String>, problems: &mut Problems) {
    problems.unless(
        name.is_none_or(|name| name.chars().count() <= 64),
        "FriendlyName",
        "must have at most 64 characters",
    );
}

resource! {
    /// A trigger.
    UsageTrigger {
        /// The account it watches.
        account_sid: AccountSid,
        /// The version of the API.
        api_version: String,
        /// How the `callback_url` is requested.
        callback_method: HttpMethod,
        /// What is requested when it fires.
        callback_url: String => personal,
        /// How far usage is.
        current_value: Numeric,
        /// When it was created.
        date_created: ApiTime,
        /// When it last fired.
        date_fired: ApiTime,
        /// When it was last changed.
        date_updated: ApiTime,
        /// Its name.
        friendly_name: String,
        /// How often it may fire; empty or absent for once.
        recurring: Recurring,
        /// Its SID.
        sid: UsageTriggerSid,
        /// What it watches.
        trigger_by: TriggerField,
        /// At which value it fires.
        trigger_value: Numeric,
        /// Its own address, relative to the API's host.
        uri: String,
        /// The category it watches.
        usage_category: String,
        /// The address of the record it watches.
        usage_record_uri: String,
    }
}

accessor! {
    /// Triggers; see [`Usage::triggers`](super::Usage::triggers).
    UsageTriggers
}

crud! {
    UsageTriggers of UsageTrigger, id UsageTriggerSid, items "usage_triggers", parent [];
    /// Lists triggers, page by page.
    list LIST (ListUsageTriggers);
    /// Creates a trigger. Two may watch the same.
    create CREATE (CreateUsageTrigger);
    /// Reads a trigger.
    get GET;
    /// Changes a trigger; what is not set stays.
    update UPDATE (UpdateUsageTrigger);
    /// Deletes a trigger.
    delete DELETE;
}
