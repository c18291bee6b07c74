//! How ghosts look: the name and the picture of the person they stand for.

use std::time::Duration;

use contract::{Author, ChatId, Network, Result, Timestamp, one_line};
use ruma::OwnedUserId;
use serde_json::json;

use super::{Matrix, client::Call};
use crate::store::Ghost;

/// How often a person's picture is looked at again, milliseconds.
const LOOK_AGAIN: i64 = 24 * 3_600_000;
/// A picture is not worth more waiting than this.
const PICTURE_PATIENCE: Duration = Duration::from_secs(10);

impl Matrix {
    /// The user who speaks for `author`, looking as the author does. The bot speaks for itself.
    pub(super) async fn dress(
        &self,
        author: &Author,
        source: &dyn Network,
        from: &ChatId,
    ) -> Result<OwnedUserId> {
        if author.is_bridge() {
            return Ok(self.people.bot().to_owned());
        }
        let mxid = self.people.mxid(&author.person);
        let known = self.store.ghost(&author.person).await?;
        let now = Timestamp::now();
        let mut ghost = match known.clone() {
            Some(ghost) => ghost,
            None => {
                self.register(&mxid).await?;
                Ghost { person: author.person.clone(), name: None, avatar: None, looked_at: Timestamp(0) }
            }
        };
        if author.name.is_some() && ghost.name != author.name {
            let path = ["client", "v3", "profile", mxid.as_str(), "displayname"];
            self.client
                .call(Call::put(&path, json!({ "displayname": one_line(author.shown()) })).by(&mxid))
                .await?;
            ghost.name.clone_from(&author.name);
        }
        if now.0 - ghost.looked_at.0 > LOOK_AGAIN {
            ghost.looked_at = now;
            let picture =
                tokio::time::timeout(PICTURE_PATIENCE, self.picture(&mut ghost, &mxid, source, from)).await;
            if let Ok(Err(fault)) = picture {
                tracing::debug!(ghost = %mxid, %fault, "no picture for a ghost");
            }
        }
        if known.as_ref() != Some(&ghost) {
            self.store.save_ghost(&ghost).await?;
        }
        Ok(mxid)
    }

    /// Gives a ghost the picture its person has now.
    async fn picture(
        &self,
        ghost: &mut Ghost,
        mxid: &OwnedUserId,
        source: &dyn Network,
        from: &ChatId,
    ) -> Result<()> {
        let avatar = source.profile(from, &ghost.person.user).await?.avatar;
        let unique = avatar.as_ref().map(|media| media.unique.clone());
        if unique == ghost.avatar {
            return Ok(());
        }
        let url = match &avatar {
            Some(media) => self.upload(source, media, u64::MAX).await?.uri,
            None => String::new(),
        };
        let path = ["client", "v3", "profile", mxid.as_str(), "avatar_url"];
        self.client.call(Call::put(&path, json!({ "avatar_url": url })).by(mxid)).await?;
        ghost.avatar = unique;
        Ok(())
    }
}
