//! Mattermost passes the suite that every network passes, in each of the ways people are shown there.

use async_trait::async_trait;
use contract::{
    ChatId, Network,
    testing::{Subject, conforms},
};
use mattermost::Puppets;

use crate::place::Channel;

#[async_trait]
impl Subject for Channel {
    fn network(&self) -> &dyn Network {
        self.network.as_ref()
    }

    fn chat(&self) -> ChatId {
        self.id.as_str().into()
    }

    fn nowhere(&self) -> ChatId {
        "yyyyyyyyyyyyyyyyyyyyyyyyyy".into()
    }

    async fn seen(&self) -> Vec<String> {
        self.server.transcript(&self.id).unwrap().into_iter().map(|line| line.text).collect()
    }
}

#[tokio::test]
async fn mattermost_keeps_the_contract_under_other_names() {
    let channel = Channel::new(true, None).await;
    conforms(&channel).await;
    let lines = channel.server.transcript(&channel.id).unwrap();
    assert!(lines.iter().any(|line| line.author == "passerelle" && line.shown == "Anne"), "{lines:?}");
}

#[tokio::test]
async fn mattermost_keeps_the_contract_with_names_in_bold() {
    let channel = Channel::new(false, None).await;
    conforms(&channel).await;
    let lines = channel.server.transcript(&channel.id).unwrap();
    assert!(lines.iter().any(|line| line.text.starts_with("**Anne**: ")), "{lines:?}");
}

#[tokio::test]
async fn mattermost_keeps_the_contract_with_accounts_for_everybody() {
    for (kind, name) in [(Puppets::Bots, "bots"), (Puppets::Users, "users")] {
        let channel = Channel::new(false, Some(kind)).await;
        conforms(&channel).await;
        let lines = channel.server.transcript(&channel.id).unwrap();
        let own = lines.iter().find(|line| line.author == "anne.elsewhere");
        assert_eq!(own.map(|line| line.shown.as_str()), Some("Anne"), "{name}: {lines:?}");
    }
}
