//! The suite that every network passes: what the outbox counts on.

use async_trait::async_trait;

use crate::{
    Author, Block, Body, ChatId, Content, Copy, Fault, MessageId, Network, NetworkName, Parcel, Receipt,
    Span, Stands, Style, Text, Timestamp,
};

use super::Fake;

/// A network under test, with a chat in it that nobody else uses.
#[async_trait]
pub trait Subject: Sync {
    /// The network.
    fn network(&self) -> &dyn Network;
    /// The chat.
    fn chat(&self) -> ChatId;
    /// A chat that does not exist there.
    fn nowhere(&self) -> ChatId;
    /// The words of every message that the chat's members see, in order.
    async fn seen(&self) -> Vec<String>;
}

/// Delivers of every kind to the subject, and looks at what its members see.
///
/// # Panics
/// When the subject does not keep the contract, saying which part of it.
pub async fn conforms(subject: &dyn Subject) {
    says_edits_and_deletes(subject).await;
    says_long_texts_in_steps(subject).await;
    takes_reactions_and_takes_them_back(subject).await;
    refuses_unknown_chats(subject).await;
}

async fn says_edits_and_deletes(subject: &dyn Subject) {
    let message = Content::Message(Body::of(Text::plain("bonjour à tous")));
    let made = deliver(subject, "1", &message, 0).await.made;
    assert_eq!(made.len(), 1, "one short message is one message there");
    if subject.network().capabilities().idempotent {
        assert_eq!(
            deliver(subject, "1", &message, 0).await.made,
            made,
            "the same key makes the same message"
        );
    }
    let seen = subject.seen().await;
    assert_eq!(
        seen.iter().filter(|words| words.contains("bonjour à tous")).count(),
        1,
        "it is seen once: {seen:?}"
    );

    let bold = Span::Styled(Style::Bold, vec![Span::Plain("bonsoir".to_owned())]);
    let edit = Content::Edit {
        copies: copies(&made),
        body: Body::of(Text(vec![Block::Paragraph(vec![bold])])),
        refiled: false,
    };
    for key in ["2", "3"] {
        deliver(subject, key, &edit, 0).await;
        let seen = subject.seen().await;
        assert!(seen.iter().any(|words| words.contains("bonsoir")), "an edit is seen: {seen:?}");
        assert!(!seen.iter().any(|words| words.contains("bonjour")), "what it replaced is not: {seen:?}");
    }

    let delete = Content::Delete { copies: copies(&made) };
    for key in ["4", "5"] {
        deliver(subject, key, &delete, 0).await;
        let seen = subject.seen().await;
        assert!(!seen.iter().any(|words| words.contains("bonsoir")), "a deletion is seen: {seen:?}");
    }
}

async fn says_long_texts_in_steps(subject: &dyn Subject) {
    let words: Vec<String> = (0..30_000).map(|n| format!("mot{n}")).collect();
    let message = Content::Message(Body::of(Text::plain(&words.join(" "))));
    let (mut step, mut made) = (0, Vec::new());
    loop {
        let receipt = deliver(subject, &format!("6{step}"), &message, step).await;
        made.extend(receipt.made);
        step += 1;
        if !receipt.more {
            break;
        }
    }
    let seen = subject.seen().await.join(" ");
    let last = words.last().map_or("", String::as_str);
    assert!(seen.contains("mot15000") && seen.contains(last), "no word of a long text is lost");
    let copies = (0..).zip(&made).map(|(step, id)| Copy { id: id.clone(), step }).collect();
    deliver(subject, "70", &Content::Delete { copies }, 0).await;
    assert!(!subject.seen().await.join(" ").contains("mot15000"), "all parts of it are deleted");
}

async fn takes_reactions_and_takes_them_back(subject: &dyn Subject) {
    let made = deliver(subject, "8", &Content::Message(Body::of(Text::plain("qui vient ?"))), 0).await.made;
    let reaction = |added, made: &[MessageId], standing| Content::Reaction {
        target: copies(&made[..1])[0].id.clone(),
        emoji: "👍".to_owned(),
        added,
        copies: copies(&made[1..]),
        standing,
        line: Vec::new(),
    };
    let author = Author::named(&NetworkName::from("elsewhere"), "anne", "Anne");
    let stands = Stands { author, emoji: "👍".to_owned() };
    let shown = deliver(subject, "9", &reaction(true, &made, vec![stands]), 0).await.made;
    let ids: Vec<MessageId> = made.into_iter().chain(shown).collect();
    for key in ["a", "b"] {
        deliver(subject, key, &reaction(false, &ids, Vec::new()), 0).await;
    }
}

async fn refuses_unknown_chats(subject: &dyn Subject) {
    let fault = subject.network().chat(&subject.nowhere()).await;
    assert!(matches!(fault, Err(Fault::Refused { .. })), "a chat that does not exist is refused: {fault:?}");
}

async fn deliver(subject: &dyn Subject, key: &str, content: &Content, step: u32) -> Receipt {
    let source = Fake::new("elsewhere");
    let author = Author::named(&NetworkName::from("elsewhere"), "anne", "Anne");
    let parcel = Parcel {
        key: format!("{key:0>32}"),
        chat: &subject.chat(),
        author: &author,
        face: None,
        at: Timestamp(1_700_000_000_000),
        content,
        largest_file: subject.network().capabilities().upload_limit,
        step,
        unclear: false,
        after: Vec::new(),
        source: &source,
        from: &"there".into(),
    };
    subject
        .network()
        .deliver(parcel)
        .await
        .unwrap_or_else(|fault| panic!("{content:?} was not delivered: {fault}"))
}

fn copies(made: &[MessageId]) -> Vec<Copy> {
    made.iter().map(|id| Copy { id: id.clone(), step: 0 }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Itself(Fake);

    #[async_trait]
    impl Subject for Itself {
        fn network(&self) -> &dyn Network {
            &self.0
        }
        fn chat(&self) -> ChatId {
            "here".into()
        }
        fn nowhere(&self) -> ChatId {
            "nowhere".into()
        }
        async fn seen(&self) -> Vec<String> {
            self.0.said().iter().map(|said| said.body.text.excerpt(usize::MAX)).collect()
        }
    }

    #[tokio::test]
    async fn the_fake_keeps_the_contract() {
        conforms(&Itself(Fake::new("fake"))).await;
    }
}
