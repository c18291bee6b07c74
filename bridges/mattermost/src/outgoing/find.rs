//! Looking whether a post was made after all.
//!
//! The server remembers a `pending_post_id` for 30 s and until it restarts; our mark in `props` stays with the post.
//! Anybody can write such a mark, so it counts on a post of our own account only.

use contract::{MessageId, Parcel, Result};
use serde_json::Value;

use super::{MARK, Voice};
use crate::{Mattermost, client::repeatable};

/// Pages looked at, of so many posts.
const PAGES: usize = 15;
const PAGE: usize = 200;

impl Mattermost {
    /// The post with the parcel's mark, if it is there.
    pub(super) async fn find(&self, parcel: &Parcel<'_>, voice: &Voice) -> Result<Option<MessageId>> {
        let mut known = None;
        for page in 0..PAGES {
            let query = [
                ("page", page.to_string()),
                ("per_page", PAGE.to_string()),
                ("skipFetchThreads", "true".to_owned()),
            ];
            let path = ["channels", parcel.chat.as_str(), "posts"];
            let answer = voice.client.get_with(&path, &query).await.map_err(repeatable)?;
            let order: Vec<&str> =
                answer["order"].as_array().into_iter().flatten().filter_map(Value::as_str).collect();
            for id in &order {
                let post = &answer["posts"][*id];
                // It was tried after what was known; of what shares a millisecond, the order is anybody's guess.
                if known.is_some_and(|known| post["create_at"].as_i64() < Some(known)) {
                    return Ok(None);
                }
                if post["props"][MARK] == parcel.key.as_str() && post["user_id"] == voice.user.as_str() {
                    return Ok(Some((*id).into()));
                }
                if parcel.after.iter().any(|known| known.as_str() == *id) {
                    known = post["create_at"].as_i64();
                }
            }
            if order.len() < PAGE {
                break;
            }
        }
        Ok(None)
    }
}
