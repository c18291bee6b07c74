//! Mattermost passes the suite that every network passes, in each of the ways people are shown there.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on says where")]

use async_trait::async_trait;
use contract::{
    ChatId, Network,
    testing::{Subject, conforms},
};
use mattermost::{Config, Mattermost, Puppets};
use secrecy::SecretString;

struct Channel {
    server: simulators::mattermost::Mattermost,
    network: Mattermost,
    id: String,
}

#[async_trait]
impl Subject for Channel {
    fn network(&self) -> &dyn Network {
        &self.network
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

async fn channel(overrides: bool, puppets: Option<Puppets>) -> Channel {
    // Its TLS is set up once for the process.
    drop(simulators::http());
    let server = simulators::mattermost::Mattermost::start("127.0.0.1:0").await.unwrap();
    server.set(|settings| (settings.username_override, settings.icon_override) = (overrides, overrides));
    let (bot, token) = server.bot("passerelle").unwrap();
    let id = server.channel("la-suite", "La suite").unwrap();
    server.join(&id, &bot).unwrap();
    let config = Config {
        url: server.url().parse().unwrap(),
        token: SecretString::from(token),
        admin_token: puppets.map(|_| SecretString::from(server.admin_token())),
        puppets: puppets.unwrap_or_default(),
        announce_members: true,
    };
    let network = Mattermost::new("mattermost".into(), &config).unwrap();
    Channel { server, network, id }
}

#[tokio::test]
async fn mattermost_keeps_the_contract_under_other_names() {
    let channel = channel(true, None).await;
    conforms(&channel).await;
    let lines = channel.server.transcript(&channel.id).unwrap();
    assert!(lines.iter().any(|line| line.author == "passerelle" && line.shown == "Anne"), "{lines:?}");
}

#[tokio::test]
async fn mattermost_keeps_the_contract_with_names_in_bold() {
    let channel = channel(false, None).await;
    conforms(&channel).await;
    let lines = channel.server.transcript(&channel.id).unwrap();
    assert!(lines.iter().any(|line| line.text.starts_with("**Anne**: ")), "{lines:?}");
}

#[tokio::test]
async fn mattermost_keeps_the_contract_with_accounts_for_everybody() {
    for (kind, name) in [(Puppets::Bots, "bots"), (Puppets::Users, "users")] {
        let channel = channel(false, Some(kind)).await;
        conforms(&channel).await;
        let lines = channel.server.transcript(&channel.id).unwrap();
        let own = lines.iter().find(|line| line.author == "anne.elsewhere");
        assert_eq!(own.map(|line| line.shown.as_str()), Some("Anne"), "{name}: {lines:?}");
    }
}
