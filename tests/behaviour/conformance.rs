//! Matrix passes the suite that every network passes.

use async_trait::async_trait;
use contract::{
    ChatId, Network,
    testing::{Subject, conforms},
};
use passerelle::{
    config::{Appservice, Homeserver as HomeserverConfig, Permissions},
    matrix::Matrix,
    store::Store,
};
use serde_json::json;
use simulators::{Account, Homeserver};

use crate::house::run;

struct Room {
    matrix: Matrix,
    anne: Account,
    id: String,
}

#[async_trait]
impl Subject for Room {
    fn network(&self) -> &dyn Network {
        &self.matrix
    }

    fn chat(&self) -> ChatId {
        self.id.as_str().into()
    }

    fn nowhere(&self) -> ChatId {
        "!nowhere".into()
    }

    async fn seen(&self) -> Vec<String> {
        self.anne.timeline(&self.id).await.into_iter().map(|line| line.body).collect()
    }
}

#[test]
fn matrix_keeps_the_contract() {
    run(async {
        let _ = rustls::crypto::ring::default_provider().install_default();
        let homeserver = Homeserver::start().await.unwrap();
        let folder = tempfile::tempdir().unwrap();
        let registration = folder.path().join("registration.yaml");
        let text = "id: p\nurl: http://127.0.0.1:1\nas_token: as\nhs_token: hs\nsender_localpart: passerelle\n\
                    namespaces:\n  users:\n  - exclusive: true\n    regex: ^@passerelle_.*:t\\.test$\n";
        std::fs::write(&registration, text).unwrap();
        homeserver.register_service(&registration).unwrap();
        let config = HomeserverConfig { url: homeserver.url().parse().unwrap(), name: "t.test".into() };
        let appservice = json!({ "url": "http://127.0.0.1:1", "as_token": "as", "hs_token": "hs" });
        let appservice: Appservice = serde_json::from_value(appservice).unwrap();
        let store = Store::open(&folder.path().join("p.db")).await.unwrap();
        let matrix = Matrix::new(&config, &appservice, &Permissions::default(), true, store).unwrap();
        let anne = homeserver.account("anne");
        let id = anne.create_room("Le salon", &["@passerelle:t.test"], json!({})).await;
        matrix.join_room(&id).await.unwrap();
        conforms(&Room { matrix, anne, id }).await;
    });
}
