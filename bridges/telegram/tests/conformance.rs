//! Telegram passes the suite that every network passes.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on says where")]

use async_trait::async_trait;
use contract::{
    ChatId, InDoubt, Network,
    testing::{Subject, conforms},
};
use secrecy::SecretString;
use telegram::{Config, Telegram};

const TOKEN: &str = "42:a-token-for-the-suite";

struct Group {
    server: simulators::telegram::Telegram,
    network: Telegram,
    id: i64,
}

#[async_trait]
impl Subject for Group {
    fn network(&self) -> &dyn Network {
        &self.network
    }

    fn chat(&self) -> ChatId {
        self.id.to_string().into()
    }

    fn nowhere(&self) -> ChatId {
        "-100404".into()
    }

    async fn seen(&self) -> Vec<String> {
        self.server.transcript(self.id).unwrap().into_iter().map(|line| line.text).collect()
    }
}

#[tokio::test]
async fn telegram_keeps_the_contract() {
    let server = simulators::telegram::Telegram::start("127.0.0.1:0").await.unwrap();
    let bot = server.bot(TOKEN, "suite_bot").unwrap();
    let id = server.supergroup("La suite").unwrap();
    server.join(id, bot).unwrap();
    let config = Config {
        token: SecretString::from(TOKEN),
        api_url: server.url().parse().unwrap(),
        announce_members: true,
        largest_file_mb: None,
        in_doubt: InDoubt::Again,
        messages_per_minute: 0,
        messages_per_second: 0,
    };
    let network = Telegram::new("telegram".into(), &config).unwrap();
    conforms(&Group { server, network, id }).await;
}
