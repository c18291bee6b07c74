//! A world as somebody else has it, ids and all: to play recorded traffic.

use serde::Deserialize;

use super::{
    model::{Bot, Channel, Team, User},
    world::{Token, World, new_id},
};

/// A world.
#[derive(Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Adopted {
    /// The one team, with everybody in it who is not `outside`.
    pub team: AdoptedTeam,
    /// Its people.
    pub users: Vec<AdoptedUser>,
    /// Its channels.
    pub channels: Vec<AdoptedChannel>,
}

/// A team.
#[derive(Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct AdoptedTeam {
    /// Its id.
    pub id: String,
    /// Its name in addresses.
    pub name: String,
    /// Its name.
    pub display_name: String,
}

/// Somebody.
#[derive(Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct AdoptedUser {
    /// Their id.
    pub id: String,
    /// What `@` calls them by.
    pub username: String,
    /// Their address.
    pub email: String,
    /// Their names.
    pub nickname: String,
    /// The first.
    pub first_name: String,
    /// The last.
    pub last_name: String,
    /// Their roles in the system.
    pub roles: String,
    /// Their password.
    pub password: String,
    /// A bot's description.
    pub bot: Option<String>,
    /// Their token.
    pub token: String,
    /// Whether they are in no team.
    pub outside: bool,
}

/// A channel.
#[derive(Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct AdoptedChannel {
    /// Its id.
    pub id: String,
    /// `O` or `P`.
    pub kind: String,
    /// Its name in addresses.
    pub name: String,
    /// Its name.
    pub display_name: String,
    /// Its header.
    pub header: String,
    /// Its purpose.
    pub purpose: String,
    /// Who is in it; the first made it.
    pub members: Vec<String>,
}

impl World {
    /// Becomes that world, with nothing said in it.
    pub fn adopt(&mut self, adopted: Adopted) {
        let settings = self.settings.clone();
        *self = Self { settings, ..Self::default() };
        let now = self.now();
        let admin = adopted.users.iter().find(|user| user.roles.contains("system_admin"));
        let admin = admin.map(|user| user.id.clone()).unwrap_or_default();
        let mut team = Team {
            id: adopted.team.id,
            name: adopted.team.name,
            display_name: adopted.team.display_name,
            create_at: now,
            ..Team::default()
        };
        for user in adopted.users {
            if !user.outside {
                team.members.insert(user.id.clone(), user.id == admin);
            }
            self.adopt_user(user, &admin, now);
        }
        for channel in adopted.channels {
            self.adopt_channel(channel, &team.id, now);
        }
        self.teams.insert(team.id.clone(), team);
    }

    fn adopt_user(&mut self, user: AdoptedUser, admin: &str, now: i64) {
        let token = Token {
            id: new_id(),
            user: user.id.clone(),
            description: String::new(),
            is_active: true,
            is_session: true,
        };
        self.tokens.insert(user.token, token);
        let bot = user.bot.map(|description| Bot { description, owner: admin.to_owned() });
        let known = User {
            id: user.id.clone(),
            username: user.username,
            email: user.email,
            nickname: user.nickname,
            first_name: user.first_name,
            last_name: user.last_name,
            roles: user.roles,
            password: user.password,
            locale: if bot.is_some() { "en".into() } else { "fr".into() },
            create_at: now,
            update_at: now,
            bot,
            ..User::default()
        };
        self.users.insert(user.id, known);
    }

    fn adopt_channel(&mut self, channel: AdoptedChannel, team: &str, now: i64) {
        let creator = channel.members.first().cloned().unwrap_or_default();
        let members = channel.members.into_iter().map(|id| (id.clone(), id == creator)).collect();
        let known = Channel {
            id: channel.id.clone(),
            team: team.to_owned(),
            kind: channel.kind,
            name: channel.name,
            display_name: channel.display_name,
            header: channel.header,
            purpose: channel.purpose,
            creator,
            create_at: now,
            update_at: now,
            last_post_at: now,
            members,
            ..Channel::default()
        };
        self.channels.insert(channel.id, known);
    }
}
