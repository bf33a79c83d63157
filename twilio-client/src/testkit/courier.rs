//! Sends what is reported of anything but a call: one after the other for each subject, so that a slow listener delays no
//! other one's.

use std::collections::HashMap;
use std::sync::Arc;

use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};

use super::callback::{Delivered, send};
use super::record::Reports;
use super::state::Shared;
use crate::webhook::Params;

/// A report that is due.
#[derive(Debug)]
pub(super) struct Report {
    /// What it is about: reports of one subject keep their order.
    pub(super) subject: String,
    pub(super) url: String,
    pub(super) get: bool,
    pub(super) params: Params,
    /// Its `I-Twilio-Idempotency-Token`.
    pub(super) token: String,
}

/// Where reports are handed in. Nobody listens any more when the simulator is gone.
#[derive(Debug, Clone)]
pub(super) struct Outbox(UnboundedSender<Option<Report>>);

/// The other end of an [`Outbox`].
pub(super) type Inbox = UnboundedReceiver<Option<Report>>;

impl Outbox {
    pub(super) fn new() -> (Self, Inbox) {
        let (sender, inbox) = unbounded_channel();
        (Self(sender), inbox)
    }

    pub(super) fn send(&self, report: Report) {
        let _ = self.0.send(Some(report));
    }

    /// Hands in a report, if it was asked for. `group` is the name of the event in a request.
    pub(super) fn report(
        &self,
        reports: Option<&Reports>,
        group: &str,
        subject: &str,
        token: String,
        params: Vec<(&'static str, String)>,
    ) {
        let Some(reports) = reports.filter(|it| it.events.iter().any(|event| event == group))
        else {
            return;
        };
        self.send(Report {
            subject: subject.to_owned(),
            url: reports.url.clone(),
            get: reports.get,
            params: params.into_iter().collect(),
            token,
        });
    }

    pub(super) fn close(&self) {
        let _ = self.0.send(None);
    }
}

/// Runs until the outbox is closed.
pub(super) async fn run(shared: Arc<Shared>, mut inbox: Inbox) {
    let mut subjects: HashMap<String, UnboundedSender<Report>> = HashMap::new();
    while let Some(Some(report)) = inbox.recv().await {
        let subject = subjects.entry(report.subject.clone()).or_insert_with(|| {
            let (sender, receiver) = unbounded_channel();
            shared.runtime.spawn(deliver(Arc::clone(&shared), receiver));
            sender
        });
        let _ = subject.send(report);
    }
}

async fn deliver(shared: Arc<Shared>, mut inbox: UnboundedReceiver<Report>) {
    while let Some(report) = inbox.recv().await {
        let mut delivery = Delivered {
            url: report.url,
            get: report.get,
            params: report.params,
            token: report.token,
            answered: None,
        };
        delivery.answered = send(&shared, &delivery).await;
        shared.lock().delivered.push(delivery);
        if shared.is_stopped() {
            return;
        }
    }
}
