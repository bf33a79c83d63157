//! Credentials for STUN and TURN servers, for a while: what WebRTC needs to get through firewalls.
//!
//! ```no_run
//! # async fn example(client: twilio_client::TwilioClient) -> Result<(), Box<dyn std::error::Error>> {
//! use std::time::Duration;
//! use twilio_client::tokens::CreateToken;
//!
//! let token = client.create_token(&CreateToken::new().ttl(Duration::from_secs(3600))).await?;
//! println!("{} servers", token.ice_servers.as_ref().map_or(0, Vec::len));
//! # Ok(()) }
//! ```
//!
//! User names and passwords stay out of `Debug`.

use voice_core::client::Response;
use voice_core::error::Error;
use voice_core::ident::AccountSid;

use crate::client::TwilioClient;
use crate::operation::operations;
use crate::types::{ApiTime, Numeric, Parameters, Seconds, resource, settings};

operations! { Api "api_v2010":
    CREATE = idempotent "tokens.create" CreateToken "/2010-04-01/Accounts/{AccountSid}/Tokens.json";
}

settings! {
    /// How long credentials are to hold.
    CreateToken {
        /// At least 1 s; 86,400 s (a day) unless set.
        ttl = "Ttl": Seconds,
    } rules |token, problems| problems.unless(
        token.ttl.is_none_or(|ttl| ttl.get() > 0),
        "Ttl",
        "must be at least 1 s",
    )
}

resource! {
    /// Credentials, and the servers that take them.
    Token {
        /// The account they belong to.
        account_sid: AccountSid,
        /// When they were made.
        date_created: ApiTime,
        /// When they were last changed.
        date_updated: ApiTime,
        /// The servers, as `RTCPeerConnection` takes them.
        ice_servers: Vec<IceServer>,
        /// The password.
        password: String => secret,
        /// How long they hold, in seconds.
        ttl: Numeric,
        /// The user.
        username: String => secret,
    }
}

resource! {
    /// A STUN or TURN server.
    IceServer {
        /// The password; TURN servers alone have one.
        credential: String => secret,
        /// The user; TURN servers alone have one.
        username: String => secret,
        /// The address, such as `stun:…`; the old name of `urls`.
        url: String,
        /// The address, such as `turn:…`.
        urls: String,
    }
}

impl TwilioClient {
    /// Makes credentials for STUN and TURN servers. It is sent again after an unknown outcome: credentials nobody received
    /// are never used.
    ///
    /// # Errors
    /// [`ErrorKind::InvalidInput`](voice_core::error::ErrorKind::InvalidInput) for a time of nothing.
    pub async fn create_token(&self, request: &CreateToken) -> Result<Response<Token>, Error> {
        let form = request.form(&CREATE)?;
        self.at(ON, &CREATE).form(form).send().await
    }
}
