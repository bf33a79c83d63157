//! The account's trunks: is one there, and is everything on it that calls need?

use async_trait::async_trait;
use voice_core::doctor::{CheckContext, DoctorCheck, Finding, failed_later};
use voice_core::error::Error;

use crate::client::ExotelClient;
use crate::list::Paging;
use crate::trunks::{ListTrunks, Trunk};
use crate::types::{TrunkSid, TrunkStatus};

/// Looks at the trunks, and at the parts of the first of them: a trunk takes part in calls only with a number mapped to it, with an
/// address on its access list or a credential, and, for calls to it, with a destination.
#[derive(Debug, Clone)]
pub struct TrunksCheck {
    client: ExotelClient,
    most: usize,
}

impl TrunksCheck {
    const NAME: &'static str = "trunks";
    /// How many trunks are looked at closely by default; each costs four requests of 200 a minute.
    pub const MOST: usize = 3;

    /// Looks at the trunks of the client's account.
    #[must_use]
    pub fn new(client: ExotelClient) -> Self {
        let most = Self::MOST;
        Self { client, most }
    }

    /// How many trunks are looked at closely.
    #[must_use]
    pub fn most(mut self, trunks: usize) -> Self {
        self.most = trunks;
        self
    }

    async fn trunk(&self, context: &CheckContext, trunk: &Trunk) -> Finding {
        let label = trunk.trunk_name.as_deref().unwrap_or("without a name");
        let name = format!("trunk {label}");
        if trunk
            .status
            .as_ref()
            .is_some_and(|status| *status != TrunkStatus::Active)
        {
            return Finding::warn(name, "the trunk is not active")
                .with_cause("It was switched off, or is not set up to its end")
                .with_remedy("Look at it in Exotel's dashboard, or ask support to activate it");
        }
        let Some(sid) = &trunk.trunk_sid else {
            return Finding::skipped(name, "the list does not say its SID");
        };
        match Box::pin(context.step(self.parts(sid))).await {
            Ok(Ok(parts)) => parts.judge(&name),
            Ok(Err(error)) => failed_later(&name, &error),
            Err(late) => Finding::fail(name, format!("no verdict: {late}"))
                .with_cause("Exotel does not answer in time, or the network is slow")
                .with_remedy(
                    "Look at the findings on DNS, TCP and TLS, and at Exotel's status page",
                ),
        }
    }

    async fn parts(&self, sid: &TrunkSid) -> Result<Parts, Error> {
        let (trunk, one) = (self.client.trunk(sid), Paging::new().page_size(1));
        Ok(Parts {
            numbers: trunk.phone_numbers().page(&one).await?.items.len(),
            addresses: trunk.whitelisted_ips().page(&one).await?.items.len(),
            credentials: trunk.credentials().page(&one).await?.items.len(),
            destinations: trunk.destinations().page(&one).await?.items.len(),
        })
    }
}

/// How many there are of each; no more than one is asked for.
#[derive(Debug, Clone, Copy)]
struct Parts {
    numbers: usize,
    addresses: usize,
    credentials: usize,
    destinations: usize,
}

impl Parts {
    fn judge(self, name: &str) -> Finding {
        let mut missing = Vec::new();
        let mut causes = Vec::new();
        if self.numbers == 0 {
            missing.push("no number is mapped");
            causes.push("without a number calls have no caller id and nothing rings the trunk");
        }
        if self.addresses == 0 && self.credentials == 0 {
            missing.push("neither an address on its access list nor a credential");
            causes.push(
                "calls from your SIP side are refused, since nobody is known to the trunk (403)",
            );
        }
        if self.destinations == 0 {
            missing.push("no destination");
            causes.push("calls to its numbers in mode flow have nowhere to go");
        }
        if missing.is_empty() {
            return Finding::pass(name, "has a number, somebody it knows, and a destination");
        }
        Finding::warn(name, missing.join("; "))
            .with_cause(format!("The trunk is not set up to its end: {}", causes.join("; ")))
            .with_remedy("Complete it: map a number, allow the address of your SIP server (or make a credential), add a destination; provision() does all of it from one plan")
    }
}

#[async_trait]
impl DoctorCheck for TrunksCheck {
    fn name(&self) -> &str {
        Self::NAME
    }

    async fn check(&self, context: &CheckContext) -> Vec<Finding> {
        let (name, filter) = (Self::NAME, ListTrunks::default());
        let asked = Box::pin(context.step(self.client.trunks().page(&filter))).await;
        let trunks = match asked {
            Ok(Ok(page)) => page.into_inner().items,
            Ok(Err(error)) => return vec![failed_later(name, &error)],
            Err(late) => {
                return vec![Finding::skipped(name, format!("not known: {late}"))];
            }
        };
        if trunks.is_empty() {
            return vec![Finding::skipped(name, "the account has no trunk yet")];
        }
        let mut findings = vec![Finding::pass(
            name,
            format!("{} on the first page", trunks.len()),
        )];
        for trunk in trunks.iter().take(self.most) {
            findings.push(self.trunk(context, trunk).await);
        }
        findings
    }
}
