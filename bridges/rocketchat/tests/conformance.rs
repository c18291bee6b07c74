//! Rocket.Chat passes the suite that every network passes, whether its bot may speak under other names or not.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on says where")]

use async_trait::async_trait;
use contract::{
    ChatId, Network,
    testing::{Subject, conforms},
};
use rocketchat::{Config, RocketChat};
use secrecy::SecretString;

struct Channel {
    server: simulators::rocketchat::RocketChat,
    network: RocketChat,
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
        "nowhere".into()
    }

    async fn seen(&self) -> Vec<String> {
        self.server.transcript(&self.id).unwrap().into_iter().map(|line| line.text).collect()
    }
}

async fn channel(version: &str, roles: &[&str], by_password: bool) -> Channel {
    // Its TLS is set up once for the process.
    drop(simulators::http());
    let server = simulators::rocketchat::RocketChat::start("127.0.0.1:0").await.unwrap();
    server.set(|settings| version.clone_into(&mut settings.version));
    let (bot, token) = server.bot("passerelle");
    server.roles(&bot, roles);
    let id = server.channel("la-suite");
    server.join(&id, &bot).unwrap();
    let config = Config {
        url: server.url().parse().unwrap(),
        user_id: (!by_password).then_some(bot),
        token: (!by_password).then(|| SecretString::from(token)),
        username: by_password.then(|| "passerelle".to_owned()),
        password: by_password.then(|| SecretString::from("secret")),
        announce_members: true,
    };
    let network = RocketChat::new("rocket".into(), &config).unwrap();
    Channel { server, network, id }
}

#[tokio::test]
async fn rocketchat_keeps_the_contract_in_every_version() {
    for version in ["3.18.7", "4.8.7", "5.4.1", "6.12.0", "7.10.2", "8.1.0"] {
        let channel = channel(version, &["bot", "user"], false).await;
        conforms(&channel).await;
        let lines = channel.server.transcript(&channel.id).unwrap();
        assert!(lines.iter().any(|line| line.author == "passerelle" && line.shown == "Anne"), "{lines:?}");
    }
}

#[tokio::test]
async fn rocketchat_keeps_the_contract_with_names_in_bold() {
    let channel = channel("7.10.2", &["user"], true).await;
    channel.server.set(|settings| settings.rate_limits = false);
    conforms(&channel).await;
    let lines = channel.server.transcript(&channel.id).unwrap();
    assert!(lines.iter().any(|line| line.text.starts_with("*Anne*: ")), "{lines:?}");
}
