//! The chats of a network: which there are.

use std::cmp::Reverse;

use contract::{
    Access, Block, ChatInfo, Fault, Network, NetworkName, Phrase, Result, Span, Text, Timestamp, one_line,
};

use super::{Answer, Asked, Commands, names::bare, running::ago};
use crate::store::Place;

/// Chats shown at a time.
const PAGE: usize = 20;
/// Of networks that do not tell, so many of the chats that we know are asked about.
const MOST_KNOWN: u32 = 50;
/// Words of a network's longest name.
const LONGEST_NAME: usize = 12;

/// The chats of a network, the most active first.
pub(super) struct Listed {
    /// What they are.
    pub chats: Vec<ChatInfo>,
    /// Whether the network told of all of them.
    pub told: bool,
}

impl Commands {
    /// Shows the chats of a network: members, last activity, whether they are linked. Private ones are shown to hosters
    /// and where they are linked; of the others it is only said how many there are.
    pub(super) async fn channels(&self, asked: &Asked<'_>) -> Result<Answer> {
        if !asked.in_room() {
            return Ok(asked.phrase("only-in-room").into());
        }
        if !asked.may_manage().await? {
            return Ok(asked.no_right());
        }
        let mut words = asked.words.as_slice();
        let page = words.last().and_then(|word| word.parse::<usize>().ok()).filter(|page| *page > 0);
        if page.is_some() {
            words = &words[..words.len() - 1];
        }
        let Some(network) = self.network_meant(words) else {
            return Ok(self.about_networks(asked, "channels-how"));
        };
        let listed = self.chats_of(network).await?;
        let all = listed.chats.len();
        let here = self.store.linked_to(asked.place).await?;
        let is_hoster = self.is_hoster(&asked.author.person);
        let is_shown = |info: &ChatInfo| {
            is_hoster || info.access == Access::Public || here.contains(&Place::new(network.name(), &info.id))
        };
        let chats: Vec<ChatInfo> = listed.chats.into_iter().filter(is_shown).collect();
        let first = (page.unwrap_or(1) - 1).saturating_mul(PAGE);
        let shown = chats.iter().skip(first).take(PAGE);
        let (mut items, now) = (Vec::new(), Timestamp::now());
        for info in shown {
            items.push(vec![Block::Paragraph(self.channel(asked, network, info, is_hoster, now).await?)]);
        }
        let about = |key: &str| asked.phrase(key).with("network", network.name());
        let last = first + items.len();
        let title = about("channels-title").with("first", if items.is_empty() { 0 } else { first + 1 });
        let mut before = vec![title.with("last", last).with("count", chats.len())];
        if !listed.told {
            before.insert(0, about("channels-not-told"));
        }
        let mut after = Vec::new();
        if all > chats.len() {
            after.push(about("channels-hidden").with("count", all - chats.len()));
        }
        if last < chats.len() {
            // The network by the words that they have for it.
            let next = [words, &[(first / PAGE + 2).to_string().as_str()]].concat().join(" ");
            after.push(about("channels-more").with("next", next));
        }
        let list = Block::List { start: None, items };
        Ok(Text([Text::from(before).0, vec![list], Text::from(after).0].concat()).into())
    }

    /// The network that is named, or the only one there is.
    pub(super) fn network_meant(&self, words: &[&str]) -> Option<&dyn Network> {
        if words.is_empty() {
            let mut others = self.others();
            return others.next().filter(|_| others.next().is_none());
        }
        self.network_named(words).filter(|(_, rest)| rest.is_empty()).map(|(network, _)| network)
    }

    /// The network that the first words name, by what it is called or as the hoster does, and the words behind its name.
    pub(super) fn network_named<'w, 'a>(
        &self,
        words: &'w [&'a str],
    ) -> Option<(&dyn Network, &'w [&'a str])> {
        // The longest name counts: a workspace's begins with that of its app.
        (1..=words.len().min(LONGEST_NAME)).rev().find_map(|end| {
            let (name, rest) = words.split_at(end);
            let name = Some(bare(&name.concat())).filter(|name| !name.is_empty())?;
            let configured = |network: &&dyn Network| bare(network.name().as_str()) == name;
            let called = |network: &&dyn Network| {
                self.called.names(network.name()).iter().any(|known| bare(known) == name)
            };
            let mut meant = self.others().filter(called);
            let only = meant.next().filter(|_| meant.next().is_none());
            self.others().find(configured).or(only).map(|network| (network, rest))
        })
    }

    /// The networks besides Matrix.
    fn others(&self) -> impl Iterator<Item = &dyn Network> {
        let others = self.networks.iter().filter(|(name, _)| **name != NetworkName::matrix());
        others.map(|(_, network)| network.as_ref())
    }

    /// The chats of a network that our bot sees, or else those that it remembers to have been put in.
    pub(super) async fn chats_of(&self, network: &dyn Network) -> Result<Listed> {
        let (mut chats, told) = match network.chats().await {
            Ok(chats) => (chats, true),
            Err(Fault::Unsupported) => (self.remembered(network).await?, false),
            Err(fault) => return Err(fault),
        };
        chats.sort_by_key(|info| Reverse(info.active));
        Ok(Listed { chats, told })
    }

    async fn remembered(&self, network: &dyn Network) -> Result<Vec<ChatInfo>> {
        let mut chats = Vec::new();
        for id in self.store.bot_chats(network.name(), MOST_KNOWN).await? {
            match network.chat(&id).await {
                Ok(info) if info.access != Access::Direct => chats.push(info),
                // It is there no more, or we are not in it.
                Ok(_) | Err(Fault::Refused { .. } | Fault::Moved(_)) => {}
                Err(fault) => return Err(fault),
            }
        }
        Ok(chats)
    }

    /// A line about a chat.
    async fn channel(
        &self,
        asked: &Asked<'_>,
        network: &dyn Network,
        info: &ChatInfo,
        is_hoster: bool,
        now: Timestamp,
    ) -> Result<Vec<Span>> {
        let linked = self.store.linked_to(&Place::new(network.name(), &info.id)).await?;
        let room = linked.into_iter().find(|place| place.network == NetworkName::matrix());
        let link = match &room {
            None => "none",
            Some(room) if room == asked.place => "here",
            Some(_) => "elsewhere",
        };
        // What a room is called is its members' business.
        let title = match room.filter(|_| is_hoster) {
            Some(room) => self.title(&room).await,
            None => "none".to_owned(),
        };
        let address = address(info);
        let name = info.name.as_deref().map(one_line);
        let name = name.filter(|name| address.strip_prefix('#') != Some(name));
        let line = Phrase::new("channel-line")
            .with("address", &address)
            .with("name", name.as_deref().unwrap_or("none"))
            .with("access", if info.access == Access::Public { "public" } else { "private" })
            .with("members", info.members.map_or_else(|| "none".to_owned(), |members| members.to_string()))
            .with("link", link)
            .with("room", title);
        let mut spans = vec![Span::Phrase(line)];
        if let Some(active) = info.active {
            let space = || Span::Plain(" ".to_owned());
            spans.extend([Span::Plain(", ".to_owned()), Span::Phrase(Phrase::new("channel-active"))]);
            spans.extend([space(), Span::Phrase(ago(now, active))]);
        }
        Ok(spans)
    }
}

/// The chat that is meant: by what people write for it, its name, or its id. `None` where several could be.
pub(super) fn find<'a>(chats: &'a [ChatInfo], named: &str) -> Option<&'a ChatInfo> {
    let plain = bare(named);
    let named = named.trim_start_matches(['#', '~', '@']).to_lowercase();
    let is = |word: Option<&str>| word.is_some_and(|word| word.to_lowercase() == named);
    let alike = |word: Option<&str>| !plain.is_empty() && word.is_some_and(|word| bare(word) == plain);
    let only = |is_it: &dyn Fn(&ChatInfo) -> bool| {
        let mut found = chats.iter().filter(|info| is_it(info));
        found.next().filter(|_| found.next().is_none())
    };
    only(&|info| is(info.handle.as_deref()))
        .or_else(|| only(&|info| is(info.name.as_deref())))
        .or_else(|| only(&|info| is(Some(info.id.as_str()))))
        .or_else(|| only(&|info| alike(info.handle.as_deref()) || alike(info.name.as_deref())))
}

/// How a chat is named in a command.
pub(super) fn address(info: &ChatInfo) -> String {
    info.handle.as_ref().map_or_else(|| info.id.to_string(), |handle| format!("#{}", one_line(handle)))
}

/// How a chat is named to people who do not know its id.
pub(super) fn shown(info: &ChatInfo) -> String {
    if info.handle.is_some() { address(info) } else { one_line(info.shown()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_chat_is_found_by_what_people_write_and_never_by_chance() {
        let chat = |id: &str, handle: &str, name: &str| ChatInfo {
            handle: Some(handle.to_owned()),
            ..ChatInfo::new(id, Some(name.to_owned()))
        };
        let chats = [
            chat("1", "jardin", "Le jardin"),
            chat("2", "accueil", "Accueil"),
            chat("3", "general", "Général"),
            chat("4", "general", "Général"),
        ];
        let found = |named: &str| find(&chats, named).map(|info| info.id.as_str());
        for named in ["#jardin", "~Jardin", "jardin", "Le Jardin", "1", "« le jardin ».", "#jardin,"] {
            assert_eq!(found(named), Some("1"), "{named}");
        }
        assert_eq!(found("#general"), None, "two have that name");
        assert_eq!(found("4"), Some("4"));
        assert_eq!(found("#jar"), None);
    }
}
