//! `<Dial>` and whom it rings: numbers, clients of the Voice SDK, applications, SIM cards, WhatsApp.

use std::time::Duration;

use voice_core::ident::{self, ByocTrunkSid, E164};

use super::macros::{begins_empty, takes_parameters, twiml_element};
use super::{Conference, DialEvent, DialRecord, Link, Parameter, Queue, RingTone, Sip, Within};
use crate::calls::{MachineDetection, RecordingEvent, RecordingTrack, Trim};
use crate::types::{CallEvent, Endpoint, HttpMethod, Milliseconds, Toggle};

twiml_element! {
    /// `<Dial>`: connects the caller to somebody else.
    ///
    /// With an [`action`](Self::action), verbs after it are not reached. At most ten nouns are rung, all at once unless
    /// [`sequential`](Self::sequential); a [`Conference`] stands alone (error 13000).
    ///
    /// ```
    /// use std::time::Duration;
    /// use twilio_client::twiml::{Client, Dial, Link, Number, Response};
    /// use voice_core::ident::E164;
    ///
    /// let both = Dial::new()
    ///     .with(Number::new(E164::parse("+14155550123")?).url(Link::parse("/whisper")?))
    ///     .with(Client::new("anna").parameter("order", "4711"))
    ///     .timeout(Duration::from_secs(20));
    /// let document = Response::new().with(both).to_twiml()?;
    /// assert!(document.as_str().contains("<Client><Identity>anna</Identity>"));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    Dial = "Dial" [Application, Client, Conference, Number, Queue, Sim, Sip, WhatsApp] {
        /// What is requested when the other leg has ended, with its outcome.
        action = "action": Link,
        /// How the action is requested; POST unless set.
        method = "method": HttpMethod,
        /// How long it rings; 30 s unless set.
        timeout = "timeout": Duration,
        /// Longest time connected; 4 h unless set.
        time_limit = "timeLimit": Duration,
        /// Who is shown as calling: a number of the account's, a verified one, the call's own From or To, or a client
        /// (error 13214 for any other).
        caller_id = "callerId": Endpoint,
        /// Whether the caller hears ringing until the other side answers.
        answer_on_bridge = "answerOnBridge": Toggle,
        /// Whether the caller can end the other leg with `*`.
        hangup_on_star = "hangupOnStar": Toggle,
        /// Whether the nouns are rung one after the other.
        sequential = "sequential": Toggle,
        /// The ringing the caller hears.
        ring_tone = "ringTone": RingTone,
        /// Whether it is recorded.
        record = "record": DialRecord,
        /// Which side is recorded.
        recording_track = "recordingTrack": RecordingTrack,
        /// What happens to silence at the recording's ends.
        trim = "trim": Trim,
        /// A recording configuration, by its id.
        recording_configuration_id = "recordingConfigurationId": String,
        /// Where the recording's progress is reported.
        recording_status_callback = "recordingStatusCallback": Link,
        /// Which progress; `completed` unless set.
        recording_status_callback_event = "recordingStatusCallbackEvent": Vec<RecordingEvent>,
        /// How it is reported; POST unless set.
        recording_status_callback_method = "recordingStatusCallbackMethod": HttpMethod,
        /// What is requested when the other side transfers the call by SIP REFER.
        refer_url = "referUrl": Link,
        /// How it is requested; POST unless set.
        refer_method = "referMethod": HttpMethod,
        /// What is reported to the call's own status callback.
        events = "events": DialEvent,
        /// SHAKEN passports to send along.
        passports = "passports": String,
    }
}

begins_empty! {
    /// Dials nobody yet; add nouns with [`with`](Self::with).
    Dial,
}

impl Dial {
    /// Dials one number.
    #[must_use]
    pub fn number(number: E164) -> Self {
        Self::holding(number.as_str())
    }

    /// Adds a noun, as [`with`](Self::with) does. Several are rung at once; who answers first is connected.
    #[must_use]
    pub fn to(self, noun: impl Within<Self>) -> Self {
        self.with(noun)
    }
}

twiml_element! {
    /// `<Number>`: a number to dial, with settings of its own.
    Number = "Number" [] {
        /// Keys to send once it is answered; `w` waits half a second (error 13222 for anything else).
        send_digits = "sendDigits": String,
        /// TwiML the called person hears before being connected.
        url = "url": Link,
        /// How the URL is requested; POST unless set.
        method = "method": HttpMethod,
        /// Where this leg's progress is reported.
        status_callback = "statusCallback": Link,
        /// Which progress; `completed` unless set.
        status_callback_event = "statusCallbackEvent": Vec<CallEvent>,
        /// How it is reported; POST unless set.
        status_callback_method = "statusCallbackMethod": HttpMethod,
        /// The trunk of one's own carrier it goes out by.
        byoc = "byoc": ByocTrunkSid,
        /// Whether Twilio finds out who answers.
        machine_detection = "machineDetection": MachineDetection,
        /// How long that may take, in whole seconds; 30 s unless set.
        machine_detection_timeout = "machineDetectionTimeout": Duration,
        /// Speech at least this long is a machine's.
        machine_detection_speech_threshold = "machineDetectionSpeechThreshold": Milliseconds,
        /// Silence this long ends a greeting.
        machine_detection_speech_end_threshold = "machineDetectionSpeechEndThreshold": Milliseconds,
        /// Silence this long at the beginning ends detection.
        machine_detection_silence_timeout = "machineDetectionSilenceTimeout": Milliseconds,
        /// Where the finding is reported.
        amd_status_callback = "amdStatusCallback": Link,
        /// How it is reported; POST unless set.
        amd_status_callback_method = "amdStatusCallbackMethod": HttpMethod,
    }
}

impl Number {
    /// A number to dial.
    #[must_use]
    pub fn new(number: E164) -> Self {
        Self::holding(number.as_str())
    }
}

twiml_element! {
    /// `<Client>`: a client of the Voice SDK.
    Client = "Client" [Identity, Parameter] {
        /// TwiML the called person hears before being connected.
        url = "url": Link,
        /// How the URL is requested; POST unless set.
        method = "method": HttpMethod,
        /// Where this leg's progress is reported.
        status_callback = "statusCallback": Link,
        /// Which progress; `completed` unless set.
        status_callback_event = "statusCallbackEvent": Vec<CallEvent>,
        /// How it is reported; POST unless set.
        status_callback_method = "statusCallbackMethod": HttpMethod,
    }
}

impl Client {
    /// A client by its identity, without `client:`.
    pub fn new(identity: impl Into<String>) -> Self {
        Self::empty().with(Identity::new(identity))
    }
}

twiml_element! {
    /// `<Identity>`: the identity of a client; [`Client::new`] writes it.
    Identity = "Identity" [] {}
}

impl Identity {
    /// An identity.
    pub fn new(identity: impl Into<String>) -> Self {
        Self::holding(identity)
    }
}

twiml_element! {
    /// `<Application>`: a TwiML application, as another leg.
    Application = "Application" [ApplicationSid, Parameter] {
        /// TwiML the called side hears before being connected.
        url = "url": Link,
        /// How the URL is requested; POST unless set.
        method = "method": HttpMethod,
        /// Where this leg's progress is reported.
        status_callback = "statusCallback": Link,
        /// Which progress; `completed` unless set.
        status_callback_event = "statusCallbackEvent": Vec<CallEvent>,
        /// How it is reported; POST unless set.
        status_callback_method = "statusCallbackMethod": HttpMethod,
        /// An id of the customer, handed on.
        customer_id = "customerId": String,
        /// Whether the application sees the To of the call it comes from.
        copy_parent_to = "copyParentTo": Toggle,
    }
}

impl Application {
    /// An application by its SID.
    #[must_use]
    pub fn new(application: ident::ApplicationSid) -> Self {
        Self::empty().with(ApplicationSid::new(application))
    }
}

twiml_element! {
    /// `<ApplicationSid>`: which application; [`Application::new`] writes it.
    ApplicationSid = "ApplicationSid" [] {}
}

impl ApplicationSid {
    /// An application.
    #[must_use]
    pub fn new(application: ident::ApplicationSid) -> Self {
        Self::holding(application.as_str())
    }
}

takes_parameters! { Client, Application }

twiml_element! {
    /// `<Sim>`: a SIM card of Twilio's, by its SID. Not in every region (error 13258).
    Sim = "Sim" [] {}
}

impl Sim {
    /// A SIM card by its SID, `DE…`.
    pub fn new(sim: impl Into<String>) -> Self {
        Self::holding(sim)
    }
}

twiml_element! {
    /// `<WhatsApp>`: a person on WhatsApp.
    WhatsApp = "WhatsApp" [] {
        /// TwiML the called person hears before being connected.
        url = "url": Link,
        /// How the URL is requested; POST unless set.
        method = "method": HttpMethod,
        /// Where this leg's progress is reported.
        status_callback = "statusCallback": Link,
        /// Which progress; `completed` unless set.
        status_callback_event = "statusCallbackEvent": Vec<CallEvent>,
        /// How it is reported; POST unless set.
        status_callback_method = "statusCallbackMethod": HttpMethod,
    }
}

impl WhatsApp {
    /// A person by their number.
    #[must_use]
    pub fn new(number: E164) -> Self {
        Self::holding(number.as_str())
    }
}
