//! What `passerelle check` sees of a server.

use contract::Network;
use mattermost::Puppets;

use crate::place::Channel;

/// What is wrong, by its subject and how it is to be mended.
async fn wrong(channel: &Channel) -> Vec<(String, String)> {
    let findings =
        channel.network.check(&[channel.id.as_str().into(), "yyyyyyyyyyyyyyyyyyyyyyyyyy".into()]).await;
    let wrong =
        findings.into_iter().filter_map(|finding| Some((finding.subject, format!("{:?}", finding.mend?))));
    wrong.collect()
}

#[tokio::test]
async fn it_says_whose_name_and_face_are_shown_and_what_to_turn_on() {
    let channel = Channel::new(true, None).await;
    let findings = wrong(&channel).await;
    let [(nowhere, _)] = findings.as_slice() else { panic!("{findings:?}") };
    assert!(nowhere.starts_with("mattermost.chat.yyy"), "a channel that the bot is not in");
    for (names, faces, subject, mend) in [
        (true, false, "mattermost.faces", "mattermost-icons-mend"),
        (false, true, "mattermost.names", "mattermost-overrides-mend"),
    ] {
        channel.server.set(|settings| (settings.username_override, settings.icon_override) = (names, faces));
        let findings = wrong(&channel).await;
        assert!(findings[0].0 == subject && findings[0].1.contains(mend), "{findings:?}");
    }
}

#[tokio::test]
async fn it_says_when_accounts_cannot_be_made() {
    let mut channel = Channel::new(true, Some(Puppets::Users)).await;
    channel.server.set(|settings| settings.user_access_tokens = false);
    assert!(wrong(&channel).await[0].1.contains("mattermost-accounts-mend"));
    let token = channel.server.revoke(&channel.bot);
    assert!(wrong(&channel).await[0].1.contains("mattermost-token-mend"));
    channel.begin_anew(Some(token));
    assert!(!wrong(&channel).await.iter().any(|(subject, _)| subject == "mattermost.token"));
}
