//! The world that every recording begins in.

use serde_json::Value;
use simulators::mattermost::{Adopted, AdoptedChannel, AdoptedTeam, AdoptedUser};

/// The world before a scenario, as the recordings' page says it.
pub fn world(recording: &Value) -> Adopted {
    let id = |name: &str| recording["actors"][name]["user_id"].as_str().unwrap_or_default().to_owned();
    let names = [
        ("admin", "Régie", "Adélaïde", "Régisseuse"),
        ("alice", "Alizée", "Alizée", "Lefèvre"),
        ("bob", "", "Benoît", "Müller-Garçon"),
        ("chloe", "Cloé ✨", "Chloé", "Noël"),
        ("dora", "", "Dora", ""),
    ];
    let mut users: Vec<AdoptedUser> = names
        .iter()
        .map(|(name, nickname, first, last)| AdoptedUser {
            id: id(name),
            username: (*name).to_owned(),
            email: format!("{name}@tierslieux.test"),
            nickname: (*nickname).to_owned(),
            first_name: (*first).to_owned(),
            last_name: (*last).to_owned(),
            roles: if *name == "admin" { "system_admin system_user" } else { "system_user" }.to_owned(),
            password: format!("<{name}-password>"),
            token: format!("<{name}-token>"),
            outside: *name == "dora",
            bot: None,
        })
        .collect();
    users.push(AdoptedUser {
        id: id("bot"),
        username: "passerelle".to_owned(),
        email: "passerelle@localhost".to_owned(),
        first_name: "Passerelle Matrix".to_owned(),
        roles: "system_user system_post_all".to_owned(),
        token: "<bot-token>".to_owned(),
        bot: Some("Relie les salons Matrix et Mattermost".to_owned()),
        ..AdoptedUser::default()
    });
    let fixture =
        |name: &str| recording["fixtures"]["channels"][name].as_str().unwrap_or_default().to_owned();
    let general = AdoptedChannel {
        id: fixture("general-tl"),
        kind: "O".to_owned(),
        name: "general-tl".to_owned(),
        display_name: "Général du tiers-lieu".to_owned(),
        header: "Bienvenue à toutes et à tous".to_owned(),
        purpose: "Vie quotidienne du lieu".to_owned(),
        members: ["admin", "alice", "bob", "chloe", "bot"].map(id).to_vec(),
    };
    let private = AdoptedChannel {
        id: fixture("animateurs"),
        kind: "P".to_owned(),
        name: "animateurs".to_owned(),
        display_name: "Animateurs·rices".to_owned(),
        purpose: "Coordination".to_owned(),
        members: ["admin", "alice", "bob", "bot"].map(id).to_vec(),
        ..AdoptedChannel::default()
    };
    let team = AdoptedTeam {
        id: recording["fixtures"]["team_id"].as_str().unwrap_or_default().to_owned(),
        name: "tierslieux".to_owned(),
        display_name: "Tiers-Lieux & Écolieux".to_owned(),
    };
    Adopted { team, users, channels: vec![general, private] }
}
