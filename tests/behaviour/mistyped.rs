//! Commands as people type them, and what is asked for in vain: each is answered, truly, where it was asked.

use simulators::{Account, account::Line};

use crate::house::{run, shared};

/// The answer to what somebody says in a room.
async fn answered(anne: &Account, room: &str, asked: &str) -> String {
    let id = anne.say(room, asked).await;
    let answers = |line: &Line| line.reply_to.as_ref() == Some(&id);
    let lines = anne.wait(room, asked, |lines| lines.iter().any(answers)).await;
    lines.into_iter().find(answers).unwrap().body
}

#[test]
fn what_is_typed_oddly_is_understood_and_what_is_not_is_said() {
    run(async {
        let house = shared().await;
        let pair = house.pair().await;
        let merged_with_itself = format!("!passerelle réunir Telegram {0} {0}", pair.group);
        for (asked, answer) in [
            ("!Passerelle liste", "C’est relié à"),
            ("  !passerelle\u{a0}: LISTE.", "C’est relié à"),
            ("@passerelle, list", "C’est relié à"),
            ("!\u{202f}passerelle «\u{a0}liste\u{a0}»", "C’est relié à"),
            ("!passerelle …", "Je relie ce salon"),
            ("!passerelle lsite", "«\u{a0}!passerelle liste\u{a0}»"),
            ("!passerelle ÉTAT telegram", "marche"),
            ("!passerelle état «\u{a0}le groupe\u{a0}».", "marche"),
            ("!passerelle état boulangerie", "«\u{a0}boulangerie\u{a0}» n’est pas relié ici."),
            ("!passerelle pause boulangerie", "«\u{a0}boulangerie\u{a0}» n’est pas relié ici."),
            ("!passerelle délier boulangerie", "«\u{a0}boulangerie\u{a0}» n’est pas relié ici."),
            ("!passerelle annuler", "Aucun lien n’a été défait"),
            ("!passerelle oui", "Je n’attends pas de réponse"),
            ("!passerelle muet Zorglub", "Répondez à un message de la personne"),
            (merged_with_itself.as_str(), "Pour réunir plusieurs canaux"),
            ("!passerelle canaux icq", "De quel réseau"),
            ("!passerelle limite beaucoup", "limite 20"),
            ("!passerelle langue klingon", "langue fr"),
            ("!passerelle supprimer", "Répondez au message"),
            ("!passerelle relier 7KQ 42M", "Ce code n’est pas bon"),
            ("!passerelle délier \"LE GROUPE\"", "Défaire le lien avec «\u{a0}Le groupe\u{a0}» sur Telegram"),
            ("!passerelle Oui.", "n’est plus relié"),
            ("!passerelle oui", "Je n’attends pas de réponse"),
            ("!passerelle délier", "Ceci n’est relié à rien"),
        ] {
            let said = answered(&pair.anne, &pair.room, asked).await;
            assert!(said.contains(answer), "{asked}: {said}");
        }
    });
}

#[test]
fn capitals_and_hyphens_of_a_command_do_not_matter_in_a_group() {
    run(async {
        let house = shared().await;
        let pair = house.pair().await;
        house.telegram.promote(pair.group, pair.bob).unwrap();
        for (asked, answer) in [
            ("/DÉLIER", "Défaire le lien"),
            ("/oublie-moi", "Retirer des autres côtés tout ce que vous avez écrit"),
        ] {
            house.telegram.say(pair.group, pair.bob, asked).unwrap();
            house.in_group(pair.group, asked, |line| line.text.starts_with(answer)).await;
        }
        let lines = pair.anne.timeline(&pair.room).await;
        assert!(
            !lines.iter().any(|line| line.body.starts_with('/')),
            "a command is nobody's words: {lines:#?}"
        );
    });
}
