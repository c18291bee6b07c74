//! Which channels our bot sees.

use contract::{Access, Network};

use crate::place::Channel;

#[tokio::test]
async fn its_own_and_the_public_ones_are_seen_and_nobodys_conversations() {
    let channel = Channel::new(true, None).await;
    let server = &channel.server;
    let secret = server.private_channel("conseil", "Le conseil").unwrap();
    server.join(&secret, &channel.bot).unwrap();
    server.private_channel("autre-conseil", "Un autre conseil").unwrap();
    server.channel("jardin", "Le jardin").unwrap();
    server.direct(&channel.emma, &channel.bot).unwrap();
    // More than one page of them.
    for n in 0..210 {
        server.channel(&format!("atelier-{n:03}"), &format!("Atelier {n:03}")).unwrap();
    }
    server.say(&channel.id, &channel.emma, "bonjour").unwrap();
    let seen = channel.network.chats().await.unwrap();
    let named = |name: &str| seen.iter().find(|info| info.handle.as_deref() == Some(name));
    assert!(named("atelier-209").is_some() && named("autre-conseil").is_none());
    assert!(seen.iter().all(|info| info.access != Access::Direct));
    let talked = named("la-suite").unwrap();
    assert_eq!((talked.members, talked.name.as_deref()), (Some(3), Some("La suite")));
    assert_eq!(talked.access, Access::Public);
    assert_eq!(named("conseil").unwrap().access, Access::Private);
    // Of those it is not in, the server counts nobody for it.
    assert_eq!(named("jardin").unwrap().members, None);
}

#[tokio::test]
async fn everybody_in_a_large_channel_is_known() {
    let channel = Channel::new(true, None).await;
    for n in 0..210 {
        let person = channel.server.person(&format!("voisin-{n:03}"), &format!("Voisin {n:03}")).unwrap();
        channel.server.join(&channel.id, &person).unwrap();
    }
    let people = channel.network.people(&channel.id.as_str().into()).await.unwrap();
    assert_eq!(
        people.iter().filter(|one| one.name.iter().any(|name| name.starts_with("Voisin"))).count(),
        210
    );
}
