//! TwiML applications: where calls and messages fetch their instructions, by a SID instead of URLs.
//!
//! ```no_run
//! # async fn example(client: twilio_client::TwilioClient) -> Result<(), Box<dyn std::error::Error>> {
//! use twilio_client::applications::ApplicationSettings;
//! use voice_core::webhook::WebhookUrl;
//!
//! let settings = ApplicationSettings::new()
//!     .friendly_name("agents")
//!     .voice_url(WebhookUrl::parse("https://app.example.com/voice")?);
//! let application = client.applications().create(&settings).await?;
//! println!("{:?}", application.sid);
//! # Ok(()) }
//! ```

use voice_core::ident::{AccountSid, ApplicationSid};
use voice_core::webhook::WebhookUrl;

use crate::client::TwilioClient;
use crate::operation::{accessor, crud, operations};
use crate::types::{ApiTime, HttpMethod, Toggle, list_request, resource, settings};

operations! { Api "api_v2010":
    LIST = get "applications.list" ListApplication "/2010-04-01/Accounts/{AccountSid}/Applications.json";
    CREATE = once "applications.create" CreateApplication "/2010-04-01/Accounts/{AccountSid}/Applications.json";
    GET = get "applications.get" FetchApplication "/2010-04-01/Accounts/{AccountSid}/Applications/{Sid}.json";
    UPDATE = idempotent "applications.update" UpdateApplication "/2010-04-01/Accounts/{AccountSid}/Applications/{Sid}.json";
    DELETE = delete "applications.delete" DeleteApplication "/2010-04-01/Accounts/{AccountSid}/Applications/{Sid}.json";
}

list_request! {
    /// Which applications to list: all of them unless filtered.
    ListApplications {
        /// Only those of this name.
        friendly_name = "FriendlyName": String,
    }
}

settings! {
    /// What an application does, new or changed.
    ApplicationSettings {
        /// Its name, at most 64 characters.
        friendly_name = "FriendlyName": String,
        /// The version of the API its calls are handled by, `2010-04-01` or `2008-08-01`; the account's unless set.
        api_version = "ApiVersion": String,
        /// Where incoming calls fetch their TwiML.
        voice_url = "VoiceUrl": WebhookUrl,
        /// How it is requested.
        voice_method = "VoiceMethod": HttpMethod,
        /// What is requested when the `VoiceUrl` fails.
        voice_fallback_url = "VoiceFallbackUrl": WebhookUrl,
        /// How it is requested.
        voice_fallback_method = "VoiceFallbackMethod": HttpMethod,
        /// Where the end of a call is reported.
        status_callback = "StatusCallback": WebhookUrl,
        /// How it is reported.
        status_callback_method = "StatusCallbackMethod": HttpMethod,
        /// Whether the names of callers are looked up, which costs.
        voice_caller_id_lookup = "VoiceCallerIdLookup": Toggle,
        /// Where incoming messages are reported.
        sms_url = "SmsUrl": WebhookUrl,
        /// How it is requested.
        sms_method = "SmsMethod": HttpMethod,
        /// What is requested when the `SmsUrl` fails.
        sms_fallback_url = "SmsFallbackUrl": WebhookUrl,
        /// How it is requested.
        sms_fallback_method = "SmsFallbackMethod": HttpMethod,
        /// The old name of `MessageStatusCallback`.
        sms_status_callback = "SmsStatusCallback": WebhookUrl,
        /// Where the progress of messages it sent is reported, by POST.
        message_status_callback = "MessageStatusCallback": WebhookUrl,
        /// Whether other accounts may dial it by `<Dial><Application>`.
        public_application_connect_enabled = "PublicApplicationConnectEnabled": Toggle,
    } rules |application, problems| problems.unless(
        application.friendly_name.as_ref().is_none_or(|name| name.chars().count() <= 64),
        "FriendlyName",
        "must have at most 64 characters",
    )
}

resource! {
    /// A TwiML application.
    Application {
        /// The account it belongs to.
        account_sid: AccountSid,
        /// The version of the API its calls are handled by.
        api_version: String,
        /// When it was created.
        date_created: ApiTime,
        /// When it was last changed.
        date_updated: ApiTime,
        /// Its name.
        friendly_name: String,
        /// Where the progress of messages it sent is reported.
        message_status_callback: String,
        /// Its SID.
        sid: ApplicationSid,
        /// How the `sms_fallback_url` is requested.
        sms_fallback_method: HttpMethod,
        /// What is requested when the `sms_url` fails.
        sms_fallback_url: String,
        /// How the `sms_url` is requested.
        sms_method: HttpMethod,
        /// The old name of `message_status_callback`.
        sms_status_callback: String,
        /// Where incoming messages are reported.
        sms_url: String,
        /// Where the end of a call is reported.
        status_callback: String,
        /// How it is reported.
        status_callback_method: HttpMethod,
        /// Its own address, relative to the API's host.
        uri: String,
        /// Whether the names of callers are looked up.
        voice_caller_id_lookup: bool,
        /// How the `voice_fallback_url` is requested.
        voice_fallback_method: HttpMethod,
        /// What is requested when the `voice_url` fails.
        voice_fallback_url: String,
        /// How the `voice_url` is requested.
        voice_method: HttpMethod,
        /// Where incoming calls fetch their TwiML.
        voice_url: String,
        /// Whether other accounts may dial it.
        public_application_connect_enabled: bool,
    }
}

accessor! {
    /// The TwiML applications of an account; see [`TwilioClient::applications`].
    Applications
}

impl TwilioClient {
    /// TwiML applications.
    #[must_use]
    pub fn applications(&self) -> Applications<'_> {
        Applications::new(self)
    }
}

crud! {
    Applications of Application, id ApplicationSid, items "applications", parent [];
    /// Lists applications, page by page.
    list LIST (ListApplications);
    /// Creates an application; an account has room for 1,000 (code 21301). Two may have the same name.
    create CREATE (ApplicationSettings);
    /// Reads an application.
    get GET;
    /// Changes an application; what is not set stays.
    update UPDATE (ApplicationSettings);
    /// Deletes an application.
    delete DELETE;
}
