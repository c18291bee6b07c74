//! Rocket.Chat passes the suite that every network passes, whether its bot may speak under other names or not.

use async_trait::async_trait;
use contract::{
    ChatId, Network,
    testing::{Subject, conforms},
};

use crate::workspace::Channel;

struct Suite(Channel);

#[async_trait]
impl Subject for Suite {
    fn network(&self) -> &dyn Network {
        self.0.network.as_ref()
    }

    fn chat(&self) -> ChatId {
        self.0.chat()
    }

    fn nowhere(&self) -> ChatId {
        "nowhere".into()
    }

    async fn seen(&self) -> Vec<String> {
        self.0.server.transcript(&self.0.id).unwrap().into_iter().map(|line| line.text).collect()
    }
}

#[tokio::test]
async fn rocketchat_keeps_the_contract_in_every_version() {
    for version in ["3.18.7", "4.8.7", "5.4.1", "6.12.0", "7.10.2", "8.1.0"] {
        let suite = Suite(Channel::open(version, &["bot", "user"], false).await);
        conforms(&suite).await;
        let lines = suite.0.server.transcript(&suite.0.id).unwrap();
        assert!(lines.iter().any(|line| line.author == "passerelle" && line.shown == "Anne"), "{lines:?}");
    }
}

#[tokio::test]
async fn rocketchat_keeps_the_contract_with_names_in_bold() {
    let suite = Suite(Channel::open("7.10.2", &["user"], true).await);
    suite.0.server.set(|settings| settings.rate_limits = false);
    conforms(&suite).await;
    let lines = suite.0.server.transcript(&suite.0.id).unwrap();
    assert!(lines.iter().any(|line| line.text.starts_with("*Anne*: ")), "{lines:?}");
}
