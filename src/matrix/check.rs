//! What `passerelle check` looks at on the Matrix side.

use std::time::Duration;

use contract::{Finding, Phrase};

use super::{
    Matrix, Reached,
    client::{Call, Refusal},
};

/// How often a ping is tried: Synapse answers 502 to one that meets a retry of its own.
const PINGS: u32 = 3;

impl Matrix {
    /// Whether the homeserver answers, knows us, and reaches us.
    pub(super) async fn look_around(&self) -> Vec<Finding> {
        let versions = match self.client.call(Call::get(&["client", "versions"]).anonymous()).await {
            Ok(versions) => versions,
            Err(refusal) => {
                let what = Phrase::new("homeserver-unreachable").with("why", refusal);
                return vec![wrong("homeserver.versions", what, Phrase::new("homeserver-unreachable-mend"))];
            }
        };
        let versions =
            versions["versions"].as_array().and_then(|all| all.last()?.as_str()).unwrap_or("?").to_owned();
        let answers = Phrase::new("homeserver-answers").with("version", versions);
        let mut findings = vec![Finding::right("homeserver.versions", answers)];
        let known = self.look_at_token().await;
        let goes_on = known.mend.is_none();
        findings.push(known);
        if goes_on {
            findings.push(self.look_at_namespace().await);
            findings.extend(self.look_at_ping().await);
        }
        findings
    }

    async fn look_at_token(&self) -> Finding {
        let subject = "homeserver.as_token";
        match self.client.call(Call::get(&["client", "v3", "account", "whoami"])).await {
            Ok(answer) if answer["user_id"] == self.people.bot().as_str() => {
                Finding::right(subject, Phrase::new("as-token-right").with("bot", self.people.bot()))
            }
            Ok(answer) => {
                let who = answer["user_id"].as_str().unwrap_or("?").to_owned();
                let what = Phrase::new("as-token-of-another").with("who", who).with("bot", self.people.bot());
                wrong(subject, what, Phrase::new("registration-mend"))
            }
            Err(refusal) => {
                let what = Phrase::new("as-token-wrong").with("why", refusal);
                wrong(subject, what, Phrase::new("registration-mend"))
            }
        }
    }

    /// Asks who a ghost would be: the homeserver forbids it in other words when it is outside our namespace.
    async fn look_at_namespace(&self) -> Finding {
        let person = contract::Person { network: "check".into(), user: "check".into() };
        let ghost = self.people.mxid(&person);
        let right =
            || Finding::right("homeserver.namespace", Phrase::new("namespace-right").with("ghost", &ghost));
        let whoami = self.client.call(Call::get(&["client", "v3", "account", "whoami"]).by(&ghost)).await;
        match whoami {
            Ok(_) => right(),
            Err(refusal) if refusal.error.contains("not registered") => right(),
            Err(refusal) => {
                let what = Phrase::new("namespace-wrong").with("ghost", &ghost).with("why", refusal);
                wrong("homeserver.namespace", what, Phrase::new("registration-mend"))
            }
        }
    }

    async fn look_at_ping(&self) -> Vec<Finding> {
        self.reached.send_replace(None);
        let mut outcome = self.ping().await;
        for _ in 1..PINGS {
            if outcome.is_ok() || self.reached.borrow().is_some() {
                break;
            }
            tokio::time::sleep(Duration::from_secs(1)).await;
            outcome = self.ping().await;
        }
        let reached = *self.reached.borrow();
        match (outcome, reached) {
            (_, Some(Reached::WrongToken)) => {
                let right = Finding::right("homeserver.ping", Phrase::new("ping-arrives"));
                let mend = Phrase::new("registration-mend");
                vec![right, wrong("homeserver.hs_token", Phrase::new("hs-token-wrong"), mend)]
            }
            (Ok(()), Some(Reached::Right)) => vec![
                Finding::right("homeserver.ping", Phrase::new("ping-arrives")),
                Finding::right("homeserver.hs_token", Phrase::new("hs-token-right")),
            ],
            (Ok(()), None) => {
                // The running daemon answered in our place, with the same token.
                vec![Finding::right("homeserver.ping", Phrase::new("ping-arrives-elsewhere"))]
            }
            (Err(refusal), _) => vec![unreached(&refusal)],
        }
    }
}

fn unreached(refusal: &Refusal) -> Finding {
    let (key, mend) = match refusal.errcode.as_str() {
        "M_URL_NOT_SET" => ("ping-no-url", "registration-mend"),
        "M_BAD_STATUS" => ("ping-bad-status", "ping-bad-status-mend"),
        "M_FORBIDDEN" => ("ping-other-id", "registration-mend"),
        _ => ("ping-lost", "ping-lost-mend"),
    };
    wrong("homeserver.ping", Phrase::new(key).with("why", refusal), Phrase::new(mend))
}

fn wrong(subject: &str, what: Phrase, mend: Phrase) -> Finding {
    Finding::wrong(subject, what, mend)
}
