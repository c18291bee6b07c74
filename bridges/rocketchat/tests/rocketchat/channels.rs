//! Which channels our bot sees.

use contract::{Access, Network};

use crate::workspace::Channel;

#[tokio::test]
async fn its_own_and_the_public_ones_are_seen_and_nobodys_conversations() {
    let channel = Channel::open("7.10.2", &["bot", "user"], false).await;
    let server = &channel.server;
    let secret = server.group("conseil");
    server.join(&secret, &channel.bot).unwrap();
    let _others = server.group("autre-conseil");
    let _open = server.channel("jardin");
    let _direct = server.direct(&channel.anne, "passerelle").unwrap();
    server.change_room(&server.channel("ancien"), "archived", "true").unwrap();
    channel.say("bonjour");
    // More than one page of them.
    let many: Vec<String> = (0..120).map(|n| server.channel(&format!("atelier-{n:03}"))).collect();
    let seen = channel.network.chats().await.unwrap();
    let handles: Vec<&str> = seen.iter().filter_map(|info| info.handle.as_deref()).collect();
    assert_eq!(seen.len(), many.len() + 3, "{handles:?}");
    let named = |name: &str| seen.iter().find(|info| info.handle.as_deref() == Some(name));
    let talked = named("la-suite").unwrap();
    assert_eq!((talked.members, talked.access, talked.active.is_some()), (Some(3), Access::Public, true));
    assert_eq!(named("conseil").unwrap().access, Access::Private);
    assert_eq!(named("jardin").unwrap().active, None);
    assert!(named("autre-conseil").is_none() && named("ancien").is_none());

    // One that may not look around sees its own.
    server.roles(&channel.bot, &["guest"]);
    let mut own: Vec<_> =
        channel.network.chats().await.unwrap().into_iter().filter_map(|info| info.handle).collect();
    own.sort();
    assert_eq!(own, ["conseil", "la-suite"]);
}

#[tokio::test]
async fn everybody_in_a_large_room_is_known() {
    let channel = Channel::open("7.10.2", &["bot", "user"], false).await;
    for n in 0..120 {
        let person = channel.server.person(&format!("voisin-{n:03}"), &format!("Voisin {n:03}"));
        channel.server.join(&channel.id, &person).unwrap();
    }
    let people = channel.network.people(&channel.chat()).await.unwrap();
    assert_eq!(
        people.iter().filter(|one| one.name.iter().any(|name| name.starts_with("Voisin"))).count(),
        120
    );
}
