//! SIP: as a noun of Dial, and as the target of Refer.

use std::time::Duration;

use voice_core::ident::SipUri;

use super::Link;
use super::macros::twiml_element;
use crate::calls::MachineDetection;
use crate::types::{CallEvent, HttpMethod, Milliseconds};

twiml_element! {
    /// `<Sip>` in a Dial: a SIP address.
    ///
    /// ```
    /// use twilio_client::twiml::{Dial, Header, Headers, Response, Sip};
    /// use voice_core::ident::SipUri;
    ///
    /// let desk = Sip::new(SipUri::parse("sip:desk@example.com")?)
    ///     .with(Headers::new([Header::new("X-Order", "4711")]));
    /// assert!(Response::new().with(Dial::new().with(desk)).to_twiml().is_ok());
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    Sip = "Sip" [Headers, Uri] {
        /// The user to authenticate as.
        username = "username": String,
        /// The password for it. It stands in the document: give it only where the document travels by HTTPS.
        password = "password": String,
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

impl Sip {
    /// One address. The URI's own headers (`?X-Order=4711`) are sent too.
    #[must_use]
    pub fn new(uri: impl Into<SipUri>) -> Self {
        Self::holding(uri.into().as_str())
    }

    /// Addresses with settings of their own, at most ten (error 13250).
    #[must_use]
    pub fn any_of(uris: impl IntoIterator<Item = Uri>) -> Self {
        uris.into_iter().fold(Self::empty(), Self::with)
    }
}

twiml_element! {
    /// `<Uri>` in a [`Sip`]: one of several addresses.
    Uri = "SipUri" as "Uri" [] {
        /// Which are tried first: lower ones.
        priority = "priority": String,
        /// How often it is taken among those of one priority.
        weight = "weight": String,
        /// The user to authenticate as.
        username = "username": String,
        /// The password for it.
        password = "password": String,
    }
}

impl Uri {
    /// An address.
    #[must_use]
    pub fn new(uri: impl Into<SipUri>) -> Self {
        Self::holding(uri.into().as_str())
    }
}

twiml_element! {
    /// `<Headers>` in a [`Sip`]: SIP headers to send along.
    Headers = "Headers" [Header] {}
}

impl Headers {
    /// These headers.
    #[must_use]
    pub fn new(headers: impl IntoIterator<Item = Header>) -> Self {
        headers.into_iter().fold(Self::empty(), Self::with)
    }
}

twiml_element! {
    /// `<Header>`: one SIP header. Its name is made of letters, digits and `-` (error 13252), its value has no control
    /// character but the tab, so that no value begins another header; name and value together have at most 1,024
    /// characters (13253).
    Header = "Header" [] {
        /// The name, such as `X-Order`.
        name = "name": String,
        /// The value.
        value = "value": String,
    }
}

impl Header {
    /// A header.
    #[must_use]
    pub fn new(name: &str, value: &str) -> Self {
        Self::empty().name(name).value(value)
    }
}

twiml_element! {
    /// `<Refer>`: hands the call's own SIP leg over to another address. On SIP legs only (error 13801).
    Refer = "Refer" [ReferSip] {
        /// What is requested with the outcome; then verbs after it are not reached.
        action = "action": Link,
        /// How the action is requested; POST unless set.
        method = "method": HttpMethod,
    }
}

impl Refer {
    /// Hands over to `uri`.
    #[must_use]
    pub fn new(uri: impl Into<SipUri>) -> Self {
        Self::empty().with(ReferSip::new(uri))
    }
}

twiml_element! {
    /// `<Sip>` in a [`Refer`], which writes it.
    ReferSip = "ReferSip" as "Sip" [] {}
}

impl ReferSip {
    /// An address.
    #[must_use]
    pub fn new(uri: impl Into<SipUri>) -> Self {
        Self::holding(uri.into().as_str())
    }
}
